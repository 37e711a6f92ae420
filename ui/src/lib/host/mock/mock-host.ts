import type { AppInfo } from '../bindings/AppInfo';
import type { ChatEvent } from '../bindings/ChatEvent';
import type { CommandError } from '../bindings/CommandError';
import type { ContextUse } from '../bindings/ContextUse';
import type { ConversationSettings } from '../bindings/ConversationSettings';
import type { DraftModel } from '../bindings/DraftModel';
import type { ErrorCode } from '../bindings/ErrorCode';
import type { DocumentProgress } from '../bindings/DocumentProgress';
import type { ExchangeProgress } from '../bindings/ExchangeProgress';
import type { ExportFormat } from '../bindings/ExportFormat';
import type { ExportLabels } from '../bindings/ExportLabels';
import type { JobEvent } from '../bindings/JobEvent';
import type { KeptPrefixes } from '../bindings/KeptPrefixes';
import type { ModelStatus } from '../bindings/ModelStatus';
import type { PageLanguage } from '../bindings/PageLanguage';
import type { PersonaProfile } from '../bindings/PersonaProfile';
import type { Preferences } from '../bindings/Preferences';
import type { StorageState } from '../bindings/StorageState';
import type { SummaryWish } from '../bindings/SummaryWish';
import type { DraftForm } from '../bindings/DraftForm';
import type { RewriteStyle } from '../bindings/RewriteStyle';
import type { TextCause } from '../bindings/TextCause';
import type { WriteEvent } from '../bindings/WriteEvent';
import type { TextFormat } from '../bindings/TextFormat';
import type { TagChange } from '../bindings/TagChange';
import type { Host, Touch } from '../host';
import type { GlossaryTerm } from '../bindings/GlossaryTerm';
import type { LanguagePair } from '../bindings/LanguagePair';
import type { SpeakerSide } from '../bindings/SpeakerSide';
import type { TranslatedText } from '../bindings/TranslatedText';
import type { TranslationEvent } from '../bindings/TranslationEvent';
import type { TranslationRequest } from '../bindings/TranslationRequest';
import type { Utterance } from '../bindings/Utterance';
import { MockPersonas, type PersonaSnapshot } from './personas';
import { partsOf } from '../../state/thoughts';
import { MockDocuments } from './documents';
import { MockExchange, plainText } from './exchange';
import { MockJobs } from './jobs';
import { MODEL, NOW, storeFor, type Scenario } from './scenarios';
import { commandError, MockStore, type Snapshot } from './store';
import { MockSummaries } from './summarise';
import { changeTags, removeTag, renameTag } from './tags';
import { MockTranslations, type TranslationSnapshot } from './translate';
import { MockTurns } from './turns';
import { searchWorks } from './works';
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
/** As in src-tauri/src/commands/conversations.rs. */
const OPENING = 100;
const EARLIER = 1000;
const DATA_DIR = '~/.local/share/llmos';

/** A scripted host in memory, for tests and for working on the page in a browser. */
export class MockHost implements Host {
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

