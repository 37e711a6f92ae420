/** The length of a text, as people count. */
export interface Count {
  words: number;
  characters: number;
}

/**
 * A Chinese character is a word, as Chinese counts its texts; elsewhere letters, marks and digits
 * that hold together are. The program counts the same way (assistant/src/write/words.rs).
 */
const WORDS =
  /\p{Script=Han}|(?:(?!\p{Script=Han})[\p{Letter}\p{Mark}\p{Number}_])+(?:(?:['’.·:]|(?<=\d),(?=\d))(?:(?!\p{Script=Han})[\p{Letter}\p{Mark}\p{Number}_])+)*/gu;

export function count(text: string): Count {
  const words = text.match(WORDS)?.length ?? 0;
  return { words, characters: characters(text) };
}

let segmenter: Intl.Segmenter | null = null;

/** What a reader takes for one character, blanks not counted. */
function characters(text: string): number {
  // Plain text needs no segmenter, which is slow on long texts.
  const seen = text.replace(/\s+/gu, '');
  // eslint-disable-next-line no-control-regex
  if (/^[\u0000-\u02ff\u3000-\u9fff]*$/u.test(seen)) return seen.length;
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  let found = 0;
  for (const _ of segmenter.segment(seen)) found += 1;
  return found;
}
