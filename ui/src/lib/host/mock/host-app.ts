import type { AppInfo } from '../bindings/AppInfo';
import type { DraftModel } from '../bindings/DraftModel';
import type { JobEvent } from '../bindings/JobEvent';
import type { KeptPrefixes } from '../bindings/KeptPrefixes';
import type { ModelStatus } from '../bindings/ModelStatus';
import type { PageLanguage } from '../bindings/PageLanguage';
import type { Preferences } from '../bindings/Preferences';
import type { StorageState } from '../bindings/StorageState';
import type { TextFormat } from '../bindings/TextFormat';
import type { Touch } from '../host';
import { NOW, type Scenario } from './scenarios';
import { commandError, MockStore } from './store';
import { searchWorks } from './works';
import { MockCore, type MockOptions } from './host-core';

const DATA_DIR = '~/.local/share/llmos';

/** The commands that belong to no mode: the app, its settings, the model, jobs, the search. */
export class MockApp extends MockCore {
  #finish: () => Promise<void> = () => Promise.resolve();
  #storage: StorageState;

  constructor(options: MockOptions) {
    super(options);
    this.#storage = initialStorage(options.scenario);
  }

  async appInfo(): Promise<AppInfo> {
    await this.called('appInfo');
    return {
      version: '0.1.0',
      firstRun: this.options.scenario === 'first-run',
      storage: this.#storage,
      dataDir: DATA_DIR,
      platform: 'linux',
      systemLanguage: navigator.language,
      licence: 'Apache-2.0',
      processStartMs: NOW,
    };
  }

  async storageRetry(): Promise<StorageState> {
    await this.called('storageRetry');
    this.#storage = { state: 'ready' };
    return this.#storage;
  }

  async storageStartFresh(): Promise<StorageState> {
    await this.called('storageStartFresh');
    this.store = new MockStore(this.store.clock);
    this.preferences = { ...this.preferences, lastConversation: null };
    this.#storage = {
      state: 'set_aside',
      path: `${DATA_DIR}/llmos.db.set-aside-20260318`,
      conversations: 0,
      messages: 0,
    };
    return this.#storage;
  }

  async preferencesGet(): Promise<Preferences> {
    await this.called('preferencesGet');
    return { ...this.preferences };
  }

  async preferencesSet(preferences: Preferences): Promise<void> {
    await this.called('preferencesSet', preferences);
    this.preferences = { ...preferences };
    this.keep();
  }

  async modelWatch(onStatus: (status: ModelStatus) => void): Promise<void> {
    await this.called('modelWatch');
    this.watchers.push(onStatus);
    onStatus(this.status);
    // `loading` stands still, so that it can be looked at; elsewhere the model is soon ready.
    if (this.status.state === 'loading' && this.options.scenario !== 'loading')
      void this.load(null);
  }

  async modelLoad(path: string | null, remember: boolean): Promise<void> {
    await this.called('modelLoad', path, remember);
    if (path !== null && this.lostFiles.has(path)) {
      const error = commandError('model_missing', { path });
      const status = this.status;
      const model = 'model' in status ? status.model : null;
      this.setModelStatus({ state: 'failed', error, model });
      throw error;
    }
    await this.load(path);
  }

  async modelChoose(): Promise<boolean> {
    await this.called('modelChoose');
    if (this.nextFile === null) return false;
    await this.load(this.nextFile);
    return true;
  }

  async draftModelGet(): Promise<DraftModel> {
    await this.called('draftModelGet');
    return this.draftModel;
  }

  async draftModelChoose(): Promise<DraftModel> {
    await this.called('draftModelChoose');
    const path = this.nextDraft;
    if (path !== null) this.draftModel = { path, name: 'SmolLM2 135M Instruct', error: null };
    return this.draftModel;
  }

  async draftModelRemove(): Promise<DraftModel> {
    await this.called('draftModelRemove');
    this.draftModel = { path: null, name: null, error: null };
    return this.draftModel;
  }

  async localeSet(language: PageLanguage, offsetMinutes: number): Promise<void> {
    await this.called('localeSet', language, offsetMinutes);
    this.personas.language = language;
  }

  async jobsList() {
    await this.called('jobsList');
    return this.jobs.all;
  }

  async jobsWatch(onEvent: (event: JobEvent) => void): Promise<void> {
    await this.called('jobsWatch');
    this.jobs.watch(onEvent);
  }

  async jobPause(id: string) {
    await this.called('jobPause', id);
    return this.jobs.pause(id);
  }

  async jobResume(id: string) {
    await this.called('jobResume', id);
    return this.jobs.resume(id);
  }

  async jobCancel(id: string) {
    await this.called('jobCancel', id);
    return this.jobs.cancel(id);
  }

  async jobRemove(id: string): Promise<void> {
    await this.called('jobRemove', id);
    this.jobs.remove(id);
  }

  async textFileSave(name: string, format: TextFormat, text: string): Promise<string | null> {
    await this.called('textFileSave', name, format, text);
    this.savedText = { name, format, text };
    return `~/Documents/${name}.${format === 'text' ? 'txt' : 'md'}`;
  }

  async prefixesKept(): Promise<KeptPrefixes> {
    await this.called('prefixesKept');
    return this.kept;
  }

  async prefixesLimit(bytes: number): Promise<KeptPrefixes> {
    await this.called('prefixesLimit', bytes);
    this.kept = { used: Math.min(this.kept.used, bytes), limit: bytes };
    return this.kept;
  }

  async textTokens(text: string): Promise<number | null> {
    await this.called('textTokens', text);
    // About what English takes.
    return this.status.state === 'ready' ? Math.ceil(text.length / 4) : null;
  }

  async search(query: string) {
    await this.called('search', query);
    return this.store.search(query);
  }

  async worksSearch(query: string) {
    await this.called('worksSearch', query);
    return searchWorks(query, this.writing, this.summaries, this.translations);
  }

  async draftLoad(key: string): Promise<string> {
    await this.called('draftLoad', key);
    return this.store.draft(key);
  }

  async draftSave(key: string, text: string): Promise<void> {
    await this.called('draftSave', key, text);
    this.store.saveDraft(key, text);
    this.keep();
  }

  beforeClose(finish: () => Promise<void>): void {
    this.#finish = finish;
  }

  /** Closes the window; resolves once the page has done what it has to do before. */
  async close(): Promise<void> {
    await this.#finish();
  }

  haptic(touch: Touch): void {
    this.calls.push({ command: 'haptic', args: [touch] });
  }

  async clipboardWrite(text: string): Promise<void> {
    await this.called('clipboardWrite', text);
    this.clipboard = text;
  }

  async linkOpen(url: string): Promise<void> {
    await this.called('linkOpen', url);
    if (!/^(https?|mailto):/.test(url)) throw commandError('link_refused', { url });
    this.openedLink = url;
  }

  async uiReady(firstPaintMs: number): Promise<void> {
    await this.called('uiReady', firstPaintMs);
    this.firstPaintMs = firstPaintMs;
  }
}

function initialStorage(scenario: Scenario): StorageState {
  if (scenario === 'storage-failed') {
    const path = `${DATA_DIR}/llmos.key`;
    return { state: 'failed', error: commandError('storage_key_missing', { path }) };
  }
  if (scenario === 'set-aside') {
    return {
      state: 'set_aside',
      path: `${DATA_DIR}/llmos.db.damaged-20260318-1430`,
      conversations: 7,
      messages: 15,
    };
  }
  return { state: 'ready' };
}
