/** Translations and the conversation in two languages. */
import type { App } from '../app';
import { expect } from '../fixtures';
import type { Screen } from './screen';

/** A text to translate, for its pictures. */
const LEASE =
  'The tenant pays the rent of €1,240 on the first day of each month. Pets are allowed with the written consent of the landlord.\nThe deposit is returned within 30 days after the keys are handed over. Repairs below €150 are borne by the tenant.';

async function showTranslate(app: App): Promise<void> {
  await app.showList();
  await app.id('nav-translate').click();
}

export const TRANSLATE: readonly Screen[] = [
  { name: 'translate-empty', reach: showTranslate },
  {
    name: 'translate',
    reach: async (app) => {
      await showTranslate(app);
      await app.id('source').fill(LEASE);
      await app.id('to').selectOption('zh');
      await app.mock((mock) => mock.translations.holdAt(3));
      await app.id('run').click();
      await expect(app.id('target')).toHaveCount(3);
    },
  },
  {
    name: 'translate-done',
    reach: async (app) => {
      await app.mock((mock) => (mock.translations.known = ['en']));
      await showTranslate(app);
      await app.id('source').fill(LEASE);
      await app.id('to').selectOption('zh');
      await app.id('run').click();
      await expect(app.id('target')).toHaveCount(4);
      const row = app.id('segment').first();
      await row.locator('[aria-haspopup=menu]').click();
      await app.page.getByRole('menuitem').nth(1).click();
      await expect(app.id('take')).toHaveCount(2);
    },
  },
  {
    name: 'translate-glossary',
    reach: async (app) => {
      await showTranslate(app);
      await app.id('source').fill(LEASE);
      await app.id('to').selectOption('zh');
      await app.id('glossary').click();
      await app.id('terms').locator('input').first().fill('landlord');
      await app.id('terms').locator('input').nth(1).fill('出租人');
    },
  },
  {
    name: 'translate-talk',
    reach: async (app) => {
      await showTranslate(app);
      await app.page.getByRole('radio').nth(1).check({ force: true });
      await app.id('speak-near').fill('Where is the station?');
      await app.id('speak-near').press('Enter');
      await expect(app.id('said')).toHaveCount(2);
      await app.id('speak-far').fill('往前走两条街。');
      await app.id('speak-far').press('Enter');
      await expect(app.id('said')).toHaveCount(4);
    },
  },
];
