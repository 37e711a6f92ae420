//! Where one sentence ends and the next begins.
//!
//! The boundaries of Unicode (UAX 29), less those behind abbreviations and behind words
//! that are quoted in the middle of a sentence, neither of which it knows.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// Ends of words behind which a full stop ends nothing, in lower case: titles and
/// abbreviations of the languages that have many.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "gen", "rev", "hon", "vs", "etc", "e.g",
    "i.e", "cf", "fig", "figs", "no", "nos", "vol", "pp", "ed", "eds", "approx", "dept", "est",
    "inc", "ltd", "co", "corp", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept",
    "oct", "nov", "dec", "a.m", "p.m", "u.s", "z.b", "d.h", "u.a", "bzw", "ca", "nr", "str", "usw",
    "vgl", "abs", "art", "bspw", "evtl", "ggf", "inkl", "hr", "fr", "bd", "mme", "mlle", "p.ex",
    "env", "ing", "arch", "sra", "ud", "uds", "p.ej", "núm", "pág", "т.е", "т.д", "им", "ул",
    "рис", "см",
];

/// Abbreviations that also end sentences: nothing is joined when a capital follows.
const MAY_END: &[&str] = &[
    "etc", "usw", "inc", "ltd", "co", "corp", "no", "a.m", "p.m", "u.s", "est", "т.д",
];

/// Signs that end what somebody said.
const CLOSING: [char; 4] = ['"', '”', '“', '»'];

/// The sentences of a text, in order and without gaps; blanks belong to the sentence
/// before them.
pub(crate) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (start, sentence) in text.split_sentence_bound_indices() {
        let end = start + sentence.len();
        match found.last_mut() {
            Some(last) if !ends_here(&text[last.clone()], sentence) => last.end = end,
            _ => found.push(start..end),
        }
    }
    found
}

/// Whether `before` is a whole sentence, seen what follows it.
fn ends_here(before: &str, after: &str) -> bool {
    if before.ends_with('\n') {
        return true;
    }
    let before = before.trim_end();
    // “Why?” asked she.
    if before.ends_with(CLOSING) && after.starts_with(char::is_lowercase) {
        return false;
    }
    let Some(words) = before.strip_suffix('.') else {
        return true;
    };
    let last = words
        .rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '“' | '„' | '['))
        .next()
        .unwrap_or_default();
    let mut letters = last.chars();
    let initial = letters.next().is_some_and(char::is_uppercase) && letters.next().is_none();
    let number = !last.is_empty() && last.chars().all(|c| c.is_ascii_digit()) && last.len() <= 2;
    let lower = last.to_lowercase();
    if initial {
        // "J. Doe", but not "plan B. Then", which cannot be told from it by its shape;
        // a sentence of one letter more is the smaller harm.
        return false;
    }
    if ABBREVIATIONS.contains(&lower.as_str()) {
        let capital = after
            .trim_start()
            .chars()
            .next()
            .is_some_and(char::is_uppercase);
        return capital && MAY_END.contains(&lower.as_str());
    }
    // "3. November", and the number of an item: "1. Wash".
    let counts =
        number && (words.trim_start().len() <= last.len() || after.starts_with(char::is_lowercase));
    !counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        let ranges = sentences(text);
        assert_eq!(
            ranges.iter().map(|r| &text[r.clone()]).collect::<String>(),
            text
        );
        ranges.into_iter().map(|range| text[range].trim()).collect()
    }

    #[test]
    fn sentences_end_where_people_end_them() {
        assert_eq!(
            split(
                "Dr. Smith came at 3.15 p.m. today. He left, e.g. by bus? No! \"Really.\" So it was."
            ),
            [
                "Dr. Smith came at 3.15 p.m. today.",
                "He left, e.g. by bus?",
                "No!",
                "\"Really.\"",
                "So it was."
            ]
        );
        assert_eq!(
            split("J. R. Doe wrote it. We read it."),
            ["J. R. Doe wrote it.", "We read it."]
        );
        assert_eq!(
            split("Das gilt z.B. hier, bzw. dort. Nr. 5 nicht."),
            ["Das gilt z.B. hier, bzw. dort.", "Nr. 5 nicht."]
        );
        assert_eq!(
            split("他来了。她走了！真的吗？是的。"),
            ["他来了。", "她走了！", "真的吗？", "是的。"]
        );
        assert_eq!(
            split("Pens, paper, etc. They are here."),
            ["Pens, paper, etc.", "They are here."]
        );
    }

    #[test]
    fn what_is_quoted_does_not_end_the_sentence_around_it() {
        assert_eq!(
            split("“Why?” asked J. Smith! “I paid.” He left."),
            ["“Why?” asked J. Smith!", "“I paid.”", "He left."]
        );
        assert_eq!(
            split("他说：“走吧。”他们走了。好"),
            ["他说：“走吧。”", "他们走了。", "好"]
        );
    }

    #[test]
    fn a_line_ends_a_sentence() {
        assert_eq!(split("Then\nhe left"), ["Then", "he left"]);
        assert_eq!(split("1. One.\n2. Two."), ["1. One.", "2. Two."]);
    }
}
