//! What may be wrong with a translation, as far as a program can tell.

use serde::{Deserialize, Serialize};

/// A reason to look at a translation again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Flag {
    /// A placeholder, a link or a piece of code is missing.
    Lost {
        /// As it stands in the source.
        what: String,
    },
    /// It is there more often than in the source.
    Doubled {
        /// As it stands in the source.
        what: String,
    },
    /// The numbers are others than in the source.
    Numbers,
    /// Emphasis or tags stand elsewhere, or are gone.
    Formatting,
    /// A word of the glossary was translated in another way.
    Term {
        /// The word.
        source: String,
        /// What the glossary wants for it.
        target: String,
    },
    /// There are no words in it.
    Empty,
    /// It is the source again.
    Echo,
    /// It is in another language or writing than asked for.
    WrongLanguage,
    /// It says the same again and again.
    Repetition,
    /// The model talks to the person instead of translating.
    Answered,
    /// It is far longer or shorter than a translation would be.
    Length,
    /// It ended at a limit, not by itself.
    CutOff,
    /// The segment is too long for the model.
    TooLong,
}

impl Flag {
    /// Whether the text is of no use as a translation: another try may do better, and
    /// nothing should be built on it.
    #[must_use]
    pub fn is_rubbish(&self) -> bool {
        matches!(
            self,
            Self::Empty
                | Self::Echo
                | Self::WrongLanguage
                | Self::Repetition
                | Self::Answered
                | Self::CutOff
                | Self::TooLong
        )
    }
}
