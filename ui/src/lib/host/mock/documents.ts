import type { DocumentHit } from '../bindings/DocumentHit';
import type { DocumentPassage } from '../bindings/DocumentPassage';
import type { DocumentProgress } from '../bindings/DocumentProgress';
import type { DocumentSummary } from '../bindings/DocumentSummary';
import type { DocumentText } from '../bindings/DocumentText';
import type { ErrorCode } from '../bindings/ErrorCode';
import type { OpenDocument } from '../bindings/OpenDocument';
import { commandError } from './store';

/** Up to so many characters a document is read whole. */
const WHOLE_UP_TO = 4_000;
/** Characters of a passage. */
const PASSAGE = 900;
/** Passages that a question brings along. */
const READ = 3;
const STEPS = 10;

/** What a file's name makes of reading it. */
const REFUSED: [RegExp, ErrorCode][] = [
  [/locked/i, 'document_locked'],
  [/scan/i, 'document_scanned'],
  [/broken/i, 'document_broken'],
  [/empty/i, 'document_empty'],
  [/\.(png|jpg|zip|exe|bin)$/i, 'document_unsupported'],
];

interface Held {
  document: DocumentSummary;
  passages: DocumentPassage[];
  kept: boolean;
  deleted: boolean;
}

/** Plays documents: every file is text in paragraphs, ten paragraphs a page. */
export class MockDocuments {
  readonly #held: Held[] = [];
  #cancelled = false;
  #next = 1;
  /** What the file dialog picks; null is a cancelled dialog. */
  nextFile: { name: string; text: string } | null = null;

  constructor(
    private readonly paceMs: () => number,
    private readonly now: () => number,
  ) {}

  async open(onProgress: (progress: DocumentProgress) => void): Promise<OpenDocument | null> {
    const file = this.nextFile;
    return file === null ? null : this.read(file.name, file.text, onProgress);
  }

  async read(
    name: string,
    text: string,
    onProgress: (progress: DocumentProgress) => void = () => undefined,
  ): Promise<OpenDocument | null> {
    const read = await this.readText(name, text, onProgress);
    return read === null ? null : this.info(this.#add(name, text).document.id);
  }

  async openText(onProgress: (progress: DocumentProgress) => void): Promise<DocumentText | null> {
    const file = this.nextFile;
    return file === null ? null : this.readText(file.name, file.text, onProgress);
  }

  async readText(
    name: string,
    text: string,
    onProgress: (progress: DocumentProgress) => void = () => undefined,
  ): Promise<DocumentText | null> {
    this.#cancelled = false;
    const steps = /\.pdf$/i.test(name) ? STEPS : 1;
    for (let done = 0; done < steps; done += 1) {
      onProgress({ done, total: steps });
      await new Promise((resolve) => setTimeout(resolve, this.paceMs()));
      if (this.#cancelled) return null;
    }
    const refused = REFUSED.find(([pattern]) => pattern.test(name));
    if (refused) throw commandError(refused[1], { name });
    return { name, text };
  }

  cancel(): void {
    this.#cancelled = true;
  }

  info(id: string): OpenDocument {
    const { document, passages, kept } = this.#find(id);
    const text = passages.map((passage) => passage.text).join('\n\n');
    const whole = text.length <= WHOLE_UP_TO ? text : null;
    return { document, kept, tokens: Math.ceil(text.length / 4), whole };
  }

  text(id: string): DocumentPassage[] {
    return this.#find(id).passages;
  }

  keep(id: string): DocumentSummary {
    const held = this.#find(id);
    held.kept = true;
    held.document = { ...held.document, file: !/huge/i.test(held.document.name) };
    return held.document;
  }

  list(): DocumentSummary[] {
    const shown = this.#held.filter(({ kept, deleted }) => kept && !deleted);
    return shown.map(({ document }) => document).reverse();
  }

  rename(id: string, name: string): void {
    const held = this.#find(id);
    held.document = { ...held.document, name };
  }

  mark(ids: string[], deleted: boolean): void {
    for (const held of this.#held) if (ids.includes(held.document.id)) held.deleted = deleted;
  }

  search(id: string | null, query: string): DocumentHit[] {
    const sought = query.trim().toLowerCase();
    if (sought === '') return [];
    return this.list()
      .filter((document) => id === null || document.id === id)
      .flatMap((document) =>
        this.text(document.id).flatMap((passage): DocumentHit[] => {
          const at = passage.text.toLowerCase().indexOf(sought);
          if (at < 0) return [];
          const start = Math.max(0, at - 30);
          const { ordinal, page, headings } = passage;
          return [
            {
              documentId: document.id,
              name: document.name,
              ordinal,
              page,
              headings,
              excerpt: passage.text.slice(start, at + 90).replaceAll('\n', ' '),
              highlights: [[at - start, at - start + sought.length]],
            },
          ];
        }),
      );
  }

  /** A question whose empty blocks are filled, as the program does it. */
  filled(question: string): string {
    return question.replaceAll(
      /(?<fence>`{3,})passages (?<id>\S+) \d+\/\d+ (?<name>[^\n]+)\n[^]*?\n\1\n\n/g,
      (_, fence: string, id: string, name: string) => {
        const { passages } = this.#find(id);
        const chosen = passages.filter(({ ordinal }) => ordinal % 4 === 1).slice(0, READ);
        const body = chosen.map(({ page, text }) => `[p. ${String(page)}]\n${text}`).join('\n\n');
        const count = `${String(chosen.length)}/${String(passages.length)}`;
        return `${fence}passages ${id} ${count} ${name}\n${body}\n${fence}\n\n`;
      },
    );
  }

  #add(name: string, text: string): Held {
    const passages: DocumentPassage[] = [];
    const pieces: string[] = [];
    for (let start = 0; start < text.length;) {
      const space = text.lastIndexOf(' ', start + PASSAGE);
      const end = space > start && text.length > start + PASSAGE ? space : start + PASSAGE;
      pieces.push(text.slice(start, end));
      start = end;
    }
    pieces.forEach((piece, ordinal) =>
      passages.push({
        ordinal,
        page: Math.floor(ordinal / 2) + 1,
        headings: [],
        text: piece.trim(),
      }),
    );
    const kind = /\.(?<ending>[a-z]+)$/i.exec(name)?.groups?.['ending']?.toLowerCase() ?? 'txt';
    const held: Held = {
      document: {
        id: `document-${String(this.#next++)}`,
        name,
        kind,
        title: null,
        pages: kind === 'pdf' ? (passages.at(-1)?.page ?? null) : null,
        words: text.split(/\s+/).length,
        bytes: text.length,
        encoding: kind === 'pdf' ? null : 'UTF-8',
        encodingGuessed: false,
        warnings: /partly/i.test(name) ? [{ about: 'pages_without_text', count: 2 }] : [],
        createdAt: this.now(),
        file: false,
      },
      passages,
      kept: false,
      deleted: false,
    };
    this.#held.push(held);
    return held;
  }

  #find(id: string): Held {
    const held = this.#held.find(({ document, deleted }) => document.id === id && !deleted);
    if (!held) throw commandError('not_found');
    return held;
  }
}
