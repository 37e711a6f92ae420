//! One text, or the bytes of one file, to a file.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::export::sync_directory;
use super::plain::plain_text;
use super::{ExchangeError, Format};

/// Writes a text beside `path` and gives it that name when it is whole: what was there
/// is replaced by all of it or not at all.
///
/// # Errors
/// `Unwritable` with the path.
pub async fn write_text(path: PathBuf, text: String) -> Result<(), ExchangeError> {
    write_what(path, || text).await
}

/// As [`write_text`], with bytes as they are.
///
/// # Errors
/// `Unwritable` with the path.
pub async fn write_file(path: PathBuf, bytes: Vec<u8>) -> Result<(), ExchangeError> {
    write_what(path, || bytes).await
}

/// As [`write_text`], with one line break at its end. As text, it loses its marks.
///
/// # Errors
/// `Unwritable` with the path.
pub async fn export_text(path: PathBuf, text: String, format: Format) -> Result<(), ExchangeError> {
    let rendered = move || {
        let mut text = match format {
            Format::Text => plain_text(&text),
            Format::Markdown | Format::Json => text,
        };
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    };
    write_what(path, rendered).await
}

async fn write_what<T: AsRef<[u8]>>(
    path: PathBuf,
    what: impl FnOnce() -> T + Send + 'static,
) -> Result<(), ExchangeError> {
    let task = tokio::task::spawn_blocking(move || {
        write(&path, what().as_ref()).map_err(|source| ExchangeError::Unwritable { path, source })
    });
    task.await.map_err(|_| ExchangeError::Abandoned)?
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_directory(directory);
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test failing")]
    use super::*;

    #[tokio::test]
    async fn a_text_is_written_whole_or_not_at_all() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("note.md");
        std::fs::write(&path, "before").unwrap();
        let text = "# Head\n\nA **bold** word.\n\n".to_owned();
        export_text(path.clone(), text.clone(), Format::Markdown)
            .await
            .unwrap();
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "# Head\n\nA **bold** word.\n"
        );
        export_text(path.clone(), text, Format::Text).await.unwrap();
        let plain = std::fs::read_to_string(&path).unwrap();
        assert!(plain.contains("A bold word."), "{plain}");

        let nowhere = directory.path().join("none").join("note.md");
        let error = export_text(nowhere, String::new(), Format::Text)
            .await
            .unwrap_err();
        assert!(matches!(error, ExchangeError::Unwritable { .. }));
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
