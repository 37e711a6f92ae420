//! What small models write instead of a translation: the source again, another
//! language, the same words without end, an answer. Told apart by their shape.

use super::detect::detect;
use super::flag::Flag;
use super::languages::TextLanguage;

/// Words that begin an answer and no translation, in lower case.
const ANSWERS: &[&str] = &[
    "sure",
    "certainly",
    "of course",
    "here is",
    "here's",
    "here are",
    "i'm sorry",
    "i am sorry",
    "i cannot",
    "i can't",
    "as an ai",
    "the translation",
    "translation of",
    "the text you",
    "the given",
    "the sentence",
    "to translate",
    "this translates",
    "the passage",
    "i'd be happy",
    "i'd like to help",
    "好的，",
    "当然，",
    "以下是",
    "抱歉",
    "作为一个",
    "这句话的意思",
    "翻译如下",
];

/// What is written before a translation that is none of it.
const PREFACES: &[&str] = &["translation:", "翻译：", "译文：", "翻译:", "译文:"];

/// Takes away what stands around a translation: a preface, quotation marks, the fence.
pub(crate) fn clean<'a>(source: &str, reply: &'a str) -> &'a str {
    let mut text = reply.trim();
    for fence in ["<<<", ">>>"] {
        text = text
            .trim_start_matches(fence)
            .trim_end_matches(fence)
            .trim();
    }
    for preface in PREFACES {
        if let Some(start) = text.get(..preface.len())
            && start.to_lowercase() == *preface
        {
            text = text[preface.len()..].trim_start();
        }
    }
    for (open, close) in [
        ('"', '"'),
        ('“', '”'),
        ('「', '」'),
        ('«', '»'),
        ('„', '“'),
        ('\'', '\''),
    ] {
        let inner = text
            .strip_prefix(open)
            .and_then(|text| text.strip_suffix(close));
        if let Some(inner) =
            inner.filter(|inner| !source.trim().starts_with(open) && !inner.contains([open, close]))
        {
            text = inner.trim();
        }
    }
    text
}

/// What is wrong with a translation of `source`.
pub(crate) fn inspect(
    source: &str,
    text: &str,
    from: TextLanguage,
    to: TextLanguage,
    whole: bool,
) -> Vec<Flag> {
    if !text.chars().any(char::is_alphanumeric) {
        return vec![Flag::Empty];
    }
    let mut flags = Vec::new();
    if from != to && echoes(source, text) {
        flags.push(Flag::Echo);
    } else if wrong_language(source, text, to) {
        flags.push(Flag::WrongLanguage);
    }
    if repeats(text) && !repeats(source) {
        flags.push(Flag::Repetition);
    } else if !whole {
        flags.push(Flag::CutOff);
    }
    if answers(source, text) {
        flags.push(Flag::Answered);
    }
    let (said, asked) = (weight(text), weight(source));
    if flags.is_empty() && (said > asked * 4 + 40 || said * 5 + 20 < asked) {
        flags.push(Flag::Length);
    }
    flags
}

/// Whether two texts have the same words. A name or a number may stay as it is, so a
/// text of one or two words is no echo.
fn echoes(source: &str, text: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (asked, said) = (words(source), words(text));
    let length = |words: &[String]| words.iter().map(|word| word.chars().count()).sum::<usize>();
    if asked.len() < 3 && length(&asked) < 8 || asked.is_empty() {
        return false;
    }
    let same = said.iter().filter(|word| asked.contains(word)).count();
    asked == said
        || (asked.len() >= 4 && same * 10 >= said.len() * 9 && said.len() * 10 >= asked.len() * 7)
}

/// Whether most letters are of another writing, or enough words of another language.
fn wrong_language(source: &str, text: &str, to: TextLanguage) -> bool {
    let script = to.script();
    let own = text.chars().filter(|&c| script.has(c)).count();
    // Names and code keep their letters; what the source has of them counts for nothing.
    let asked = source.to_lowercase();
    let (mut foreign, mut words) = (0, 0);
    for word in text.split(|c: char| !c.is_alphabetic() || script.has(c)) {
        words += usize::from(!word.is_empty());
        if !asked.contains(&word.to_lowercase()) {
            foreign += word.chars().count();
        }
    }
    if (foreign >= 2 && foreign > own) || (own == 0 && words >= 3) {
        return true;
    }
    // A translation into Chinese from Japanese would pass the above.
    detect(text).is_some_and(|found| {
        let sisters = |a: &str, b: &str| {
            let pair = [found.language.code(), to.code()];
            pair.contains(&a) && pair.contains(&b)
        };
        found.sure
            && found.language != to
            && !sisters("zh", "zh-Hant")
            && !sisters("da", "nb")
            && !sisters("cs", "sk")
            && !sisters("id", "tl")
            && !sisters("hr", "sl")
    })
}

