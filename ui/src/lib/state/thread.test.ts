import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../host/bindings/ChatMessage';
import { Turn } from './thread.svelte';

function begun(text = ''): { turn: Turn; at: (ms: number) => void } {
  let time = 0;
  const turn = new Turn(() => time);
  turn.begin({ id: 'a', text } as ChatMessage);
  return { turn, at: (ms) => (time = ms) };
}

describe('a turn that begins with thoughts', () => {
  it('hands out the answer only, piece by piece', () => {
    const { turn } = begun();
    const pieces = ['<thi', 'nk>\nWhy? ', 'Because.</th', 'ink>\n\nHel', 'lo'];
    expect(pieces.map((piece) => turn.take(piece))).toEqual(['', '', '', 'Hel', 'lo']);
    expect(turn.text).toBe(pieces.join(''));
  });

  it('measures how long they took', () => {
    const { turn, at } = begun();
    at(1000);
    turn.take('<think>');
    expect(turn.thinking).toBe(true);
    at(3500);
    turn.take('Why?</think>');
    at(9000);
    turn.take('Hello');
    expect(turn.thinking).toBe(false);
    expect(turn.thoughtMs).toBe(2500);
  });

  it('measures them up to where they were cut off', () => {
    const { turn, at } = begun();
    turn.take('<think>Why');
    at(700);
    turn.stopThinking();
    expect(turn.thoughtMs).toBe(700);
  });

  it('does not know how long it took to think what it goes on with', () => {
    const { turn, at } = begun('<think>Why');
    at(700);
    expect(turn.take('?</think>Hello')).toBe('Hello');
    expect(turn.thoughtMs).toBeNull();
  });

  it('hands out nothing twice when it goes on with an answer', () => {
    const { turn } = begun('<think>Why?</think>Hello');
    expect(turn.take(' there')).toBe(' there');
  });
});
