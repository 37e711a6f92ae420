/** Documents: attached to a chat, looked at, kept, found again. */
import { expectAccessible } from './axe';
import type { App } from './app';
import { expect, test } from './fixtures';

const TEXT = 'The tenant pays the rent on the first of the month. '.repeat(300);

function file(name: string, text = TEXT) {
  return { name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) };
}

/** Reads a document and keeps it, as somebody did before. */
async function keep(app: App, name: string, text: string): Promise<void> {
  await app.mock(async (mock, argument) => {
    const [called, content] = argument.split('\n');
    const open = await mock.documents.read(called ?? '', content ?? '');
    if (open !== null) mock.documents.keep(open.document.id);
  }, `${name}\n${text}`);
}

async function showDocuments(app: App): Promise<void> {
  if (app.isPhone) await app.showList();
  await app.id('nav-settings').click();
  await app.id('open-documents').click();
  await expect(app.id('documents')).toBeVisible();
}

test('a long document is read by passages, and the question says which', async ({ app, page }) => {
  await app.open();
  await app.id('attach-picker').setInputFiles(file('lease.pdf'));
  await expect(app.id('attachment-size')).toHaveText('Long: best passages will be read');
  await app.id('attachment').getByRole('button').first().click();
  await expect(app.id('document-facts')).toContainText('PDF · 9 pages');
  await expect(app.id('document-text')).toContainText('p. 9');
  await expect(app.id('document-save')).toBeHidden();
  await app.id('document-keep').check({ force: true });
  await app.id('document-save').click();
  await expect(app.id('toast')).toContainText('Saved to ~/Documents/lease.pdf');
  await expectAccessible(page);
  await app.id('document-close').click();
  await app.ask('When is the rent due?', 'On the first.');
  const question = app.id('message-user').last();
  await expect(question.getByTestId('attachment-size')).toHaveText(
    '3 passages of 18 read: p. 1, p. 3, p. 5',
  );
  const kept = await app.mock((mock) => mock.documents.list().map(({ name }) => name));
  expect(kept).toEqual(['lease.pdf']);
});

test('a file that is too large to be kept is told, and its text is kept', async ({ app }) => {
  await app.open();
  await app.id('attach-picker').setInputFiles(file('huge.pdf'));
  await app.id('attachment').getByRole('button').first().click();
  await app.id('document-keep').check({ force: true });
  await expect(app.id('document-text-only')).toContainText('32 MB');
  await expect(app.id('document-save')).toBeHidden();
});

test('a short document is read whole', async ({ app }) => {
  await app.open();
  await app.id('attach-picker').setInputFiles(file('note.docx', 'The rent is due on the first.'));
  await app.id('attachment').getByRole('button').first().click();
  await expect(app.id('document-facts')).toContainText('Short enough');
  await app.id('document-close').click();
  await app.ask('When?', 'On the first.');
  const question = app.id('message-user').last();
  await expect(question.getByTestId('attachment-size')).toContainText('Read whole');
});

test('what can’t be read is said, and nothing is lost', async ({ app }) => {
  await app.open();
  await app.composer.fill('Sum up');
  for (const [name, words] of [
    ['locked.pdf', 'password'],
    ['scan.pdf', 'pictures'],
    ['broken.epub', 'damaged'],
  ] as const) {
    await app.id('attach-picker').setInputFiles(file(name));
    await expect(app.id('toast').filter({ hasText: name })).toContainText(words);
  }
  await expect(app.id('attachment')).toHaveCount(0);
  await expect(app.composer).toHaveValue('Sum up');
});

test('reading can be stopped', async ({ app }) => {
  await app.open({ pace: 5_000 });
  await app.id('attach-picker').setInputFiles(file('long.pdf'));
  await expect(app.id('document-reading')).toContainText('long.pdf');
  await app.id('document-stop').click();
  await expect(app.id('document-reading')).toBeHidden();
  await expect(app.id('attachment')).toHaveCount(0);
});

test('documents that are kept are found, renamed, asked about and deleted', async ({
  app,
  page,
}) => {
  await app.open();
  await keep(app, 'lease.pdf', TEXT);
  await keep(app, 'minutes.docx', 'We agreed to meet in Hangzhou.');
  await showDocuments(app);
  await expect(app.id('document')).toHaveCount(2);
  await expectAccessible(page);

  await app.id('documents-search').fill('hangzhou');
  await app.id('document-hit').click();
  await expect(app.id('document-text')).toContainText('Hangzhou');
  await app.id('document-close').click();
  await app.id('documents-search').fill('');
  await expect(app.id('document')).toHaveCount(2);

  const first = app.id('document').first();
  await first.getByTestId('document-rename').click();
  await app.id('document-name').fill('Meeting');
  await app.id('document-name-save').click();
  await expect(first).toContainText('Meeting');
  await first.getByTestId('document-delete').click();
  await expect(app.id('document')).toHaveCount(1);
  await app.id('undo').click();
  await expect(app.id('document')).toHaveCount(2);

  await app.id('document').first().getByTestId('document-ask').click();
  await expect(app.id('attachment')).toContainText('Meeting');
});

test('a kept document is attached from the composer', async ({ app, page }) => {
  await app.open();
  await app.id('attach').click();
  await page.getByRole('menuitem', { name: 'Kept documents' }).click();
  await expect(app.id('kept-none')).toContainText('No documents yet');
  await page.keyboard.press('Escape');
  await expect(app.id('attach')).toBeFocused();

  for (const number of [1, 2, 3, 4, 5])
    await keep(app, `notes ${String(number)}.txt`, 'Plant trees.');
  await keep(app, 'lease.pdf', TEXT);
  await app.id('attach').press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(app.id('kept-document')).toHaveCount(6);
  await expectAccessible(page);
  await page.getByRole('searchbox', { name: 'Filter by name' }).fill('LEASE');
  await app.id('kept-document').click();
  await expect(app.id('attachment')).toContainText('lease.pdf');
  await expect(app.id('composer')).toBeFocused();

  await app.id('attach').click();
  await page.getByRole('menuitem', { name: 'Kept documents' }).click();
  await app.id('kept-manage').click();
  await expect(app.id('document')).toHaveCount(6);
});

test('without documents, the page says how to get some', async ({ app, page }) => {
  await app.open();
  await showDocuments(app);
  await expect(app.id('documents-none')).toBeVisible();
  await expectAccessible(page);
  await app.mock((mock) => (mock.documents.nextFile = { name: 'new.pdf', text: 'Some words.' }));
  await app.id('document-add').click();
  await expect(app.id('document')).toContainText('new.pdf');
});

test('a kept document is summed up or translated from where it is looked at', async ({ app }) => {
  await app.open();
  await showDocuments(app);
  const text = 'The rent is due on the first.';
  await app.mock((mock, value) => {
    mock.documents.nextFile = { name: 'lease.pdf', text: value };
  }, text);
  await app.id('document-add').click();
  await app.id('document').getByRole('button').first().click();
  await app.id('document-summarise').click();
  await expect(app.id('summary-source')).toHaveValue(text);
  await app.page.goBack();
  await app.id('document').getByRole('button').first().click();
  await app.id('document-translate').click();
  await expect(app.id('source')).toHaveValue(text);
  await expect(app.id('title')).toHaveText('lease.pdf');
});
