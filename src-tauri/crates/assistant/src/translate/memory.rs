//! Under what a translation is remembered, so that the same segment is not translated
//! twice.

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use super::glossary::Term;
use super::languages::TextLanguage;
use crate::prompts;

/// How the reader is addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Formality {
    /// As the source does.
    #[default]
    Same,
    /// As a stranger.
    Formal,
    /// As a friend.
    Informal,
}

impl Formality {
    /// Its name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Formal => "formal",
            Self::Informal => "informal",
        }
    }

    /// What a name stands for; an unknown one for [`Formality::Same`].
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "formal" => Self::Formal,
            "informal" => Self::Informal,
            _ => Self::Same,
        }
    }
}

/// Where a translation by the model is remembered: other words of the glossary, another
/// model or other prompts make another translation.
pub(crate) fn machine_key(
    text: &str,
    (from, to): (TextLanguage, TextLanguage),
    formality: Formality,
    terms: &[&Term],
    model: &[u8; 32],
) -> String {
    let mut terms: Vec<String> = terms
        .iter()
        .map(|term| {
            format!(
                "{}\u{1}{}\u{1}{}",
                term.source, term.target, term.match_case
            )
        })
        .collect();
    terms.sort_unstable();
    let mut hash = Sha256::new();
    for field in [
        "machine",
        &normalised(text),
        from.code(),
        to.code(),
        formality.name(),
        &terms.join("\u{2}"),
        &prompts::translate::VERSION.to_string(),
    ] {
        hash.update((field.len() as u64).to_le_bytes());
        hash.update(field.as_bytes());
    }
    hash.update(model);
    hex(&hash.finalize())
}

/// Where a person's own translation is remembered: it holds whatever the model.
pub(crate) fn person_key(text: &str, (from, to): (TextLanguage, TextLanguage)) -> String {
    let mut hash = Sha256::new();
    for field in ["person", &normalised(text), from.code(), to.code()] {
        hash.update((field.len() as u64).to_le_bytes());
        hash.update(field.as_bytes());
    }
    hex(&hash.finalize())
}

/// A text without differences that nobody sees.
fn normalised(text: &str) -> String {
    let text: String = text.nfc().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn what_nobody_sees_makes_no_difference_and_all_else_does() {
        let language = |code| TextLanguage::find(code).unwrap();
        let pair = (language("en"), language("de"));
        let term = Term {
            source: "a".to_owned(),
            target: "b".to_owned(),
            match_case: false,
        };
        let key = |text, pair, formality, terms: &[&Term], model| {
            machine_key(text, pair, formality, terms, &[model; 32])
        };
        let base = key("Café now", pair, Formality::Same, &[], 0);
        assert_eq!(
            base,
            key(" Cafe\u{301}  now\n", pair, Formality::Same, &[], 0)
        );
        for other in [
            key("Café then", pair, Formality::Same, &[], 0),
            key("Café now", (pair.1, pair.0), Formality::Same, &[], 0),
            key("Café now", pair, Formality::Formal, &[], 0),
            key("Café now", pair, Formality::Same, &[&term], 0),
            key("Café now", pair, Formality::Same, &[], 1),
            person_key("Café now", pair),
        ] {
            assert_ne!(base, other);
        }
        assert_eq!(base.len(), 64);
    }
}
