//! What a rewrite changes, word by word, in pieces that are taken or left one by one.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

use crate::language::is_han;

/// One piece of a text beside its rewrite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// What both have.
    Same(String),
    /// What stood there and what the rewrite has instead; one of them may be empty.
    Change {
        /// The words of the text.
        old: String,
        /// The words of the rewrite.
        new: String,
    },
}

/// A text and its rewrite as pieces in order. With every change taken the pieces make the
/// rewrite, with none the text, and with some of them a text that has exactly those.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diff {
    pieces: Vec<Piece>,
}

impl Diff {
    /// Compares words: those of Unicode's word boundaries, which takes Chinese character
    /// by character. Changes with nothing but blanks or a sign between them are one.
    #[must_use]
    pub fn between(old: &str, new: &str) -> Self {
        let old: Vec<&str> = old.split_word_bounds().collect();
        let new: Vec<&str> = new.split_word_bounds().collect();
        let mut diff = Self::default();
        for op in capture_diff_slices(Algorithm::Patience, &old, &new) {
            let (before, after) = (old[op.old_range()].concat(), new[op.new_range()].concat());
            match op {
                DiffOp::Equal { .. } => diff.same(&before),
                _ => diff.change(&before, &after),
            }
        }
        diff.join_near_changes();
        diff
    }

    /// Adds words that both have.
    pub fn same(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Piece::Same(last)) = self.pieces.last_mut() {
            last.push_str(text);
        } else {
            self.pieces.push(Piece::Same(text.to_owned()));
        }
    }

    /// Adds the pieces of the text that follows.
    pub fn append(&mut self, rest: Self) {
        for piece in rest.pieces {
            match piece {
                Piece::Same(text) => self.same(&text),
                change @ Piece::Change { .. } => self.pieces.push(change),
            }
        }
    }

    /// The pieces in order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// How many changes there are.
    #[must_use]
    pub fn changes(&self) -> usize {
        let changed = |piece: &&Piece| matches!(piece, Piece::Change { .. });
        self.pieces.iter().filter(changed).count()
    }

    /// The text with the changes that `takes` says yes to; it is asked with their number,
    /// from 0 on.
    pub fn apply(&self, mut takes: impl FnMut(usize) -> bool) -> String {
        let mut text = String::new();
        let mut number = 0;
        for piece in &self.pieces {
            match piece {
                Piece::Same(same) => text.push_str(same),
                Piece::Change { old, new } => {
                    text.push_str(if takes(number) { new } else { old });
                    number += 1;
                }
            }
        }
        text
    }

    fn change(&mut self, before: &str, after: &str) {
        if let Some(Piece::Change { old, new }) = self.pieces.last_mut() {
            old.push_str(before);
            new.push_str(after);
        } else {
            self.pieces.push(Piece::Change {
                old: before.to_owned(),
                new: after.to_owned(),
            });
        }
    }

    /// A person decides about phrases: two words that changed side by side are one thing.
    fn join_near_changes(&mut self) {
        let pieces = std::mem::take(&mut self.pieces);
        let mut rest = pieces.into_iter().peekable();
        while let Some(piece) = rest.next() {
            match piece {
                Piece::Change { old, new } => self.change(&old, &new),
                Piece::Same(text) => {
                    let between = matches!(self.pieces.last(), Some(Piece::Change { .. }))
                        && rest.peek().is_some();
                    if between && is_thin(&text) {
                        self.change(&text, &text);
                    } else {
                        self.pieces.push(Piece::Same(text));
                    }
                }
            }
        }
    }
}

/// Whether words that two texts have in common are too little to stand between changes.
fn is_thin(text: &str) -> bool {
    let mut characters = text.chars().filter(|character| !character.is_whitespace());
    let (first, second) = (characters.next(), characters.next());
    let one_sign = second.is_none() && first.is_none_or(|it| !it.is_alphanumeric() || is_han(it));
    one_sign && !text.contains('\n')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test failing")]
    use proptest::prelude::*;

    use super::*;

    fn change(old: &str, new: &str) -> Piece {
        Piece::Change {
            old: old.to_owned(),
            new: new.to_owned(),
        }
    }

    fn same(text: &str) -> Piece {
        Piece::Same(text.to_owned())
    }

    #[test]
    fn words_are_compared_and_not_letters() {
        let diff = Diff::between("He don't like the old car.", "He doesn't like the car.");
        let expected = [
            same("He "),
            change("don't", "doesn't"),
            same(" like the "),
            change("old ", ""),
            same("car."),
        ];
        assert_eq!(diff.pieces(), expected);
        assert_eq!(diff.changes(), 2);
        assert_eq!(diff.apply(|number| number == 1), "He don't like the car.");
    }

    #[test]
    fn neighbours_that_changed_are_one_change() {
        let diff = Diff::between("a very big house", "a really large house");
        assert_eq!(
            diff.pieces(),
            [
                same("a "),
                change("very big", "really large"),
                same(" house")
            ]
        );
        let lines = Diff::between("one\ntwo", "uno\ndue");
        assert_eq!(lines.changes(), 2, "{:?}", lines.pieces());
    }

    #[test]
    fn chinese_is_compared_by_character() {
        let diff = Diff::between("我昨天去了杭州。", "我昨日去过杭州。");
        assert_eq!(diff.apply(|_| true), "我昨日去过杭州。");
        assert!(
            diff.pieces().contains(&same("杭州。")),
            "{:?}",
            diff.pieces()
        );
    }

    #[test]
    fn equal_texts_have_no_changes() {
        assert_eq!(Diff::between("a b", "a b").changes(), 0);
        assert_eq!(Diff::between("", "").pieces(), []);
        assert_eq!(Diff::between("", "a").pieces(), [change("", "a")]);
    }

    /// Texts that share words, as a text and its rewrite do.
    fn text() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            Just("the"),
            Just("cat"),
            Just(" "),
            Just("\n\n"),
            Just(", "),
            Just("3.14"),
            Just("don't"),
            Just("杭"),
            Just("州"),
            Just("。"),
            Just("e\u{301}"),
            Just("👩‍👩‍👧"),
            Just("\r\n"),
            Just("**"),
            Just("\u{202e}"),
        ];
        prop::collection::vec(word, 0..40).prop_map(|words| words.concat())
    }

    proptest! {
        #[test]
        fn every_choice_applies_cleanly(old in text(), new in text(), taken in any::<u64>()) {
            let diff = Diff::between(&old, &new);
            prop_assert_eq!(diff.apply(|_| true), new.clone());
            prop_assert_eq!(diff.apply(|_| false), old.clone());
            // A choice keeps what both have, in its order, and differs nowhere else.
            let takes = |number: usize| taken >> (number % 64) & 1 == 1;
            let mixed = diff.apply(takes);
            let mut rest = mixed.as_str();
            let mut number = 0;
            for piece in diff.pieces() {
                let expected = match piece {
                    Piece::Same(text) => text,
                    Piece::Change { old, new } => {
                        prop_assert_ne!(old, new);
                        number += 1;
                        if takes(number - 1) { new } else { old }
                    }
                };
                prop_assert!(rest.starts_with(expected.as_str()));
                rest = &rest[expected.len()..];
            }
            prop_assert!(rest.is_empty());
        }

        #[test]
        fn pieces_alternate(old in text(), new in text()) {
            let diff = Diff::between(&old, &new);
            for pair in diff.pieces().windows(2) {
                let changes = pair.iter().filter(|it| matches!(it, Piece::Change { .. })).count();
                prop_assert_eq!(changes, 1);
            }
        }
    }
}
