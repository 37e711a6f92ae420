import type { ConversationSummary } from '../host/bindings/ConversationSummary';
import type { TagChange } from '../host/bindings/TagChange';
import type { Host } from '../host/host';

export type Period = 'pinned' | 'today' | 'yesterday' | 'week' | 'older';

export interface PeriodGroup {
  period: Period;
  conversations: ConversationSummary[];
}

/** The list of conversations, newest first, what is shown of it, and the trash. */
export class Conversations {
  /** Everything outside the trash. */
  list = $state.raw<ConversationSummary[]>([]);
  /** Which part of it is shown. */
  shelf = $state<'active' | 'archive'>('active');
  loaded = $state(false);
  trashed = $state.raw<ConversationSummary[]>([]);
  /** The conversation whose title is being edited, and where. */
  renaming = $state.raw<{ id: string; place: 'list' | 'header' } | null>(null);

  /** The tag that was asked for. It may have gone meanwhile; see {@link tag}. */
  #wanted = $state<string | null>(null);

  readonly #byId = $derived(new Map(this.list.map((item) => [item.id, item])));
  readonly #onShelf = $derived(
    this.list.filter((item) => item.archived === (this.shelf === 'archive')),
  );
  /** The tags of what is on the shelf, each with how many bear it, by name. */
  readonly tags: ReadonlyMap<string, number> = $derived(countTags(this.#onShelf));
  /** Only conversations with this tag are shown; null shows all. */
  readonly tag = $derived(
    this.#wanted !== null && this.tags.has(this.#wanted) ? this.#wanted : null,
  );
  readonly groups: PeriodGroup[] = $derived.by(() => {
    const { tag } = this;
    const shown =
      tag === null ? this.#onShelf : this.#onShelf.filter((item) => item.tags.includes(tag));
    if (this.shelf === 'archive') return groupByPeriod(shown, this.now());
    const pinned = shown.filter((item) => item.pinned);
    const others = groupByPeriod(
      shown.filter((item) => !item.pinned),
      this.now(),
    );
    return pinned.length > 0 ? [{ period: 'pinned', conversations: pinned }, ...others] : others;
  });
  /** The ids of what is shown, from top to bottom. */
  readonly order: string[] = $derived(
    this.groups.flatMap((group) => group.conversations.map((item) => item.id)),
  );
  readonly archivedCount = $derived(this.list.filter((item) => item.archived).length);

  constructor(
    private readonly host: Host,
    private readonly now: () => number,
    private readonly onError: (error: unknown) => void,
  ) {}

  async load(): Promise<void> {
    try {
      this.list = await this.host.conversationsList();
    } catch (error) {
      this.onError(error);
    }
    this.loaded = true;
  }

  find(id: string): ConversationSummary | undefined {
    return this.#byId.get(id);
  }

  /** Every tag there is, by name, each with how many conversations bear it. */
  get allTags(): ReadonlyMap<string, number> {
    return countTags(this.list);
  }

  /** Shows only what bears a tag; again, or null, shows everything. */
  filter(tag: string | null): void {
    this.#wanted = tag === this.tag ? null : tag;
  }

  /** Takes a new or changed conversation into the list. */
  put(summary: ConversationSummary): void {
    const others = this.list.filter((item) => item.id !== summary.id);
    this.list = [...others, summary].sort((a, b) => b.updatedAt - a.updatedAt);
  }

  async rename(id: string, title: string): Promise<ConversationSummary | null> {
    const before = this.find(id);
    const trimmed = title.trim();
    if (before === undefined || trimmed === '' || trimmed === before.title) return null;
    this.#replace({ ...before, title: trimmed });
    try {
      const renamed = await this.host.conversationRename(id, trimmed);
      this.#replace(renamed);
      return renamed;
    } catch (error) {
      this.#replace(before);
      this.onError(error);
      return null;
    }
  }

  /** Keeps conversations at the top, or lets them go; true when that is saved. */
  pin(ids: string[], pinned: boolean): Promise<boolean> {
    return this.#try(this.#with(ids, { pinned }), () => this.host.conversationsPin(ids, pinned));
  }

  /** Puts conversations away, or takes them out again; true when that is saved. */
  archive(ids: string[], archived: boolean): Promise<boolean> {
    const next = this.#with(ids, { archived });
    return this.#try(next, () => this.host.conversationsArchive(ids, archived));
  }

  /** Moves conversations to the trash; true when they are there. */
  trash(ids: string[]): Promise<boolean> {
    const next = this.list.filter((item) => !ids.includes(item.id));
    return this.#try(next, () => this.host.conversationsTrash(ids));
  }

  /** Takes conversations out of the trash; true when they are in the list again. */
  async restore(ids: string[]): Promise<boolean> {
    try {
      await this.host.conversationsRestore(ids);
      this.trashed = this.trashed.filter((item) => !ids.includes(item.id));
    } catch (error) {
      this.onError(error);
      return false;
    }
    await this.load();
    return true;
  }

  /** Runs a change of tags; returns what undoes it, or null when it failed. */
  async retag(change: (host: Host) => Promise<TagChange[]>): Promise<TagChange[] | null> {
    try {
      const undo = await change(this.host);
      await this.load();
      return undo;
    } catch (error) {
      this.onError(error);
      return null;
    }
  }

  /** Ends a conversation that is only in memory. */
  async forget(id: string): Promise<boolean> {
    try {
      await this.host.conversationPurge(id);
      this.list = this.list.filter((item) => item.id !== id);
      return true;
    } catch (error) {
      this.onError(error);
      return false;
    }
  }

  async loadTrashed(): Promise<void> {
    try {
      this.trashed = await this.host.conversationsTrashed();
    } catch (error) {
      this.onError(error);
    }
  }

  async purge(id: string): Promise<boolean> {
    try {
      await this.host.conversationPurge(id);
      this.trashed = this.trashed.filter((item) => item.id !== id);
      return true;
    } catch (error) {
      this.onError(error);
      return false;
    }
  }

  /** Deletes everything in the trash for good; how many conversations that were, null when it failed. */
  async purgeAll(): Promise<number | null> {
    try {
      const gone = await this.host.trashEmpty();
      this.trashed = [];
      return gone;
    } catch (error) {
      this.onError(error);
      // Some may be gone already.
      await this.loadTrashed();
      return null;
    }
  }

  #with(ids: string[], change: Partial<ConversationSummary>): ConversationSummary[] {
    const changed = new Set(ids);
    return this.list.map((item) => (changed.has(item.id) ? { ...item, ...change } : item));
  }

  /** Shows what a command will make of the list; goes back when it fails. */
  async #try(next: ConversationSummary[], command: () => Promise<void>): Promise<boolean> {
    const before = this.list;
    this.list = next;
    try {
      await command();
      return true;
    } catch (error) {
      this.list = before;
      this.onError(error);
      return false;
    }
  }

  #replace(summary: ConversationSummary): void {
    this.list = this.list.map((item) => (item.id === summary.id ? summary : item));
  }
}

function countTags(list: ConversationSummary[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const tag of list.flatMap((item) => item.tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => a.localeCompare(b)));
}

/** Groups a newest-first list by calendar day: today, yesterday, the last seven days, older. */
export function groupByPeriod(list: ConversationSummary[], now: number): PeriodGroup[] {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const daysBefore = (days: number): number => {
    const date = new Date(midnight);
    return date.setDate(date.getDate() - days);
  };
  const yesterday = daysBefore(1);
  const weekAgo = daysBefore(7);
  const periodOf = (at: number): Period => {
    if (at >= midnight) return 'today';
    if (at >= yesterday) return 'yesterday';
    return at >= weekAgo ? 'week' : 'older';
  };
  const groups: PeriodGroup[] = [];
  for (const conversation of list) {
    const period = periodOf(conversation.updatedAt);
    const last = groups.at(-1);
    if (last?.period === period) last.conversations.push(conversation);
    else groups.push({ period, conversations: [conversation] });
  }
  return groups;
}
