//! Sentences that a small model can hold.

use std::ops::Range;

use crate::language;

/// A sentence longer than this, in bytes, is cut at its commas or words.
const LONGEST: usize = 700;

/// The sentences of a text, in order and without gaps; blanks belong to the sentence
/// before them.
pub(crate) fn sentences(text: &str) -> Vec<Range<usize>> {
    language::sentences(text)
        .into_iter()
        .flat_map(|range| cut(text, range))
        .collect()
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
    fn a_sentence_without_end_is_cut() {
        let long = "word and word, ".repeat(200);
        let parts = split(&long);
        assert!(parts.len() > 3 && parts.iter().all(|part| part.len() <= LONGEST));
        let unbroken = "山".repeat(1000);
        assert!(split(&unbroken).iter().all(|part| part.len() <= LONGEST));
        assert_eq!(split(""), [""; 0]);
    }
}
