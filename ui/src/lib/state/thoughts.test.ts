import { describe, expect, it } from 'vitest';
import { partsOf } from './thoughts';

describe('partsOf', () => {
  it.each([
    ['Hello', null, 'Hello', false],
    ['<think>\nWhy?\n</think>\n\nHello', 'Why?', 'Hello', false],
    ['\n<think>Why?</think>Hello <think>x</think>', 'Why?', 'Hello <think>x</think>', false],
    // Qwen 3 when it is asked not to think.
    ['<think>\n\n</think>\n\nHello', null, 'Hello', false],
    // Stopped in the middle.
    ['<think>\nWhy', 'Why', '', true],
    ['Use <think> in a prompt', null, 'Use <think> in a prompt', false],
    ['<thinking> about', null, '<thinking> about', false],
    ['<thi', null, '<thi', false],
  ])('takes %j apart', (text, thoughts, answer, thinking) => {
    expect(partsOf(text)).toEqual({ thoughts, answer, thinking });
  });

  it('never shows half a tag while the text grows', () => {
    const text = '<think>\na < b\n</think>\n\nThen <b';
    for (let end = 0; end <= text.length; end += 1) {
      const { thoughts, answer } = partsOf(text.slice(0, end), true);
      expect('a < b'.startsWith(thoughts ?? '')).toBe(true);
      expect('Then <b'.startsWith(answer)).toBe(true);
    }
  });
});
