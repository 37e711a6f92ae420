import { describe, expect, it } from 'vitest';
import { initial } from './initial';

describe('initial', () => {
  it('is what a person sees as the first character', () => {
    expect(initial(' tutor')).toBe('T');
    expect(initial('家教')).toBe('家');
    expect(initial('👩‍💻 coder')).toBe('👩‍💻');
    expect(initial('')).toBe('');
  });
});
