/** The page as a person uses it: where things are, and the steps that several tests take. */
import { expect, type Locator, type Page } from '@playwright/test';
// For the type of `window.__mock`.
import type {} from '../../src/lib/host/mock';
import type { MockHost } from '../../src/lib/host/mock/mock-host';

export type Language = 'en' | 'zh-CN';
export type Theme = 'light' | 'dark';

/** How the mock begins; see src/lib/host/mock.ts. */
export interface Start {
  scenario?: string;
  theme?: Theme;
  lang?: Language;
  /** Milliseconds between two events of an answer. */
  pace?: number;
  /** Keeps what the mock has stored over a reload. */
  persist?: boolean;
}

export class App {
  constructor(
    readonly page: Page,
    readonly isPhone: boolean,
  ) {}

  async open({ scenario = 'conversations', theme, lang = 'en', pace = 0, persist }: Start = {}) {
    const query = new URLSearchParams({ scenario, lang, pace: String(pace) });
    if (theme) query.set('theme', theme);
    if (persist) query.set('persist', '');
    await this.page.goto(`/?${query.toString()}`);
    await this.page.waitForFunction(() =>
      window.__mock?.calls.some((c) => c.command === 'uiReady'),
    );
  }

  id(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  /** Goes to the personas: by the rail, or on a phone by the settings. */
  async showPersonas(): Promise<void> {
    if (this.isPhone) {
      await this.id('nav-settings').click();
      await this.id('to-personas').click();
    } else {
      await this.id('nav-personas').click();
    }
  }

  /** Goes to the texts, and opens the one that is called so. */
  async showTexts(name: string | null): Promise<void> {
    if (this.isPhone && (await this.id('back').isVisible())) await this.id('back').click();
    await this.id('nav-write').click();
    await expect(this.id('write')).toBeVisible();
    if (name === null) return;
    await this.id('text-item').filter({ hasText: name }).click();
    await expect(this.id('text-body')).toBeVisible();
  }

  get composer(): Locator {
    return this.id('composer');
  }

  get answers(): Locator {
    return this.id('message-assistant');
  }

  get lastAnswer(): Locator {
    return this.answers.last();
  }

  /** Tells the mock behind the page something, or asks it; `act` runs in the page. */
  async mock<T>(act: (mock: MockHost, argument: string) => T, argument = ''): Promise<T> {
    const mock = await this.page.evaluateHandle(() => {
      if (!window.__mock) throw new Error('the page runs without the mock');
      return window.__mock;
    });
    return mock.evaluate(act as (mock: MockHost, argument: string) => T, argument);
  }

  async send(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.id('send').click();
  }

  /** Asks something and waits for the whole answer; `answer` replaces the mock's own. */
  async ask(text: string, answer?: string, timeout?: number): Promise<void> {
    // Rows far from the end don't exist, so answers are told apart by their ids, not counted.
    const before = await this.newestAnswer();
    if (answer !== undefined) {
      await this.mock((mock, value) => void (mock.turns.nextAnswer = value), answer);
    }
    await this.send(text);
    await expect.poll(() => this.newestAnswer()).not.toBe(before);
    await this.answered(timeout);
  }

  async answered(timeout?: number): Promise<void> {
    const status = /complete|stopped/;
    await expect(this.lastAnswer).toHaveAttribute(
      'data-status',
      status,
      timeout ? { timeout } : {},
    );
  }

  private async newestAnswer(): Promise<string> {
    const ids = await this.answers.evaluateAll((all) =>
      all.map((answer) => (answer as HTMLElement).dataset['id'] ?? ''),
    );
    return ids.at(-1) ?? '';
  }

  /** Sends a message and stops the mock in the middle of its answer. */
  async askHalf(text: string): Promise<void> {
    await this.mock((mock) => (mock.turns.paceMs = 30));
    await this.send(text);
    await expect(this.lastAnswer.locator('.markdown')).toContainText('dictionary');
    await this.mock((mock) => mock.turns.hold());
  }

  /** Asks something and stops the mock when its answer has come to `words`. */
  async askUntil(text: string, answer: string, words: string): Promise<void> {
    await this.mock((mock, value) => void (mock.turns.nextAnswer = value), answer);
    await this.mock((mock, value) => void (mock.turns.holdAfter = value), words);
    await this.send(text);
    await expect(this.lastAnswer).toContainText(words);
  }

  /** Opens a conversation whose last answer ended because the context was full. */
  async contextFull(title: string): Promise<void> {
    await this.mock((mock, wanted) => {
      const { store } = mock;
      const id = store.list(false).find((item) => item.title === wanted)?.id ?? '';
      const answer = store.message(store.leaf(id) ?? '');
      if (answer.stats === null) throw new Error('the answer has no figures');
      store.update(answer.id, { stats: { ...answer.stats, stopReason: 'context_full' } });
    }, title);
    await this.openConversation(title);
    await expect(this.id('ending')).toHaveAttribute('data-ending', 'contextFull');
  }

  /** Opens the menu of a message and takes an entry by its English words, or its place from "Edit" on. */
  async chooseFromMenu(message: Locator, entry: string | 0): Promise<void> {
    await message.hover();
    await message.locator('[aria-haspopup=menu]').click();
    const items = this.page.getByRole('menuitem');
    if (entry !== 0) await items.filter({ hasText: entry }).click();
    // A question has Copy before it.
    else await items.nth(-3).click();
  }

  /** On a phone the list is a page of its own. */
  async showList(): Promise<void> {
    if (this.isPhone && !(await this.id('search').isVisible())) await this.id('back').click();
    await expect(this.id('search')).toBeVisible();
  }

  /** Puts the focus on the first conversation of the list, once it can take it. */
  async focusFirst(): Promise<void> {
    const first = this.id('conversation-item').first();
    // A row that has not been measured yet is there, but hidden.
    await expect(first).toBeVisible();
    await first.focus();
    await expect(first).toBeFocused();
  }

  conversation(title: string): Locator {
    return this.id('conversation-item').filter({ hasText: title });
  }

  async openConversation(title: string): Promise<void> {
    await this.showList();
    await this.conversation(title).click();
    await expect(this.id('title')).toHaveText(title);
  }
}
