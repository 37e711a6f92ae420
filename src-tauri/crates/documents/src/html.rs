//! HTML, of web pages and of books.
//!
//! Read as a stream of tags, without building a tree: that takes time and memory in
//! proportion to the text, whatever is nested how.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use crate::budget::Budget;
use crate::build::{Builder, lines, one_line};
use crate::document::BlockKind;
use crate::error::DocumentError;

/// Bytes between two looks at the clock.
const STEP: usize = 64 << 10;

/// Reads a whole page.
pub(crate) fn read(text: &str, budget: &Budget, build: &mut Builder) -> Result<(), DocumentError> {
    read_piece(text, budget, build)
}

/// Reads a page, a chapter or a fragment, and adds its blocks.
pub(crate) fn read_piece(
    text: &str,
    budget: &Budget,
    build: &mut Builder,
) -> Result<(), DocumentError> {
    let sink = Sink(RefCell::new(Flow::new(budget, build)));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = STEP.min(rest.len());
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        let (piece, after) = rest.split_at(end);
        rest = after;
        queue.push_back(StrTendril::from(piece));
        // It pauses after each script, which nobody runs.
        while !queue.is_empty() {
            let _ = tokenizer.feed(&queue);
        }
        budget.check()?;
        if tokenizer.sink.0.borrow().failed.is_some() {
            break;
        }
    }
    tokenizer.end();
    let flow = tokenizer.sink.0.into_inner();
    flow.finish()
}

struct Sink<'a>(RefCell<Flow<'a>>);

impl TokenSink for Sink<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut flow = self.0.borrow_mut();
        if flow.failed.is_some() {
            return TokenSinkResult::Continue;
        }
        let done = match &token {
            Token::TagToken(tag) => flow.tag(tag),
            Token::CharacterTokens(text) => {
                flow.characters(text);
                Ok(())
            }
            _ => Ok(()),
        };
        if let Err(error) = done {
            flow.failed = Some(error);
        }
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag && !tag.self_closing => {
                raw(&tag.name)
            }
            _ => TokenSinkResult::Continue,
        }
    }
}

/// How the tokenizer is to read what is inside an element.
fn raw(name: &str) -> TokenSinkResult<()> {
    match name {
        "script" => TokenSinkResult::RawData(RawKind::ScriptData),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
            TokenSinkResult::RawData(RawKind::Rawtext)
        }
        "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
        _ => TokenSinkResult::Continue,
    }
}

struct Flow<'a> {
    budget: &'a Budget,
    build: &'a mut Builder,
    failed: Option<DocumentError>,
    text: String,
    /// What the text is, as far as its element says.
    kind: BlockKind,
    /// The element whose content is left out, and how many of the same name are open.
    skipped: Option<(String, usize)>,
    /// The title in the making.
    title: Option<String>,
    preformatted: usize,
    lists: u8,
    /// The rows of the tables that are open; `None` for one that only lays out the page.
    tables: Vec<Option<Row>>,
    depth: usize,
}

/// A row in the making.
#[derive(Default)]
struct Row {
    cells: Vec<String>,
    /// Whether the text belongs to a cell, which may stay empty.
    inside: bool,
}

impl<'a> Flow<'a> {
    fn new(budget: &'a Budget, build: &'a mut Builder) -> Self {
        Self {
            budget,
            build,
            failed: None,
            text: String::new(),
            kind: BlockKind::Paragraph,
            skipped: None,
            title: None,
            preformatted: 0,
            lists: 0,
            tables: Vec::new(),
            depth: 0,
        }
    }

    fn characters(&mut self, text: &str) {
        if self.skipped.is_some() {
            return;
        }
        if let Some(title) = &mut self.title {
            title.push_str(text);
        } else if self.preformatted > 0 {
            self.text.push_str(text);
        } else {
            // Line breaks in the source are spaces; `<br>` makes real ones.
            self.text
                .extend(text.chars().map(|it| if it == '\n' { ' ' } else { it }));
        }
    }

    fn tag(&mut self, tag: &Tag) -> Result<(), DocumentError> {
        let name: &str = &tag.name;
        let opens = tag.kind == TagKind::StartTag;
        if let Some((skipped, open)) = &mut self.skipped {
            if *skipped == name && !tag.self_closing {
                *open = if opens {
                    *open + 1
                } else {
                    open.saturating_sub(1)
                };
                if *open == 0 {
                    self.skipped = None;
                }
            }
            return Ok(());
        }
        if opens {
            self.nest(tag)?;
            if (is_skipped(name) || is_hidden(tag)) && !tag.self_closing && !is_void(name) {
                self.skipped = Some((name.to_owned(), 1));
                return Ok(());
            }
            self.open(name)?;
            if tag.self_closing && !is_void(name) {
                self.close(name)?;
            }
        } else {
            if !may_stay_open(name) {
                self.depth = self.depth.saturating_sub(1);
            }
            self.close(name)?;
        }
        Ok(())
    }

    fn nest(&mut self, tag: &Tag) -> Result<(), DocumentError> {
        if !tag.self_closing && !is_void(&tag.name) && !may_stay_open(&tag.name) {
            self.depth += 1;
            self.budget.nest(self.depth)?;
        }
        Ok(())
    }

