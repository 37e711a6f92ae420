import { Channel, invoke } from '@tauri-apps/api/core';
import type { ChatEvent } from './bindings/ChatEvent';
import type { ExchangeProgress } from './bindings/ExchangeProgress';
import type { ModelStatus } from './bindings/ModelStatus';
import type { Host } from './host';

/** A channel that hands each message of the shell to `receive`, in order. */
function channel<T>(receive: (message: T) => void): Channel<T> {
  const port = new Channel<T>();
  port.onmessage = receive;
  return port;
}

/** The real host: each method is one command of the Rust shell. */
export const tauriHost: Host = {
  appInfo: () => invoke('app_info'),
  storageRetry: () => invoke('storage_retry'),
  storageStartFresh: () => invoke('storage_start_fresh'),

  preferencesGet: () => invoke('preferences_get'),
  preferencesSet: (preferences) => invoke('preferences_set', { preferences }),

  modelWatch: (onStatus) => invoke('model_watch', { channel: channel<ModelStatus>(onStatus) }),
  modelLoad: (path) => invoke('model_load', { path }),
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

  textTokens: (text) => invoke('text_tokens', { text }),
  search: (query) => invoke('search', { query }),
  conversationSearch: (id, query) => invoke('conversation_search', { id, query }),
  draftLoad: (key) => invoke('draft_load', { key }),
  draftSave: (key, text) => invoke('draft_save', { key, text }),

  beforeClose: (finish) => {
    // What the shell dispatches: src-tauri/src/lifecycle.rs.
    window.addEventListener('llmos:closing', () => {
      void finish().finally(() => invoke('page_flushed'));
    });
  },

  clipboardWrite: (text) => invoke('clipboard_write', { text }),
  linkOpen: (url) => invoke('link_open', { url }),
  uiReady: (firstPaintMs) => invoke('ui_ready', { firstPaintMs }),
};
