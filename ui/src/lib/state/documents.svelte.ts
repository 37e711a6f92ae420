import type { CommandError } from '../host/bindings/CommandError';
import type { DocumentHit } from '../host/bindings/DocumentHit';
import type { DocumentPassage } from '../host/bindings/DocumentPassage';
import type { DocumentProgress } from '../host/bindings/DocumentProgress';
import type { DocumentSummary } from '../host/bindings/DocumentSummary';
import type { DocumentText } from '../host/bindings/DocumentText';
import type { OpenDocument } from '../host/bindings/OpenDocument';
import type { Host } from '../host/host';

/** A document that is being read. */
export interface Reading {
  name: string;
  /** From 0 to 1; null while nobody knows. */
  share: number | null;
}

interface Ways {
  failed: (error: unknown) => void;
  /** A file can't be read. */
  refused: (name: string, error: unknown) => void;
  deleted: (document: DocumentSummary, undo: () => void) => void;
  /** A document's file is at a path now. */
  saved: (path: string) => void;
}

/** The largest file, in bytes, as in src-tauri/crates/documents/src/budget.rs: none is read in vain. */
const FILE_UP_TO = 128 << 20;

/** Pause in typing after which is searched, in milliseconds. */
const PAUSE = 200;

/** The documents that are read, open and kept. */
export class Documents {
  /** What is being read now. */
  reading = $state.raw<Reading | null>(null);
  /** Those that are kept, the newest first; null until they are known. */
  kept = $state.raw<DocumentSummary[] | null>(null);
  /** The document whose text is looked at. */
  shown = $state.raw<{ open: OpenDocument; passages: DocumentPassage[]; at: number } | null>(null);
  query = $state('');
  /** What was found; null where nothing is sought. */
  hits = $state.raw<DocumentHit[] | null>(null);
  /** Documents that were read since the page began, by id. */
  readonly #open = new Map<string, OpenDocument>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: Host,
    private readonly ways: Ways,
  ) {}

  /** Reads a file; null when it was stopped or refused, which is said. */
  async read(file: File): Promise<OpenDocument | null> {
    return this.#remember(await this.#sent(file, (...sent) => this.host.documentRead(...sent)));
  }

  /** The text of a file, for a look before it is used; null as for {@link read}. */
  async text(file: File): Promise<DocumentText | null> {
    return this.#sent(file, (...sent) => this.host.documentTextRead(...sent));
  }

  /** Reads a file that the person chooses, and keeps it. */
  async add(): Promise<void> {
    const open = await this.#chosen((onProgress) => this.host.documentOpen(onProgress));
    if (this.#remember(open) !== null && open !== null) await this.keep(open.document.id);
  }

  /** The text of a file that the person chooses; null also when they chose none. */
  async chooseText(): Promise<DocumentText | null> {
    return this.#chosen((onProgress) => this.host.documentTextOpen(onProgress));
  }

  async #sent<T>(
    file: File,
    read: (name: string, bytes: Uint8Array) => Promise<T | null>,
  ): Promise<T | null> {
    this.reading = { name: file.name, share: null };
    try {
      if (file.size > FILE_UP_TO) throw tooLarge(file);
      return await read(file.name, new Uint8Array(await file.arrayBuffer()));
    } catch (error) {
      this.ways.refused(file.name, error);
      return null;
    } finally {
      this.reading = null;
    }
  }

  async #chosen<T>(
    read: (onProgress: (progress: DocumentProgress) => void) => Promise<T | null>,
  ): Promise<T | null> {
    try {
      return await read(({ done, total }) => {
        const name = this.reading?.name ?? '';
        this.reading = { name, share: total === 0 ? null : done / total };
      });
    } catch (error) {
      this.ways.failed(error);
      return null;
    } finally {
      this.reading = null;
    }
  }

  async cancel(): Promise<void> {
    await this.host.documentCancel();
  }

  /** The document that an attachment was read from, as far as this page knows. */
  find(name: string, text: string): OpenDocument | null {
    for (const open of this.#open.values()) {
      if (open.document.name === name && open.whole === text) return open;
    }
    return null;
  }

  async load(): Promise<void> {
    try {
      this.kept = await this.host.documentsList();
    } catch (error) {
      this.ways.failed(error);
    }
  }

  /** Opens the text of a document, at a passage. */
  async show(id: string, at = 0): Promise<void> {
    try {
      const [open, passages] = await Promise.all([
        this.host.documentInfo(id),
        this.host.documentText(id),
      ]);
      this.#remember(open);
      this.shown = { open, passages, at };
    } catch (error) {
      this.ways.failed(error);
    }
  }

  /** A document as a chat can use it now. */
  async info(id: string): Promise<OpenDocument | null> {
    try {
      return this.#remember(await this.host.documentInfo(id));
    } catch (error) {
      this.ways.failed(error);
      return null;
    }
  }

  close(): void {
    this.shown = null;
  }

  async keep(id: string): Promise<void> {
    try {
      const document = await this.host.documentKeep(id);
      this.#changed(id, { kept: true, document });
      await this.load();
    } catch (error) {
      this.ways.failed(error);
    }
  }

  /** Writes the file of a document that is kept where the person chooses. */
  async save(id: string): Promise<void> {
    try {
      const path = await this.host.documentSave(id);
      if (path !== null) this.ways.saved(path);
    } catch (error) {
      this.ways.failed(error);
    }
  }

  async rename(id: string, name: string): Promise<void> {
    if (name.trim() === '') return;
    try {
      await this.host.documentRename(id, name.trim());
      await this.load();
    } catch (error) {
      this.ways.failed(error);
    }
  }

  /** Deletes a document that is kept; the way back is offered. */
  async remove(document: DocumentSummary): Promise<void> {
    try {
      await this.host.documentsDelete([document.id]);
    } catch (error) {
      this.ways.failed(error);
      return;
    }
    this.#changed(document.id, { kept: false });
    await this.load();
    await this.#search();
    this.ways.deleted(document, () => void this.#restore(document.id));
  }

  search(query: string): void {
    this.query = query;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#search(), PAUSE);
  }

  async #search(): Promise<void> {
    const query = this.query.trim();
    if (query === '') {
      this.hits = null;
      return;
    }
    try {
      const hits = await this.host.documentsSearch(null, query);
      if (this.query.trim() === query) this.hits = hits;
    } catch (error) {
      this.ways.failed(error);
    }
  }

  async #restore(id: string): Promise<void> {
    try {
      await this.host.documentsRestore([id]);
      this.#changed(id, { kept: true });
      await this.load();
    } catch (error) {
      this.ways.failed(error);
    }
  }

  #remember(open: OpenDocument | null): OpenDocument | null {
    if (open !== null) this.#open.set(open.document.id, open);
    return open;
  }

  #changed(id: string, change: Partial<OpenDocument>): void {
    const open = this.#open.get(id);
    if (open) this.#open.set(id, { ...open, ...change });
    if (this.shown?.open.document.id === id) {
      this.shown = { ...this.shown, open: { ...this.shown.open, ...change } };
    }
  }
}

function tooLarge({ name, size }: File): CommandError {
  const details = { name, found: String(size), limit: String(FILE_UP_TO) };
  return { code: 'document_too_large', message: 'the file is too large', details };
}
