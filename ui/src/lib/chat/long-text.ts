/** A message longer than this (UTF-16 units) is collapsed: laying it out would take seconds. */
export const COLLAPSE_ABOVE = 20_000;
/** How much of a collapsed message is shown. */
const SHOWN = 3_000;

/** The beginning of a huge text, cut where a line or a word ends and never inside a character. */
export function beginningOf(text: string): string {
  return text.slice(0, cutBefore(text, 0));
}

/** A huge text in pieces that can be laid out one by one; a line feed at a cut is left out. */
export function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let at = 0;
  while (at < text.length) {
    const end = cutBefore(text, at);
    pieces.push(text.slice(at, end));
    at = text[end] === '\n' ? end + 1 : end;
  }
  return pieces;
}

/** Where to cut a text so that about {@link SHOWN} units from `start` on come before the cut. */
function cutBefore(text: string, start: number): number {
  const limit = start + SHOWN;
  if (limit >= text.length) return text.length;
  const lineEnd = text.lastIndexOf('\n', limit - 1);
  if (lineEnd > start + SHOWN / 2) return lineEnd;
  const wordEnd = text.lastIndexOf(' ', limit - 1);
  if (wordEnd > start + SHOWN / 2) return wordEnd;
  const last = text.charCodeAt(limit - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return splitsPair ? limit - 1 : limit;
}

/** Bytes that a text takes in UTF-8, without making a copy of it. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    // Each half of a surrogate pair stands for two of the pair's four bytes.
    else if (unit >= 0xd800 && unit <= 0xdfff) bytes += 2;
    else bytes += 3;
  }
  return bytes;
}
