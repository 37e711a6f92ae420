/** A text with what is selected in it, in UTF-16 units. */
export interface Snapshot {
  body: string;
  start: number;
  end: number;
}

/** Steps that can be taken back. */
const MOST = 300;
/** Characters of all steps together; the oldest go first. */
const MOST_CHARACTERS = 20_000_000;
/** A pause in typing that begins another step, in milliseconds. */
const PAUSE_MS = 900;

/**
 * What a text was, step by step. The field's own history knows nothing of what the model changes,
 * and loses everything when it does.
 */
export class UndoStack {
  #past: Snapshot[] = [];
  #future: Snapshot[] = [];
  #lastTyped = Number.NEGATIVE_INFINITY;
  #growing = false;

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** Notes what the text was before it was typed in; what follows quickly is the same step. */
  typed(before: Snapshot, after: Snapshot, now: number): void {
    const grows = after.body.length > before.body.length;
    const goesOn = now - this.#lastTyped < PAUSE_MS && grows === this.#growing;
    if (!goesOn || !this.canUndo) this.changed(before);
    this.#future = [];
    this.#lastTyped = now;
    this.#growing = grows;
  }

  /** Notes what the text was before something else changed it. */
  changed(before: Snapshot): void {
    this.#past.push(before);
    this.#future = [];
    this.#lastTyped = Number.NEGATIVE_INFINITY;
    let size = this.#past.reduce((sum, { body }) => sum + body.length, 0);
    while (this.#past.length > MOST || (size > MOST_CHARACTERS && this.#past.length > 1)) {
      size -= this.#past.shift()?.body.length ?? 0;
    }
  }

  undo(now: Snapshot): Snapshot | null {
    return this.#step(this.#past, this.#future, now);
  }

  redo(now: Snapshot): Snapshot | null {
    return this.#step(this.#future, this.#past, now);
  }

  #step(from: Snapshot[], to: Snapshot[], now: Snapshot): Snapshot | null {
    const found = from.pop();
    if (found === undefined) return null;
    to.push(now);
    this.#lastTyped = Number.NEGATIVE_INFINITY;
    return found;
  }
}
