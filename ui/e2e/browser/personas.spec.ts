/** Personas, the settings of a conversation, and conversations that are only in memory. */
import { expectAccessible } from './axe';
import type { App } from './app';
import { expect, test } from './fixtures';

async function toPersonas(app: App): Promise<void> {
  await app.open();
  await app.showList();
  await app.showPersonas();
  await expect(app.id('persona-card').first()).toBeVisible();
}

async function toNewConversation(app: App): Promise<void> {
  await app.showList();
  await app.id('new-conversation').click();
  await expect(app.id('picker')).toBeVisible();
}

test('a persona is written, used and deleted, and Undo brings it back', async ({ app, page }) => {
  await toPersonas(app);
  await app.id('new-persona').click();
  await app.id('persona-name').fill('Poet');
  await app.id('system-prompt').fill('Rhyme in ');
  await app.id('variable').nth(3).click();
  await expect(app.id('system-prompt')).toHaveValue('Rhyme in {{language}}');
  await page.keyboard.type(', {{who}}.');
  await expect(app.id('prompt-problem')).toContainText('who');
  await page.locator('summary').click();
  await expect(app.id('prompt-preview')).toHaveText('Rhyme in English, {{who}}.');
  await app.id('persona-greeting').fill('Hail, wanderer!');
  await app.id('persona-prompts').fill('An ode to rain\nA limerick about tea');
  await app.id('temperature').fill('7');
  await expect(app.id('persona-save')).toBeDisabled();
  await app.id('temperature').fill('0,9');
  await expectAccessible(page);
  await app.id('persona-save').click();

  const card = app.id('persona-card').filter({ hasText: 'Poet' });
  await card.getByTestId('start-with').click();
  await expect(app.id('greeting')).toHaveText('Hail, wanderer!');
  await app.id('example').first().click();
  await expect(app.composer).toHaveValue('An ode to rain');
  await app.id('send').click();
  await app.answered();
  await expect(app.id('persona-chip')).toHaveAccessibleName(/Answers as Poet/);

  await app.showPersonas();
  await card.getByRole('button', { name: /Options/ }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(card).toBeHidden();
  await app.id('nav-chat').click();
  await app.id('persona-chip').click();
  await expect(app.id('persona-gone')).toBeVisible();
  await app.id('close-settings').click();
  await app.id('undo').click();
  await expect(app.id('persona-chip')).toHaveAccessibleName(/Answers as Poet/);
});

test('a persona of the app is hidden and shown again, changed and reset', async ({ app, page }) => {
  await toPersonas(app);
  const card = app.page.locator('[data-testid=persona-card][data-id=tutor]');
  await card.getByRole('button', { name: /Options/ }).click();
  await page.getByRole('menuitem', { name: 'Hide' }).click();
  await expect(card).toBeHidden();
  await app.id('show-persona').click();
  await expect(card).toBeVisible();
  await card.getByRole('button', { name: /Options/ }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await app.id('persona-name').fill('Coach');
  await app.page.keyboard.press('Enter');
  await expect(card).toContainText('Coach');
  await expect(card).toContainText('changed by you');
  await card.getByRole('button', { name: /Options/ }).click();
  await page.getByRole('menuitem', { name: 'Reset' }).click();
  await expect(card).toContainText('Tutor');
});

test('leaving the editor loses nothing', async ({ app }) => {
  await toPersonas(app);
  await app.id('new-persona').click();
  await app.id('persona-name').fill('Half a poet');
  await app.id('persona-back').click();
  await expect(app.id('personas')).toBeVisible();
  await app.id('undo').click();
  await expect(app.id('persona-name')).toHaveValue('Half a poet');
});

test('what is written of a persona survives a restart', async ({ app, page }) => {
  await app.open({ persist: true });
  await app.showList();
  await app.showPersonas();
  await app.id('new-persona').click();
  await app.id('persona-name').fill('Half a poet');
  await app.id('persona-prompts').fill('An ode\n\nA limerick ');
  await app.id('temperature').fill('0.3');
  await expect.poll(() => app.mock((mock) => mock.store.draft('persona:new'))).toContain('0.3');
  await page.reload();
  await app.showList();
  await app.showPersonas();
  await app.id('new-persona').click();
  await expect(app.id('persona-restored')).toBeVisible();
  await expect(app.id('persona-name')).toHaveValue('Half a poet');
  await expect(app.id('persona-prompts')).toHaveValue('An ode\n\nA limerick ');
  await expect(app.id('temperature')).toHaveValue('0.3');
  await expectAccessible(page);

  await app.id('persona-start-over').click();
  await expect(app.id('persona-name')).toHaveValue('');
  await app.id('undo').click();
  await expect(app.id('persona-name')).toHaveValue('Half a poet');
  await app.id('persona-save').click();
  await expect(app.id('persona-card').filter({ hasText: 'Half a poet' })).toBeVisible();
  await expect.poll(() => app.mock((mock) => mock.store.draft('persona:new'))).toBe('');
});

test('a conversation differs from its persona, and goes back to it', async ({ app, page }) => {
  await app.open();
  await app.id('persona-chip').click();
  await expect(app.id('answer-settings')).toBeVisible();
  await app.id('persona-select').selectOption({ label: 'Writer' });
  await app.id('temperature').fill('0.1');
  await app.id('system-prompt').fill('Only haiku.');
  await expect(app.id('own-summaries')).toContainText('As in Settings (summed up)');
  await app.id('own-summaries').selectOption({ label: 'Leave them out' });
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(app.id('persona-chip')).toHaveAccessibleName(/Writer, with 3 changes/);
  await app.id('persona-chip').click();
  await expect(app.id('temperature')).toHaveValue('0.1');
  await app.id('clear-settings').click();
  await expect(app.id('temperature')).toHaveValue('');
  await expect(app.id('system-prompt')).toHaveValue('');
  await app.id('close-settings').click();
  await expect(app.id('persona-chip')).toHaveAccessibleName(/Answers as Writer\./);
});

async function wantLargeModel(app: App): Promise<void> {
  await app.mock((mock) => mock.modelLoad('/models/large-4b.gguf', true));
  await expect(app.id('model-chip')).toContainText('large-4b');
  await app.id('persona-chip').click();
  await app.id('own-model').selectOption({ label: 'large-4b' });
  await app.id('close-settings').click();
  await expect(app.id('model-wish')).toBeHidden();
  await app.mock((mock) => mock.modelLoad(null, true));
  await expect(app.id('model-wish')).toContainText('comes from large-4b');
}

test('a conversation that wants another model loads it with the question', async ({ app }) => {
  await app.open();
  await wantLargeModel(app);
  await expectAccessible(app.page);
  await app.mock((mock) => void (mock.turns.paceMs = 100_000));
  await app.send('Hello');
  await expect(app.id('model-awaited')).toContainText('Loading large-4b');
  await expect(app.id('message-queued')).toContainText('Hello');
  await expectAccessible(app.page);
  await app.id('model-withdraw').click();
  await expect(app.composer).toHaveValue('Hello');
  await app.mock((mock) => void (mock.turns.paceMs = 0));
  await app.mock((mock) => mock.modelLoad(null, true));
  await app.id('send').click();
  await app.answered();
  await expect(app.id('model-chip')).toContainText('large-4b');
});

test('a model that is gone keeps the question and leaves the choice', async ({ app }) => {
  await app.open();
  await wantLargeModel(app);
  await app.mock((mock) => void mock.lostFiles.add('/models/large-4b.gguf'));
  await app.send('Is anybody there?');
  await expect(app.id('model-refusal')).toContainText('large-4b');
  await expect(app.composer).toHaveValue('Is anybody there?');
  await expectAccessible(app.page);
  await app.id('settle').click();
  await expect(app.id('model-refusal')).toBeHidden();
  await expect(app.id('message-user').last()).toContainText('Is anybody there?');
  await app.answered();
  await expect(app.id('overrides')).toBeVisible();
});

test('the picker of an empty conversation works with the keyboard', async ({ app, page }) => {
  await app.open();
  await toNewConversation(app);
  await expectAccessible(page);
  await app.id('pick').first().focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(app.id('greeting')).toHaveText('What would you like to understand?');
  await expect(app.id('pick').nth(2)).toBeChecked();
});

test('a temporary conversation is marked, and gone after a reload', async ({ app, page }) => {
  await app.open({ persist: true });
  await toNewConversation(app);
  await app.id('temporary-toggle').check({ force: true });
  await app.ask('quokka?', 'A small marsupial.');
  await expect(app.id('temporary')).toBeVisible();
  await expectAccessible(page);
  await app.showList();
  await expect(app.conversation('quokka')).toContainText('Temporary');
  await expectAccessible(page);
  const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
  expect(kept).not.toContain('quokka');
  await page.reload();
  await app.showList();
  await expect(app.id('conversation-item').first()).toBeVisible();
  await expect(app.conversation('quokka')).toHaveCount(0);
});

test('a temporary conversation is kept when asked', async ({ app, page }) => {
  await app.open({ persist: true });
  await toNewConversation(app);
  await app.id('temporary-toggle').check({ force: true });
  await app.ask('quokka?', 'A small marsupial.');
  await app.id('keep').click();
  await expect(app.id('temporary')).toBeHidden();
  await page.reload();
  await expect(app.id('title')).toContainText('quokka');
  await expect(app.lastAnswer).toContainText('marsupial');
});

test('a temporary conversation is forgotten after a question', async ({ app }) => {
  await app.open();
  await toNewConversation(app);
  await app.id('temporary-toggle').check({ force: true });
  await app.ask('quokka?', 'A small marsupial.');
  await app.page.locator('header [aria-haspopup=menu]').click();
  await app.page.getByRole('menuitem', { name: 'Close and forget' }).click();
  await app.id('confirm').click();
  await app.showList();
  await expect(app.conversation('quokka')).toHaveCount(0);
  await app.id('open-trash').click();
  await expect(app.id('trash-item').filter({ hasText: 'quokka' })).toHaveCount(0);
});
