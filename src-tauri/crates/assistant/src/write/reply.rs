//! What the model wrote, made usable, and what is doubtful about it.
//!
//! A small model answers with a preface, repeats what it was told, goes round in circles
//! or tells another story. What can be put right is; the rest is said.

use std::collections::{BTreeSet, HashMap};

use unicode_segmentation::UnicodeSegmentation;

use super::facts::{names, numbers};
use super::words::words;
use crate::language::is_han;
use crate::prompts::Tongue;

/// What a person should know before they take what the model wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// It is the text as it was.
    Unchanged,
    /// It ends at the model's limit and not by itself.
    CutOff,
    /// It has little to do with the text.
    Strayed,
    /// It is in another language.
    OtherLanguage,
    /// It was to be shorter and is not.
    NotShorter,
    /// It was to be longer and is not.
    NotLonger,
}

/// What the model wrote about a text, without what was said around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cleaned {
    /// The words.
    Usable(String),
    /// Nothing that anybody could use: empty, what it was told, or the same again and again.
    Useless,
}

/// How a preface begins, in lower case.
const PREFACES: &[&str] = &[
    "here is",
    "here's",
    "here are",
    "sure",
    "certainly",
    "of course",
    "okay",
    "ok,",
    "rewritten",
    "revised",
    "corrected",
    "the rewritten",
    "the revised",
    "the corrected",
    "the text",
    "this is the",
    "text:",
    "output:",
    "answer:",
    "example:",
    "shorter",
    "clearer",
    "longer",
    "formal",
    "friendly",
    "以下",
    "好的",
    "当然",
    "改写",
    "修改后",
    "正确的",
    "更正",
    "文本",
    "答案",
];

/// A preface is no longer than this, in bytes.
const LONGEST_PREFACE: usize = 120;

/// So many words in a row that are the instruction's and not the text's are an echo.
const ECHO_WORDS: usize = 5;

/// So many words in a row, coming so often, are a loop.
const LOOP_WORDS: usize = 6;
const LOOP_TIMES: usize = 3;

/// Takes away what is around the words that were asked for.
pub(crate) fn clean(reply: &str, source: &str, instruction: &str) -> Cleaned {
    let mut text = reply.trim();
    for mark in ["<<<", ">>>"] {
        if !source.contains(mark) {
            text = text.trim_start_matches(mark).trim();
            text = text.split(mark).next().unwrap_or_default().trim();
        }
    }
    text = without_preface(text, source);
    text = without_quotes(text, source);
    if !text.chars().any(char::is_alphanumeric)
        || echoes(text, source, instruction)
        || loops(text, source)
    {
        return Cleaned::Useless;
    }
    Cleaned::Usable(text.to_owned())
}

/// The text behind "Here is a clearer version:" and its like.
fn without_preface<'a>(text: &'a str, source: &str) -> &'a str {
    let Some(end) = text.find([':', '：']).filter(|&end| end <= LONGEST_PREFACE) else {
        return text;
    };
    let (preface, rest) = text.split_at(end);
    let rest = rest.trim_start_matches([':', '：']).trim_start();
    let said = preface.to_lowercase();
    let known = PREFACES
        .iter()
        .any(|start| format!("{said}:").starts_with(start));
    // The text may begin like that itself.
    let own = source.trim_start().to_lowercase().starts_with(&said);
    if known && !own && !preface.contains('\n') && !rest.is_empty() {
        rest
    } else {
        text
    }
}

/// The text without quotation marks around all of it.
fn without_quotes<'a>(text: &'a str, source: &str) -> &'a str {
    for (open, close) in [("\"", "\""), ("“", "”"), ("「", "」"), ("'", "'")] {
        let inner = text
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close));
        if let Some(inner) = inner
            && !source.trim_start().starts_with(open)
            && !inner.contains(close)
            && !inner.trim().is_empty()
        {
            return inner.trim();
        }
    }
    text
}

/// Whether the reply repeats the instruction instead of following it.
fn echoes(text: &str, source: &str, instruction: &str) -> bool {
    let told: Vec<String> = words(instruction).collect();
    let own: Vec<String> = words(source).collect();
    let written: Vec<String> = words(text).collect();
    let told: BTreeSet<&[String]> = told.windows(ECHO_WORDS).collect();
    let own: BTreeSet<&[String]> = own.windows(ECHO_WORDS).collect();
    written
        .windows(ECHO_WORDS)
        .any(|run| told.contains(run) && !own.contains(run))
}

/// Whether the reply says the same again and again, and the text does not.
fn loops(text: &str, source: &str) -> bool {
    most_repeats(text) >= LOOP_TIMES && most_repeats(source) < LOOP_TIMES
}

fn most_repeats(text: &str) -> usize {
    let all: Vec<String> = words(text).collect();
    let mut seen: HashMap<&[String], usize> = HashMap::new();
    for run in all.windows(LOOP_WORDS) {
        *seen.entry(run).or_default() += 1;
    }
    seen.into_values().max().unwrap_or(0)
}

