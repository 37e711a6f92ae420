import type { AppInfo } from './bindings/AppInfo';
import type { ChatEvent } from './bindings/ChatEvent';
import type { ChatMessage } from './bindings/ChatMessage';
import type { CommandError } from './bindings/CommandError';
import type { ContextUse } from './bindings/ContextUse';
import type { ConversationSettings } from './bindings/ConversationSettings';
import type { ConversationSummary } from './bindings/ConversationSummary';
import type { ConversationView } from './bindings/ConversationView';
import type { DraftModel } from './bindings/DraftModel';
import type { Digest } from './bindings/Digest';
import type { DigestView } from './bindings/DigestView';
import type { DocumentText } from './bindings/DocumentText';
import type { DocumentHit } from './bindings/DocumentHit';
import type { DocumentPassage } from './bindings/DocumentPassage';
import type { DocumentProgress } from './bindings/DocumentProgress';
import type { DocumentSummary } from './bindings/DocumentSummary';
import type { OpenDocument } from './bindings/OpenDocument';
import type { ExchangeProgress } from './bindings/ExchangeProgress';
import type { ExportFormat } from './bindings/ExportFormat';
import type { ExportLabels } from './bindings/ExportLabels';
import type { ExportReport } from './bindings/ExportReport';
import type { ImportReport } from './bindings/ImportReport';
import type { Job } from './bindings/Job';
import type { JobEvent } from './bindings/JobEvent';
import type { KeptPrefixes } from './bindings/KeptPrefixes';
import type { ModelStatus } from './bindings/ModelStatus';
import type { PageLanguage } from './bindings/PageLanguage';
import type { Persona } from './bindings/Persona';
import type { PersonaLibrary } from './bindings/PersonaLibrary';
import type { PersonaProfile } from './bindings/PersonaProfile';
import type { Preferences } from './bindings/Preferences';
import type { RunningSummary } from './bindings/RunningSummary';
import type { PromptPreview } from './bindings/PromptPreview';
import type { SearchHit } from './bindings/SearchHit';
import type { StorageState } from './bindings/StorageState';
import type { SummaryStarted } from './bindings/SummaryStarted';
import type { SummaryWish } from './bindings/SummaryWish';
import type { CarriedOn } from './bindings/CarriedOn';
import type { DraftForm } from './bindings/DraftForm';
import type { Drafted } from './bindings/Drafted';
import type { DraftTemplate } from './bindings/DraftTemplate';
import type { RewriteStyle } from './bindings/RewriteStyle';
import type { Rewritten } from './bindings/Rewritten';
import type { TextCause } from './bindings/TextCause';
import type { TextSummary } from './bindings/TextSummary';
import type { TextThen } from './bindings/TextThen';
import type { TextVersion } from './bindings/TextVersion';
import type { WriteEvent } from './bindings/WriteEvent';
import type { WorkHit } from './bindings/WorkHit';
import type { WrittenText } from './bindings/WrittenText';
import type { TextFormat } from './bindings/TextFormat';
import type { TagChange } from './bindings/TagChange';
import type { DetectedLanguage } from './bindings/DetectedLanguage';
import type { GlossaryTerm } from './bindings/GlossaryTerm';
import type { GlossaryView } from './bindings/GlossaryView';
import type { LanguagePair } from './bindings/LanguagePair';
import type { SpeakerSide } from './bindings/SpeakerSide';
import type { TranslateInfo } from './bindings/TranslateInfo';
import type { TranslatedText } from './bindings/TranslatedText';
import type { TranslationEvent } from './bindings/TranslationEvent';
import type { TranslationRequest } from './bindings/TranslationRequest';
import type { TranslationSegment } from './bindings/TranslationSegment';
import type { TranslationSummary } from './bindings/TranslationSummary';
import type { TranslationView } from './bindings/TranslationView';
import type { Utterance } from './bindings/Utterance';

/**
 * Everything the page may ask of the program behind it: one method for each command of the shell.
 *
 * The page knows nothing else about where it runs. Every method may reject with a
 * {@link CommandError}; see {@link toCommandError} for rejections that come from elsewhere.
 */
export interface Host {
  appInfo(): Promise<AppInfo>;
  /** Tries to open the store again after it failed. */
  storageRetry(): Promise<StorageState>;
  /** Sets the unusable store aside (never deletes it) and begins an empty one. */
  storageStartFresh(): Promise<StorageState>;

  preferencesGet(): Promise<Preferences>;
  preferencesSet(preferences: Preferences): Promise<void>;

