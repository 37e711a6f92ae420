import { describe, expect, it } from 'vitest';
import type { ConversationSummary } from '../host/bindings/ConversationSummary';
import { listRows, neighbour } from './list-rows';

function conversation(id: string): ConversationSummary {
  const at = { createdAt: 0, updatedAt: 0, trashedAt: null };
  return { id, title: id, ...at, pinned: false, archived: false, tags: [], temporary: false };
}

const rows = listRows([
  { period: 'pinned', conversations: [conversation('a')] },
  { period: 'today', conversations: [conversation('b'), conversation('c')] },
]);

describe('the rows of the list', () => {
  it('are headings with their conversations', () => {
    expect(rows.map((row) => row.key)).toEqual(['period-pinned', 'a', 'period-today', 'b', 'c']);
  });

  it('are walked without the headings, and no further than they go', () => {
    const step = (from: string, key: string): string | undefined =>
      rows[
        neighbour(
          rows,
          rows.findIndex((row) => row.key === from),
          key,
        )
      ]?.key;
    expect(step('a', 'ArrowDown')).toBe('b');
    expect(step('b', 'ArrowUp')).toBe('a');
    expect(step('c', 'ArrowDown')).toBeUndefined();
    expect(step('a', 'ArrowUp')).toBeUndefined();
    expect(step('b', 'Home')).toBe('a');
    expect(step('a', 'End')).toBe('c');
    expect(step('a', 'x')).toBeUndefined();
  });
});
