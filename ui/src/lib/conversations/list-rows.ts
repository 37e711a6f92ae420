import type { ConversationSummary } from '../host/bindings/ConversationSummary';
import type { Period, PeriodGroup } from '../state/conversations.svelte';

/** A row of the list: a heading, or a conversation below it. */
export type ListRow =
  | { kind: 'period'; key: string; period: Period }
  | { kind: 'conversation'; key: string; conversation: ConversationSummary };

export function listRows(groups: readonly PeriodGroup[]): ListRow[] {
  return groups.flatMap(({ period, conversations }) => [
    { kind: 'period' as const, key: `period-${period}`, period },
    ...conversations.map((conversation) => ({
      kind: 'conversation' as const,
      key: conversation.id,
      conversation,
    })),
  ]);
}

/** The place of the next conversation from `at` in a direction, or of the first or last; -1 where there is none. */
export function neighbour(rows: readonly ListRow[], at: number, key: string): number {
  const isConversation = (row: ListRow): boolean => row.kind === 'conversation';
  switch (key) {
    case 'ArrowDown':
      return rows.findIndex((row, place) => place > at && isConversation(row));
    case 'ArrowUp':
      return rows.findLastIndex((row, place) => place < at && isConversation(row));
    case 'Home':
      return rows.findIndex(isConversation);
    case 'End':
      return rows.findLastIndex(isConversation);
    default:
      return -1;
  }
}
