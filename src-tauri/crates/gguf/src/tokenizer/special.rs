//! Tokens that stand for a whole literal text, and the guard that keeps such
//! texts from being taken for control tokens.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::error::{GgufError, at_most};
use crate::limits::{MAX_SPECIAL_BYTES, MAX_SPECIAL_TOKENS};
use crate::tokenizer::TokenId;
use crate::tokenizer::pieces::is_control;
use crate::vocabulary::{TokenKind, Vocabulary};

/// Put inside and beside texts that could be read as control tokens, and taken
/// out before the text is tokenised. A Unicode noncharacter: never part of real
/// text, and not white space to a template.
pub(crate) const GUARD: char = '\u{FDD0}';

/// Longest literal that is looked for, in bytes; real ones have about thirty.
const LONGEST_LITERAL: usize = 256;

/// The special tokens of a vocabulary.
#[derive(Debug)]
pub(crate) struct SpecialTokens {
    /// Control and unknown tokens.
    pub(super) control: Matcher,
    /// Tokens that stand for a text which must not be split.
    pub(super) user_defined: Matcher,
    /// Both.
    pub(super) all: Matcher,
    names: HashMap<TokenId, String>,
    ids: HashMap<String, TokenId>,
}

impl SpecialTokens {
    pub(super) fn new(vocabulary: &Vocabulary<'_>, kinds: &[TokenKind]) -> Result<Self, GgufError> {
        let mut control = Vec::new();
        let mut user_defined = Vec::new();
        for (id, (text, kind)) in (0..).zip(vocabulary.texts().zip(kinds)) {
            if is_control(*kind) {
                control.push((text, id));
            } else if *kind == TokenKind::UserDefined {
                user_defined.push((text, id));
            }
        }
        let count = control.len() + user_defined.len();
        at_most(
            "number of special tokens",
            MAX_SPECIAL_TOKENS as u64,
            count as u64,
        )?;
        let bytes: usize = control
            .iter()
            .chain(&user_defined)
            .map(|(text, _)| text.len())
            .sum();
        at_most(
            "length of all special tokens",
            MAX_SPECIAL_BYTES as u64,
            bytes as u64,
        )?;

        let names = control
            .iter()
            .map(|(text, id)| (*id, (*text).to_owned()))
            .collect();
        let mut ids = HashMap::new();
        for (text, id) in &control {
            ids.entry((*text).to_owned()).or_insert(*id);
        }
        // One character can't be guarded, and no real control token is one.
        let mut control = literals(control);
        control.retain(|(text, _)| text.chars().nth(1).is_some());
        let user_defined = literals(user_defined);
        let both = control.iter().chain(&user_defined).copied().collect();
        Ok(Self {
            all: Matcher::new(both)?,
            control: Matcher::new(control)?,
            user_defined: Matcher::new(user_defined)?,
            names,
            ids,
        })
    }

    pub(super) fn control_name(&self, token: TokenId) -> Option<&str> {
        self.names.get(&token).map(String::as_str)
    }

    pub(super) fn control_token(&self, name: &str) -> Option<TokenId> {
        self.ids.get(name).copied()
    }

    /// `text` with every control token's name broken by a [`GUARD`] and with a
    /// guard at an edge where text beside it could complete a name.
    ///
    /// A guard that `text` brings along is dropped first.
    pub(crate) fn guard(&self, text: &str) -> String {
        let mut guarded = self.guard_names(text);
        if guarded.is_empty() {
            return guarded;
        }
        if self.control.may_end_with(&guarded) {
            guarded.push(GUARD);
        }
        if self.control.may_start_with(&guarded) {
            guarded.insert(0, GUARD);
        }
        guarded
    }

    /// `text` with every control token's name broken by a [`GUARD`].
    pub(crate) fn guard_names(&self, text: &str) -> String {
        let text = text.replace(GUARD, "");
        let mut guarded = String::with_capacity(text.len());
        let mut rest = text.as_str();
        // Searching on right behind each guard finds every name, also those that
        // overlap one another: a name that starts later is still whole there.
        while let Some(start) = self.control.find(rest) {
            let first = rest[start..].chars().next().map_or(0, char::len_utf8);
            let (before, after) = rest.split_at(start + first);
            guarded.push_str(before);
            guarded.push(GUARD);
            rest = after;
        }
        guarded.push_str(rest);
        guarded
    }
}

fn literals(tokens: Vec<(&str, TokenId)>) -> Vec<(&str, TokenId)> {
    tokens
        .into_iter()
        .filter(|(text, _)| {
            !text.is_empty() && text.len() <= LONGEST_LITERAL && !text.contains(GUARD)
        })
        .collect()
}

