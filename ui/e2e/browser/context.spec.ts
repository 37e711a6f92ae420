/** How full the context is, the summary that makes room in it, and waiting with a forecast. */
import { expectAccessible } from './axe';
import { expect, test } from './fixtures';

test('the ring says how full the context is, and counts what is typed', async ({ app }) => {
  await app.open();
  const ring = app.id('context-ring');
  await expect(ring).toHaveAccessibleName(/^Context \d+% full: [\d,]+ of 2,048 tokens$/);
  const before = await ring.getAttribute('aria-label');
  await app.composer.fill('word '.repeat(400));
  await expect(ring).not.toHaveAttribute('aria-label', before ?? '');
  await ring.click();
  const panel = app.id('context-panel');
  await expect(panel).toBeVisible();
  await expect(panel).toContainText('512 tokens are kept free for the answer.');
  await expectAccessible(app.page);
  await app.page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
});

test('the panel says what is left out, what is summed up, and what does not fit', async ({
  app,
}) => {
  await app.open();
  await app.mock((mock) => {
    mock.contextChange = { folded: 24, dropped: 1, willFold: true, fits: false };
  });
  await app.composer.fill('anything');
  await app.id('context-ring').click();
  const panel = app.id('context-panel');
  for (const words of [
    '24 older messages are read as a summary.',
    '1 older message does not fit and is left out.',
    'older messages are summed up first',
    'longer than the model can read',
  ]) {
    await expect(panel).toContainText(words);
  }
});

test('without a model there is nothing to count with', async ({ app }) => {
  await app.open({ scenario: 'loading' });
  await expect(app.composer).toBeVisible();
  await expect(app.id('context-ring')).toBeHidden();
});

test('older messages are summed up before the answer, and the summary stands in their place', async ({
  app,
}) => {
  await app.open();
  await app.mock((mock) => {
    mock.turns.nextFolds = true;
    mock.turns.hold();
  });
  await app.send('And how fast is it?');
  await expect(app.id('progress')).toContainText('Summing up earlier messages');
  await expect(app.page.locator('[role=log]')).toContainText(
    'Earlier messages are being summed up',
  );
  await app.mock((mock) => mock.turns.release());
  await app.answered();
  const summary = app.id('summary');
  await expect(summary).toContainText('Summary of 2 earlier messages');
  await summary.locator('summary').click();
  await expect(app.id('summary-text')).toContainText('nine-year-old');
  await expectAccessible(app.page);
  // Above it what it stands for, below it what came later.
  const order = await app.page
    .locator('[data-testid=message-assistant], [data-testid=summary]')
    .evaluateAll((all) => all.map((item) => (item as HTMLElement).dataset['testid']));
  expect(order).toEqual(['message-assistant', 'summary', 'message-assistant']);
});

test('a summary need not be waited for, and can be stopped with everything', async ({ app }) => {
  await app.open();
  await app.mock((mock) => {
    mock.turns.nextFolds = true;
    mock.turns.nextDropped = 2;
    mock.turns.hold();
  });
  await app.send('And how fast is it?');
  await app.id('summary-skip').click();
  await app.answered();
  await expect(app.id('summary')).toBeHidden();
  await expect(app.id('dropped').last()).toContainText('2 older messages left out');

  await app.mock((mock) => {
    mock.turns.nextFolds = true;
    mock.turns.hold();
  });
  await app.send('Once more');
  await expect(app.id('progress')).toContainText('Summing up');
  await app.id('stop').click();
  await expect(app.lastAnswer).toHaveAttribute('data-status', 'stopped');
  await expect(app.id('summary')).toBeHidden();
});

test('a summary can be corrected, made anew, taken away and brought back', async ({ app }) => {
  await app.open();
  await app.mock((mock) => void (mock.turns.nextFolds = true));
  await app.ask('And how fast is it?');
  await app.id('summary').locator('summary').click();

  await app.id('summary-edit').click();
  await expect(app.id('summary-field')).toBeFocused();
  await app.id('summary-field').fill('We spoke about searching.');
  await app.page.keyboard.press('Control+Enter');
  await expect(app.id('summary-text')).toHaveText('We spoke about searching.');
  await expect(app.id('summary')).toContainText('in your words');

  await app.id('summary-edit').click();
  await app.id('summary-field').fill('never mind');
  await app.page.keyboard.press('Escape');
  await expect(app.id('summary-text')).toHaveText('We spoke about searching.');

  await app.id('summary-rebuild').click();
  await expect(app.id('summary-text')).toContainText('nine-year-old');

  await app.id('summary-remove').click();
  await expect(app.id('summary')).toBeHidden();
  await app.id('undo').click();
  await expect(app.id('summary')).toBeVisible();
});

test('summaries can be turned off, in the settings and beside the message field', async ({
  app,
}) => {
  await app.open();
  await app.mock((mock) => void (mock.turns.nextFolds = true));
  await app.ask('And how fast is it?');
  await app.id('context-ring').click();
  const inPanel = app.id('context-summaries');
  await expect(inPanel).toBeChecked();
  await inPanel.press(' ');
  await expect(inPanel).not.toBeChecked();
  await app.page.keyboard.press('Escape');
  await expect(app.id('summary')).toContainText('not used');

  await app.showList();
  await app.id('nav-settings').click();
  const inSettings = app.id('summaries-switch');
  await expect(inSettings).not.toBeChecked();
  await inSettings.press(' ');
  await expect(inSettings).toBeChecked();
  expect(await app.mock((mock) => mock.summariesOn)).toBe(true);
});

test('a long prompt says when the first word will come', async ({ app }) => {
  await app.open();
  await app.mock((mock) => {
    mock.turns.nextWaitMs = 12_400;
    mock.turns.hold();
  });
  await app.send('A long story');
  await expect(app.id('progress')).toContainText('first word in about 12 s');
  await expect(app.page.locator('[role=log]')).toContainText('first word in about 12 s');
});

test('a question asked while another answer runs waits in line and can be taken back', async ({
  app,
}) => {
  await app.open();
  await app.askHalf('How does binary search work?');
  await app.openConversation('Names for a bakery');
  await app.send('Second in line');
  await expect(app.id('message-queued')).toContainText('Waiting for the other answer');
  await app.openConversation('What the lease says about pets');
  await app.send('Third in line');
  await expect(app.id('message-queued')).toContainText('2 answers come first');
  await app.openConversation('Names for a bakery');
  await app.id('cancel-queued').click();
  await expect(app.composer).toHaveValue('Second in line');
  await app.openConversation('What the lease says about pets');
  await expect(app.id('message-queued')).toContainText('Waiting for the other answer');
});

test('how much is kept of what was read can be chosen', async ({ app }) => {
  await app.open();
  await app.showList();
  await app.id('nav-settings').click();
  await expect(app.id('kept')).toContainText('94 MB');
  const off = app.page.getByRole('radiogroup', { name: 'Remember what was read' }).getByText('Off');
  await off.click();
  await expect(app.id('kept')).toContainText('0 byte');
  expect(await app.mock((mock) => mock.kept.limit)).toBe(0);
  await expectAccessible(app.page);
});
