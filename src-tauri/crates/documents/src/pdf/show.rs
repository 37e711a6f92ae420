//! Follows a page's drawing instructions as far as they place characters.

use std::rc::Rc;

use hayro_cmap::BfString;
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::dict::keys::{CONTENTS, MATRIX, RESOURCES, SUBTYPE};
use hayro_syntax::object::{Array, Dict, Name, Number, Object, Stream};
use hayro_syntax::page::{Page, Resources};

use super::fonts::{Code, Font, Fonts};
use super::lines::{Glyph, Lines};
use super::plane::{Map, Point};
use super::streams;
use crate::budget::Budget;
use crate::error::DocumentError;

/// How deep forms may be drawn within forms.
const DEEPEST_FORM: usize = 12;

/// How many states may be saved without being restored.
const MOST_SAVED: usize = 512;

/// Instructions between two looks at the clock.
const STEPS_PER_CHECK: u32 = 4096;

/// What is moved by, within a line, is in thousandths of the font's size.
const UNIT: f64 = 0.001;

/// What instructions set and `q` and `Q` save and restore.
#[derive(Clone)]
struct State {
    transform: Map,
    font: Option<Rc<Font>>,
    size: f64,
    character_space: f64,
    word_space: f64,
    /// A share of 1.
    scaling: f64,
    leading: f64,
    rise: f64,
}

/// What a stretch of content is marked as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Heading(u8),
    /// A page's number, a running title: not part of the text.
    Artifact,
    Other,
}

pub(super) struct Show<'s> {
    fonts: &'s Fonts,
    lines: &'s mut Lines,
    budget: &'s mut Budget,
    state: State,
    saved: Vec<State>,
    text: Map,
    line: Map,
    marks: Vec<Mark>,
    steps: u32,
    complete: bool,
    /// How many pictures are drawn.
    pub(super) pictures: u32,
}

impl<'s> Show<'s> {
    pub(super) fn new(fonts: &'s Fonts, lines: &'s mut Lines, budget: &'s mut Budget) -> Self {
        Self {
            fonts,
            lines,
            budget,
            state: State {
                transform: Map::IDENTITY,
                font: None,
                size: 1.0,
                character_space: 0.0,
                word_space: 0.0,
                scaling: 1.0,
                leading: 0.0,
                rise: 0.0,
            },
            saved: Vec::new(),
            text: Map::IDENTITY,
            line: Map::IDENTITY,
            marks: Vec::new(),
            steps: 0,
            complete: true,
            pictures: 0,
        }
    }

