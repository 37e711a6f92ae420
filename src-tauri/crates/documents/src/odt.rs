//! `OpenDocument` texts.

use crate::archive::Archive;
use crate::budget::Budget;
use crate::build::{Builder, lines, one_line};
use crate::document::BlockKind;
use crate::docx::title;
use crate::error::DocumentError;
use crate::xml::{Element, Step, walk};

pub(crate) fn read(
    archive: &mut Archive,
    budget: &mut Budget,
    build: &mut Builder,
) -> Result<(), DocumentError> {
    if archive.has("META-INF/manifest.xml") {
        let manifest = archive.part("META-INF/manifest.xml", budget)?;
        if manifest.contains("encryption-data") {
            return Err(DocumentError::Encrypted);
        }
    }
    if archive.has("meta.xml") {
        let text = archive.part("meta.xml", budget)?;
        build.title = title(&text, budget)?;
    }
    let text = archive.part("content.xml", budget)?;
    let mut flow = Flow {
        budget,
        build,
        text: String::new(),
        kind: BlockKind::Paragraph,
        paragraphs: 0,
        around: Vec::new(),
        lists: 0,
        item: false,
        skipped: 0,
        page: 0,
        tables: Vec::new(),
    };
    // The program notes where the pages ended when it last showed them.
    if text.contains("soft-page-break") {
        flow.turn_page();
    }
    walk(&text, "the document's content", budget, |step| {
        flow.take(step)
    })?;
    flow.end()
}

struct Flow<'a> {
    budget: &'a Budget,
    build: &'a mut Builder,
    text: String,
    kind: BlockKind,
    paragraphs: usize,
    /// The texts of paragraphs that another one stands inside, as in a footnote.
    around: Vec<(String, BlockKind)>,
    lists: u8,
    /// Whether the next paragraph begins an entry of a list.
    item: bool,
    /// How many elements are open whose content is left out.
    skipped: usize,
    page: u32,
    /// The rows of the tables that are open.
    tables: Vec<Vec<String>>,
}

impl Flow<'_> {
    fn turn_page(&mut self) {
        self.page += 1;
        self.build.set_page(self.page);
        self.build.pages = Some(self.page);
    }

    fn take(&mut self, step: Step<'_>) -> Result<(), DocumentError> {
        match step {
            Step::Open(element) => {
                self.skipped += usize::from(is_skipped(element.name));
                if self.skipped == 0 {
                    self.open(&element);
                }
            }
            Step::Close(name) if self.skipped > 0 => {
                self.skipped -= usize::from(is_skipped(name));
            }
            Step::Close(name) => self.close(name)?,
            Step::Text(text) if self.paragraphs > 0 && self.skipped == 0 => {
                self.text.push_str(text);
            }
            Step::Text(_) => {}
        }
        Ok(())
    }

    fn open(&mut self, element: &Element<'_>) {
        match element.name {
            "p" | "h" => {
                if self.paragraphs > 0 {
                    self.around
                        .push((std::mem::take(&mut self.text), self.kind));
                }
                self.paragraphs += 1;
                self.kind = if element.name == "h" {
                    let level = element.get("outline-level");
                    let level: u8 = level.and_then(|level| level.parse().ok()).unwrap_or(1);
                    BlockKind::Heading(level.clamp(1, 6))
                } else if std::mem::take(&mut self.item) {
                    BlockKind::ListItem(self.lists.max(1))
                } else {
                    BlockKind::Paragraph
                };
            }
            "list" => self.lists = self.lists.saturating_add(1),
            "list-item" => self.item = true,
            "s" => {
                let spaces = element
                    .get("c")
                    .and_then(|count| count.parse::<usize>().ok());
                self.text
                    .extend(std::iter::repeat_n(' ', spaces.unwrap_or(1).min(64)));
            }
            "tab" => self.text.push('\t'),
            "line-break" => self.text.push('\n'),
            "soft-page-break" if self.page > 0 => {
                // A paragraph counts to the page that it begins on.
                if self.text.trim().is_empty() {
                    self.turn_page();
                } else {
                    self.page += 1;
                    self.build.pages = Some(self.page);
                }
            }
            "table" => self.tables.push(Vec::new()),
            "table-cell" | "covered-table-cell" => {
                if let Some(row) = self.tables.last_mut() {
                    row.push(String::new());
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) -> Result<(), DocumentError> {
        match name {
            "p" | "h" => {
                self.end()?;
                self.paragraphs = self.paragraphs.saturating_sub(1);
                if let Some((text, kind)) = self.around.pop() {
                    self.text = text;
                    self.kind = kind;
                }
                if self.page > 0 {
                    self.build.set_page(self.page);
                }
            }
            "list" => self.lists = self.lists.saturating_sub(1),
            "table-row" => {
                if let Some(row) = self.tables.last_mut() {
                    let row = std::mem::take(row);
                    self.build.push_row(self.budget, &row)?;
                }
            }
            "table" => {
                self.tables.pop();
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), DocumentError> {
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
}

/// Elements whose content is not the document's text.
fn is_skipped(name: &str) -> bool {
    matches!(
        name,
        "annotation"
            | "tracked-changes"
            | "note-citation"
            | "sequence-decls"
            | "forms"
            | "font-face-decls"
            | "automatic-styles"
            | "scripts"
    )
}
