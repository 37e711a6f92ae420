//! A text taken apart into what is translated and what stays as it is.
//!
//! The pieces follow each other without gaps, so the source can always be put together
//! again byte for byte, and a translation differs from it in its segments only.

use std::ops::Range;

use super::format::{self, Format};
use super::protect;
use super::sentences::sentences;

/// What is done about characters that mean something in the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// Nothing does.
    Plain,
    /// Markdown: a translation must not begin a list, a heading or a quotation.
    Markdown,
    /// Text between tags.
    Html,
    /// The value of an attribute, and the mark around it.
    Attribute(char),
    /// The text of a subtitle, of one line or more.
    Subtitle,
}

/// What a fixed span is; decides what happens when a translation lacks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fixed {
    /// A tag, or what opens or closes a link.
    Tag,
    /// A mark of emphasis.
    Emphasis,
    /// Code, a placeholder, a link, an address, a mark in brackets.
    Literal,
}

/// A piece of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Atom {
    /// Text as it stands in the source.
    Text(Range<usize>),
    /// Text that the source spells in another way: an entity, a line break.
    Spelled(Range<usize>, String),
    /// What must come out as it went in.
    Fixed(Range<usize>, Fixed),
}

impl Atom {
    pub(crate) fn range(&self) -> &Range<usize> {
        match self {
            Self::Text(range) | Self::Spelled(range, _) | Self::Fixed(range, _) => range,
        }
    }

    fn shown<'a>(&'a self, source: &'a str) -> &'a str {
        match self {
            Self::Text(range) | Self::Fixed(range, _) => &source[range.clone()],
            Self::Spelled(_, text) => text,
        }
    }

    /// What the splitting into sentences sees of it: the same number of bytes for text.
    fn for_sentences<'a>(&'a self, source: &'a str) -> &'a str {
        match self {
            Self::Text(range) => &source[range.clone()],
            Self::Spelled(_, text) => text,
            // What closes belongs to the sentence before it, what opens to the one after.
            Self::Fixed(range, Fixed::Tag | Fixed::Emphasis) => {
                let text = &source[range.clone()];
                let closes = text.starts_with("</") || text.starts_with(']');
                let before = source[..range.start].chars().next_back();
                let after_text = before.is_some_and(|c| !c.is_whitespace());
                if closes || after_text { ")" } else { "(" }
            }
            Self::Fixed(..) => "X",
        }
    }
}

/// One sentence, or what comes nearest to it, with what is fixed in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    pub(crate) atoms: Vec<Atom>,
    pub(crate) spelling: Spelling,
}

impl Segment {
    /// Where it stands in the source.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        let start = self.atoms.first().map_or(0, |atom| atom.range().start);
        let end = self.atoms.last().map_or(start, |atom| atom.range().end);
        start..end
    }

    /// The segment as a person reads it.
    #[must_use]
    pub fn shown(&self, source: &str) -> String {
        self.atoms.iter().map(|atom| atom.shown(source)).collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Keep(Range<usize>),
    Segment(Segment),
}

impl Piece {
    fn range(&self) -> Range<usize> {
        match self {
            Self::Keep(range) => range.clone(),
            Self::Segment(segment) => segment.range(),
        }
    }
}

/// A text, taken apart.
#[derive(Debug, Clone)]
pub struct Document {
    source: String,
    format: Format,
    pieces: Vec<Piece>,
}

impl Document {
    /// Takes a text apart.
    #[must_use]
    pub fn new(source: String, format: Format) -> Self {
        let mut pieces = Pieces::new(&source);
        format::split(&mut pieces, format);
        let pieces = pieces.finish();
        Self {
            source,
            format,
            pieces,
        }
    }

    /// The whole text.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Its format.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// What is translated, in order.
    pub fn segments(&self) -> impl Iterator<Item = &Segment> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Segment(segment) => Some(segment),
            Piece::Keep(_) => None,
        })
    }

    /// For each segment, whether it begins a paragraph: whether a line break stands
    /// before it.
    #[must_use]
    pub fn paragraphs(&self) -> Vec<bool> {
        let mut end = 0;
        self.segments()
            .map(|segment| {
                let range = segment.range();
                let between = &self.source[end..range.start];
                end = range.end;
                range.start == 0 || between.contains('\n') || self.format == Format::Html
            })
            .collect()
    }

    /// The text with each segment replaced by what `translation` gives for its number;
    /// one without a translation stays as it is.
    pub fn render<'a>(&self, mut translation: impl FnMut(usize) -> Option<&'a str>) -> String {
        let mut text = String::with_capacity(self.source.len());
        let mut number = 0;
        for piece in &self.pieces {
            let source = &self.source[piece.range()];
            match piece {
                Piece::Keep(_) => text.push_str(source),
                Piece::Segment(_) => {
                    text.push_str(translation(number).unwrap_or(source));
                    number += 1;
                }
            }
        }
        text
    }
}

