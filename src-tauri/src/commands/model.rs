//! The model: watching it, loading it, choosing another.

use std::path::PathBuf;

use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime, State};

use crate::dialogs;
use crate::error::{CommandError, CommandResult};
use crate::state::{AppState, check_text};
use crate::wire::{DraftModel, ModelStatus};

/// Sends the model's state now and at every change, for as long as the page listens.
#[tauri::command]
pub async fn model_watch(
    state: State<'_, AppState>,
    channel: Channel<ModelStatus>,
) -> CommandResult<()> {
    let mut statuses = state.engine().watch();
    let default_model = state.default_model();
    tauri::async_runtime::spawn(async move {
        loop {
            let status = ModelStatus::of(&statuses.borrow_and_update(), default_model.as_deref());
            if channel.send(status).is_err() || statuses.changed().await.is_err() {
                break;
            }
        }
    });
    Ok(())
}

/// Loads the model at `path`, or the one that came with the app. Only one that is
/// `remember`ed is loaded at the next start; the others are for a conversation that
/// wants them.
#[tauri::command]
pub async fn model_load(
    state: State<'_, AppState>,
    path: Option<PathBuf>,
    remember: bool,
) -> CommandResult<()> {
    if remember {
        state.choose_model(path).await
    } else {
        state.load_model(path).await.map(|_| ())
    }
}

/// Lets the person choose a model file and loads it; false when they chose none.
#[tauri::command]
pub async fn model_choose<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> CommandResult<bool> {
    let Some(path) = dialogs::open_file(&app, "GGUF", &["gguf"]).await? else {
        return Ok(false);
    };
    state.choose_model(Some(path)).await?;
    Ok(true)
}

/// The draft model that is paired with the loaded one.
#[tauri::command]
pub async fn draft_model_get(state: State<'_, AppState>) -> CommandResult<DraftModel> {
    Ok(state.draft_model().await)
}

/// Lets the person choose a draft model and pairs it with the loaded one; nothing changes
/// when they choose none.
#[tauri::command]
pub async fn draft_model_choose<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> CommandResult<DraftModel> {
    if let Some(path) = dialogs::open_file(&app, "GGUF", &["gguf"]).await? {
        state.set_draft_model(Some(path)).await?;
    }
    Ok(state.draft_model().await)
}

/// Goes on without a draft model.
#[tauri::command]
pub async fn draft_model_remove(state: State<'_, AppState>) -> CommandResult<DraftModel> {
    state.set_draft_model(None).await?;
    Ok(state.draft_model().await)
}

/// How many tokens the loaded model makes of a text; nothing when none is loaded.
#[tauri::command]
pub async fn text_tokens(state: State<'_, AppState>, text: String) -> CommandResult<Option<usize>> {
    check_text(&text)?;
    let engine = state.engine().clone();
    // A megabyte takes a good part of a second.
    tauri::async_runtime::spawn_blocking(move || llmos_assistant::text_tokens(&engine, &text))
        .await
        .map_err(CommandError::internal)?
        .map_err(CommandError::from)
}
