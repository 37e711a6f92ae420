//! The mistral.rs backend.
//!
//! mistral.rs 0.8.1 runs whole requests: it tokenises, samples, stops and
//! caches by itself, and has no way to ask for one step. The engine wants the
//! opposite, logits and nothing else. This crate turns the control around
//! through the one opening there is, the custom logits processor: it hands each
//! row of logits out of mistral.rs' thread ([`lane`]), waits there for the
//! engine's decision, and makes that decision the only possible sample.
//!
//! Everything else that mistral.rs would do is switched off or kept away from
//! it: the network, the home directory, the chat template, the terminal. What
//! was found in its source and how it is dealt with is written down in
//! `docs/decisions/0002-mistralrs-adapter.md`.

#![forbid(unsafe_code)]

mod footprint;
mod kv;
mod lane;
mod load;
mod model;
mod prefix_index;
mod stop_ids;

use llmos_engine::{
    Backend, KvType, LoadError, LoadRequest, Model, ModelFile, ModelParams, Unsupported,
};

/// Architectures that mistral.rs loads from GGUF with the plain KV cache that
/// this adapter works with. Phi-3 is missing because it gets the rotating one,
/// which cannot be rewound.
const ARCHITECTURES: [&str; 7] = [
    "llama",
    "mistral3",
    "phi2",
    "qwen2",
    "qwen3",
    "qwen3moe",
    "starcoder2",
];

/// mistral.rs grows its KV cache by this many tokens at a time.
const CACHE_STEP: usize = 512;

/// The mistral.rs backend. Runs on the CPU.
#[derive(Debug, Clone, Copy, Default)]
pub struct MistralRs;

impl MistralRs {
    /// The backend.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Backend for MistralRs {
    fn name(&self) -> &'static str {
        "mistralrs"
    }

    fn supports(&self, file: &ModelFile) -> Result<(), Unsupported> {
        let architecture = &file.params().architecture;
        if !ARCHITECTURES.contains(&architecture.as_str()) {
            return Err(Unsupported {
                what: "architecture",
                found: architecture.clone(),
                supported: ARCHITECTURES.join(", "),
            });
        }
        // It would read metadata from every part, and only the first's was checked.
        let parts = file.gguf().part_count();
        if parts > 1 {
            return Err(Unsupported {
                what: "model",
                found: format!("{architecture} in {parts} parts"),
                supported: "models in one file".to_owned(),
            });
        }
        Ok(())
    }

    /// mistral.rs refuses to grow the cache past the model's own length even
    /// by the rest of a step, so only whole steps can be used.
    fn longest_context(&self, params: &ModelParams) -> usize {
        let trained = params.context_length as usize;
        if trained < CACHE_STEP {
            trained
        } else {
            trained / CACHE_STEP * CACHE_STEP
        }
    }

    fn memory_needed(&self, file: &ModelFile, context_length: usize, _: KvType) -> u64 {
        footprint::bytes(file, context_length)
    }

    fn load(
        &self,
        request: &LoadRequest,
        progress: &mut dyn FnMut(f32),
    ) -> Result<Box<dyn Model>, LoadError> {
        load::load(request, progress)
    }
}
