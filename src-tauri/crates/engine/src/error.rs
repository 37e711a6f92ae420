//! What can go wrong, as closed sets that callers turn into words.

use std::sync::Arc;

use llmos_gguf::GgufError;

/// Why a backend will not take a model, before anything was loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} `{found}` is not supported (supported: {supported})")]
pub struct Unsupported {
    /// The property in question, for example `architecture`.
    pub what: &'static str,
    /// What the file has.
    pub found: String,
    /// What would be accepted, as a list for a person to read.
    pub supported: String,
}

/// Why a [`Backend`](crate::Backend) could not load a checked model file.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LoadError {
    /// The file is sound but this backend cannot run it.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// The backend failed while loading.
    #[error("the model could not be loaded: {message}")]
    Backend {
        /// The backend's own words. Never holds what a person wrote.
        message: String,
    },
    /// The system did not give the memory.
    #[error("{needed} bytes of memory can't be had")]
    OutOfMemory {
        /// Bytes that were asked for in one piece.
        needed: u64,
    },
    /// The backend panicked on a thread of its own.
    #[error("the inference backend crashed while loading")]
    Panicked,
}

/// Everything the engine reports to its callers.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// Another request holds the engine and the caller asked not to wait.
    #[error("the engine is busy with {holder}")]
    Busy {
        /// Who holds it, as given in that request.
        holder: String,
    },
    /// No model is loaded.
    #[error("no model is loaded")]
    NoModel,
    /// The model file was refused by the checker.
    #[error(transparent)]
    Model(Arc<GgufError>),
    /// No registered backend runs this model.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// Weights, cache and working memory exceed what the machine has free.
    #[error("the model needs {needed} bytes of memory and {available} are available")]
    TooLarge {
        /// Bytes needed at the smallest context the engine would accept.
        needed: u64,
        /// Bytes available when it was checked.
        available: u64,
    },
    /// A draft model was to guess in another vocabulary than the model's.
    #[error("the draft model has another vocabulary than the model")]
    DraftVocabulary,
    /// The backend that runs the model can't check what a draft model guesses.
    #[error("the engine {engine} does not work with draft models")]
    DraftUnsupported {
        /// Name of that backend.
        engine: String,
    },
    /// The prompt leaves no room for an answer.
    #[error("the prompt needs {needed} tokens of context and {available} are available")]
    ContextOverflow {
        /// Prompt tokens plus one for the first token of the answer.
        needed: usize,
        /// Context length of the loaded model, in tokens.
        available: usize,
    },
    /// The request itself makes no sense (an empty prompt, a token id outside
    /// the vocabulary, a temperature that is not a number).
    #[error("the request cannot be run: {reason}")]
    InvalidRequest {
        /// What is wrong with it.
        reason: String,
    },
    /// The backend failed.
    #[error("the inference backend failed: {message}")]
    Backend {
        /// The backend's own words. Never holds what a person wrote.
        message: String,
    },
    /// The backend panicked; the panic was contained. Its message is left out
    /// because it may quote text.
    #[error("the inference backend crashed while it {during}")]
    Panicked {
        /// What it was doing: `loaded a model` or `generated`.
        during: &'static str,
    },
    /// The engine's thread is gone; only happens while the program ends.
    #[error("the engine has shut down")]
    Gone,
}

impl From<GgufError> for EngineError {
    fn from(error: GgufError) -> Self {
        Self::Model(Arc::new(error))
    }
}

impl From<LoadError> for EngineError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Unsupported(unsupported) => Self::Unsupported(unsupported),
            LoadError::Backend { message } => Self::Backend { message },
            LoadError::OutOfMemory { needed } => Self::TooLarge {
                needed,
                available: crate::memory::available().unwrap_or(0),
            },
            LoadError::Panicked => Self::Panicked {
                during: "loaded a model",
            },
        }
    }
}
