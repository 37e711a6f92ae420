import { Channel, invoke } from '@tauri-apps/api/core';
import type { ChatEvent } from './bindings/ChatEvent';
import type { DocumentProgress } from './bindings/DocumentProgress';
import type { ExchangeProgress } from './bindings/ExchangeProgress';
import type { JobEvent } from './bindings/JobEvent';
import type { ModelStatus } from './bindings/ModelStatus';
import type { Host, Touch } from './host';
import type { TranslatedText } from './bindings/TranslatedText';
import type { TranslationEvent } from './bindings/TranslationEvent';
import type { WriteEvent } from './bindings/WriteEvent';

/** A channel that hands each message of the shell to `receive`, in order. */
function channel<T>(receive: (message: T) => void): Channel<T> {
  const port = new Channel<T>();
  port.onmessage = receive;
  return port;
}

/** A file as one body: the length of its name in four bytes, the name, the file. */
function packed(name: string, bytes: Uint8Array): Uint8Array {
  const named = new TextEncoder().encode(name);
  const body = new Uint8Array(4 + named.length + bytes.length);
  new DataView(body.buffer).setUint32(0, named.length, true);
  body.set(named, 4);
  body.set(bytes, 4 + named.length);
  return body;
}

/** The real host: each method is one command of the Rust shell. */
/** How long the motor runs, in milliseconds: as short as can be felt. */
const TOUCH_MS: Record<Touch, number> = { press: 20, swipe: 10, send: 10 };

