/** What the dialect has beyond GitHub's: formulas and footnotes, as extensions of marked. */
import type { MarkedOptions, Token, Tokens } from 'marked';
import { escapeLiteral } from './escape';
import { footnoteAt, footnoteKey, footnoteReferenceAt, nextFootnote } from './footnote';
import { displayLineAt, formulaAt, nextDisplayLine, openDisplayLine } from './formula';

type Extensions = NonNullable<MarkedOptions['extensions']>;
type Tokenize = NonNullable<Extensions['block']>[number];
type Render = Extensions['renderers'][string];

/** Footnotes are kept among the definitions of links. */
const NO_TARGET = { href: '', title: null };

const formulaLine: Tokenize = (source) => {
  const formula = displayLineAt(source);
  return formula && { type: 'formula', ...formula, block: true };
};

const openFormulaLine: Tokenize = (source) => {
  const formula = openDisplayLine(source);
  return formula && { type: 'formula', ...formula, block: true, open: true };
};

const formula: Tokenize = (source, tokens) => {
  const found = formulaAt(source, tokens.at(-1)?.raw.at(-1));
  return found && { type: 'formula', ...found };
};

const footnote: Tokenize = function (source) {
  const found = footnoteAt(source);
  if (!found) return undefined;
  const { lexer } = this;
  lexer.tokens.links[footnoteKey(found.name)] ??= NO_TARGET;
  const { top } = lexer.state;
  lexer.state.top = true;
  const tokens = lexer.blockTokens(found.text, []);
  lexer.state.top = top;
  return { type: 'footnote', ...found, ...NO_TARGET, tokens };
};

const footnoteReference: Tokenize = function (source) {
  const found = footnoteReferenceAt(source);
  const isDefined = found && footnoteKey(found.name) in this.lexer.tokens.links;
  return isDefined ? { type: 'footnoteReference', ...found } : undefined;
};

/** Kept as its source: `typeset.ts` replaces that in the document, or leaves it. */
const renderFormula: Render = ({ raw, display, block, open }: Tokens.Generic) => {
  const kind = display ? 'formula-display' : 'formula';
  const source = escapeLiteral((raw as string).trim());
  const html = `<span class="${open ? `${kind} open` : kind}">${source}</span>`;
  return block ? `<p>${html}</p>` : html;
};

const renderFootnote: Render = function ({ name, tokens }: Tokens.Generic) {
  const content = this.parser.parse(tokens as Token[]);
  return `<div class="footnote"><sup class="footnote-name">${escapeLiteral(name as string)}</sup>${content}</div>`;
};

const renderFootnoteReference: Render = ({ name }: Tokens.Generic) =>
  `<sup class="footnote-reference">${escapeLiteral(name as string)}</sup>`;

/** `growing`: more text will come, so that what is unfinished at its end may still become whole. */
export function syntax(growing: boolean): Extensions {
  return {
    block: growing ? [formulaLine, openFormulaLine, footnote] : [formulaLine, footnote],
    inline: [formula, footnoteReference],
    startBlock: [nextDisplayLine, nextFootnote],
    // All else that begins something here ends a run of plain text anyway.
    startInline: [(source) => source.indexOf('$')],
    renderers: {
      formula: renderFormula,
      footnote: renderFootnote,
      footnoteReference: renderFootnoteReference,
    },
    childTokens: {},
  };
}
