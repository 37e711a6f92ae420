import { describe, expect, it } from 'vitest';
import { count } from './words';

/** The same cases as in assistant/src/write/words.rs. */
const CASES: readonly [string, number][] = [
  ['', 0],
  ['  — … !  ', 0],
  ["I don't know, do you?", 5],
  ['It cost 1,250.50 on 3 May.', 6],
  ['我们周六去杭州。', 7],
  ['用 LLMOS 写 3 封信', 6],
];

describe('the length of a text', () => {
  it.each(CASES)('counts the words of %j', (text, words) => {
    expect(count(text).words).toBe(words);
  });

  it('counts the characters that a reader sees', () => {
    expect(count('a b\n').characters).toBe(2);
    expect(count('e\u0301 👩‍👩‍👧').characters).toBe(2);
    expect(count('杭州。').characters).toBe(3);
  });
});
