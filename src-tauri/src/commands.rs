//! What the page may call. Each command takes its arguments, calls the part
//! that knows, and maps the error; nothing else.

#![allow(
    clippy::needless_pass_by_value,
    reason = "Tauri hands arguments over by value"
)]

pub mod chat;
pub mod context;
pub mod conversations;
pub mod drafts;
pub mod exchange;
pub mod model;
pub mod order;
pub mod preferences;
pub mod search;
pub mod storage;
pub mod system;

/// The names of all commands, for the test that compares them with the
/// permission file and with the handler below.
pub const COMMANDS: &[&str] = &[
    "answer_edit",
    "app_info",
    "branch_before",
    "branch_select",
    "chat_continue",
    "chat_regenerate",
    "chat_send",
    "chat_stop",
    "clipboard_write",
    "context_use",
    "conversation_copy",
    "conversation_fork",
    "conversation_open",
    "conversation_purge",
    "conversation_rename",
    "conversation_restore",
    "conversation_search",
    "conversation_trash",
    "conversations_archive",
    "conversations_export",
    "conversations_import",
    "conversations_list",
    "conversations_pin",
    "conversations_restore",
    "conversations_tag",
    "conversations_trash",
    "conversations_trashed",
    "draft_load",
    "draft_save",
    "exchange_cancel",
    "link_open",
    "message_copy",
    "message_delete",
    "message_restore",
    "model_choose",
    "model_load",
    "model_watch",
    "page_flushed",
    "preferences_get",
    "preferences_set",
    "prefixes_kept",
    "prefixes_limit",
    "question_edit",
    "search",
    "storage_retry",
    "storage_start_fresh",
    "summaries_enable",
    "summaries_enabled",
    "summary_edit",
    "summary_rebuild",
    "summary_remove",
    "summary_skip",
    "tag_remove",
    "tag_rename",
    "text_tokens",
    "ui_ready",
];

/// Registers every command.
pub fn handler<R: tauri::Runtime>() -> impl Fn(tauri::ipc::Invoke<R>) -> bool + Send + Sync + 'static
{
    tauri::generate_handler![
        chat::answer_edit,
        chat::branch_select,
        chat::chat_continue,
        chat::chat_regenerate,
        chat::chat_send,
        chat::chat_stop,
        chat::message_delete,
        chat::message_restore,
        chat::question_edit,
        context::context_use,
        context::prefixes_kept,
        context::prefixes_limit,
        context::summaries_enable,
        context::summaries_enabled,
        context::summary_edit,
        context::summary_rebuild,
        context::summary_remove,
        context::summary_skip,
        conversations::branch_before,
        conversations::conversation_fork,
        conversations::conversation_open,
        conversations::conversation_purge,
        conversations::conversation_rename,
        conversations::conversations_list,
        conversations::conversations_trashed,
        drafts::draft_load,
        drafts::draft_save,
        exchange::conversation_copy,
        exchange::conversations_export,
        exchange::conversations_import,
        exchange::exchange_cancel,
        exchange::message_copy,
        model::model_choose,
        model::model_load,
        model::model_watch,
        model::text_tokens,
        order::conversations_archive,
        order::conversations_pin,
        order::conversations_restore,
        order::conversations_tag,
        order::conversations_trash,
        order::tag_remove,
        order::tag_rename,
        preferences::preferences_get,
        preferences::preferences_set,
        search::conversation_search,
        search::search,
        storage::storage_retry,
        storage::storage_start_fresh,
        system::app_info,
        system::clipboard_write,
        system::link_open,
        system::page_flushed,
        system::ui_ready,
    ]
}
