/**
 * How well a label fits what was typed into the palette; `null` when it does not. Every word must
 * be in the label: best at its beginning, then at the beginning of a word, then anywhere. A query
 * of one word also fits by letters in their order ("nc" for "New conversation"), as the last choice.
 */
export function fit(query: string, label: string): number | null {
  const text = fold(label);
  const words = fold(query)
    .split(/\s+/u)
    .filter((word) => word !== '');
  let score = 0;
  for (const word of words) {
    const place = placeOf(word, text);
    if (place === null) return words.length === 1 && inOrder(word, text) ? 0 : null;
    score += place;
  }
  return score;
}

/** Case and accents don't matter. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase();
}

function placeOf(word: string, text: string): number | null {
  if (text.startsWith(word)) return 4;
  const at = text.indexOf(word);
  if (at < 0) return null;
  return text.includes(` ${word}`) ? 2 : 1;
}

function inOrder(letters: string, text: string): boolean {
  let from = 0;
  for (const letter of letters) {
    const at = text.indexOf(letter, from);
    if (at < 0) return false;
    from = at + letter.length;
  }
  return true;
}
