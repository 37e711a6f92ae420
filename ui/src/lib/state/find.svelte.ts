import type { Host } from '../host/host';
import type { Chat } from './chat.svelte';
import { parseWords, type Words } from './found-words';
import { SEARCH_DELAY_MS } from './search.svelte';
import type { Thread } from './thread.svelte';

/** A message in which words are to be shown. */
export interface Spot {
  message: string;
  words: Words;
}

/**
 * The search inside the conversation on the screen: the messages that hold the words, and which of
 * them one is at. It ends when another conversation is shown.
 *
 * Also what the search over everything was after when it opened a message.
 */
export class Find {
  query = $state('');
  /** The messages that were found, oldest first. */
  found = $state.raw<readonly string[]>([]);
  /** The query that `found` belongs to. */
  answered = $state('');
  #place = $state(0);
  /** The conversation that is searched. */
  #thread = $state.raw<Thread | null>(null);
  /** What a hit of the search over everything was, and where. */
  #pointed = $state.raw<(Spot & { thread: Thread }) | null>(null);
  #before: Element | null = null;
  #sequence = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: Host,
    private readonly chat: Chat,
    private readonly onError: (error: unknown) => void,
  ) {}

  get active(): boolean {
    return this.#thread !== null && this.#thread === this.chat.thread;
  }

  /** The number of the message that one is at, from one; zero when nothing was found. */
  get position(): number {
    return this.found.length === 0 ? 0 : this.#place + 1;
  }

  readonly #words: Words = $derived(parseWords(this.answered));

  /** The message that one is at, and its words: shown even where it is folded. */
  readonly spot: Spot | null = $derived.by(() => {
    if (this.active) {
      const message = this.found[this.#place];
      return message === undefined ? null : { message, words: this.#words };
    }
    return this.#pointed?.thread === this.chat.thread ? this.#pointed : null;
  });

  /** The message that is outlined. */
  get current(): string | null {
    return this.active ? (this.spot?.message ?? null) : null;
  }

  /** The words that are lit up in a message; null for none. */
  wordsIn(message: string): Words | null {
    if (this.active) return this.found.includes(message) ? this.#words : null;
    return this.spot?.message === message ? this.spot.words : null;
  }

  /** Opens the search; false where there is nothing to search. */
  show(): boolean {
    const { thread } = this.chat;
    if (thread.id === null || thread.empty) return false;
    if (!this.active) {
      this.#before = document.activeElement;
      this.#reset();
      this.#pointed = null;
      this.#thread = thread;
    }
    document.getElementById('find')?.focus();
    return true;
  }

  /** Ends the search and gives the focus back. */
  close(): void {
    this.#reset();
    this.#thread = null;
    const before = this.#before;
    this.#before = null;
    const back =
      before instanceof HTMLElement && before.isConnected && before !== document.body
        ? before
        : document.getElementById('composer');
    back?.focus();
  }

  /** Lights up the words of a query in a message that the search over everything found. */
  point(message: string, query: string): void {
    this.#pointed = { message, words: parseWords(query), thread: this.chat.thread };
  }

  set(query: string): void {
    this.query = query;
    clearTimeout(this.#timer);
    if (query.trim() === '') {
      this.#sequence += 1;
      this.answered = '';
      this.found = [];
      return;
    }
    this.#timer = setTimeout(() => void this.run(), SEARCH_DELAY_MS);
  }

  /** Searches, and goes to the newest message that was found, or stays where one is. */
  async run(): Promise<void> {
    clearTimeout(this.#timer);
    const id = this.#thread?.id ?? null;
    const query = this.query.trim();
    if (id === null || query === '') return;
    const sequence = ++this.#sequence;
    try {
      const at = this.found[this.#place];
      const found = await this.host.conversationSearch(id, query);
      if (sequence !== this.#sequence) return;
      const same = query === this.answered;
      this.found = found;
      this.answered = query;
      const place = at === undefined ? -1 : found.indexOf(at);
      this.#place = place === -1 ? Math.max(0, found.length - 1) : place;
      if (!(same && place !== -1)) this.#go();
    } catch (error) {
      if (sequence === this.#sequence) this.onError(error);
    }
  }

  /** Goes to the next message that was found, or the one before; around at the ends. */
  step(by: 1 | -1): void {
    const { length } = this.found;
    if (length === 0) return;
    this.#place = (this.#place + by + length) % length;
    this.#go();
  }

  #go(): void {
    const message = this.found[this.#place];
    if (message !== undefined) void this.chat.jump(message);
  }

  #reset(): void {
    clearTimeout(this.#timer);
    this.#sequence += 1;
    this.query = '';
    this.answered = '';
    this.found = [];
    this.#place = 0;
  }
}
