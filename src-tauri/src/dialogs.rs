//! The system's dialogs for files. The page never names a file: what it may read
//! or write is what a person chose here.

use std::path::PathBuf;

use tauri::{AppHandle, Runtime};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;

use crate::error::{CommandError, CommandResult};

/// The endings of the documents that can be read.
pub const DOCUMENTS: &[&str] = &[
    "txt", "md", "markdown", "html", "htm", "pdf", "docx", "odt", "epub", "srt", "csv", "tsv",
];

/// Has a person choose a file; `None` when they chose none.
///
/// # Errors
/// When the choice is no file of this machine.
pub async fn open_file<R: Runtime>(
    app: &AppHandle<R>,
    kind: &str,
    extensions: &[&str],
) -> CommandResult<Option<PathBuf>> {
    let (chosen, choice) = oneshot::channel();
    app.dialog()
        .file()
        .add_filter(kind, extensions)
        .pick_file(move |file| {
            // The receiver is gone only when the app is ending.
            let _ = chosen.send(file);
        });
    path_of(choice).await
}

/// Has a person choose a document; `None` when they chose none.
///
/// # Errors
/// As [`open_file`].
pub async fn open_document<R: Runtime>(app: &AppHandle<R>) -> CommandResult<Option<PathBuf>> {
    open_file(app, "TXT, MD, PDF, DOCX, …", DOCUMENTS).await
}

/// Has a person choose where a file goes; `None` when they did not.
///
/// # Errors
/// When the choice is no place of this machine.
pub async fn save_file<R: Runtime>(
    app: &AppHandle<R>,
    name: &str,
    extension: &str,
) -> CommandResult<Option<PathBuf>> {
    let (chosen, choice) = oneshot::channel();
    app.dialog()
        .file()
        .set_file_name(name)
        .add_filter(extension.to_uppercase(), &[extension])
        .save_file(move |file| {
            let _ = chosen.send(file);
        });
    let path = path_of(choice).await?;
    Ok(path.map(|path| with_extension(path, extension)))
}

async fn path_of(choice: oneshot::Receiver<Option<FilePath>>) -> CommandResult<Option<PathBuf>> {
    let file = choice.await.map_err(CommandError::internal)?;
    file.map(|file| file.into_path().map_err(CommandError::internal))
        .transpose()
}

/// Not every dialog adds the ending to a name that was typed without one. Where
/// that would name a file that is there, which nobody agreed to replace, the name
/// stays as it was typed.
fn with_extension(path: PathBuf, extension: &str) -> PathBuf {
    if path.extension().is_some() {
        return path;
    }
    let named = path.with_extension(extension);
    if named.exists() { path } else { named }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests end by panicking")]
    use super::with_extension;

    #[test]
    fn a_name_gets_its_ending_unless_that_is_taken() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        assert_eq!(with_extension(path("a"), "md"), path("a.md"));
        assert_eq!(with_extension(path("a.txt"), "md"), path("a.txt"));
        std::fs::write(path("a.md"), "").unwrap();
        assert_eq!(with_extension(path("a"), "md"), path("a"));
    }
}
