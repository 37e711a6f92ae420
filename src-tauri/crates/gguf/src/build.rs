//! Writing GGUF files.

mod sample;
mod value;
mod vocabulary;
mod writer;

pub use sample::sample_model;
pub use value::OwnedValue;
pub use vocabulary::set_vocabulary;
pub use writer::{BuildError, GgufWriter};
