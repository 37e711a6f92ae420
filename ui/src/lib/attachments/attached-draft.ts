import type { Drafts } from '../state/drafts.svelte';
import { join, split, type Attachment, type Parts } from './attachment';

/**
 * A draft as its attachments and the words besides. Both together are the draft, so nothing here
 * has to be saved.
 */
export class AttachedDraft {
  /** The draft that was taken apart last: one change of it is looked at from several sides. */
  #last: { draft: string; parts: Readonly<Parts> } | null = null;

  constructor(private readonly drafts: Pick<Drafts, 'text' | 'set'>) {}

  attachments(key: string): Attachment[] {
    return this.#parts(key).attachments;
  }

  /** The words besides the attachments. */
  text(key: string): string {
    return this.#parts(key).rest;
  }

  set(key: string, rest: string): void {
    this.drafts.set(key, join({ attachments: this.attachments(key), rest }));
  }

  add(key: string, added: Attachment[]): void {
    const { attachments, rest } = this.#parts(key);
    this.drafts.set(key, join({ attachments: [...attachments, ...added], rest }));
  }

  /** Drops an attachment; returns the function that puts it back. */
  remove(key: string, place: number): () => void {
    const removed = this.#take(key, place, (rest) => rest);
    return () => {
      if (removed === undefined) return;
      const { attachments, rest } = this.#parts(key);
      this.drafts.set(key, join({ attachments: attachments.toSpliced(place, 0, removed), rest }));
    };
  }

  /** Puts the text of an attachment behind what was written. */
  unpack(key: string, place: number): void {
    this.#take(key, place, (rest, { text }) =>
      [rest.trimEnd(), text].filter((part) => part !== '').join('\n\n'),
    );
  }

  /** Takes an attachment out, with what becomes of the words besides. */
  #take(
    key: string,
    place: number,
    words: (rest: string, taken: Attachment) => string,
  ): Attachment | undefined {
    const { attachments, rest } = this.#parts(key);
    const taken = attachments[place];
    if (taken === undefined) return undefined;
    const left = attachments.toSpliced(place, 1);
    this.drafts.set(key, join({ attachments: left, rest: words(rest, taken) }));
    return taken;
  }

  #parts(key: string): Readonly<Parts> {
    const draft = this.drafts.text(key);
    if (this.#last?.draft !== draft) this.#last = { draft, parts: split(draft) };
    return this.#last.parts;
  }
}
