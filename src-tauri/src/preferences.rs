//! What the window needs before the encrypted history is open, kept by
//! tauri-plugin-store in `preferences.json`. Nothing private belongs here.

use std::path::Path;
use std::sync::Arc;

use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_store::{Store, StoreExt};

use crate::error::{CommandError, CommandResult, ErrorCode};
use crate::state::AppState;
use crate::wire::Preferences;

const FILE: &str = "preferences.json";
const KEY: &str = "preferences";

/// Reads the preferences; what is missing or unreadable falls back to the default.
pub fn read<R: Runtime>(app: &AppHandle<R>) -> Preferences {
    let Ok(store) = open(app) else {
        return Preferences::default();
    };
    store
        .get(KEY)
        .and_then(|value| serde_json::from_value(value).ok())
        .unwrap_or_default()
}

/// Writes the preferences to disk.
///
/// # Errors
/// `StorageReadOnly` or `StorageFull` as the file system says, `StorageFailed` otherwise.
pub fn write<R: Runtime>(app: &AppHandle<R>, preferences: &Preferences) -> CommandResult<()> {
    let store = open(app)?;
    let value = serde_json::to_value(preferences).map_err(CommandError::internal)?;
    store.set(KEY, value);
    store.save().map_err(|error| write_error(&error))
}

fn open<R: Runtime>(app: &AppHandle<R>) -> CommandResult<Arc<Store<R>>> {
    let path = app.state::<AppState>().data_dir().join(FILE);
    if let Some(store) = app.get_store(&path) {
        return Ok(store);
    }
    set_damaged_aside(&path);
    app.store_builder(path)
        .disable_auto_save()
        .build()
        .map_err(|error| write_error(&error))
}

/// A preferences file that is not JSON must not keep the app from starting; it
/// is renamed rather than overwritten.
fn set_damaged_aside(path: &Path) {
    let Ok(bytes) = std::fs::read(path) else {
        return;
    };
    if serde_json::from_slice::<serde_json::Value>(&bytes).is_err() {
        let aside = path.with_extension("json.damaged");
        if let Err(error) = std::fs::rename(path, &aside) {
            tracing::warn!(%error, "a damaged preferences file can't be set aside");
        }
    }
}

fn write_error(error: &tauri_plugin_store::Error) -> CommandError {
    let code = match error {
        tauri_plugin_store::Error::Io(io) => match io.kind() {
            std::io::ErrorKind::StorageFull => ErrorCode::StorageFull,
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                ErrorCode::StorageReadOnly
            }
            _ => ErrorCode::StorageFailed,
        },
        _ => ErrorCode::StorageFailed,
    };
    CommandError::new(code, error.to_string()).with("path", FILE)
}