/// Whether a rewrite says what only the example could have told it, or turns the text into
/// a letter to nobody: what small models do when the task is beyond them.
pub(crate) fn is_made_up(text: &str, source: &str, example: &str) -> bool {
    let (written, known) = (numbers(text), numbers(source));
    let number = |it: &String| written.contains(it) && !known.contains(it);
    // Names by their letters: a text in small letters may get its capitals.
    let (folded, own_words) = (text.to_lowercase(), source.to_lowercase());
    let name = |it: &String| {
        let it = it.to_lowercase();
        folded.contains(&it) && !own_words.contains(&it)
    };
    let leaked = numbers(example).iter().any(number) || names(example).iter().any(name);
    let salutation = |text: &str| {
        let text = text.trim_start().to_lowercase();
        SALUTATIONS.iter().any(|start| text.starts_with(start))
    };
    let own = blanks(source);
    let filler = blanks(text).iter().any(|blank| !own.contains(blank));
    leaked || filler || (salutation(text) && !salutation(source))
}

/// How letters begin, in lower case.
const SALUTATIONS: &[&str] = &["dear ", "subject:", "尊敬的", "亲爱的", "主题："];

/// The share of a text's words that another has, from 0 to 1; words of one or two
/// letters do not count.
pub(crate) fn share_kept(source: &str, text: &str) -> f64 {
    let tells = |word: &String| word.chars().count() > 2 || word.chars().any(is_han);
    let have: BTreeSet<String> = words(text).collect();
    let wanted: BTreeSet<String> = words(source).filter(tells).collect();
    if wanted.is_empty() {
        return 1.0;
    }
    let kept = wanted.intersection(&have).count();
    #[expect(clippy::cast_precision_loss, reason = "counts of words")]
    let share = kept as f64 / wanted.len() as f64;
    share
}

/// Whether the two are in different languages, as far as the program tells them apart.
pub(crate) fn other_language(source: &str, text: &str) -> bool {
    Tongue::of([source]) != Tongue::of([text])
}

/// Whether two texts differ in nothing but blanks.
pub(crate) fn unchanged(source: &str, text: &str) -> bool {
    source.split_whitespace().eq(text.split_whitespace())
}

/// What stands in brackets for a person to fill in, such as `[Your Name]`.
pub(crate) fn blanks(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (start, _) in text.match_indices(['[', '【']) {
        let rest = &text[start..];
        let Some(end) = rest.find([']', '】']) else {
            continue;
        };
        let close = rest[end..].chars().next().map_or(0, char::len_utf8);
        let blank = &rest[..end + close];
        let inside = blank.graphemes(true).count();
        let link = rest[end + close..].starts_with('(');
        let one_line = !blank.contains('\n') && (4..=40).contains(&inside);
        if one_line && !link && !found.iter().any(|known| known == blank) {
            found.push(blank.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: &str = "Rewrite this text so that it is clear and easy to read.";

    fn cleaned(reply: &str) -> Cleaned {
        clean(reply, "we was late because of the rain", TOLD)
    }

    fn usable(text: &str) -> Cleaned {
        Cleaned::Usable(text.to_owned())
    }

    #[test]
    fn what_is_around_the_words_goes() {
        let expected = usable("We were late.");
        for reply in [
            "We were late.",
            "Here is a clearer version:\n\nWe were late.",
            "Sure! Here's the text: \"We were late.\"",
            "<<<\nWe were late.\n>>>\nI hope this helps!",
            "改写如下：We were late.",
        ] {
            assert_eq!(cleaned(reply), expected, "{reply}");
        }
        // What only looks like a preface stays.
        assert_eq!(
            cleaned("Time: we were late."),
            usable("Time: we were late.")
        );
        let own = clean(
            "Here is the plan: we go.",
            "Here is the plan: we goes.",
            TOLD,
        );
        assert_eq!(own, usable("Here is the plan: we go."));
    }

    #[test]
    fn an_echo_a_loop_and_nothing_are_useless() {
        assert_eq!(cleaned(""), Cleaned::Useless);
        assert_eq!(cleaned("… — !"), Cleaned::Useless);
        assert_eq!(
            cleaned("It is clear and easy to read. We were late."),
            Cleaned::Useless
        );
        let again = "we were late because of rain again and ".repeat(4);
        assert_eq!(cleaned(&again), Cleaned::Useless);
    }

    #[test]
    fn what_comes_from_the_example_or_is_a_letter_is_made_up() {
        let example = "On Monday Mr Hill came for 80 euros.";
        let source = "we was late on monday, it cost 5 euros";
        let made_up = |text: &str| is_made_up(text, source, example);
        assert!(made_up("We paid 80 euros and were late."));
        assert!(made_up("We were late because of Mr Hill."));
        assert!(made_up("Dear Sir, we were late."));
        assert!(made_up("We were late. Yours, [Your Name]"));
        assert!(!made_up("We were late on Monday; it cost 5 euros."));
        let letter = "Dear Anna, we was late. [Name]";
        assert!(!is_made_up(
            "Dear Anna, we were late. [Name]",
            letter,
            example
        ));
    }

    #[test]
    fn another_story_is_noticed() {
        let source = "The meeting with Anna is on Tuesday in the library.";
        assert!(share_kept(source, "On Tuesday we meet Anna in the library.") > 0.5);
        assert!(share_kept(source, "Cats are wonderful animals.") < 0.2);
        assert!(other_language(source, "会议在星期二举行。"));
        assert!(unchanged("a  b\n", "a b"));
    }

    #[test]
    fn blanks_to_fill_in_are_found() {
        let text = "Dear [Name], see [the page](https://a.org) and [1]. Yours, [Your Name] 【您的姓名】 [Name]";
        assert_eq!(blanks(text), ["[Name]", "[Your Name]", "【您的姓名】"]);
    }
}
