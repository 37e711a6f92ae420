//! The one error shape that crosses to the page.
//!
//! The page never reads `message`: it turns `code` and `details` into words in
//! the person's language. `message` is English, for logs and bug reports.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Everything that can go wrong, as far as a person can act on it.
///
/// Closed on purpose: a new code needs words in both languages, and the page's
/// dictionary does not compile without them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The model file is not where it was expected.
    ModelMissing,
    /// The model file exists and can't be read.
    ModelUnreadable,
    /// The model file ends before its own header says it does.
    ModelTruncated,
    /// The file is not a model, or contradicts itself.
    ModelInvalid,
    /// A sound file of a kind that no engine here can run.
    ModelUnsupported,
    /// The model needs more memory than the device has to give.
    ModelTooLarge,
    /// A draft model has another vocabulary than the model.
    DraftVocabulary,
    /// The engine that runs the model does not work with draft models.
    DraftUnsupported,
    /// No model is loaded.
    NoModel,
    /// Another answer is being written.
    EngineBusy,
    /// The engine failed while it worked.
    EngineFailed,
    /// The model wrote nothing that can be used as a summary.
    NoSummary,
    /// The model wrote nothing that can be used as a text.
    NothingWritten,
    /// The text does not fit into the model's context.
    ContextOverflow,
    /// The key on this device does not open the history.
    StorageWrongKey,
    /// A history exists and its key is gone.
    StorageKeyMissing,
    /// The history was written by a newer version of the app.
    StorageNewer,
    /// Another running copy of the app holds the history.
    StorageInUse,
    /// The data directory can't be written.
    StorageReadOnly,
    /// The disk is full.
    StorageFull,
    /// Reading or writing the history failed in another way.
    StorageFailed,
    /// What was asked for is gone.
    NotFound,
    /// A tag's name is empty or too long.
    TagName,
    /// There is no room for another tag.
    TooManyTags,
    /// An argument that the page should never have sent.
    InvalidArgument,
    /// More text than the app accepts in one piece.
    TextTooLong,
    /// A setting beyond what it can mean.
    OutOfRange,
    /// A file that the person chose can't be read.
    FileUnreadable,
    /// A file can't be written where the person wants it.
    FileUnwritable,
    /// There is no text in a document.
    DocumentEmpty,
    /// A document, or what is in it, is larger than allowed.
    DocumentTooLarge,
    /// A document needs a password, or is protected against copying.
    DocumentLocked,
    /// A document's pages are pictures.
    DocumentScanned,
    /// A file that is named as text is none.
    DocumentBinary,
    /// A document does not follow its format.
    DocumentBroken,
    /// A file of a kind that is not read.
    DocumentUnsupported,
    /// A document is built as only an attack is.
    DocumentUnsafe,
    /// Reading a document took too long.
    DocumentTimedOut,
    /// A document that a question is about is no longer there.
    DocumentGone,
    /// The file is not an export of a known kind.
    ImportUnrecognised,
    /// The file is an export of a newer version of the app.
    ImportNewer,
    /// An export or import runs already.
    ExchangeBusy,
    /// A link of a kind that the app does not open.
    LinkRefused,
    /// Another model is loaded than a job began with.
    OtherModel,
    /// There are no words in the text.
    EmptyText,
    /// What was given as a text is none.
    NotText,
    /// A job is no longer in a state in which this can be done.
    JobMoved,
    /// A fault of the app itself.
    Internal,
}

/// An error as the page receives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{message}")]
pub struct CommandError {
    /// What went wrong, for choosing words.
    pub code: ErrorCode,
    /// English, for logs and bug reports; never holds what a person wrote.
    pub message: String,
    /// Figures and names for the words: `needed`, `available`, `path`, ...
    pub details: BTreeMap<String, String>,
}

impl CommandError {
    /// An error without details.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            details: BTreeMap::new(),
        }
    }

    /// Adds one detail.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "numbers and texts read better without a reference"
    )]
    pub fn with(mut self, key: &str, value: impl ToString) -> Self {
        self.details.insert(key.to_owned(), value.to_string());
        self
    }

    /// A fault of the app itself.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::Internal, error.to_string())
    }

    /// The page sent something that it never should.
    pub fn invalid(what: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidArgument, what)
    }
}

/// What every command returns.
pub type CommandResult<T> = Result<T, CommandError>;
