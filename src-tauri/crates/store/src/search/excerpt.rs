//! One line of a message around the first hit, and what to highlight in it.

use unicode_segmentation::UnicodeSegmentation;

use super::plain;
use super::query::Query;
use super::tokens::{Token, is_invisible, tokens};

/// Length of an excerpt, in user-perceived characters, give or take a word.
const LENGTH: usize = 120;

/// How much of it stands before the hit.
const LEAD: usize = 32;

/// Most bytes that one user-perceived character is taken to have on average.
/// Bounds the excerpt of text that piles thousands of marks on one letter.
const BYTES_EACH: usize = 8;

/// A line of text and the parts of it that match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The line.
    pub text: String,
    /// Start and end of each match in UTF-16 code units.
    pub highlights: Vec<(usize, usize)>,
    /// Whether it is from what a model thought before its answer.
    pub thought: bool,
}

/// The excerpt of a message around the first place where a word of `query` is;
/// its beginning when there is none. Reads as the message looks: the marks of
/// its Markdown are left out.
pub(crate) fn of_message(text: &str, query: &Query) -> Excerpt {
    let (thoughts, answer) = split(text);
    let in_answer = first_hit(answer, query).map(|hit| (answer, hit));
    let in_thoughts = || first_hit(thoughts, query).map(|hit| (thoughts, hit));
    // The answer is what the person read; thoughts are folded.
    let thought = in_answer.is_none() && in_thoughts().is_some();
    let (part, hit) = in_answer.or_else(in_thoughts).unwrap_or((answer, 0));
    let plain = plain::around(part, hit);
    let cut = (plain.cut_before, plain.cut_after);
    Excerpt {
        thought,
        ..cut_out(&plain.text, plain.hit, cut, query)
    }
}

/// What a model thought before its answer, and the answer, as the page tells them apart.
fn split(text: &str) -> (&str, &str) {
    let Some(begun) = text.trim_start().strip_prefix("<think>") else {
        return ("", text);
    };
    let (thoughts, answer) = begun.split_once("</think>").unwrap_or((begun, ""));
    (thoughts.trim(), answer.trim_start())
}

/// The excerpt of a title, which is text as it stands.
pub(crate) fn of_title(text: &str, query: &Query) -> Excerpt {
    let hit = first_hit(text, query).unwrap_or(0);
    cut_out(text, hit, (false, false), query)
}

/// One line around `hit`. The text itself may be `cut` before and after.
fn cut_out(text: &str, hit: usize, cut: (bool, bool), query: &Query) -> Excerpt {
    let start = window_start(text, hit);
    let end = window_end(text, start, hit);
    let mut line = String::new();
    if start > 0 || cut.0 {
        line.push('…');
    }
    one_line(&text[start..end], &mut line);
    if end < text.len() || cut.1 {
        line.push('…');
    }
    let highlights = highlights(&line, query);
    Excerpt {
        text: line,
        highlights,
        thought: false,
    }
}

/// Byte offset of the first match.
fn first_hit(text: &str, query: &Query) -> Option<usize> {
    query.walk(text, |window| {
        query.match_at(&window.iter())?;
        window.front().map(|token| token.start)
    })
}

/// Where the excerpt begins: some characters before the hit, at the beginning of
/// a word if there is one on the way.
fn window_start(text: &str, hit: usize) -> usize {
    let floor = text.ceil_char_boundary(hit.saturating_sub(LEAD * BYTES_EACH));
    let before = &text[floor..hit];
    let cut = before
        .grapheme_indices(true)
        .rev()
        .nth(LEAD - 1)
        .map_or(0, |(at, _)| at);
    if floor + cut == 0 {
        return 0;
    }
    let word = before[cut..]
        .char_indices()
        .find(|(_, c)| c.is_whitespace())
        .map_or(cut, |(at, c)| cut + at + c.len_utf8());
    floor + word
}

/// Where the excerpt ends: after its full length, at the end of a word if there
/// is one in its last quarter.
fn window_end(text: &str, start: usize, hit: usize) -> usize {
    let ceiling = text.floor_char_boundary(start.saturating_add(LENGTH * BYTES_EACH));
    let after = &text[start..ceiling];
    let Some((cut, _)) = after.grapheme_indices(true).nth(LENGTH) else {
        return ceiling;
    };
    let earliest = cut - cut / 4;
    after[..cut]
        .rfind(char::is_whitespace)
        .filter(|at| *at >= earliest && start + at > hit)
        .map_or(start + cut, |at| start + at)
}

/// Appends `text` with line breaks, zero bytes and other controls as single
/// spaces, and without direction marks: cut out of their text they would turn
/// what stands around the excerpt.
fn one_line(text: &str, out: &mut String) {
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            gap = true;
        } else if !is_direction_mark(c) {
            if gap && !out.is_empty() && !out.ends_with('…') {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        }
    }
}

