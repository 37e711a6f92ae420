import { expect, it } from 'vitest';
import { excerptParts } from './highlight';

const marked = (excerpt: string, ranges: [number, number][]): string =>
  excerptParts(excerpt, ranges)
    .map(({ text, match }) => (match ? `[${text}]` : text))
    .join('');

it('marks every range, in UTF-16 units', () => {
  expect(
    marked('🎉 去杭州，回杭州', [
      [4, 6],
      [8, 10],
    ]),
  ).toBe('🎉 去[杭州]，回[杭州]');
});

it('ignores ranges that overlap, are empty or lie outside', () => {
  expect(
    marked('abcdef', [
      [0, 2],
      [1, 3],
      [4, 4],
      [5, 99],
    ]),
  ).toBe('[ab]cdef');
});
