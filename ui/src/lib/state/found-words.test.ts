import { describe, expect, it } from 'vitest';
import { matchesIn, parseWords } from './found-words';

function found(text: string, query: string): string[] {
  return matchesIn(text, parseWords(query)).map(([start, end]) => text.slice(start, end));
}

describe('the words that are lit up', () => {
  it.each([
    ['Go to Hangzhou, 杭州 is near', '杭州 hang', ['Hangzhou', '杭州']],
    ['Crème brûlée, CREME', 'creme', ['Crème', 'CREME']],
    ['cre\u0301me', 'crème', ['cre\u0301me']],
    ['encyclopedia', 'cyclopedia', []],
    ['ＦＵＬＬ width', 'full', ['ＦＵＬＬ']],
    ['GPT模型的foo_bar', 'gpt模型 bar', ['GPT模型', 'bar']],
    ['foo-bar and foo baz', 'foo-bar', ['foo-bar']],
    ['안녕하세요', '하세요', ['하세요']],
    ['人工智能', '人工 工智', ['人工智']],
    ['👍🏽 one two', 'two', ['two']],
    ['anything', ' * ', []],
  ])('in “%s” for “%s”', (text, query, expected) => {
    expect(found(text, query)).toEqual(expected);
  });

  it('are no more than asked for', () => {
    expect(matchesIn('a '.repeat(1000), parseWords('a'), 10)).toHaveLength(10);
  });
});