/// Whether a text falls into saying the same again and again.
fn repeats(text: &str) -> bool {
    let characters: Vec<char> = text.to_lowercase().chars().collect();
    let longest = (characters.len() / 4).min(120);
    let periodic = |period: usize, times: usize| {
        let span = period * times;
        characters.len() >= span && {
            let tail = &characters[characters.len() - span..];
            tail[period..].iter().zip(tail).all(|(a, b)| a == b)
                && tail[..period].iter().any(|c| c.is_alphanumeric())
        }
    };
    (1..=longest).any(|period| periodic(period, if period < 4 { 8 } else { 4 }))
        || repeated_word(text)
}

/// Whether one word stands there five times in a row, or makes up half of a long text.
fn repeated_word(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let row = words
        .windows(5)
        .any(|five| five.iter().all(|word| *word == five[0]));
    let most = |words: &[&str]| {
        let mut sorted = words.to_vec();
        sorted.sort_unstable();
        sorted
            .chunk_by(|a, b| a == b)
            .map(<[_]>::len)
            .max()
            .unwrap_or(0)
    };
    row || (words.len() >= 12 && most(&words) * 2 > words.len())
}

/// Whether a text begins as an answer does, which its source does not.
fn answers(source: &str, text: &str) -> bool {
    let (source, text) = (
        source.trim().to_lowercase(),
        text.trim().to_lowercase().replace('’', "'"),
    );
    ANSWERS
        .iter()
        .any(|start| text.starts_with(start) && !source.starts_with(start))
}

/// The length of a text: a Chinese or Japanese character says as much as three letters.
fn weight(text: &str) -> usize {
    let wide = |c: char| matches!(c, '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}');
    text.chars().map(|c| if wide(c) { 3 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    fn check(source: &str, text: &str, pair: (&str, &str)) -> Vec<Flag> {
        let language = |code| TextLanguage::find(code).unwrap();
        inspect(source, text, language(pair.0), language(pair.1), true)
    }

    #[test]
    fn a_translation_passes() {
        for (source, text, pair) in [
            (
                "The tenant pays the rent on the first day.",
                "Der Mieter zahlt die Miete am ersten Tag.",
                ("en", "de"),
            ),
            (
                "The tenant pays the rent on the first day.",
                "承租人在第一天支付租金。",
                ("en", "zh"),
            ),
            (
                "我们用 GitHub 和 Rust。",
                "We use GitHub and Rust.",
                ("zh", "en"),
            ),
            ("Berlin", "Berlin", ("en", "de")),
            ("Hotel", "Hotel", ("en", "de")),
            ("No no no no no!", "Nein nein nein nein nein!", ("en", "de")),
            ("Sure, come in.", "Sicher, komm herein.", ("en", "de")),
            ("Open GitHub", "打开 GitHub", ("en", "zh")),
        ] {
            assert_eq!(check(source, text, pair), [], "{text}");
        }
    }

    #[test]
    fn what_is_none_is_named() {
        let english = "The tenant pays the rent on the first day of each month.";
        assert_eq!(check(english, "", ("en", "de")), [Flag::Empty]);
        assert_eq!(check(english, "…!", ("en", "de")), [Flag::Empty]);
        assert_eq!(check(english, english, ("en", "de")), [Flag::Echo]);
        assert_eq!(
            check(
                english,
                "The tenant pays the rent on the first day.",
                ("en", "zh")
            ),
            [Flag::Echo]
        );
        assert_eq!(
            check(
                english,
                "Somebody has to give money to the landlord every single month of the year.",
                ("en", "zh")
            ),
            [Flag::WrongLanguage]
        );
        assert_eq!(
            check(
                english,
                "Somebody has to give money to the landlord every single month of the year.",
                ("en", "fr")
            ),
            [Flag::WrongLanguage]
        );
        assert_eq!(
            check(english, &"der Mieter zahlt ".repeat(9), ("en", "de")),
            [Flag::Repetition]
        );
        assert_eq!(
            check(english, &"哈".repeat(40), ("en", "zh")),
            [Flag::Repetition]
        );
        assert!(
            check(english, "Sure! Here is the translation.", ("en", "de"))
                .contains(&Flag::Answered)
        );
        assert_eq!(check(english, "好", ("en", "zh")), [Flag::Length]);
    }

    #[test]
    fn what_stands_around_a_translation_is_taken_away() {
        assert_eq!(clean("Hello.", " Translation: \"Hallo.\" "), "Hallo.");
        assert_eq!(clean("\"Hello.\"", "\"Hallo.\""), "\"Hallo.\"");
        assert_eq!(clean("Hello.", "<<<\nHallo.\n>>>"), "Hallo.");
        assert_eq!(clean("你好", "译文：“Hello”"), "Hello");
        assert_eq!(
            clean("He said \"no\".", "Er sagte \"nein\"."),
            "Er sagte \"nein\"."
        );
    }
}
