import type { Digest } from '../host/bindings/Digest';
import type { DigestView } from '../host/bindings/DigestView';
import type { DocumentText } from '../host/bindings/DocumentText';
import type { Job } from '../host/bindings/Job';
import type { SummaryVersion } from '../host/bindings/SummaryVersion';
import type { SummaryWish } from '../host/bindings/SummaryWish';
import type { TextFormat } from '../host/bindings/TextFormat';
import type { Host } from '../host/host';
import type { Drafts } from './drafts.svelte';
import type { Documents } from './documents.svelte';
import type { Jobs } from './jobs.svelte';
import { once } from './once';

/** What the summaries tell the rest of the page. */
export interface SummariseListener {
  failed(error: unknown): void;
  deleted(digest: Digest, undo: () => void): void;
  /** A summary that nobody looked at is ready. */
  ready(title: string, show: () => void): void;
  /** The summary on the screen is ready. */
  shown(): void;
  /** What was put in before made room for a document. */
  replaced(undo: () => void): void;
  copied(): void;
  saved(path: string): void;
}

/** The kind of job that summaries are made by. */
export const SUMMARISE = 'summarise';
/** Where the text to sum up is kept until it is, and the wishes that were chosen last. */
const DRAFT = 'summarise';
const WISHES = 'summarise.wish';
const REQUEST = 'summarise.request';
/** A text from this length on (UTF-16 units) is shown by its beginning only: a field of it is slow. */
export const FIELD_UP_TO = 60_000;

const USUAL: SummaryWish = { style: 'keyPoints', length: 'medium', language: null, request: null };

