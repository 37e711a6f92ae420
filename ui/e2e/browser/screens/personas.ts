/** Personas, and what they ask of the model. */
import { expect } from '../fixtures';
import type { Screen } from './screen';

export const PERSONAS: readonly Screen[] = [
  {
    name: 'new-conversation-with-a-persona',
    reach: async (app) => {
      await app.showList();
      await app.id('new-conversation').click();
      await app.id('pick').nth(2).check({ force: true });
      await app.id('temporary-toggle').check({ force: true });
    },
  },
  {
    name: 'personas',
    reach: async (app) => {
      await app.showList();
      await app.showPersonas();
      await expect(app.id('persona-card').first()).toBeVisible();
      await app.page.locator('[data-id=tutor] [aria-haspopup=menu]').click();
      await app.page.getByRole('menuitem').last().click();
      await expect(app.id('hidden-persona')).toBeVisible();
    },
  },
  {
    name: 'persona',
    reach: async (app) => {
      await app.showList();
      await app.showPersonas();
      await app.page.locator('[data-id=translator] [aria-haspopup=menu]').click();
      await app.page.getByRole('menuitem').first().click();
      await app.id('system-prompt').press('End');
      await app.page.keyboard.type(' {{who}} {{time}}');
      await app.id('temperature').fill('9');
      await expect(app.id('prompt-problem')).toBeVisible();
    },
  },
  {
    name: 'model-wish',
    reach: async (app) => {
      await app.mock((mock) => mock.modelLoad('/models/large-4b.gguf', true));
      await expect(app.id('model-chip')).toContainText('large-4b');
      await app.id('persona-chip').click();
      await app.id('own-model').selectOption('/models/large-4b.gguf');
      await app.id('close-settings').click();
      await app.mock((mock) => mock.modelLoad(null, true));
      await expect(app.id('model-wish')).toBeVisible();
    },
  },
  {
    name: 'model-awaited',
    reach: async (app) => {
      await app.mock((mock) => mock.modelLoad('/models/large-4b.gguf', true));
      await app.id('persona-chip').click();
      await app.id('own-model').selectOption('/models/large-4b.gguf');
      await app.id('close-settings').click();
      await app.mock((mock) => mock.modelLoad(null, true));
      await app.mock((mock) => void (mock.turns.paceMs = 100_000));
      await app.send('How do I keep it fresh for a week?');
      await expect(app.id('model-awaited')).toBeVisible();
    },
  },
  {
    name: 'model-refused',
    reach: async (app) => {
      await app.mock((mock) => mock.modelLoad('/models/large-4b.gguf', true));
      await app.id('persona-chip').click();
      await app.id('own-model').selectOption('/models/large-4b.gguf');
      await app.id('close-settings').click();
      await app.mock((mock) => mock.modelLoad(null, true));
      await app.mock((mock) => void mock.lostFiles.add('/models/large-4b.gguf'));
      await app.send('How do I keep it fresh for a week?');
      await expect(app.id('model-refusal')).toBeVisible();
    },
  },
  {
    name: 'answer-settings',
    reach: async (app) => {
      await app.id('persona-chip').click();
      await app.id('temperature').fill('0.9');
      await expect(app.id('clear-settings')).toBeVisible();
    },
  },
];
