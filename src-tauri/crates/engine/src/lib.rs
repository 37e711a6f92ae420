//! Inference: the contract between the application and whatever computes logits.
//!
//! A [`Backend`] opens a checked model file and returns a [`Model`] that turns
//! token ids into logits and nothing else. Everything that makes generation
//! behave the same whatever computes it lives here: the thread that owns the
//! model ([`EngineHandle`]), queueing and stopping, prefix reuse, also of state
//! that was saved ([`SavedPrefix`]), prefill in chunks, sampling, stop strings, limits, timings and the memory fit.

#![forbid(unsafe_code)]

mod backend;
pub mod cpu;
mod error;
mod generate;
mod handle;
mod kind;
pub mod memory;
mod model;
mod native;
mod prefix;
mod priority;
mod sampling;
mod status;
mod stop_strings;
mod worker;

pub use backend::{Backend, LoadOptions, LoadRequest, Model, Verify, reusable_prefix};
pub use error::{EngineError, LoadError, Unsupported};
pub use generate::{
    GenerateEvent, GenerateRequest, Outcome, PREFILL_CHUNK, StopReason, Usage, WhenBusy,
};
pub use handle::{EngineHandle, GenerateStream};
pub use kind::{EngineKind, UnknownEngine};
pub use llmos_kernels::{KvType, Level, UnknownKvType, UnknownLevel};
pub use model::{LoadedModel, ModelInfo};
pub use native::Native;
pub use prefix::SavedPrefix;
pub use sampling::{Sampler, Sampling};
pub use status::EngineStatus;
pub use stop_strings::{StopMatch, StopStrings};

/// What callers of the engine need from the model file, so that they need not
/// depend on the file crate themselves.
pub use llmos_gguf::{
    ChatTemplate, GgufError, GgufErrorKind, ModelFile, ModelParams, Prompt, RenderOptions,
    Specials, TemplateError, TemplateMessage, TokenId, Tokenizer,
};
