/** A message longer than this (UTF-16 units) is collapsed: laying it out would take seconds. */
export const COLLAPSE_ABOVE = 20_000;
/** How much of a collapsed message is shown. */
const SHOWN = 3_000;

/** The beginning of a huge text, cut where a line or a word ends and never inside a character. */
export function beginningOf(text: string): string {
  const cut = text.slice(0, SHOWN);
  const lineEnd = cut.lastIndexOf('\n');
  if (lineEnd > SHOWN / 2) return cut.slice(0, lineEnd);
  const wordEnd = cut.lastIndexOf(' ');
  if (wordEnd > SHOWN / 2) return cut.slice(0, wordEnd);
  const last = cut.charCodeAt(cut.length - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return splitsPair ? cut.slice(0, -1) : cut;
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