  /** Calls `onStatus` with the model's state now and at every change. */
  modelWatch(onStatus: (status: ModelStatus) => void): Promise<void>;
  /** Loads a model file; `null` is the model that comes with the app. `remember`ed, it is loaded at the next start. */
  modelLoad(path: string | null, remember: boolean): Promise<void>;
  /** Lets the person pick a file and loads it; false when the dialog was cancelled. */
  modelChoose(): Promise<boolean>;
  /** The draft model that is paired with the loaded one. */
  draftModelGet(): Promise<DraftModel>;
  /** Lets the person pick a draft model and pairs it; nothing changes when the dialog was cancelled. */
  draftModelChoose(): Promise<DraftModel>;
  draftModelRemove(): Promise<DraftModel>;

  /** All conversations outside the trash, those in the archive too. */
  conversationsList(): Promise<ConversationSummary[]>;
  /** A conversation with its last messages; see {@link Host.branchBefore} for those before. */
  conversationOpen(id: string): Promise<ConversationView>;
  conversationRename(id: string, title: string): Promise<ConversationSummary>;
  /** Begins a conversation with a copy of everything up to a message. */
  conversationFork(message: string, title: string | null): Promise<ConversationSummary>;
  /** Puts conversations into the trash: all of them, or none when one is unknown. */
  conversationsTrash(ids: string[]): Promise<void>;
  conversationsRestore(ids: string[]): Promise<void>;
  conversationsPin(ids: string[], pinned: boolean): Promise<void>;
  conversationsArchive(ids: string[], archived: boolean): Promise<void>;
  /** Gives and takes tags: all of the changes or none. Resolves to the changes that undo it. */
  conversationsTag(changes: TagChange[]): Promise<TagChange[]>;
  /** Gives a tag another name, also one that another tag has. Resolves to what undoes it. */
  tagRename(tag: string, name: string): Promise<TagChange[]>;
  /** Takes a tag from every conversation. Resolves to what undoes it. */
  tagRemove(tag: string): Promise<TagChange[]>;
  conversationsTrashed(): Promise<ConversationSummary[]>;
  /** Deletes a conversation for good. */
  conversationPurge(id: string): Promise<void>;
  /** Deletes everything in the trash for good; resolves with how many conversations that were. */
  trashEmpty(): Promise<number>;
  /** Moves a conversation that is only in memory into the history. */
  conversationKeep(id: string): Promise<ConversationSummary>;
  /** What a conversation sets for itself; null is the one to come, kept or only in memory. */
  conversationSettingsGet(
    conversation: string | null,
    temporary: boolean,
  ): Promise<ConversationSettings>;
  conversationSettingsSet(
    conversation: string | null,
    temporary: boolean,
    settings: ConversationSettings,
  ): Promise<void>;

  /** Tells the page's language and the minutes by which its clock is ahead of UTC. */
  localeSet(language: PageLanguage, offsetMinutes: number): Promise<void>;
  personasList(): Promise<PersonaLibrary>;
  /** Changes a persona; null makes one. */
  personaSave(id: string | null, profile: PersonaProfile): Promise<Persona>;
  /** Deletes a persona, which can be taken back; one that comes with the app is hidden. */
  personaDelete(id: string): Promise<void>;
  personaRestore(id: string): Promise<Persona>;
  /** Makes a persona that comes with the app what it was when it came. */
  personaReset(id: string): Promise<Persona>;
  /** A system prompt as the model would read it now, and what is wrong with its variables. */
  promptPreview(text: string): Promise<PromptPreview>;

  /**
   * Adds a message and has it answered. Resolves when the turn is over. A rejection before the
   * `started` event means that nothing was saved. A `temporary` new conversation is only in memory.
   */
  chatSend(
    conversation: string | null,
    text: string,
    onEvent: (event: ChatEvent) => void,
    temporary?: boolean,
  ): Promise<void>;
  /** Answers the same question again, beside the earlier answer. */
  chatRegenerate(message: string, onEvent: (event: ChatEvent) => void): Promise<void>;
  /** Asks a question in other words, beside the one that is there, and has it answered. */
  questionEdit(message: string, text: string, onEvent: (event: ChatEvent) => void): Promise<void>;
  /** Puts the person's own version beside an answer, and returns all of the branch with it. */
  answerEdit(message: string, text: string): Promise<ConversationView>;
  /** Hides a message and all that follows it; returns the branch that is shown instead. */
  messageDelete(message: string): Promise<ConversationView>;
  /** Takes that back and shows the branch that ended in `leaf`. */
  messageRestore(message: string, leaf: string): Promise<ConversationView>;
  /** Goes on with an answer that was cut off, in a longer version beside it. */
  chatContinue(message: string, onEvent: (event: ChatEvent) => void): Promise<void>;
  chatStop(): Promise<void>;
  /** The nearest messages that lead to this one, oldest first; none before the first of a branch. */
  branchBefore(message: string): Promise<ChatMessage[]>;
  /** Makes the branch that holds this message the visible one, and returns all of it. */
  branchSelect(message: string): Promise<ConversationView>;

