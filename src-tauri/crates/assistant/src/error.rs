//! Why a turn could not start or broke off.

use llmos_engine::EngineError;
use llmos_store::StoreError;

/// Why a turn could not start or broke off.
#[derive(Debug, thiserror::Error)]
pub enum AssistantError {
    /// No model is loaded.
    #[error("no model is loaded")]
    NoModel,
    /// The engine works for someone else.
    #[error("the model is busy with {holder}")]
    Busy {
        /// Who it works for: a conversation's id.
        holder: String,
    },
    /// The system prompt and the last question alone are too long.
    #[error("the text needs {needed} tokens and the context has room for {available}")]
    ContextOverflow {
        /// Tokens of the prompt with nothing but what may not be dropped.
        needed: usize,
        /// Tokens that a prompt may have with room left for an answer.
        available: usize,
    },
    /// The question has no text.
    #[error("there is no text to send")]
    EmptyText,
    /// What was given as a text is none: a picture, a program, a packed file.
    #[error("this is not a text")]
    NotText,
    /// The question is larger than any message may be.
    #[error("the text has {bytes} bytes, more than the {limit} of one message")]
    TextTooLong {
        /// Size of the text.
        bytes: usize,
        /// Largest size.
        limit: usize,
    },
    /// The message is not one that can be answered again or continued.
    #[error("message {id} cannot be {action}")]
    WrongMessage {
        /// The message.
        id: String,
        /// What was asked for, as a participle.
        action: &'static str,
    },
    /// The persona is not one that this can be done to.
    #[error("persona {id} cannot be {action}")]
    WrongPersona {
        /// The persona.
        id: String,
        /// What was asked for, as a participle.
        action: &'static str,
    },
    /// The job is not in a state in which this can be done to it.
    #[error("job {id} cannot be {action}")]
    WrongJob {
        /// The job.
        id: String,
        /// What was asked for, as a participle.
        action: &'static str,
    },
    /// A job began with another model than the one that is loaded.
    #[error("the job began with another model")]
    OtherModel {
        /// The name of the one that it began with.
        wanted: String,
    },
    /// What is kept of a job makes no sense to this version of the app.
    #[error("the {what} of a job cannot be read")]
    BadJob {
        /// What of it.
        what: &'static str,
    },
    /// A setting is outside what it can mean.
    #[error("{field} is not within {least} to {most}")]
    OutOfRange {
        /// The setting, as the page spells it.
        field: &'static str,
        /// Least value, or length.
        least: f64,
        /// Largest value, or length.
        most: f64,
    },
    /// The model's chat template cannot express the conversation, or its
    /// tokenizer cannot encode it.
    #[error("the model's chat template or tokenizer failed: {message}")]
    Prompt {
        /// What it said.
        message: String,
    },
    /// A language that the app does not translate from or into.
    #[error("`{tag}` is no language that is translated here")]
    UnknownLanguage {
        /// What it was called.
        tag: String,
    },
    /// A text has no such segment, or other words stand there by now.
    #[error("there is no segment {ordinal}")]
    NoSegment {
        /// Its place, from 0.
        ordinal: usize,
    },
    /// A document that a question is about is neither kept nor open.
    #[error("the document is no longer there")]
    DocumentGone {
        /// Its name.
        name: String,
    },
    /// The model wrote nothing that could be used as a summary.
    #[error("the model gave no summary")]
    NoSummary,
    /// The model wrote nothing that could be used as a text.
    #[error("the model wrote nothing that can be used")]
    NothingWritten,
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The engine failed.
    #[error(transparent)]
    Engine(EngineError),
    /// The app is shutting down, or a background task died.
    #[error("the turn was abandoned")]
    Abandoned,
}

impl From<EngineError> for AssistantError {
    /// Lifts what a person can act on to this type's own variants, so that a
    /// caller meets each condition in one shape, whoever noticed it first.
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::NoModel => Self::NoModel,
            EngineError::Busy { holder } => Self::Busy { holder },
            EngineError::ContextOverflow { needed, available } => {
                Self::ContextOverflow { needed, available }
            }
            other => Self::Engine(other),
        }
    }
}
