import type { Drafts } from '../state/drafts.svelte';
import { join, split, type Attachment } from './attachment';

/**
 * A draft as its attachments and the words besides. Both together are the draft, so nothing here
 * has to be saved.
 */
export class AttachedDraft {
  constructor(private readonly drafts: Pick<Drafts, 'text' | 'set'>) {}

  attachments(key: string): Attachment[] {
    return split(this.drafts.text(key)).attachments;
  }

  /** The words besides the attachments. */
  text(key: string): string {
    return split(this.drafts.text(key)).rest;
  }

  set(key: string, rest: string): void {
    this.drafts.set(key, join({ attachments: this.attachments(key), rest }));
  }

  add(key: string, added: Attachment[]): void {
    const { attachments, rest } = split(this.drafts.text(key));
    this.drafts.set(key, join({ attachments: [...attachments, ...added], rest }));
  }

  /** Drops an attachment; returns the function that puts it back. */
  remove(key: string, place: number): () => void {
    const before = this.drafts.text(key);
    const { attachments, rest } = split(before);
    const [removed] = attachments.splice(place, 1);
    this.drafts.set(key, join({ attachments, rest }));
    return () => {
      if (removed === undefined) return;
      const now = split(this.drafts.text(key));
      now.attachments.splice(place, 0, removed);
      this.drafts.set(key, join(now));
    };
  }

  /** Puts the text of an attachment behind what was written. */
  unpack(key: string, place: number): void {
    const { attachments, rest } = split(this.drafts.text(key));
    const [unpacked] = attachments.splice(place, 1);
    if (unpacked === undefined) return;
    const words = [rest.trimEnd(), unpacked.text].filter((part) => part !== '').join('\n\n');
    this.drafts.set(key, join({ attachments, rest: words }));
  }
}