/// Gathers pieces from the beginning of a source to its end.
pub(crate) struct Pieces<'a> {
    pub(crate) source: &'a str,
    gathered: Vec<Piece>,
    at: usize,
}

impl<'a> Pieces<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source,
            gathered: Vec::new(),
            at: 0,
        }
    }

    /// Adds a run of text, which is cut into sentences. All before it that was not
    /// added stays as it is. A run that begins before the end of the last one is
    /// left out: nothing is translated twice.
    pub(crate) fn run(&mut self, atoms: Vec<Atom>, spelling: Spelling) {
        let begins = atoms.first().map(|atom| atom.range().start);
        if begins.is_none_or(|start| start < self.at) {
            return;
        }
        let atoms = protect::find(self.source, atoms, spelling);
        let whole = spelling == Spelling::Subtitle;
        for atoms in if whole { vec![atoms] } else { self.cut(&atoms) } {
            self.segment(atoms, spelling);
        }
    }

    /// A run of text without anything special in it.
    pub(crate) fn text(&mut self, range: Range<usize>, spelling: Spelling) {
        self.run(vec![Atom::Text(range)], spelling);
    }

    /// Cuts atoms where sentences end.
    fn cut(&self, atoms: &[Atom]) -> Vec<Vec<Atom>> {
        let composed: String = atoms
            .iter()
            .map(|atom| atom.for_sentences(self.source))
            .collect();
        let mut ends = sentences(&composed)
            .into_iter()
            .map(|range| range.end)
            .peekable();
        let (mut parts, mut part, mut at) = (Vec::new(), Vec::new(), 0);
        for atom in atoms {
            let length = atom.for_sentences(self.source).len();
            if let Atom::Text(range) = atom {
                let mut start = range.start;
                while let Some(end) = ends.next_if(|&end| end < at + length) {
                    let cut = range.start + (end - at);
                    part.push(Atom::Text(start..cut));
                    parts.push(std::mem::take(&mut part));
                    start = cut;
                }
                part.push(Atom::Text(start..range.end));
            } else {
                part.push(atom.clone());
            }
            at += length;
            if ends.next_if(|&end| end <= at).is_some() {
                while ends.next_if(|&end| end <= at).is_some() {}
                parts.push(std::mem::take(&mut part));
            }
        }
        parts.push(part);
        parts.retain(|part| !part.is_empty());
        parts
    }

    /// Adds one segment, less the blanks around it; what holds no letter stays.
    fn segment(&mut self, mut atoms: Vec<Atom>, spelling: Spelling) {
        while atoms.first_mut().is_some_and(|atom| self.trim(atom, true)) {
            atoms.remove(0);
        }
        while atoms.last_mut().is_some_and(|atom| self.trim(atom, false)) {
            atoms.pop();
        }
        let speaks = atoms.iter().any(|atom| {
            !matches!(atom, Atom::Fixed(..))
                && atom.shown(self.source).chars().any(char::is_alphabetic)
        });
        if !speaks {
            return;
        }
        let segment = Segment { atoms, spelling };
        let range = segment.range();
        if self.at < range.start {
            self.gathered.push(Piece::Keep(self.at..range.start));
        }
        self.at = range.end;
        self.gathered.push(Piece::Segment(segment));
    }

    /// Takes the blanks from one end of an atom; true when nothing is left of it.
    fn trim(&self, atom: &mut Atom, start: bool) -> bool {
        match atom {
            Atom::Text(range) => {
                let text = &self.source[range.clone()];
                if start {
                    range.start = range.end - text.trim_start().len();
                } else {
                    range.end = range.start + text.trim_end().len();
                }
                range.start >= range.end
            }
            Atom::Spelled(_, text) => text.trim().is_empty(),
            Atom::Fixed(..) => false,
        }
    }

    fn finish(mut self) -> Vec<Piece> {
        if self.at < self.source.len() {
            self.gathered.push(Piece::Keep(self.at..self.source.len()));
        }
        self.gathered
    }
}
