//! The contract a backend fulfils: token ids in, logits out.

use std::path::PathBuf;
use std::sync::Arc;

use llmos_gguf::{ModelFile, ModelParams, TokenId};
use llmos_kernels::KvType;

use crate::error::{EngineError, LoadError, Unsupported};
use crate::kind::EngineKind;

/// How a model should be loaded, as the caller asks for it.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// Tokens of context. `None` lets the engine choose: the model's own
    /// length, at most [`memory::DEFAULT_CONTEXT`](crate::memory::DEFAULT_CONTEXT),
    /// less where memory is short.
    pub context_length: Option<usize>,
    /// Threads for the computation. `None` leaves it to the backend.
    pub threads: Option<usize>,
    /// A directory of the application's own that a backend may write to.
    pub cache_dir: PathBuf,
    /// Which backend to use.
    pub engine: EngineKind,
    /// How keys and values are stored. `None` lets the engine choose: the backend's
    /// first type, another where only that has room for the context.
    pub kv_type: Option<KvType>,
}

/// What the engine asks of a backend once the file is checked and the memory
/// counted.
#[derive(Debug, Clone)]
pub struct LoadRequest {
    /// The checked file.
    pub file: Arc<ModelFile>,
    /// Tokens of context to provide; at least 1, at most the model's own.
    pub context_length: usize,
    /// As in [`LoadOptions`].
    pub threads: Option<usize>,
    /// As in [`LoadOptions`].
    pub cache_dir: PathBuf,
    /// How to store keys and values; one of the backend's types.
    pub kv_type: KvType,
}

/// Something that can run models.
pub trait Backend: Send + Sync {
    /// The name it is chosen and reported by.
    fn name(&self) -> &'static str;

    /// Whether it runs this model. Decided from the header alone, so that a
    /// refusal costs nothing.
    fn supports(&self, file: &ModelFile) -> Result<(), Unsupported>;

    /// The longest context, in tokens, that it can give a model of this shape.
    fn longest_context(&self, params: &ModelParams) -> usize {
        params.context_length as usize
    }

    /// How it can store keys and values, the preferred way first; at least one.
    fn kv_types(&self) -> &'static [KvType] {
        &[KvType::F16]
    }

    /// Bytes of memory that a load with this context would take at its peak:
    /// weights, KV cache, tables and working memory.
    fn memory_needed(&self, file: &ModelFile, context_length: usize, kv_type: KvType) -> u64;

    /// Loads the model. `progress` takes a share from 0 to 1.
    fn load(
        &self,
        request: &LoadRequest,
        progress: &mut dyn FnMut(f32),
    ) -> Result<Box<dyn Model>, LoadError>;
}

/// A loaded model with one KV cache.
///
/// The engine drives it from a single thread: [`reuse`](Self::reuse) once for
/// each prompt, then [`forward`](Self::forward) for the rest of the prompt in
/// chunks and for every sampled token.
pub trait Model: Send {
    /// The token ids whose keys and values the cache holds, in order.
    fn tokens(&self) -> &[TokenId];

    /// Makes the cache hold a prefix of `prompt`, the longest it can cheaply
    /// have, and returns its length.
    ///
    /// The result is always smaller than `prompt.len()`, because at least one
    /// token has to go through [`forward`](Self::forward) to give logits. An
    /// implementation that cannot reuse anything clears its cache and
    /// returns 0; one that can, usually starts from [`reusable_prefix`].
    fn reuse(&mut self, prompt: &[TokenId]) -> Result<usize, EngineError>;

    /// Appends `tokens` (not empty, within the context length) to the cache
    /// and returns the logits that follow the last of them, one `f32` for each
    /// id of the vocabulary.
    ///
    /// After an error the cache holds what [`tokens`](Self::tokens) says, or
    /// nothing; the model stays usable.
    fn forward(&mut self, tokens: &[TokenId]) -> Result<&[f32], EngineError>;

    /// As [`forward`](Self::forward) for a part of a prompt that is not its last:
    /// nobody asks for the logits, and a model may save computing them.
    fn prefill(&mut self, tokens: &[TokenId]) -> Result<(), EngineError> {
        self.forward(tokens).map(|_| ())
    }

    /// The state of the cache after its first tokens, in a form of the model's own, with
    /// the number of tokens: at most `most_tokens`, and as many as `most_bytes` bytes have
    /// room for. `None` from a model that can't take its state out, or when there is none
    /// worth taking.
    fn state(&self, most_tokens: usize, most_bytes: usize) -> Option<(usize, Vec<u8>)> {
        let _ = (most_tokens, most_bytes);
        None
    }

    /// Makes the cache hold `tokens` in the state that [`state`](Self::state) gave for
    /// them, from a model of the same file loaded in the same way. False, with the cache
    /// as it was, when the state can't be of that form.
    fn set_state(&mut self, tokens: &[TokenId], state: &[u8]) -> bool {
        let _ = (tokens, state);
        false
    }

    /// Has it from now on leave part of the processor to others, or take what it needs
    /// again. A model that has no say in that computes as before.
    fn go_easy(&mut self, easy: bool) {
        let _ = easy;
    }

    /// The model as one that can look at several tokens at once, if it can.
    fn verifier(&mut self) -> Option<&mut dyn Verify> {
        None
    }
}

/// A model that gives the logits after each of several tokens in one pass, which
/// takes little longer than one token does where reading the weights is what takes
/// the time.
pub trait Verify {
    /// Most rows of logits that one pass gives; at least 2.
    fn most_rows(&self) -> usize;

    /// Appends `tokens` (1 to [`most_rows`](Self::most_rows), within the context
    /// length) to the cache and computes the logits after each of them: bit for bit
    /// what [`Model::forward`] would give for one after the other.
    fn verify(&mut self, tokens: &[TokenId]) -> Result<(), EngineError>;

    /// The logits after token `index` of the last pass.
    fn row(&self, index: usize) -> &[f32];

    /// Shortens the cache to its first `length` tokens.
    fn truncate(&mut self, length: usize);
}

/// The longest prefix of `prompt` that `cached` starts with, leaving at least
/// one token of the prompt to be computed.
#[must_use]
pub fn reusable_prefix(cached: &[TokenId], prompt: &[TokenId]) -> usize {
    let common = cached
        .iter()
        .zip(prompt)
        .take_while(|(cached, wanted)| cached == wanted)
        .count();
    common.min(prompt.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::reusable_prefix;

    #[test]
    fn one_token_is_always_left_to_compute() {
        assert_eq!(reusable_prefix(&[1, 2, 3], &[1, 2, 3, 4]), 3);
        assert_eq!(reusable_prefix(&[1, 2, 3], &[1, 2, 3]), 2);
        assert_eq!(reusable_prefix(&[1, 2, 3], &[1, 9]), 1);
        assert_eq!(reusable_prefix(&[], &[1]), 0);
        assert_eq!(reusable_prefix(&[1], &[]), 0);
    }
}
