//! Subtitles: blocks of a number, a line with two times, and lines of text. A block's
//! text is one segment; numbers, times and marks of style stay.

use crate::translate::document::{Pieces, Spelling};

use super::plain::lines;

pub(super) fn split(pieces: &mut Pieces<'_>) {
    let source = pieces.source;
    let mut text: Option<std::ops::Range<usize>> = None;
    let mut timed = false;
    for line in lines(source) {
        let written = &source[line.clone()];
        if is_timing(written) {
            // A number right before it belongs to it, as in files without empty lines.
            timed = true;
            text = None;
        } else if written.trim().is_empty() {
            if let Some(range) = text.take() {
                pieces.text(range, Spelling::Subtitle);
            }
            timed = false;
        } else if timed {
            let start = text.map_or(line.start, |range| range.start);
            text = Some(start..line.end);
        }
    }
    if let Some(range) = text {
        pieces.text(range, Spelling::Subtitle);
    }
}

/// `00:00:01,000 --> 00:00:04,000`, also with a full stop before the milliseconds.
fn is_timing(line: &str) -> bool {
    let time = |text: &str| {
        let text = text.trim();
        text.len() >= 7
            && text.starts_with(|c: char| c.is_ascii_digit())
            && text.contains(':')
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, ':' | ',' | '.'))
    };
    line.split_once("-->")
        .is_some_and(|(from, to)| time(from) && to.split_whitespace().next().is_some_and(time))
}
