//! `OpenDocument` texts.

use crate::archive::Archive;
use crate::budget::Budget;
use crate::build::Builder;
use crate::document::BlockKind;
use crate::docx::title;
use crate::error::DocumentError;
use crate::paragraphs::Paragraphs;
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
        paragraphs: Paragraphs::new(budget, build),
        lists: 0,
        item: false,
        skipped: 0,
    };
    // The program notes where the pages ended when it last showed them.
    if text.contains("soft-page-break") {
        flow.paragraphs.turn_page();
    }
    walk(&text, "the document's content", budget, |step| {
        flow.take(step)
    })?;
    flow.paragraphs.flush()
}

struct Flow<'a> {
    paragraphs: Paragraphs<'a>,
    lists: u8,
    /// Whether the next paragraph begins an entry of a list.
    item: bool,
    /// How many elements are open whose content is left out.
    skipped: usize,
}

impl Flow<'_> {
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
            Step::Text(text) if self.paragraphs.inside() && self.skipped == 0 => {
                self.paragraphs.text.push_str(text);
            }
            Step::Text(_) => {}
        }
        Ok(())
    }

    fn open(&mut self, element: &Element<'_>) {
        match element.name {
            "p" | "h" => {
                let kind = if element.name == "h" {
                    let level = element.get("outline-level");
                    let level: u8 = level.and_then(|level| level.parse().ok()).unwrap_or(1);
                    BlockKind::Heading(level.clamp(1, 6))
                } else if std::mem::take(&mut self.item) {
                    BlockKind::ListItem(self.lists.max(1))
                } else {
                    BlockKind::Paragraph
                };
                self.paragraphs.begin(kind);
            }
            "list" => self.lists = self.lists.saturating_add(1),
            "list-item" => self.item = true,
            "s" => {
                let spaces = element
                    .get("c")
                    .and_then(|count| count.parse::<usize>().ok());
                self.paragraphs
                    .text
                    .extend(std::iter::repeat_n(' ', spaces.unwrap_or(1).min(64)));
            }
            "tab" => self.paragraphs.text.push('\t'),
            "line-break" => self.paragraphs.text.push('\n'),
            "soft-page-break" => self.paragraphs.page_ended(),
            "table" => self.paragraphs.begin_table(),
            "table-cell" | "covered-table-cell" => self.paragraphs.begin_cell(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) -> Result<(), DocumentError> {
        match name {
            "p" | "h" => self.paragraphs.leave()?,
            "list" => self.lists = self.lists.saturating_sub(1),
            "table-row" => self.paragraphs.end_row()?,
            "table" => self.paragraphs.end_table(),
            _ => {}
        }
        Ok(())
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