  /**
   * Writes a conversation, or all of them, to a file that the person chooses; `name` is proposed to
   * them. Null when they chose none or stopped it.
   */
  conversationsExport(
    conversation: string | null,
    format: ExportFormat,
    labels: ExportLabels,
    name: string,
    onProgress: (progress: ExchangeProgress) => void,
  ): Promise<ExportReport | null>;
  /** Reads conversations from a file that the person chooses. Null when they chose none. */
  conversationsImport(
    onProgress: (progress: ExchangeProgress) => void,
  ): Promise<ImportReport | null>;
  /** Stops the export or import that runs. */
  exchangeCancel(): Promise<void>;
  /** Puts the visible branch of a conversation on the clipboard. */
  conversationCopy(id: string, format: TextFormat, labels: ExportLabels): Promise<void>;
  /** Puts a message on the clipboard, without what was thought before it. */
  messageCopy(message: string, format: TextFormat): Promise<void>;

  /**
   * How much of the model's context a conversation takes (null: the one to come) with `draft` asked
   * at its end. Null while no model is loaded.
   */
  contextUse(conversation: string | null, draft: string): Promise<ContextUse | null>;
  /** Whether older messages are summed up when they no longer fit. */
  summariesEnabled(): Promise<boolean>;
  summariesEnable(on: boolean): Promise<void>;
  /** Puts the summary that ends with a message into other words, or brings one back. */
  summaryEdit(message: string, text: string): Promise<RunningSummary>;
  summaryRemove(message: string): Promise<void>;
  /** Has the model make a summary once more; null when it was stopped by {@link Host.chatStop}. */
  summaryRebuild(
    message: string,
    onProgress: (share: number) => void,
  ): Promise<RunningSummary | null>;
  /** Answers without the summary that is being made. */
  summarySkip(): Promise<void>;
  /** How much is kept of what the model has read, so that it need not be read again. */
  prefixesKept(): Promise<KeptPrefixes>;
  /** Sets how many bytes of that may be kept, 0 for nothing; what is beyond goes at once. */
  prefixesLimit(bytes: number): Promise<KeptPrefixes>;
  /** How many tokens the loaded model makes of a text; `null` when none is loaded. */
  textTokens(text: string): Promise<number | null>;

  /** The languages, what the loaded model knows of them, and the pairs that were used last. */
  translateInfo(): Promise<TranslateInfo>;
  /** The language of a text; null where nothing points to any. */
  languageDetect(text: string): Promise<DetectedLanguage | null>;
  /** Saves a text to translate: a new one, or other words for the one that is named. */
  translationSave(id: string | null, request: TranslationRequest): Promise<TranslationView>;
  translationsList(): Promise<TranslationSummary[]>;
  translationOpen(id: string): Promise<TranslationView>;
  translationDelete(id: string): Promise<void>;
  translationRestore(id: string): Promise<void>;
  /**
   * Translates what has no translation yet, or once more the segments that are named. Resolves to
   * false when it was stopped. What is done is saved segment by segment.
   */
  translationRun(
    id: string,
    only: number[] | null,
    onEvent: (event: TranslationEvent) => void,
  ): Promise<boolean>;
  /** Has what has no translation yet translated by a job, which goes on behind the page. */
  translationStart(id: string): Promise<Job>;
  /** Stops whatever is being translated. */
  translationStop(): Promise<void>;
  /**
   * Puts the person's words in the place of a segment's translation: null leaves the source as it
   * is, nothing forgets what there is.
   */
  segmentEdit(id: string, ordinal: number, text: string | null): Promise<TranslationSegment>;
  /** Other translations of a segment; each is also handed over as it is found. */
  segmentAlternatives(
    id: string,
    ordinal: number,
    onFound: (found: TranslatedText) => void,
  ): Promise<TranslatedText[]>;
  /** A segment's translation, translated back; null when it was stopped. */
  segmentBack(id: string, ordinal: number): Promise<TranslatedText | null>;
  /** Writes a translation to a file that the person chooses; null when they chose none. */
  translationExport(id: string, name: string): Promise<string | null>;
  translationCopy(id: string): Promise<void>;
  glossaryGet(pair: LanguagePair): Promise<GlossaryView>;
  glossarySet(pair: LanguagePair, terms: GlossaryTerm[]): Promise<GlossaryView>;
  /** Forgets every translation that is remembered; texts that are kept stay. */
  translationMemoryClear(): Promise<void>;
  /** Translates what one of two people says, and keeps both; null when it was stopped. */
  interpret(
    side: SpeakerSide,
    pair: LanguagePair,
    text: string,
    onText: (text: string) => void,
  ): Promise<Utterance | null>;
  utterancesList(): Promise<Utterance[]>;
  utterancesClear(): Promise<void>;
  utterancesRestore(utterances: Utterance[]): Promise<void>;
  /** Every job, oldest first. */
  jobsList(): Promise<Job[]>;
  /** Calls `onEvent` with all jobs now, and with what happens to them from then on. */
  jobsWatch(onEvent: (event: JobEvent) => void): Promise<void>;
  jobPause(id: string): Promise<Job>;
  /** Has a job go on that stands still or was given up, on the model that is loaded. */
  jobResume(id: string): Promise<Job>;
  jobCancel(id: string): Promise<Job>;
  /** Erases a job; what it made elsewhere stays. */
  jobRemove(id: string): Promise<void>;

