/** Documents and attachments. */
import type { App } from '../app';
import { expect } from '../fixtures';
import type { Screen } from './screen';

/** Three documents that somebody kept before. */
async function keepDocuments(app: App): Promise<void> {
  await app.mock(async (mock) => {
    for (const [name, text] of [
      ['lease.pdf', 'The tenant pays the rent on the first. '.repeat(400)],
      ['Minutes of the meeting about the garden.docx', 'We agreed to plant more trees.'],
      ['杭州旅行.epub', '西湖很美。'.repeat(200)],
    ] as const) {
      const open = await mock.documents.read(name, text);
      if (open !== null) mock.documents.keep(open.document.id);
    }
  });
}

export const DOCUMENTS: readonly Screen[] = [
  {
    name: 'attachments',
    reach: async (app) => {
      const file = { mimeType: 'text/plain', buffer: Buffer.from('Rent is due on the first.\n') };
      await app.id('attach-picker').setInputFiles([
        { ...file, name: 'lease.txt' },
        { ...file, name: 'A rather long name of a file about the landlord.md' },
      ]);
      await app.composer.fill('When is the rent due?');
      await expect(app.id('attachment')).toHaveCount(2);
    },
  },
  {
    name: 'document-attached',
    reach: async (app) => {
      const buffer = Buffer.from('The tenant pays the rent on the first. '.repeat(400));
      const file = { name: 'lease partly read.pdf', mimeType: 'application/pdf', buffer };
      await app.id('attach-picker').setInputFiles(file);
      await app.ask('When is the rent due?', 'On the first of the month.');
      await app.id('attach-picker').setInputFiles(file);
      await expect(app.page.locator('form').getByTestId('attachment')).toHaveCount(1);
    },
  },
  {
    name: 'document-text',
    reach: async (app) => {
      const buffer = Buffer.from('The tenant pays the rent on the first. '.repeat(400));
      const file = { name: 'lease partly read.pdf', mimeType: 'application/pdf', buffer };
      await app.id('attach-picker').setInputFiles(file);
      await app.id('attachment').getByRole('button').first().click();
      await expect(app.id('document-text')).toBeVisible();
    },
  },
  {
    name: 'documents',
    reach: async (app) => {
      await keepDocuments(app);
      if (app.isPhone) await app.showList();
      await app.id('nav-settings').click();
      await app.id('open-documents').click();
      await expect(app.id('document')).toHaveCount(3);
    },
  },
  {
    name: 'attach-kept',
    reach: async (app) => {
      await keepDocuments(app);
      await app.id('attach').click();
      await app.page.getByRole('menuitem').last().click();
      await expect(app.id('kept-document')).toHaveCount(3);
    },
  },
  {
    name: 'attach-menu',
    reach: async (app) => {
      await app.id('attach').click();
      await expect(app.page.getByRole('menuitem')).toHaveCount(2);
    },
  },
  {
    name: 'documents-empty',
    reach: async (app) => {
      if (app.isPhone) await app.showList();
      await app.id('nav-settings').click();
      await app.id('open-documents').click();
      await expect(app.id('documents-none')).toBeVisible();
    },
  },
];
