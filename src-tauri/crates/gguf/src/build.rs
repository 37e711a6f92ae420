//! Writing GGUF files.

mod sample;
mod writer;

pub use sample::sample_model;
pub use writer::{BuildError, GgufWriter, OwnedValue};
