/** The end of a sentence in English or Chinese, or the end of a line. */
const SENTENCE_END = /[.!?](?=\s)|[。！？]|\n/g;
/** Marks of Markdown that a screen reader should not read out. */
const MARKS = /[*_`#>|~]+/g;
const KEPT_LINES = 4;

export interface Announcement {
  id: number;
  text: string;
}

/** Feeds a live region sentence by sentence, so that a streaming answer can be followed by ear. */
export class Announcer {
  lines = $state.raw<Announcement[]>([]);
  #rest = '';
  #nextId = 1;

  /** Says a text as it is. */
  say(text: string): void {
    const clean = text.replace(MARKS, '').trim();
    if (clean === '') return;
    this.lines = [...this.lines.slice(1 - KEPT_LINES), { id: this.#nextId++, text: clean }];
  }

  /** Takes the next piece of an answer and says each sentence that it completes. */
  feed(piece: string): void {
    const text = this.#rest + piece;
    let spoken = 0;
    for (const match of text.matchAll(SENTENCE_END)) {
      const end = match.index + match[0].length;
      this.say(text.slice(spoken, end));
      spoken = end;
    }
    this.#rest = text.slice(spoken);
  }

  /** Says what is left of the answer, then `closing`. */
  finish(closing: string): void {
    this.say(this.#rest);
    this.#rest = '';
    this.say(closing);
  }

  /** Forgets what was not said yet. */
  reset(): void {
    this.#rest = '';
  }
}
