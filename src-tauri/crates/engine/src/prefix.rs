//! The state of a model after the beginning of a text, taken out of it so that it need
//! not be computed again.

use std::fmt;

use llmos_gguf::TokenId;

/// What a model's cache holds of some tokens. Only the model that made it, loaded in the
/// same way ([`LoadedModel::state_id`](crate::LoadedModel)), can make sense of it.
#[derive(Clone, PartialEq, Eq)]
pub struct SavedPrefix {
    /// Names the model and how it was loaded.
    pub state_id: [u8; 32],
    /// The tokens, from the first one of the text on.
    pub tokens: Vec<TokenId>,
    /// Keys and values, in the form of the backend.
    pub state: Vec<u8>,
}

impl fmt::Debug for SavedPrefix {
    /// Sizes only: tokens are text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SavedPrefix")
            .field("tokens", &self.tokens.len())
            .field("bytes", &self.state.len())
            .finish_non_exhaustive()
    }
}

/// How many tokens two texts have in common from their beginning on.
pub(crate) fn common(a: &[TokenId], b: &[TokenId]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}
