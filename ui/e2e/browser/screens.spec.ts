/**
 * Every screen in every look: no violation that axe knows, nothing cut off sideways, and a picture in
 * artifacts/screenshots for people to look at.
 */
import { expectAccessible } from './axe';
import type { App, Language, Start, Theme } from './app';
import { expect, test } from './fixtures';
import { FORMULAS, NOTES, THOUGHTS } from './rich';

interface Screen {
  name: string;
  start?: Start;
  /** Steps from the first page to the screen. */
  reach?: (app: App) => Promise<void>;
}

const LOOKS: readonly [Theme, Language][] = [
  ['light', 'en'],
  ['dark', 'en'],
  ['light', 'zh-CN'],
  ['dark', 'zh-CN'],
];

const QUESTION: Record<Language, string> = {
  en: 'How does binary search work?',
  'zh-CN': '周末去杭州怎么安排？',
};

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

const SCREENS: readonly Screen[] = [
  { name: 'welcome', start: { scenario: 'first-run', pace: 100_000 } },
  { name: 'conversation' },
  {
    name: 'list',
    reach: (app) => app.showList(),
  },
  {
    name: 'new-conversation',
    reach: async (app) => {
      await app.showList();
      await app.id('new-conversation').click();
      await expect(app.id('empty')).toBeVisible();
    },
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
    name: 'find',
    reach: async (app) => {
      await app.page.locator('main header [aria-haspopup=menu]').first().click();
      await app.page.getByRole('menuitem').first().click();
      await app.id('find-field').fill('a');
      await expect(app.page.locator('.row.found')).toBeVisible();
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
    name: 'new-conversation-with-a-persona',
    reach: async (app) => {
      await app.showList();
      await app.id('new-conversation').click();
      await app.id('pick').nth(2).check({ force: true });
      await app.id('temporary-toggle').check({ force: true });
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
  { name: 'long', start: { scenario: 'long' } },
];

/** Screens whose text depends on the language of the question. */
const CHAT_SCREENS: readonly (Omit<Screen, 'reach'> & {
  reach: (app: App, language: Language) => Promise<void>;
})[] = [
  {
    name: 'reading-the-question',
    reach: async (app, language) => {
      await app.mock((mock) => mock.turns.hold());
      await app.send(QUESTION[language]);
      await expect(app.id('progress')).toBeVisible();
    },
  },
  {
    name: 'answering',
    start: { pace: 5 },
    reach: async (app, language) => {
      await app.mock((mock) => void (mock.turns.nextDropped = 2));
      await app.send(QUESTION[language]);
      await expect(app.lastAnswer.locator('.code-block')).toBeVisible();
      await app.mock((mock) => mock.turns.hold());
    },
  },
  {
    name: 'summing-up',
    reach: async (app, language) => {
      await app.mock((mock) => void (mock.turns.nextFolds = true));
      await app.mock((mock) => mock.turns.hold());
      await app.send(QUESTION[language]);
      await expect(app.id('summary-skip')).toBeVisible();
    },
  },
  {
    name: 'summary',
    reach: async (app, language) => {
      await app.openConversation(
        language === 'en' ? 'Binary search, explained to a child' : '周末去杭州的行程',
      );
      await app.mock((mock) => void (mock.turns.nextFolds = true));
      await app.ask(QUESTION[language], language === 'en' ? 'Ten looks.' : '十步就够。');
      await app.id('summary').locator('summary').click();
      await expect(app.id('summary-text')).toBeVisible();
      await app.id('summary').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'forecast',
    reach: async (app, language) => {
      await app.mock((mock) => void (mock.turns.nextWaitMs = 12_400));
      await app.mock((mock) => mock.turns.hold());
      await app.send(QUESTION[language]);
      await expect(app.id('progress')).toContainText('12');
    },
  },
  {
    name: 'answered',
    reach: async (app, language) => {
      await app.ask(QUESTION[language]);
      await app.id('regenerate').last().click();
      await expect(app.id('sibling').last()).toBeVisible();
      await app.answered();
    },
  },
  {
    name: 'formulas',
    reach: async (app, language) => {
      await app.ask(QUESTION[language], FORMULAS[language], 40_000);
      await expect(app.lastAnswer.locator('math').nth(3)).toBeVisible();
    },
  },
  {
    name: 'footnotes-and-tasks',
    reach: async (app, language) => {
      await app.ask(QUESTION[language], NOTES[language], 40_000);
      await expect(app.lastAnswer.locator('.footnote')).toHaveCount(2);
    },
  },
  {
    name: 'thinking',
    reach: async (app, language) => {
      const words = language === 'en' ? 'garden' : '水管';
      await app.askUntil(QUESTION[language], THOUGHTS[language], words);
    },
  },
  {
    name: 'thoughts',
    reach: async (app, language) => {
      await app.ask(QUESTION[language], `${THOUGHTS[language]}${NOTES[language]}`, 40_000);
      await app.lastAnswer.locator('summary').click();
      await expect(app.lastAnswer.locator('.thoughts math')).toBeVisible();
    },
  },
  {
    name: 'link',
    reach: async (app) => {
      await app.ask(QUESTION.en);
      await app.lastAnswer.locator('[role=link]').click();
      await expect(app.id('link-target')).toBeVisible();
    },
  },
  {
    name: 'error',
    reach: async (app, language) => {
      await app.mock((mock) =>
        mock.failNext('chatSend', 'context_overflow', { needed: '5120', available: '2048' }),
      );
      await app.send(QUESTION[language]);
      await expect(app.id('error')).toBeVisible();
    },
  },
];

/** A text to translate, for its pictures. */
const LEASE =
  'The tenant pays the rent of €1,240 on the first day of each month. Pets are allowed with the written consent of the landlord.\nThe deposit is returned within 30 days after the keys are handed over. Repairs below €150 are borne by the tenant.';

async function showTranslate(app: App): Promise<void> {
  await app.showList();
  await app.id('nav-translate').click();
}

const TRANSLATE_SCREENS: readonly Screen[] = [
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

for (const [theme, language] of LOOKS) {
  test.describe(`${theme}, ${language}`, () => {
    test.use({ colorScheme: theme, contextOptions: { reducedMotion: 'reduce' } });

    for (const { name, start, reach } of [...SCREENS, ...CHAT_SCREENS, ...TRANSLATE_SCREENS]) {
      test(name, async ({ app, page }, { project }) => {
        await app.open({ ...start, theme, lang: language });
        await reach?.(app, language);
        await page.screenshot({
          path: `../artifacts/screenshots/${project.name}/${language}-${theme}/${name}.png`,
          animations: 'disabled',
        });
        expect(await page.locator('html').getAttribute('lang')).toBe(language);
        expect(await overflowing(app)).toBe(false);
        await expectAccessible(page);
      });
    }
  });
}

/** Whether the page as a whole scrolls sideways. */
function overflowing(app: App): Promise<boolean> {
  return app.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
}
