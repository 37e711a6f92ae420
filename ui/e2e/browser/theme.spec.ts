/** The theme is right from the first frame on, and goes with the system where the person leaves it so. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

const BACKGROUND = { light: 'rgb(250, 249, 246)', dark: 'rgb(21, 21, 19)' };

interface ThemeWindow {
  themes?: (string | null)[];
}

/** Notes every theme that the page has had, from before its first script on. */
async function watchThemes(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const themes: (string | null)[] = [];
    (window as ThemeWindow).themes = themes;
    const watch = (root: HTMLElement): void =>
      new MutationObserver(() => themes.push(root.getAttribute('data-theme'))).observe(root, {
        attributeFilter: ['data-theme'],
      });
    new MutationObserver((_, observer) => {
      if (!document.documentElement) return;
      observer.disconnect();
      watch(document.documentElement);
    }).observe(document, { childList: true });
    if (document.documentElement) watch(document.documentElement);
  });
}

function themesOf(page: Page): Promise<(string | null)[]> {
  return page.evaluate(() => [...new Set((window as ThemeWindow).themes)]);
}

async function expectTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
  await expect(page.locator('html')).toHaveCSS('color-scheme', theme);
  await expect(page.locator('html')).toHaveCSS('background-color', BACKGROUND[theme]);
}

for (const system of ['light', 'dark'] as const) {
  const other = system === 'light' ? 'dark' : 'light';

  test.describe(`on a ${system} system`, () => {
    test.use({ colorScheme: system });

    test('the page begins with the theme of the system', async ({ app, page }) => {
      await watchThemes(page);
      await app.open();
      await expectTheme(page, system);
      expect(await themesOf(page)).toEqual([system]);
    });

    test('the page begins with the theme that was chosen, and keeps it', async ({ app, page }) => {
      await app.open({ persist: true });
      await app.showList();
      await app.id('nav-settings').click();
      const name = other === 'light' ? 'Light' : 'Dark';
      await page.getByRole('radio', { name }).check({ force: true });
      await expectTheme(page, other);
      await watchThemes(page);
      await page.reload();
      await expect(app.composer).toBeVisible();
      await expectTheme(page, other);
      expect(await themesOf(page)).toEqual([other]);
      // A choice does not go with the system.
      await page.emulateMedia({ colorScheme: other });
      await page.emulateMedia({ colorScheme: system });
      await expectTheme(page, other);
    });

    test('the page has the right theme before its program runs', async ({ page }) => {
      await page.route(/assets\/.*\.js$/, (route) =>
        route.fulfill({ contentType: 'text/javascript', body: '' }),
      );
      await page.goto('/');
      await expectTheme(page, system);
    });
  });
}

test('the page follows the system while it runs', async ({ app, page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await app.open();
  await expectTheme(page, 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectTheme(page, 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await expectTheme(page, 'light');
});

test('back to "system", the page takes what the system has by now', async ({ app, page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await app.open({ theme: 'light' });
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectTheme(page, 'light');
  await app.showList();
  await app.id('nav-settings').click();
  await page
    .getByRole('radiogroup', { name: 'Theme' })
    .getByRole('radio', { name: 'System' })
    .check({ force: true });
  await expectTheme(page, 'dark');
});
