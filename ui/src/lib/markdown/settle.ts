/**
 * Settling: how the last block of a streaming answer looks before its end has arrived.
 *
 * Half-written Markdown flickers: `**bo` shows stars until the closing ones come, a table is a
 * paragraph until its second line, `Title\n-` is a heading for one frame before it's a list. These
 * functions complete (or hold back) what is unfinished at the end of a block, for display only: the
 * stored text is never touched, and a finished answer is rendered exactly as written.
 */
import { formulaAt, unfinishedFormula } from './formula';

/** Completes `raw`, the Markdown of the last, still growing block, whose marked token has `type`. */
export function settle(raw: string, type: string): string {
  switch (type) {
    case 'code':
      return withoutPartialFence(raw);
    case 'paragraph':
    case 'heading':
      return settleParagraph(withoutPartialFormula(raw));
    case 'list':
    case 'blockquote':
    case 'footnote':
      return insideFence(raw) ? raw : settleInline(withoutLoneMarker(withoutPartialFormula(raw)));
    case 'table':
      return settleInline(withoutPartialFormula(raw));
    default:
      return raw;
  }
}

/** One or two fence characters at the end of open code are a closing fence on its way. */
function withoutPartialFence(raw: string): string {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
  if (!fence) return raw;
  const tail = /\n {0,3}([`~]+)$/.exec(raw);
  const isPartial =
    tail?.[1] !== undefined && tail[1].length < fence.length && tail[1][0] === fence[0];
  return isPartial ? raw.slice(0, tail.index + 1) : raw;
}

/** A formula can't be drawn before its end is known, and its source would only flicker by. */
function withoutPartialFormula(raw: string): string {
  const start = unfinishedFormula(raw);
  return start === -1 ? raw : raw.slice(0, start);
}

function settleParagraph(raw: string): string {
  const lines = raw.replace(/\n+$/, '').split('\n');
  const [header = '', delimiter = ''] = lines;
  const looksLikeTable =
    lines.length <= 2 && /^\s*\|.*\S/.test(header) && /^[\s|:-]*$/.test(delimiter);
  if (looksLikeTable) return completeTable(header);
  // A fence whose opening has only begun.
  if (/^ {0,3}(`{1,2}|~{1,2})$/.test(raw)) return '';
  return settleInline(withoutLoneMarker(raw));
}

/** A header row on its own is shown as the table it is about to become. */
function completeTable(header: string): string {
  const row = settleInline(header.trimEnd());
  const inner = row.trim().replace(/^\|/, '').replace(/\|$/, '');
  const cells = inner.replace(/\\\|/g, '').split('|').length;
  return `${row}\n|${'---|'.repeat(cells)}\n`;
}

/**
 * A last line that holds nothing but the start of a block marker (`-` before `- item`, `=` or `-`
 * under a paragraph, `#`, the first backtick of a fence) is held back until it means something.
 */
