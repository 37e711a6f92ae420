//! Where one sentence ends and the next begins.
//!
//! The boundaries of Unicode (UAX 29), less those behind abbreviations, which it does
//! not know, and more within a sentence that no small model could hold.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// A sentence longer than this, in bytes, is cut at its commas or words.
const LONGEST: usize = 700;

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
        .into_iter()
        .flat_map(|range| cut(text, range))
        .collect()
}

/// Whether `before` is a whole sentence, seen what follows it.
fn ends_here(before: &str, after: &str) -> bool {
    let before = before.trim_end();
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

/// Cuts a sentence that is too long behind a comma, a blank, or anywhere.
fn cut(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = range.start;
    while range.end - start > LONGEST {
        let mut end = start + LONGEST;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let window = &text[start..end];
        let comma = window.rfind([';', ',', '，', '；', '、', '：']);
        let place = comma.filter(|&at| at > LONGEST / 3).or_else(|| {
            window
                .rfind(char::is_whitespace)
                .filter(|&at| at > LONGEST / 3)
        });
        if let Some(at) = place {
            let width = window[at..].chars().next().map_or(1, char::len_utf8);
            end = start + at + width;
            let blanks = text[end..range.end].len() - text[end..range.end].trim_start().len();
            end += blanks;
        }
        parts.push(start..end);
        start = end;
    }
    if start < range.end {
        parts.push(start..range.end);
    }
    parts
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
    fn a_sentence_without_end_is_cut() {
        let long = "word and word, ".repeat(200);
        let parts = split(&long);
        assert!(parts.len() > 3 && parts.iter().all(|part| part.len() <= LONGEST));
        let unbroken = "山".repeat(1000);
        assert!(split(&unbroken).iter().all(|part| part.len() <= LONGEST));
        assert_eq!(split(""), [""; 0]);
    }
}
