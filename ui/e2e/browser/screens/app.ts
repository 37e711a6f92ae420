/** The app itself: its start, its settings, the model, what fails. */
import type { App } from '../app';
import { expect } from '../fixtures';
import type { Screen } from './screen';

export const APP: readonly Screen[] = [
  { name: 'welcome', start: { scenario: 'first-run', pace: 100_000 } },
  {
    name: 'palette',
    reach: async (app) => {
      await app.page.keyboard.press('Control+Shift+P');
      await app.page.keyboard.type('o');
      await expect(app.id('palette')).toBeFocused();
    },
  },
  {
    name: 'shortcuts',
    reach: async (app) => {
      await app.page.keyboard.press('Control+/');
      await expect(app.page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'draft-model',
    reach: async (app) => {
      await app.showList();
      await app.id('nav-settings').click();
      await app.id('draft-choose').click();
      await expect(app.id('draft-name')).toContainText('SmolLM2');
      await app.mock((mock) => {
        mock.failNext('draftModelChoose', 'draft_vocabulary', { path: '/models/qwen3-0.6b.gguf' });
      });
      await app.id('draft-choose').click();
      await app.id('error').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'settings',
    reach: async (app) => {
      await app.showList();
      await app.id('nav-settings').click();
      await expect(app.id('settings')).toBeVisible();
    },
  },
  {
    name: 'export',
    reach: async (app) => {
      await app.page.locator('header [aria-haspopup=menu]').first().click();
      // Delete comes behind it.
      await app.page.getByRole('menuitem').nth(-2).click();
      await expect(app.id('export-confirm')).toBeVisible();
    },
  },
  {
    name: 'importing',
    reach: async (app) => {
      await startImport(app);
      await expect(app.id('exchange-progress')).toBeVisible();
    },
  },
  {
    name: 'import-report',
    reach: async (app) => {
      await startImport(app);
      await app.mock((mock) => mock.exchange.release());
      await expect(app.id('import-report')).toBeVisible();
    },
  },
  {
    name: 'model',
    reach: async (app) => {
      await app.id('model-chip').click();
      await expect(app.page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'waiting-for-the-model',
    start: { scenario: 'loading' },
    reach: async (app) => {
      await app.send('Hello');
      await expect(app.id('message-queued')).toBeVisible();
    },
  },
  { name: 'model-failed', start: { scenario: 'model-failed' } },
  { name: 'storage-failed', start: { scenario: 'storage-failed' } },
  {
    name: 'start-fresh',
    start: { scenario: 'storage-failed' },
    reach: async (app) => {
      await app.id('storage-start-fresh').click();
      await expect(app.id('confirm')).toBeVisible();
    },
  },
  { name: 'set-aside', start: { scenario: 'set-aside' } },
];

/** Imports a file that breaks off and has bad entries, and stands still in the middle. */
async function startImport(app: App): Promise<void> {
  await app.showList();
  await app.id('nav-settings').click();
  await app.mock((mock) => {
    mock.exchange.hold();
    mock.exchange.nextImport = {
      source: 'chatgpt',
      added: 1204,
      known: 31,
      knownInTrash: 2,
      omitted: 57,
      skipped: [
        { number: 12, title: 'Recipes for a rainy week', reason: 'cycle' },
        { number: 40, title: null, reason: 'unreadable' },
        { number: 77, title: '杭州', reason: 'unknown_role' },
      ],
      skippedTotal: 5,
      ending: { state: 'truncated' },
    };
  });
  await app.id('import').click();
}
