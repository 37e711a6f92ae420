//! What a rewrite must keep: numbers, links and names.

use std::collections::BTreeSet;

use unicode_segmentation::UnicodeSegmentation;

use crate::language;

/// What a rewrite lost of the text, and what it says that the text does not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Numbers, links and names of the text that the rewrite lacks, in the text's words.
    pub lost: Vec<String>,
    /// Numbers and links of the rewrite that the text lacks.
    pub added: Vec<String>,
}

impl Facts {
    /// Compares a text with its rewrite. Names are words in capitals that begin no
    /// sentence; of Chinese, which has no capitals, only numbers and links are known.
    #[must_use]
    pub fn compare(old: &str, new: &str) -> Self {
        let folded = new.to_lowercase();
        let mut lost = missing(&links(old), &links(new));
        lost.extend(missing(&numbers(old), &numbers(new)));
        let names = names(old).into_iter();
        lost.extend(names.filter(|name| !folded.contains(&name.to_lowercase())));
        let mut added = missing(&links(new), &links(old));
        added.extend(missing(&numbers(new), &numbers(old)));
        Self { lost, added }
    }
}

/// What is in `from` and not in `other`.
fn missing(from: &BTreeSet<String>, other: &BTreeSet<String>) -> Vec<String> {
    from.difference(other).cloned().collect()
}

/// Web and mail addresses.
pub(crate) fn links(text: &str) -> BTreeSet<String> {
    let ends = |character: char| {
        character.is_whitespace()
            || matches!(character, '<' | '>' | '"' | '(' | ')' | '[' | ']')
            || !character.is_ascii()
    };
    text.split(ends)
        .map(|part| {
            part.trim_matches(|it: char| {
                matches!(it, '.' | ',' | ';' | ':' | '!' | '?' | '*' | '_')
            })
        })
        .filter(|part| is_link(part))
        .map(str::to_owned)
        .collect()
}

fn is_link(part: &str) -> bool {
    let web = ["http://", "https://", "www.", "mailto:"];
    if web.iter().any(|start| part.starts_with(start)) {
        return true;
    }
    let mail = part.split_once('@');
    mail.is_some_and(|(who, host)| !who.is_empty() && host.contains('.') && !host.ends_with('.'))
}

/// Numbers without the signs that only group their digits; those in links do not count.
pub(crate) fn numbers(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for word in text
        .split_whitespace()
        .filter(|word| links(word).is_empty())
    {
        let is_part = |it: char| it.is_ascii_digit() || matches!(it, '.' | ',' | ':' | '/');
        for run in word.split(|character: char| !is_part(character)) {
            let run = run.trim_matches(|character: char| !character.is_ascii_digit());
            if !run.is_empty() {
                found.insert(without_grouping(run));
            }
        }
    }
    found
}

/// `1,250` as `1250`; `3,5` stays.
fn without_grouping(number: &str) -> String {
    let mut parts = number.split(',');
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let groups = |part: &&str| {
        part.split('.')
            .next()
            .is_some_and(|digits| digits.len() == 3)
    };
    if !first.is_empty() && first.len() <= 3 && rest.iter().all(groups) {
        format!("{first}{}", rest.concat())
    } else {
        number.to_owned()
    }
}

/// Words with a capital that begin no sentence and no line.
pub(crate) fn names(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for sentence in language::sentences(text) {
        for word in text[sentence].unicode_words().skip(1) {
            let capital = word.chars().next().is_some_and(char::is_uppercase);
            if capital
                && word.chars().count() > 1
                && !word.starts_with("I'")
                && !word.starts_with("I’")
            {
                found.insert(word.to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_and_what_is_new_is_named() {
        let old = "Please tell Anna that the 3 rooms cost $1,250 until 12:30. See https://example.org/a?b=1.";
        let new = "Tell her the 4 rooms cost $1250. See https://example.org/a.";
        let facts = Facts::compare(old, new);
        assert_eq!(
            facts.lost,
            ["https://example.org/a?b=1", "12:30", "3", "Anna"]
        );
        assert_eq!(facts.added, ["https://example.org/a", "4"]);
    }

    #[test]
    fn a_careful_rewrite_loses_nothing() {
        let old = "The train leaves at 9:05. I'm sure Peter knows. Write to anna@example.org!";
        let new = "Peter surely knows: write to anna@example.org, the train leaves at 9:05.";
        assert_eq!(Facts::compare(old, new), Facts::default());
        let chinese = Facts::compare(
            "会议在2026年5月3日，共12人。",
            "5月3日开会，2026年，12人参加。",
        );
        assert_eq!(chinese, Facts::default());
    }

    #[test]
    fn digits_are_grouped_in_several_ways() {
        assert_eq!(without_grouping("1,250,000.50"), "1250000.50");
        assert_eq!(without_grouping("3,5"), "3,5");
        assert_eq!(without_grouping("1250"), "1250");
        assert!(numbers("...").is_empty());
    }
}