function withoutLoneMarker(raw: string): string {
  return raw.replace(/\n[ \t>]*(?:[-=*+#|~]{1,6}|`{1,3})[ \t]*$/, '\n');
}

/** Whether a list or quotation ends inside a fenced code block, where nothing is inline Markdown. */
function insideFence(raw: string): boolean {
  let open: string | undefined;
  for (const line of raw.split('\n')) {
    const fence = /^[ \t>*+-]*(?:\d+[.)][ \t]+)?(`{3,}|~{3,})/.exec(line)?.[1];
    if (!fence) continue;
    if (!open) open = fence;
    else if (fence[0] === open[0] && fence.length >= open.length) open = undefined;
  }
  return open !== undefined;
}

/** Closes emphasis, code and links that are still open at the end of the block's last text run. */
function settleInline(raw: string): string {
  const body = raw.replace(/\s+$/, '');
  const trailing = raw.slice(body.length);
  // Inline constructs can't cross a line that begins an item, a cell row or a paragraph.
  const paragraph = body.lastIndexOf('\n\n');
  const from = Math.max(
    paragraph === -1 ? 0 : paragraph + 2,
    lastItemStart(body),
    lastCellStart(body),
  );
  const run = body.slice(from);
  return body.slice(0, from) + closeInline(run) + trailing;
}

function lastItemStart(body: string): number {
  let start = 0;
  for (const match of body.matchAll(/(?:^|\n)[ \t>]*(?:[-*+]|\d{1,9}[.)]|#{1,6})[ \t]+/g)) {
    start = match.index + match[0].length;
  }
  return start;
}

function lastCellStart(body: string): number {
  const line = body.slice(body.lastIndexOf('\n') + 1);
  if (!/^\s*\|/.test(line)) return 0;
  return body.length - line.length + line.lastIndexOf('|') + 1;
}

/** A longer run is text without structure; completing it would cost more than it shows. */
const LONGEST_RUN = 4_000;

function closeInline(run: string): string {
  if (run.length > LONGEST_RUN) return run;
  const openers: string[] = [];
  let at = 0;
  while (at < run.length) {
    const rest = run.slice(at);
    const formula = formulaAt(rest, run[at - 1]);
    if (formula) {
      at += formula.raw.length;
      continue;
    }
    if (rest[0] === '\\') {
      // A backslash at the very end may escape what comes next.
      if (rest.length === 1) return close(run.slice(0, -1), openers);
      at += 2;
      continue;
    }
    const ticks = /^`+/.exec(rest)?.[0];
    if (ticks) {
      const end = closingTicks(rest, ticks);
      if (end === undefined) return closeCode(run, at, ticks, openers);
      at += end;
      continue;
    }
    const link = /^!?\[/.exec(rest)?.[0];
    if (link) {
      const unfinished = unfinishedLink(rest, link);
      if (unfinished !== undefined)
        return close(run.slice(0, at) + closeInline(unfinished), openers);
      at += link.length;
      continue;
    }
    const delimiter = /^(\*{1,3}|~~|_{1,3})/.exec(rest)?.[0];
    if (delimiter) {
      toggle(openers, delimiter, run[at - 1] ?? ' ', run[at + delimiter.length] ?? '');
      at += delimiter.length;
      continue;
    }
    at += /^[^\\`![*~_$]+/.exec(rest)?.[0].length ?? 1;
  }
  return close(run, openers);
}

/** Length of the code span that `rest` begins with, or undefined while it isn't closed. */
function closingTicks(rest: string, ticks: string): number | undefined {
  for (const match of rest.slice(ticks.length).matchAll(/`+/g)) {
    if (match[0].length === ticks.length) return ticks.length + match.index + ticks.length;
  }
  return undefined;
}

function closeCode(run: string, at: number, ticks: string, openers: string[]): string {
  const code = run.slice(at + ticks.length).replace(/`+$/, '');
  const before = run.slice(0, at);
  return close(code.trim() === '' ? before : `${before}${ticks}${code}${ticks}`, openers);
}

/**
 * What to show of a link or image whose end has not arrived: its label so far. Undefined when the
 * bracket is complete, or when it isn't going to be a link.
 */
function unfinishedLink(rest: string, opening: string): string | undefined {
  const label = /^(?:\\.|[^\]\\])*/s.exec(rest.slice(opening.length))?.[0] ?? '';
  const after = rest.slice(opening.length + label.length);
  // A footnote: held back until its name is whole.
  if (opening === '[' && label.startsWith('^')) return after === '' ? '' : undefined;
  if (after === '' || after === ']') return label;
  return /^\]\([^)\n]*$/.test(after) ? label : undefined;
}

/** Opens or closes one emphasis run, by the flanking rule in its common cases. */
function toggle(openers: string[], delimiter: string, before: string, after: string): void {
  if (openers.at(-1) === delimiter && !/\s/.test(before)) {
    openers.pop();
    return;
  }
  const leftFlanking = after !== '' && !/\s/.test(after);
  const insideWord = delimiter.startsWith('_') && /[\p{L}\p{N}]/u.test(before);
  if (leftFlanking && !insideWord) openers.push(delimiter);
  else if (after === '') openers.push(delimiter);
}

/** Appends the closing delimiters, innermost first, dropping openers that have no text yet. */
function close(run: string, openers: string[]): string {
  let text = run;
  let closing = '';
  for (const delimiter of openers.toReversed()) {
    // Also takes off the first half of a closing delimiter, as in `**bold*`.
    if (closing === '' && text.endsWith(delimiter)) text = text.slice(0, -delimiter.length);
    else closing += delimiter;
  }
  return closing === '' ? text : text.trimEnd() + closing;
}
