//! Splits text into the tokens that the index holds.
//!
//! The rules are part of the file format: when they change, a migration has to
//! index everything anew.

use std::iter::Peekable;
use std::str::CharIndices;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest token, in characters. A longer word is found by its beginning.
const LONGEST: usize = 64;

/// A piece of text that is found as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// Folded: compatibility forms resolved, lower case, accents removed.
    pub text: String,
    /// Byte offset of its first character in the source.
    pub start: usize,
    /// Byte offset behind its last character.
    pub end: usize,
    /// A character of a script without spaces: a word by itself, of which
    /// nothing is a prefix.
    pub single: bool,
}

/// The tokens of `text`, in order.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = Token> + '_ {
    Tokens {
        characters: text.char_indices().peekable(),
    }
}

/// The tokens of `text` as the index stores them.
pub(crate) fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for token in tokens(text) {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(&token.text);
    }
    joined
}

struct Tokens<'a> {
    characters: Peekable<CharIndices<'a>>,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let (start, c) = self.characters.next()?;
            match Class::of(c) {
                Class::Ignored | Class::Separator => {}
                Class::Single => {
                    return Some(Token {
                        // Half-width and compatibility forms to the usual ones.
                        text: std::iter::once(c).nfkc().collect(),
                        start,
                        end: start + c.len_utf8(),
                        single: true,
                    });
                }
                Class::Word => {
                    let token = self.word(start, c);
                    // A word may fold to nothing: a lone accent.
                    if !token.text.is_empty() {
                        return Some(token);
                    }
                }
            }
        }
    }
}

impl Tokens<'_> {
    fn word(&mut self, start: usize, first: char) -> Token {
        let mut token = Token {
            text: String::new(),
            start,
            end: start + first.len_utf8(),
            single: false,
        };
        let mut room = LONGEST;
        fold(first, &mut token.text, &mut room);
        while let Some(&(at, c)) = self.characters.peek() {
            match Class::of(c) {
                Class::Word => {
                    fold(c, &mut token.text, &mut room);
                    token.end = at + c.len_utf8();
                }
                Class::Ignored => {}
                Class::Single | Class::Separator => break,
            }
            self.characters.next();
        }
        token
    }
}

/// Appends the folded form of `c`.
fn fold(c: char, out: &mut String, room: &mut usize) {
    if *room == 0 {
        return;
    }
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        *room -= 1;
        return;
    }
    let folded = std::iter::once(c)
        .nfkd()
        .flat_map(char::to_lowercase)
        .filter(|c| !is_accent(*c) && (c.is_alphanumeric() || is_combining_mark(*c)))
        .map(|c| if c == 'ς' { 'σ' } else { c });
    for c in folded.take(*room) {
        out.push(c);
        *room -= 1;
    }
}

/// What a character does to the words around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Part of a word.
    Word,
    /// A word by itself.
    Single,
    /// Invisible: neither part of a word nor its end.
    Ignored,
    /// Ends a word.
    Separator,
}

impl Class {
    fn of(c: char) -> Self {
        if c.is_ascii() {
            return if c.is_ascii_alphanumeric() {
                Self::Word
            } else {
                Self::Separator
            };
        }
        if is_invisible(c) {
            Self::Ignored
        } else if !c.is_alphanumeric() && !is_combining_mark(c) {
            Self::Separator
        } else if is_unspaced(c) {
            Self::Single
        } else {
            Self::Word
        }
    }
}

/// Characters that stand inside words and can't be seen: soft hyphen, joiners,
/// direction marks, variation selectors, the byte order mark.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{200c}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
    )
}

/// Marks that people leave out when they search: Latin, Greek and Cyrillic
/// accents, Hebrew points, Arabic vowel signs and the tatweel. Vowel signs of
/// other scripts make different words and stay.
fn is_accent(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{591}'..='\u{5bd}'
            | '\u{5bf}'..='\u{5c7}'
            | '\u{640}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
    )
}

/// Scripts that are written without spaces between words: Han, kana, Bopomofo,
/// Yi, Thai, Lao, Burmese, Khmer; and Hangul, whose words carry endings.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{e00}'..='\u{eff}'
            | '\u{1000}'..='\u{109f}'
            | '\u{1100}'..='\u{11ff}'
            | '\u{1780}'..='\u{17ff}'
            | '\u{2e80}'..='\u{2fdf}'
            | '\u{3005}'..='\u{303c}'
            | '\u{3041}'..='\u{318e}'
            | '\u{31a0}'..='\u{31ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{a4cf}'
            | '\u{ac00}'..='\u{d7ff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{ff66}'..='\u{ff9f}'
            | '\u{1aff0}'..='\u{1b16f}'
            | '\u{20000}'..='\u{3fffd}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_unspaced_scripts_split() {
        for (text, expected) in [
            ("Hello, World!", "hello world"),
            ("foo_bar baz-qux 3.14", "foo bar baz qux 3 14"),
            ("Crème BRÛLÉE", "creme brulee"),
            ("cre\u{301}me", "creme"),
            ("ＡＢＣ１２", "abc12"),
            ("我在杭州。", "我 在 杭 州"),
            ("GPT模型v2", "gpt 模 型 v2"),
            ("ひらがなカナ", "ひ ら が な カ ナ"),
            ("ﾊﾝ", "ハ ン"),
            ("한국어", "한 국 어"),
            ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
            ("शब्द की", "शब्द की"),
            ("so\u{ad}ft\u{200d}er\u{202e}ed", "softered"),
            ("a\0b", "a b"),
            ("👩‍👩‍👧 🎉 \u{301}", ""),
            ("", ""),
        ] {
            assert_eq!(joined(text), expected, "{text:?}");
        }
    }

    #[test]
    fn offsets_cut_the_source_at_characters() {
        let text = "é👍 Ünï杭x";
        let cut: Vec<&str> = tokens(text)
            .map(|token| &text[token.start..token.end])
            .collect();
        assert_eq!(cut, ["é", "Ünï", "杭", "x"]);
    }

    #[test]
    fn an_endless_word_is_kept_by_its_beginning() {
        let long = "a".repeat(100_000);
        let found: Vec<Token> = tokens(&long).collect();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].text.len(), LONGEST);
        assert_eq!(found[0].end, long.len());
    }
}