  #status: ModelStatus;
  #watchers: ((status: ModelStatus) => void)[] = [];
  readonly #failures = new Map<keyof Host, CommandError[]>();
  #finish: () => Promise<void> = () => Promise.resolve();
  #storage: StorageState;
  #loading: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: MockOptions) {
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
      () => this.#keep(),
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
    this.#storage = initialStorage(scenario);
    this.#status = initialStatus(scenario);
  }

  /** The next call of a command rejects with this error. */
  failNext(command: keyof Host, code: ErrorCode, details: CommandError['details'] = {}): void {
    const waiting = this.#failures.get(command) ?? [];
    this.#failures.set(command, [...waiting, commandError(code, details)]);
  }

  setModelStatus(status: ModelStatus): void {
    this.#status = status;
    for (const watcher of this.#watchers) watcher(status);
  }

  async appInfo(): Promise<AppInfo> {
    await this.#called('appInfo');
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
    await this.#called('storageRetry');
    this.#storage = { state: 'ready' };
    return this.#storage;
  }

  async storageStartFresh(): Promise<StorageState> {
    await this.#called('storageStartFresh');
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
    await this.#called('preferencesGet');
    return { ...this.preferences };
  }

  async preferencesSet(preferences: Preferences): Promise<void> {
    await this.#called('preferencesSet', preferences);
    this.preferences = { ...preferences };
    this.#keep();
  }

  async modelWatch(onStatus: (status: ModelStatus) => void): Promise<void> {
    await this.#called('modelWatch');
    this.#watchers.push(onStatus);
    onStatus(this.#status);
    // `loading` stands still, so that it can be looked at; elsewhere the model is soon ready.
    if (this.#status.state === 'loading' && this.options.scenario !== 'loading')
      void this.#load(null);
  }

  async modelLoad(path: string | null, remember: boolean): Promise<void> {
    await this.#called('modelLoad', path, remember);
    if (path !== null && this.lostFiles.has(path)) {
      const error = commandError('model_missing', { path });
      const status = this.#status;
      const model = 'model' in status ? status.model : null;
      this.setModelStatus({ state: 'failed', error, model });
      throw error;
    }
    await this.#load(path);
  }

  async modelChoose(): Promise<boolean> {
    await this.#called('modelChoose');
    if (this.nextFile === null) return false;
    await this.#load(this.nextFile);
    return true;
  }

  async draftModelGet(): Promise<DraftModel> {
    await this.#called('draftModelGet');
    return this.draftModel;
  }

  async draftModelChoose(): Promise<DraftModel> {
    await this.#called('draftModelChoose');
    const path = this.nextDraft;
    if (path !== null) this.draftModel = { path, name: 'SmolLM2 135M Instruct', error: null };
    return this.draftModel;
  }

  async draftModelRemove(): Promise<DraftModel> {
    await this.#called('draftModelRemove');
    this.draftModel = { path: null, name: null, error: null };
    return this.draftModel;
  }

  async conversationsList() {
    await this.#called('conversationsList');
    return this.store.list(false);
  }

  async conversationOpen(id: string) {
    await this.#called('conversationOpen', id);
    const view = this.store.view(id);
    const messages = view.messages.slice(-OPENING);
    return { ...view, messages, earlier: view.messages.length - messages.length };
  }

  async conversationRename(id: string, title: string) {
    await this.#called('conversationRename', id, title);
    return this.#changed(this.store.change(id, { title }));
  }

  async conversationFork(message: string, title: string | null) {
    await this.#called('conversationFork', message, title);
    return this.#changed(this.store.fork(message, title));
  }

  async conversationsTrash(ids: string[]): Promise<void> {
    await this.#called('conversationsTrash', ids);
    this.#changed(this.store.changeAll(ids, { trashedAt: this.store.clock }));
  }

  async conversationsRestore(ids: string[]): Promise<void> {
    await this.#called('conversationsRestore', ids);
    this.#changed(this.store.changeAll(ids, { trashedAt: null }));
  }

  async conversationsPin(ids: string[], pinned: boolean): Promise<void> {
    await this.#called('conversationsPin', ids, pinned);
    this.#changed(this.store.changeAll(ids, { pinned }));
  }

  async conversationsArchive(ids: string[], archived: boolean): Promise<void> {
    await this.#called('conversationsArchive', ids, archived);
    this.#changed(this.store.changeAll(ids, { archived }));
  }

  async conversationsTag(changes: TagChange[]) {
    await this.#called('conversationsTag', changes);
    return this.#changed(changeTags(this.store, changes));
  }

  async tagRename(tag: string, name: string) {
    await this.#called('tagRename', tag, name);
    return this.#changed(renameTag(this.store, tag, name));
  }

  async tagRemove(tag: string) {
    await this.#called('tagRemove', tag);
    return this.#changed(removeTag(this.store, tag));
  }

  async conversationsTrashed() {
    await this.#called('conversationsTrashed');
    return this.store.list(true);
  }

  async trashEmpty(): Promise<number> {
    await this.#called('trashEmpty');
    const trashed = this.store.list(true);
    for (const { id } of trashed) this.store.purge(id);
    return this.#changed(trashed.length);
  }

  async conversationPurge(id: string): Promise<void> {
    await this.#called('conversationPurge', id);
    this.store.purge(id);
    this.#keep();
  }

  async conversationKeep(id: string) {
    await this.#called('conversationKeep', id);
    return this.#changed(this.store.change(id, { temporary: false }));
  }

  async conversationSettingsGet(conversation: string | null, temporary: boolean) {
    await this.#called('conversationSettingsGet', conversation, temporary);
    return this.store.settings(conversation, temporary);
  }

  async conversationSettingsSet(
    conversation: string | null,
    temporary: boolean,
    settings: ConversationSettings,
  ): Promise<void> {
    await this.#called('conversationSettingsSet', conversation, temporary, settings);
    this.store.setSettings(conversation, temporary, settings);
    this.#keep();
  }

  async localeSet(language: PageLanguage, offsetMinutes: number): Promise<void> {
    await this.#called('localeSet', language, offsetMinutes);
    this.personas.language = language;
  }

  async personasList() {
    await this.#called('personasList');
    return this.personas.library();
  }

  async personaSave(id: string | null, profile: PersonaProfile) {
    await this.#called('personaSave', id, profile);
    return this.#changed(this.personas.save(id, profile));
  }

  async personaDelete(id: string): Promise<void> {
    await this.#called('personaDelete', id);
    this.personas.remove(id);
    this.#keep();
  }

  async personaRestore(id: string) {
    await this.#called('personaRestore', id);
    return this.#changed(this.personas.restore(id));
  }

  async personaReset(id: string) {
    await this.#called('personaReset', id);
    return this.#changed(this.personas.reset(id));
  }

  async promptPreview(text: string) {
    await this.#called('promptPreview', text);
    return this.personas.preview(text);
  }

  async chatSend(
    conversation: string | null,
    text: string,
    onEvent: (event: ChatEvent) => void,
    temporary = false,
  ) {
    await this.#called('chatSend', conversation, text, temporary);
    await this.#generate(() =>
      this.turns.send(conversation, this.documents.filled(text), onEvent, temporary),
    );
  }

  async chatRegenerate(message: string, onEvent: (event: ChatEvent) => void) {
    await this.#called('chatRegenerate', message);
    await this.#generate(() => this.turns.regenerate(message, onEvent));
  }

  async questionEdit(message: string, text: string, onEvent: (event: ChatEvent) => void) {
    await this.#called('questionEdit', message, text);
    await this.#generate(() => this.turns.edit(message, this.documents.filled(text), onEvent));
  }

  async answerEdit(message: string, text: string) {
    await this.#called('answerEdit', message, text);
    const { parentId } = this.store.message(message);
    const id = this.store.conversationOf(message);
    this.store.add(id, parentId, { role: 'assistant', text, status: 'complete' });
    return this.#changed(this.store.view(id));
  }

  async messageDelete(message: string) {
    await this.#called('messageDelete', message);
    return this.#changed(this.store.remove(message));
  }

  async messageRestore(message: string, leaf: string) {
    await this.#called('messageRestore', message, leaf);
    return this.#changed(this.store.restoreMessage(message, leaf));
  }

  async chatContinue(message: string, onEvent: (event: ChatEvent) => void) {
    await this.#called('chatContinue', message);
    await this.#generate(() => this.turns.continue(message, onEvent));
  }

  async chatStop(): Promise<void> {
    await this.#called('chatStop');
    this.turns.stop();
  }

  async branchBefore(message: string) {
    await this.#called('branchBefore', message);
    return this.store.before(message, EARLIER);
  }

  async branchSelect(message: string) {
    await this.#called('branchSelect', message);
    return this.#changed(this.store.select(message));
  }

  async conversationsExport(
    conversation: string | null,
    format: ExportFormat,
    labels: ExportLabels,
    name: string,
    onProgress: (progress: ExchangeProgress) => void,
  ) {
    await this.#called('conversationsExport', conversation, format, labels, name);
    return this.exchange.export(conversation, onProgress);
  }

  async conversationsImport(onProgress: (progress: ExchangeProgress) => void) {
    await this.#called('conversationsImport');
    return this.#changed(await this.exchange.import(onProgress));
  }

  async exchangeCancel(): Promise<void> {
    await this.#called('exchangeCancel');
    this.exchange.cancel();
  }

  async conversationCopy(id: string, format: TextFormat, labels: ExportLabels): Promise<void> {
    await this.#called('conversationCopy', id, format, labels);
    const { conversation, messages } = this.store.view(id);
    const said = messages.map(({ role, text }) => {
      const name = role === 'user' ? labels.you : labels.assistant;
      return format === 'text' ? `${name}:\n${plainText(text)}` : `**${name}**\n\n${text}`;
    });
    this.clipboard = [conversation.title ?? labels.untitled, ...said].join('\n\n');
  }

  async messageCopy(message: string, format: TextFormat): Promise<void> {
    await this.#called('messageCopy', message, format);
    const { answer } = partsOf(this.store.message(message).text);
    this.clipboard = format === 'text' ? plainText(answer) : answer;
  }

  async contextUse(conversation: string | null, draft: string): Promise<ContextUse | null> {
    await this.#called('contextUse', conversation, draft);
    const status = this.#status;
    if (status.state !== 'ready' && status.state !== 'generating') return null;
    const view = conversation === null ? null : this.store.view(conversation);
    const on = this.store.settings(conversation, false).summaries ?? this.summariesOn;
    const summary = on ? (view?.summary ?? null) : null;
    const read = view?.messages.slice(summary?.depth ?? 0).map((message) => message.text) ?? [];
    const characters = [summary?.text ?? '', ...read, draft].join('').length;
    const size = status.model.contextLength;
    const used = 52 + Math.ceil(characters / 4);
    return {
      used: Math.min(used, size - 512),
      size,
      comfortable: size - 512,
      folded: summary?.covered ?? 0,
      dropped: 0,
      willFold: on && used > size - 512,
      summaries: on,
      fits: draft.length / 4 < size,
      ...this.contextChange,
    };
  }

  async jobsList() {
    await this.#called('jobsList');
    return this.jobs.all;
  }

  async jobsWatch(onEvent: (event: JobEvent) => void): Promise<void> {
    await this.#called('jobsWatch');
    this.jobs.watch(onEvent);
  }

  async jobPause(id: string) {
    await this.#called('jobPause', id);
    return this.jobs.pause(id);
  }

  async jobResume(id: string) {
    await this.#called('jobResume', id);
    return this.jobs.resume(id);
  }

  async jobCancel(id: string) {
    await this.#called('jobCancel', id);
    return this.jobs.cancel(id);
  }

  async jobRemove(id: string): Promise<void> {
    await this.#called('jobRemove', id);
    this.jobs.remove(id);
  }

  async summaryStart(title: string | null, text: string, wish: SummaryWish) {
    await this.#called('summaryStart', title, text, wish);
    return this.summaries.start(title, text, wish);
  }

  async summaryAgain(id: string, wish: SummaryWish) {
    await this.#called('summaryAgain', id, wish);
    return this.summaries.again(id, wish);
  }

  async summaryRefine(id: string, base: string, wish: SummaryWish) {
    await this.#called('summaryRefine', id, base, wish);
    return this.summaries.refine(id, base, wish);
  }

  async digestsList() {
    await this.#called('digestsList');
    return this.summaries.list();
  }

  async digestOpen(id: string) {
    await this.#called('digestOpen', id);
    return this.summaries.view(id);
  }

  async digestDelete(id: string): Promise<void> {
    await this.#called('digestDelete', id);
    this.summaries.remove(id);
  }

  async digestRestore(id: string): Promise<void> {
    await this.#called('digestRestore', id);
    this.summaries.restore(id);
  }

  async textFileSave(name: string, format: TextFormat, text: string): Promise<string | null> {
    await this.#called('textFileSave', name, format, text);
    this.savedText = { name, format, text };
    return `~/Documents/${name}.${format === 'text' ? 'txt' : 'md'}`;
  }

  async summariesEnabled(): Promise<boolean> {
    await this.#called('summariesEnabled');
    return this.summariesOn;
  }

  async summariesEnable(on: boolean): Promise<void> {
    await this.#called('summariesEnable', on);
    this.summariesOn = on;
  }

  async summaryEdit(message: string, text: string) {
    await this.#called('summaryEdit', message, text);
    return this.#changed(this.store.summarise(message, text, true));
  }

  async summaryRemove(message: string): Promise<void> {
    await this.#called('summaryRemove', message);
    this.store.forgetSummary(message);
    this.#keep();
  }

  async summaryRebuild(message: string, onProgress: (share: number) => void) {
    await this.#called('summaryRebuild', message);
    return this.#changed(await this.turns.summarise(message, onProgress));
  }

  async summarySkip(): Promise<void> {
    await this.#called('summarySkip');
    this.turns.skip();
  }

  async prefixesKept(): Promise<KeptPrefixes> {
    await this.#called('prefixesKept');
    return this.kept;
  }

  async prefixesLimit(bytes: number): Promise<KeptPrefixes> {
    await this.#called('prefixesLimit', bytes);
    this.kept = { used: Math.min(this.kept.used, bytes), limit: bytes };
    return this.kept;
  }

  async documentOpen(onProgress: (progress: DocumentProgress) => void) {
    await this.#called('documentOpen');
    return this.documents.open(onProgress);
  }

  async documentRead(name: string, bytes: Uint8Array) {
    await this.#called('documentRead', name);
    return this.documents.read(name, new TextDecoder().decode(bytes));
  }

  async documentTextOpen(onProgress: (progress: DocumentProgress) => void) {
    await this.#called('documentTextOpen');
    return this.documents.openText(onProgress);
  }

  async documentTextRead(name: string, bytes: Uint8Array) {
    await this.#called('documentTextRead', name);
    return this.documents.readText(name, new TextDecoder().decode(bytes));
  }

  async documentCancel(): Promise<void> {
    await this.#called('documentCancel');
    this.documents.cancel();
  }

  async documentInfo(id: string) {
    await this.#called('documentInfo', id);
    return this.documents.info(id);
  }

  async documentText(id: string) {
    await this.#called('documentText', id);
    return this.documents.text(id);
  }

  async documentKeep(id: string) {
    await this.#called('documentKeep', id);
    return this.documents.keep(id);
  }

  async documentSave(id: string): Promise<string | null> {
    await this.#called('documentSave', id);
    return `~/Documents/${this.documents.info(id).document.name}`;
  }

  async documentsList() {
    await this.#called('documentsList');
    return this.documents.list();
  }

  async documentRename(id: string, name: string): Promise<void> {
    await this.#called('documentRename', id, name);
    this.documents.rename(id, name);
  }

  async documentsDelete(ids: string[]): Promise<void> {
    await this.#called('documentsDelete', ids);
    this.documents.mark(ids, true);
  }

  async documentsRestore(ids: string[]): Promise<void> {
    await this.#called('documentsRestore', ids);
    this.documents.mark(ids, false);
  }

  async documentsSearch(document: string | null, query: string) {
    await this.#called('documentsSearch', document, query);
    return this.documents.search(document, query);
  }

  async textTokens(text: string): Promise<number | null> {
    await this.#called('textTokens', text);
    // About what English takes.
    return this.#status.state === 'ready' ? Math.ceil(text.length / 4) : null;
  }

  async search(query: string) {
    await this.#called('search', query);
    return this.store.search(query);
  }

  async worksSearch(query: string) {
    await this.#called('worksSearch', query);
    return searchWorks(query, this.writing, this.summaries, this.translations);
  }

  async conversationSearch(id: string, query: string) {
    await this.#called('conversationSearch', id, query);
    return this.store.searchBranch(id, query);
  }

  async translateInfo() {
    await this.#called('translateInfo');
    return this.translations.info();
  }

  async languageDetect(text: string) {
    await this.#called('languageDetect', text);
    return this.translations.detect(text);
  }

  async translationSave(id: string | null, request: TranslationRequest) {
    await this.#called('translationSave', id, request);
    return this.#changed(this.translations.save(id, request));
  }

  async translationsList() {
    await this.#called('translationsList');
    return this.translations.list();
  }

  async translationOpen(id: string) {
    await this.#called('translationOpen', id);
    return this.translations.open(id);
  }

  async translationDelete(id: string): Promise<void> {
    await this.#called('translationDelete', id);
    this.translations.mark(id, true);
    this.#keep();
  }

  async translationRestore(id: string): Promise<void> {
    await this.#called('translationRestore', id);
    this.translations.mark(id, false);
    this.#keep();
  }

  async translationRun(
    id: string,
    only: number[] | null,
    onEvent: (event: TranslationEvent) => void,
  ) {
    await this.#called('translationRun', id, only);
    return this.#changed(await this.translations.run(id, only, onEvent));
  }

  async translationStart(id: string) {
    await this.#called('translationStart', id);
    return this.translations.start(id, this.jobs);
  }

  async translationStop(): Promise<void> {
    await this.#called('translationStop');
    this.translations.stop();
  }

  async segmentEdit(id: string, ordinal: number, text: string | null) {
    await this.#called('segmentEdit', id, ordinal, text);
    return this.#changed(this.translations.edit(id, ordinal, text));
  }

  async segmentAlternatives(id: string, ordinal: number, onFound: (found: TranslatedText) => void) {
    await this.#called('segmentAlternatives', id, ordinal);
    return this.translations.alternatives(id, ordinal, onFound);
  }

  async segmentBack(id: string, ordinal: number) {
    await this.#called('segmentBack', id, ordinal);
    return this.translations.back(id, ordinal);
  }

  async translationExport(id: string, name: string) {
    await this.#called('translationExport', id, name);
    return this.translations.nextTarget;
  }

  async translationCopy(id: string): Promise<void> {
    await this.#called('translationCopy', id);
    this.clipboard = this.translations.text(id);
  }

  async glossaryGet(pair: LanguagePair) {
    await this.#called('glossaryGet', pair);
    return this.translations.glossary(pair);
  }

  async glossarySet(pair: LanguagePair, terms: GlossaryTerm[]) {
    await this.#called('glossarySet', pair, terms);
    return this.translations.setGlossary(pair, terms);
  }

  async translationMemoryClear(): Promise<void> {
    await this.#called('translationMemoryClear');
    this.translations.remembered = 0;
  }

  async interpret(
    side: SpeakerSide,
    pair: LanguagePair,
    text: string,
    onText: (text: string) => void,
  ) {
    await this.#called('interpret', side, pair, text);
    return this.translations.interpret(side, pair, text, onText);
  }

  async utterancesList() {
    await this.#called('utterancesList');
    return [...this.translations.utterances];
  }

  async utterancesClear(): Promise<void> {
    await this.#called('utterancesClear');
    this.translations.utterances = [];
  }

  async utterancesRestore(utterances: Utterance[]): Promise<void> {
    await this.#called('utterancesRestore', utterances);
    this.translations.utterances.push(...utterances);
  }

  async draftLoad(key: string): Promise<string> {
    await this.#called('draftLoad', key);
    return this.store.draft(key);
  }

  async draftSave(key: string, text: string): Promise<void> {
    await this.#called('draftSave', key, text);
    this.store.saveDraft(key, text);
    this.#keep();
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

  async textsList() {
    await this.#called('textsList');
    return this.writing.list();
  }

  async textCreate(title: string, body: string, form: DraftForm | null) {
    await this.#called('textCreate', title, body, form);
    return this.#changed(this.writing.create(title, body, form));
  }

  async textOpen(id: string) {
    await this.#called('textOpen', id);
    return { ...this.writing.find(id) };
  }

  async textSave(id: string, title: string, body: string): Promise<void> {
    await this.#called('textSave', id, title, body);
    this.#changed(this.writing.save(id, title, body));
  }

  async textFormSet(id: string, form: DraftForm | null): Promise<void> {
    await this.#called('textFormSet', id, form);
    this.#changed(this.writing.setForm(id, form));
  }

  async textDelete(id: string): Promise<void> {
    await this.#called('textDelete', id);
    this.#changed(this.writing.setDeleted(id, true));
  }

  async textRestore(id: string): Promise<void> {
    await this.#called('textRestore', id);
    this.#changed(this.writing.setDeleted(id, false));
  }

  async textVersions(id: string) {
    await this.#called('textVersions', id);
    return this.writing.versions(id);
  }

  async textVersion(id: string, version: number) {
    await this.#called('textVersion', id, version);
    return this.writing.version(id, version);
  }

  async textVersionKeep(id: string, cause: TextCause): Promise<void> {
    await this.#called('textVersionKeep', id, cause);
    this.#changed(this.writing.keepVersion(id, cause));
  }

  async textRevert(id: string, version: number) {
    await this.#called('textRevert', id, version);
    return this.#changed(this.writing.revert(id, version));
  }

  async textExport(id: string, format: TextFormat, name: string) {
    await this.#called('textExport', id, format, name);
    return this.writing.nextTarget;
  }

  async templatesList() {
    await this.#called('templatesList');
    return this.writing.listTemplates();
  }

  async templateSave(id: string | null, name: string, form: DraftForm) {
    await this.#called('templateSave', id, name, form);
    return this.#changed(this.writing.saveTemplate(id, name, form));
  }

  async templateDelete(id: string): Promise<void> {
    await this.#called('templateDelete', id);
    this.#changed(this.writing.setTemplateDeleted(id, true));
  }

  async templateRestore(id: string) {
    await this.#called('templateRestore', id);
    return this.#changed(this.writing.setTemplateDeleted(id, false));
  }

  async writeDraft(form: DraftForm, attempt: number, onEvent: (event: WriteEvent) => void) {
    await this.#called('writeDraft', form, attempt);
    return this.writing.draft(form, attempt, onEvent);
  }

  async writeContinue(text: string, attempt: number, onEvent: (event: WriteEvent) => void) {
    await this.#called('writeContinue', text, attempt);
    return this.writing.carryOn(text, attempt, onEvent);
  }

  async writeRewrite(
    text: string,
    style: RewriteStyle,
    instruction: string,
    attempt: number,
    onEvent: (event: WriteEvent) => void,
  ) {
    await this.#called('writeRewrite', text, style, instruction, attempt);
    return this.writing.rewrite(text, style, attempt, onEvent);
  }

  async writeStop(): Promise<void> {
    await this.#called('writeStop');
    this.writing.stop();
  }

  async clipboardWrite(text: string): Promise<void> {
    await this.#called('clipboardWrite', text);
    this.clipboard = text;
  }

  async linkOpen(url: string): Promise<void> {
    await this.#called('linkOpen', url);
    if (!/^(https?|mailto):/.test(url)) throw commandError('link_refused', { url });
    this.openedLink = url;
  }

  async uiReady(firstPaintMs: number): Promise<void> {
    await this.#called('uiReady', firstPaintMs);
    this.firstPaintMs = firstPaintMs;
  }

  /** Notes the call; rejects if it was told to. */
  #called(command: keyof Host, ...args: unknown[]): Promise<void> {
    this.calls.push({ command, args });
    const failure = this.#failures.get(command)?.shift();
    return failure ? Promise.reject(failure) : Promise.resolve();
  }

  async #generate(turn: () => Promise<void>): Promise<void> {
    const status = this.#status;
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
  #load(path: string | null): Promise<void> {
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

  #changed<T>(result: T): T {
    this.#keep();
    return result;
  }

  #keep(): void {
    this.options.snapshot?.keep({
      store: this.store.snapshot(),
      preferences: this.preferences,
      personas: this.personas.snapshot(),
      translations: this.translations.snapshot(),
      writing: this.writing.snapshot(),
    });
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
