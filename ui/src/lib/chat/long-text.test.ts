import { describe, expect, it } from 'vitest';
import { beginningOf, piecesOf, utf8Length } from './long-text';

describe('beginningOf', () => {
  it('ends at a line, else at a word', () => {
    expect(beginningOf(`${'a'.repeat(2000)}\n${'b'.repeat(5000)}`)).toBe('a'.repeat(2000));
    expect(beginningOf('word '.repeat(2000)).endsWith('word')).toBe(true);
  });

  it('never ends inside a character', () => {
    const text = `x${'🎉'.repeat(5000)}`;
    expect(beginningOf(text)).toMatch(/^x(🎉)+$/u);
  });
});

describe('piecesOf', () => {
  it.each([
    ['one line', 'word '.repeat(5000), ''],
    ['many lines', `${'a line of text\n'.repeat(2000)}the end`, '\n'],
    ['no place to cut', '🎉'.repeat(9000), ''],
  ])('loses nothing: %s', (_name, text, joint) => {
    const pieces = piecesOf(text);
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join(joint)).toBe(text);
  });
});

describe('utf8Length', () => {
  it.each(['', 'abc', 'é', '杭州', '🎉🎉', 'a杭🎉é'])('agrees with the encoder on %j', (text) => {
    expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
  });
});
