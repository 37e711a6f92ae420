/** Shortcuts, the palette, the Enter key, selected words, and gestures. */
import type { Page } from '@playwright/test';
import { expectAccessible } from './axe';
import type { App } from './app';
import { expect, test } from './fixtures';

/** Selects everything in an element, as a drag with the mouse would. */
async function selectWords(page: Page, testId: string): Promise<void> {
  await page
    .getByTestId(testId)
    .last()
    .locator('.text')
    .evaluate((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      const selection = document.getSelection();
      selection?.removeAllRanges();
      selection?.addRange(range);
    });
}

/** What the hand has felt so far. */
function felt(app: App): Promise<unknown[]> {
  return app.mock((mock) =>
    mock.calls.filter((call) => call.command === 'haptic').flatMap((call) => call.args),
  );
}

test.describe('by keyboard', () => {
  test.skip(({ isMobile }) => isMobile, 'a phone has no such keys');

  test('the palette finds a command by a few letters and runs it', async ({ app, page }) => {
    await app.open();
    await page.keyboard.press('Control+Shift+P');
    await expect(app.id('palette')).toBeFocused();
    await expectAccessible(page);
    await page.keyboard.type('sett');
    await expect(app.id('palette-entry').first()).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Enter');
    await expect(app.id('settings')).toBeVisible();
    await expect(app.id('palette')).toBeHidden();
  });

  test('the palette opens a conversation by its title', async ({ app, page }) => {
    await app.open();
    await page.keyboard.press('Control+Shift+P');
    await page.keyboard.type('bakery');
    await page.keyboard.press('Enter');
    await expect(app.id('title')).toHaveText('Names for a bakery');
  });

  test('what the palette does not know can be searched for', async ({ app, page }) => {
    await app.open();
    await page.keyboard.press('Control+Shift+P');
    await page.keyboard.type('qqqq zzzz');
    await expect(app.id('palette-entry')).toHaveCount(1);
    await page.keyboard.press('Enter');
    await expect(app.id('search')).toHaveValue('qqqq zzzz');
    await expect(app.id('search')).toBeFocused();
  });

  test('arrows walk the palette, Escape gives the focus back', async ({ app, page }) => {
    await app.open();
    await app.composer.focus();
    await page.keyboard.press('Control+Shift+P');
    await page.keyboard.press('ArrowUp');
    await expect(app.id('palette-entry').last()).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('ArrowDown');
    await expect(app.id('palette-entry').first()).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Escape');
    await expect(app.composer).toBeFocused();
  });

  test('the sheet names every shortcut', async ({ app, page }) => {
    await app.open();
    await page.keyboard.press('Control+/');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await expect(sheet).toBeVisible();
    await expectAccessible(page);
    for (const name of ['New conversation', 'Search everything', 'Stop the answer']) {
      await expect(sheet.getByText(name)).toBeVisible();
    }
    await page.keyboard.press('Escape');
    await expect(sheet).toBeHidden();
  });

  test('Alt and the arrows go through the conversations', async ({ app, page }) => {
    await app.open();
    const titles = await app.id('conversation-item').allInnerTexts();
    await expect(app.id('title')).toHaveText(titles[0] ?? '');
    await page.keyboard.press('Alt+ArrowDown');
    await expect(app.id('title')).toHaveText(titles[1] ?? '');
    await page.keyboard.press('Alt+ArrowUp');
    await expect(app.id('title')).toHaveText(titles[0] ?? '');
  });

  test('Ctrl+B gives the conversation the whole window, also after a restart', async ({
    app,
    page,
  }) => {
    await app.open({ persist: true });
    await page.keyboard.press('Control+b');
    await expect(app.id('search')).toBeHidden();
    await page.reload();
    await expect(app.id('title')).toBeVisible();
    await expect(app.id('search')).toBeHidden();
    await page.keyboard.press('Control+k');
    await expect(app.id('search')).toBeFocused();
  });

  test('the up arrow in the empty field edits the last question', async ({ app, page }) => {
    await app.open();
    await app.composer.fill('typed');
    await app.composer.press('ArrowUp');
    await expect(app.id('edit')).toBeHidden();
    await app.composer.fill('');
    await page.keyboard.press('ArrowUp');
    await expect(app.id('edit-field')).toBeFocused();
  });

  test('Ctrl+L brings the cursor to the field, Ctrl+Shift+C copies the last answer', async ({
    app,
    page,
  }) => {
    await app.open({ scenario: 'first-run' });
    await app.ask('How?', 'Like **this**.');
    await page.keyboard.press('Control+,');
    await page.keyboard.press('Control+l');
    await expect(app.composer).toBeFocused();
    await page.keyboard.press('Control+Shift+C');
    await expect(app.id('toast')).toContainText('Copied');
    expect(await app.mock((mock) => mock.clipboard)).toBe('Like **this**.');
  });
});

