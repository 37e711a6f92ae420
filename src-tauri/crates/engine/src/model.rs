//! A loaded model as the rest of the application sees it.

use std::fmt;
use std::path::PathBuf;

use llmos_gguf::{ChatTemplate, Tokenizer};

/// Facts about a loaded model, for display and for records.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelInfo {
    /// `general.name`, or the file's name without its ending.
    pub name: String,
    /// `general.architecture`.
    pub architecture: String,
    /// The languages that the file says it was made for (`general.languages`), as tags.
    pub languages: Vec<String>,
    /// The dominant tensor type, for example `Q4_1`.
    pub quantisation: String,
    /// Name of the backend that runs it.
    pub engine: String,
    /// Tokens of context it was loaded with.
    pub context_length: usize,
    /// Weights.
    pub parameter_count: u64,
    /// Bytes on disk.
    pub file_size: u64,
    /// Where the file is.
    pub path: PathBuf,
    /// Ids in the vocabulary; the length of a row of logits.
    pub vocab_size: usize,
    /// Milliseconds from the request to a usable model.
    pub load_ms: f64,
}

/// What callers need to talk to the loaded model: facts, tokenizer, template.
pub struct LoadedModel {
    /// Facts.
    pub info: ModelInfo,
    /// Names the file and how it was loaded: state that was saved under one id is of no
    /// use under another.
    pub state_id: [u8; 32],
    /// Names the vocabulary: models with the same one agree on what a token means.
    pub vocabulary_id: [u8; 32],
    /// The file's own tokenizer.
    pub tokenizer: Tokenizer,
    /// The file's own chat template.
    pub template: ChatTemplate,
}

impl fmt::Debug for LoadedModel {
    /// The facts only: a vocabulary has no place in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoadedModel")
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}
