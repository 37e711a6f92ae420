//! Why a document can't be read.

use std::io;

/// Why a document can't be read.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// There is no text in it.
    #[error("there is no text in the document")]
    Empty,
    /// It, or what is in it, is larger than allowed.
    #[error("the document has too many {limit}: at most {most} are read")]
    TooLarge {
        /// What there is too much of.
        limit: Limit,
        /// How much is allowed.
        most: u64,
    },
    /// A password is needed, or the book is protected against copying.
    #[error("the document is protected by a password")]
    Encrypted,
    /// There are pages, but only pictures of text.
    #[error("the pages are pictures: there is no text in the document")]
    Scanned,
    /// The name says text; the content is not.
    #[error("the file is not text, whatever its name says")]
    Binary,
    /// It does not follow its format.
    #[error("the file is damaged: {what} can't be read")]
    Broken {
        /// The part or the format that can't be read; never the document's text.
        what: &'static str,
    },
    /// It is of a kind that is not read here.
    #[error("files of this kind can't be read")]
    UnsupportedKind,
    /// Elements are nested deeper than allowed.
    #[error("the document is nested deeper than {most} levels")]
    TooNested {
        /// How deep is allowed.
        most: usize,
    },
    /// It unpacks to far more than a document would.
    #[error("the file unpacks to far more than a document would")]
    ZipBomb,
    /// It took longer than allowed.
    #[error("reading the document took longer than {seconds} s")]
    TimedOut {
        /// How long is allowed.
        seconds: u64,
    },
    /// Somebody stopped it.
    #[error("reading the document was stopped")]
    Cancelled,
    /// The file can't be opened or read from the disk.
    #[error("the file can't be read: {0}")]
    Unreadable(#[from] io::Error),
}

/// What there can be too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Bytes of the file.
    InputBytes,
    /// Bytes after unpacking.
    UnpackedBytes,
    /// Bytes of text.
    TextBytes,
    /// Paragraphs, headings, rows and the like.
    Blocks,
    /// Files in an archive.
    Entries,
    /// Pages.
    Pages,
}

impl std::fmt::Display for Limit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::InputBytes => "bytes",
            Self::UnpackedBytes => "bytes when unpacked",
            Self::TextBytes => "bytes of text",
            Self::Blocks => "paragraphs",
            Self::Entries => "files in it",
            Self::Pages => "pages",
        })
    }
}
