import { describe, expect, it } from 'vitest';
import { BlockStream } from './blocks';
import { renderTokens } from './dialect';
import { PAYLOADS, RICH_PAYLOADS } from './payloads';
import { RICH_SAMPLE, SAMPLE } from './sample';

/** A repeatable stream of numbers in [0, 1). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function html(stream: BlockStream, text: string, streaming: boolean): string {
  return stream
    .update(text, streaming)
    .map((block) => renderTokens([...block.tokens], block.headingLevel))
    .join('');
}

describe('BlockStream', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('ends the same however the text arrives (seed %i)', (seed) => {
    const next = random(seed);
    const text = [SAMPLE, RICH_SAMPLE, ...PAYLOADS, ...RICH_PAYLOADS]
      .toSorted(() => next() - 0.5)
      .join('\n\n');
    const stream = new BlockStream();
    for (let end = 0; end < text.length; end += 1 + Math.floor(next() * 40)) {
      stream.update(text.slice(0, end), true);
    }
    expect(html(stream, text, false)).toBe(html(new BlockStream(), text, false));
  });

  it.each([SAMPLE, RICH_SAMPLE])('shows settled blocks exactly as it does in the end', (text) => {
    const stream = new BlockStream();
    const final = new BlockStream().update(text, false);
    // References arrive late by nature; the rest may not change once three blocks follow.
    for (let end = 1; end < text.length; end += 1) {
      const blocks = stream.update(text.slice(0, end), true);
      for (const [index, block] of blocks.slice(0, -3).entries()) {
        expect(block.raw).toBe(final[index]?.raw);
      }
    }
  });

  it('keeps the identity of blocks that did not change', () => {
    const stream = new BlockStream();
    const before = stream.update('a\n\nb\n\nc\n\nd', true);
    const after = stream.update('a\n\nb\n\nc\n\nd and more', true);
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3));
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    expect(after[2]).toBe(before[2]);
    expect(after[3]).not.toBe(before[3]);
  });

  it('closes only the last block when the text is over', () => {
    const stream = new BlockStream();
    const streaming = stream.update('a\n\nb', true);
    const over = stream.update('a\n\nb', false);
    expect(streaming.map((block) => block.open)).toEqual([false, true]);
    expect(over.map((block) => block.open)).toEqual([false, false]);
    expect(over[0]).toBe(streaming[0]);
  });

  it('makes only those blocks anew that a late definition gives a meaning to', () => {
    const stream = new BlockStream();
    const text = 'See[^1].\n\nOr [m].\n\nOr [neither].\n\nb\n\nc';
    const before = stream.update(text, true);
    const note = stream.update(`${text}\n\n[^1]: A note.`, true);
    expect(note.slice(0, 4).map((block, index) => block === before[index])).toEqual([
      false,
      true,
      true,
      true,
    ]);
    const link = stream.update(`${text}\n\n[^1]: A note.\n\n[m]: https://example.org`, true);
    expect(link.slice(0, 4).map((block, index) => block === note[index])).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  it('begins again when the text is another one', () => {
    const stream = new BlockStream();
    stream.update('a\n\nb\n\nc\n\nd', true);
    expect(html(stream, 'x\n\ny', true)).toBe(html(new BlockStream(), 'x\n\ny', true));
  });
});
