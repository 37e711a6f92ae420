//! What may be wrong with a translation, as far as a program can tell.

use std::fmt;

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
    /// It is there more often than in the source, or not in the source at all.
    Doubled {
        /// As it stands in the translation.
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

impl fmt::Display for Flag {
    /// In English, for logs and terminals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost { what } => write!(f, "`{what}` is missing"),
            Self::Doubled { what } => write!(f, "`{what}` is there too often"),
            Self::Numbers => f.write_str("the numbers differ from the source"),
            Self::Formatting => f.write_str("formatting was lost or moved"),
            Self::Term { source, target } => {
                write!(f, "the glossary says `{target}` for `{source}`")
            }
            Self::Empty => f.write_str("the model wrote nothing"),
            Self::Echo => f.write_str("the source again, not a translation"),
            Self::WrongLanguage => f.write_str("not in the language that was asked for"),
            Self::Repetition => f.write_str("the model repeats itself"),
            Self::Answered => f.write_str("the model answers instead of translating"),
            Self::Length => f.write_str("the length does not fit the source"),
            Self::CutOff => f.write_str("cut off before its end"),
            Self::TooLong => f.write_str("too long for the model"),
        }
    }
}
