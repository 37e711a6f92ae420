import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { NEW_DRAFT, TEMPORARY_DRAFT, type Host } from '../host/host';

/** How long typing must rest before the draft is written, in milliseconds. */
export const DRAFT_DELAY_MS = 400;

/**
 * The unsent texts, one for each conversation and one for the conversation to come.
 *
 * A text that has been sent but waits for the model is *held*: it is out of the composer, yet
 * stays in the stored draft until the store has the message itself, so that no moment exists in
 * which only this page knows it.
 */
export class Drafts {
  readonly #texts = new SvelteMap<string, string>();
  readonly #held = new Map<string, string>();
  readonly #unsaved = new Set<string>();
  /** Texts that are never written, because they belong to something that is only in memory. */
  readonly #private = new Set<string>([TEMPORARY_DRAFT]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The last write, so that whoever waits for one waits for those before it as well. */
  #writing = Promise.resolve();

  constructor(
    private readonly host: Host,
    private readonly onError: (error: unknown) => void,
  ) {}

  text(key: string): string {
    return this.#texts.get(key) ?? '';
  }

  /** The text under a key, without following its changes. */
  peek(key: string): string {
    return untrack(() => this.text(key));
  }

  /** Takes the text of the composer and writes it once typing rests. */
  set(key: string, text: string): void {
    if (this.text(key) === text && this.#texts.has(key)) return;
    this.#texts.set(key, text);
    this.#unsaved.add(key);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), DRAFT_DELAY_MS);
  }

  /** Takes a stored draft, unless the person has already typed something newer. */
  adopt(key: string, stored: string): void {
    if (!this.#texts.has(key) && !this.#held.has(key)) this.#texts.set(key, stored);
  }

  /** Drops a text for good, also where it is stored. */
  discard(key: string): void {
    this.#texts.delete(key);
    this.#unsaved.add(key);
    void this.flush();
  }

  /** Never writes this draft. */
  keepPrivate(key: string): void {
    this.#private.add(key);
  }

  /** What it belongs to is kept now, and so is the draft. */
  publish(key: string): void {
    if (!this.#private.delete(key) || this.text(key) === '') return;
    this.#unsaved.add(key);
    void this.flush();
  }

  /** Drops a text from the page, and leaves alone what is stored. */
  forget(key: string): void {
    this.#texts.delete(key);
    this.#held.delete(key);
    this.#unsaved.delete(key);
  }

  /** Puts a text under another key, before what is there; where it was, nothing is left. */
  move(from: string, to: string): void {
    const [moved, there] = [this.text(from), this.text(to)];
    this.set(to, [there, moved].filter((part) => part !== '').join('\n\n'));
    this.#texts.set(from, '');
    this.#unsaved.add(from);
    void this.flush();
  }

  /** Reads a stored draft, unless something newer is here; resolves with what there is. */
  async load(key: string): Promise<string> {
    // What is being written there comes first.
    await this.#writing;
    await this.#read(key);
    return this.peek(key);
  }

  /** Reads the draft of the conversation to come. */
  async loadNew(): Promise<void> {
    await this.#read(NEW_DRAFT);
  }

  async #read(key: string): Promise<void> {
    try {
      this.adopt(key, await this.host.draftLoad(key));
    } catch (error) {
      this.onError(error);
    }
  }

  /** Empties the composer while its text is on the way; the stored draft keeps it. */
  hold(key: string): string {
    const text = this.text(key);
    this.#held.set(key, text);
    this.#texts.set(key, '');
    return text;
  }

  /** The held text did not get through: it returns to the composer, before anything newer. */
  giveBack(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#held.delete(key);
    const newer = this.text(key);
    this.set(key, newer === '' ? held : `${held}\n\n${newer}`);
  }

  /**
   * The held text has become a message of `conversation`; the shell has cleared the stored draft.
   * What was typed since belongs to that conversation.
   */
  delivered(key: string, conversation: string): void {
    this.#held.delete(key);
    if (this.#private.has(key)) this.#private.add(conversation);
    const newer = this.text(key);
    if (key !== conversation) {
      this.#texts.delete(key);
      this.#unsaved.delete(key);
      this.#texts.set(conversation, newer);
    }
    if (newer !== '') this.#unsaved.add(conversation);
    void this.flush();
  }

  /**
   * Writes everything that is not stored yet; called when typing rests, at blur and at the end.
   * Resolves when nothing is on its way any more.
   */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const keys = [...this.#unsaved];
    this.#unsaved.clear();
    for (const key of keys) {
      if (this.#private.has(key)) continue;
      try {
        await this.host.draftSave(key, this.#stored(key));
      } catch (error) {
        this.#unsaved.add(key);
        this.onError(error);
      }
    }
  }

  #stored(key: string): string {
    return [this.#held.get(key) ?? '', this.text(key)].filter((part) => part !== '').join('\n\n');
  }
}
