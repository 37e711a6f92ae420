import { Lexer, Tokenizer, type Token } from 'marked';
import { describe, expect, it } from 'vitest';
import { lex, renderTokens } from './dialect';
import { PAYLOADS, RICH_PAYLOADS } from './payloads';
import { SAMPLE } from './sample';

/** marked as it comes, with nothing but its HTML switched off. */
function reference(source: string): Token[] {
  const tokenizer = new Tokenizer();
  tokenizer.html = () => undefined;
  tokenizer.tag = () => undefined;
  return new Lexer({ gfm: true, tokenizer }).lex(source);
}

const INPUTS = [SAMPLE, ...PAYLOADS, ...SAMPLE.split('\n\n'), ...SAMPLE.split('\n')];

describe('the dialect', () => {
  // Guards the faster patterns and the questions asked before slow ones.
  it.each(INPUTS)('lexes as marked does: %j', (input) => {
    expect([...lex(input).tokens]).toEqual([...reference(input)]);
  });

  it('lexes every beginning of a text as marked does', () => {
    for (let end = 1; end < SAMPLE.length; end += 1) {
      const input = SAMPLE.slice(0, end);
      expect([...lex(input).tokens]).toEqual([...reference(input)]);
    }
  });

  it('knows references from text before', () => {
    const { tokens } = lex('[a]', { a: { href: 'https://example.org/', title: null } });
    expect(renderTokens(tokens, 3)).toContain('href="https://example.org/"');
  });

  it('never writes a tag that the text contained', () => {
    for (const payload of [...PAYLOADS, ...RICH_PAYLOADS]) {
      const tags = renderTokens(lex(payload).tokens, 3).matchAll(/<\/?([a-z][a-z0-9]*)/gi);
      for (const [, tag] of tags) {
        expect(tag).toMatch(
          /^(p|h3|blockquote|hr|br|ul|ol|li|table|thead|tbody|tr|th|td|strong|em|del|a|code|pre|span|sup|div)$/,
        );
      }
    }
  });
});
