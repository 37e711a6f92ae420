import type { Attachment } from './attachment';
import { cleanName } from './attachment';

/** The largest file that can be attached, in bytes: as much as a question may have. */
export const FILE_UP_TO = 1 << 20;

/** The documents that the program takes the text out of. */
export const DOCUMENT_TYPES = '.pdf,.docx,.odt,.epub,.html,.htm,.srt,.csv,.tsv';

/** What a file picker offers first. */
export const TEXT_TYPES =
  'text/*,.txt,.md,.markdown,.csv,.tsv,.json,.jsonl,.yaml,.yml,.toml,.xml,.html,.htm,.srt,.vtt,.tex,.rst,.log,.ini,.sql,.rs,.py,.js,.ts,.java,.c,.h,.cpp,.go,.sh';

/** Why a file can't be attached. */
export type Refusal = 'tooLarge' | 'notText' | 'unreadable';

export class RefusedFile extends Error {
  constructor(
    readonly file: string,
    readonly reason: Refusal,
  ) {
    super(reason);
  }
}

/**
 * Reads a file as text: UTF-8, UTF-16 with its mark, or else the encoding of older Chinese files.
 *
 * @throws RefusedFile
 */
export async function readTextFile(file: File): Promise<Attachment> {
  if (file.size > FILE_UP_TO) throw new RefusedFile(file.name, 'tooLarge');
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new RefusedFile(file.name, 'unreadable');
  }
  const text = decode(bytes);
  if (text === null) throw new RefusedFile(file.name, 'notText');
  return { name: cleanName(file.name), text: text.replaceAll(/\r\n?/g, '\n') };
}

/** The text in some bytes; `null` when they are no text. */
export function decode(bytes: Uint8Array): string | null {
  for (const encoding of encodings(bytes)) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      // No text has these; programs, pictures and archives do.
      // eslint-disable-next-line no-control-regex
      if (!/[\u0000-\u0008\u000e-\u001a]/.test(text)) return text;
    } catch {
      // Not in this encoding.
    }
  }
  return null;
}

function encodings([first, second]: Uint8Array): string[] {
  if (first === 0xff && second === 0xfe) return ['utf-16le'];
  if (first === 0xfe && second === 0xff) return ['utf-16be'];
  return ['utf-8', 'gb18030'];
}