/** Summaries of texts: the text to come, those that are here, and the one that is looked at. */
export class Summarise {
  /** The latest first; null until they are read. */
  digests = $state.raw<Digest[] | null>(null);
  /** The text that is looked at; null while one is being put in. */
  open = $state.raw<DigestView | null>(null);
  /** How the next summary is to be. */
  wish = $state<SummaryWish>({ ...USUAL });
  /** The name of the file that the text to sum up came from. */
  fileName = $state<string | null>(null);
  starting = $state(false);
  /** The part of the text that was led to, from 0. */
  pointed = $state<number | null>(null);
  /** What a phone shows of the open text. */
  pane = $state<'summary' | 'text'>('summary');
  /** The version that was chosen; null is the latest. */
  #chosen = $state<string | null>(null);
  readonly #load = once(async () => {
    const [text, wish, request] = await Promise.all([
      this.host.draftLoad(DRAFT),
      this.host.draftLoad(WISHES),
      this.host.draftLoad(REQUEST),
    ]);
    this.drafts.adopt(DRAFT, text);
    this.drafts.adopt(REQUEST, request);
    this.wish = { ...USUAL, ...readWish(wish) };
  });

  constructor(
    private readonly host: Host,
    private readonly drafts: Drafts,
    private readonly jobs: Jobs,
    private readonly documents: Documents,
    private readonly listener: SummariseListener,
    private readonly isShown: () => boolean,
  ) {}

  /** Another wish for the open summary, in words. */
  get request(): string {
    return this.drafts.text(REQUEST);
  }

  set request(request: string) {
    this.drafts.set(REQUEST, request);
  }

  get text(): string {
    return this.drafts.text(DRAFT);
  }

  set text(text: string) {
    this.drafts.set(DRAFT, text);
    if (text === '') this.fileName = null;
  }

  /** The summary that is shown, if there is one yet. */
  get version(): SummaryVersion | null {
    const versions = this.open?.versions ?? [];
    return versions.find(({ id }) => id === this.#chosen) ?? versions.at(-1) ?? null;
  }

  /** The work on the open text that is not done. */
  get job(): Job | null {
    if (this.open === null) return null;
    const job = this.jobs.about(SUMMARISE, this.open.digest.id);
    if (job === null || job.state === 'finished') return null;
    return job.state === 'cancelled' && this.open.versions.length > 0 ? null : job;
  }

  /** Reads what the screen needs; what was typed comes back after a restart. */
  async enter(): Promise<void> {
    await this.#try(this.#load);
    await this.list();
  }

  async list(): Promise<void> {
    await this.#try(async () => {
      this.digests = await this.host.digestsList();
    });
  }

  choose(change: Partial<SummaryWish>): void {
    this.wish = { ...this.wish, ...change };
    this.drafts.set(WISHES, JSON.stringify(this.wish));
  }

  /** Takes the text of a document that the person chooses. */
  async openDocument(): Promise<void> {
    const document = await this.documents.chooseText();
    if (document !== null) await this.put(document);
  }

  /** Takes the text of a file that was dropped. */
  async take(file: File): Promise<void> {
    const document = await this.documents.text(file);
    if (document !== null) await this.put(document);
  }

  /** Puts a document's text in, to be summed up next. There is room for any: returns true. */
  async put({ name, text }: DocumentText): Promise<boolean> {
    // What was typed last time would come back into its place.
    await this.enter();
    const before = { text: this.text, name: this.fileName };
    this.show(null);
    this.text = text;
    this.fileName = name;
    if (before.text.trim() !== '') {
      this.listener.replaced(() => {
        this.text = before.text;
        this.fileName = before.name;
      });
    }
    return true;
  }

  /** Has the text that was put in summed up. */
  async start(): Promise<void> {
    const { text } = this;
    if (this.starting || text.trim() === '') return;
    this.starting = true;
    await this.#try(async () => {
      const title = this.fileName?.replace(/\.[^.]{1,8}$/, '') ?? null;
      const { digest, job } = await this.host.summaryStart(title, text, { ...this.wish });
      this.jobs.put(job);
      // It is kept with the digest now.
      this.drafts.discard(DRAFT);
      this.fileName = null;
      await Promise.all([this.openDigest(digest.id), this.list()]);
    });
    this.starting = false;
  }

  async openDigest(id: string): Promise<void> {
    await this.#try(async () => this.show(await this.host.digestOpen(id)));
  }

  /** Shows a text with its summaries; null is the field for a new one. */
  show(view: DigestView | null): void {
    this.open = view;
    this.#chosen = null;
    this.pointed = null;
    this.pane = 'summary';
  }

  chooseVersion(id: string): void {
    this.#chosen = id;
    this.pointed = null;
  }

  /** Leads to a part of the open text. */
  point(part: number | null): void {
    this.pointed = part;
    if (part !== null) this.pane = 'text';
  }

  /** Has the open text read and summed up once more, as chosen. */
  async again(): Promise<void> {
    const { open } = this;
    if (open === null) return;
    await this.#work(() => this.host.summaryAgain(open.digest.id, { ...this.wish, request: null }));
  }

  /** Makes another version of the one that is shown. */
  async refine(change: Partial<SummaryWish>): Promise<void> {
    const { open, version } = this;
    if (open === null || version === null) return;
    const wish = { ...version.wish, request: null, ...change };
    await this.#work(() => this.host.summaryRefine(open.digest.id, version.id, wish));
    this.request = '';
  }

  async remove(digest: Digest): Promise<void> {
    await this.#try(async () => {
      await this.host.digestDelete(digest.id);
      if (this.open?.digest.id === digest.id) this.show(null);
      await this.list();
      this.listener.deleted(digest, () => {
        void this.#try(async () => {
          await this.host.digestRestore(digest.id);
          await this.list();
        });
      });
    });
  }

  async copy(text: string): Promise<void> {
    await this.#try(async () => {
      await this.host.clipboardWrite(text);
      this.listener.copied();
    });
  }

  async save(name: string, format: TextFormat, text: string): Promise<void> {
    await this.#try(async () => {
      const path = await this.host.textFileSave(name, format, text);
      if (path !== null) this.listener.saved(path);
    });
  }

  /** A job of this kind has come to its end. */
  async finished(job: Job): Promise<void> {
    const id = job.subject;
    if (id === null) return;
    await this.list();
    const looksAtIt = this.open?.digest.id === id;
    if (looksAtIt) {
      await this.#try(async () => {
        const view = await this.host.digestOpen(id);
        if (this.open?.digest.id !== id) return;
        this.open = view;
        this.#chosen = null;
      });
    }
    if (looksAtIt && this.isShown()) this.listener.shown();
    else this.listener.ready(job.title, () => void this.openDigest(id));
  }

  async #work(begin: () => Promise<Job>): Promise<void> {
    await this.#try(async () => this.jobs.put(await begin()));
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.listener.failed(error);
    }
  }
}

/** The wishes that were chosen last, as far as this version knows them. */
function readWish(json: string): Partial<SummaryWish> {
  if (json === '') return {};
  try {
    const { style, length, language } = JSON.parse(json) as Partial<SummaryWish>;
    return { ...(style && { style }), ...(length && { length }), language: language ?? null };
  } catch {
    return {};
  }
}
