/** Versions: other words for a question, a corrected answer, deleted messages, a copy. */
import { expectAccessible } from './axe';
import type { App } from './app';
import { expect, test } from './fixtures';

/** Two questions and their answers in a new conversation. */
async function talk(app: App): Promise<void> {
  await app.open({ scenario: 'first-run' });
  await app.ask('How does search work?', 'By halves.');
  await app.ask('And sorting?', 'By merging.');
}

test('a question is asked in other words, and both versions stay', async ({ app }) => {
  await talk(app);
  await app.chooseFromMenu(app.id('message-user').last(), 'Edit');
  await expect(app.id('edit-field')).toBeFocused();
  await expect(app.id('edit-field')).toHaveValue('And sorting?');
  await expectAccessible(app.page);
  await app.mock((mock) => void (mock.turns.nextAnswer = 'By swapping.'));
  await app.id('edit-field').fill('And sorting in place?');
  await app.page.keyboard.press('Enter');
  await expect(app.lastAnswer).toContainText('By swapping.');
  await app.answered();
  await expect(app.id('edit')).toBeHidden();
  await expect(app.id('sibling')).toHaveText('2 / 2');
  await app.id('sibling-previous').click();
  await expect(app.lastAnswer).toContainText('By merging.');
  await expect(app.id('message-user').last()).toContainText('And sorting?');
});

test('an answer is corrected', async ({ app }) => {
  await talk(app);
  await app.chooseFromMenu(app.lastAnswer, 'Edit');
  await app.id('edit-field').press('Control+End');
  await app.page.keyboard.press('Enter');
  await app.page.keyboard.type('Or **by hand**.');
  await app.id('edit-submit').click();
  await expect(app.lastAnswer.locator('strong')).toHaveText('by hand');
  await expect(app.id('sibling')).toHaveText('2 / 2');
});

test('Escape ends editing, and Undo brings the words back', async ({ app }) => {
  await talk(app);
  await app.chooseFromMenu(app.id('message-user').last(), 'Edit');
  await app.id('edit-field').fill('Something else');
  await app.page.keyboard.press('Escape');
  await expect(app.id('edit')).toBeHidden();
  await app.id('undo').click();
  await expect(app.id('edit-field')).toHaveValue('Something else');
});

test('a composed word is not sent with Enter', async ({ app }) => {
  await talk(app);
  await app.chooseFromMenu(app.id('message-user').last(), 'Edit');
  await app.id('edit-field').dispatchEvent('keydown', { key: 'Enter', isComposing: true });
  await app.id('edit-field').dispatchEvent('keydown', { key: 'Enter', keyCode: 229 });
  await expect(app.id('edit')).toBeVisible();
});

test('words for a message are still there after a restart', async ({ app }) => {
  await app.open({ persist: true });
  await app.openConversation('Names for a bakery');
  await app.chooseFromMenu(app.id('message-user').last(), 'Edit');
  await app.id('edit-field').fill('Names for a bike shop');
  const saved = () =>
    app.mock((mock) =>
      mock.calls.some(({ command, args }) => command === 'draftSave' && /bike/.test(`${args[1]}`)),
    );
  await expect.poll(saved).toBe(true);
  await app.page.reload();
  await expect(app.id('title')).toHaveText('Names for a bakery');
  await app.chooseFromMenu(app.id('message-user').last(), 'Edit');
  await expect(app.id('edit-field')).toHaveValue('Names for a bike shop');
});

test('messages are deleted, and Undo brings them back', async ({ app }) => {
  await talk(app);
  await app.chooseFromMenu(app.id('message-user').last(), 'Delete');
  await expect(app.lastAnswer).toContainText('By halves.');
  await expect(app.id('toast')).toContainText('2 messages deleted');
  await app.id('undo').click();
  await expect(app.lastAnswer).toContainText('By merging.');
});

test('deleting everything leaves an empty conversation that can go on', async ({ app }) => {
  await talk(app);
  await app.chooseFromMenu(app.id('message-user').first(), 'Delete');
  await expect(app.id('empty')).toBeVisible();
  await app.ask('Once more?', 'Gladly.');
  await expect(app.id('message-user')).toHaveCount(1);
});

test('a copy goes its own way', async ({ app }) => {
  await talk(app);
  await app.chooseFromMenu(app.answers.first(), 'Copy up to here');
  await expect(app.id('title')).toHaveText('How does search work (copy)');
  await expect(app.id('message-user')).toHaveCount(1);
  await app.ask('And hashing?', 'By sums.');
  await app.showList();
  // The copy is the newer one, and above.
  await app.conversation('How does search work').last().click();
  await expect(app.id('title')).toHaveText('How does search work');
  await expect(app.lastAnswer).toContainText('By merging.');
});
