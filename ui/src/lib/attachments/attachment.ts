/**
 * Texts attached to a message. They stand at the beginning of the message as fenced blocks of
 * Markdown, so that drafts, versions, search, copies and the model all have them without knowing:
 *
 *     ```file notes.txt
 *     the text
 *     ```
 *
 *     What is this about?
 *
 * The fence is longer than any run of backticks inside.
 *
 * A document that the model can't read whole is a block that names it; the program fills it with the
 * passages that the question is about (src-tauri/crates/assistant/src/attachment.rs):
 *
 *     ```passages 019a…4f 2/74 report.pdf
 *     [p. 3 § Costs]
 *     the text
 *
 *     [p. 17]
 *     the text
 *     ```
 */
export interface Attachment {
  name: string;
  text: string;
  /** Set for a document of which only passages are read. */
  passages?: {
    document: string;
    /** How many passages are in the text; 0 before the question is sent. */
    read: number;
    /** How many the document has. */
    of: number;
  };
}

/** Where a passage is from. */
export interface Citation {
  page: number | null;
  heading: string | null;
}

const CITATION = /^\[(?:p\. (?<page>\d+))?(?: ?§ (?<heading>[^\]]+))?(?:¶ \d+)?\]$/u;

/** Where the passages of an attachment are from, in their order. */
export function citations({ text }: Attachment): Citation[] {
  return text.split('\n').flatMap((line): Citation[] => {
    const found = CITATION.exec(line)?.groups;
    if (found === undefined) return [];
    const page = found['page'];
    return [{ page: page === undefined ? null : Number(page), heading: found['heading'] ?? null }];
  });
}

export interface Parts {
  attachments: Attachment[];
  /** What the person wrote besides. */
  rest: string;
}

/** The longest name that is kept, in UTF-16 units. */
const NAME_UP_TO = 120;

/** The message that holds attachments and what was written besides. */
export function join({ attachments, rest }: Parts): string {
  return attachments.map(block).join('') + rest;
}

/** The attachments at the beginning of a message, and the rest of it. */
export function split(message: string): Parts {
  const attachments: Attachment[] = [];
  let at = 0;
  for (;;) {
    const found = blockAt(message, at);
    if (found === null) return { attachments, rest: message.slice(at) };
    attachments.push(found.attachment);
    at = found.end;
  }
}

/** A name that fits on the fence's line. */
export function cleanName(name: string): string {
  const clean = name
    .replaceAll(/[\p{Control}`]+/gu, ' ')
    .trim()
    .slice(0, NAME_UP_TO)
    .trim();
  return clean === '' ? '…' : clean;
}

function block({ name, text, passages }: Attachment): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  const kind =
    passages === undefined
      ? 'file'
      : `passages ${passages.document} ${String(passages.read)}/${String(passages.of)}`;
  return `${fence}${kind} ${cleanName(name)}\n${text}\n${fence}\n\n`;
}

const OPENING =
  /(?<fence>`{3,})(?:file|passages (?<document>[^\s`]+) (?<read>\d+)\/(?<of>\d+)) (?<name>[^\n`]+)\n/y;

function blockAt(message: string, at: number): { attachment: Attachment; end: number } | null {
  OPENING.lastIndex = at;
  const opening = OPENING.exec(message)?.groups;
  if (opening === undefined) return null;
  const { fence = '', name = '', document, read, of } = opening;
  const start = OPENING.lastIndex;
  // From the line feed before, so that an empty text is found as well.
  const close = message.indexOf(`\n${fence}`, start - 1);
  if (close < 0) return null;
  const after = close + 1 + fence.length;
  // A question that was trimmed may end with the fence.
  const end = after === message.length ? after : after + 2;
  if (after !== message.length && message.slice(after, end) !== '\n\n') return null;
  const attachment: Attachment = { name, text: message.slice(start, Math.max(start, close)) };
  if (document !== undefined) {
    attachment.passages = { document, read: Number(read), of: Number(of) };
  }
  return { attachment, end };
}

function longestRun(text: string): number {
  let longest = 0;
  for (const run of text.matchAll(/`+/g)) longest = Math.max(longest, run[0].length);
  return longest;
}
