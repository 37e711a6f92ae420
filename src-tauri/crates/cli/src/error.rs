//! What goes wrong in a terminal, as one line each.

use std::io;
use std::path::{Path, PathBuf};

use llmos_assistant::AssistantError;
use llmos_engine::{EngineError, LoadError};
use llmos_gguf::{GgufError, GgufErrorKind, TokenizerError};

#[derive(Debug, thiserror::Error)]
pub enum CliError {
    #[error("no model: none was named, and the default model was not found (run `make model`)")]
    NoDefaultModel,
    /// A file that can't be used, and why.
    #[error("{}: {reason}", path.display())]
    File { path: PathBuf, reason: String },
    #[error("{0}")]
    Engine(#[from] EngineError),
    #[error("{0}")]
    Load(#[from] LoadError),
    #[error("{0}")]
    Assistant(#[from] AssistantError),
    #[error("{0}")]
    Tokenizer(#[from] TokenizerError),
    #[error("the text on stdin is not valid UTF-8")]
    NotText,
    #[error("{what} cannot be read: {source}")]
    Input {
        what: &'static str,
        source: io::Error,
    },
    /// A document that can't be read, and why.
    #[error("{}: {source}", path.display())]
    Document {
        path: PathBuf,
        source: llmos_documents::DocumentError,
    },
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
    #[error("the output cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    #[error("{needed} tokens of context are needed, the model has {available}")]
    TooLong { needed: usize, available: usize },
    #[error(
        "the text has {found} tokens; two chunks are {needed}: take a longer text or a smaller --context"
    )]
    TooShort { found: usize, needed: usize },
    #[error("`{name}` is no language that is known here")]
    UnknownLanguage { name: String },
    #[error("the language of the text can't be told for certain{guess}; name it with --from")]
    LanguageUnclear { guess: String },
    #[error("there is no token {id}: the vocabulary ends before {vocabulary}")]
    NoSuchToken { id: u32, vocabulary: u32 },
    #[error("no engine called `{name}` can run this model")]
    NoEngine { name: String },
    #[error("{0}")]
    Usage(&'static str),
}

impl CliError {
    /// An error about a file, naming it once.
    pub fn in_file(path: &Path, error: &GgufError) -> Self {
        let reason = error.to_string();
        let named = matches!(
            error.kind(),
            GgufErrorKind::Missing | GgufErrorKind::Unreadable
        );
        let prefix = format!("{}: ", path.display());
        let reason = match reason.strip_prefix(&prefix) {
            Some(rest) if named => rest.to_owned(),
            _ => reason,
        };
        Self::File {
            path: path.to_owned(),
            reason,
        }
    }

    /// Whether stdout is a pipe that nobody reads any more.
    pub fn is_closed_output(&self) -> bool {
        match self {
            Self::Output(error) => error.kind() == io::ErrorKind::BrokenPipe,
            Self::Json(error) => error.io_error_kind() == Some(io::ErrorKind::BrokenPipe),
            _ => false,
        }
    }
}
