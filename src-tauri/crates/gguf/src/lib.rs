//! GGUF files: a checked reader, a writer, tokenizers and chat templates.
//!
//! Model files are untrusted input. The way in is layered:
//!
//! 1. [`GgufFile::open`] maps a file and checks its *structure*: every length,
//!    offset and type is compared with what is really there before it is used,
//!    and nothing is allocated from a number that the file chose. A model that was
//!    split into several files is opened as one.
//! 2. [`ModelFile::open`] adds the *meaning*: the architecture is known, the
//!    dimensions agree with each other and with the tensors, the vocabulary is
//!    whole. Only files that passed reach an inference backend.
//! 3. [`Tokenizer`] and [`ChatTemplate`] are built from the same file. Text that
//!    a person or a document brings never becomes a control token: see [`Prompt`].
//!
//! [`build`] is the way out: it writes files that the reader accepts.

#![deny(unsafe_code)]

pub mod build;
mod error;
mod file;
pub mod limits;
mod metadata;
mod model;
mod prompt;
mod reader;
mod template;
mod tensor;
mod tokenizer;
mod value;
mod vocabulary;

pub use error::{GgufError, GgufErrorKind, TemplateError, TokenizerError};
pub use file::GgufFile;
pub use metadata::Metadata;
pub use model::{Architecture, ModelFile, ModelParams};
pub use prompt::Prompt;
pub use template::{ChatTemplate, RenderOptions, TemplateMessage, TemplateSource};
pub use tensor::{TensorInfo, TensorType};
pub use tokenizer::{DecodeStream, Specials, TokenId, Tokenizer};
pub use value::{Array, Value, ValueType};
