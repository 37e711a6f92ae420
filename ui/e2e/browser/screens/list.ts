/** The list of conversations, search and order. */
import { expect } from '../fixtures';
import type { Screen } from './screen';

export const LIST: readonly Screen[] = [
  {
    name: 'list',
    reach: (app) => app.showList(),
  },
  {
    name: 'menu',
    reach: async (app) => {
      await app.showList();
      const item = app.page
        .getByRole('listitem')
        .filter({ has: app.id('conversation-item') })
        .first();
      await item.hover();
      await item.locator('[aria-haspopup=menu]').click();
      await expect(app.page.getByRole('menu')).toBeVisible();
    },
  },
  {
    name: 'search',
    reach: async (app) => {
      await app.showList();
      await app.id('search').fill('a');
      await expect(app.id('search-hit').first()).toBeVisible();
    },
  },
  {
    name: 'search-without-result',
    reach: async (app) => {
      await app.showList();
      await app.id('search').fill('xyzzy');
      await expect(app.page.locator('.results[aria-busy=false]')).toBeVisible();
    },
  },
  {
    name: 'trash',
    reach: async (app) => {
      await app.showList();
      await app.id('open-trash').click();
      await expect(app.id('trash-item').first()).toBeVisible();
    },
  },
  {
    name: 'purge',
    reach: async (app) => {
      await app.showList();
      await app.id('open-trash').click();
      await app.id('purge').first().click();
      await expect(app.id('confirm')).toBeVisible();
    },
  },
  {
    name: 'organised',
    start: { scenario: 'organised' },
    reach: (app) => app.showList(),
  },
  {
    name: 'archive',
    start: { scenario: 'organised' },
    reach: async (app) => {
      await app.showList();
      await app.id('open-archive').click();
      await expect(app.id('leave-archive')).toBeVisible();
    },
  },
  {
    name: 'selected-conversations',
    start: { scenario: 'organised' },
    reach: async (app) => {
      await app.showList();
      await app
        .id('conversation-item')
        .nth(1)
        .click({ modifiers: ['Shift'] });
      await app.id('conversation-item').nth(3).click();
      await expect(app.id('selection')).toBeVisible();
    },
  },
  {
    name: 'tags-of-conversations',
    start: { scenario: 'organised' },
    reach: async (app) => {
      await app.showList();
      await app
        .id('conversation-item')
        .first()
        .click({ modifiers: ['Shift'] });
      await app.id('conversation-item').nth(1).click();
      await app.id('selection-tag').click();
      await expect(app.id('new-tag')).toBeFocused();
    },
  },
  {
    name: 'all-tags',
    start: { scenario: 'organised' },
    reach: async (app) => {
      await app.showList();
      await app.id('manage-tags').click();
      await app.id('tag-rename').first().click();
      await expect(app.id('tag-name')).toBeFocused();
    },
  },
  {
    name: 'undo',
    reach: async (app) => {
      await app.showList();
      await app.focusFirst();
      await app.page.keyboard.press('Delete');
      await expect(app.id('undo')).toBeVisible();
    },
  },
  {
    name: 'temporary-in-the-list',
    reach: async (app) => {
      await app.showList();
      await app.id('new-conversation').click();
      await app.id('temporary-toggle').check({ force: true });
      await app.ask('Hi');
      await app.showList();
    },
  },
  {
    name: 'forget',
    reach: async (app) => {
      await app.showList();
      await app.id('new-conversation').click();
      await app.id('temporary-toggle').check({ force: true });
      await app.ask('Hi');
      await app.page.locator('header [aria-haspopup=menu]').click();
      await app.page.getByRole('menuitem').last().click();
      await expect(app.id('confirm')).toBeVisible();
    },
  },
];