    fn open(&mut self, name: &str) -> Result<(), DocumentError> {
        match name {
            "title" => self.title = Some(String::new()),
            "br" => self.text.push('\n'),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.leave_layout()?;
                self.end()?;
                self.kind = BlockKind::Heading(name.as_bytes()[1] - b'0');
            }
            "ul" | "ol" => {
                self.end()?;
                self.lists = self.lists.saturating_add(1);
            }
            "li" => {
                self.end()?;
                self.kind = BlockKind::ListItem(self.lists.max(1));
            }
            "pre" => {
                self.end()?;
                self.preformatted += 1;
                self.kind = BlockKind::Code;
            }
            "table" => {
                self.leave_layout()?;
                self.end()?;
                self.tables.push(Some(Row::default()));
            }
            "tr" => self.end_row()?,
            "td" | "th" => {
                self.end_cell()?;
                if let Some(Some(row)) = self.tables.last_mut() {
                    row.inside = true;
                }
            }
            _ if is_block(name) => self.end()?,
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), DocumentError> {
        match name {
            "title" => {
                let title = self.title.take().map(|title| one_line(&title));
                // What is around the page, as a book is, has said its title before.
                if self.build.title.is_none() {
                    self.build.title = title.filter(|title| !title.is_empty());
                }
            }
            "ul" | "ol" => {
                self.end()?;
                self.lists = self.lists.saturating_sub(1);
            }
            "pre" => {
                self.end()?;
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            "table" => {
                self.end_row()?;
                self.end()?;
                self.tables.pop();
            }
            "tr" => self.end_row()?,
            "td" | "th" => self.end_cell()?,
            _ if is_block(name) => self.end()?,
            _ => {}
        }
        Ok(())
    }

    /// Ends the block; inside a cell, only the line.
    fn end(&mut self) -> Result<(), DocumentError> {
        if let Some(Some(_)) = self.tables.last() {
            self.text.push(' ');
            self.kind = BlockKind::Paragraph;
            return Ok(());
        }
        let text = std::mem::take(&mut self.text);
        let kind = std::mem::replace(&mut self.kind, BlockKind::Paragraph);
        match kind {
            BlockKind::Code => self.build.push(self.budget, kind, &text),
            BlockKind::Heading(_) => self.build.push(self.budget, kind, &one_line(&text)),
            _ => self.build.push(self.budget, kind, &lines(&text)),
        }
    }

    fn end_cell(&mut self) -> Result<(), DocumentError> {
        if let Some(Some(row)) = self.tables.last_mut() {
            let text = one_line(&std::mem::take(&mut self.text));
            // What stands between cells is white space, or else a cell without a tag.
            if row.inside || !text.is_empty() {
                row.cells.push(text);
            }
            row.inside = false;
            return Ok(());
        }
        self.end()
    }

    fn end_row(&mut self) -> Result<(), DocumentError> {
        self.end_cell()?;
        if let Some(Some(row)) = self.tables.last_mut() {
            let cells = std::mem::take(&mut row.cells);
            self.build.push_row(self.budget, &cells)?;
        }
        Ok(())
    }

    /// A heading or a table inside a cell: the table around it only lays out the page.
    fn leave_layout(&mut self) -> Result<(), DocumentError> {
        let Some(row) = self.tables.last_mut().filter(|row| row.is_some()) else {
            return Ok(());
        };
        for cell in row.take().unwrap_or_default().cells {
            self.build.push(self.budget, BlockKind::Paragraph, &cell)?;
        }
        self.end()
    }

    fn finish(mut self) -> Result<(), DocumentError> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        self.end_row()?;
        self.tables.clear();
        self.end()
    }
}

/// Elements whose content nobody reads.
fn is_skipped(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "template"
            | "svg"
            | "math"
            | "noscript"
            | "iframe"
            | "object"
            | "select"
            | "button"
            | "rt"
            | "rp"
            | "noembed"
            | "noframes"
            | "datalist"
    )
}

/// Whether a page says that nobody sees this.
fn is_hidden(tag: &Tag) -> bool {
    tag.attrs.iter().any(|attribute| {
        let name: &str = &attribute.name.local;
        match name {
            "hidden" => true,
            "style" => {
                let style: String = attribute.value.chars().filter(|it| *it != ' ').collect();
                style.contains("display:none") || style.contains("visibility:hidden")
            }
            _ => false,
        }
    })
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements whose end may be left out, so that many in a row are not nested.
fn may_stay_open(name: &str) -> bool {
    matches!(
        name,
        "p" | "li"
            | "dt"
            | "dd"
            | "td"
            | "th"
            | "tr"
            | "thead"
            | "tbody"
            | "tfoot"
            | "option"
            | "optgroup"
            | "colgroup"
            | "html"
            | "head"
            | "body"
            | "font"
            | "b"
            | "i"
            | "a"
    )
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "main"
            | "aside"
            | "nav"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "li"
            | "blockquote"
            | "hr"
            | "dl"
            | "dt"
            | "dd"
            | "form"
            | "fieldset"
            | "figure"
            | "figcaption"
            | "address"
            | "details"
            | "summary"
            | "body"
            | "html"
            | "head"
            | "caption"
            | "center"
            | "textarea"
            | "legend"
            | "option"
            | "thead"
            | "tbody"
            | "tfoot"
    )
}
