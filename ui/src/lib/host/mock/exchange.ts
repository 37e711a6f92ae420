import type { ExchangeProgress } from '../bindings/ExchangeProgress';
import type { ExportReport } from '../bindings/ExportReport';
import type { ImportReport } from '../bindings/ImportReport';
import type { MockStore } from './store';

type OnProgress = (progress: ExchangeProgress) => void;

/** In how many steps an export or import goes on. */
const STEPS = 20;
/** The size of the file that is imported, in bytes. */
const FILE_SIZE = 48_000_000;

/** Plays exports and imports: nothing is written, and what comes in is made up. */
export class MockExchange {
  /** Where the dialog says to save; null is a cancelled dialog. */
  nextTarget: string | null = '~/Documents/LLMOS conversations.json';
  /** What an import reports; null is a cancelled dialog. */
  nextImport: ImportReport | null = {
    source: 'chatgpt',
    added: 2,
    known: 0,
    knownInTrash: 0,
    omitted: 0,
    skipped: [],
    skippedTotal: 0,
    ending: { state: 'whole' },
  };
  #cancelled = false;
  #held: Promise<void> | null = null;
  #release: (() => void) | null = null;

  constructor(
    private readonly store: () => MockStore,
    private readonly paceMs: () => number,
  ) {}

  cancel(): void {
    this.#cancelled = true;
    this.release();
  }

  /** Lets what runs stand still in the middle until {@link release}. */
  hold(): void {
    this.#held ??= new Promise((resolve) => (this.#release = resolve));
  }

  release(): void {
    this.#release?.();
    this.#held = null;
    this.#release = null;
  }

  async export(conversation: string | null, onProgress: OnProgress): Promise<ExportReport | null> {
    const path = this.nextTarget;
    if (path === null) return null;
    const total = conversation === null ? this.store().list(false).length : 1;
    const done = await this.#play(total, (step) => {
      const conversations = Math.floor((total * step) / STEPS);
      onProgress({ done: conversations, total, conversations });
    });
    return done ? { path, conversations: total, bytes: total * 4096 } : null;
  }

  async import(onProgress: OnProgress): Promise<ImportReport | null> {
    const report = this.nextImport;
    if (report === null) return null;
    const done = await this.#play(report.added, (step) => {
      const conversations = Math.floor((report.added * step) / STEPS);
      onProgress({ done: (FILE_SIZE * step) / STEPS, total: FILE_SIZE, conversations });
    });
    const added = done ? report.added : Math.floor(report.added / 2);
    const store = this.store();
    for (let number = 1; number <= added; number += 1) {
      const { id } = store.create(`Imported conversation ${number}`);
      store.add(id, null, { role: 'user', text: 'Where was I?', status: 'complete' });
    }
    return done ? report : { ...report, added, ending: { state: 'cancelled' } };
  }

  /** Goes through the steps, of a single thing only the first; false when it was stopped. */
  async #play(things: number, onStep: (step: number) => void): Promise<boolean> {
    this.#cancelled = false;
    for (let step = 0; step < (things > 1 ? STEPS : 1); step += 1) {
      onStep(step);
      if (step === STEPS / 2 && this.#held) await this.#held;
      await new Promise((resolve) => setTimeout(resolve, this.paceMs()));
      if (this.#cancelled) return false;
    }
    return true;
  }
}

/** Roughly what the shell makes of an answer's Markdown. */
export function plainText(markdown: string): string {
  return markdown.replaceAll(/\*\*|`|^#+ /gm, '');
}
