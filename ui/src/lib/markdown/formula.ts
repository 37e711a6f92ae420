/**
 * TeX formulas in Markdown: where one begins and ends.
 *
 * `\( … \)` and `$ … $` stand in a line, `\[ … \]` and `$$ … $$` on their own. A dollar is money far
 * more often than mathematics, so a single one opens a formula only by strict rules; see `DOLLAR`.
 */

export interface Formula {
  /** The formula as written, with its delimiters. */
  raw: string;
  /** What is between the delimiters. */
  tex: string;
  display: boolean;
}

/** More than this between two delimiters is no formula. */
const LONGEST = 4_000;

/**
 * A single dollar: no space after the opening one and before the closing one, which is the next
 * dollar and touches no letter or digit, so that `$5 and $10`, `$HOME:$PATH` and `US$3` stay text.
 */
const DOLLAR = /^\$(?![\s$])((?:\\[^]|[^$\\`])+)(?<!\s)\$(?![\w$])/;
const DOLLARS = /^\$\$((?:\\[^]|[^$\\])+)\$\$/;
const BLANK_LINE = /\n[ \t]*\n/;

/** The whole formula that `source` begins with; `before` is the character in front of it, if any. */
export function formulaAt(source: string, before = ''): Formula | undefined {
  const [first, second] = source;
  if (first === '\\' && second === '(') return between(source, '\\)', false);
  if (first === '\\' && second === '[' && !/\w/.test(before)) return between(source, '\\]', true);
  if (first !== '$' || /[\w$]/.test(before)) return undefined;
  const near = source.slice(0, LONGEST);
  const match = (second === '$' ? DOLLARS : DOLLAR).exec(near);
  if (!match || !isFormula(match[1])) return undefined;
  const [raw, tex = ''] = match;
  if (second !== '$' && isProse(tex)) return undefined;
  return { raw, tex, display: second === '$' };
}

function between(source: string, closing: string, display: boolean): Formula | undefined {
  const end = source.slice(0, LONGEST).indexOf(closing, 2);
  if (end === -1) return undefined;
  const tex = source.slice(2, end);
  return isFormula(tex) ? { raw: source.slice(0, end + 2), tex, display } : undefined;
}

/** TeX has no empty lines in formulas, and an unclosed one must not swallow the next paragraph. */
function isFormula(tex: string | undefined): boolean {
  return tex !== undefined && tex.trim() !== '' && !BLANK_LINE.test(tex);
}

/** Whether what follows a dollar reads like a sentence, e.g. `5 and x` or `HOME is set`. */
function isProse(tex: string): boolean {
  const plain = tex.replace(/\\[a-z]+\*?(?:\{[^{}]*\})?/gi, ' \\ ');
  const words = /^\d/.test(plain) ? /\s[a-z]{2,}(?![^\s,.;:])/i : /[a-z]{2,},?\s+[a-z]{2,}/i;
  return words.test(plain);
}

/** Matches where a display formula may begin a line. */
const DISPLAY_LINE = /^ {0,3}(?=\\\[|\$\$)/;

/** A display formula at the beginning of a line, with its indentation. */
export function displayLineAt(source: string): Formula | undefined {
  const indent = DISPLAY_LINE.exec(source)?.[0];
  if (indent === undefined) return undefined;
  const formula = formulaAt(source.slice(indent.length));
  return formula && { ...formula, raw: indent + formula.raw };
}

/** The beginning of a display formula, which goes up to the end of `source`, still without its end. */
export function openDisplayLine(source: string): Formula | undefined {
  const indent = DISPLAY_LINE.exec(source)?.[0];
  if (indent === undefined || source.length > LONGEST) return undefined;
  const tex = source.slice(indent.length + 2);
  const isOpen = !BLANK_LINE.test(tex) && !/\\\]|\$\$/.test(tex);
  return isOpen ? { raw: source, tex, display: true } : undefined;
}

/** Where a line begins that may be a display formula, before the next empty one; -1 where none does. */
export function nextDisplayLine(source: string): number {
  const match = /\n {0,3}(?:\\\[|\$\$)/.exec(source.split('\n\n', 1)[0] ?? '');
  return match ? match.index + 1 : -1;
}

/**
 * Where a formula begins that has not ended at the end of `text`, but may yet; -1 where there is
 * none. What comes before a blank line is over.
 */
export function unfinishedFormula(text: string): number {
  let at = 0;
  for (const { index, 0: line } of text.matchAll(/\n[ \t]*(?=\n)/g)) at = index + line.length;
  while (at < text.length) {
    at += /^[^\\$`]*/.exec(text.slice(at))?.[0].length ?? 0;
    const rest = text.slice(at);
    const before = text[at - 1] ?? '';
    const whole = formulaAt(rest, before);
    if (whole) at += whole.raw.length;
    else if (opensFormula(rest, before)) return at;
    else at += codeSpan(rest) ?? (/^(?:\\|\$\$)/.test(rest) ? 2 : 1);
  }
  return -1;
}

function opensFormula(rest: string, before: string): boolean {
  if (rest.length > LONGEST) return false;
  if (rest.startsWith('\\(')) return true;
  if (rest.startsWith('\\[')) return !/\w/.test(before);
  if (!rest.startsWith('$') || /[\w$]/.test(before)) return false;
  if (rest.startsWith('$$')) return !/[^\\]\$/.test(rest.slice(2, -1)) && !isProse(rest.slice(2));
  // A number alone is a price, and nothing may rule out that the rest becomes a formula.
  if (/^\$\d[^\\^_=+{]*$/.test(rest)) return false;
  return /^\$(?!\s)(?:\\[^]|[^$\\`])*\\?$/.test(rest) && !isProse(rest.slice(1));
}

/** Replaces the formulas of `source` in `masked`, a text of the same length, by letters. */
export function maskFormulas(source: string, masked: string): string {
  let result = '';
  for (const { index: at } of source.matchAll(/\$|\\[([]/g)) {
    if (at < result.length) continue;
    const length = formulaAt(source.slice(at), source[at - 1])?.raw.length ?? 0;
    result += masked.slice(result.length, at) + 'a'.repeat(length);
  }
  return result + masked.slice(result.length);
}

/** Length of the code span at the beginning of `rest`; one that is not closed goes to the end. */
function codeSpan(rest: string): number | undefined {
  const ticks = /^`+/.exec(rest)?.[0];
  if (!ticks) return undefined;
  for (const match of rest.slice(ticks.length).matchAll(/`+/g)) {
    if (match[0].length === ticks.length) return ticks.length + match.index + ticks.length;
  }
  return rest.length;
}
