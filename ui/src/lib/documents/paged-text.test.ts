import { expect, it } from 'vitest';
import { pagedText } from './paged-text';

function passage(ordinal: number, page: number | null, text: string) {
  return { ordinal, page, headings: [], text };
}

it('marks where pages begin, also those without text', () => {
  const passages = [passage(0, 1, 'One.'), passage(1, 1, 'Still one.'), passage(2, 4, 'Four.')];
  expect(pagedText(passages)).toBe('One.\n\nStill one.\n\n\f\f\fFour.');
});

it('marks nothing where there are no pages', () => {
  expect(pagedText([passage(0, null, 'a'), passage(1, null, 'b')])).toBe('a\n\nb');
  expect(pagedText([])).toBe('');
});
