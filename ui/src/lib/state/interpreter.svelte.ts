import type { CommandError } from '../host/bindings/CommandError';
import type { LanguagePair } from '../host/bindings/LanguagePair';
import type { SpeakerSide } from '../host/bindings/SpeakerSide';
import type { Utterance } from '../host/bindings/Utterance';
import { toCommandError, type Host } from '../host/host';
import type { Drafts } from './drafts.svelte';

/** Under which what each of the two is writing is kept. */
export const SPEAKER_DRAFTS: Record<SpeakerSide, string> = {
  near: 'interpret-near',
  far: 'interpret-far',
};
/** Under which the languages and the way of the upper half are kept. */
const SETTING_DRAFT = 'interpret';

interface Deps {
  failed: (error: unknown) => void;
  cleared: (undo: () => void) => void;
}

/** Two people, two languages, one screen. */
export class Interpreter {
  said = $state.raw<Utterance[]>([]);
  languages = $state<Record<SpeakerSide, string>>({ near: 'en', far: 'zh' });
  /** Whether the upper half stands on its head, for somebody who sits opposite. */
  turned = $state(true);
  /** What is being translated, and for whom. */
  growing = $state.raw<{ side: SpeakerSide; source: string; text: string } | null>(null);
  error = $state.raw<CommandError | null>(null);
  #loaded = false;

  constructor(
    private readonly host: Host,
    private readonly drafts: Drafts,
    private readonly deps: Deps,
  ) {}

  /** Gets what was said, and what was being written. */
  async arrive(pair: LanguagePair | undefined): Promise<void> {
    if (this.#loaded) return;
    try {
      if (pair !== undefined) this.languages = { near: pair.from, far: pair.to };
      const keys = [...Object.values(SPEAKER_DRAFTS), SETTING_DRAFT];
      for (const key of keys) this.drafts.adopt(key, await this.host.draftLoad(key));
      this.#adopt(this.drafts.peek(SETTING_DRAFT));
      this.said = await this.host.utterancesList();
      this.#loaded = true;
    } catch (error) {
      this.deps.failed(error);
    }
  }

  choose(side: SpeakerSide, code: string): void {
    const other = side === 'near' ? 'far' : 'near';
    const swapped = this.languages[other] === code ? this.languages[side] : this.languages[other];
    this.languages = { ...this.languages, [side]: code, [other]: swapped };
    this.#keep();
  }

  turn(turned: boolean): void {
    this.turned = turned;
    this.#keep();
  }

  /** Translates what one of the two has written. On an error it is in their field again. */
  async say(side: SpeakerSide): Promise<void> {
    const key = SPEAKER_DRAFTS[side];
    const text = this.drafts.peek(key).trim();
    if (text === '' || this.growing !== null) return;
    const other = side === 'near' ? 'far' : 'near';
    const pair = { from: this.languages[side], to: this.languages[other] };
    this.error = null;
    this.growing = { side, source: text, text: '' };
    try {
      const said = await this.host.interpret(side, pair, text, (growing) => {
        this.growing = { side, source: text, text: growing };
      });
      if (said !== null) {
        this.said = [...this.said, said];
        this.drafts.set(key, '');
      }
    } catch (error) {
      this.error = toCommandError(error);
    } finally {
      this.growing = null;
    }
  }

  async stop(): Promise<void> {
    try {
      await this.host.translationStop();
    } catch (error) {
      this.deps.failed(error);
    }
  }

  async clear(): Promise<void> {
    const before = this.said;
    try {
      await this.host.utterancesClear();
      this.said = [];
      this.deps.cleared(() => void this.#restore(before));
    } catch (error) {
      this.deps.failed(error);
    }
  }

  async #restore(before: Utterance[]): Promise<void> {
    try {
      await this.host.utterancesRestore(before);
      this.said = await this.host.utterancesList();
    } catch (error) {
      this.deps.failed(error);
    }
  }

  #keep(): void {
    const { languages, turned } = this;
    this.drafts.set(SETTING_DRAFT, JSON.stringify({ languages, turned }));
  }

  #adopt(stored: string): void {
    if (stored === '') return;
    try {
      const kept = JSON.parse(stored) as Partial<Pick<Interpreter, 'languages' | 'turned'>>;
      this.languages = kept.languages ?? this.languages;
      this.turned = kept.turned ?? this.turned;
    } catch {
      // Not what this version keeps: the choices begin anew.
    }
  }
}
