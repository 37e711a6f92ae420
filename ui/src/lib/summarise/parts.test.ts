import { describe, expect, it } from 'vitest';
import { ranges } from './parts';

describe('ranges', () => {
  it('joins neighbours and counts from one', () => {
    expect(ranges([0, 1, 2, 4])).toEqual([
      { from: 0, label: '1–3' },
      { from: 4, label: '5' },
    ]);
    expect(ranges([7])).toEqual([{ from: 7, label: '8' }]);
    expect(ranges([])).toEqual([]);
    expect(ranges([3, 1, 2, 2])).toEqual([{ from: 1, label: '2–4' }]);
  });
});
