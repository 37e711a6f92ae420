//! What makes a title: one short clean line that has to do with the question.

/// Longest title in characters, from the model or from the question.
const MAX_CHARS: usize = 48;
/// A Chinese, Japanese or Korean character takes the width, and holds the
/// sense, of about two others.
const WIDE_CHAR: usize = 2;

/// One clean line out of what a model wrote, or `None` if it is no title. What the
/// model thought before it is none.
#[must_use]
pub fn sanitise(raw: &str) -> Option<String> {
    let said = match raw.rsplit_once("</think>") {
        Some((_, said)) => said,
        // Cut off before it came to a title.
        None if raw.trim_start().starts_with("<think>") => return None,
        None => raw,
    };
    let line = said
        .lines()
        .map(strip_dressing)
        .find(|line| !line.is_empty())?;
    let title = one_line(line);
    let usable = title.chars().any(char::is_alphanumeric) && width(&title) <= MAX_CHARS;
    usable.then_some(title)
}

/// Whether a title has anything to do with the question: whether one of its
/// words, or the start of one, occurs there. Small models make some up, or give
/// one in another language.
pub(super) fn is_about(title: &str, question: &str) -> bool {
    let question = question.to_lowercase();
    title
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .flat_map(stems)
        .any(|stem| question.contains(&stem))
}

/// What of a word carries its sense: its first four letters, if it has so many;
/// in the wide scripts, which put no blanks between words, every pair.
fn stems(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let is_wide = letters.iter().any(|&c| char_width(c) == WIDE_CHAR);
    let (length, most) = if is_wide { (2, letters.len()) } else { (4, 1) };
    letters
        .windows(length)
        .take(most)
        .map(|stem| stem.iter().collect())
        .collect()
}

/// A title out of the question: its first words.
#[must_use]
pub fn from_question(question: &str) -> String {
    // Bound the work: a pasted megabyte is no longer a title than its start.
    let start: String = question.chars().take(MAX_CHARS * 8).collect();
    let line = one_line(&start);
    if width(&line) <= MAX_CHARS && start.len() == question.len() {
        return line;
    }
    let mut cut = String::new();
    let mut used = 0;
    for character in line.chars() {
        used += char_width(character);
        if used >= MAX_CHARS {
            break;
        }
        cut.push(character);
    }
    // Back to the last whole word, unless the text has no blanks to cut at.
    let ended_in_word = line
        .get(cut.len()..)
        .is_some_and(|rest| rest.starts_with(|next: char| !next.is_whitespace()));
    if ended_in_word && let Some(blank) = cut.rfind(' ') {
        cut.truncate(blank);
    }
    let cut = cut.trim_end_matches(|last: char| !last.is_alphanumeric());
    if cut.is_empty() {
        return String::new();
    }
    format!("{cut}…")
}

/// Takes off what models put around a title: markdown, quotes, "Title:", a full
/// stop. A question mark stays.
fn strip_dressing(line: &str) -> &str {
    let dressing = |c: char| c.is_whitespace() || "#*_`\"'“”‘’«»「」『』《》-–—".contains(c);
    let closing = |c: char| dressing(c) || ".,;:。，；：".contains(c);
    let mut line = line.trim_start_matches(dressing);
    for label in ["Title:", "title:", "标题：", "标题:"] {
        if let Some(rest) = line.strip_prefix(label) {
            line = rest.trim_start_matches(dressing);
        }
    }
    line.trim_end_matches(closing)
}

/// Blanks of all kinds become single spaces; characters that show nothing or
/// turn the direction of the text around are taken out.
fn one_line(text: &str) -> String {
    let visible: String = text
        .chars()
        .filter(|&c| !is_invisible(c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Direction marks and overrides, the byte order mark, noncharacters. Joiners
/// stay: emoji and several scripts need them.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FDD0}'..='\u{FDEF}')
}

fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// One, or [`WIDE_CHAR`] for the East Asian scripts.
fn char_width(c: char) -> usize {
    let wide = matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}'
        | '\u{FF00}'..='\u{FF60}' | '\u{20000}'..='\u{3FFFD}');
    if wide { WIDE_CHAR } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_models_dressing_is_taken_off() {
        assert_eq!(
            sanitise("\n**Title:** \"Rust on phones\".\n"),
            Some("Rust on phones".into())
        );
        assert_eq!(sanitise("《杭州天气》"), Some("杭州天气".into()));
        assert_eq!(
            sanitise("# Baking\tbread\u{202E}"),
            Some("Baking bread".into())
        );
    }

    #[test]
    fn thoughts_are_no_title() {
        let thought = "<think>\nA title about tea.\n</think>\n\nBrewing tea";
        assert_eq!(sanitise(thought), Some("Brewing tea".into()));
        assert_eq!(sanitise("<think>\nA title about tea"), None);
    }

    #[test]
    fn what_is_no_title_is_refused() {
        assert_eq!(sanitise(""), None);
        assert_eq!(sanitise(" \n\"...\"\n"), None);
        assert_eq!(
            sanitise("Sure! Here is a title that describes the whole of this conversation"),
            None
        );
    }

    #[test]
    fn a_title_that_has_nothing_to_do_with_the_question_is_made_up() {
        assert!(is_about("Boiling Eggs", "How do I boil an egg?"));
        assert!(is_about("France's City of Light", "Capital of France?"));
        assert!(is_about("游览杭州", "请介绍一下杭州。"));
        assert!(!is_about("A Day at the Sea", "How do I boil an egg?"));
        assert!(!is_about("海边一天", "请介绍一下杭州。"));
        assert!(!is_about("LLMOS", "请介绍一下杭州。"));
    }

    #[test]
    fn the_question_is_cut_at_a_word() {
        assert_eq!(from_question("  Hello\n there "), "Hello there");
        assert_eq!(
            from_question("What is the difference between a mutex and a semaphore in C?"),
            "What is the difference between a mutex and a…"
        );
    }

    #[test]
    fn a_question_without_blanks_is_cut_at_its_width() {
        let title = from_question(&"杭州".repeat(40));
        assert_eq!(title.chars().count(), 24, "{title}");
        assert!(title.ends_with('…'));
        assert_eq!(
            from_question(&"x".repeat(1 << 20)).chars().count(),
            MAX_CHARS
        );
    }

    #[test]
    fn nothing_visible_gives_no_title() {
        assert_eq!(from_question("\u{200B}\0\u{202E}"), "");
    }
}