test('Enter starts a new line where the person wants that', async ({ app, page }) => {
  await app.open({ scenario: 'first-run' });
  await app.id('nav-settings').click();
  await page
    .getByRole('radiogroup', { name: 'The Enter key' })
    .getByText('Starts a new line')
    .click();
  await app.id('nav-chat').click();
  await app.composer.fill('One');
  await app.composer.press('Enter');
  await app.composer.pressSequentially('two');
  await expect(app.composer).toHaveValue('One\ntwo');
  await app.composer.press('Control+Enter');
  await expect(app.id('message-user')).toContainText('One');
});

test('a word that is being composed is never sent', async ({ app }) => {
  await app.open({ scenario: 'first-run' });
  await app.composer.fill('你');
  for (const init of [
    { key: 'Enter', isComposing: true },
    { key: 'Enter', keyCode: 229 },
    { key: 'Enter', ctrlKey: true, isComposing: true },
  ]) {
    await app.composer.dispatchEvent('keydown', init);
  }
  await expect(app.composer).toHaveValue('你');
  await expect(app.id('message-user')).toHaveCount(0);
});

test('selected words are asked about', async ({ app, page }) => {
  await app.open({ scenario: 'first-run' });
  await app.ask('How?', 'By halves.');
  await app.composer.fill('Wait:');
  await selectWords(page, 'message-assistant');
  await expect(app.id('selection-tools')).toBeVisible();
  await expectAccessible(page);
  await app.id('quote').click();
  await expect(app.composer).toHaveValue('Wait:\n\n> By halves.\n\n');
  await expect(app.composer).toBeFocused();
  await expect(app.id('selection-tools')).toBeHidden();
});

test('words selected elsewhere get no tools', async ({ app, page }) => {
  await app.open();
  await page.evaluate(() => document.getSelection()?.selectAllChildren(document.body));
  await expect(app.id('selection-tools')).toBeHidden();
});

test.describe('with a finger', () => {
  test.skip(({ isMobile }) => !isMobile, 'a desktop has no fingers');

  /** Moves a finger over an element. */
  async function drag(page: Page, testId: string, dx: number, dy: number): Promise<void> {
    await page.getByTestId(testId).evaluate(
      (element, [x, y]) => {
        const init = { pointerType: 'touch', isPrimary: true, bubbles: true, pointerId: 7 };
        const at = { clientX: 30, clientY: 300 };
        element.dispatchEvent(new PointerEvent('pointerdown', { ...init, ...at }));
        const to = { clientX: 30 + (x ?? 0), clientY: 300 + (y ?? 0) };
        element.dispatchEvent(new PointerEvent('pointermove', { ...init, ...to }));
        element.dispatchEvent(new PointerEvent('pointerup', { ...init, ...to }));
      },
      [dx, dy],
    );
  }

  test('a swipe leads to the list', async ({ app, page }) => {
    await app.open();
    await expect(app.id('flow')).toBeVisible();
    await drag(page, 'flow', 40, 0);
    await drag(page, 'flow', 120, 110);
    await expect(app.id('flow')).toBeVisible();
    await drag(page, 'flow', 160, 12);
    await expect(app.id('search')).toBeVisible();
    await expect(app.id('flow')).toBeHidden();
    expect(await felt(app)).toEqual(['swipe']);
  });

  test('a message that leaves is felt', async ({ app }) => {
    await app.open();
    await app.ask('Hello', 'Hello!');
    expect(await felt(app)).toEqual(['send']);
  });

  test('a long press opens the menu of a question', async ({ app, page }) => {
    await app.open();
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    const bubble = app.id('message-user').last().locator('.bubble');
    const finger = { pointerType: 'touch', isPrimary: true, pointerId: 7 };
    await bubble.dispatchEvent('pointerdown', { ...finger, clientX: 50, clientY: 50 });
    await page.clock.runFor(400);
    await expect(page.getByRole('menu')).toBeHidden();
    await page.clock.runFor(200);
    await expect(page.getByRole('menu')).toBeVisible();
    expect(await felt(app)).toEqual(['press']);
  });
});
