//! Plain text: a line is a paragraph, unless it was broken to fit a page.

use std::ops::Range;

use crate::translate::document::{Atom, Pieces, Spelling};

/// A line at least this long, in characters, that ends without a full stop may have been
/// broken by a program.
const WRAPPED: usize = 50;

pub(super) fn split(pieces: &mut Pieces<'_>) {
    let source = pieces.source;
    let mut run: Vec<Atom> = Vec::new();
    for line in lines(source) {
        let text = &source[line.clone()];
        let joins = match run.last() {
            Some(Atom::Text(last)) => goes_on(&source[last.clone()], text),
            _ => false,
        };
        if joins {
            let gap = run.last().map_or(line.start, |atom| atom.range().end)..line.start;
            let tight = text.starts_with(runs_on);
            let blank = if tight { "" } else { " " };
            run.push(Atom::Spelled(gap, blank.to_owned()));
        } else {
            pieces.run(std::mem::take(&mut run), Spelling::Plain);
        }
        run.push(Atom::Text(line));
    }
    pieces.run(run, Spelling::Plain);
}

/// The lines of a text without their ends.
pub(super) fn lines(source: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    source.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        start..start + line.trim_end_matches(['\n', '\r']).len()
    })
}

/// Whether the sentence of a line goes on in the next.
fn goes_on(line: &str, next: &str) -> bool {
    let ended = line
        .trim_end()
        .ends_with(['.', '!', '?', ':', '。', '！', '？', '：', '…']);
    let first = next.chars().next();
    let begins_lower = first.is_some_and(|c| c.is_lowercase() || runs_on(c));
    !ended
        && begins_lower
        && line.chars().count()
            >= if line.contains(runs_on) {
                WRAPPED / 2
            } else {
                WRAPPED
            }
}

/// Characters of writings without blanks between words.
fn runs_on(character: char) -> bool {
    matches!(character, '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}')
}
