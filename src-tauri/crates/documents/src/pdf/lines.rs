//! Characters to lines.

use std::iter::once;

use unicode_normalization::UnicodeNormalization;

use crate::budget::Budget;
use crate::error::{DocumentError, Limit};

use super::plane::Point;

/// A gap between two characters that is a space, as a share of the font's size.
const SPACE: f64 = 0.18;

/// A gap that separates the columns of a table.
const COLUMN: f64 = 1.5;

/// How far a character may be above or below its line, as an exponent is.
const OFF_LINE: f64 = 0.4;

/// A character where it is drawn, in points from the page's lower left corner.
pub(super) struct Glyph<'a> {
    /// What it means; `None` where only its shape is known.
    pub(super) text: Option<&'a str>,
    pub(super) start: Point,
    pub(super) end: Point,
    /// The direction of its line.
    pub(super) along: Point,
    pub(super) size: f64,
    pub(super) bold: bool,
    /// The level of the heading that it is marked as.
    pub(super) heading: Option<u8>,
}

/// A line of text on a page.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) page: u32,
    /// Columns are separated by tabs.
    pub(super) text: String,
    /// Where it begins and ends, along its direction.
    pub(super) start: f64,
    pub(super) end: f64,
    /// Where it is, across its direction: more is higher.
    pub(super) height: f64,
    pub(super) size: f64,
    /// Whether all of it is bold.
    pub(super) bold: bool,
    pub(super) heading: Option<u8>,
    direction: Point,
}

impl Line {
    pub(super) fn is_parallel(&self, other: &Self) -> bool {
        self.direction.dot(other.direction) > 0.99
    }

    /// Whether it is written as most lines are.
    pub(super) fn is_upright(&self) -> bool {
        self.direction.x > 0.99
    }
}

/// Collects lines.
#[derive(Default)]
pub(super) struct Lines {
    page: u32,
    done: Vec<Line>,
    line: Option<Line>,
    /// The last character and where it began: some are drawn twice to look bold.
    last: Option<(String, f64)>,
    characters: usize,
    bytes: usize,
    unknown: u32,
}

impl Lines {
    pub(super) fn begin_page(&mut self, page: u32) {
        self.end_line();
        self.page = page;
    }

    /// How many characters there are, without spaces.
    pub(super) fn characters(&self) -> usize {
        self.characters
    }

    /// How many characters have no meaning.
    pub(super) fn unknown(&self) -> u32 {
        self.unknown
    }

    /// Refuses more text than is allowed.
    pub(super) fn check(&self, budget: &Budget) -> Result<(), DocumentError> {
        let most = budget.limits.text_bytes;
        if self.bytes > most {
            return Err(DocumentError::TooLarge {
                limit: Limit::TextBytes,
                most: most as u64,
            });
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Vec<Line> {
        self.end_line();
        self.done
    }

    pub(super) fn add(&mut self, glyph: &Glyph<'_>) {
        let length = glyph.along.length();
        let finite = glyph.start.is_finite() && glyph.end.is_finite() && glyph.size.is_finite();
        if !finite || length < 1e-9 || glyph.size < 0.1 {
            return;
        }
        let Some(text) = glyph.text else {
            self.unknown = self.unknown.saturating_add(1);
            return;
        };
        let direction = Point::new(glyph.along.x / length, glyph.along.y / length);
        let across = Point::new(-direction.y, direction.x);
        let start = glyph.start.dot(direction);
        let end = glyph.end.dot(direction).max(start);
        let height = glyph.start.dot(across);
        let blank = text.trim().is_empty();
        let same = self.line.as_ref().is_some_and(|line| {
            let size = line.size.max(glyph.size);
            line.direction.dot(direction) > 0.99
                && (line.height - height).abs() < OFF_LINE * size
                && start > line.end - 1.2 * size
                && line.heading == glyph.heading
        });
        if !same {
            self.end_line();
            if blank {
                return;
            }
            self.line = Some(Line {
                page: self.page,
                text: String::new(),
                start,
                end: start,
                height,
                size: glyph.size,
                bold: true,
                heading: glyph.heading,
                direction,
            });
            self.last = None;
        }
        let Some(line) = &mut self.line else {
            return;
        };
        let twice = self
            .last
            .as_ref()
            .is_some_and(|(last, at)| last == text && (start - at).abs() < 0.08 * glyph.size);
        if twice {
            return;
        }
        let gap = start - line.end;
        let ended = line.text.is_empty() || line.text.ends_with([' ', '\t']);
        if gap > COLUMN * glyph.size && !line.text.is_empty() && !blank {
            line.text.truncate(line.text.trim_end().len());
            line.text.push('\t');
        } else if (blank || gap > SPACE * glyph.size) && !ended {
            line.text.push(' ');
        }
        if !blank {
            push(&mut line.text, text);
            line.bold &= glyph.bold;
            // A dropped initial or an exponent does not make the line.
            if line.text.chars().count() <= 2 {
                line.size = glyph.size;
            }
            self.characters += 1;
            self.bytes += text.len();
            // Blank characters count as a gap, so that the columns of a table that
            // are spaced with them are seen.
            line.end = end;
        }
        self.last = Some((text.to_owned(), start));
    }

    fn end_line(&mut self) {
        if let Some(mut line) = self.line.take() {
            line.text.truncate(line.text.trim_end().len());
            if !line.text.is_empty() {
                self.done.push(line);
            }
        }
    }
}

/// Adds a character; ligatures and forms for show become the characters that they
/// are made of.
fn push(line: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '\u{fb00}'..='\u{fb06}' | '\u{2e80}'..='\u{2fdf}' | '\u{f900}'..='\u{faff}' => {
                line.extend(once(character).nfkc());
            }
            '\u{ad}' => line.push('-'),
            '\u{a0}' => line.push(' '),
            '\u{feff}' | '\u{200b}' => {}
            control if control.is_control() => {}
            other => line.push(other),
        }
    }
}
