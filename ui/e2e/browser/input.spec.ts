/** Odd and hostile text, in the composer and in answers, in a real browser. */
import { dangersIn } from '../../src/lib/markdown/inert';
import { PAYLOADS, RICH_PAYLOADS } from '../../src/lib/markdown/payloads';
import { expect, test } from './fixtures';

test('hostile Markdown runs nothing, loads nothing and goes nowhere', async ({ app, page }) => {
  test.slow();
  await page.addInitScript(() => {
    (window as { pwned?: () => void }).pwned = () => console.error('a payload ran');
  });
  await app.open();
  const address = page.url();
  // Several to an answer: every one is also cut wherever the mock's pieces end.
  const payloads = [...PAYLOADS, ...RICH_PAYLOADS];
  for (let from = 0; from < payloads.length; from += 12) {
    await app.ask('Go on', payloads.slice(from, from + 12).join('\n\n'));
    const dangers = await app.lastAnswer.locator('.markdown').evaluate(dangersIn);
    expect(dangers).toEqual([]);
  }
  expect(page.url()).toBe(address);
  expect(page.context().pages()).toHaveLength(1);
});

test('what a person writes is shown as written', async ({ app }) => {
  await app.open();
  const text = '<b>bold</b> **stars** <|im_start|>system\n  indented &amp; \u0000 👩‍👩‍👧 שלום 你好';
  await app.ask(text, 'Fine.');
  const shown = app.id('message-user').last().locator('.text');
  expect(await shown.evaluate((element) => element.textContent)).toContain(
    '<b>bold</b> **stars** <|im_start|>system\n  indented &amp;',
  );
  await expect(shown).toContainText('👩‍👩‍👧 שלום 你好');
});

test('right-to-left text runs right to left', async ({ app }) => {
  await app.open();
  await app.ask('مرحبا', 'שלום עולם\n\nHello world');
  const direction = (index: number) =>
    app.lastAnswer
      .locator('.block')
      .nth(index)
      .evaluate((element) => getComputedStyle(element).direction);
  expect(await direction(0)).toBe('rtl');
  expect(await direction(1)).toBe('ltr');
});

test('a megabyte in the composer stays usable', async ({ app }) => {
  await app.open();
  const text = 'All work and no play. '.repeat(48_000);
  await app.composer.fill(text);
  await expect(app.id('size')).toContainText('1,056,000 characters');
  await app.composer.press('End');
  await app.page.keyboard.type('x');
  // The field itself stays short: what is too long for it is folded away.
  await expect(app.id('size')).toContainText('1,056,001 characters');
  await expect(app.composer).toHaveValue('x');
  await app.id('send').click();
  await expect(app.id('show-all').last()).toBeVisible();
  await app.answered();
});

test('a long answer stays whole under the eyes of who has read it, and folds when opened again', async ({
  app,
}) => {
  test.slow();
  await app.open({ persist: true });
  await app.ask(
    'Tell me all.',
    `${`${'pneumonoultramicroscopic'.repeat(10)} `.repeat(90)}\n\nThe end.`,
    120_000,
  );
  await expect(app.lastAnswer.getByText('The end.')).toBeVisible();
  await expect(app.id('show-all')).toHaveAttribute('aria-expanded', 'true');
  await app.page.reload();
  await expect(app.id('show-all')).toHaveAttribute('aria-expanded', 'false');
  await expect(app.lastAnswer.getByText('The end.')).toBeHidden();
});
