import type { ConversationSummary } from '../host/bindings/ConversationSummary';
import type { Host } from '../host/host';

export type Period = 'today' | 'yesterday' | 'week' | 'older';

export interface PeriodGroup {
  period: Period;
  conversations: ConversationSummary[];
}

/** The list of conversations, newest first, and the trash. */
export class Conversations {
  list = $state.raw<ConversationSummary[]>([]);
  loaded = $state(false);
  trashed = $state.raw<ConversationSummary[]>([]);
  /** The conversation whose title is being edited, and where. */
  renaming = $state.raw<{ id: string; place: 'list' | 'header' } | null>(null);

  readonly groups: PeriodGroup[] = $derived.by(() => groupByPeriod(this.list, this.now()));

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
    return this.list.find((item) => item.id === id);
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

  /** Moves a conversation to the trash; true when it is there. */
  async trash(id: string): Promise<boolean> {
    const before = this.list;
    this.list = before.filter((item) => item.id !== id);
    try {
      await this.host.conversationTrash(id);
      return true;
    } catch (error) {
      this.list = before;
      this.onError(error);
      return false;
    }
  }

  async restore(id: string): Promise<ConversationSummary | null> {
    try {
      const restored = await this.host.conversationRestore(id);
      this.trashed = this.trashed.filter((item) => item.id !== id);
      this.put(restored);
      return restored;
    } catch (error) {
      this.onError(error);
      return null;
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

  #replace(summary: ConversationSummary): void {
    this.list = this.list.map((item) => (item.id === summary.id ? summary : item));
  }
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
