//! The window's preferences.

use tauri::{AppHandle, Runtime};

use crate::error::CommandResult;
use crate::preferences;
use crate::wire::Preferences;

/// Reads the preferences.
#[tauri::command]
pub fn preferences_get<R: Runtime>(app: AppHandle<R>) -> Preferences {
    preferences::read(&app)
}

/// Writes the preferences.
#[tauri::command]
pub fn preferences_set<R: Runtime>(
    app: AppHandle<R>,
    preferences: Preferences,
) -> CommandResult<()> {
    preferences::write(&app, &preferences)
}
