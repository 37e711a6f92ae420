//! What the assistant does with a model and a database: chat turns, and the
//! way of conversations to files and back ([`exchange`]).
//!
//! A turn takes the active branch of a conversation, puts the system prompt
//! before it, fits both into the model's context ([`context`]), asks the
//! engine, streams the answer to whoever listens ([`events`]) and saves it as
//! it grows ([`turn`](crate::Assistant)). After the first exchange the
//! conversation gets a [`title`]. Who answers, and how, is a [`persona`]'s matter.
//! What the model does for a text instead of a conversation is in [`mod@write`].
//!
//! This crate knows no window and no terminal: the shell and `llmos-cli` turn
//! its events into theirs. Time is passed in as a function, so that tests hold
//! the clock.
#![forbid(unsafe_code)]

mod ask;
mod assistant;
pub mod attachment;
mod checkpoint;
pub mod context;
mod documents;
mod error;
pub mod events;
pub mod exchange;
mod foreground;
pub mod history;
pub mod jobs;
mod keeping;
mod language;
mod locale;
mod material;
mod meter;
pub mod model_path;
mod original;
pub mod persona;
mod prefixes;
mod prepare;
mod prompts;
mod slot;
mod speed;
pub mod summarise;
mod summary;
pub mod title;
mod tokens;
pub mod translate;
mod turn;
pub mod write;

pub use assistant::{Assistant, MAX_TEXT_BYTES};
pub use documents::OpenDocument;
pub use error::AssistantError;
pub use events::{ChatEvent, EventSink};
/// Times, as the database stores them: what an assistant's clock tells.
pub use llmos_store::Timestamp;
pub use locale::{Language, Locale};
pub use meter::ContextUse;
pub use model_path::default_model_path;
pub use original::Original;
pub use prefixes::KeptPrefixes;
pub use tokens::text_tokens;
