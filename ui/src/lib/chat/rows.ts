import type { ChatMessage } from '../host/bindings/ChatMessage';
import type { CommandError } from '../host/bindings/CommandError';
import type { Thread } from '../state/thread.svelte';

/** A row of the conversation: a message, a message that waits, or what went wrong. */
export type Row =
  | { kind: 'message'; key: string; message: ChatMessage }
  | { kind: 'queued'; key: string; text: string }
  | { kind: 'error'; key: string; error: CommandError };

export function rowsOf(thread: Thread): Row[] {
  const rows: Row[] = thread.messages.map((message) => ({
    kind: 'message',
    key: message.id,
    message,
  }));
  if (thread.queued !== null) rows.push({ kind: 'queued', key: 'queued', text: thread.queued });
  if (thread.error !== null) rows.push({ kind: 'error', key: 'error', error: thread.error });
  return rows;
}
