import { SvelteMap } from 'svelte/reactivity';
import { decode } from '../attachments/text-file';
import type { CommandError } from '../host/bindings/CommandError';
import type { DetectedLanguage } from '../host/bindings/DetectedLanguage';
import type { DocumentText } from '../host/bindings/DocumentText';
import type { Formality } from '../host/bindings/Formality';
import type { GlossaryTerm } from '../host/bindings/GlossaryTerm';
import type { GlossaryView } from '../host/bindings/GlossaryView';
import type { Job } from '../host/bindings/Job';
import type { LanguagePair } from '../host/bindings/LanguagePair';
import type { SourceFormat } from '../host/bindings/SourceFormat';
import type { TranslateInfo } from '../host/bindings/TranslateInfo';
import type { TranslatedText } from '../host/bindings/TranslatedText';
import type { TranslationEvent } from '../host/bindings/TranslationEvent';
import type { TranslationSegment } from '../host/bindings/TranslationSegment';
import type { TranslationSummary } from '../host/bindings/TranslationSummary';
import type { TranslationView } from '../host/bindings/TranslationView';
import { toCommandError, type Host } from '../host/host';
import type { Documents } from './documents.svelte';
import type { Drafts } from './drafts.svelte';
import { once } from './once';

/** The key under which the page's text and choices are kept. */
export const TRANSLATE_DRAFT = 'translate';
/** The largest text, in bytes; as in src-tauri/crates/assistant/src/translate/sheet.rs. */
export const FILE_UP_TO = 4 << 20;
/** How long typing must rest before its language is looked for, in milliseconds. */
export const DETECT_DELAY_MS = 300;
/** From so many untranslated segments on, a job does it, and the page is free for other things. */
export const BACKGROUND_FROM = 40;
/** As much of a text as is enough to tell its language. */
const DETECT_FROM = 4000;

const FORMATS: Record<string, SourceFormat> = {
  txt: 'plain',
  text: 'plain',
  md: 'markdown',
  markdown: 'markdown',
  html: 'html',
  htm: 'html',
  srt: 'srt',
};
/** What a file picker offers. */
export const FILE_TYPES =
  '.txt,.text,.md,.markdown,.html,.htm,.srt,.pdf,.docx,.odt,.epub,.csv,.tsv';

/** What is kept as the draft. */
interface Kept {
  id: string | null;
  title: string | null;
  format: SourceFormat;
  source: string;
  from: string;
  to: string;
  formality: Formality;
}

/** What was asked about one segment, besides its translation. */
export type Aside =
  | { kind: 'alternatives'; found: TranslatedText[]; busy: boolean }
  | { kind: 'back'; text: string | null };

interface Deps {
  failed: (error: unknown) => void;
  deleted: (title: string, undo: () => void) => void;
  glossarySaved: (undo: () => void) => void;
  exported: (path: string) => void;
  copied: () => void;
  /** What was typed, and never translated, made room for a document. */
  replaced: (undo: () => void) => void;
  /** A text is too long to be translated in one piece. */
  tooLarge: (name: string) => void;
  /** Tells those who do not see it how a run has ended. */
  said: (what: 'finished' | 'stopped') => void;
  /** A job does what was asked for. */
  started: (job: Job) => void;
  /** What the person speaks, for the first choice of a language to translate into. */
  language: () => string;
}

/** A text and its translation, side by side. */
export class Translate {
  info = $state.raw<TranslateInfo | null>(null);
  source = $state('');
  title = $state<string | null>(null);
  format = $state<SourceFormat>('plain');
  /** Empty: found out from the text. */
  from = $state('');
  to = $state('');
  formality = $state<Formality>('same');
  detected = $state.raw<DetectedLanguage | null>(null);
  /** The text as it was last taken apart. */
  view = $state<TranslationView | null>(null);
  /** Whether the source is a field to type in, not rows. */
  editing = $state(true);
  running = $state(false);
  /** The translations that are on their way, by the place of their segment. */
  readonly growing = new SvelteMap<number, string>();
  readonly asides = new SvelteMap<number, Aside>();
  error = $state.raw<CommandError | null>(null);
  list = $state.raw<TranslationSummary[]>([]);
  glossary = $state.raw<GlossaryView>({ terms: [], conflicts: [] });
  glossaryOpen = $state(false);

