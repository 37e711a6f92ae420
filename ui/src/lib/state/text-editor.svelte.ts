import type { DraftForm } from '../host/bindings/DraftForm';
import type { TextCause } from '../host/bindings/TextCause';
import type { WrittenText } from '../host/bindings/WrittenText';
import type { Host } from '../host/host';
import { UndoStack, type Snapshot } from '../write/undo';

/** How long typing must rest before the text is saved, in milliseconds. */
export const SAVE_DELAY_MS = 400;
/** How long it must rest before what there is becomes a version, in milliseconds. */
export const VERSION_DELAY_MS = 20_000;

export type SaveState = 'saved' | 'unsaved' | 'saving' | 'failed';

export interface TextListener {
  failed(error: unknown): void;
  /** The text is stored with these words; `id` may be new. */
  saved(editor: TextEditor): void;
}

/** One text while it is being written. It is created in the store with its first words. */
export class TextEditor {
  id = $state<string | null>(null);
  title = $state('');
  body = $state('');
  /** What is selected in the body, in UTF-16 units. */
  start = $state(0);
  end = $state(0);
  form = $state.raw<DraftForm | null>(null);
  saving = $state<SaveState>('saved');
  canUndo = $state(false);
  canRedo = $state(false);
  updatedAt = $state(0);
  /** The selection was set here and not by the person; the field follows it. */
  moved = $state(0);

  readonly #undo = new UndoStack();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #versionTimer: ReturnType<typeof setTimeout> | undefined;
  #stored = { title: '', body: '' };
  #writing = Promise.resolve();
  #closed = false;

  constructor(
    private readonly host: Host,
    private readonly now: () => number,
    private readonly listener: TextListener,
    text: WrittenText | null,
  ) {
    if (text !== null) this.adopt(text);
  }

  /** Takes what the store has. */
  adopt(text: WrittenText): void {
    this.id = text.id;
    this.title = text.title;
    this.body = text.body;
    this.form = text.form;
    this.updatedAt = text.updatedAt;
    this.#stored = { title: text.title, body: text.body };
    this.saving = 'saved';
    this.select(text.body.length, text.body.length);
  }

  get empty(): boolean {
    return this.body.trim() === '' && this.title.trim() === '';
  }

  /** The selected words; empty where there is only a cursor. */
  get selected(): string {
    return this.body.slice(this.start, this.end);
  }

  snapshot(): Snapshot {
    return { body: this.body, start: this.start, end: this.end };
  }

  /** Takes what the person typed. */
  type(body: string, start: number, end: number): void {
    const before = this.snapshot();
    const after = { body, start, end };
    if (body !== before.body) this.#undo.typed(before, after, performance.now());
    this.#show(after);
  }

  retitle(title: string): void {
    this.title = title;
    this.#touch();
  }

  select(start: number, end: number): void {
    this.start = start;
    this.end = end;
    this.moved += 1;
  }

  /** What the person selected. */
  follow(start: number, end: number): void {
    this.start = start;
    this.end = end;
  }

  /** Changes the text as one step that can be taken back. */
  change(body: string, start: number, end: number): void {
    if (body !== this.body) this.#undo.changed(this.snapshot());
    this.#show({ body, start, end });
    this.moved += 1;
  }

  /** Shows words that are still coming; {@link change} before it made the step. */
  grow(body: string, at: number): void {
    this.body = body;
    this.start = at;
    this.end = at;
    this.moved += 1;
    this.#touch(false);
  }

  undo(): void {
    const step = this.#undo.undo(this.snapshot());
    if (step !== null) this.#jump(step);
  }

  redo(): void {
    const step = this.#undo.redo(this.snapshot());
    if (step !== null) this.#jump(step);
  }

  /** Begins a step before words begin to come. */
  mark(): void {
    this.#undo.changed(this.snapshot());
    this.#followUndo();
  }

  /** Writes what is not stored yet. Resolves when nothing is on its way. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Saves, and keeps what there is as a version; the store has each only once. */
  async keep(cause: TextCause): Promise<void> {
    clearTimeout(this.#versionTimer);
    await this.flush();
    if (this.id === null || this.saving === 'failed') return;
    try {
      await this.host.textVersionKeep(this.id, cause);
    } catch (error) {
      this.listener.failed(error);
    }
  }

  /** Leaves the text; what was typed is saved and kept. */
  async close(): Promise<void> {
    await this.keep('pause');
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#versionTimer);
  }

  /** Forgets what is not saved: the text is gone. */
  abandon(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#versionTimer);
  }

  #jump(step: Snapshot): void {
    this.#show(step);
    this.moved += 1;
  }

  #show({ body, start, end }: Snapshot): void {
    this.body = body;
    this.start = Math.min(start, body.length);
    this.end = Math.min(end, body.length);
    this.#followUndo();
    this.#touch();
  }

  #followUndo(): void {
    this.canUndo = this.#undo.canUndo;
    this.canRedo = this.#undo.canRedo;
  }

  /** The text changed: it is saved when typing rests, or while words come every now and then. */
  #touch(rests = true): void {
    if (this.#closed) return;
    this.saving = 'unsaved';
    if (rests) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    clearTimeout(this.#versionTimer);
    this.#timer ??= setTimeout(() => void this.flush(), SAVE_DELAY_MS);
    this.#versionTimer = setTimeout(() => void this.keep('pause'), VERSION_DELAY_MS);
  }

  async #write(): Promise<void> {
    const { title, body } = this;
    const unchanged = title === this.#stored.title && body === this.#stored.body;
    if (this.#closed || unchanged || (this.id === null && this.empty)) {
      if (this.saving === 'unsaved') this.saving = 'saved';
      return;
    }
    this.saving = 'saving';
    try {
      if (this.id === null) {
        const made = await this.host.textCreate(title, body, this.form);
        this.id = made.id;
      } else {
        await this.host.textSave(this.id, title, body);
      }
      this.#stored = { title, body };
      this.updatedAt = this.now();
      this.saving = title === this.title && body === this.body ? 'saved' : 'unsaved';
      this.listener.saved(this);
    } catch (error) {
      this.saving = 'failed';
      this.listener.failed(error);
    }
  }
}
