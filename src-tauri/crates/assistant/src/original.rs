//! The files that open documents were read from, until they are kept.
//!
//! A file that the person chose stays where it is and is read again when its document
//! is kept, if it is still the same. One that was dropped or pasted is nowhere else
//! and waits here.

use std::collections::VecDeque;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use llmos_store::DocumentId;

/// Most bytes of a file that is kept beside its text. The database is checked and
/// copied whole now and then; a larger file is worth less there than it costs.
pub const MOST_FILE_BYTES: u64 = 32 << 20;

/// Most bytes that wait here; the oldest files make room for new ones.
const MOST_WAITING: usize = 64 << 20;

/// The file that a document was read from.
#[derive(Debug, Clone)]
pub enum Original {
    /// Nothing: it is too large to be kept, or was not there any more.
    TextOnly,
    /// What was in memory already.
    Bytes(Arc<[u8]>),
    /// A file on the disk, as it was before it was read.
    File {
        /// Where it is.
        path: PathBuf,
        /// Its size in bytes.
        length: u64,
        /// When it was last changed; `None` where the system does not say.
        modified: Option<SystemTime>,
    },
}

impl Original {
    /// What is in memory.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        match bytes.len() as u64 {
            ..=MOST_FILE_BYTES => Self::Bytes(bytes.into()),
            _ => Self::TextOnly,
        }
    }

    /// A file as it is now: call it before the file is read.
    #[must_use]
    pub fn of_file(path: &Path) -> Self {
        match path.metadata() {
            Ok(metadata) if metadata.len() <= MOST_FILE_BYTES => Self::File {
                path: path.to_owned(),
                length: metadata.len(),
                modified: metadata.modified().ok(),
            },
            _ => Self::TextOnly,
        }
    }

    /// The bytes; `None` where they are no longer those that the text was read from.
    /// Reads the disk.
    fn read(self) -> Option<Arc<[u8]>> {
        match self {
            Self::TextOnly => None,
            Self::Bytes(bytes) => Some(bytes),
            Self::File {
                path,
                length,
                modified,
            } => read_same(&path, length, modified)
                .inspect_err(
                    |error| tracing::info!(kind = ?error.kind(), "a document's file is gone"),
                )
                .ok()
                .flatten(),
        }
    }
}

fn read_same(
    path: &Path,
    length: u64,
    modified: Option<SystemTime>,
) -> io::Result<Option<Arc<[u8]>>> {
    let file = fs::File::open(path)?;
    let mut bytes = Vec::new();
    // One byte more shows a file that has grown.
    (&file).take(length + 1).read_to_end(&mut bytes)?;
    let same = bytes.len() as u64 == length && file.metadata()?.modified().ok() == modified;
    Ok(same.then(|| bytes.into()))
}

/// The files of the documents that are open and not kept.
#[derive(Debug, Default)]
pub(crate) struct Originals {
    waiting: VecDeque<(DocumentId, Original)>,
}

impl Originals {
    /// Takes in the file of a document.
    pub fn add(&mut self, id: DocumentId, original: Original) {
        self.waiting.push_back((id, original));
        while self.bytes() > MOST_WAITING {
            self.waiting.pop_front();
        }
    }

    /// Gives out the file of a document.
    pub fn take(&mut self, id: &DocumentId) -> Option<Original> {
        let at = self.waiting.iter().position(|(of, _)| of == id)?;
        self.waiting.remove(at).map(|(_, original)| original)
    }

    fn bytes(&self) -> usize {
        let waiting = self.waiting.iter();
        waiting
            .map(|(_, original)| match original {
                Original::Bytes(bytes) => bytes.len(),
                Original::File { .. } | Original::TextOnly => 0,
            })
            .sum()
    }
}

/// Reads the file of a document off the threads that answer.
pub(crate) async fn read(original: Original) -> Option<Arc<[u8]>> {
    tokio::task::spawn_blocking(move || original.read())
        .await
        .ok()
        .flatten()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test failing")]
    use super::*;

    #[test]
    fn a_file_that_changed_is_not_the_one_that_was_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "one").unwrap();
        let original = Original::of_file(&path);
        assert_eq!(original.clone().read().as_deref(), Some(&b"one"[..]));
        fs::write(&path, "one more").unwrap();
        assert_eq!(original.clone().read(), None);
        fs::remove_file(&path).unwrap();
        assert_eq!(original.read(), None);
        assert!(matches!(Original::of_file(&path), Original::TextOnly));
    }

    #[test]
    fn what_waits_is_bounded_and_the_oldest_goes() {
        let mut originals = Originals::default();
        let id = |n: u8| DocumentId::from(format!("d{n}").as_str());
        for n in 0..5 {
            originals.add(id(n), Original::Bytes(vec![n; 20 << 20].into()));
        }
        assert!(originals.take(&id(1)).is_none());
        assert!(matches!(originals.take(&id(2)), Some(Original::Bytes(bytes)) if bytes[0] == 2));
        assert!(originals.take(&id(2)).is_none());
        assert!(originals.take(&id(4)).is_some());
    }

    #[test]
    fn a_file_over_the_limit_is_not_held() {
        let large = vec![0; usize::try_from(MOST_FILE_BYTES).unwrap() + 1];
        assert!(matches!(Original::of_bytes(&large), Original::TextOnly));
    }
}
