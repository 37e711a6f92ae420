//! Markdown: the text of paragraphs, headings, items and cells. Marks, code, addresses,
//! front matter and formulas stay; HTML blocks are taken apart as HTML.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::translate::document::{Atom, Fixed, Pieces, Spelling};

use super::html;

/// The dialects that are understood: what is not would be translated as text.
pub(crate) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_MATH)
    .union(Options::ENABLE_YAML_STYLE_METADATA_BLOCKS)
    .union(Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS);

pub(super) fn split(pieces: &mut Pieces<'_>) {
    let source = pieces.source;
    let mut run = Run::new(source);
    // Depth of what is left alone: code and metadata.
    let mut closed = 0_usize;
    let mut block: Option<Range<usize>> = None;
    // Where a link ends whose text is its address, or its name elsewhere in the file.
    let mut link_end = 0;
    for (event, range) in Parser::new_ext(source, OPTIONS).into_offset_iter() {
        if let Event::Html(_) = event {
            block = Some(block.map_or(range.start, |block| block.start)..range.end);
            continue;
        }
        if let Some(range) = block.take() {
            run.end(pieces);
            html::split(pieces, range);
        }
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::MetadataBlock(_)) => {
                run.end(pieces);
                closed += 1;
            }
            Event::End(TagEnd::CodeBlock | TagEnd::MetadataBlock(_)) => {
                closed = closed.saturating_sub(1);
            }
            _ if closed > 0 || range.end <= link_end => {}
            Event::Start(Tag::Link { link_type, .. } | Tag::Image { link_type, .. })
                if whole(link_type) =>
            {
                link_end = range.end;
                run.push(Atom::Fixed(range, Fixed::Literal));
            }
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough) => {
                run.opens(range, Fixed::Emphasis);
            }
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => {
                run.closes(range, Fixed::Emphasis);
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => run.opens(range, Fixed::Tag),
            Event::End(TagEnd::Link | TagEnd::Image) => run.closes(range, Fixed::Tag),
            Event::Text(text) => run.text(range, &text),
            Event::Code(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_) => {
                run.push(Atom::Fixed(range, Fixed::Literal));
            }
            Event::InlineHtml(_) => run.push(Atom::Fixed(range, Fixed::Tag)),
            Event::SoftBreak => run.soft_break(range),
            // Between blocks, and at the end of a line that was meant to end.
            _ => run.end(pieces),
        }
    }
    run.end(pieces);
    if let Some(range) = block {
        html::split(pieces, range);
    }
}

/// Whether the text of a link of this kind must stay, too.
fn whole(kind: LinkType) -> bool {
    !matches!(kind, LinkType::Inline | LinkType::Reference)
}

/// The inline content of one block. What no event names between two atoms is a mark.
struct Run<'a> {
    source: &'a str,
    atoms: Vec<Atom>,
    /// Where a mark began that reaches to the next atom.
    mark: Option<(usize, Fixed)>,
}

impl<'a> Run<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source,
            atoms: Vec::new(),
            mark: None,
        }
    }

    fn end_of_last(&self) -> Option<usize> {
        self.atoms.last().map(|atom| atom.range().end)
    }

    fn push(&mut self, atom: Atom) {
        let start = atom.range().start;
        if let Some((from, kind)) = self.mark.take() {
            let from = self.end_of_last().map_or(from, |end| end.max(from));
            if from < start {
                self.atoms.push(Atom::Fixed(from..start, kind));
            }
        } else if let Some(end) = self.end_of_last()
            && end < start
        {
            // A backslash, or what else the parser passes over.
            self.atoms.push(Atom::Text(end..start));
        }
        if self.end_of_last().is_none_or(|end| end <= start) && !atom.range().is_empty() {
            self.atoms.push(atom);
        }
    }

    fn text(&mut self, range: Range<usize>, text: &str) {
        let written = &self.source[range.clone()];
        if written == text || !written.starts_with('&') {
            self.push(Atom::Text(range));
        } else {
            self.push(Atom::Spelled(range, text.to_owned()));
        }
    }

    fn soft_break(&mut self, range: Range<usize>) {
        // Up to the text of the next line, over the marks of what it stands in.
        let rest = &self.source[range.start..];
        let length = rest.len() - rest.trim_start_matches(['\n', '\r', ' ', '\t', '>']).len();
        self.push(Atom::Spelled(
            range.start..range.start + length,
            " ".to_owned(),
        ));
    }

    fn opens(&mut self, range: Range<usize>, kind: Fixed) {
        let from = match self.mark {
            Some((from, _)) => from,
            None => range.start,
        };
        // A text that ends before the mark is closed up to it first.
        if self.mark.is_none()
            && let Some(end) = self.end_of_last()
            && end < range.start
        {
            self.atoms.push(Atom::Text(end..range.start));
        }
        let kind = match self.mark {
            Some((_, Fixed::Tag)) => Fixed::Tag,
            _ => kind,
        };
        // Marks of emphasis right before a link go the way of the link.
        self.mark = Some((from, kind));
    }

    fn closes(&mut self, range: Range<usize>, kind: Fixed) {
        if let Some((from, kind)) = self.mark.take() {
            // Nothing was in it.
            self.push(Atom::Fixed(from..range.end, kind));
            return;
        }
        if let Some(end) = self.end_of_last()
            && end < range.end
        {
            self.atoms.push(Atom::Fixed(end..range.end, kind));
        }
    }

    fn end(&mut self, pieces: &mut Pieces<'_>) {
        self.mark = None;
        pieces.run(std::mem::take(&mut self.atoms), Spelling::Markdown);
    }
}
