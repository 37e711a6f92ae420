/** Large text, forced colours, less motion, right to left. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

/** How far the page reaches beyond its right edge, in pixels. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

test.describe('at 200 % zoom', () => {
  // 1280×800 and 390×844 at twice the size.
  test.beforeEach(async ({ page, isMobile }) => {
    const size = isMobile ? { width: 320, height: 422 } : { width: 640, height: 400 };
    await page.setViewportSize(size);
  });

  test('everything can be reached and nothing is cut off', async ({ app, page }) => {
    await app.open();
    await expect(app.composer).toBeInViewport();
    await expect(app.id('send')).toBeInViewport({ ratio: 1 });
    await app.ask('And now?', 'A | B\n--|--\n1 | 2\n\n```\na long line of code that is wide\n```');
    expect(await overflow(page)).toBe(0);
    await app.id('nav-settings').click();
    await expect(app.id('settings')).toBeVisible();
    expect(await overflow(page)).toBe(0);
    const about = app.id('version');
    await about.scrollIntoViewIfNeeded();
    await expect(about).toBeInViewport();
  });

  test('a dialog fits and scrolls', async ({ app, page }) => {
    await app.open();
    await app.id('model-chip').click();
    const box = await page.getByRole('dialog').boundingBox();
    const size = page.viewportSize();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(size?.height ?? 0);
  });
});

test('forced colours leave every control visible', async ({ app, page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await app.open();
  await app.composer.focus();
  const frame = await app.composer.evaluate((field) => {
    const dock = field.closest('form');
    return dock === null ? '' : getComputedStyle(dock).borderTopStyle;
  });
  expect(frame).toBe('solid');
  await expect(app.id('message-user').last()).toBeVisible();
});

test('less motion means none', async ({ app, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await app.open();
  await app.id('model-chip').click();
  await expect(page.getByRole('dialog')).toBeVisible();
  const moving = await page.evaluate(
    () =>
      document.getAnimations().filter((animation) => {
        const { duration } = animation.effect?.getComputedTiming() ?? {};
        return typeof duration === 'number' && duration > 1;
      }).length,
  );
  expect(moving).toBe(0);
});

test('Arabic and Hebrew run from right to left, beside English', async ({ app }) => {
  await app.open({ scenario: 'first-run' });
  await app.ask('ما هي عاصمة فرنسا؟', 'עיר הבירה היא **Paris**.\n\nParis is the capital.');
  const direction = (element: Element): string => getComputedStyle(element).direction;
  expect(await app.id('message-user').locator('.text').evaluate(direction)).toBe('rtl');
  const [hebrew, english] = await app.lastAnswer
    .locator('.markdown p')
    .evaluateAll((all) => all.map((element) => getComputedStyle(element).direction));
  expect(hebrew).toBe('rtl');
  expect(english).toBe('ltr');
  await app.composer.fill('שלום');
  expect(await app.composer.evaluate(direction)).toBe('rtl');
});
