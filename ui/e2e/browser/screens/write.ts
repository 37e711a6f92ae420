/** Texts that the person writes. */
import { expect } from '../fixtures';
import type { Screen } from './screen';

export const WRITE: readonly Screen[] = [
  {
    name: 'write',
    reach: async (app) => {
      await app.showTexts('Heating');
    },
  },
  {
    name: 'write-list',
    reach: async (app) => {
      await app.showTexts(null);
    },
  },
  {
    name: 'write-first-text',
    start: { scenario: 'first-run' },
    reach: async (app) => {
      await app.showTexts(null);
    },
  },
  {
    name: 'write-review',
    reach: async (app) => {
      await app.showTexts('Heating');
      await app.mock((mock) => {
        mock.writing.nextRewrite = {
          lost: ['12 Mill Street'],
          added: ['17'],
          kept: 1,
          passages: 4,
        };
      });
      await app.id('style-clearer').click();
      await expect(app.id('change').first()).toBeFocused();
      await app.id('accept').click();
      await expect(app.id('change').nth(1)).toBeFocused();
    },
  },
  {
    name: 'write-rewriting',
    reach: async (app) => {
      await app.showTexts('Heating');
      await app.mock((mock) => mock.writing.hold());
      await app.id('style-shorter').click();
      await expect(app.id('preview')).toBeVisible();
    },
  },
  {
    name: 'write-draft',
    reach: async (app) => {
      await app.showTexts(null);
      await app.id('new-draft').click();
      await expect(app.id('draft-form')).toBeVisible();
    },
  },
  {
    name: 'write-template',
    reach: async (app) => {
      await app.showTexts(null);
      await app.id('new-draft').click();
      await app.id('template').selectOption('template-complaint');
      await expect(app.id('field-value').first()).toBeVisible();
    },
  },
  {
    name: 'write-drafted',
    reach: async (app) => {
      await app.showTexts(null);
      await app.id('new-draft').click();
      await app.id('form-points').fill('lunch on Friday at 12:30\nbring the plans\nno dogs');
      await app.id('run-draft').click();
      await expect(app.id('doubts')).toBeVisible();
    },
  },
  {
    name: 'write-versions',
    reach: async (app) => {
      await app.showTexts('Heating');
      await app.id('text-history').click();
      await expect(app.id('version-text')).toContainText('Friday');
    },
  },
];
