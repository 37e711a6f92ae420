//! What of a model's reply is the summary.

/// Longest summary in characters; a person may write as much as well.
const MOST_CHARACTERS: usize = 8_000;

/// The summary in what a model wrote, or `None` when there is none. `whole` says that
/// the model ended by itself; a sentence that was cut off is left out.
pub(crate) fn read(raw: &str, whole: bool) -> Option<String> {
    let answer = match raw.rsplit_once("</think>") {
        Some((_, answer)) => answer,
        // Cut off before it began to answer.
        None if raw.trim_start().starts_with("<think>") => return None,
        None => raw,
    };
    let text = clean(answer);
    let text = if whole { &text } else { whole_sentences(&text) };
    text.chars()
        .any(char::is_alphanumeric)
        .then(|| text.to_owned())
}

/// A text without blanks around it, without invisible characters that turn text around,
/// and of a size that a prompt has room for.
pub(crate) fn clean(text: &str) -> String {
    let visible = text.chars().filter(|character| {
        let is_blank = matches!(character, '\n' | '\t');
        let turns = matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        (is_blank || !character.is_control()) && !turns
    });
    let text: String = visible.take(MOST_CHARACTERS).collect();
    text.trim().to_owned()
}

/// The text up to the end of its last whole sentence; all of it when it has none.
fn whole_sentences(text: &str) -> &str {
    let end = text
        .char_indices()
        .rfind(|(at, character)| match character {
            '。' | '！' | '？' | '\n' => true,
            // A point inside a number or an address ends nothing.
            '.' | '!' | '?' => text[at + 1..].starts_with(char::is_whitespace),
            _ => false,
        });
    match end {
        Some((at, character)) => text[..at + character.len_utf8()].trim_end(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_cut_off_ends_with_a_sentence() {
        let cut = read("They met in Rome. It cost 3.5 euros. Then", false);
        assert_eq!(cut.as_deref(), Some("They met in Rome. It cost 3.5 euros."));
        assert_eq!(
            read("他们去了杭州。然后", false).as_deref(),
            Some("他们去了杭州。")
        );
        assert_eq!(read("no end", false).as_deref(), Some("no end"));
        let whole = read(" They met. In Rome\n", true);
        assert_eq!(whole.as_deref(), Some("They met. In Rome"));
    }

    #[test]
    fn thoughts_are_no_part_of_it() {
        let thought = read("<think>Hm. What?</think>\n\nThey met.", true);
        assert_eq!(thought.as_deref(), Some("They met."));
        assert_eq!(read("<think>Hm. What", false), None);
        assert_eq!(read(" \n… ", true), None);
    }

    #[test]
    fn nothing_invisible_stays() {
        assert_eq!(clean("\u{202E}a\u{0}\u{7}b\tc\n"), "ab\tc");
        assert_eq!(clean(&"x".repeat(9_000)).len(), MOST_CHARACTERS);
    }
}
