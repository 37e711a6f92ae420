/** The search inside a conversation. */
import { expectAccessible } from './axe';
import type { App } from './app';
import { expect, test } from './fixtures';

/** How many places are lit up, and what the first of them says. */
function lit(app: App): Promise<[number, string]> {
  return app.page.evaluate(() => {
    const ranges = [...(CSS.highlights.get('found') ?? [])];
    return [ranges.length, String(ranges[0] ?? '')];
  });
}

async function openFind(app: App, isMobile: boolean): Promise<void> {
  if (isMobile) {
    await app.page.locator('main header [aria-haspopup=menu]').first().click();
    await app.page.getByRole('menuitem', { name: 'Find in this conversation' }).click();
  } else {
    await app.page.keyboard.press('Control+f');
  }
  await expect(app.id('find-field')).toBeFocused();
}

test('finds in what was not read yet, steps through it, and gives the focus back', async ({
  app,
  page,
  isMobile,
}) => {
  await app.open({ scenario: 'long' });
  await app.composer.focus();
  await openFind(app, isMobile);
  await app.id('find-field').fill('Question 12');
  await expect(app.id('find-position')).toContainText(' of ');
  await expectAccessible(page);
  // The oldest is the next after the newest.
  await page.keyboard.press('Enter');
  await expect(app.id('find-position')).toContainText('1 of');
  const first = app.id('message-user').filter({ hasText: 'Question 12:' });
  await expect(first).toBeInViewport();
  await expect(page.locator('.row.found')).toContainText('Question 12:');
  await expect.poll(async () => (await lit(app))[0]).toBeGreaterThan(0);
  await page.keyboard.press('Enter');
  await expect(app.id('find-position')).toContainText('2 of');
  await page.keyboard.press('Shift+Enter');
  await expect(first).toBeInViewport();

  await page.keyboard.press('Escape');
  await expect(app.id('find-bar')).toBeHidden();
  if (!isMobile) await expect(app.composer).toBeFocused();
  expect((await lit(app))[0]).toBe(0);
});

test('opens a folded message and folded thoughts where the words are', async ({
  app,
  isMobile,
}) => {
  await app.open();
  const filler = 'Nothing to see in this sentence. '.repeat(900);
  await app.ask(`${filler}needle`, `<think>A hidden haystack.</think>\n\nAn answer.`, 40_000);
  await openFind(app, isMobile);
  await app.id('find-field').fill('haystack');
  await expect(app.id('find-position')).toContainText('1 of 1');
  await expect(app.lastAnswer.getByText('A hidden haystack.')).toBeInViewport();
  await app.id('find-field').fill('needle');
  await expect(app.id('show-all')).toHaveAttribute('aria-expanded', 'true');
  await expect.poll(() => lit(app)).toEqual([1, 'needle']);
  const visible = (): Promise<boolean> =>
    app.page.evaluate(() => {
      const [range] = [...(CSS.highlights.get('found') ?? [])] as Range[];
      const box = range?.getBoundingClientRect();
      return box !== undefined && box.top > 0 && box.bottom < window.innerHeight;
    });
  await expect.poll(visible).toBe(true);
});

test('says when there is nothing, and ends with the conversation', async ({ app, isMobile }) => {
  await app.open();
  await openFind(app, isMobile);
  await app.id('find-field').fill('xyzzy');
  await expect(app.id('find-position')).toContainText('Nothing found');
  await expect(app.id('find-next')).toBeDisabled();
  await app.openConversation('Names for a bakery');
  await expect(app.id('find-bar')).toBeHidden();
});

test('a hit of the search over everything lights up its words', async ({ app }) => {
  await app.open();
  await app.showList();
  await app.id('search').fill('consent');
  await app.id('search-hit').first().click();
  await expect.poll(() => lit(app)).toEqual([1, 'consent']);
});
