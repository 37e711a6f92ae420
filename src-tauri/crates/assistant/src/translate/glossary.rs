//! Words whose translation a person has settled.

use super::flag::Flag;

/// One word, or a few, with their translation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// In the language of the source.
    pub source: String,
    /// In the language of the translation.
    pub target: String,
    /// Whether capitals make a difference, on both sides.
    pub match_case: bool,
}

/// The terms of a pair of languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Glossary {
    terms: Vec<Term>,
}

/// Terms that contradict each other: the same word with several translations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The word.
    pub source: String,
    /// What it would have to be translated as, all at once.
    pub targets: Vec<String>,
}

impl Glossary {
    /// A glossary of these terms; those without words on one side are left out.
    #[must_use]
    pub fn new(terms: Vec<Term>) -> Self {
        let mut terms: Vec<Term> = terms
            .into_iter()
            .filter(|term| !term.source.trim().is_empty() && !term.target.trim().is_empty())
            .collect();
        // "security deposit" before "deposit".
        terms.sort_by_key(|term| std::cmp::Reverse(term.source.chars().count()));
        Self { terms }
    }

    /// The words that have more than one translation, each once.
    #[must_use]
    pub fn conflicts(&self) -> Vec<Conflict> {
        let mut conflicts: Vec<Conflict> = Vec::new();
        for (at, term) in self.terms.iter().enumerate() {
            let key = term.source.trim().to_lowercase();
            let clashes = |other: &&Term| {
                let same = if term.match_case && other.match_case {
                    other.source.trim() == term.source.trim()
                } else {
                    other.source.trim().to_lowercase() == key
                };
                same && other.target.trim() != term.target.trim()
            };
            let known = conflicts
                .iter()
                .any(|known| known.source.to_lowercase() == key);
            let others: Vec<&Term> = self.terms[at + 1..].iter().filter(clashes).collect();
            if !known && !others.is_empty() {
                let mut targets = vec![term.target.trim().to_owned()];
                for other in others {
                    let target = other.target.trim().to_owned();
                    if !targets.contains(&target) {
                        targets.push(target);
                    }
                }
                conflicts.push(Conflict {
                    source: term.source.trim().to_owned(),
                    targets,
                });
            }
        }
        conflicts
    }

    /// The terms that occur in a text, the longest first. Of one that stands inside
    /// another, as "deposit" in "security deposit", only a place of its own counts.
    #[must_use]
    pub fn matching(&self, text: &str) -> Vec<&Term> {
        let mut taken: Vec<std::ops::Range<usize>> = Vec::new();
        self.terms
            .iter()
            .filter(|term| {
                let places = places(text, term.source.trim(), term.match_case);
                let free: Vec<_> = places
                    .into_iter()
                    .filter(|place| {
                        !taken
                            .iter()
                            .any(|other| place.start < other.end && other.start < place.end)
                    })
                    .collect();
                let found = !free.is_empty();
                // Terms that contradict each other stand at the same place: the first wins.
                taken.extend(free);
                found
            })
            .collect()
    }
}

/// The terms that a translation does not keep to.
pub(crate) fn check(terms: &[&Term], translation: &str) -> Vec<Flag> {
    terms
        .iter()
        .filter(|term| !contains(translation, term.target.trim(), term.match_case))
        .map(|term| Flag::Term {
            source: term.source.trim().to_owned(),
            target: term.target.trim().to_owned(),
        })
        .collect()
}

/// Whether the words occur, also with an ending behind them, as inflection adds it.
fn contains(text: &str, words: &str, match_case: bool) -> bool {
    if match_case {
        text.contains(words)
    } else {
        text.to_lowercase().contains(&words.to_lowercase())
    }
}

/// Where a term stands in a text: as whole words, with a plural's ending at most.
fn places(text: &str, words: &str, match_case: bool) -> Vec<std::ops::Range<usize>> {
    if words.is_empty() {
        return Vec::new();
    }
    let folded = |text: &str| {
        if match_case {
            text.to_owned()
        } else {
            text.to_lowercase()
        }
    };
    // Lower case may have other lengths; places only serve to tell terms apart.
    let (text, words) = (folded(text), folded(words));
    let runs_on = |c: char| matches!(c, '\u{0E00}'..='\u{0E7F}' | '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}');
    text.match_indices(&words)
        .map(|(at, found)| at..at + found.len())
        .filter(|place| {
            let joined = |a: Option<char>, b: Option<char>| match (a, b) {
                (Some(a), Some(b)) => {
                    a.is_alphanumeric() && b.is_alphanumeric() && !runs_on(a) && !runs_on(b)
                }
                _ => false,
            };
            let after = text[place.end..].trim_start_matches(&['s', 'n', 'e'][..]);
            let ending = text[place.end..].len() - after.len();
            let after = if ending <= 2 {
                after
            } else {
                &text[place.end..]
            };
            !joined(
                text[..place.start].chars().next_back(),
                words.chars().next(),
            ) && !joined(words.chars().next_back(), after.chars().next())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(source: &str, target: &str, match_case: bool) -> Term {
        Term {
            source: source.to_owned(),
            target: target.to_owned(),
            match_case,
        }
    }

    fn found<'a>(glossary: &'a Glossary, text: &str) -> Vec<&'a str> {
        glossary
            .matching(text)
            .iter()
            .map(|term| term.source.as_str())
            .collect()
    }

    #[test]
    fn terms_are_found_as_words_the_longest_first() {
        let glossary = Glossary::new(vec![
            term("deposit", "Anzahlung", false),
            term("security deposit", "Kaution", false),
            term("US", "USA", true),
            term("租金", "rent", false),
            term(" ", "x", false),
        ]);
        assert_eq!(
            found(&glossary, "The Security Deposits are due."),
            ["security deposit"]
        );
        assert_eq!(
            found(&glossary, "A security deposit and a deposit."),
            ["security deposit", "deposit"]
        );
        assert_eq!(found(&glossary, "They let us depositing it."), [""; 0]);
        assert_eq!(found(&glossary, "In the US, one pays."), ["US"]);
        assert_eq!(found(&glossary, "每月支付租金。"), ["租金"]);
    }

    #[test]
    fn a_term_that_was_not_kept_to_is_reported() {
        let lease = term("lease", "Mietvertrag", false);
        assert_eq!(check(&[&lease], "Im Mietvertrags-Text"), []);
        assert_eq!(
            check(&[&lease], "Der Vertrag"),
            [Flag::Term {
                source: "lease".to_owned(),
                target: "Mietvertrag".to_owned()
            }]
        );
        assert_eq!(check(&[&term("us", "USA", true)], "usa").len(), 1);
    }

    #[test]
    fn contradictions_are_found() {
        let glossary = Glossary::new(vec![
            term("Lease", "Miete", false),
            term("lease", "Mietvertrag", false),
            term("may", "dürfen", true),
            term("May", "Mai", true),
            term("rent", "Miete", false),
        ]);
        let conflicts = glossary.conflicts();
        assert_eq!(conflicts.len(), 1);
        assert_eq!(conflicts[0].targets, ["Miete", "Mietvertrag"]);
        assert_eq!(found(&glossary, "the lease").len(), 1);
    }
}
