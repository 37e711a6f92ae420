//! Translating: a text is taken apart by its format ([`Document`]), its segments go
//! through the model one by one ([`Translator`]), and what comes back is checked before
//! it takes the place of the source. What was translated once is remembered
//! ([`Sheet`]), and what a person wrote goes before what the model would.
//!
//! Only [`translator`] knows a model, and only [`sheet`] and [`interpret`] a database.

mod coverage;
mod detect;
mod document;
mod flag;
mod format;
mod glossary;
mod interpret;
mod job;
mod languages;
mod memory;
mod protect;
mod rubbish;
mod sentences;
mod sheet;
#[cfg(test)]
mod tests;
mod translator;

pub use coverage::{Coverage, coverage, languages};
pub use detect::{Detected, detect};
pub use document::{Document, Segment};
pub use flag::Flag;
pub use format::Format;
pub use glossary::{Conflict, Glossary, Term};
pub use interpret::{Side, Spoken};
pub(crate) use job::Translating;
pub use languages::{Script, TextLanguage};
pub use memory::Formality;
pub use sheet::{RunEvent, Sheet, SheetRequest, SheetSegment};
pub use translator::{Translated, Translator};