  /** Takes a text in and has it summed up by a job; `title` is the name of its file, if it has one. */
  summaryStart(title: string | null, text: string, wish: SummaryWish): Promise<SummaryStarted>;
  /** Has a text that is here already read and summed up once more. */
  summaryAgain(id: string, wish: SummaryWish): Promise<Job>;
  /** Makes another summary from what was noted for the version `base`, without reading the text. */
  summaryRefine(id: string, base: string, wish: SummaryWish): Promise<Job>;
  /** Every text that was summed up, the latest first. */
  digestsList(): Promise<Digest[]>;
  digestOpen(id: string): Promise<DigestView>;
  /** Deletes a text with its summaries, which can be taken back. */
  digestDelete(id: string): Promise<void>;
  digestRestore(id: string): Promise<void>;
  /**
   * Writes a text to a file that the person chooses; `name` is proposed to them. Resolves to where it
   * is; null when they chose none.
   */
  textFileSave(name: string, format: TextFormat, text: string): Promise<string | null>;

  /** Reads a document that the person chooses. Null when they chose none, or stopped it. */
  documentOpen(onProgress: (progress: DocumentProgress) => void): Promise<OpenDocument | null>;
  /** Reads a document that was dropped or pasted. Null when it was stopped. */
  documentRead(name: string, bytes: Uint8Array): Promise<OpenDocument | null>;
  /**
   * Reads the text of a document that the person chooses, for a look before it is used; nothing is
   * kept of it. Null when they chose none, or stopped it.
   */
  documentTextOpen(onProgress: (progress: DocumentProgress) => void): Promise<DocumentText | null>;
  /** The same of a document that was dropped or pasted. Null when it was stopped. */
  documentTextRead(name: string, bytes: Uint8Array): Promise<DocumentText | null>;
  /** Stops what is being read. */
  documentCancel(): Promise<void>;
  /** A document that is kept or open, as a chat can use it now. */
  documentInfo(id: string): Promise<OpenDocument>;
  /** The text of a document that is kept or open. */
  documentText(id: string): Promise<DocumentPassage[]>;
  /** Keeps an open document in the history, with its file where that can be had. */
  documentKeep(id: string): Promise<DocumentSummary>;
  /**
   * Writes the file that a kept document was read from where the person chooses. Returns where it
   * is; null when they chose no place.
   */
  documentSave(id: string): Promise<string | null>;
  /** Every document that is kept, the newest first. */
  documentsList(): Promise<DocumentSummary[]>;
  documentRename(id: string, name: string): Promise<void>;
  /** Deletes documents that are kept, which can be taken back. */
  documentsDelete(ids: string[]): Promise<void>;
  documentsRestore(ids: string[]): Promise<void>;
  /** Finds words in the documents that are kept, or in one of them. */
  documentsSearch(document: string | null, query: string): Promise<DocumentHit[]>;

