import type { ChatMessage } from '../host/bindings/ChatMessage';
import type { Dictionary } from '../i18n/i18n.svelte';

/** How an answer ended when it did not end by itself. */
export type AnswerEnding = 'stopped' | 'interrupted' | 'failed' | 'cutOff' | 'contextFull';

/**
 * How an answer ended; null for a normal end, and while it is being written. "Continue" can go on
 * with an answer that has an ending, as the last of its conversation.
 */
export function endingOf(message: ChatMessage): AnswerEnding | null {
  switch (message.status) {
    case 'stopped':
    case 'interrupted':
    case 'failed':
      return message.status;
    case 'streaming':
      return null;
    case 'complete':
      if (message.stats?.stopReason === 'max_tokens') return 'cutOff';
      if (message.stats?.stopReason === 'context_full') return 'contextFull';
      return null;
  }
}

export function endingWords(t: Dictionary, ending: AnswerEnding): string {
  return t.chat[ending];
}