    /// Shows a page; says whether all of it could be read.
    pub(super) fn page(&mut self, page: &Page<'_>) -> Result<bool, DocumentError> {
        self.state.transform = Map(page.initial_transform(false).as_coeffs());
        let mut content = Vec::new();
        let raw = page.raw();
        if let Some(stream) = raw.get::<Stream<'_>>(CONTENTS) {
            self.add(&stream, &mut content)?;
        } else if let Some(streams) = raw.get::<Array<'_>>(CONTENTS) {
            for stream in streams.iter::<Stream<'_>>() {
                self.add(&stream, &mut content)?;
            }
        }
        self.run(&content, page.resources(), 0)?;
        Ok(self.complete)
    }

    fn add(&mut self, stream: &Stream<'_>, content: &mut Vec<u8>) -> Result<(), DocumentError> {
        match streams::content(stream, self.budget)? {
            Some(data) => {
                content.extend_from_slice(&data);
                content.push(b' ');
            }
            None => self.complete = false,
        }
        Ok(())
    }

    fn run(
        &mut self,
        content: &[u8],
        resources: &Resources<'_>,
        depth: usize,
    ) -> Result<(), DocumentError> {
        let mut instructions = TypedIter::new(content);
        while let Some(instruction) = instructions.next() {
            self.steps = self.steps.wrapping_add(1);
            if self.steps.is_multiple_of(STEPS_PER_CHECK) {
                self.budget.check()?;
                self.lines.check(self.budget)?;
            }
            self.step(&instruction, resources, depth)?;
        }
        Ok(())
    }

    fn step(
        &mut self,
        instruction: &TypedInstruction<'_, '_>,
        resources: &Resources<'_>,
        depth: usize,
    ) -> Result<(), DocumentError> {
        use TypedInstruction as Do;
        let n = |number: Number| number.as_f64();
        match instruction {
            Do::SaveState(_) if self.saved.len() < MOST_SAVED => {
                self.saved.push(self.state.clone());
            }
            Do::RestoreState(_) => {
                if let Some(state) = self.saved.pop() {
                    self.state = state;
                }
            }
            Do::Transform(t) => {
                let inner = Map([n(t.0), n(t.1), n(t.2), n(t.3), n(t.4), n(t.5)]);
                self.state.transform = self.state.transform.after(inner);
            }
            Do::BeginText(_) => {
                self.text = Map::IDENTITY;
                self.line = Map::IDENTITY;
            }
            Do::SetTextMatrix(t) => {
                self.text = Map([n(t.0), n(t.1), n(t.2), n(t.3), n(t.4), n(t.5)]);
                self.line = self.text;
            }
            Do::TextFont(font) => {
                self.state.size = n(font.1);
                self.set_font(font.0, resources);
            }
            Do::CharacterSpacing(space) => self.state.character_space = n(space.0),
            Do::WordSpacing(space) => self.state.word_space = n(space.0),
            Do::HorizontalScaling(share) => self.state.scaling = n(share.0) / 100.0,
            Do::TextLeading(leading) => self.state.leading = n(leading.0),
            Do::TextRise(rise) => self.state.rise = n(rise.0),
            Do::NextLine(by) => self.next_line(n(by.0), n(by.1)),
            Do::NextLineAndSetLeading(by) => {
                self.state.leading = -n(by.1);
                self.next_line(n(by.0), n(by.1));
            }
            Do::NextLineUsingLeading(_) => self.next_line(0.0, -self.state.leading),
            Do::ShowText(text) => self.show(text.0.as_bytes()),
            Do::NextLineAndShowText(text) => {
                self.next_line(0.0, -self.state.leading);
                self.show(text.0.as_bytes());
            }
            Do::ShowTextWithParameters(text) => {
                self.state.word_space = n(text.0);
                self.state.character_space = n(text.1);
                self.next_line(0.0, -self.state.leading);
                self.show(text.2.as_bytes());
            }
            Do::ShowTexts(texts) => {
                for part in texts.0.iter::<Object<'_>>() {
                    match part {
                        Object::Number(back) => {
                            self.advance(-n(back) * UNIT * self.state.size);
                        }
                        Object::String(text) => self.show(text.as_bytes()),
                        _ => {}
                    }
                }
            }
            Do::BeginMarkedContent(mark) => self.mark(mark.0),
            Do::BeginMarkedContentWithProperties(mark) => self.mark(mark.0),
            Do::EndMarkedContent(_) => {
                self.marks.pop();
            }
            Do::InlineImage(_) => self.pictures += 1,
            Do::XObject(object) => self.draw(object.0, resources, depth)?,
            _ => {}
        }
        Ok(())
    }

    fn set_font(&mut self, name: &Name<'_>, resources: &Resources<'_>) {
        let dict = resources.get_font(name);
        self.state.font = dict.and_then(|dict| self.fonts.get(&dict));
    }

    fn mark(&mut self, name: &Name<'_>) {
        let mark = match name.as_ref() {
            b"Artifact" => Mark::Artifact,
            b"H" | b"H1" | b"Title" => Mark::Heading(1),
            [b'H', level @ b'2'..=b'6'] => Mark::Heading(level - b'0'),
            _ => Mark::Other,
        };
        if self.marks.len() < MOST_SAVED {
            self.marks.push(mark);
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = self.line.after(Map::translation(x, y));
        self.text = self.line;
    }

    /// Moves along the line.
    fn advance(&mut self, by: f64) {
        let vertical = self
            .state
            .font
            .as_ref()
            .is_some_and(|font| font.is_vertical());
        let by = if vertical {
            Map::translation(0.0, by)
        } else {
            Map::translation(by * self.state.scaling, 0.0)
        };
        self.text = self.text.after(by);
    }

    fn show(&mut self, bytes: &[u8]) {
        let Some(font) = self.state.font.clone() else {
            return;
        };
        let hidden = self.marks.contains(&Mark::Artifact);
        let heading = self.marks.iter().rev().find_map(|mark| match mark {
            Mark::Heading(level) => Some(*level),
            _ => None,
        });
        let mut rest = bytes;
        while !rest.is_empty() {
            let code = font.code(rest);
            rest = rest.get(code.length..).unwrap_or_default();
            let width = font.width(code) * self.state.size;
            if !hidden {
                self.place(&font, code, width, heading);
            }
            let space = if code.value == 32 && code.length == 1 {
                self.state.word_space
            } else {
                0.0
            };
            self.advance(width + self.state.character_space + space);
        }
    }

    fn place(&mut self, font: &Font, code: Code, width: f64, heading: Option<u8>) {
        let place = self.state.transform.after(self.text);
        let origin = place.map(Point::ZERO);
        let rise = self.state.rise;
        let (end, along) = if font.is_vertical() {
            (Point::new(0.0, rise + width), Point::new(0.0, -1.0))
        } else {
            (
                Point::new(width * self.state.scaling, rise),
                Point::new(1.0, 0.0),
            )
        };
        let up = place.map(Point::new(0.0, self.state.size)).minus(origin);
        let meaning = font.meaning(code);
        let mut buffer = [0; 4];
        let text = match &meaning {
            Some(BfString::Char(character)) => Some(&*character.encode_utf8(&mut buffer)),
            Some(BfString::String(text)) => Some(text.as_str()),
            None => None,
        };
        self.lines.add(&Glyph {
            text,
            start: place.map(Point::new(0.0, rise)),
            end: place.map(end),
            along: place.map(along).minus(origin),
            size: up.length(),
            bold: font.bold,
            heading,
        });
    }

    fn draw(
        &mut self,
        name: &Name<'_>,
        resources: &Resources<'_>,
        depth: usize,
    ) -> Result<(), DocumentError> {
        let Some(stream) = resources.get_x_object(name) else {
            return Ok(());
        };
        let dict = stream.dict();
        let subtype = dict.get::<Name<'_>>(SUBTYPE);
        match subtype.as_deref() {
            Some(b"Image") => self.pictures += 1,
            Some(b"Form") if depth < DEEPEST_FORM => {
                self.budget.check()?;
                let Some(content) = streams::content(&stream, self.budget)? else {
                    self.complete = false;
                    return Ok(());
                };
                let own = dict.get::<Dict<'_>>(RESOURCES).map(Resources::new);
                let before = self.state.clone();
                let (text, line) = (self.text, self.line);
                let saved = std::mem::take(&mut self.saved);
                let marks = self.marks.len();
                if let Some(matrix) = dict.get::<[f64; 6]>(MATRIX) {
                    self.state.transform = self.state.transform.after(Map(matrix));
                }
                self.run(&content, own.as_ref().unwrap_or(resources), depth + 1)?;
                self.state = before;
                self.saved = saved;
                self.marks.truncate(marks);
                (self.text, self.line) = (text, line);
            }
            _ => {}
        }
        Ok(())
    }
}
