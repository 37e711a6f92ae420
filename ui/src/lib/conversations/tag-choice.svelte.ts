import type { ConversationSummary } from '../host/bindings/ConversationSummary';
import type { TagChange } from '../host/bindings/TagChange';

/** As in src-tauri/crates/store/src/tags.rs. */
const TAGS_EACH = 20;

/** Whether the conversations bear a tag: all of them, none, or some. */
export type Borne = boolean | 'some';

export interface TagOption {
  name: string;
  on: Borne;
  /** How many of the conversations bear it now. */
  bearers: number;
}

/** What is ticked in the dialog, and the changes that it comes to. */
export class TagChoice {
  options = $state.raw<TagOption[]>([]);
  readonly limit = TAGS_EACH;
  readonly #before: ReadonlyMap<string, Borne>;

  constructor(
    private readonly conversations: readonly ConversationSummary[],
    known: readonly string[],
  ) {
    this.options = known.map((name) => {
      const bearers = conversations.filter((item) => item.tags.includes(name)).length;
      const on = bearers === conversations.length || (bearers > 0 && 'some');
      return { name, on, bearers };
    });
    this.#before = new Map(this.options.map(({ name, on }) => [name, on]));
  }

  /** Whether no other tag can be given. */
  get full(): boolean {
    return this.options.filter((option) => option.on !== false).length >= this.limit;
  }

  /** Ticks a tag, or unticks it. */
  toggle(name: string): void {
    this.options = this.options.map((option) =>
      option.name === name ? { ...option, on: option.on !== true } : option,
    );
  }

  /** Ticks the tag of this name, in any spelling, or a new one; false when there is nothing to add, or no room. */
  add(name: string): boolean {
    const shown = name.trim().replaceAll(/\s+/g, ' ');
    if (shown === '') return false;
    const known = this.options.find((option) => fold(option.name) === fold(shown));
    if (known === undefined) {
      if (this.full) return false;
      this.options = [{ name: shown, on: true, bearers: 0 }, ...this.options];
    } else if (known.on !== true) {
      this.toggle(known.name);
    }
    return true;
  }

  get changes(): TagChange[] {
    const conversations = this.conversations.map((item) => item.id);
    return this.options.flatMap(({ name, on }) => {
      if (on === 'some' || on === (this.#before.get(name) ?? false)) return [];
      return [{ tag: name, conversations, on }];
    });
  }
}

/** What makes two spellings one tag. */
function fold(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
