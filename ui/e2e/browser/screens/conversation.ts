/** One conversation, before and beside its answers. */
import { expect } from '../fixtures';
import type { Screen } from './screen';

export const CONVERSATION: readonly Screen[] = [
  { name: 'conversation' },
  {
    name: 'new-conversation',
    reach: async (app) => {
      await app.showList();
      await app.id('new-conversation').click();
      await expect(app.id('empty')).toBeVisible();
    },
  },
  {
    name: 'message-menu',
    reach: async (app) => {
      const question = app.id('message-user').last();
      await question.hover();
      await question.locator('[aria-haspopup=menu]').click();
      await expect(app.page.getByRole('menu')).toBeVisible();
    },
  },
  {
    name: 'edit-question',
    reach: async (app) => {
      await app.chooseFromMenu(app.id('message-user').last(), 0);
      await expect(app.id('edit-field')).toBeFocused();
    },
  },
  {
    name: 'edit-answer',
    reach: async (app) => {
      await app.chooseFromMenu(app.lastAnswer, 0);
      await expect(app.id('edit-field')).toBeFocused();
    },
  },
  {
    name: 'selection',
    reach: async (app) => {
      // What the page still does after opening, such as taking the focus, ends a selection.
      await expect(async () => {
        await app.lastAnswer
          .locator('.markdown p')
          .last()
          .evaluate((element) => {
            const selection = document.getSelection();
            // The same selection once more would tell nobody.
            selection?.removeAllRanges();
            selection?.selectAllChildren(element);
          });
        await expect(app.id('selection-tools')).toBeVisible({ timeout: 1000 });
      }).toPass();
    },
  },
  {
    name: 'find',
    reach: async (app) => {
      await app.page.locator('main header [aria-haspopup=menu]').first().click();
      await app.page.getByRole('menuitem').first().click();
      await app.id('find-field').fill('a');
      await expect(app.page.locator('.row.found')).toBeVisible();
    },
  },
  {
    name: 'copied',
    reach: async (app) => {
      await app.id('copy').last().click();
      await expect(app.id('toast')).toBeVisible();
    },
  },
  {
    name: 'context-full',
    reach: async (app) => {
      await app.contextFull('Names for a bakery');
      await expect(app.id('continue')).toBeVisible();
    },
  },
  {
    name: 'context',
    reach: async (app) => {
      await app.mock((mock) => (mock.contextChange = { used: 1240, folded: 24, dropped: 2 }));
      await app.composer.fill('?');
      await expect(app.id('context-ring')).toHaveAccessibleName(/61/);
      await app.id('context-ring').click();
      await expect(app.id('context-panel')).toBeVisible();
    },
  },
  {
    name: 'temporary-conversation',
    reach: async (app) => {
      await app.showList();
      await app.id('new-conversation').click();
      await app.id('temporary-toggle').check({ force: true });
      await app.ask('Hi');
    },
  },
  { name: 'long', start: { scenario: 'long' } },
];
