/** Conversations out of the app and into it. */
import { expectAccessible } from './axe';
import type { App } from './app';
import { expect, test } from './fixtures';

async function settings(app: App): Promise<void> {
  await app.open();
  await app.showList();
  await app.id('nav-settings').click();
}

test('a conversation is exported from its menu', async ({ app }) => {
  await app.open();
  await app.openConversation('Names for a bakery');
  await app.page.locator('header [aria-haspopup=menu]').first().click();
  await app.page.getByRole('menuitem', { name: 'Export…' }).click();
  await expect(app.page.getByRole('dialog')).toContainText('Names for a bakery');
  await expect(app.id('format-markdown')).toBeChecked();
  await app.page.keyboard.press('ArrowDown');
  await expect(app.id('format-text')).toBeChecked();
  await expectAccessible(app.page);
  await app.id('export-confirm').click();
  await expect(app.id('toast')).toContainText('Exported 1 conversation to');
  const format = await app.mock(
    (mock) => mock.calls.find(({ command }) => command === 'conversationsExport')?.args[1],
  );
  expect(format).toBe('text');
});

test('a conversation is copied as plain text', async ({ app }) => {
  await app.open();
  await app.openConversation('What the lease says about pets');
  await app.page.locator('header [aria-haspopup=menu]').first().click();
  await app.page.getByRole('menuitem', { name: 'Copy as plain text' }).click();
  await expect(app.id('toast')).toContainText('Copied');
  const copied = await app.mock((mock) => mock.clipboard);
  expect(copied).toContain('Does the lease allow a cat?');
  expect(copied).not.toContain('**');
});

test('an answer is copied as Markdown and as plain text', async ({ app }) => {
  await app.open();
  await app.openConversation('What the lease says about pets');
  await app.chooseFromMenu(app.lastAnswer, 'Copy as Markdown');
  await expect.poll(() => app.mock((mock) => mock.clipboard)).toContain('**written consent**');
  await app.chooseFromMenu(app.lastAnswer, 'Copy as plain text');
  await expect.poll(() => app.mock((mock) => mock.clipboard)).toContain('the written consent of');
});

test('an import shows how far it is, goes on behind, and reports', async ({ app }) => {
  await settings(app);
  await app.mock((mock) => {
    mock.exchange.hold();
    mock.exchange.nextImport = {
      source: 'chatgpt',
      added: 3,
      known: 2,
      knownInTrash: 1,
      omitted: 4,
      skipped: [
        { number: 2, title: 'Recipes', reason: 'cycle' },
        { number: 5, title: null, reason: 'unreadable' },
      ],
      skippedTotal: 7,
      ending: { state: 'truncated' },
    };
  });
  await app.id('import').click();
  await expect(app.id('exchange-progress')).toContainText('1 conversation so far');
  await expectAccessible(app.page);
  await app.page.keyboard.press('Escape');
  await expect(app.page.getByRole('dialog')).toBeHidden();
  await expect(app.id('exchange-progress')).toBeVisible();
  await expect(app.id('import')).toBeDisabled();
  await app.mock((mock) => mock.exchange.release());
  await app.id('show-report').click();
  const report = app.id('import-report');
  await expect(report).toContainText('3 conversations from ChatGPT came in.');
  await expect(report).toContainText(
    '2 conversations were here already. 1 of them is in the trash.',
  );
  await expect(app.id('import-ending')).toContainText('ends in the middle');
  await expect(app.id('import-skipped')).toContainText('in a circle');
  await expect(app.id('import-skipped')).toContainText('No. 5 in the file');
  await expect(app.id('import-skipped')).toContainText('and 5 more');
  await expectAccessible(app.page);
  await app.id('report-close').click();
  await app.id('nav-chat').click();
  await app.showList();
  await expect(app.conversation('Imported conversation 3')).toBeVisible();
});

test('an import can be stopped', async ({ app }) => {
  await settings(app);
  await app.mock((mock) => mock.exchange.hold());
  await app.id('import').click();
  await app.id('exchange-stop').click();
  await expect(app.id('import-ending')).toContainText('You stopped it');
});

test('a file of another kind is refused in words', async ({ app }) => {
  await settings(app);
  await app.mock((mock) => mock.failNext('conversationsImport', 'import_unrecognised'));
  await app.id('import').click();
  await expect(app.id('toast')).toContainText('not an export that LLMOS knows');
});
