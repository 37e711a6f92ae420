//! A text in passages: what the model rewrites one by one, and what stays as it is.

use super::words::Count;
use crate::language;

/// Passages with fewer words than this stay as they are where there are others: what a
/// small model makes of "Best regards," is anything but better.
const FEWEST_WORDS: usize = 5;

/// A stretch of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Passage<'a> {
    /// Its words, byte for byte.
    pub(crate) text: &'a str,
    /// Whether it is to be rewritten: no blank, mark, code or heading.
    pub(crate) prose: bool,
}

/// A text in passages: paragraphs and the items of lists, with the marks and blanks
/// around them apart. Together they are the text. Code, tables and headings stay.
pub(crate) fn split(text: &str) -> Vec<Passage<'_>> {
    let mut spans: Vec<(usize, usize, bool)> = Vec::new();
    let mut code = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let trimmed = line.trim();
        let fence = trimmed.starts_with("```") || trimmed.starts_with("~~~");
        if code || fence || trimmed.is_empty() || is_fixed(trimmed) {
            code ^= fence;
            spans.push((start, at, false));
            continue;
        }
        let body = start + marks(line);
        let end = start + line.trim_end().len();
        let item = body > start;
        match spans.last_mut() {
            // A line that goes on with the paragraph before it.
            Some((_, last, true)) if !item => *last = at,
            _ => {
                spans.push((start, body, false));
                spans.push((body, end.max(body), true));
                spans.push((end.max(body), at, false));
            }
        }
    }
    paragraphs(text, &spans)
}

/// Joins lines to paragraphs and says which of them are prose.
fn paragraphs<'a>(text: &'a str, spans: &[(usize, usize, bool)]) -> Vec<Passage<'a>> {
    let mut joined: Vec<(usize, usize, bool)> = Vec::new();
    for (index, &(start, end, prose)) in spans.iter().enumerate() {
        if start == end {
            continue;
        }
        // A single line's end between two lines of one paragraph belongs to it.
        let next = spans
            .get(index + 1..)
            .and_then(|rest| rest.iter().find(|it| it.0 < it.1));
        let before = joined.last().is_some_and(|last| last.2);
        let glue = !prose
            && before
            && next.is_some_and(|next| next.2)
            && matches!(&text[start..end], "\n" | "\r\n");
        match joined.last_mut() {
            Some(last) if glue || (prose && last.2) => last.1 = end,
            Some(last) if !prose && !last.2 => last.1 = end,
            _ => joined.push((start, end, prose)),
        }
    }
    let mut passages: Vec<Passage<'a>> = joined
        .into_iter()
        .map(|(start, end, prose)| {
            let text = &text[start..end];
            let prose = prose && text.chars().any(char::is_alphabetic);
            Passage { text, prose }
        })
        .collect();
    let long = |passage: &Passage<'_>| Count::of(passage.text).words >= FEWEST_WORDS;
    if passages
        .iter()
        .any(|passage| passage.prose && long(passage))
    {
        for passage in &mut passages {
            passage.prose &= long(passage);
        }
    }
    passages
}

/// A heading, a row of a table, a rule or an image.
fn is_fixed(line: &str) -> bool {
    let rule = line.len() >= 3 && line.chars().all(|it| matches!(it, '-' | '*' | '_' | '='));
    rule || line.starts_with('|') || line.starts_with("![") || is_heading(line)
}

fn is_heading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    rest.len() < line.len() && (rest.is_empty() || rest.starts_with(' '))
}

/// How many bytes of a line are its indent and its marks of a list or a quotation.
fn marks(line: &str) -> usize {
    let mut rest = line.trim_start_matches([' ', '\t']);
    while let Some(quoted) = rest.strip_prefix('>') {
        rest = quoted.trim_start_matches(' ');
    }
    let number = rest.trim_start_matches(|it: char| it.is_ascii_digit());
    let item = ["- ", "* ", "+ ", "• "]
        .iter()
        .find_map(|mark| rest.strip_prefix(mark))
        .or_else(|| {
            let numbered = number.len() < rest.len() && rest.len() - number.len() <= 3;
            let after = number
                .strip_prefix(". ")
                .or_else(|| number.strip_prefix(") "));
            after.filter(|_| numbered)
        });
    let rest = item.unwrap_or(rest);
    let rest = ["[ ] ", "[x] ", "[X] "]
        .iter()
        .find_map(|mark| item.and(rest.strip_prefix(mark)))
        .unwrap_or(rest);
    line.len() - rest.len()
}

/// A passage in stretches of whole sentences, each of which `fits`; a sentence that does
/// not fit by itself is a stretch all the same.
pub(crate) fn stretches(text: &str, fits: impl Fn(&str) -> bool) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut end = 0;
    for sentence in language::sentences(text) {
        let next = sentence.end;
        if end > start && !fits(&text[start..next]) {
            found.push(&text[start..end]);
            start = end;
        }
        end = next;
    }
    if end > start {
        found.push(&text[start..end]);
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn prose(text: &str) -> Vec<&str> {
        let passages = split(text).into_iter();
        passages.filter(|it| it.prose).map(|it| it.text).collect()
    }

    #[test]
    fn paragraphs_and_items_are_rewritten_one_by_one() {
        let text = "# My trip\n\nWe went to the sea\nand it rained.\n\n- the first nice day too\n  2. the second nice day too\n> somebody said this once too\n\nBest regards,\nAnna\n";
        assert_eq!(
            prose(text),
            [
                "We went to the sea\nand it rained.",
                "the first nice day too",
                "the second nice day too",
                "somebody said this once too",
            ]
        );
    }

    #[test]
    fn code_tables_and_short_lines_stay() {
        let text = "Run this one command now:\n\n```\ncargo build --release now please\n```\n\n| a | b |\n|---|---|\n\nThanks!\n";
        assert_eq!(prose(text), ["Run this one command now:"]);
        // Alone, a short text is what is meant.
        assert_eq!(prose("Thanks!"), ["Thanks!"]);
        assert_eq!(prose("--- 42 ---"), [""; 0]);
    }

    #[test]
    fn long_passages_are_cut_between_sentences() {
        let text = "One is short. Two is longer than that. Three.";
        let cut = stretches(text, |part| part.len() <= 26);
        assert_eq!(
            cut,
            ["One is short. ", "Two is longer than that. ", "Three."]
        );
        assert_eq!(stretches(text, |_| true), [text]);
        assert!(stretches("", |_| true).is_empty());
    }

    proptest! {
        #[test]
        fn the_passages_are_the_text(lines in prop::collection::vec(prop_oneof![
            Just("- item one is right here"), Just(""), Just("  plain words go here  "), Just("```"),
            Just("# Head"), Just("> quoted words are here"), Just("1. first of all things"),
            Just("| a |"), Just("杭州很美，我们去吧。"), Just("\r"), Just("- [ ] to do it soon"), Just("-"),
        ], 0..16)) {
            let text = lines.join("\n");
            let joined: String = split(&text).iter().map(|passage| passage.text).collect();
            prop_assert_eq!(joined, text);
        }
    }
}
