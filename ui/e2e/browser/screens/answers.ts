/** Answers on their way and when they are there, in the language of the question. */
import { expect } from '../fixtures';
import { FORMULAS, NOTES, THOUGHTS } from '../rich';
import { QUESTION, type Screen } from './screen';

export const ANSWERS: readonly Screen[] = [
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
