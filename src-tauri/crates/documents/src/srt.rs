//! Subtitles.

use crate::budget::Budget;
use crate::build::{Builder, lines};
use crate::document::BlockKind;
use crate::error::DocumentError;

pub(crate) fn read(text: &str, budget: &Budget, build: &mut Builder) -> Result<(), DocumentError> {
    let mut cue: Option<(u64, u64)> = None;
    let mut said = String::new();
    let mut left_out = 0;
    let mut seen = 0;
    // One blank line more ends the last cue.
    for line in text.lines().chain([""]) {
        if let Some(times) = times(line) {
            seen += 1;
            // Without a blank line between: what looked like text was the next number.
            end(&mut cue, &mut said, budget, build)?;
            cue = Some(times);
        } else if line.contains("-->") {
            left_out += 1;
        } else if line.trim().is_empty() {
            end(&mut cue, &mut said, budget, build)?;
        } else if cue.is_some() {
            said.push_str(&without_tags(line));
            said.push('\n');
        }
    }
    if seen == 0 {
        return Err(DocumentError::Broken {
            what: "every subtitle's time",
        });
    }
    build.leave_out(left_out);
    Ok(())
}

fn end(
    cue: &mut Option<(u64, u64)>,
    said: &mut String,
    budget: &Budget,
    build: &mut Builder,
) -> Result<(), DocumentError> {
    let text = lines(&std::mem::take(said));
    match cue.take() {
        Some((start_ms, end_ms)) => build.push(budget, BlockKind::Cue { start_ms, end_ms }, &text),
        None => Ok(()),
    }
}

/// `00:01:02,500 --> 00:01:05,000`, in milliseconds.
fn times(line: &str) -> Option<(u64, u64)> {
    let (start, end) = line.split_once("-->")?;
    // A position on the screen may follow.
    let end = end.split_whitespace().next()?;
    Some((time(start.trim())?, time(end)?))
}

fn time(text: &str) -> Option<u64> {
    let (clock, fraction) = text.split_once([',', '.'])?;
    let mut seconds = 0_u64;
    for part in clock.split(':') {
        let part: u64 = part.trim().parse().ok()?;
        seconds = seconds.checked_mul(60)?.checked_add(part)?;
    }
    let fraction: u64 = fraction.trim().get(..3)?.parse().ok()?;
    seconds.checked_mul(1000)?.checked_add(fraction)
}

/// Without `<i>` and `{\an8}`.
fn without_tags(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(['<', '{']) {
        let (before, tag) = rest.split_at(start);
        text.push_str(before);
        let close = if tag.starts_with('<') { '>' } else { '}' };
        let Some(end) = tag.find(close) else {
            rest = tag;
            break;
        };
        let inside = tag.get(1..end).unwrap_or_default();
        let is_tag = inside.starts_with('\\')
            || inside
                .trim_start_matches('/')
                .starts_with(|it: char| it.is_ascii_alphabetic());
        if !is_tag {
            text.push_str(tag.get(..=end).unwrap_or_default());
        }
        rest = tag.get(end + 1..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}
