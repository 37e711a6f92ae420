/**
 * The Markdown dialect of answers: GitHub-flavoured, without HTML and without images.
 *
 * Model output is hostile until checked, so nothing here lets a tag through: the HTML tokenizers are
 * switched off (a `<` is an ordinary character), which also keeps marked from entering its "raw
 * block" state, in which it would stop escaping. The strings made here are still not trusted; they
 * reach the document only through `sanitise.ts`.
 */
import { Lexer, Parser, Renderer, Tokenizer } from 'marked';
import type { Links, MarkedOptions, Token, Tokens } from 'marked';
import { escapeLiteral, escapeText } from './escape';
import { footnoteKey, nextFootnote } from './footnote';
import { maskFormulas, nextDisplayLine } from './formula';
import { syntax } from './syntax';

export type { Token } from 'marked';

/**
 * A pattern that can only match where its input begins. Most of marked's start with `^`, which stops
 * V8 at the first character; WebKit goes on to try every other place in the text that follows, and
 * takes twenty times as long over a long answer. Sticky patterns stop in both.
 */
class Anchored extends RegExp {
  constructor(pattern: RegExp) {
    super(pattern.source, `${pattern.flags}y`);
  }

  override exec(input: string): RegExpExecArray | null {
    this.lastIndex = 0;
    return super.exec(input);
  }
}

function anchor<T extends object>(rules: T): T {
  const anchored = Object.entries(rules).map(([name, rule]: [string, unknown]) => {
    const canAnchor = rule instanceof RegExp && rule.source.startsWith('^') && !rule.global;
    return [name, canAnchor ? new Anchored(rule) : rule] as const;
  });
  return Object.fromEntries(anchored) as T;
}

const BLOCK_RULES = anchor(Lexer.rules.block.gfm);
const INLINE_RULES = anchor(Lexer.rules.inline.gfm);

class AnswerTokenizer extends Tokenizer {
  /** What {@link #mask} made of each line of text, since it is asked again at every star. */
  readonly #masks = new Map<string, string>();

  override html(): undefined {
    return undefined;
  }

  override tag(): undefined {
    return undefined;
  }

  /** `[^1]` is a footnote or text, never a link, also behind what would be the link's text. */
  override reflink(source: string, links: Links): ReturnType<Tokenizer['reflink']> {
    return /^!?\[(?:[^[\]\\]*\]\[)?\^/.test(source) ? undefined : super.reflink(source, links);
  }

  override emStrong(
    source: string,
    masked: string,
    before?: string,
  ): ReturnType<Tokenizer['emStrong']> {
    const inert = /^[*_]/.test(source) ? this.#mask(source, masked) : masked;
    return super.emStrong(source, inert, before);
  }

  override del(source: string, masked: string, before?: string): ReturnType<Tokenizer['del']> {
    const inert = source.startsWith('~') ? this.#mask(source, masked) : masked;
    return super.del(source, inert, before);
  }

  /** Hides formulas from the search for the end of an emphasis: their `*` and `_` are not Markdown. */
  #mask(source: string, masked: string): string {
    let known = this.#masks.get(masked);
    if (known === undefined) {
      const from = masked.length - source.length;
      const hidden = maskFormulas(source, masked.slice(from));
      known = masked.slice(0, from) + hidden;
      this.#masks.set(masked, known);
    }
    return known;
  }

  /** Forgets what belongs to one text. */
  begin(): void {
    this.#masks.clear();
  }

  /** Asks first whether there is an underline before the next empty line: marked's pattern is slow. */
  override lheading(source: string): Tokens.Heading | undefined {
    const end = source.indexOf('\n\n');
    const paragraph = end === -1 ? source : source.slice(0, end + 1);
    // What looks like an underline may be a line of what begins above it.
    const other = Math.max(nextDisplayLine(paragraph), nextFootnote(paragraph));
    if (other !== -1) return super.lheading(paragraph.slice(0, other));
    return /\n {0,3}(?:=+|-+)[ \t]*(?:\n|$)/.test(paragraph) ? super.lheading(source) : undefined;
  }
}

class AnswerRenderer extends Renderer {
  override html({ text }: Tokens.HTML | Tokens.Tag): string {
    return escapeLiteral(text);
  }

  override text(token: Tokens.Text | Tokens.Escape): string {
    return 'tokens' in token && token.tokens
      ? this.parser.parseInline(token.tokens)
      : escapeText(token.text);
  }

  override paragraph({ tokens }: Tokens.Paragraph): string {
    return `<p>${this.parser.parseInline(tokens)}</p>`;
  }

