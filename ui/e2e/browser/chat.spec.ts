import { expect, test } from './fixtures';

test('first run says what this is, in three lines, and lets the person type while the model loads', async ({
  app,
}) => {
  // The model loads for as long as the test wants.
  await app.open({ scenario: 'first-run', pace: 1_000_000 });
  await expect(app.id('welcome').locator('.lines li')).toHaveCount(3);
  await expect(app.composer).toBeFocused();
  await app.page.keyboard.type('Hello there');
  await app.page.keyboard.press('Enter');
  await expect(app.id('message-queued')).toContainText('Hello there');
  // The message goes off by itself once the model is ready.
  await app.mock(async (mock) => {
    mock.turns.paceMs = 0;
    await mock.modelLoad(null, true);
  });
  await expect(app.id('message-user')).toContainText('Hello there');
  await app.answered();
  await expect(app.id('welcome')).toBeHidden();
});

test('first run can be done in Chinese', async ({ app }) => {
  await app.open({ scenario: 'first-run' });
  await app.page.getByRole('radio', { name: '简体中文' }).check({ force: true });
  await expect(app.page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await app.send('周末去杭州怎么安排？');
  await app.answered();
  await expect(app.lastAnswer).toContainText('龙井村');
});

test('an example fills the composer', async ({ app }) => {
  await app.open({ scenario: 'first-run' });
  const example = app.id('example').first();
  const text = await example.innerText();
  await example.click();
  await expect(app.composer).toHaveValue(text);
  await expect(app.composer).toBeFocused();
});

test('an answer streams in, as Markdown, with its speed below', async ({ app }) => {
  await app.open({ pace: 20 });
  await app.send('How does binary search work?');
  await expect(app.composer).toHaveValue('');
  const answer = app.lastAnswer;
  await expect(answer).toHaveAttribute('data-status', 'streaming');
  await expect(answer.locator('strong').first()).toHaveText('mouse');
  await expect(answer.locator('.code-language')).toHaveText('rust');
  await app.answered();
  await expect(answer.locator('table')).toBeVisible();
  await expect(answer.locator('.hljs-keyword').first()).toHaveText('let');
  await expect(answer.getByTestId('stats')).toContainText('tokens/s');
});

test('stopping keeps what was said', async ({ app }) => {
  await app.open();
  await app.askHalf('How does binary search work?');
  await app.id('stop').click();
  await expect(app.lastAnswer).toHaveAttribute('data-status', 'stopped');
  await expect(app.lastAnswer).toContainText('dictionary');
  await expect(app.id('ending').last()).toHaveAttribute('data-ending', 'stopped');
  await expect(app.id('send')).toBeVisible();
});

test('Escape stops an answer', async ({ app }) => {
  await app.open();
  await app.askHalf('How does binary search work?');
  await app.page.keyboard.press('Escape');
  await expect(app.lastAnswer).toHaveAttribute('data-status', 'stopped');
});

test('a stopped answer can be continued', async ({ app }) => {
  await app.open();
  await app.askHalf('How does binary search work?');
  await app.id('stop').click();
  await app.id('continue').click();
  await expect(app.lastAnswer).toContainText('and so it went on');
  await expect(app.lastAnswer).toHaveAttribute('data-status', 'complete');
});

test('an answer that filled the context can be continued', async ({ app }) => {
  await app.open();
  await app.contextFull('Names for a bakery');
  await app.id('continue').click();
  await expect(app.lastAnswer).toContainText('and so it went on');
  await expect(app.lastAnswer).toHaveAttribute('data-status', 'complete');
  await expect(app.id('ending')).toBeHidden();
});

test('answering again keeps the earlier version', async ({ app }) => {
  await app.open();
  await app.ask('How does binary search work?', 'The first answer.');
  await app.mock((mock) => void (mock.turns.nextAnswer = 'The second answer.'));
  await app.id('regenerate').last().click();
  await expect(app.lastAnswer).toContainText('The second answer.');
  await app.answered();
  await expect(app.id('sibling').last()).toHaveText('2 / 2');
  await app.id('sibling-previous').last().click();
  await expect(app.lastAnswer).toContainText('The first answer.');
  await app.id('sibling-next').last().click();
  await expect(app.lastAnswer).toContainText('The second answer.');
});

test('an answer and a code block can be copied', async ({ app }) => {
  await app.open();
  await app.ask('How?', 'Try `ls`:\n\n```sh\nls -l\n```');
  await app.id('copy').last().click();
  await expect(app.id('toast')).toContainText('Copied');
  expect(await app.mock((mock) => mock.clipboard)).toBe('Try `ls`:\n\n```sh\nls -l\n```');
  await app.lastAnswer.locator('.code-head [data-action=copy]').click();
  await expect(app.lastAnswer.locator('.code-head [data-action=copy]')).toHaveText('Copied');
  expect(await app.mock((mock) => mock.clipboard)).toBe('ls -l');
});

test('a conversation gets a title from its first question', async ({ app }) => {
  await app.open({ scenario: 'first-run' });
  await app.send('How does binary search work?');
  await expect(app.id('title')).toHaveText('How does binary search work');
  await app.showList();
  await expect(app.conversation('How does binary search work')).toBeVisible();
});

test('the last conversation and the unsent draft come back after a restart', async ({ app }) => {
  await app.open({ persist: true });
  await app.openConversation('Names for a bakery');
  await app.composer.fill('And three more, with');
  await app.mock((mock) => mock.draftLoad('none'));
  await expect
    .poll(() =>
      app.mock((mock) => mock.calls.filter((call) => call.command === 'draftSave').length),
    )
    .toBeGreaterThan(0);
  await app.page.reload();
  await expect(app.id('title')).toHaveText('Names for a bakery');
  await expect(app.composer).toHaveValue('And three more, with');
});

test('an answer that was cut off by the end of the app offers to go on', async ({ app }) => {
  await app.open({ persist: true });
  await app.askHalf('How does binary search work?');
  await app.page.reload();
  await expect(app.lastAnswer).toHaveAttribute('data-status', 'interrupted');
  await app.id('continue').click();
  await expect(app.lastAnswer).toContainText('and so it went on');
});

test('Shift+Enter starts a line, Enter sends', async ({ app }) => {
  await app.open();
  await app.composer.focus();
  await app.page.keyboard.type('one');
  await app.page.keyboard.press('Shift+Enter');
  await app.page.keyboard.type('two');
  await expect(app.composer).toHaveValue('one\ntwo');
  await app.page.keyboard.press('Enter');
  await expect(app.id('message-user').last()).toContainText('one\ntwo');
});

test('a link shows its whole target and opens only after a yes', async ({ app }) => {
  await app.open();
  await app.ask('Where?', '[a page](https://example.org/a/b?c=d#e)');
  await app.lastAnswer.locator('[role=link]').click();
  await expect(app.id('link-target')).toHaveText('https://example.org/a/b?c=d#e');
  await app.page.getByRole('button', { name: 'Cancel' }).click();
  expect(await app.mock((mock) => mock.openedLink)).toBeNull();
  await app.lastAnswer.locator('[role=link]').press('Enter');
  await app.id('link-open').click();
  expect(await app.mock((mock) => mock.openedLink)).toBe('https://example.org/a/b?c=d#e');
});

test('a screen reader can follow the answer by sentence', async ({ app }) => {
  await app.open({ pace: 5 });
  await app.send('How does binary search work?');
  await expect(app.page.locator('[role=log]')).toContainText('Think of a dictionary.');
  await app.answered();
  await expect(app.page.locator('[role=log]')).toContainText('The answer is complete.');
});