export const tauriHost: Host = {
  appInfo: () => invoke('app_info'),
  storageRetry: () => invoke('storage_retry'),
  storageStartFresh: () => invoke('storage_start_fresh'),

  preferencesGet: () => invoke('preferences_get'),
  preferencesSet: (preferences) => invoke('preferences_set', { preferences }),

  modelWatch: (onStatus) => invoke('model_watch', { channel: channel<ModelStatus>(onStatus) }),
  modelLoad: (path, remember) => invoke('model_load', { path, remember }),
  modelChoose: () => invoke('model_choose'),
  draftModelGet: () => invoke('draft_model_get'),
  draftModelChoose: () => invoke('draft_model_choose'),
  draftModelRemove: () => invoke('draft_model_remove'),

  conversationsList: () => invoke('conversations_list'),
  conversationOpen: (id) => invoke('conversation_open', { id }),
  conversationRename: (id, title) => invoke('conversation_rename', { id, title }),
  conversationFork: (message, title) => invoke('conversation_fork', { message, title }),
  conversationsTrash: (ids) => invoke('conversations_trash', { ids }),
  conversationsRestore: (ids) => invoke('conversations_restore', { ids }),
  conversationsPin: (ids, pinned) => invoke('conversations_pin', { ids, pinned }),
  conversationsArchive: (ids, archived) => invoke('conversations_archive', { ids, archived }),
  conversationsTag: (changes) => invoke('conversations_tag', { changes }),
  tagRename: (tag, name) => invoke('tag_rename', { tag, name }),
  tagRemove: (tag) => invoke('tag_remove', { tag }),
  conversationsTrashed: () => invoke('conversations_trashed'),
  conversationPurge: (id) => invoke('conversation_purge', { id }),
  trashEmpty: () => invoke('trash_empty'),
  conversationKeep: (id) => invoke('conversation_keep', { id }),
  conversationSettingsGet: (conversation, temporary) =>
    invoke('conversation_settings_get', { conversation, temporary }),
  conversationSettingsSet: (conversation, temporary, settings) =>
    invoke('conversation_settings_set', { conversation, temporary, settings }),

  localeSet: (language, offsetMinutes) => invoke('locale_set', { language, offsetMinutes }),
  personasList: () => invoke('personas_list'),
  personaSave: (id, profile) => invoke('persona_save', { id, profile }),
  personaDelete: (id) => invoke('persona_delete', { id }),
  personaRestore: (id) => invoke('persona_restore', { id }),
  personaReset: (id) => invoke('persona_reset', { id }),
  promptPreview: (text) => invoke('prompt_preview', { text }),

  chatSend: (conversation, text, onEvent, temporary = false) =>
    invoke('chat_send', { conversation, text, temporary, channel: channel<ChatEvent>(onEvent) }),
  chatRegenerate: (message, onEvent) =>
    invoke('chat_regenerate', { message, channel: channel<ChatEvent>(onEvent) }),
  questionEdit: (message, text, onEvent) =>
    invoke('question_edit', { message, text, channel: channel<ChatEvent>(onEvent) }),
  answerEdit: (message, text) => invoke('answer_edit', { message, text }),
  messageDelete: (message) => invoke('message_delete', { message }),
  messageRestore: (message, leaf) => invoke('message_restore', { message, leaf }),
  chatContinue: (message, onEvent) =>
    invoke('chat_continue', { message, channel: channel<ChatEvent>(onEvent) }),
  chatStop: () => invoke('chat_stop'),
  branchBefore: (message) => invoke('branch_before', { message }),
  branchSelect: (message) => invoke('branch_select', { message }),

  conversationsExport: (conversation, format, labels, name, onProgress) =>
    invoke('conversations_export', {
      conversation,
      format,
      labels,
      name,
      channel: channel<ExchangeProgress>(onProgress),
    }),
  conversationsImport: (onProgress) =>
    invoke('conversations_import', { channel: channel<ExchangeProgress>(onProgress) }),
  exchangeCancel: () => invoke('exchange_cancel'),
  conversationCopy: (id, format, labels) => invoke('conversation_copy', { id, format, labels }),
  messageCopy: (message, format) => invoke('message_copy', { message, format }),
  contextUse: (conversation, draft) => invoke('context_use', { conversation, draft }),
  summariesEnabled: () => invoke('summaries_enabled'),
  summariesEnable: (on) => invoke('summaries_enable', { on }),
  summaryEdit: (message, text) => invoke('summary_edit', { message, text }),
  summaryRemove: (message) => invoke('summary_remove', { message }),
  summaryRebuild: (message, onProgress) =>
    invoke('summary_rebuild', { message, channel: channel<number>(onProgress) }),
  summarySkip: () => invoke('summary_skip'),
  prefixesKept: () => invoke('prefixes_kept'),
  prefixesLimit: (bytes) => invoke('prefixes_limit', { bytes }),

  translateInfo: () => invoke('translate_info'),
  languageDetect: (text) => invoke('language_detect', { text }),
  translationSave: (id, request) => invoke('translation_save', { id, request }),
  translationsList: () => invoke('translations_list'),
  translationOpen: (id) => invoke('translation_open', { id }),
  translationDelete: (id) => invoke('translation_delete', { id }),
  translationRestore: (id) => invoke('translation_restore', { id }),
  translationRun: (id, only, onEvent) =>
    invoke('translation_run', { id, only, channel: channel<TranslationEvent>(onEvent) }),
  translationStart: (id) => invoke('translation_start', { id }),
  translationStop: () => invoke('translation_stop'),
  segmentEdit: (id, ordinal, text) => invoke('segment_edit', { id, ordinal, text }),
  segmentAlternatives: (id, ordinal, onFound) =>
    invoke('segment_alternatives', { id, ordinal, channel: channel<TranslatedText>(onFound) }),
  segmentBack: (id, ordinal) => invoke('segment_back', { id, ordinal }),
  translationExport: (id, name) => invoke('translation_export', { id, name }),
  translationCopy: (id) => invoke('translation_copy', { id }),
  glossaryGet: (pair) => invoke('glossary_get', { pair }),
  glossarySet: (pair, terms) => invoke('glossary_set', { pair, terms }),
  translationMemoryClear: () => invoke('translation_memory_clear'),
  interpret: (side, pair, text, onText) =>
    invoke('interpret', { side, pair, text, channel: channel<string>(onText) }),
  utterancesList: () => invoke('utterances_list'),
  utterancesClear: () => invoke('utterances_clear'),
  utterancesRestore: (utterances) => invoke('utterances_restore', { utterances }),
  jobsList: () => invoke('jobs_list'),
  jobsWatch: (onEvent) => invoke('jobs_watch', { channel: channel<JobEvent>(onEvent) }),
  jobPause: (id) => invoke('job_pause', { id }),
  jobResume: (id) => invoke('job_resume', { id }),
  jobCancel: (id) => invoke('job_cancel', { id }),
  jobRemove: (id) => invoke('job_remove', { id }),

  summaryStart: (title, text, wish) => invoke('summary_start', { title, text, wish }),
  summaryAgain: (id, wish) => invoke('summary_again', { id, wish }),
  summaryRefine: (id, base, wish) => invoke('summary_refine', { id, base, wish }),
  digestsList: () => invoke('digests_list'),
  digestOpen: (id) => invoke('digest_open', { id }),
  digestDelete: (id) => invoke('digest_delete', { id }),
  digestRestore: (id) => invoke('digest_restore', { id }),
  textFileSave: (name, format, text) => invoke('text_file_save', { name, format, text }),

  documentOpen: (onProgress) =>
    invoke('document_open', { channel: channel<DocumentProgress>(onProgress) }),
  documentRead: (name, bytes) => invoke('document_read', packed(name, bytes)),
  documentTextOpen: (onProgress) =>
    invoke('document_text_open', { channel: channel<DocumentProgress>(onProgress) }),
  documentTextRead: (name, bytes) => invoke('document_text_read', packed(name, bytes)),
  documentCancel: () => invoke('document_cancel'),
  documentInfo: (id) => invoke('document_info', { id }),
  documentText: (id) => invoke('document_text', { id }),
  documentKeep: (id) => invoke('document_keep', { id }),
  documentSave: (id) => invoke('document_save', { id }),
  documentsList: () => invoke('documents_list'),
  documentRename: (id, name) => invoke('document_rename', { id, name }),
  documentsDelete: (ids) => invoke('documents_delete', { ids }),
  documentsRestore: (ids) => invoke('documents_restore', { ids }),
  documentsSearch: (document, query) => invoke('documents_search', { document, query }),

  textTokens: (text) => invoke('text_tokens', { text }),
  search: (query) => invoke('search', { query }),
  worksSearch: (query) => invoke('works_search', { query }),
  conversationSearch: (id, query) => invoke('conversation_search', { id, query }),
  draftLoad: (key) => invoke('draft_load', { key }),
  draftSave: (key, text) => invoke('draft_save', { key, text }),

  beforeClose: (finish) => {
    // What the shell dispatches: src-tauri/src/lifecycle.rs.
    window.addEventListener('llmos:closing', () => {
      void finish().finally(() => invoke('page_flushed'));
    });
  },

  // Android's web view has a motor to ask for; WebKit on the desktop and on iOS has no such function.
  haptic: (touch) => {
    if ('vibrate' in navigator) navigator.vibrate(TOUCH_MS[touch]);
  },
  textsList: () => invoke('texts_list'),
  textCreate: (title, body, form) => invoke('text_create', { title, body, form }),
  textOpen: (id) => invoke('text_open', { id }),
  textSave: (id, title, body) => invoke('text_save', { id, title, body }),
  textFormSet: (id, form) => invoke('text_form_set', { id, form }),
  textDelete: (id) => invoke('text_delete', { id }),
  textRestore: (id) => invoke('text_restore', { id }),
  textVersions: (id) => invoke('text_versions', { id }),
  textVersion: (id, version) => invoke('text_version', { id, version }),
  textVersionKeep: (id, cause) => invoke('text_version_keep', { id, cause }),
  textRevert: (id, version) => invoke('text_revert', { id, version }),
  textExport: (id, format, name) => invoke('text_export', { id, format, name }),
  templatesList: () => invoke('templates_list'),
  templateSave: (id, name, form) => invoke('template_save', { id, name, form }),
  templateDelete: (id) => invoke('template_delete', { id }),
  templateRestore: (id) => invoke('template_restore', { id }),
  writeDraft: (form, attempt, onEvent) =>
    invoke('write_draft', { form, attempt, channel: channel<WriteEvent>(onEvent) }),
  writeContinue: (text, attempt, onEvent) =>
    invoke('write_continue', { text, attempt, channel: channel<WriteEvent>(onEvent) }),
  writeRewrite: (text, style, instruction, attempt, onEvent) =>
    invoke('write_rewrite', {
      text,
      style,
      instruction,
      attempt,
      channel: channel<WriteEvent>(onEvent),
    }),
  writeStop: () => invoke('write_stop'),

  clipboardWrite: (text) => invoke('clipboard_write', { text }),
  linkOpen: (url) => invoke('link_open', { url }),
  uiReady: (firstPaintMs) => invoke('ui_ready', { firstPaintMs }),
};
