//! Sentences and words, as far as summing up needs to see them.

use std::collections::HashSet;

use crate::language::{self, is_han};

/// Shortest word that says what a text is about, in letters.
const TELLING: usize = 4;
/// Letters of a word that count: `repair`, `repairs` and `repaired` are one.
const STEM: usize = 5;

/// The sentences of a text, each with what ends it, blanks around them removed.
pub(super) fn sentences(text: &str) -> Vec<&str> {
    language::sentences(text)
        .into_iter()
        .map(|range| text[range].trim())
        .filter(|sentence| !sentence.is_empty())
        .collect()
}

/// Whether a sentence was ended, and not only broken off.
pub(super) fn is_ended(sentence: &str) -> bool {
    sentence.ends_with(['.', '!', '?', '。', '！', '？', '”', '"', ')', '」'])
}

/// What tells the words of a text apart: stems of longer words, and pairs of Chinese
/// characters.
pub(super) fn telling(text: &str) -> HashSet<String> {
    let mut found = HashSet::new();
    let mut han: Option<char> = None;
    for character in text.chars() {
        if is_han(character) {
            if let Some(before) = han {
                found.insert([before, character].iter().collect());
            }
            han = Some(character);
        } else {
            han = None;
        }
    }
    let words = text.split(|c: char| !c.is_alphanumeric() || is_han(c));
    for word in words {
        let is_number = word.starts_with(|c: char| c.is_ascii_digit());
        if word.chars().count() >= TELLING || is_number {
            found.insert(word.to_lowercase().chars().take(STEM).collect());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_where_it_ends() {
        let text = "Dr. Keller paid 3.5 euros. “Why?” asked J. Smith! Then\nhe left";
        assert_eq!(
            sentences(text),
            [
                "Dr. Keller paid 3.5 euros.",
                "“Why?” asked J. Smith!",
                "Then",
                "he left"
            ]
        );
        assert_eq!(
            sentences("他说：“走吧。”他们走了。好"),
            ["他说：“走吧。”", "他们走了。", "好"]
        );
        assert_eq!(sentences("1. One.\n2. Two."), ["1. One.", "2. Two."]);
        assert!(sentences(" \n ").is_empty());
        assert!(is_ended("Done.") && !is_ended("Done and"));
    }

    #[test]
    fn words_are_known_by_their_beginnings() {
        let found = telling("The bridges of 杭州市, repaired in 1952");
        for word in ["bridg", "repai", "1952", "杭州", "州市"] {
            assert!(found.contains(word), "{word}");
        }
        assert!(!found.contains("the"));
    }
}
