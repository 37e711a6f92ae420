/** Formulas, footnotes and thoughts in answers. */
import { expect, test } from './fixtures';
import { FORMULAS, NOTES, THOUGHTS } from './rich';

/** The mock writes these answers in many small pieces. */
const PATIENCE = 40_000;

test('formulas are drawn, also where the prototypes of objects are frozen as in the app', async ({
  app,
  page,
}) => {
  await page.addInitScript(() => {
    for (const { prototype } of [Object, Array, Function, RegExp, Error]) Object.freeze(prototype);
  });
  await app.open();
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await app.ask('Plain?', 'No formula, for $5 or $10.');
  expect(loaded.filter((path) => path.includes('mathml'))).toEqual([]);
  await app.ask('Roots?', FORMULAS.en, PATIENCE);
  await expect(app.lastAnswer.locator('math')).toHaveCount(5);
  await expect(app.lastAnswer.locator('.formula[data-drawn=false]')).toHaveText('\\(\\frac{1\\)');
  expect(loaded.filter((path) => /mathml.*\.js$/.test(path))).toHaveLength(1);
  const root = app.lastAnswer.locator('math msqrt, math .enclose-top').first();
  await expect(root).toHaveText('b2−4ac');
});

test('a formula that is wider than the message scrolls inside it', async ({ app, page }) => {
  await app.open();
  await app.ask('Long?', `$$${'a + '.repeat(45)}b$$ and \\(${'a + '.repeat(45)}b\\)`, PATIENCE);
  await expect(app.lastAnswer.locator('math')).toHaveCount(2);
  for (const frame of await app.lastAnswer.locator('[data-tex]').all()) {
    const { width, content } = await frame.evaluate((element) => ({
      width: element.clientWidth,
      content: element.scrollWidth,
    }));
    expect(content).toBeGreaterThan(width);
    await frame.focus();
    await expect(frame).toBeFocused();
  }
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(excess).toBeLessThanOrEqual(0);
});

test('a footnote is a step away, and so is the way back', async ({ app }) => {
  await app.open();
  const padding = 'Between.\n\n'.repeat(30);
  await app.ask('First', NOTES.en, PATIENCE);
  await app.ask('Second', `Top[^1].\n\n${padding}[^1]: The other note.`, PATIENCE);
  const reference = app.lastAnswer.locator('.footnote-reference [role=link]');
  await reference.scrollIntoViewIfNeeded();
  await reference.press('Enter');
  const note = app.lastAnswer.locator('.footnote');
  await expect(note).toBeFocused();
  await expect(note).toBeInViewport();
  await note.getByRole('link', { name: 'Back to the text' }).click();
  await expect(reference).toBeFocused();
  await expect(reference).toBeInViewport();
});

test('thoughts are folded, opened by keyboard, and not part of the answer', async ({ app }) => {
  await app.open();
  const answer = `${THOUGHTS.en}Take a **hose**.`;
  await app.askUntil('How does a rainbow form?', answer, 'So I should');
  const thoughts = app.lastAnswer.getByTestId('thoughts');
  const summary = thoughts.locator('summary');
  await expect(summary).toContainText(/Thinking…\s*So I should/);
  await app.mock((mock) => mock.turns.release());
  await app.answered(PATIENCE);
  await expect(summary).toHaveText(/^\s*Thought for \d+ s\s*$/);
  await expect(app.lastAnswer).not.toContainText('garden hose');

  await summary.focus();
  await app.page.keyboard.press('Enter');
  await expect(thoughts).toContainText('garden hose');
  await expect(thoughts.locator('math')).toHaveCount(1);
  await app.page.keyboard.press('Enter');
  await expect(thoughts).not.toContainText('garden hose');

  await app.id('copy').last().click();
  await expect(app.id('toast')).toContainText('Copied');
  expect(await app.mock((mock) => mock.clipboard)).toBe('Take a **hose**.');
});

test('a screen reader hears that the model thinks, and then only the answer', async ({ app }) => {
  await app.open();
  const log = app.page.locator('[role=log]');
  await log.evaluate((element) => {
    const heard: string[] = [];
    (window as { heard?: string[] }).heard = heard;
    new MutationObserver((records) => {
      for (const { addedNodes } of records) {
        for (const node of addedNodes) heard.push(node.textContent ?? '');
      }
    }).observe(element, { childList: true });
  });
  await app.ask('How does a rainbow form?', `${THOUGHTS.en}Take a hose. Spray.`, PATIENCE);
  await expect(log).toContainText('The answer is complete.');
  const heard = await app.page.evaluate(() => (window as { heard?: string[] }).heard);
  expect(heard?.filter((line) => line.trim() !== '')).toEqual([
    'LLMOS is answering.',
    'LLMOS is thinking.',
    'Take a hose.',
    'Spray.',
    'The answer is complete.',
  ]);
});

test('after a restart nobody knows how long the model thought', async ({ app, page }) => {
  await app.open({ persist: true });
  await app.ask('How does a rainbow form?', `${THOUGHTS.en}Take a hose.`, PATIENCE);
  await expect(app.lastAnswer.locator('summary')).toContainText('Thought for');
  await page.reload();
  await expect(app.lastAnswer).toContainText('Take a hose.');
  await expect(app.lastAnswer.locator('summary')).toHaveText(/^\s*Thoughts\s*$/);
});

test('thoughts that were stopped leave no empty answer behind', async ({ app }) => {
  await app.open();
  await app.askUntil('How does a rainbow form?', THOUGHTS.en, 'So I should');
  await app.id('stop').click();
  await expect(app.lastAnswer).toHaveAttribute('data-status', 'stopped');
  await expect(app.lastAnswer.locator('summary')).toContainText('Thought for');
  await expect(app.lastAnswer).not.toContainText('The model gave no text.');
});
