//! Conversations to files, from files, and to the clipboard.

use llmos_assistant::exchange::{self, ExchangeError, ExportJob, Format, Scope};
use llmos_store::{ConversationId, MessageId, Role};
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime, State};
use tauri_plugin_clipboard_manager::ClipboardExt;

use crate::dialogs;
use crate::error::{CommandError, CommandResult};
use crate::state::{AppState, check_text, now};
use crate::wire::{
    ExchangeProgress, ExportFormat, ExportLabels, ExportReport, ImportReport, TextFormat,
};

/// Writes one conversation, or all of them, to a file that the person chooses;
/// `name` is what the dialog proposes. None when they chose none or stopped it.
#[tauri::command]
pub async fn conversations_export<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    conversation: Option<ConversationId>,
    format: ExportFormat,
    labels: ExportLabels,
    name: String,
    channel: Channel<ExchangeProgress>,
) -> CommandResult<Option<ExportReport>> {
    check_text(&name)?;
    let format = Format::from(format);
    let name = exchange::file_name(&name, format.extension());
    let Some(path) = dialogs::save_file(&app, &name, format.extension()).await? else {
        return Ok(None);
    };
    let running = state.exchange().begin()?;
    let job = ExportJob {
        scope: conversation.map_or(Scope::All, Scope::One),
        format,
        labels: labels.into(),
        path: path.clone(),
        now: now(),
    };
    let store = state.store().await?;
    let exported = exchange::export(&store, job, sink(channel), &running.cancel).await;
    let exported = unless_cancelled(exported)?;
    Ok(exported.map(|exported| ExportReport {
        path: path.display().to_string(),
        conversations: exported.conversations,
        bytes: exported.bytes,
    }))
}

/// Reads the conversations of a file that the person chooses. None when they
/// chose none, or stopped it before anything came in.
#[tauri::command]
pub async fn conversations_import<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    channel: Channel<ExchangeProgress>,
) -> CommandResult<Option<ImportReport>> {
    let Some(path) = dialogs::open_file(&app, "JSON, ZIP", &["json", "zip"]).await? else {
        return Ok(None);
    };
    let running = state.exchange().begin()?;
    let store = state.store().await?;
    let imported = exchange::import(&store, path, now(), sink(channel), &running.cancel).await;
    Ok(unless_cancelled(imported)?.map(Into::into))
}

/// Stops the export or import that runs; nothing happens when none does.
#[tauri::command]
pub fn exchange_cancel(state: State<'_, AppState>) {
    state.exchange().cancel();
}

/// Puts the branch of a conversation that is shown on the clipboard.
#[tauri::command]
pub async fn conversation_copy<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    id: ConversationId,
    format: TextFormat,
    labels: ExportLabels,
) -> CommandResult<()> {
    let tree = state.store().await?.tree(&id).await?;
    let text = exchange::conversation_text(&tree, format.into(), &labels.into());
    app.clipboard()
        .write_text(text)
        .map_err(CommandError::internal)
}

/// Puts a message on the clipboard, without what was thought before it.
#[tauri::command]
pub async fn message_copy<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    message: MessageId,
    format: TextFormat,
) -> CommandResult<()> {
    let message = state.store().await?.message(&message).await?;
    let text = match message.role {
        Role::User => message.text,
        Role::Assistant => exchange::answer_text(&message.text, format.into()),
    };
    app.clipboard()
        .write_text(text)
        .map_err(CommandError::internal)
}

/// Passes progress on to the page.
fn sink(channel: Channel<ExchangeProgress>) -> exchange::ProgressSink {
    Box::new(move |progress| {
        if let Err(error) = channel.send(progress.into()) {
            tracing::debug!(%error, "nobody listens to this progress");
        }
    })
}

/// To stop is no error.
fn unless_cancelled<T>(result: Result<T, ExchangeError>) -> CommandResult<Option<T>> {
    match result {
        Ok(done) => Ok(Some(done)),
        Err(ExchangeError::Cancelled) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
