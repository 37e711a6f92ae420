//! A rendered conversation, ready to be tokenised.

use std::fmt;
use std::sync::Arc;

use crate::tokenizer::{GUARD, SpecialTokens, Tokenizer};

/// Text in which it is known who wrote what: names of control tokens count where
/// a template wrote them and are plain text where a message brought them.
///
/// Messages are guarded before they are rendered: a noncharacter is put inside
/// every control token's name, and beside an edge that neighbouring text could
/// complete to one. [`Tokenizer::encode_prompt`] finds the names that are still
/// whole and takes the guards out of the rest.
#[derive(Clone)]
pub struct Prompt {
    guarded: String,
    specials: Arc<SpecialTokens>,
}

impl Prompt {
    /// `text` on its own, without a template, none of it control tokens.
    #[must_use]
    pub fn plain(tokenizer: &Tokenizer, text: &str) -> Self {
        let mut prompt = Self::rendered(String::new(), tokenizer.specials().clone());
        prompt.push_text(text);
        prompt
    }

    /// What a template wrote of guarded messages.
    pub(crate) fn rendered(guarded: String, specials: Arc<SpecialTokens>) -> Self {
        Self { guarded, specials }
    }

    /// Appends text that is not to be read as control tokens, such as the
    /// beginning of an answer that is to be continued.
    pub fn push_text(&mut self, text: &str) {
        self.guarded.push_str(&self.specials.guard(text));
    }

    /// The prompt as a person would read it, names of control tokens included.
    #[must_use]
    pub fn text(&self) -> String {
        self.guarded.replace(GUARD, "")
    }

    pub(crate) fn guarded(&self) -> &str {
        &self.guarded
    }
}

impl fmt::Debug for Prompt {
    /// Says the length only: prompts are private and debug output ends up in logs.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Prompt")
            .field("bytes", &self.guarded.len())
            .finish_non_exhaustive()
    }
}
