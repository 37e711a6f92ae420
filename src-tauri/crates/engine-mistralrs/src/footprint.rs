//! How much memory a model takes inside mistral.rs.

use llmos_engine::{ModelFile, PREFILL_CHUNK};

use crate::CACHE_STEP;

/// Bytes of an `f32`, the type of the cache, the tables and the embedding.
const F32: u64 = 4;

/// Code, thread stacks, buffers, and what the allocator does not give back:
/// measured on the default model and rounded up.
const FIXED: u64 = 128 << 20;

/// Bytes for each token of the vocabulary that its two tokenizers, the trie of
/// the grammar engine and a few rows of logits take.
const PER_TOKEN: u64 = 1024;

/// Matrices of a chunk's attention weights that exist at once: scores, mask,
/// exponentials and shares.
const ATTENTION_COPIES: u64 = 4;

/// Peak bytes for a model with this context. With the default model it came to
/// 462 MiB at 512 tokens and 840 at 4096, where 408 and 816 were measured.
///
/// mistral.rs reads all tensors into memory (a tied output matrix twice),
/// unpacks the embedding to `f32`, and makes tables for the rotary embedding
/// of the *trained* context. The KV cache is `f32` and exists twice while a
/// request begins, because it is copied from the prefix cache.
pub(crate) fn bytes(file: &ModelFile, context_length: usize) -> u64 {
    let params = file.params();
    let gguf = file.gguf();
    let tied = match (
        gguf.tensor("output.weight"),
        gguf.tensor("token_embd.weight"),
    ) {
        (None, Some(embedding)) => gguf.tensor_bytes(embedding).len() as u64,
        _ => 0,
    };
    let vocab = u64::from(params.vocab_size);
    let embedding = vocab * u64::from(params.embedding_length) * F32;
    let rope = u64::from(params.context_length) * u64::from(params.rope_dimension_count) * F32;
    let heads = u64::from(params.head_count_kv);
    let widths = u64::from(params.key_length) + u64::from(params.value_length);
    let positions = context_length.next_multiple_of(CACHE_STEP) as u64;
    let cache = positions * u64::from(params.block_count) * heads * widths * F32;
    let attention =
        PREFILL_CHUNK as u64 * positions * u64::from(params.head_count) * F32 * ATTENTION_COPIES;
    // The experts of one layer are unpacked to `f32` and packed again one by one.
    let experts = if params.expert_count > 0 {
        gguf.len() / u64::from(params.block_count.max(1)) * 8
    } else {
        0
    };
    [
        gguf.len(),
        tied,
        embedding,
        rope,
        cache.saturating_mul(2),
        attention,
        experts,
        vocab * PER_TOKEN,
        FIXED,
    ]
    .into_iter()
    .fold(0, u64::saturating_add)
}
