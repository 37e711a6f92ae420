//! What a person typed into the search field, as an index expression.

use std::collections::VecDeque;

use super::tokens::{Token, tokens};

/// Most words of a query that are looked at; a page of pasted text should
/// neither be slow nor an error.
const MOST_TERMS: usize = 16;

/// Most tokens of one word (a long run of Chinese text has no spaces).
const LONGEST_TERM: usize = 64;

/// The words of a query, all of which have to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    terms: Vec<Term>,
}

/// What stood between two spaces: tokens that follow one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    tokens: Vec<String>,
    /// Whether longer words that begin like the last token match as well.
    prefix: bool,
}

impl Query {
    /// Splits a query at its spaces; `None` when nothing in it can be found.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let terms: Vec<Term> = text
            .split(|c: char| c.is_whitespace() || c == '\0')
            .filter_map(Term::parse)
            .take(MOST_TERMS)
            .collect();
        (!terms.is_empty()).then_some(Self { terms })
    }

    /// The expressions to ask the index for, the better matches first: the exact
    /// words, then words that begin so. Only one when they are the same.
    pub(crate) fn expressions(&self) -> Vec<String> {
        let prefix = self.prefix_expression();
        let exact = self.expression(false);
        if exact == prefix {
            vec![exact]
        } else {
            vec![exact, prefix]
        }
    }

    /// The expression in which a word also matches longer ones.
    pub(crate) fn prefix_expression(&self) -> String {
        self.expression(true)
    }

    fn expression(&self, prefixes: bool) -> String {
        // Every token is quoted: nothing a person types is an operator.
        let mut expression = String::new();
        for term in &self.terms {
            if !expression.is_empty() {
                expression.push_str(" AND ");
            }
            expression.push('"');
            expression.push_str(&term.tokens.join(" ").replace('"', "\"\""));
            expression.push('"');
            if prefixes && term.prefix {
                expression.push('*');
            }
        }
        expression
    }

    /// The most tokens that one word has.
    fn longest_term(&self) -> usize {
        self.terms
            .iter()
            .map(|term| term.tokens.len())
            .max()
            .unwrap_or(0)
    }

    /// Whether every word is in `text`.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let mut missing: Vec<&Term> = self.terms.iter().collect();
        let all = self.walk(text, |window| {
            missing.retain(|term| !term.matches(window.iter()));
            missing.is_empty().then_some(())
        });
        all.is_some()
    }

    /// Goes through `text` with as many tokens in sight as the longest word has, until
    /// `found` says something.
    pub(crate) fn walk<T>(
        &self,
        text: &str,
        mut found: impl FnMut(&VecDeque<Token>) -> Option<T>,
    ) -> Option<T> {
        let mut source = tokens(text);
        let mut window: VecDeque<Token> = source.by_ref().take(self.longest_term()).collect();
        while !window.is_empty() {
            let said = found(&window);
            if said.is_some() {
                return said;
            }
            window.pop_front();
            window.extend(source.next());
        }
        None
    }

    /// How many of `window`'s first tokens are one of the words; the longest.
    pub(crate) fn match_at<'a>(
        &self,
        window: &(impl Iterator<Item = &'a Token> + Clone),
    ) -> Option<usize> {
        self.terms
            .iter()
            .filter(|term| term.matches(window.clone()))
            .map(|term| term.tokens.len())
            .max()
    }
}

impl Term {
    fn parse(text: &str) -> Option<Self> {
        let mut found = Vec::new();
        let mut prefix = false;
        for token in tokens(text).take(LONGEST_TERM) {
            prefix = !token.single;
            found.push(token.text);
        }
        (!found.is_empty()).then_some(Self {
            tokens: found,
            prefix,
        })
    }

    fn matches<'a>(&self, mut window: impl Iterator<Item = &'a Token>) -> bool {
        let last = self.tokens.len() - 1;
        self.tokens.iter().enumerate().all(|(at, wanted)| {
            window.next().is_some_and(|token| {
                if at == last && self.prefix {
                    token.text.starts_with(wanted.as_str())
                } else {
                    token.text == *wanted
                }
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(text: &str) -> Option<String> {
        Query::parse(text).map(|query| query.prefix_expression())
    }

    #[test]
    fn words_become_quoted_prefixes_and_chinese_becomes_phrases() {
        for (text, expected) in [
            ("Hello wor", Some("\"hello\"* AND \"wor\"*")),
            ("杭州", Some("\"杭 州\"")),
            ("州", Some("\"州\"")),
            ("GPT模型", Some("\"gpt 模 型\"")),
            ("模型v", Some("\"模 型 v\"*")),
            ("foo-bar", Some("\"foo bar\"*")),
            (
                "a\" OR b* NEAR(c",
                Some("\"a\"* AND \"or\"* AND \"b\"* AND \"near c\"*"),
            ),
            (
                "text:secret ^x -y",
                Some("\"text secret\"* AND \"x\"* AND \"y\"*"),
            ),
            ("🎉 !!! \u{0}", None),
            ("", None),
        ] {
            assert_eq!(prefix(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn a_pasted_page_is_cut_down() {
        let page = "word ".repeat(10_000);
        assert_eq!(
            prefix(&page).map(|e| e.matches("word").count()),
            Some(MOST_TERMS)
        );
    }

    #[test]
    fn exact_words_are_asked_for_first_and_once() {
        let expressions = |text| Query::parse(text).map(|query| query.expressions());
        assert_eq!(
            expressions("hi"),
            Some(vec!["\"hi\"".to_owned(), "\"hi\"*".to_owned()])
        );
        assert_eq!(expressions("杭州"), Some(vec!["\"杭 州\"".to_owned()]));
    }
}
