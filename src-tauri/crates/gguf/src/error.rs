//! What can be wrong with a model file, a text or a template.

use std::fmt::Display;
use std::path::PathBuf;

/// Why a file was refused. Every variant names what was expected and what came.
///
/// Texts taken from the file are escaped and cut short, so a message is always
/// one printable line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GgufError {
    /// There is no such file.
    #[error("{}: no such file", path.display())]
    Missing {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The file exists but can't be read.
    #[error("{}: cannot be read: {reason}", path.display())]
    Unreadable {
        /// The path that was asked for.
        path: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// One of the files that a model was split into is not beside the others.
    #[error("part {number} of {count} is missing: there is no {}", path.display())]
    MissingPart {
        /// Where it should be.
        path: PathBuf,
        /// Its number, from 1.
        number: u64,
        /// Parts of the model.
        count: u64,
    },
    /// The file ends before something that it announces.
    #[error("{what} needs {needed} bytes at offset {offset}, the file has {available} left")]
    Truncated {
        /// What was being read.
        what: String,
        /// Where it starts, in bytes from the start of the file.
        offset: u64,
        /// Bytes that it needs.
        needed: u64,
        /// Bytes that are left there.
        available: u64,
    },
    /// The file contradicts the format or itself.
    #[error("{what}: expected {expected}, found {found}")]
    Invalid {
        /// Which part of the file.
        what: String,
        /// What a good file has there.
        expected: String,
        /// What this one has.
        found: String,
    },
    /// The file may be good, but it is of a kind that is not supported here.
    #[error("{what}: {found} is not supported (supported: {expected})")]
    Unsupported {
        /// Which part of the file.
        what: String,
        /// What is supported.
        expected: String,
        /// What the file has.
        found: String,
    },
    /// A size or count is above the limit kept here.
    #[error("{what} is {found}, the limit is {limit}")]
    TooLarge {
        /// Which size or count.
        what: String,
        /// The largest accepted value.
        limit: u64,
        /// What the file has.
        found: u64,
    },
}

/// The kind of a [`GgufError`], for choosing words and exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GgufErrorKind {
    /// No such file.
    Missing,
    /// Not readable.
    Unreadable,
    /// Ends too early, or lacks a part.
    Truncated,
    /// Not a well-formed model.
    Invalid,
    /// Well formed as far as known, but not a kind that is supported.
    Unsupported,
    /// Above a limit.
    TooLarge,
}

impl GgufError {
    /// The kind of this error.
    #[must_use]
    pub fn kind(&self) -> GgufErrorKind {
        match self {
            Self::Missing { .. } => GgufErrorKind::Missing,
            Self::Unreadable { .. } => GgufErrorKind::Unreadable,
            Self::MissingPart { .. } | Self::Truncated { .. } => GgufErrorKind::Truncated,
            Self::Invalid { .. } => GgufErrorKind::Invalid,
            Self::Unsupported { .. } => GgufErrorKind::Unsupported,
            Self::TooLarge { .. } => GgufErrorKind::TooLarge,
        }
    }

    /// The same about `part`, for files that the caller did not name.
    pub(crate) fn in_part(mut self, part: &str) -> Self {
        match &mut self {
            Self::Truncated { what, .. }
            | Self::Invalid { what, .. }
            | Self::Unsupported { what, .. }
            | Self::TooLarge { what, .. } => *what = format!("{part}: {what}"),
            Self::Missing { .. } | Self::Unreadable { .. } | Self::MissingPart { .. } => {}
        }
        self
    }

    pub(crate) fn invalid(
        what: impl Into<String>,
        expected: impl Into<String>,
        found: impl Display,
    ) -> Self {
        Self::Invalid {
            what: what.into(),
            expected: expected.into(),
            found: found.to_string(),
        }
    }

    pub(crate) fn unsupported(
        what: impl Into<String>,
        expected: impl Into<String>,
        found: impl Display,
    ) -> Self {
        Self::Unsupported {
            what: what.into(),
            expected: expected.into(),
            found: found.to_string(),
        }
    }
}

/// Refuses `found` above `limit`.
pub(crate) fn at_most(what: impl Display, limit: u64, found: u64) -> Result<(), GgufError> {
    if found <= limit {
        return Ok(());
    }
    Err(GgufError::TooLarge {
        what: what.to_string(),
        limit,
        found,
    })
}

/// `text` from a file, made fit for an error message: quoted, escaped, cut at 48 characters.
pub(crate) fn quoted(text: &str) -> String {
    const SHOWN: usize = 48;
    let mut shown: String = text
        .chars()
        .take(SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

/// Why a text could not be tokenised.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenizerError {
    /// The vocabulary has no token for a byte of the text.
    #[error("the vocabulary has no token for some of the text (byte 0x{byte:02X})")]
    NoToken {
        /// The byte without a token.
        byte: u8,
    },
    /// The tokenizer library refused.
    #[error("tokenizer: {message}")]
    Library {
        /// What it said.
        message: String,
    },
}

/// Why a chat template can't be used or rendered.
///
/// A message may quote the template, which comes from the model's file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// The template's text is too long.
    #[error("the chat template has {found} bytes, the limit is {limit}")]
    TooLong {
        /// The largest accepted length in bytes.
        limit: u64,
        /// The template's length in bytes.
        found: u64,
    },
    /// The template is not valid Jinja, or uses what is not offered here.
    #[error("the chat template is not valid at line {line}: {message}")]
    Syntax {
        /// Line of the template, from 1 (0 when unknown).
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// The template itself refused these messages (`raise_exception`).
    #[error("the chat template refuses this conversation: {message}")]
    Refused {
        /// The template's words.
        message: String,
    },
    /// The template ran longer than a template may.
    #[error("the chat template takes too many steps")]
    OutOfFuel,
    /// The template wrote more than a prompt may hold.
    #[error("the chat template writes more than {limit} bytes")]
    TooMuchOutput {
        /// The limit in bytes for this conversation.
        limit: usize,
    },
    /// Rendering failed.
    #[error("the chat template fails at line {line}: {message}")]
    Failed {
        /// Line of the template, from 1 (0 when unknown).
        line: usize,
        /// What went wrong.
        message: String,
    },
}