  search(query: string): Promise<SearchHit[]>;
  /** Finds texts, summed-up texts and translations, the one that changed last first. */
  worksSearch(query: string): Promise<WorkHit[]>;
  /** The messages of the visible branch that hold the words, oldest first. */
  conversationSearch(id: string, query: string): Promise<string[]>;
  /** `key` is a conversation's id, {@link NEW_DRAFT}, an {@link editDraft}, or a {@link personaDraft}. */
  draftLoad(key: string): Promise<string>;
  draftSave(key: string, text: string): Promise<void>;

  /**
   * Has `finish` called when the window is about to go. The program waits, though not for ever,
   * until its promise settles.
   */
  beforeClose(finish: () => Promise<void>): void;

  /** Lets the hand feel something, on a device that can; elsewhere nothing happens. */
  haptic(touch: Touch): void;
  /** Every text, the one that changed last first. */
  textsList(): Promise<TextSummary[]>;
  textCreate(title: string, body: string, form: DraftForm | null): Promise<WrittenText>;
  textOpen(id: string): Promise<WrittenText>;
  textSave(id: string, title: string, body: string): Promise<void>;
  /** Notes what a text was drafted from. */
  textFormSet(id: string, form: DraftForm | null): Promise<void>;
  /** Deletes a text, which can be taken back. */
  textDelete(id: string): Promise<void>;
  textRestore(id: string): Promise<void>;
  /** What a text was, newest first. */
  textVersions(id: string): Promise<TextVersion[]>;
  textVersion(id: string, version: number): Promise<TextThen>;
  /** Keeps what a text is as a version, unless the newest one is the same. */
  textVersionKeep(id: string, cause: TextCause): Promise<void>;
  /** Makes a text what it was in a version; what it is becomes a version before. */
  textRevert(id: string, version: number): Promise<WrittenText>;
  /** Writes a text to a file that the person chooses. Null when they chose none. */
  textExport(id: string, format: TextFormat, name: string): Promise<string | null>;
  templatesList(): Promise<DraftTemplate[]>;
  /** Changes a template; null makes one. */
  templateSave(id: string | null, name: string, form: DraftForm): Promise<DraftTemplate>;
  templateDelete(id: string): Promise<void>;
  templateRestore(id: string): Promise<DraftTemplate>;
  /** Has the model draft a text; null when it was stopped. Another attempt gives another draft. */
  writeDraft(
    form: DraftForm,
    attempt: number,
    onEvent: (event: WriteEvent) => void,
  ): Promise<Drafted | null>;
  /** Has the model go on with a text; null when it was stopped. */
  writeContinue(
    text: string,
    attempt: number,
    onEvent: (event: WriteEvent) => void,
  ): Promise<CarriedOn | null>;
  /** Has the model rewrite a text; null when it was stopped. The instruction is for `own`. */
  writeRewrite(
    text: string,
    style: RewriteStyle,
    instruction: string,
    attempt: number,
    onEvent: (event: WriteEvent) => void,
  ): Promise<Rewritten | null>;
  /** Stops what the model writes. */
  writeStop(): Promise<void>;

  clipboardWrite(text: string): Promise<void>;
  /** Opens a link outside the app; the person has been asked before. */
  linkOpen(url: string): Promise<void>;
  /** Reports the wall-clock time (ms since the epoch) of the first paint, for the start-up measure. */
  uiReady(firstPaintMs: number): Promise<void>;
}

/** The draft key of the conversation that does not exist yet. */
export const NEW_DRAFT = 'new';

/**
 * The draft key of the conversation in memory that does not exist yet. Such drafts stay in the page;
 * the shell would keep them in memory as well.
 */
export const TEMPORARY_DRAFT = 'temporary';

/** The draft key of other words for a message. */
export function editDraft(message: string): string {
  return `edit:${message}`;
}

/** The draft key of a persona that is being written; null is a new one. */
export function personaDraft(id: string | null): string {
  return `persona:${id ?? 'new'}`;
}

/** What a hand feels: a long press that opened something, a swipe that went somewhere, a message that left. */
export type Touch = 'press' | 'swipe' | 'send';

function isCommandError(value: unknown): value is CommandError {
  return typeof value === 'object' && value !== null && 'code' in value && 'details' in value;
}

/** Whatever a command rejected with, as a {@link CommandError}. */
export function toCommandError(value: unknown): CommandError {
  if (isCommandError(value)) return value;
  const message = value instanceof Error ? value.message : String(value);
  return { code: 'internal', message, details: {} };
}