  /** The source's language: the one that was chosen, or the one that was found. */
  readonly sourceLanguage: string = $derived(this.from || (this.detected?.code ?? ''));
  readonly done: number = $derived(
    this.view?.segments.filter(({ state }) => state !== 'waiting').length ?? 0,
  );
  readonly flagged: number = $derived(
    this.view?.segments.filter(({ flags }) => flags.length > 0).length ?? 0,
  );
  /** Whether the model is known to be made for other languages than the translation's. */
  readonly unknownLanguage: string | null = $derived.by(() => {
    const known = this.info?.known ?? [];
    if (known.length === 0) return null;
    return (
      [this.to, this.sourceLanguage].find((code) => code !== '' && !known.includes(code)) ?? null
    );
  });
  readonly canRun: boolean = $derived(
    this.source.trim() !== '' &&
      this.sourceLanguage !== '' &&
      this.to !== '' &&
      this.sourceLanguage !== this.to,
  );

  readonly #load = once(async () => {
    this.drafts.adopt(TRANSLATE_DRAFT, await this.host.draftLoad(TRANSLATE_DRAFT));
    await this.#adopt(this.drafts.peek(TRANSLATE_DRAFT));
  });
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: Host,
    private readonly drafts: Drafts,
    private readonly documents: Documents,
    private readonly deps: Deps,
  ) {}

  /** Gets what the page needs, and what was on it. */
  async arrive(): Promise<void> {
    try {
      await this.#refresh();
      await this.#load();
    } catch (error) {
      this.deps.failed(error);
    }
  }

  /** Learns anew what the loaded model knows. */
  async refreshInfo(): Promise<void> {
    try {
      this.info = await this.host.translateInfo();
    } catch (error) {
      this.deps.failed(error);
    }
  }

  type(source: string): void {
    this.source = source;
    this.#keep();
    this.#detectSoon();
  }

  setFormat(format: SourceFormat): void {
    this.format = format;
    this.editing = true;
    this.#keep();
  }

  setFormality(formality: Formality): void {
    this.formality = formality;
    this.#stale();
  }

  choosePair({ from, to }: LanguagePair): void {
    this.from = from;
    this.to = to;
    this.#stale();
    void this.loadGlossary();
  }

  chooseFrom(code: string): void {
    // The same on both sides: they change places.
    if (code !== '' && code === this.to) this.to = this.sourceLanguage;
    this.choosePair({ from: code, to: this.to });
    if (code === '') this.#detectSoon();
  }

  chooseTo(code: string): void {
    const from = code === this.sourceLanguage && this.from !== '' ? this.to : this.from;
    this.choosePair({ from, to: code });
  }

  /** Makes the translation the source. */
  swap(): void {
    const from = this.sourceLanguage;
    if (from === '' || this.running) return;
    const whole = this.view !== null && this.done === this.view.segments.length && !this.editing;
    if (whole && this.view !== null) {
      const { segments } = this.view;
      this.source = this.format === 'plain' ? textOf(segments) : this.source;
    }
    this.choosePair({ from: this.to, to: from });
    this.editing = true;
  }

  /** Has the text translated, or what of it is not yet. */
  async run(): Promise<void> {
    if (!this.canRun || this.running) return;
    this.running = true;
    this.error = null;
    try {
      const request = {
        title: this.title,
        format: this.format,
        source: this.source,
        from: this.sourceLanguage,
        to: this.to,
        formality: this.formality,
      };
      const view = await this.host.translationSave(this.view?.id ?? null, request);
      this.view = view;
      this.editing = false;
      this.asides.clear();
      this.#keep();
      const waiting = view.segments.filter(({ state }) => state === 'waiting').length;
      if (waiting < BACKGROUND_FROM) await this.#translate(view.id, null);
      else this.deps.started(await this.host.translationStart(view.id));
      await this.#refresh();
    } catch (error) {
      this.error = toCommandError(error);
    } finally {
      this.growing.clear();
      this.running = false;
    }
  }

  /** Translates one segment once more. */
  async again(ordinal: number): Promise<void> {
    const { view } = this;
    if (view === null || this.running) return;
    this.running = true;
    this.error = null;
    try {
      await this.#translate(view.id, [ordinal]);
    } catch (error) {
      this.error = toCommandError(error);
    } finally {
      this.growing.clear();
      this.running = false;
    }
  }

  async stop(): Promise<void> {
    try {
      await this.host.translationStop();
    } catch (error) {
      this.deps.failed(error);
    }
  }

  /** Puts the person's words in the place of a translation; null leaves the source. */
  async edit(ordinal: number, text: string | null): Promise<void> {
    const { view } = this;
    if (view === null) return;
    try {
      this.#put(view.id, ordinal, await this.host.segmentEdit(view.id, ordinal, text));
      this.asides.delete(ordinal);
    } catch (error) {
      this.deps.failed(error);
    }
  }

  async alternatives(ordinal: number): Promise<void> {
    const { view } = this;
    if (view === null) return;
    const show = (found: TranslatedText[], busy: boolean): void => {
      this.asides.set(ordinal, { kind: 'alternatives', found, busy });
    };
    show([], true);
    try {
      let found: TranslatedText[] = [];
      await this.host.segmentAlternatives(view.id, ordinal, (other) => {
        found = [...found, other];
        show(found, true);
      });
      show(found, false);
    } catch (error) {
      this.asides.delete(ordinal);
      this.error = toCommandError(error);
    }
  }

  async back(ordinal: number): Promise<void> {
    const { view } = this;
    if (view === null) return;
    this.asides.set(ordinal, { kind: 'back', text: null });
    try {
      const back = await this.host.segmentBack(view.id, ordinal);
      if (back === null) this.asides.delete(ordinal);
      else this.asides.set(ordinal, { kind: 'back', text: back.text });
    } catch (error) {
      this.asides.delete(ordinal);
      this.error = toCommandError(error);
    }
  }

  /** Takes in what a job has done meanwhile. */
  async follow(): Promise<void> {
    const id = this.view?.id;
    if (id === undefined || this.running) return;
    try {
      const { segments } = await this.host.translationOpen(id);
      const view = this.view;
      if (view?.id === id && view.segments.length === segments.length) view.segments = segments;
    } catch (error) {
      this.deps.failed(error);
    }
  }

  /** Begins with an empty page. What was translated stays in the list. */
  startNew(): void {
    this.view = null;
    this.source = '';
    this.title = null;
    this.format = 'plain';
    this.detected = null;
    this.editing = true;
    this.error = null;
    this.asides.clear();
    this.#keep();
  }

  async open(id: string): Promise<void> {
    try {
      const view = await this.host.translationOpen(id);
      // What was typed last time would take its place.
      await this.arrive();
      this.#makeRoom();
      this.#show(view);
      this.#keep();
      await this.loadGlossary();
    } catch (error) {
      this.deps.failed(error);
    }
  }

  async remove({ id, title }: TranslationSummary): Promise<void> {
    try {
      await this.host.translationDelete(id);
      if (this.view?.id === id) this.startNew();
      await this.#refresh();
      this.deps.deleted(title, () => void this.#restore(id));
    } catch (error) {
      this.deps.failed(error);
    }
  }

  async #restore(id: string): Promise<void> {
    try {
      await this.host.translationRestore(id);
      await this.#refresh();
    } catch (error) {
      this.deps.failed(error);
    }
  }

  /**
   * Takes a file as the text to translate. One whose form can be written again keeps it; of every
   * other the text is taken, as Markdown.
   */
  async openFile(file: File): Promise<void> {
    const format = FORMATS[file.name.toLowerCase().split('.').at(-1) ?? ''];
    const exact = format === undefined || file.size > FILE_UP_TO ? null : await decoded(file);
    if (exact !== null) {
      await this.put({ name: file.name, text: exact }, format);
      return;
    }
    const document = await this.documents.text(file);
    if (document !== null) await this.put(document);
  }

  /** Puts a document's text in, to be translated next. Returns whether there is room for it. */
  async put({ name, text }: DocumentText, format: SourceFormat = 'markdown'): Promise<boolean> {
    if (text.length > FILE_UP_TO) {
      this.deps.tooLarge(name);
      return false;
    }
    // What was typed last time would take its place.
    await this.arrive();
    this.#makeRoom();
    // Pages end elsewhere in the translation.
    this.#fill(text.replaceAll('\f', ''), name, format);
    await this.#detect();
    return true;
  }

  /** Empties the page; what was typed and is nowhere else comes back with Undo. */
  #makeRoom(): void {
    const { source, title, format } = this;
    const typed = this.view === null && source.trim() !== '';
    this.startNew();
    if (!typed) return;
    this.deps.replaced(() => {
      this.startNew();
      this.#fill(source, title, format);
    });
  }

  #fill(source: string, title: string | null, format: SourceFormat): void {
    this.source = source;
    this.title = title;
    this.format = format;
    this.#keep();
  }

  async export(): Promise<void> {
    const { view } = this;
    if (view === null) return;
    try {
      const stem = view.title.replace(/\.[A-Za-z]{2,8}$/, '');
      const path = await this.host.translationExport(view.id, `${stem}.${view.to}`);
      if (path !== null) this.deps.exported(path);
    } catch (error) {
      this.deps.failed(error);
    }
  }

  async copy(): Promise<void> {
    const { view } = this;
    if (view === null) return;
    try {
      await this.host.translationCopy(view.id);
      this.deps.copied();
    } catch (error) {
      this.deps.failed(error);
    }
  }

  async loadGlossary(): Promise<void> {
    const pair = this.#pair();
    if (pair === null) return;
    try {
      const glossary = await this.host.glossaryGet(pair);
      if (sameAs(pair, this.#pair())) this.glossary = glossary;
    } catch (error) {
      this.deps.failed(error);
    }
  }

  async saveGlossary(terms: GlossaryTerm[]): Promise<void> {
    const pair = this.#pair();
    if (pair === null) return;
    const before = this.glossary.terms;
    try {
      this.glossary = await this.host.glossarySet(pair, terms);
      this.glossaryOpen = false;
      this.deps.glossarySaved(() => void this.saveGlossary(before));
    } catch (error) {
      this.deps.failed(error);
    }
  }

  async clearMemory(): Promise<void> {
    try {
      await this.host.translationMemoryClear();
      await this.refreshInfo();
    } catch (error) {
      this.deps.failed(error);
    }
  }

  #pair(): LanguagePair | null {
    const { sourceLanguage: from, to } = this;
    return from === '' || to === '' ? null : { from, to };
  }

  async #translate(id: string, only: number[] | null): Promise<void> {
    const finished = await this.host.translationRun(id, only, (event) => this.#on(id, event));
    this.deps.said(finished ? 'finished' : 'stopped');
  }

  #on(id: string, event: TranslationEvent): void {
    if (this.view?.id !== id) return;
    if (event.type === 'text') {
      this.growing.set(event.ordinal, event.text);
    } else {
      this.growing.delete(event.ordinal);
      this.#put(id, event.ordinal, event.segment);
    }
  }

  #put(id: string, ordinal: number, segment: TranslationSegment): void {
    if (this.view?.id === id) this.view.segments[ordinal] = segment;
  }

  /** The languages or the address have changed: what is on the right is for others. */
  #stale(): void {
    if (this.view !== null) this.editing = true;
    this.#keep();
  }

  #show(view: TranslationView): void {
    this.view = view;
    this.source = view.source;
    this.title = view.title;
    this.format = view.format;
    this.from = view.from;
    this.to = view.to;
    this.formality = view.formality;
    this.editing = false;
    this.error = null;
    this.asides.clear();
  }

  #detectSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#detect(), DETECT_DELAY_MS);
  }

  async #detect(): Promise<void> {
    const text = this.source.slice(0, DETECT_FROM);
    try {
      this.detected = text.trim() === '' ? null : await this.host.languageDetect(text);
      if (this.detected !== null && this.from === '' && this.detected.code === this.to) {
        // Nobody translates into the language that they write.
        const other = this.info?.recent.find(({ from }) => from === this.to)?.to;
        this.to = other ?? (this.to === 'en' ? 'zh' : 'en');
        this.#keep();
      }
      await this.loadGlossary();
    } catch (error) {
      this.deps.failed(error);
    }
  }

  async #refresh(): Promise<void> {
    const [info, list] = await Promise.all([
      this.host.translateInfo(),
      this.host.translationsList(),
    ]);
    this.info = info;
    this.list = list;
    if (this.to === '') this.to = info.recent[0]?.to ?? this.deps.language();
  }

  #keep(): void {
    const { view, title, format, source, from, to, formality } = this;
    const kept: Kept = { id: view?.id ?? null, title, format, source, from, to, formality };
    this.drafts.set(TRANSLATE_DRAFT, JSON.stringify(kept));
  }

  async #adopt(stored: string): Promise<void> {
    const kept = read(stored);
    if (kept === null) return;
    const { id, title, format, source, from, to, formality } = kept;
    Object.assign(this, { title, format, source, from, to, formality });
    if (id !== null && this.list.some((item) => item.id === id)) {
      const view = await this.host.translationOpen(id);
      const same = view.source === source && view.to === to && view.format === format;
      if (same) this.#show(view);
      else this.view = view;
      this.from = from;
    }
    await this.#detect();
  }
}

/** The draft as it was kept; null when it is none. */
function read(stored: string): Kept | null {
  if (stored === '') return null;
  try {
    const kept: unknown = JSON.parse(stored);
    return typeof kept === 'object' && kept !== null && 'source' in kept ? (kept as Kept) : null;
  } catch {
    return null;
  }
}

function sameAs(a: LanguagePair, b: LanguagePair | null): boolean {
  return a.from === b?.from && a.to === b.to;
}

/** A translation of plain text, as far as paragraphs go. */
function textOf(segments: readonly TranslationSegment[]): string {
  return segments
    .map(({ target, source, begins }, at) => {
      const gap = at === 0 ? '' : begins ? '\n' : ' ';
      return gap + (target ?? source);
    })
    .join('');
}

/** The text of a file as it is, to be written again in the same form; null where it is none. */
async function decoded(file: File): Promise<string | null> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = decode(bytes);
  // Decoding takes the mark at the beginning away; the file gets it back.
  return text !== null && bytes[0] === 0xef && !text.startsWith('\ufeff') ? `\ufeff${text}` : text;
}
