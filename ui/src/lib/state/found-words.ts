/**
 * Finds the words of a query in a text that is on the screen, by the rules of the index
 * (src-tauri/crates/store/src/search/tokens.rs): case, width and accents make no difference, a word
 * is found by its beginning, and scripts without spaces have words of one character.
 */

interface Token {
  text: string;
  start: number;
  end: number;
  single: boolean;
}

interface Term {
  tokens: string[];
  /** Whether longer words that begin like the last token match as well. */
  prefix: boolean;
}

/** The words of a query. */
export type Words = readonly Term[];

/** Start and end of a match, in UTF-16 units. */
export type Match = [start: number, end: number];

const SINGLE =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;
const WORD = /[\p{L}\p{N}]/u;
const MARK = /\p{M}/u;
const MARKS = /\p{M}+/gu;
/** As many words of a query are looked at as in query.rs. */
const MOST_TERMS = 16;

export function parseWords(query: string): Words {
  const terms: Term[] = [];
  for (const piece of query.split(/\s+/)) {
    const tokens = [...tokensOf(piece)];
    const last = tokens.at(-1);
    if (last === undefined) continue;
    terms.push({ tokens: tokens.map((token) => token.text), prefix: !last.single });
    if (terms.length === MOST_TERMS) break;
  }
  return terms;
}

/** Where the words are in a text; ascending, not overlapping, at most `most`. */
export function matchesIn(text: string, words: Words, most = Infinity): Match[] {
  if (words.length === 0) return [];
  // Read as far as it is needed: the text may be megabytes.
  const source = tokensOf(text);
  const ahead = Math.max(...words.map((term) => term.tokens.length));
  const tokens: Token[] = [];
  const matches: Match[] = [];
  for (let at = 0; matches.length < most; at += 1) {
    while (tokens.length < at + ahead) {
      const { value, done } = source.next();
      if (done) break;
      tokens.push(value);
    }
    if (at >= tokens.length) break;
    const lengths = words.filter((term) => matchesAt(term, tokens, at));
    if (lengths.length === 0) continue;
    const length = Math.max(...lengths.map((term) => term.tokens.length));
    const start = tokens[at]?.start ?? 0;
    const end = tokens[at + length - 1]?.end ?? start;
    const last = matches.at(-1);
    if (last && last[1] >= start) last[1] = Math.max(last[1], end);
    else matches.push([start, end]);
  }
  return matches;
}

function matchesAt(term: Term, tokens: readonly Token[], at: number): boolean {
  const last = term.tokens.length - 1;
  return term.tokens.every((wanted, place) => {
    const found = tokens[at + place]?.text;
    if (found === undefined) return false;
    return place === last && term.prefix ? found.startsWith(wanted) : found === wanted;
  });
}

function* tokensOf(text: string): Generator<Token> {
  let word: Token | null = null;
  let at = 0;
  for (const character of text) {
    const start = at;
    at += character.length;
    if (word !== null && MARK.test(character)) {
      word.end = at;
    } else if (SINGLE.test(character) && !MARK.test(character)) {
      if (word !== null) yield word;
      word = null;
      yield { text: character.normalize('NFKC'), start, end: at, single: true };
    } else if (WORD.test(character)) {
      word ??= { text: '', start, end: at, single: false };
      word.text += folded(character);
      word.end = at;
    } else if (word !== null) {
      yield word;
      word = null;
    }
  }
  if (word !== null) yield word;
}

function folded(character: string): string {
  if (character < '\u0080') return character.toLowerCase();
  return character.normalize('NFKD').toLowerCase().replaceAll(MARKS, '').replaceAll('ς', 'σ');
}
