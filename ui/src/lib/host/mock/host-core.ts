import type { CommandError } from '../bindings/CommandError';
import type { ContextUse } from '../bindings/ContextUse';
import type { DraftModel } from '../bindings/DraftModel';
import type { ErrorCode } from '../bindings/ErrorCode';
import type { KeptPrefixes } from '../bindings/KeptPrefixes';
import type { ModelStatus } from '../bindings/ModelStatus';
import type { Preferences } from '../bindings/Preferences';
import type { TextFormat } from '../bindings/TextFormat';
import type { Host } from '../host';
import { MockPersonas, type PersonaSnapshot } from './personas';
import { MockDocuments } from './documents';
import { MockExchange } from './exchange';
import { MockJobs } from './jobs';
import { MODEL, NOW, storeFor, type Scenario } from './scenarios';
import { commandError, MockStore, type Snapshot } from './store';
import { MockSummaries } from './summarise';
import { MockTranslations, type TranslationSnapshot } from './translate';
import { MockTurns } from './turns';
import { MockWriting, type WritingSnapshot } from './write';

export interface MockOptions {
  scenario: Scenario;
  theme?: Preferences['theme'];
  language?: Preferences['language'];
  /** Milliseconds between two events of an answer. */
  paceMs?: number;
  /** A snapshot to go on from, and where to keep the next one. */
  snapshot?: { stored: MockSnapshot | null; keep: (snapshot: MockSnapshot) => void };
}

export interface MockSnapshot {
  store: Snapshot;
  preferences: Preferences;
  personas?: PersonaSnapshot;
  translations?: TranslationSnapshot;
  writing?: WritingSnapshot;
}

const LOAD_STEPS = 20;

/** What all commands of the scripted host share: its parts, its model, and the record of calls. */
export class MockCore {
  store: MockStore;
  readonly turns: MockTurns;
  readonly personas: MockPersonas;
  readonly exchange: MockExchange;
  readonly translations: MockTranslations;
  readonly documents: MockDocuments;
  readonly jobs: MockJobs;
  readonly summaries: MockSummaries;
  /** The last file that was written, and where; null when the dialog is cancelled. */
  savedText: { name: string; format: TextFormat; text: string } | null = null;
  readonly writing: MockWriting;
  preferences: Preferences;
  /** Every command that was called, in order. */
  readonly calls: { command: keyof Host; args: unknown[] }[] = [];
  /** Paths of model files that were there once. */
  readonly lostFiles = new Set<string>();
  /** What a file dialog would pick; null is a cancelled dialog. */
  nextFile: string | null = '~/models/qwen3-0.6b-q8_0.gguf';
  clipboard = '';
  openedLink: string | null = null;
  firstPaintMs: number | null = null;
  summariesOn = true;
  draftModel: DraftModel = { path: null, name: null, error: null };
  /** The draft model that the person picks next; null for cancelling. */
  nextDraft: string | null = '~/models/smollm2-135m-instruct-q4_1.gguf';
  kept: KeptPrefixes = { used: 94_000_000, limit: 256_000_000 };
  /** What the context's use differs in from what the texts make it. */
  contextChange: Partial<ContextUse> = {};

  protected status: ModelStatus;
  protected readonly watchers: ((status: ModelStatus) => void)[] = [];
  readonly #failures = new Map<keyof Host, CommandError[]>();
  #loading: ReturnType<typeof setTimeout> | undefined;

