//! Writing GGUF files.

mod family;
mod sample;
mod split;
mod value;
mod vocabulary;
mod writer;

pub use crate::file::part_name;
pub use family::sample_of;
pub use sample::sample_model;
pub use split::split_at;
pub use value::OwnedValue;
pub use vocabulary::set_vocabulary;
pub use writer::{BuildError, GgufWriter};
