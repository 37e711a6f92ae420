import type { ConversationSummary } from '../host/bindings/ConversationSummary';
import type { TagChange } from '../host/bindings/TagChange';
import type { Conversations } from './conversations.svelte';

/** What was done: with which conversations, and how many. */
export type Done = 'pinned' | 'unpinned' | 'archived' | 'unarchived' | 'trashed' | 'tagged';

/** What keeping order tells the rest of the page. */
export interface OrderListener {
  /** Something was done with these conversations; `undo` takes it back. */
  done(what: Done, conversations: ConversationSummary[], undo: () => void): void;
  /** A tag was renamed or removed everywhere; `undo` takes it back. */
  retagged(what: 'renamed' | 'removed', tag: string, undo: () => void): void;
  /** These are about to leave the list; resolves to what brings back what was on the screen. */
  leaving(ids: string[]): Promise<() => void>;
  /** They have left it. */
  left(ids: string[]): void;
  /** One that is only in memory is to go for good, if the person agrees. */
  forget(id: string): void;
}

/** Whose tags are being edited, or whether the tags themselves are. */
export type TagsOpen = { for: string[] } | 'all' | null;

/** Keeping order among the conversations, one or many at once; everything can be undone. */
export class Order {
  /** Which dialog about tags is open. */
  tagging = $state.raw<TagsOpen>(null);

  constructor(
    private readonly conversations: Conversations,
    private readonly listener: OrderListener,
  ) {}

  async pin(ids: string[], pinned: boolean): Promise<void> {
    const changed = this.#where(ids, (item) => item.pinned !== pinned);
    await this.#do(changed, pinned ? 'pinned' : 'unpinned', (some, back) =>
      this.conversations.pin(some, pinned !== back),
    );
  }

  async archive(ids: string[], archived: boolean): Promise<void> {
    const changed = this.#where(ids, (item) => item.archived !== archived);
    await this.#do(changed, archived ? 'archived' : 'unarchived', (some, back) =>
      this.conversations.archive(some, archived !== back),
    );
  }

  async trash(all: string[]): Promise<void> {
    const [inMemory] = all.filter((id) => this.conversations.find(id)?.temporary);
    if (inMemory !== undefined) this.listener.forget(inMemory);
    const ids = all.filter((id) => !this.conversations.find(id)?.temporary);
    if (ids.length === 0) return;
    const changed = this.#where(ids, () => true);
    const bring = await this.listener.leaving(ids);
    if (!(await this.conversations.trash(ids))) return;
    this.listener.left(ids);
    this.listener.done('trashed', changed, () => {
      void this.conversations.restore(ids).then((restored) => {
        if (restored) bring();
      });
    });
  }

  /** Gives and takes tags. */
  async tag(changes: TagChange[]): Promise<void> {
    if (changes.length === 0) return;
    const ids = [...new Set(changes.flatMap((change) => change.conversations))];
    const undo = await this.conversations.retag((host) => host.conversationsTag(changes));
    if (undo === null || undo.length === 0) return;
    this.listener.done(
      'tagged',
      this.#where(ids, () => true),
      () => this.#back(undo),
    );
  }

  /** Gives a tag another name everywhere. */
  async renameTag(tag: string, name: string): Promise<void> {
    if (name.trim() === '' || name.trim() === tag) return;
    const filtered = this.conversations.tag === tag;
    const undo = await this.conversations.retag((host) => host.tagRename(tag, name));
    if (undo === null) return;
    if (filtered && this.conversations.tags.has(name.trim()))
      this.conversations.filter(name.trim());
    this.listener.retagged('renamed', tag, () => this.#back(undo));
  }

  /** Takes a tag from every conversation. */
  async removeTag(tag: string): Promise<void> {
    const undo = await this.conversations.retag((host) => host.tagRemove(tag));
    if (undo !== null) this.listener.retagged('removed', tag, () => this.#back(undo));
  }

  #back(undo: TagChange[]): void {
    void this.conversations.retag((host) => host.conversationsTag(undo));
  }

  #where(ids: string[], is: (item: ConversationSummary) => boolean): ConversationSummary[] {
    const found = ids.flatMap((id) => this.conversations.find(id) ?? []);
    return found.filter((item) => !item.temporary && is(item));
  }

  async #do(
    changed: ConversationSummary[],
    what: Done,
    change: (ids: string[], back: boolean) => Promise<boolean>,
  ): Promise<void> {
    const ids = changed.map((item) => item.id);
    if (ids.length === 0 || !(await change(ids, false))) return;
    this.listener.done(what, changed, () => void change(ids, true));
  }
}
