/** A piece of an excerpt, and whether it is what was searched for. */
export interface ExcerptPart {
  text: string;
  match: boolean;
}

/** Splits an excerpt at its highlights (pairs of UTF-16 offsets); bad ranges are ignored. */
export function excerptParts(excerpt: string, highlights: [number, number][]): ExcerptPart[] {
  const parts: ExcerptPart[] = [];
  let at = 0;
  for (const [start, end] of [...highlights].sort((a, b) => a[0] - b[0])) {
    if (start < at || end <= start || end > excerpt.length) continue;
    if (start > at) parts.push({ text: excerpt.slice(at, start), match: false });
    parts.push({ text: excerpt.slice(start, end), match: true });
    at = end;
  }
  if (at < excerpt.length) parts.push({ text: excerpt.slice(at), match: false });
  return parts;
}
