import { SvelteMap, SvelteSet } from 'svelte/reactivity';

/**
 * Above this many UTF-16 units a text is kept out of the text field. Laying out a long paragraph in
 * a field takes time that grows with the square of its length: a second at 100,000 characters of
 * mixed scripts, minutes at a million.
 */
export const FOLD_ABOVE = 20_000;
/** Up to this length a folded text may be put back into the field on request. */
export const EDIT_UP_TO = 100_000;

/** Where the words of a draft come from and go to. */
interface Words {
  text(key: string): string;
  set(key: string, text: string): void;
}

/**
 * A draft as the composer shows it: its beginning folded away when that is huge, the rest in the
 * field. Both together are the draft, so nothing here has to be saved.
 */
export class FoldedDraft {
  /** For each draft, how many units of its beginning are folded. */
  readonly #lengths = new SvelteMap<string, number>();
  /** Drafts that the person wants to see whole. */
  readonly #unfolded = new SvelteSet<string>();

  constructor(private readonly drafts: Words) {}

  /** The part that is folded away; empty for most drafts. */
  folded(key: string): string {
    return this.drafts.text(key).slice(0, this.#length(key));
  }

  /** The part that is in the field. */
  visible(key: string): string {
    return this.drafts.text(key).slice(this.#length(key));
  }

  /** Takes what the field holds now. */
  write(key: string, visible: string): void {
    const folded = this.folded(key);
    this.#lengths.set(key, folded.length);
    if (folded === '' && visible === '') this.#unfolded.delete(key);
    this.drafts.set(key, folded + visible);
  }

  /** Puts the folded part into the field. */
  unfold(key: string): void {
    this.#unfolded.add(key);
    this.#lengths.set(key, 0);
  }

  /** Drops the folded part; what is in the field stays. */
  remove(key: string): void {
    const visible = this.visible(key);
    this.#lengths.set(key, 0);
    this.drafts.set(key, visible);
  }

  #length(key: string): number {
    const whole = this.drafts.text(key).length;
    const noted = this.#lengths.get(key) ?? 0;
    // A shorter draft is another one: the text was sent or came back.
    const length = noted > whole ? 0 : noted;
    return !this.#unfolded.has(key) && whole - length > FOLD_ABOVE ? whole : length;
  }
}
