import type { CarriedOn } from '../host/bindings/CarriedOn';
import type { CommandError } from '../host/bindings/CommandError';
import type { Drafted } from '../host/bindings/Drafted';
import type { DraftForm } from '../host/bindings/DraftForm';
import type { TextFormat } from '../host/bindings/TextFormat';
import type { TextSummary } from '../host/bindings/TextSummary';
import type { TextThen } from '../host/bindings/TextThen';
import type { TextVersion } from '../host/bindings/TextVersion';
import type { WriteDoubt } from '../host/bindings/WriteDoubt';
import type { WriteEvent } from '../host/bindings/WriteEvent';
import { toCommandError, type Host } from '../host/host';
import { Drafting } from './drafting.svelte';
import type { Drafts } from './drafts.svelte';
import { Review, type Wish } from './review.svelte';
import { TextEditor } from './text-editor.svelte';

/** What the model is doing for a text. */
export interface Running {
  kind: 'draft' | 'continue' | 'rewrite';
  /** How much of what it reads is read, from 0 to 1. */
  read: number;
  passage: number;
  passages: number;
  /** What it wrote of the passage that it is at. */
  written: string;
  stopping: boolean;
}

/** What a person should know about what the model wrote last. */
export interface Remark {
  kind: 'draft' | 'continue';
  doubts: WriteDoubt[];
  leftOut: string[];
  blanks: string[];
}

/** The versions of the text on the screen. */
export interface History {
  versions: TextVersion[];
  /** The one that is looked at. */
  shown: TextVersion | null;
  then: TextThen | null;
}

export interface WriteListener {
  failed(error: unknown): void;
  /** A text is gone; `undo` brings it back. */
  removed(text: TextSummary, undo: () => void): void;
  /** A text was exported to a file. */
  exported(path: string): void;
  /** The text on the screen changed, or has an id now. */
  opened(id: string | null): void;
  /** Something to be said to who can't see it. */
  say(text: string): void;
  words(): { done: string; changes: (count: number) => string; stopped: string };
}

/** Texts, and what the model does for them. */
export class Write {
  /** Null until they have been read. */
  texts = $state.raw<TextSummary[] | null>(null);
  editor = $state.raw<TextEditor | null>(null);
  running = $state<Running | null>(null);
  review = $state.raw<Review | null>(null);
  remark = $state.raw<Remark | null>(null);
  error = $state.raw<CommandError | null>(null);
  history = $state<History | null>(null);
  /** The languages that the model was made for; empty where nothing is known. */
  known = $state.raw<string[]>([]);
  readonly drafting: Drafting;

  /** Which draft of the same form comes next, and where the last one lies. */
  #attempt = 0;
  #continued: { at: number; end: number; attempt: number } | null = null;

  constructor(
    private readonly host: Host,
    private readonly now: () => number,
    drafts: Drafts,
    private readonly listener: WriteListener,
    drafting: Omit<ConstructorParameters<typeof Drafting>[2], 'failed'>,
  ) {
    const failed = (error: unknown): void => listener.failed(error);
    this.drafting = new Drafting(host, drafts, { ...drafting, failed });
  }

  async load(): Promise<void> {
    try {
      this.texts = await this.host.textsList();
      this.known = (await this.host.translateInfo()).known;
    } catch (error) {
      this.listener.failed(error);
    }
  }

  /** Opens a text; false when it is gone. */
  async open(id: string): Promise<boolean> {
    if (this.editor?.id === id) return true;
    try {
      const text = await this.host.textOpen(id);
      await this.leave();
      this.editor = this.#edit(text);
      return true;
    } catch (error) {
      this.listener.failed(error);
      return false;
    }
  }

  /** Begins a text; it is kept with its first words. */
  async begin(): Promise<TextEditor> {
    await this.leave();
    const editor = this.#edit(null);
    this.editor = editor;
    return editor;
  }

  /** Leaves the text on the screen. */
  async leave(): Promise<void> {
    if (this.running !== null) await this.stop();
    const { editor } = this;
    this.editor = null;
    this.review = null;
    this.remark = null;
    this.error = null;
    this.history = null;
    this.#continued = null;
    await editor?.close();
  }

  /** Saves what is not saved yet, for the end of the program. */
  async flush(): Promise<void> {
    await this.editor?.flush();
  }

