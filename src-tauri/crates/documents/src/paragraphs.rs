//! Paragraphs, pages and tables of an office document, as both formats have them.

use crate::budget::Budget;
use crate::build::{Builder, lines, one_line};
use crate::document::BlockKind;
use crate::error::DocumentError;

/// Where a reader stands in a document: the paragraph that grows, the page, the tables.
pub(crate) struct Paragraphs<'a> {
    budget: &'a Budget,
    build: &'a mut Builder,
    /// What the paragraph says so far.
    pub(crate) text: String,
    /// What the paragraph is.
    pub(crate) kind: BlockKind,
    open: usize,
    /// The texts of paragraphs that another one stands inside, as in a footnote.
    around: Vec<(String, BlockKind)>,
    page: u32,
    /// The rows of the tables that are open.
    tables: Vec<Vec<String>>,
}

impl<'a> Paragraphs<'a> {
    pub(crate) fn new(budget: &'a Budget, build: &'a mut Builder) -> Self {
        Self {
            budget,
            build,
            text: String::new(),
            kind: BlockKind::Paragraph,
            open: 0,
            around: Vec::new(),
            page: 0,
            tables: Vec::new(),
        }
    }

    /// Whether a paragraph is open.
    pub(crate) fn inside(&self) -> bool {
        self.open > 0
    }

    /// A paragraph begins, inside another one or not.
    pub(crate) fn begin(&mut self, kind: BlockKind) {
        if self.inside() {
            self.around
                .push((std::mem::take(&mut self.text), self.kind));
        }
        self.open += 1;
        self.kind = kind;
    }

    /// It ends, and the one around it goes on.
    pub(crate) fn leave(&mut self) -> Result<(), DocumentError> {
        self.flush()?;
        self.open = self.open.saturating_sub(1);
        if let Some((text, kind)) = self.around.pop() {
            self.text = text;
            self.kind = kind;
        }
        if self.page > 0 {
            self.build.set_page(self.page);
        }
        Ok(())
    }

    /// Adds what there is of a paragraph, to the cell that it stands in or as a block.
    pub(crate) fn flush(&mut self) -> Result<(), DocumentError> {
        let text = lines(&std::mem::take(&mut self.text));
        let kind = std::mem::replace(&mut self.kind, BlockKind::Paragraph);
        if let Some(cell) = self.tables.last_mut().and_then(|row| row.last_mut()) {
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(&text);
            return Ok(());
        }
        match kind {
            BlockKind::Heading(_) => self.build.push(self.budget, kind, &one_line(&text)),
            _ => self.build.push(self.budget, kind, &text),
        }
    }

    /// What follows is on the next page.
    pub(crate) fn turn_page(&mut self) {
        self.page += 1;
        self.build.set_page(self.page);
        self.build.pages = Some(self.page);
    }

    /// A page ended here when the document was last shown, if such ends are noted at all.
    /// A paragraph counts to the page that it begins on.
    pub(crate) fn page_ended(&mut self) {
        if self.page == 0 {
            return;
        }
        if self.text.trim().is_empty() {
            self.turn_page();
        } else {
            self.page += 1;
            self.build.pages = Some(self.page);
        }
    }

    pub(crate) fn begin_table(&mut self) {
        self.tables.push(Vec::new());
    }

    pub(crate) fn begin_cell(&mut self) {
        if let Some(row) = self.tables.last_mut() {
            row.push(String::new());
        }
    }

    pub(crate) fn end_row(&mut self) -> Result<(), DocumentError> {
        match self.tables.last_mut().map(std::mem::take) {
            Some(row) => self.build.push_row(self.budget, &row),
            None => Ok(()),
        }
    }

    pub(crate) fn end_table(&mut self) {
        self.tables.pop();
    }
}
