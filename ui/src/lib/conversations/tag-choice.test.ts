import { describe, expect, it } from 'vitest';
import type { ConversationSummary } from '../host/bindings/ConversationSummary';
import { TagChoice } from './tag-choice.svelte';

function bearing(id: string, ...tags: string[]): ConversationSummary {
  const at = { createdAt: 0, updatedAt: 0, trashedAt: null };
  return { id, title: id, ...at, pinned: false, archived: false, tags, temporary: false };
}

const TWO = [bearing('a', 'home', 'work'), bearing('b', 'home')];

describe('choosing tags', () => {
  it('knows what all, some and none of the conversations bear', () => {
    const choice = new TagChoice(TWO, ['home', 'trip', 'work']);
    expect(choice.options.map((option) => option.on)).toEqual([true, false, 'some']);
    expect(choice.changes).toEqual([]);
  });

  it('comes to the changes that were made, and none for what was changed back', () => {
    const choice = new TagChoice(TWO, ['home', 'trip', 'work']);
    choice.toggle('home');
    choice.toggle('work');
    choice.toggle('trip');
    choice.toggle('trip');
    expect(choice.changes).toEqual([
      { tag: 'home', conversations: ['a', 'b'], on: false },
      { tag: 'work', conversations: ['a', 'b'], on: true },
    ]);
  });

  it('takes a new name once, and a known one for what it is', () => {
    const choice = new TagChoice(TWO, ['home', 'work']);
    expect(choice.add('  ')).toBe(false);
    choice.add(' 旅行  计划 ');
    choice.add('旅行 计划');
    choice.add('WORK');
    expect(choice.options.map((option) => option.name)).toEqual(['旅行 计划', 'home', 'work']);
    expect(choice.changes.map(({ tag, on }) => [tag, on])).toEqual([
      ['旅行 计划', true],
      ['work', true],
    ]);
  });

  it('takes no more than a conversation can bear', () => {
    const many = Array.from({ length: 20 }, (_, number) => `tag ${number}`);
    const choice = new TagChoice([bearing('a', ...many)], many);
    expect(choice.full).toBe(true);
    expect(choice.add('one more')).toBe(false);
    expect(choice.add('TAG 3')).toBe(true);
    choice.toggle('tag 4');
    expect(choice.add('one more')).toBe(true);
  });
});
