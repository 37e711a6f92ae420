//! Translations: texts with their segments, the memory of what was translated before,
//! glossaries, and conversations between two languages. What languages and formats there
//! are, and what may be wrong with a translation, is not known here.

mod glossary;
mod memory;
mod texts;
mod utterances;

pub use glossary::{GlossaryTerm, LanguagePair};
pub use memory::Remembered;
pub use texts::{NewTranslation, SegmentState, StoredSegment, Translation, TranslationHeading};
pub use utterances::{Utterance, UtteranceSide};

pub(crate) use texts::erase_deleted;