  override code({ text, lang }: Tokens.Code): string {
    const language = /^[\w+#.-]{1,32}/.exec(lang ?? '')?.[0];
    const label = language ? ` class="language-${escapeLiteral(language)}"` : '';
    return `<pre><code${label}>${escapeLiteral(text)}</code></pre>`;
  }

  /**
   * Headings of an answer sit below the headings of the page. `renderTokens` gives top-level ones
   * their real level; one inside a list or a quotation is emphasis, not part of the outline.
   */
  override heading({ tokens, depth }: Tokens.Heading): string {
    return `<p class="heading-${depth}">${this.parser.parseInline(tokens)}</p>`;
  }

  override checkbox({ checked }: Tokens.Checkbox): string {
    return `<span class="${checked ? 'task-done' : 'task-open'}"></span>`;
  }

  override tablecell(cell: Tokens.TableCell): string {
    // An empty header cell announces nothing, so it's an ordinary cell.
    const tag = cell.header && cell.text.trim() !== '' ? 'th' : 'td';
    const align = cell.align ? ` class="align-${cell.align}"` : '';
    return `<${tag}${align}>${this.parser.parseInline(cell.tokens)}</${tag}>`;
  }

  /** `title` carries the target past the sanitiser even when the sanitiser refuses the link. */
  override link({ href, tokens, text, autolink }: Tokens.Link): string {
    const label = autolink ? escapeLiteral(text) : this.parser.parseInline(tokens);
    const target = autolink ? escapeLiteral(href) : escapeText(href);
    return `<a href="${target}" title="${target}">${label}</a>`;
  }

  /** Images are never fetched: what a reader gets is the description and the target, as text. */
  override image({ href, text }: Tokens.Image): string {
    return `<span class="image" title="${escapeText(href)}">${escapeText(text)}</span>`;
  }
}

const tokenizer = new AnswerTokenizer();

const options: MarkedOptions = {
  gfm: true,
  breaks: false,
  tokenizer,
  renderer: new AnswerRenderer(),
  extensions: syntax(false),
};

/** For text that still grows: a display formula at its end needs no end of its own. */
const growingOptions: MarkedOptions = { ...options, extensions: syntax(true) };

/** Definitions of links (`[name]: target`) and of footnotes (`[^name]: text`) by normalised name. */
export type References = Links;

/**
 * Splits Markdown into top-level blocks.
 *
 * `known` holds reference definitions from text before `source`; definitions found in `source` are
 * in the returned `references`, together with the known ones.
 *
 * Text that marked can't take (it recurses, so ten thousand nested quotations exhaust the stack)
 * becomes one plain paragraph.
 */
export function lex(
  source: string,
  known?: References,
  growing = false,
): { tokens: Token[]; references: References } {
  const lexer = new Lexer({ ...(growing ? growingOptions : options) });
  tokenizer.begin();
  tokenizer.rules = { ...tokenizer.rules, block: BLOCK_RULES, inline: INLINE_RULES };
  if (known) Object.assign(lexer.tokens.links, known);
  try {
    const tokens = lexer.lex(source);
    return { tokens, references: tokens.links };
  } catch {
    const text: Tokens.Text = { type: 'text', raw: source, text: source };
    const paragraph: Tokens.Paragraph = {
      type: 'paragraph',
      raw: source,
      text: source,
      tokens: [text],
    };
    return { tokens: [paragraph], references: known ?? {} };
  }
}

/**
 * Renders tokens as HTML that must still be sanitised.
 *
 * `headingLevel` (1-6) is the outline level of a top-level heading among the tokens.
 */
export function renderTokens(tokens: Token[], headingLevel: number): string {
  const parser = new Parser({ ...options });
  let html = '';
  for (const token of tokens) {
    if (token.type === 'heading' && token.tokens?.length) {
      const { depth, tokens: content } = token as Tokens.Heading;
      html += `<h${headingLevel} class="heading-${depth}">${parser.parseInline(content)}</h${headingLevel}>`;
    } else if (token.type !== 'heading') {
      html += parser.parse([token]);
    }
  }
  return html;
}

/** What the tokens define, for the text behind them; the first definition of a name counts. */
export function withDefinitions(known: References, tokens: readonly Token[]): References {
  return tokens.reduce((all, token) => {
    if (!token.raw.includes(']:')) return all;
    const { type, tag, name, href, title, items, tokens: inner } = token as Tokens.Generic;
    const key = type === 'def' ? (tag as string) : footnoteKey(String(name));
    const isNew = (type === 'def' || type === 'footnote') && !(key in all);
    const meaning = { href: href as string, title: title as string | null };
    const found = isNew ? { ...all, [key]: meaning } : all;
    return withDefinitions(found, [...(inner ?? []), ...((items as Token[]) ?? [])]);
  }, known);
}

/** A top-level list, and the HTML of each of its items, which must still be sanitised. */
export interface ListParts {
  tag: 'ul' | 'ol';
  /** Number of the first item of an ordered list. */
  start: number;
  items: string[];
}

/** Renders a list item by item, so that a caller can skip the items it has shown already. */
export function renderList(token: Token): ListParts | undefined {
  if (token.type !== 'list') return undefined;
  const list = token as Tokens.List;
  const { renderer } = new Parser({ ...options });
  return {
    tag: list.ordered ? 'ol' : 'ul',
    start: list.ordered && list.start !== '' ? list.start : 1,
    items: list.items.map((item) => renderer.listitem(item)),
  };
}
