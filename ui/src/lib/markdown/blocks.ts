/**
 * Incremental Markdown: text that grows at its end, cut into top-level blocks.
 *
 * While an answer streams, only its last two blocks can still change their meaning (a paragraph may
 * become a table or a setext heading, a list may swallow the paragraph after it). Everything before
 * them is settled: it isn't lexed again, and its `Block` objects stay identical, so a view that
 * compares by identity leaves their DOM alone.
 */
import { lex, type References, type Token } from './dialect';
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

interface Piece {
  block: Block;
  /** Where the block's Markdown starts in the normalised source, in UTF-16 units. */
  start: number;
  /** Depths of the headings that enclose what follows this block, outermost first. */
  outline: readonly number[];
  /** Version of the reference definitions that the block was rendered with. */
  references: number;
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
  #referencesVersion = 0;

  /** Takes the whole text so far; returns its blocks, reusing every block that did not change. */
  update(text: string, streaming: boolean): readonly Block[] {
    const source = normalise(text);
    let kept = 0;
    // The end of an answer is parsed from scratch, so that what stays on screen never depends on
    // how the text happened to arrive.
    if (streaming && this.#source !== '' && source.startsWith(this.#source)) {
      kept = Math.max(0, this.#pieces.length - UNSETTLED);
    }
    // A reference definition may give meaning to brackets anywhere before it.
    const start = this.#pieces[kept]?.start ?? 0;
    if (source.includes(']:', start)) kept = 0;
    return kept === 0
      ? this.#restart(source, streaming)
      : this.#resume(source, streaming, kept, start);
  }

  #restart(source: string, streaming: boolean): readonly Block[] {
    const { tokens, references } = lex(source);
    if (!sameReferences(references, this.#references)) {
      this.#references = references;
      this.#referencesVersion += 1;
    }
    return this.#assemble(source, streaming, tokens, 0, 0);
  }

  #resume(source: string, streaming: boolean, kept: number, start: number): readonly Block[] {
    const { tokens } = lex(source.slice(start), this.#references);
    return this.#assemble(source, streaming, tokens, kept, start);
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
    const last = tokens.findLastIndex(isVisible);
    tokens.forEach((token, index) => {
      const position = offset;
      offset += token.raw.length;
      if (!isVisible(token)) return;
      const before = pieces.at(-1)?.outline ?? [];
      const outline =
        token.type === 'heading' ? enterHeading(before, token['depth'] as number) : before;
      pieces.push(
        this.#piece(previous[pieces.length], token, position, outline, streaming && index === last),
      );
    });
    this.#pieces = pieces;
    // Offsets are right only where the tokens' sources add up to the text, as marked promises for
    // all but odd input; otherwise the next update starts from scratch.
    this.#source = offset === source.length ? source : '';
    return pieces.map((piece) => piece.block);
  }

  #piece(
    old: Piece | undefined,
    token: Token,
    start: number,
    outline: readonly number[],
    open: boolean,
  ): Piece {
    const references = token.raw.includes('[') ? this.#referencesVersion : 0;
    const headingLevel = Math.min(6, FIRST_LEVEL - 1 + Math.max(1, outline.length));
    const raw = open ? settle(token.raw, token.type) : token.raw;
    const reusable =
      old?.block.raw === raw &&
      old.block.open === open &&
      old.block.headingLevel === headingLevel &&
      old.references === references;
    if (reusable) return { ...old, start, outline };
    const tokens = raw === token.raw ? [token] : lex(raw, this.#references).tokens;
    return { block: { raw, tokens, open, headingLevel }, start, outline, references };
  }
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
