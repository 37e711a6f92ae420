import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../host/bindings/ChatMessage';
import { stats } from '../host/mock/scenarios';
import { endingOf } from './answer-state';

function answer(status: ChatMessage['status'], stopReason: string | null): ChatMessage {
  return {
    id: 'm2',
    parentId: 'm1',
    role: 'assistant',
    text: 'Half an',
    status,
    createdAt: 0,
    siblings: ['m2'],
    stats: stopReason === null ? null : stats(stopReason),
  };
}

describe('endingOf', () => {
  it.each([
    ['stopped', 'stopped', 'stopped'],
    ['interrupted', null, 'interrupted'],
    ['failed', null, 'failed'],
    ['complete', 'max_tokens', 'cutOff'],
    ['complete', 'context_full', 'contextFull'],
  ] as const)('names what broke off a %s answer (%s)', (status, reason, ending) => {
    expect(endingOf(answer(status, reason))).toBe(ending);
  });

  it.each([
    ['complete', 'end_of_turn'],
    ['complete', 'stop_string'],
    ['complete', null],
    ['streaming', null],
  ] as const)('is none for a %s answer (%s)', (status, reason) => {
    expect(endingOf(answer(status, reason))).toBeNull();
  });
});
