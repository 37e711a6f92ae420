import type { ConversationSettings } from '../host/bindings/ConversationSettings';
import type { GenerationSettings } from '../host/bindings/GenerationSettings';
import type { Persona } from '../host/bindings/Persona';
import type { OwnModel } from '../host/bindings/OwnModel';
import { toCommandError, type Host } from '../host/host';
import { ModelRefused, type Chat } from './chat.svelte';
import type { Model } from './model.svelte';
import { NO_GENERATION, NO_SETTINGS } from './no-settings';
import type { Personas } from './personas.svelte';
import type { Thread, Turn } from './thread.svelte';

/** How long typing must rest before settings are written, in milliseconds. */
export const SETTINGS_DELAY_MS = 400;

/** How the conversation on the screen is answered: its persona, and what differs from it. */
export class AnswerSettings {
  /** Whether the panel is on the screen. */
  open = $state(false);
  /** How often everything was taken back; fields begin anew with it. */
  cleared = $state(0);
  /** Threads whose settings are not written yet. */
  readonly #unsaved = new Set<Thread>();
  /** Threads in which something was set here: what is read later is older. */
  readonly #touched = new WeakSet<Thread>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** How many writes are on their way. */
  #busy = 0;

  constructor(
    private readonly host: Host,
    private readonly chat: Chat,
    private readonly personas: Personas,
    private readonly model: Model,
    private readonly onError: (error: unknown) => void,
  ) {}

  get value(): ConversationSettings {
    return this.chat.thread.settings;
  }

  /** Who answers here. Null only until the personas have been read. */
  get persona(): Persona | null {
    return this.#personaOf(this.chat.thread);
  }

  #personaOf(thread: Thread): Persona | null {
    return this.personas.find(thread.settings.persona) ?? this.personas.fallback;
  }

  /** The conversation's persona was deleted. */
  get orphaned(): boolean {
    const { persona } = this.value;
    return (
      persona !== null && this.personas.library !== null && this.personas.find(persona) === null
    );
  }

  /** What the persona, and under it the app, says where the conversation says nothing. */
  get inherited(): GenerationSettings {
    const defaults = this.personas.library?.defaults ?? NO_GENERATION;
    const own = this.persona?.profile.generation ?? NO_GENERATION;
    return merge(own, defaults);
  }

  /** The model that is meant to answer here, when it isn't the loaded one. */
  get wish(): OwnModel | null {
    return this.wishOf(this.chat.thread);
  }

  /** The model that is meant to answer in a thread, when it isn't the loaded one. */
  wishOf(thread: Thread): OwnModel | null {
    const wanted = thread.settings.model ?? this.#personaOf(thread)?.profile.model ?? null;
    return wanted === null || this.model.is(wanted) ? null : wanted;
  }

  /** What a turn waits for: settings that are being written, and the model that is meant to answer. */
  prepare(thread: Thread, turn: Turn): Promise<void> | null {
    const pending = this.pending();
    const wish = this.wishOf(thread);
    return wish === null ? pending : this.#fetch(wish, turn, pending);
  }

  async #fetch(wish: OwnModel, turn: Turn, pending: Promise<void> | null): Promise<void> {
    turn.awaits = wish;
    try {
      await pending;
      // A load can't be ended half way; whoever withdraws no longer waits for it.
      if (!turn.withdrawn) await Promise.race([this.model.borrow(wish), turn.withdrawal]);
    } catch (error) {
      throw new ModelRefused(wish, error);
    } finally {
      turn.awaits = null;
    }
  }

  /** Loads the model that is meant to answer here before anything is asked. */
  async fetchNow(): Promise<void> {
    const { thread } = this.chat;
    const { wish } = this;
    if (wish === null || thread.busy) return;
    thread.refusal = null;
    try {
      await this.model.borrow(wish);
    } catch (error) {
      const again = (): void => void this.fetchNow();
      thread.refusal = { wanted: wish, error: toCommandError(error), again };
    }
  }

  /** Has the loaded model answer here from now on, in the place of one that can't be loaded. */
  settleForLoaded(): void {
    const { thread } = this.chat;
    const { usable } = this.model;
    if (usable === null || thread.refusal === null) return;
    const { again } = thread.refusal;
    this.set({
      model: usable.isDefault ? { kind: 'builtIn' } : { kind: 'file', path: usable.path },
    });
    again();
  }

  /** How many values differ from the persona. */
  get overrides(): number {
    const { systemPrompt, generation, model, summaries } = this.value;
    const others = [systemPrompt, model, summaries, ...Object.values(generation)];
    return others.filter((value) => value !== null).length;
  }

  /** Reads the settings of the conversation to come. */
  async loadNew(thread: Thread): Promise<void> {
    if (thread.id !== null) return;
    try {
      const settings = await this.host.conversationSettingsGet(null, thread.temporary);
      if (thread.id === null && !this.#touched.has(thread)) thread.settings = settings;
    } catch (error) {
      this.onError(error);
    }
  }

  /** Takes another persona. What was set beside the last one stays. */
  choose(persona: string): void {
    const fallback = this.personas.fallback?.id;
    this.set({ persona: persona === fallback ? null : persona });
  }

  set(change: Partial<ConversationSettings>): void {
    const { thread } = this.chat;
    thread.settings = { ...thread.settings, ...change };
    thread.refusal = null;
    this.#unsaved.add(thread);
    this.#touched.add(thread);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), SETTINGS_DELAY_MS);
  }

  setGeneration(change: Partial<GenerationSettings>): void {
    this.set({ generation: { ...this.value.generation, ...change } });
  }

  /** Takes back everything that differs from the persona. */
  clear(): void {
    this.set({ ...NO_SETTINGS, persona: this.value.persona });
    this.cleared += 1;
  }

  /** Moves the settings of the conversation to come along when it becomes temporary, or no longer. */
  async move(thread: Thread, from: boolean): Promise<void> {
    this.#unsaved.add(thread);
    await this.flush();
    try {
      await this.host.conversationSettingsSet(null, from, NO_SETTINGS);
    } catch (error) {
      this.onError(error);
    }
  }

  /** Writes what is not written yet; resolves when nothing is on its way. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#busy += 1;
    this.#writing = this.#writing.then(() => this.#write()).finally(() => (this.#busy -= 1));
    return this.#writing;
  }

  /** The writing that is left to do, or on its way; null when there is none. */
  pending(): Promise<void> | null {
    return this.#unsaved.size > 0 || this.#busy > 0 ? this.flush() : null;
  }

  async #write(): Promise<void> {
    const threads = [...this.#unsaved];
    this.#unsaved.clear();
    for (const thread of threads) {
      try {
        await this.host.conversationSettingsSet(thread.id, thread.temporary, thread.settings);
      } catch (error) {
        this.onError(error);
      }
    }
  }
}

function merge(first: GenerationSettings, second: GenerationSettings): GenerationSettings {
  return {
    temperature: first.temperature ?? second.temperature,
    topK: first.topK ?? second.topK,
    topP: first.topP ?? second.topP,
    minP: first.minP ?? second.minP,
    repetitionPenalty: first.repetitionPenalty ?? second.repetitionPenalty,
    maxTokens: first.maxTokens ?? second.maxTokens,
  };
}
