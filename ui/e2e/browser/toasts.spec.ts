/** Notes lie over what is least needed: never over what one searches, writes, sends or stops with. */
import type { Locator } from '@playwright/test';
import type { App } from './app';
import { expect, test } from './fixtures';

const LONG =
  'A question that is long enough to take several lines of the field on a phone. '.repeat(4);

// The box is looked at where it comes to rest.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

/** Expects that the newest note is whole on the screen and touches none of these. */
async function expectClear(app: App, places: Locator[]): Promise<void> {
  const toast = app.id('toast').last();
  await expect(toast).toBeInViewport({ ratio: 1 });
  await expect(async () => {
    const note = await box(toast);
    for (const place of places) {
      const other = await box(place);
      const apart =
        note.x + note.width <= other.x ||
        other.x + other.width <= note.x ||
        note.y + note.height <= other.y ||
        other.y + other.height <= note.y;
      expect(apart, `the note is clear of ${place.toString()}`).toBe(true);
    }
  }).toPass({ timeout: 2000 });
}

async function box(place: Locator) {
  const found = await place.boundingBox();
  if (found === null) throw new Error(`${place.toString()} is not on the screen`);
  return found;
}

function listPlaces(app: App): Locator[] {
  const names = ['search', 'new-conversation', 'open-trash', 'model-status', 'nav-chat'];
  return [...names, 'nav-settings'].map((name) => app.id(name));
}

function composer(app: App): Locator {
  return app.page.locator('form', { has: app.composer });
}

async function failQuietly(app: App): Promise<void> {
  await app.mock((mock) => mock.failNext('clipboardWrite', 'internal'));
  await app.id('copy').last().click();
  await expect(app.id('toast')).toBeVisible();
}

test('an undo leaves the search, the trash and the places free', async ({ app, page }) => {
  await app.open();
  await app.showList();
  await app.focusFirst();
  await page.keyboard.press('Delete');
  await expect(app.id('undo')).toBeVisible();
  await expectClear(app, listPlaces(app));
});

test('the end of a long list can be scrolled clear of an undo', async ({ app, page, isMobile }) => {
  test.skip(!isMobile, 'elsewhere notes lie at the top');
  await page.setViewportSize({ width: 390, height: 480 });
  await app.open();
  await app.showList();
  await app.focusFirst();
  await page.keyboard.press('Delete');
  await expect(app.id('undo')).toBeVisible();
  const last = app.id('conversation-item').last();
  await app.id('conversation-list').evaluate((list) => (list.scrollTop = list.scrollHeight));
  await expectClear(app, [last, ...listPlaces(app)]);
});

test('a note leaves the composer free, also one that has grown', async ({ app }) => {
  await app.open();
  await app.composer.fill(LONG);
  await failQuietly(app);
  await expectClear(app, [composer(app), app.id('send')]);
  // It stays clear while the field shrinks and grows below it.
  await app.composer.fill('');
  await expectClear(app, [composer(app), app.id('send')]);
  await app.composer.fill(LONG);
  await expectClear(app, [composer(app), app.id('send')]);
});

test('a note leaves the way to stop an answer free', async ({ app }) => {
  await app.open();
  await app.askHalf('How does binary search work?');
  await app.mock((mock) => mock.failNext('chatStop', 'internal'));
  await app.id('stop').click();
  await expect(app.id('toast')).toBeVisible();
  await expectClear(app, [composer(app), app.id('stop')]);
  await app.id('stop').click();
  await app.answered();
});

test('what was copied is said beside the actions of the answer, not over them', async ({ app }) => {
  await app.open();
  // Fills the screen of a phone: its actions are right above the composer.
  await app.ask('How does binary search work?');
  await app.id('copy').last().click();
  await expect(app.id('toast')).toHaveText('Copied');
  await expectClear(app, [app.id('copy').last(), app.id('regenerate').last(), composer(app)]);
});

test('with the keyboard open, a note stays above the composer', async ({ app, page, isMobile }) => {
  test.skip(!isMobile, 'only touch screens open one');
  await app.open();
  await page.setViewportSize({ width: 390, height: 440 });
  await expect(app.id('nav-chat')).toBeHidden();
  await failQuietly(app);
  await expectClear(app, [composer(app), app.id('send')]);
});
