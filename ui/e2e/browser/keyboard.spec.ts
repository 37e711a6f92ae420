/** Everything by keyboard, on the desktop layout. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

test.skip(({ isMobile }) => isMobile, 'a phone has no Tab key');

/** What has the focus: its test id, else its accessible name or text. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return 'body';
    const { testid } = element.dataset;
    return testid ?? element.getAttribute('aria-label') ?? element.innerText.trim();
  });
}

/** Tabs out of the page at its end, so that the next Tab enters it at its beginning. */
async function leaveAtTheEnd(page: Page): Promise<void> {
  await expect(async () => {
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('body');
  }).toPass({ intervals: [0] });
}

/** Whether a ring or another outline shows where the focus is. */
function focusIsVisible(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement)) return false;
    const seen: HTMLElement[] = [element];
    for (
      let parent = element.parentElement;
      parent && seen.length < 4;
      parent = parent.parentElement
    ) {
      seen.push(parent);
    }
    return seen.some((candidate) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(candidate);
      return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
    });
  });
}

test('Tab reaches every control once, in reading order, with a visible focus', async ({
  app,
  page,
}) => {
  await app.open();
  await app.ask('How?', 'See [a page](https://example.org/).\n\n```sh\nls\n```');
  await leaveAtTheEnd(page);
  const stops: string[] = [];
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const stop = await focused(page);
    if (stop === 'body') break;
    stops.push(stop);
    expect(await focusIsVisible(page), `the focus on "${stop}" can be seen`).toBe(true);
  }
  const order = ['nav-chat', 'nav-settings', 'search', 'new-conversation', 'conversation-item'];
  const rest = ['open-trash', 'model-status', 'model-chip', 'a page', 'Wrap lines', 'composer'];
  const places = [...order, ...rest].map((name) => stops.lastIndexOf(name));
  expect(places, stops.join(' → ')).not.toContain(-1);
  expect(places, stops.join(' → ')).toEqual(places.toSorted((a, b) => a - b));
});

test('the first Tab offers to skip to the message field', async ({ app, page }) => {
  await app.open();
  await leaveAtTheEnd(page);
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Skip to the message field');
  await page.keyboard.press('Enter');
  await expect(app.composer).toBeFocused();
});

test('arrows walk the list, Enter opens', async ({ app, page }) => {
  await app.open();
  await app.focusFirst();
  await page.keyboard.press('ArrowDown');
  await expect(app.id('conversation-item').nth(1)).toBeFocused();
  await page.keyboard.press('End');
  await expect(app.id('conversation-item').last()).toBeFocused();
  const title = await app.id('conversation-item').last().innerText();
  await page.keyboard.press('Enter');
  await expect(app.id('title')).toHaveText(title);
});

test('Ctrl+N, Ctrl+K, Ctrl+comma and Ctrl+Z do what the settings say', async ({ app, page }) => {
  await app.open();
  await page.keyboard.press('Control+n');
  await expect(app.id('empty')).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(app.id('search')).toBeFocused();
  await page.keyboard.press('Control+,');
  await expect(app.id('settings')).toBeVisible();
  await page.keyboard.press('Control+k');
  const count = await app.id('conversation-item').count();
  await app.focusFirst();
  await page.keyboard.press('Delete');
  await expect(app.id('conversation-item')).toHaveCount(count - 1);
  await page.keyboard.press('Control+z');
  await expect(app.id('conversation-item')).toHaveCount(count);
});

test('a dialog keeps the focus inside, and gives it back', async ({ app, page }) => {
  await app.open();
  await app.id('model-chip').focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  for (let presses = 0; presses < 8; presses += 1) {
    await page.keyboard.press('Tab');
    const outside = await page.evaluate(() => {
      const { activeElement } = document;
      return activeElement !== document.body && !activeElement?.closest('dialog');
    });
    expect(outside).toBe(false);
  }
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(app.id('model-chip')).toBeFocused();
});

test('a menu is walked with arrows and left with Escape', async ({ app, page }) => {
  await app.open();
  const button = page.locator('main header [aria-haspopup=menu]');
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem').nth(1)).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();
  await expect(button).toBeFocused();
});

test('the conversation scrolls by keyboard', async ({ app, page }) => {
  await app.open({ scenario: 'long' });
  const list = page.getByRole('list', { name: 'Conversation' });
  await list.focus();
  const before = await list.evaluate((element) => element.scrollTop);
  await page.keyboard.press('PageUp');
  await expect.poll(() => list.evaluate((element) => element.scrollTop)).toBeLessThan(before);
});
