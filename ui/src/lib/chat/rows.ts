import type { ChatMessage } from '../host/bindings/ChatMessage';
import type { CommandError } from '../host/bindings/CommandError';
import type { OwnModel } from '../host/bindings/OwnModel';
import type { RunningSummary } from '../host/bindings/RunningSummary';
import type { Thread } from '../state/thread.svelte';

/**
 * A row of the conversation: a message, one that has not been read yet, the summary of those above, one that waits,
 * the model that is loaded before the answer, or what went wrong.
 */
export type Row =
  | { kind: 'unread'; key: string }
  | { kind: 'summary'; key: string; summary: RunningSummary }
  | { kind: 'message'; key: string; message: ChatMessage }
  | { kind: 'queued'; key: string; text: string }
  | { kind: 'model'; key: string; wanted: OwnModel }
  | { kind: 'error'; key: string; error: CommandError };

export function rowsOf(thread: Thread): Row[] {
  const rows: Row[] = [];
  for (let place = 0; place < thread.earlier; place += 1) {
    rows.push({ kind: 'unread', key: `unread-${String(place)}` });
  }
  for (const message of thread.messages) rows.push({ kind: 'message', key: message.id, message });
  const { summary } = thread;
  // Rows not read yet count as well, so its depth is its place among the rows.
  if (summary !== null && summary.depth <= rows.length) {
    rows.splice(summary.depth, 0, { kind: 'summary', key: 'summary', summary });
  }
  if (thread.queued !== null) rows.push({ kind: 'queued', key: 'queued', text: thread.queued });
  const wanted = thread.turn?.awaits ?? null;
  if (wanted !== null) rows.push({ kind: 'model', key: 'model', wanted });
  if (thread.error !== null) rows.push({ kind: 'error', key: 'error', error: thread.error });
  return rows;
}
