//! Whether what a model wrote is of use, and what of it.
//!
//! Small models repeat themselves, repeat the task, apologise, or tell a story of their
//! own. None of that may pass for what a text says.

use super::words::{is_ended, sentences, telling};
use crate::language::is_han;
use crate::summary::text as reply_text;

/// Of the telling words of a summary so many must be in the text.
const GROUNDED: f64 = 0.5;
/// Least words of a reply, or twice as many Chinese characters.
const LEAST_WORDS: usize = 3;
/// Of the runs of three words so many are different in a text that goes on.
const FRESH: f64 = 0.6;
/// From so many words on a text can repeat itself.
const LONG: usize = 12;

/// How replies begin that speak of the model and not of the text.
const REFUSALS: [&str; 8] = [
    "i'm sorry",
    "i am sorry",
    "as an ai",
    "i cannot",
    "i can't",
    "sure,",
    "抱歉",
    "作为一个",
];
/// Words of the task that no summary has.
const TASK: [&str; 4] = ["input text", "<<<", ">>>", "原文"];

/// Up to `most` sentences of a reply, if it is of use. `source` is what it is about;
/// `None` when it is in another language, so that its words cannot be compared.
pub(super) fn read(raw: &str, whole: bool, most: usize, source: Option<&str>) -> Option<String> {
    let text = reply_text::read(raw, whole)?;
    let lower = text.to_lowercase();
    if REFUSALS.iter().any(|begins| lower.starts_with(begins)) {
        return None;
    }
    let mut kept: Vec<&str> = Vec::new();
    for sentence in sentences(&text).into_iter().map(bare) {
        let is_label = sentence.ends_with([':', '：']);
        if sentence.is_empty() || is_label || kept.contains(&sentence) {
            continue;
        }
        // A number that was made up is worse than a sentence less.
        if source.is_some_and(|source| !numbers(sentence).all(|found| source.contains(found))) {
            continue;
        }
        if kept.len() == most {
            break;
        }
        kept.push(sentence);
    }
    // What was broken off at the limit says nothing, unless it is all there is.
    if !whole && kept.len() > 1 && kept.last().is_some_and(|last| !is_ended(last)) {
        kept.pop();
    }
    let text = kept.join(if text.contains(is_han) { "" } else { " " });
    (is_of_use(&text) && source.is_none_or(|source| is_grounded(&text, source))).then_some(text)
}

/// A line without what marks it as one of a list, or as the reply.
pub(super) fn bare(line: &str) -> &str {
    let mut line = line.trim();
    for label in ["Summary:", "Main point:", "Answer:", "摘要：", "要点："] {
        line = line.strip_prefix(label).unwrap_or(line).trim_start();
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=2).contains(&digits)
        && let Some(rest) = line[digits..].strip_prefix(['.', ')', '、'])
        && rest.starts_with(char::is_whitespace)
    {
        line = rest.trim_start();
    }
    line.trim_start_matches(['-', '*', '•', '–', '#', ' '])
        .trim_end_matches(['*', ' '])
}

/// Whether a text says anything, and is neither the task nor one thing over and over.
pub(super) fn is_of_use(text: &str) -> bool {
    let lower = text.to_lowercase();
    let han = text.chars().filter(|c| is_han(*c)).count();
    let long_enough = text.split_whitespace().count() >= LEAST_WORDS || han >= 2 * LEAST_WORDS;
    long_enough && !TASK.iter().any(|words| lower.contains(words)) && !goes_in_circles(&lower)
}

/// Whether a text is one thing over and over.
fn goes_in_circles(text: &str) -> bool {
    let words: Vec<String> = if text.chars().filter(|c| is_han(*c)).count() * 2 > text.len() / 3 {
        text.chars().map(String::from).collect()
    } else {
        text.split_whitespace().map(str::to_owned).collect()
    };
    if words.len() < LONG {
        return false;
    }
    let runs: Vec<&[String]> = words.windows(3).collect();
    let different: std::collections::HashSet<_> = runs.iter().collect();
    share(different.len(), runs.len()) < FRESH
}

/// The numbers of a text, as they are written.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit() && c != ',' && c != '.')
        .map(|number| number.trim_matches(['.', ',']))
        .filter(|number| !number.is_empty())
}

/// Whether a summary speaks of what its text speaks of.
pub(super) fn is_grounded(summary: &str, source: &str) -> bool {
    let (said, there) = (telling(summary), telling(source));
    let known = said.iter().filter(|word| there.contains(*word)).count();
    said.is_empty() || share(known, said.len()) >= GROUNDED
}

#[expect(clippy::cast_precision_loss, reason = "a share of some hundred words")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "The ferry leaves the harbour at noon. Forty passengers are on board, \
                          and the sea is calm. The captain expects to arrive in Bergen at six.";

    fn read_whole(raw: &str, most: usize) -> Option<String> {
        read(raw, true, most, Some(SOURCE))
    }

    #[test]
    fn the_first_sentences_are_taken_without_marks() {
        let raw = "Summary:\n- The ferry leaves at noon.\n- It carries forty passengers.\n- Calm.";
        assert_eq!(
            read_whole(raw, 2).as_deref(),
            Some("The ferry leaves at noon. It carries forty passengers.")
        );
        assert_eq!(
            read_whole("1. The ferry leaves at noon.", 1).as_deref(),
            Some("The ferry leaves at noon.")
        );
        let made_up = "The ferry carries 400 passengers. The captain expects to arrive at six.";
        assert_eq!(
            read_whole(made_up, 2).as_deref(),
            Some("The captain expects to arrive at six.")
        );
        let cut = "The ferry leaves at noon. The captain expects to";
        let read = read(cut, false, 3, Some(SOURCE));
        assert_eq!(read.as_deref(), Some("The ferry leaves at noon."));
    }

    #[test]
    fn what_is_of_no_use_is_seen() {
        for useless in [
            "",
            "Yes.",
            "HACKED",
            "I'm sorry, I cannot summarise the ferry at the harbour.",
            "State the main point of the input text in one short sentence.",
            "The ferry leaves the ferry leaves the ferry leaves the ferry leaves the ferry leaves.",
            "A pirate's tale of adventure and treasure in distant lands.",
        ] {
            assert_eq!(read_whole(useless, 2), None, "{useless}");
        }
        // Of another language nothing can be compared.
        assert!(read("渡轮中午离开港口，六点到达卑尔根。", true, 2, None).is_some());
        assert_eq!(
            read("好的好的好的好的好的好的好的好的好的。", true, 2, None),
            None
        );
    }
}