/// Invisible characters that steer the direction of text. The other invisible
/// ones (joiners, variation selectors) make emoji what they are and stay.
fn is_direction_mark(c: char) -> bool {
    is_invisible(c)
        && matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn highlights(line: &str, query: &Query) -> Vec<(usize, usize)> {
    let found: Vec<Token> = tokens(line).collect();
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for at in 0..found.len() {
        let Some(count) = query.match_at(&found[at..].iter()) else {
            continue;
        };
        let (start, end) = (found[at].start, found[at + count - 1].end);
        match ranges.last_mut() {
            Some(last) if last.1 >= start => last.1 = last.1.max(end),
            _ => ranges.push((start, end)),
        }
    }
    to_utf16(line, ranges)
}

/// Turns ascending byte ranges into UTF-16 ones in one pass.
fn to_utf16(line: &str, ranges: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let (mut bytes, mut units) = (0, 0);
    let mut units_at = |target: usize| {
        units += line[bytes..target].encode_utf16().count();
        bytes = target;
        units
    };
    ranges
        .into_iter()
        .map(|(start, end)| (units_at(start), units_at(end)))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test failing")]
    use super::*;

    fn excerpt(text: &str, query: &str) -> (String, Vec<String>) {
        let found = of_message(text, &Query::parse(query).unwrap());
        let units: Vec<u16> = found.text.encode_utf16().collect();
        let marked = found
            .highlights
            .iter()
            .map(|(start, end)| String::from_utf16(&units[*start..*end]).unwrap())
            .collect();
        (found.text, marked)
    }

    #[test]
    fn thoughts_are_told_apart_from_the_answer() {
        let text = "<think>\nA quokka? **Let me** see.\n</think>\n\nIt is a marsupial.";
        let found = |query: &str| of_message(text, &Query::parse(query).unwrap());
        let thought = found("quokka");
        assert!(thought.thought);
        assert_eq!(thought.text, "A quokka? Let me see.");
        let answer = found("marsupial");
        assert!(!answer.thought);
        assert_eq!(answer.text, "It is a marsupial.");
        // What is in both was read in the answer.
        assert!(!found("a").thought);
        let cut_off = of_message("<think>A quokka", &Query::parse("quokka").unwrap());
        assert_eq!((cut_off.text.as_str(), cut_off.thought), ("A quokka", true));
    }

    #[test]
    fn hits_are_highlighted_in_utf16_units() {
        let (text, marked) = excerpt("👍🏽 Go to Hangzhou, 杭州 is near", "杭州 hang");
        assert_eq!(text, "👍🏽 Go to Hangzhou, 杭州 is near");
        assert_eq!(marked, ["Hangzhou", "杭州"]);
    }

    #[test]
    fn marks_are_left_out_and_highlights_point_right() {
        let text = "👍🏽 **Go** to [Hangzhou](https://a.example/b), `杭州` is\n\n# near_by";
        let (line, marked) = excerpt(text, "杭州 hang near");
        assert_eq!(line, "👍🏽 Go to Hangzhou, 杭州 is near_by");
        assert_eq!(marked, ["Hangzhou", "杭州", "near"]);
        // A link's target takes no room from the words.
        let text = format!("[x](https://{}) {}", "a".repeat(600), "word ".repeat(40));
        let (line, marked) = excerpt(&text, "word");
        assert!(
            line.starts_with("x word") && line.chars().count() > 100,
            "{line}"
        );
        assert!(marked.len() > 20);
    }

    #[test]
    fn a_title_is_shown_as_it_is_written() {
        let found = of_title("# 1 *fan*", &Query::parse("fan").unwrap());
        assert_eq!(found.text, "# 1 *fan*");
        assert_eq!(found.highlights, [(5, 8)]);
    }

    #[test]
    fn a_long_text_is_cut_at_words_around_the_first_hit() {
        let text = format!(
            "{}needle {}",
            "alpha beta ".repeat(50),
            "gamma delta ".repeat(50)
        );
        let (line, marked) = excerpt(&text, "needle");
        assert!(
            line.starts_with("…alpha") || line.starts_with("…beta"),
            "{line}"
        );
        assert!(
            line.ends_with("gamma…") || line.ends_with("delta…"),
            "{line}"
        );
        assert!(line.chars().count() <= LENGTH + 2);
        assert_eq!(marked, ["needle"]);
    }

    #[test]
    fn lines_controls_and_direction_marks_are_flattened() {
        let (line, marked) = excerpt("one\r\n\ttwo\0three \u{202e}four\u{202c}", "two four");
        assert_eq!(line, "one two three four");
        assert_eq!(marked, ["two", "four"]);
    }

    #[test]
    fn emoji_and_right_to_left_text_are_not_cut_apart() {
        let family = "👩‍👩‍👧‍👦";
        let text = format!("{0}שלום עולם{0}", family.repeat(200));
        let (line, marked) = excerpt(&text, "שלום");
        assert_eq!(marked, ["שלום"]);
        let clusters: Vec<&str> = line.graphemes(true).collect();
        let whole = clusters
            .iter()
            .filter(|c| c.contains('\u{200d}'))
            .all(|c| *c == family);
        // At the front the byte bound may cut the first family; nothing else is cut.
        assert!(
            whole || clusters[1..].iter().skip(1).all(|c| *c != "👦"),
            "{line}"
        );
    }

    #[test]
    fn a_letter_with_thousands_of_marks_stays_small() {
        let text = format!("zalgo{} tail", "\u{300}".repeat(50_000));
        let (line, _) = excerpt(&text, "zalgo");
        assert!(line.len() <= LENGTH * BYTES_EACH + 8, "{}", line.len());
    }

    #[test]
    fn overlapping_words_give_one_highlight() {
        let (_, marked) = excerpt("人工智能", "人工 工智");
        assert_eq!(marked, ["人工智"]);
    }

    #[test]
    fn a_text_without_the_words_gives_its_beginning() {
        let (line, marked) = excerpt("nothing here", "absent");
        assert_eq!((line.as_str(), marked.len()), ("nothing here", 0));
    }
}
