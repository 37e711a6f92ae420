//! How much memory a loaded model takes.

use llmos_gguf::{ModelFile, TensorInfo};
use llmos_kernels::{Attention, KvCache, KvType, Matrix};

use super::config::heads;
use super::model::{BATCH, ROWS};
use super::threads;
use super::weights::{EMBEDDING, head_name, weight_type};

/// Memory for everything that does not grow with the model: the tokenizer, the
/// mapped pages of a tensor that is being repacked, the program's own.
const BESIDES: u64 = 32 << 20;

/// Bytes that a load with this context takes at its peak: repacked weights, KV
/// cache, buffers. Pages of the file are given back as they are repacked.
pub(super) fn needed(file: &ModelFile, context: usize, kv_type: KvType) -> u64 {
    let params = file.params();
    let gguf = file.gguf();
    let head = head_name(gguf);
    let weights: u64 = gguf
        .tensors()
        .iter()
        .filter(|tensor| tensor.name() != EMBEDDING || head == EMBEDDING)
        .map(repacked)
        .fold(0, u64::saturating_add);
    let heads = heads(params);
    let cache = KvCache::memory(heads, context, kv_type);
    let cache = cache.saturating_mul(params.block_count.into());
    let scratch = Attention::memory(threads::default_count(), heads, context);
    // The residual stream and a result, in f32; activations in both forms.
    let widths = 4 * u64::from(params.embedding_length)
        + 2 * (heads.row() as u64 + u64::from(params.feed_forward_length));
    let buffers = widths * 6 * BATCH as u64 + u64::from(params.vocab_size) * 4 * ROWS as u64;
    [cache, scratch, buffers, BESIDES]
        .into_iter()
        .fold(weights, u64::saturating_add)
}

fn repacked(tensor: &TensorInfo) -> u64 {
    let size = |index: usize| {
        let dimension = tensor.shape().get(index).copied().unwrap_or(1);
        usize::try_from(dimension).unwrap_or(usize::MAX)
    };
    match weight_type(tensor.tensor_type()) {
        Some(weight_type) if tensor.shape().len() > 1 => {
            Matrix::memory(weight_type, size(1), size(0))
        }
        _ => tensor.byte_len(),
    }
}