  /** Deletes a text; that can be undone. */
  async remove(id: string): Promise<void> {
    const text = this.texts?.find((item) => item.id === id);
    if (this.editor?.id === id) {
      if (this.running !== null) await this.stop();
      await this.editor.flush();
      this.editor.abandon();
      this.editor = null;
      this.review = null;
      this.listener.opened(null);
    }
    try {
      await this.host.textDelete(id);
      this.texts = this.texts?.filter((item) => item.id !== id) ?? null;
      if (text) this.listener.removed(text, () => void this.#restore(id));
    } catch (error) {
      this.listener.failed(error);
    }
  }

  async export(format: TextFormat, name: string): Promise<void> {
    await this.editor?.flush();
    const id = this.editor?.id;
    if (!id) return;
    try {
      const path = await this.host.textExport(id, format, name);
      if (path !== null) this.listener.exported(path);
    } catch (error) {
      this.listener.failed(error);
    }
  }

  /** Has the model rewrite the selection, or the whole text where nothing is selected. */
  async rewrite(style: Wish['style'], instruction = ''): Promise<void> {
    const { editor } = this;
    if (editor === null || this.running !== null) return;
    const whole = editor.selected.trim() === '';
    const [start, end] = whole ? [0, editor.body.length] : [editor.start, editor.end];
    await this.#rewrite(editor, { style, instruction, attempt: 0, start, end });
  }

  /** Has the model rewrite the same once more, in another way. */
  async rewriteAgain(): Promise<void> {
    const { editor, review } = this;
    if (editor === null || review === null || this.running !== null) return;
    this.review = null;
    await this.#rewrite(editor, { ...review.wish, attempt: review.wish.attempt + 1 });
  }

  /** Puts the changes that were taken into the text. */
  finishReview(): void {
    const { editor, review } = this;
    if (editor === null || review === null) return;
    const { start, end } = review.wish;
    const words = review.result();
    editor.change(
      editor.body.slice(0, start) + words + editor.body.slice(end),
      start,
      start + words.length,
    );
    this.review = null;
  }

  /** Leaves the text as it was. */
  dismissReview(): void {
    const { editor, review } = this;
    if (editor && review) editor.select(review.wish.start, review.wish.end);
    this.review = null;
  }

  /** Has the model go on at the cursor. */
  async carryOn(): Promise<void> {
    const { editor } = this;
    if (editor === null || this.running !== null) return;
    await this.#carryOn(editor, editor.end, editor.body.slice(editor.end), 0);
  }

  /** Has the model go on in another way: what it wrote last is replaced. */
  async carryOnAgain(): Promise<void> {
    const { editor } = this;
    const last = this.#continued;
    if (editor === null || last === null || this.running !== null) return;
    await this.#carryOn(editor, last.at, editor.body.slice(last.end), last.attempt + 1);
  }

  /** Writes a draft from a form, into a text of its own. */
  async draft(form: DraftForm): Promise<void> {
    const wanted = $state.snapshot(form);
    this.drafting.done();
    const current = this.editor;
    const editor = current?.empty ? current : await this.begin();
    this.listener.opened(editor.id);
    this.#attempt = 0;
    await this.#draft(editor, wanted);
  }

  /** Writes another draft from the same form, in the place of the first. */
  async draftAgain(): Promise<void> {
    const { editor } = this;
    if (!editor?.form || this.running !== null) return;
    this.#attempt += 1;
    await this.#draft(editor, editor.form);
  }

  /** Stops the model. What it wrote into the text stays, and can be undone. */
  async stop(): Promise<void> {
    if (this.running === null || this.running.stopping) return;
    this.running.stopping = true;
    try {
      await this.host.writeStop();
    } catch (error) {
      this.listener.failed(error);
    }
  }

  /** Shows what the text was. */
  async showHistory(): Promise<void> {
    const { editor } = this;
    if (editor === null) return;
    await editor.flush();
    const versions = await this.#versions(editor);
    this.history = { versions, shown: null, then: null };
    if (versions[0]) await this.showVersion(versions[0]);
  }

  async showVersion(version: TextVersion): Promise<void> {
    const id = this.editor?.id;
    if (!id || this.history === null) return;
    this.history.shown = version;
    try {
      const then = await this.host.textVersion(id, version.number);
      if (this.history?.shown?.number === version.number) this.history.then = then;
    } catch (error) {
      this.listener.failed(error);
    }
  }

  /** Makes the text what it was in the version that is looked at; that can be undone. */
  async revert(): Promise<void> {
    const { editor } = this;
    const shown = this.history?.shown;
    if (!editor?.id || !shown) return;
    try {
      await editor.flush();
      const text = await this.host.textRevert(editor.id, shown.number);
      editor.title = text.title;
      editor.change(text.body, text.body.length, text.body.length);
      this.history = null;
    } catch (error) {
      this.listener.failed(error);
    }
  }

  async #rewrite(editor: TextEditor, wish: Wish): Promise<void> {
    this.#begin('rewrite');
    const text = editor.body.slice(wish.start, wish.end);
    const { style, instruction, attempt } = wish;
    await editor.keep('model');
    const rewritten = await this.#run((on) =>
      this.host.writeRewrite(text, style, instruction, attempt, on),
    );
    if (!rewritten || this.editor !== editor) return;
    this.review = new Review(wish, rewritten);
    this.listener.say(this.listener.words().changes(this.review.changes.length));
  }

  async #carryOn(editor: TextEditor, at: number, after: string, attempt: number): Promise<void> {
    this.#begin('continue');
    const before = editor.body.slice(0, at);
    await editor.keep('model');
    editor.mark();
    const show = (more: string): void => {
      const end = before.length + more.length;
      editor.grow(before + more + after, end);
      this.#continued = { at, end, attempt };
    };
    const { done, written } = await this.#stream<CarriedOn>(
      (on) => this.host.writeContinue(before, attempt, on),
      show,
    );
    if (this.editor !== editor) return;
    if (done) {
      show(done.text);
      this.remark = { kind: 'continue', doubts: done.doubts, leftOut: [], blanks: [] };
      this.listener.say(this.listener.words().done);
    } else if (this.error !== null && written === '') {
      editor.grow(before + after, at);
    }
  }

  async #draft(editor: TextEditor, form: DraftForm): Promise<void> {
    this.#begin('draft');
    await editor.keep('model');
    editor.mark();
    editor.form = form;
    const before = editor.body;
    const show = (text: string): void => editor.grow(text, text.length);
    show('');
    const { done, written } = await this.#stream<Drafted>(
      (on) => this.host.writeDraft(form, this.#attempt, on),
      show,
    );
    if (this.editor !== editor) return;
    if (done) {
      show(done.text);
      this.remark = { kind: 'draft', ...done };
      this.listener.say(this.listener.words().done);
    } else if (written === '') {
      show(before);
    }
    await editor.flush();
    await this.#noteForm(editor, form);
  }

  async #noteForm(editor: TextEditor, form: DraftForm): Promise<void> {
    if (editor.id === null) return;
    try {
      await this.host.textFormSet(editor.id, form);
    } catch (error) {
      this.listener.failed(error);
    }
  }

  #begin(kind: Running['kind']): void {
    this.error = null;
    this.remark = null;
    this.review = null;
    this.running = { kind, read: 0, passage: 0, passages: 0, written: '', stopping: false };
  }

  /** Shows words as they come; what came, and what the model made of it at the end. */
  async #stream<T>(
    work: (on: (event: WriteEvent) => void) => Promise<T | null>,
    show: (text: string) => void,
  ): Promise<{ done: T | null; written: string }> {
    let written = '';
    const done = await this.#run((on) =>
      work((event) => {
        on(event);
        if (event.type !== 'text' || this.running?.stopping !== false) return;
        written += event.text;
        show(written);
      }),
    );
    return { done, written };
  }

  async #run<T>(work: (on: (event: WriteEvent) => void) => Promise<T | null>): Promise<T | null> {
    try {
      const done = await work((event) => this.#follow(event));
      if (done === null) this.listener.say(this.listener.words().stopped);
      return done;
    } catch (error) {
      this.error = toCommandError(error);
      return null;
    } finally {
      this.running = null;
    }
  }

  #follow(event: WriteEvent): void {
    const { running } = this;
    if (running === null) return;
    if (event.type === 'reading') {
      running.read = event.total === 0 ? 0 : event.done / event.total;
    } else if (event.type === 'passage') {
      running.passage = event.number;
      running.passages = event.total;
      running.written = '';
    } else {
      running.written += event.text;
    }
  }

  async #versions(editor: TextEditor): Promise<TextVersion[]> {
    try {
      return editor.id === null ? [] : await this.host.textVersions(editor.id);
    } catch (error) {
      this.listener.failed(error);
      return [];
    }
  }

  async #restore(id: string): Promise<void> {
    try {
      await this.host.textRestore(id);
      await this.load();
    } catch (error) {
      this.listener.failed(error);
    }
  }

  #edit(text: ConstructorParameters<typeof TextEditor>[3]): TextEditor {
    return new TextEditor(
      this.host,
      this.now,
      {
        failed: (error) => this.listener.failed(error),
        saved: (editor) => this.#put(editor),
      },
      text,
    );
  }

  /** Takes what was saved into the list, at its top. */
  #put(editor: TextEditor): void {
    const { id, title, body, updatedAt } = editor;
    if (id === null) return;
    const summary: TextSummary = { id, title, beginning: body.slice(0, 240), updatedAt };
    const others = this.texts?.filter((item) => item.id !== id) ?? [];
    const isNew = others.length === (this.texts?.length ?? 0);
    this.texts = [summary, ...others];
    if (isNew && this.editor === editor) this.listener.opened(id);
  }
}