/// Finds literals in text in time linear in the text.
#[derive(Debug)]
pub(super) struct Matcher {
    automaton: Option<AhoCorasick>,
    ids: Vec<TokenId>,
    /// Sorted.
    literals: Vec<String>,
}

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fragment<'t> {
    /// Ordinary text, not empty.
    Text(&'t str),
    /// A literal that is a token.
    Token(TokenId),
}

impl Matcher {
    fn new(tokens: Vec<(&str, TokenId)>) -> Result<Self, GgufError> {
        let automaton = if tokens.is_empty() {
            None
        } else {
            let built = AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(tokens.iter().map(|(text, _)| text));
            Some(built.map_err(|error| {
                GgufError::invalid("special tokens", "texts that can be searched for", error)
            })?)
        };
        let ids = tokens.iter().map(|(_, id)| *id).collect();
        let mut literals: Vec<String> = tokens
            .into_iter()
            .map(|(text, _)| text.to_owned())
            .collect();
        literals.sort_unstable();
        Ok(Self {
            automaton,
            ids,
            literals,
        })
    }

    /// Cuts `text` at the literals: at each place the longest counts.
    pub(super) fn split<'t>(&self, text: &'t str) -> Vec<Fragment<'t>> {
        let mut fragments = Vec::new();
        let mut done = 0;
        for found in self
            .automaton
            .iter()
            .flat_map(|automaton| automaton.find_iter(text))
        {
            if found.start() > done {
                fragments.push(Fragment::Text(&text[done..found.start()]));
            }
            fragments.push(Fragment::Token(self.ids[found.pattern().as_usize()]));
            done = found.end();
        }
        if done < text.len() {
            fragments.push(Fragment::Text(&text[done..]));
        }
        fragments
    }

    /// Where the first literal in `text` starts.
    fn find(&self, text: &str) -> Option<usize> {
        Some(self.automaton.as_ref()?.find(text)?.start())
    }

    /// Whether `text` ends with the beginning of a literal.
    fn may_end_with(&self, text: &str) -> bool {
        let from = text.len().saturating_sub(LONGEST_LITERAL);
        (from..text.len())
            .filter(|start| text.is_char_boundary(*start))
            .any(|start| {
                let tail = &text[start..];
                let next = self
                    .literals
                    .partition_point(|literal| literal.as_str() < tail);
                self.literals
                    .get(next)
                    .is_some_and(|literal| literal.starts_with(tail))
            })
    }

    /// Whether `text` starts with the end of a literal, or lies wholly inside one.
    fn may_start_with(&self, text: &str) -> bool {
        self.literals.iter().any(|literal| {
            let inside = text.len() < literal.len() && literal.contains(text);
            inside
                || literal
                    .char_indices()
                    .skip(1)
                    .any(|(start, _)| text.starts_with(&literal[start..]))
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn specials(names: &[&str]) -> SpecialTokens {
        let tokens: Vec<_> = names.iter().copied().zip(0..).collect();
        SpecialTokens {
            control: Matcher::new(tokens.clone()).unwrap(),
            user_defined: Matcher::new(Vec::new()).unwrap(),
            all: Matcher::new(tokens).unwrap(),
            names: HashMap::new(),
            ids: HashMap::new(),
        }
    }

    #[test]
    fn the_longest_literal_at_a_place_counts() {
        let specials = specials(&["<a>", "<a><b>", "<c>"]);
        assert_eq!(
            specials.control.split("x<a><b><c>y"),
            [
                Fragment::Text("x"),
                Fragment::Token(1),
                Fragment::Token(2),
                Fragment::Text("y"),
            ]
        );
    }

    #[test]
    fn guarded_text_holds_no_name_even_where_names_overlap() {
        let specials = specials(&["<|s|>", "|><|", "aa"]);
        for text in ["<|s|>", "<|s|><|s|>", "aaaa", "a\u{FDD0}a", "|><|s|>"] {
            let guarded = specials.guard(text);
            assert_eq!(specials.control.find(&guarded), None, "{guarded:?}");
            assert_eq!(guarded.replace(GUARD, ""), text.replace(GUARD, ""));
        }
    }

    #[test]
    fn text_beside_other_text_completes_no_name() {
        let specials = specials(&["<|im_start|>"]);
        for cut in 1..12 {
            let (left, right) = "<|im_start|>".split_at(cut);
            let joined = format!("{}{right}", specials.guard(left));
            assert_eq!(specials.control.find(&joined), None, "{left:?}");
            let joined = format!("{left}{}", specials.guard(right));
            assert_eq!(specials.control.find(&joined), None, "{right:?}");
        }
        let joined = format!("<|{}|>", specials.guard("im_start"));
        assert_eq!(specials.control.find(&joined), None);
        assert_eq!(specials.guard("plain text"), "plain text");
    }
}
