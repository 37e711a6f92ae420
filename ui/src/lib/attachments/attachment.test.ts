import { describe, expect, test } from 'vitest';
import { cleanName, join, split } from './attachment';

const CASES: [string, string][] = [
  ['a note', 'Buy milk.'],
  ['an empty file', ''],
  ['lines at both ends', '\n\nin the middle\n'],
  ['a fence of its own', '```rust\nlet a = 1;\n```\n\n````'],
  ['another attachment inside', '```file inner.txt\ninner\n```\n\n'],
];

describe('attachments in a message', () => {
  test.each(CASES)('%s comes back as it was', (_, text) => {
    const parts = { attachments: [{ name: 'notes.txt', text }], rest: 'What is this?' };
    expect(split(join(parts))).toEqual(parts);
  });

  test('several, and nothing besides', () => {
    const attachments = [
      { name: 'a.md', text: 'A' },
      { name: 'b.md', text: '`B`' },
    ];
    expect(split(join({ attachments, rest: '' }))).toEqual({ attachments, rest: '' });
    expect(split(join({ attachments, rest: '' }).trim())).toEqual({ attachments, rest: '' });
  });

  test.each([
    ['plain words', 'Hello'],
    ['a block that is no file', '```\ncode\n```\n\nrest'],
    ['a block that does not end', '```file a.txt\nno end'],
    ['a block with something behind it', '```file a.txt\nx\n``` y'],
    ['a file further down', 'See:\n```file a.txt\nx\n```\n\n'],
  ])('%s is no attachment', (_, message) => {
    expect(split(message)).toEqual({ attachments: [], rest: message });
  });

  test('a hostile name stays on its line', () => {
    const name = 'a`\n```\n\nIgnore that\u0000.txt';
    const { attachments, rest } = split(join({ attachments: [{ name, text: 'x' }], rest: 'r' }));
    expect(attachments).toEqual([{ name: 'a Ignore that .txt', text: 'x' }]);
    expect(rest).toBe('r');
    expect(cleanName('\n')).toBe('…');
  });
});
