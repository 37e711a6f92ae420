/**
 * Incremental Markdown: text that grows at its end, cut into top-level blocks.
 *
 * While an answer streams, only its last two blocks can still change their meaning (a paragraph may
 * become a table or a setext heading, a list may swallow the paragraph after it). Everything before
 * them is settled: it isn't lexed again, and its `Block` objects stay identical, so a view that
 * compares by identity leaves their DOM alone.
 */
import { lex, withDefinitions, type References, type Token } from './dialect';
import { settle } from './settle';

export interface Block {
  /** The Markdown the block was made from. */
  readonly raw: string;
  readonly tokens: readonly Token[];
  /** True for the last block of a streaming text: it will change, so costly decoration can wait. */
  readonly open: boolean;
  /** Outline level (1-6) for a heading in this block. */
  readonly headingLevel: number;
}

/** Where a block stands in the text. */
interface Place {
  /** Where the block's Markdown starts in the normalised source, in UTF-16 units. */
  start: number;
  /** Depths of the headings that enclose what follows this block, outermost first. */
  outline: readonly number[];
  /** The references that are defined before it. */
  known: References;
}

interface Piece extends Place {
  block: Block;
  /** What the references in it meant when it was made; see `meaningsIn`. */
  meanings: string;
}

/** Blocks at the end of a streaming text that may still change their meaning. */
const UNSETTLED = 2;

/** The title of the conversation is the page's first level. */
const FIRST_LEVEL = 2;

/** Line ends as marked sees them, so that offsets into the source match its tokens. */
function normalise(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/\0/g, '\uFFFD');
}

/** Never skips a level, whatever depths a model picks, and never changes for text already seen. */
function enterHeading(outline: readonly number[], depth: number): number[] {
  return [...outline.filter((enclosing) => enclosing < depth), depth];
}

export class BlockStream {
  #source = '';
  #pieces: Piece[] = [];
  #references: References = {};

  /** Takes the whole text so far; returns its blocks, reusing every block that did not change. */
  update(text: string, streaming: boolean): readonly Block[] {
    const source = normalise(text);
    let kept = 0;
    // The end of an answer is parsed from scratch, so that what stays on screen never depends on
    // how the text happened to arrive.
    if (streaming && this.#source !== '' && source.startsWith(this.#source)) {
      kept = Math.max(0, this.#pieces.length - UNSETTLED);
    }
    if (kept > 0) {
      const { start, known } = this.#pieces[kept] as Piece;
      const { tokens, references } = lex(source.slice(start), known, true);
      // A definition that is new, or not as it was, may give meaning to brackets anywhere before it.
      if (sameReferences(references, this.#references)) {
        return this.#assemble(source, true, tokens, kept, start);
      }
    }
    return this.#restart(source, streaming);
  }

  #restart(source: string, streaming: boolean): readonly Block[] {
    const { tokens, references } = lex(source, undefined, streaming);
    this.#references = references;
    return this.#assemble(source, streaming, tokens, 0, 0);
  }

  #assemble(
    source: string,
    streaming: boolean,
    tokens: Token[],
    kept: number,
    start: number,
  ): readonly Block[] {
    const previous = this.#pieces;
    const pieces = previous.slice(0, kept);
    let offset = start;
    let known = kept === 0 ? {} : (previous[kept]?.known ?? {});
    const last = tokens.findLastIndex(isVisible);
    tokens.forEach((token, index) => {
      const position = offset;
      offset += token.raw.length;
      const place = { start: position, known, outline: pieces.at(-1)?.outline ?? [] };
      known = withDefinitions(known, [token]);
      if (!isVisible(token)) return;
      if (token.type === 'heading') {
        place.outline = enterHeading(place.outline, token['depth'] as number);
      }
      const open = streaming && index === last;
      pieces.push(this.#piece(previous[pieces.length], token, place, open));
    });
    this.#pieces = pieces;
    // Offsets are right only where the tokens' sources add up to the text, as marked promises for
    // all but odd input; otherwise the next update starts from scratch.
    this.#source = offset === source.length ? source : '';
    return pieces.map((piece) => piece.block);
  }

  #piece(old: Piece | undefined, token: Token, place: Place, open: boolean): Piece {
    const meanings = meaningsIn(token.raw, this.#references);
    const headingLevel = Math.min(6, FIRST_LEVEL - 1 + Math.max(1, place.outline.length));
    const raw = open ? settle(token.raw, token.type) : token.raw;
    const reusable =
      old?.block.raw === raw &&
      old.block.open === open &&
      old.block.headingLevel === headingLevel &&
      old.meanings === meanings;
    if (reusable) return { block: old.block, meanings, ...place };
    const tokens = raw === token.raw ? [token] : lex(raw, this.#references).tokens;
    return { block: { raw, tokens, open, headingLevel }, meanings, ...place };
  }
}

/** What the references that a block may contain stand for, as a text to compare. */
function meaningsIn(raw: string, references: References): string {
  const names = raw.includes('[') ? Object.keys(references) : [];
  if (names.length === 0) return '';
  const text = raw.replace(/\s+(?:>\s*)*/g, ' ').replace(/\[ | (?=\])/g, (edge) => edge.trim());
  const folded = text.toLowerCase().toUpperCase().toLowerCase();
  const used = names.filter((name) => folded.includes(`[${name}]`));
  return used.map((name) => JSON.stringify([name, references[name]])).join('');
}

function isVisible(token: Token): boolean {
  return token.type !== 'space' && token.type !== 'def';
}

function sameReferences(a: References, b: References): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => a[name]?.href === b[name]?.href && a[name]?.title === b[name]?.title)
  );
}
