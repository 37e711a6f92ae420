/** Text files and long pastes beside the words of a message. */
import { expectAccessible } from './axe';
import type { App } from './app';
import { expect, test } from './fixtures';

const NOTES = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Buy milk.\n') };

/** Pastes a text into the field, as Ctrl+V does. */
async function paste(app: App, text: string): Promise<void> {
  await app.composer.evaluate((field, value) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', value);
    const init = { clipboardData, bubbles: true, cancelable: true };
    field.dispatchEvent(new ClipboardEvent('paste', init));
  }, text);
}

test('a text file is attached, read, sent and shown', async ({ app, page }) => {
  await app.open();
  await app.id('attach-picker').setInputFiles(NOTES);
  await expect(app.id('attachment')).toContainText('notes.txt');
  await expect(app.id('attachment-size')).toHaveText('3 tokens');
  await expectAccessible(page);
  await app
    .id('attachment')
    .getByRole('button', { name: /^notes.txt/ })
    .click();
  await expect(page.getByRole('dialog')).toContainText('Buy milk.');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await app.ask('What should I buy?', 'Milk.');
  const question = app.id('message-user').last();
  await expect(question.getByTestId('attachment')).toContainText('notes.txt');
  await expect(question.locator('.text')).toHaveText('What should I buy?');
  await expect(app.composer).toHaveValue('');
  const sent = await app.mock((mock) => mock.calls.findLast((c) => c.command === 'chatSend'));
  expect(sent?.args[1]).toBe('```file notes.txt\nBuy milk.\n\n```\n\nWhat should I buy?');
});

test('a file alone can be sent', async ({ app }) => {
  await app.open();
  await app.id('attach-picker').setInputFiles(NOTES);
  await app.id('send').click();
  const question = app.id('message-user').last();
  await expect(question.getByTestId('attachment')).toBeVisible();
  await expect(question.locator('.text')).toBeHidden();
});

test('a long paste is attached and can be put into the message', async ({ app }) => {
  await app.open();
  await app.composer.fill('Sum up:');
  await paste(app, 'short');
  await expect(app.id('attachment')).toHaveCount(0);
  await paste(app, 'All work and no play. '.repeat(300));
  await expect(app.id('attachment')).toContainText('Pasted text');
  await expect(app.composer).toHaveValue('Sum up:');
  await app
    .id('attachment')
    .getByRole('button', { name: /^Pasted text/ })
    .click();
  await app.id('attachment-unpack').click();
  await expect(app.id('attachment')).toHaveCount(0);
  await expect(app.composer).toHaveValue(/^Sum up:\n\nAll work and no play\./);
});

test('an attachment is removed, and Undo brings it back', async ({ app }) => {
  await app.open();
  await app.id('attach-picker').setInputFiles([NOTES, { ...NOTES, name: 'more.md' }]);
  await expect(app.id('attachment')).toHaveCount(2);
  await app.id('attachment-remove').first().click();
  await expect(app.id('attachment')).toHaveCount(1);
  await app.id('undo').click();
  await expect(app.id('attachment').first()).toContainText('notes.txt');
});

test('attachments are part of the draft and outlive a restart', async ({ app, page }) => {
  await app.open({ persist: true });
  await app.id('attach-picker').setInputFiles(NOTES);
  await app.composer.fill('Later');
  const saved = () =>
    app.mock((mock) =>
      mock.calls.some((c) => c.command === 'draftSave' && /milk[^]*Later/.test(`${c.args[1]}`)),
    );
  await expect.poll(saved).toBe(true);
  await page.reload();
  await expect(app.id('attachment')).toContainText('notes.txt');
  await expect(app.composer).toHaveValue('Later');
});

test('what is no document is refused by name, and the rest comes in', async ({ app }) => {
  await app.open();
  await app
    .id('attach-picker')
    .setInputFiles([
      { name: 'cat.png', mimeType: 'image/png', buffer: Buffer.from([0x89, 0x50, 0, 1, 2]) },
      { name: 'huge.log', mimeType: 'text/plain', buffer: Buffer.alloc((1 << 20) + 1, 'x') },
      NOTES,
    ]);
  await expect(app.id('toast').filter({ hasText: 'cat.png' })).toContainText('can’t be read');
  await expect(app.id('attachment')).toHaveCount(2);
  await expect(app.id('attachment').first()).toContainText('best passages');
});

test('a file that is dragged over the conversation is dropped into the message', async ({
  app,
  page,
}) => {
  await app.open();
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['Dropped words'], 'dropped.md', { type: 'text/markdown' }));
    return transfer;
  });
  await app.id('flow').dispatchEvent('dragenter', { dataTransfer: data });
  await expect(app.id('drop-veil')).toBeVisible();
  await app.id('flow').dispatchEvent('drop', { dataTransfer: data });
  await expect(app.id('drop-veil')).toBeHidden();
  await expect(app.id('attachment')).toContainText('dropped.md');
});

test('editing a question leaves its attachment', async ({ app }) => {
  await app.open({ scenario: 'first-run' });
  await app.id('attach-picker').setInputFiles(NOTES);
  await app.ask('What?', 'Milk.');
  await app.chooseFromMenu(app.id('message-user').last(), 'Edit');
  await expect(app.id('edit-field')).toHaveValue('What?');
  await app.id('edit-field').fill('What exactly?');
  await app.id('edit-submit').click();
  await expect(app.id('sibling').first()).toHaveText('2 / 2');
  const question = app.id('message-user').last();
  await expect(question.locator('.text')).toHaveText('What exactly?');
  await expect(question.getByTestId('attachment')).toContainText('notes.txt');
});
