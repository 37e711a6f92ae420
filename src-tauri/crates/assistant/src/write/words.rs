//! How long a text is, as people count.

use unicode_segmentation::UnicodeSegmentation;

/// The length of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Words; each Chinese character counts as one, as Chinese counts its texts.
    pub words: usize,
    /// What a reader takes for one character, blanks not counted.
    pub characters: usize,
}

impl Count {
    /// Counts a text. The page counts the same way (`ui/src/lib/write/words.ts`).
    #[must_use]
    pub fn of(text: &str) -> Self {
        let seen = |grapheme: &&str| !grapheme.trim().is_empty();
        Self {
            words: text.unicode_words().count(),
            characters: text.graphemes(true).filter(seen).count(),
        }
    }
}

/// The words of a text in lower case, without signs.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    text.unicode_words().map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_of(text: &str) -> usize {
        Count::of(text).words
    }

    #[test]
    fn words_are_counted_as_people_do() {
        assert_eq!(words_of(""), 0);
        assert_eq!(words_of("  — … !  "), 0);
        assert_eq!(words_of("I don't know, do you?"), 5);
        assert_eq!(words_of("It cost 1,250.50 on 3 May."), 6);
        assert_eq!(words_of("我们周六去杭州。"), 7);
        assert_eq!(words_of("用 LLMOS 写 3 封信"), 6);
    }

    #[test]
    fn characters_are_those_that_a_reader_sees() {
        assert_eq!(Count::of("a b\n").characters, 2);
        assert_eq!(Count::of("e\u{301} 👩‍👩‍👧").characters, 2);
        assert_eq!(Count::of("杭州。").characters, 3);
    }
}
