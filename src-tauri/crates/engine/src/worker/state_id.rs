//! Names a model and how it was loaded, so that state saved from it is never given to
//! another.

use std::time::UNIX_EPOCH;

use llmos_gguf::{GgufError, GgufFile, ModelFile};
use llmos_kernels::{KvType, Level};
use sha2::{Digest, Sha256};

/// Changes whenever the form of saved state, or how it is computed, does.
const FORM: &str = "llmos state 1";

/// Bytes at each end of a tensor that are looked at. Reading all of a large model would
/// take longer than what saved state spares.
const SAMPLE: usize = 1024;

/// A digest of the file's size, time, tensors and samples of their content, of the
/// backend with its version, and of how it was loaded.
pub(super) fn state_id(
    file: &ModelFile,
    backend: &str,
    context_length: usize,
    kv_type: KvType,
) -> [u8; 32] {
    let gguf = file.gguf();
    let mut hash = Sha256::new();
    let mut text = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    for part in [
        FORM,
        env!("CARGO_PKG_VERSION"),
        backend,
        kv_type.name(),
        Level::detect().name(),
        std::env::consts::ARCH,
    ] {
        text(part);
    }
    text(&file.params().architecture);
    for tensor in gguf.tensors() {
        text(tensor.name());
        text(tensor.tensor_type().name());
    }
    let modified = std::fs::metadata(gguf.path())
        .and_then(|metadata| metadata.modified())
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |time| time.as_nanos());
    hash.update(modified.to_le_bytes());
    hash.update(gguf.len().to_le_bytes());
    hash.update((context_length as u64).to_le_bytes());
    for tensor in gguf.tensors() {
        for dimension in tensor.shape() {
            hash.update(dimension.to_le_bytes());
        }
        let bytes = gguf.tensor_bytes(tensor);
        hash.update(&bytes[..SAMPLE.min(bytes.len())]);
        hash.update(&bytes[bytes.len().saturating_sub(SAMPLE)..]);
    }
    hash.finalize().into()
}

/// A digest of all tokens, so that models of one vocabulary are known by it.
pub(super) fn vocabulary_id(gguf: &GgufFile) -> Result<[u8; 32], GgufError> {
    let mut hash = Sha256::new();
    let tokens = gguf.metadata().array("tokenizer.ggml.tokens")?;
    for token in tokens
        .and_then(|tokens| tokens.strings())
        .into_iter()
        .flatten()
    {
        hash.update((token.len() as u64).to_le_bytes());
        hash.update(token);
    }
    Ok(hash.finalize().into())
}
