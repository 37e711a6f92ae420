import { describe, expect, it } from 'vitest';
import { isChinese } from '../shared/chinese';
import { isForeign } from './ability';

describe('what a model can write', () => {
  it('is told by the languages that it was made for', () => {
    expect(isForeign(['en'], 'zh-CN')).toBe(true);
    expect(isForeign(['en', 'zh-Hans'], 'zh-CN')).toBe(false);
    expect(isForeign(['en'], 'en')).toBe(false);
    expect(isForeign([], 'zh-CN')).toBe(false);
  });

  it('depends on the language of the text', () => {
    expect(isChinese('会议改到星期五，在 204 会议室。')).toBe(true);
    expect(isChinese('What does 杭州 mean in this text?')).toBe(false);
    expect(isChinese('')).toBe(false);
  });
});
