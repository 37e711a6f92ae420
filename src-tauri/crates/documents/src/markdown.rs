//! Markdown.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::budget::Budget;
use crate::build::{Builder, lines};
use crate::document::BlockKind;
use crate::error::DocumentError;
use crate::html;

pub(crate) fn read(text: &str, budget: &Budget, build: &mut Builder) -> Result<(), DocumentError> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut flow = Flow {
        budget,
        build,
        text: String::new(),
        kind: BlockKind::Paragraph,
        lists: 0,
        cells: Vec::new(),
        markup: None,
        depth: 0,
    };
    for event in Parser::new_ext(text, options) {
        flow.take(event)?;
    }
    flow.end()
}

struct Flow<'a> {
    budget: &'a Budget,
    build: &'a mut Builder,
    text: String,
    kind: BlockKind,
    lists: u8,
    cells: Vec<String>,
    /// HTML between Markdown, until it ends.
    markup: Option<String>,
    depth: usize,
}

impl Flow<'_> {
    fn take(&mut self, event: Event<'_>) -> Result<(), DocumentError> {
        match event {
            Event::Start(tag) => {
                self.depth += 1;
                self.budget.nest(self.depth)?;
                self.start(&tag)?;
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                self.close(tag)?;
            }
            Event::Text(text) | Event::Code(text) => self.text.push_str(&text),
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.text.push('\n'),
            Event::Html(text) => match &mut self.markup {
                Some(markup) => markup.push_str(&text),
                None => self.markup = Some(text.into_string()),
            },
            Event::Rule => self.end()?,
            Event::TaskListMarker(done) => self.text.push_str(if done { "[x] " } else { "[ ] " }),
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: &Tag<'_>) -> Result<(), DocumentError> {
        match tag {
            Tag::Heading { level, .. } => {
                self.end()?;
                self.kind = BlockKind::Heading(*level as u8);
            }
            Tag::CodeBlock(_) => {
                self.end()?;
                self.kind = BlockKind::Code;
            }
            Tag::List(_) => {
                self.end()?;
                self.lists = self.lists.saturating_add(1);
            }
            Tag::Item => {
                self.end()?;
                self.kind = BlockKind::ListItem(self.lists);
            }
            Tag::HtmlBlock => {
                self.end()?;
                self.markup = Some(String::new());
            }
            Tag::MetadataBlock(_)
            | Tag::Paragraph
            | Tag::BlockQuote(_)
            | Tag::Table(_)
            | Tag::FootnoteDefinition(_) => {
                self.end()?;
            }
            Tag::TableHead | Tag::TableRow => self.cells.clear(),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, tag: TagEnd) -> Result<(), DocumentError> {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock => self.end()?,
            TagEnd::Item => {
                self.end()?;
            }
            TagEnd::List(_) => {
                self.end()?;
                self.lists = self.lists.saturating_sub(1);
            }
            TagEnd::MetadataBlock(_) => {
                let text = std::mem::take(&mut self.text);
                let stated = text.lines().find_map(|line| line.strip_prefix("title:"));
                if let Some(title) = stated {
                    self.build.title = Some(title.trim().trim_matches(['"', '\'']).to_owned());
                }
            }
            TagEnd::HtmlBlock => {
                if let Some(markup) = self.markup.take() {
                    html::read_piece(&markup, self.budget, self.build)?;
                }
            }
            TagEnd::TableCell => self.cells.push(std::mem::take(&mut self.text)),
            TagEnd::TableHead | TagEnd::TableRow => {
                let cells = std::mem::take(&mut self.cells);
                self.build.push_row(self.budget, &cells)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Ends the block. What follows in the same item is a paragraph of it.
    fn end(&mut self) -> Result<(), DocumentError> {
        let text = std::mem::take(&mut self.text);
        let kind = std::mem::replace(&mut self.kind, BlockKind::Paragraph);
        match kind {
            BlockKind::Code => self.build.push(self.budget, kind, &text),
            _ => self.build.push(self.budget, kind, &lines(&text)),
        }
    }
}