  constructor(protected readonly options: MockOptions) {
    const { scenario, snapshot } = options;
    const stored = snapshot?.stored ?? null;
    this.store = stored ? MockStore.restore(stored.store) : storeFor(scenario);
    const newest = this.store.list(false)[0]?.id ?? null;
    this.preferences = {
      theme: options.theme ?? 'system',
      language: options.language ?? 'system',
      lastConversation: scenario === 'first-run' ? null : newest,
      welcomed: scenario !== 'first-run',
      enter: 'send',
      listHidden: false,
      onBattery: 'automatic',
      ...stored?.preferences,
    };
    this.personas = new MockPersonas(stored?.personas);
    this.turns = new MockTurns(
      () => this.store,
      options.paceMs ?? 40,
      () => this.keep(),
    );
    this.exchange = new MockExchange(
      () => this.store,
      () => this.turns.paceMs,
    );
    this.translations = new MockTranslations(NOW, () => this.turns.paceMs, stored?.translations);
    this.documents = new MockDocuments(
      () => this.turns.paceMs,
      () => this.store.clock,
    );
    this.jobs = new MockJobs(
      () => this.turns.paceMs,
      () => this.store.clock,
    );
    this.summaries = new MockSummaries(this.jobs, () => this.store.clock);
    this.writing = new MockWriting(
      scenario !== 'first-run',
      () => this.store.clock,
      () => this.turns.paceMs,
      stored?.writing,
    );
    this.status = initialStatus(scenario);
  }

  /** The next call of a command rejects with this error. */
  failNext(command: keyof Host, code: ErrorCode, details: CommandError['details'] = {}): void {
    const waiting = this.#failures.get(command) ?? [];
    this.#failures.set(command, [...waiting, commandError(code, details)]);
  }

  setModelStatus(status: ModelStatus): void {
    this.status = status;
    for (const watcher of this.watchers) watcher(status);
  }

  /** Notes the call; rejects if it was told to. */
  protected called(command: keyof Host, ...args: unknown[]): Promise<void> {
    this.calls.push({ command, args });
    const failure = this.#failures.get(command)?.shift();
    return failure ? Promise.reject(failure) : Promise.resolve();
  }

  protected async generate(turn: () => Promise<void>): Promise<void> {
    const status = this.status;
    if (status.state === 'generating') throw commandError('engine_busy', { holder: status.holder });
    const model = status.state === 'ready' || status.state === 'failed' ? status.model : null;
    if (model === null) throw commandError('no_model');
    this.setModelStatus({ state: 'generating', model, holder: 'chat' });
    try {
      await turn();
    } finally {
      this.setModelStatus({ state: 'ready', model });
    }
  }

  /** Resolves when the model is ready, as the shell's command does. */
  protected load(path: string | null): Promise<void> {
    clearTimeout(this.#loading);
    const name = path?.split('/').at(-1) ?? MODEL.name;
    let step = 0;
    let ended: () => void = () => undefined;
    const loaded = new Promise<void>((resolve) => (ended = resolve));
    const next = (): void => {
      if (step < LOAD_STEPS) {
        this.setModelStatus({ state: 'loading', name, progress: step / LOAD_STEPS });
        step += 1;
        this.#loading = setTimeout(next, this.turns.paceMs);
        return;
      }
      const model = path === null ? MODEL : { ...MODEL, name, path, isDefault: false };
      this.setModelStatus({ state: 'ready', model });
      ended();
    };
    next();
    return loaded;
  }

  protected changed<T>(result: T): T {
    this.keep();
    return result;
  }

  protected keep(): void {
    this.options.snapshot?.keep({
      store: this.store.snapshot(),
      preferences: this.preferences,
      personas: this.personas.snapshot(),
      translations: this.translations.snapshot(),
      writing: this.writing.snapshot(),
    });
  }
}

function initialStatus(scenario: Scenario): ModelStatus {
  if (scenario === 'loading') return { state: 'loading', name: MODEL.name, progress: 0.4 };
  if (scenario === 'first-run') return { state: 'loading', name: MODEL.name, progress: 0 };
  if (scenario !== 'model-failed') return { state: 'ready', model: MODEL };
  const error = commandError('model_truncated', {
    path: '~/models/qwen3-0.6b-q8_0.gguf',
    expected: '639446688',
    found: '120586240',
  });
  return { state: 'failed', error, model: null };
}
