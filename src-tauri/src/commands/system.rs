//! The app itself and the system around it.

use tauri::{AppHandle, Runtime, State};
use tauri_plugin_clipboard_manager::ClipboardExt;

use crate::error::{CommandError, CommandResult};
use crate::links;
use crate::preferences;
use crate::startup;
use crate::state::{AppState, check_text};
use crate::wire::AppInfo;

/// What the page needs before it draws.
#[tauri::command]
pub async fn app_info<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> CommandResult<AppInfo> {
    let storage = state.storage_state().await;
    let first_run = !preferences::read(&app).welcomed && !state.has_conversations().await;
    Ok(AppInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        first_run,
        storage,
        data_dir: state.data_dir().display().to_string(),
        platform: std::env::consts::OS.to_owned(),
        system_language: sys_locale::get_locale().unwrap_or_else(|| "en".to_owned()),
        licence: env!("CARGO_PKG_LICENSE").to_owned(),
        process_start_ms: startup::process_start_ms(),
    })
}

/// Puts text on the clipboard.
#[tauri::command]
pub fn clipboard_write<R: Runtime>(app: AppHandle<R>, text: String) -> CommandResult<()> {
    check_text(&text)?;
    app.clipboard()
        .write_text(text)
        .map_err(CommandError::internal)
}

/// Opens a link in the person's browser or mail program. The page has shown
/// the whole target and asked; what is opened is checked here once more.
#[tauri::command]
pub async fn link_open<R: Runtime>(app: AppHandle<R>, url: String) -> CommandResult<()> {
    links::open(&app, &links::checked(&url)?).await
}

/// The page has saved its drafts, as it was asked when its window was closed.
#[tauri::command]
pub fn page_flushed(state: State<'_, AppState>) {
    state.closing().page_flushed();
}

/// The page tells when it first painted, as Unix time in milliseconds. The model is
/// waiting for that.
#[tauri::command]
pub fn ui_ready(state: State<'_, AppState>, first_paint_ms: f64) {
    let first_paint_ms = first_paint_ms - startup::process_start_ms();
    tracing::info!(first_paint_ms, "the page was painted");
    state.first_paint().notify_one();
}
