import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../host/bindings/ErrorCode';
import { errorText } from './error-words';
import { formats } from './format';
import { en } from './en';
import { resolveLanguage } from './i18n.svelte';
import { zhCN } from './zh-cn';

const codes = Object.keys(en.errors) as ErrorCode[];

describe('error words', () => {
  it.each(codes)('%s says what happened and what to do in both languages', (code) => {
    for (const dictionary of [en, zhCN]) {
      const { title, advice } = errorText(dictionary, { code, message: '', details: {} });
      expect(title.length).toBeGreaterThan(3);
      expect(advice.length).toBeGreaterThan(8);
      expect(title + advice).not.toMatch(/undefined|NaN|null/);
    }
    expect(zhCN.errors[code]({}).title).toMatch(/\p{Script=Han}/u);
  });

  it('name the figures that came with the error', () => {
    const error = {
      code: 'context_overflow' as const,
      message: '',
      details: { needed: '9000', available: '2048' },
    };
    expect(errorText(en, error).advice).toContain('9,000');
    expect(errorText(zhCN, error).advice).toContain('2,048');
  });

  it('know what to say about a code from a newer shell', () => {
    const error = { code: 'toString' as ErrorCode, message: '', details: {} };
    expect(errorText(en, error)).toEqual(en.errors.internal({}));
  });
});

describe('formats', () => {
  it('picks the unit a person would', () => {
    const { bytes } = formats('en');
    expect(bytes(999)).toBe('999 byte');
    expect(bytes(98_570_000)).toBe('99 MB');
    expect(bytes(1_640_000_000)).toBe('1.6 GB');
  });

  it('counts in the plural of the language', () => {
    expect(en.search.results(1)).toBe('1 result');
    expect(en.search.results(1200)).toBe('1,200 results');
    expect(zhCN.search.results(2)).toBe('2 条结果');
  });
});

describe('resolveLanguage', () => {
  it('follows the system only when asked to', () => {
    expect(resolveLanguage('system', 'zh-Hans-CN')).toBe('zh-CN');
    expect(resolveLanguage('system', 'de-DE')).toBe('en');
    expect(resolveLanguage('en', 'zh-CN')).toBe('en');
  });
});
