//! A question as an index expression: any of its words may be there, and the index
//! ranks by how rare those are that are.

use std::collections::HashSet;

use super::tokens::tokens;

/// Most words of a question that are looked for.
const MOST_TERMS: usize = 48;

/// The expression; `None` where there is no word in the question.
///
/// Of a script without spaces, each two characters that follow one another are
/// looked for as well as a word would be: single ones are everywhere.
pub(crate) fn any_word(question: &str) -> Option<String> {
    let mut terms: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    let mut add = |term: String| {
        if terms.len() < MOST_TERMS && seen.insert(term.clone()) {
            terms.push(format!("\"{}\"", term.replace('"', "\"\"")));
        }
    };
    // A single character and where it ends, until it is known whether another follows.
    let mut before: Option<(String, usize, bool)> = None;
    for token in tokens(question) {
        if !token.single {
            add(token.text);
            continue;
        }
        let mut paired = false;
        if let Some((text, end, was_paired)) = before.take() {
            if end == token.start {
                add(format!("{text} {}", token.text));
                paired = true;
            } else if !was_paired {
                add(text);
            }
        }
        before = Some((token.text, token.end, paired));
    }
    if let Some((text, _, false)) = before {
        add(text);
    }
    (!terms.is_empty()).then(|| terms.join(" OR "))
}

#[cfg(test)]
mod tests {
    use super::any_word;

    #[test]
    fn any_word_counts_once_and_chinese_counts_in_pairs() {
        for (question, expected) in [
            (
                "When does the lease end, when?",
                Some("\"when\" OR \"does\" OR \"the\" OR \"lease\" OR \"end\""),
            ),
            ("杭州的", Some("\"杭 州\" OR \"州 的\"")),
            ("州 or 省", Some("\"or\" OR \"州\" OR \"省\"")),
            ("a\" OR b*", Some("\"a\" OR \"or\" OR \"b\"")),
            ("?!", None),
        ] {
            assert_eq!(any_word(question).as_deref(), expected, "{question}");
        }
    }
}
