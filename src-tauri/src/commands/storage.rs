//! Getting the history open when it did not open by itself.

use tauri::{AppHandle, Runtime, State};

use crate::error::CommandResult;
use crate::lifecycle;
use crate::state::AppState;
use crate::wire::StorageState;

/// Tries once more to open the history.
#[tauri::command]
pub async fn storage_retry<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> CommandResult<StorageState> {
    lifecycle::open_storage(&app).await;
    Ok(state.storage_state().await)
}

/// Puts the history that does not open aside, whole, and begins a new one.
#[tauri::command]
pub async fn storage_start_fresh<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> CommandResult<StorageState> {
    lifecycle::start_fresh(&app).await?;
    Ok(state.storage_state().await)
}
