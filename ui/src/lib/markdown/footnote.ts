/**
 * Footnotes in Markdown: `[^name]` in the text, and a paragraph that begins with `[^name]:`.
 *
 * A definition is shown where it stands, under the name that it has. So nothing that is on the screen
 * has to be numbered anew when another one arrives.
 */

const NAME = String.raw`\[\^([^\s[\]]{1,32})\]`;
const REFERENCE = new RegExp(`^${NAME}`);
const DEFINITION = new RegExp(`^ {0,3}${NAME}:[ \\t]*`);
const NEXT_DEFINITION = new RegExp(`\\n {0,3}${NAME}:`);

/** What goes on with a definition: an indented line, also behind blank ones. */
const CONTINUATION = new RegExp(
  `^\\n(?:[ \\t]*\\n)*(?! {0,3}${NAME}:)(?: {2,}|\\t)[ \\t]*\\S[^\\n]*`,
);

/** The key of a footnote among the reference definitions; no link can be called that. */
export function footnoteKey(name: string): string {
  return `^${name.toLowerCase()}`;
}

export function footnoteReferenceAt(source: string): { raw: string; name: string } | undefined {
  const match = REFERENCE.exec(source);
  return match ? { raw: match[0], name: match[1] ?? '' } : undefined;
}

/** The definition that `source` begins with; `text` is its Markdown without name and indentation. */
export function footnoteAt(
  source: string,
): { raw: string; name: string; text: string } | undefined {
  const match = DEFINITION.exec(source);
  if (!match) return undefined;
  let raw = match[0] + (/^[^\n]*/.exec(source.slice(match[0].length))?.[0] ?? '');
  for (;;) {
    const more = CONTINUATION.exec(source.slice(raw.length))?.[0];
    if (more === undefined) break;
    raw += more;
  }
  const text = raw.slice(match[0].length).replace(/\n(?: {2,4}|\t)/g, '\n');
  return { raw, name: match[1] ?? '', text };
}

/** Where a line begins that defines a footnote, before the next empty one; -1 where none does. */
export function nextFootnote(source: string): number {
  const match = NEXT_DEFINITION.exec(source.split('\n\n', 1)[0] ?? '');
  return match ? match.index + 1 : -1;
}
