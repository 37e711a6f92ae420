//! Word documents.

use std::collections::HashMap;

use crate::archive::Archive;
use crate::budget::Budget;
use crate::build::{Builder, one_line};
use crate::document::BlockKind;
use crate::error::DocumentError;
use crate::paragraphs::Paragraphs;
use crate::xml::{Element, Step, walk};

pub(crate) fn read(
    archive: &mut Archive,
    budget: &mut Budget,
    build: &mut Builder,
) -> Result<(), DocumentError> {
    let styles = if archive.has("word/styles.xml") {
        let text = archive.part("word/styles.xml", budget)?;
        styles(&text, budget)?
    } else {
        HashMap::new()
    };
    if archive.has("docProps/core.xml") {
        let text = archive.part("docProps/core.xml", budget)?;
        build.title = title(&text, budget)?;
    }
    let main = ["word/document.xml", "word/document2.xml"]
        .into_iter()
        .find(|name| archive.has(name))
        .ok_or(DocumentError::Broken {
            what: "the document's main part",
        })?;
    let text = archive.part(main, budget)?;
    let mut flow = Flow::new(&styles, budget, build);
    // Word notes where the pages ended when it last showed them.
    if text.contains("lastRenderedPageBreak") {
        flow.paragraphs.turn_page();
    }
    walk(&text, "the document's main part", budget, |step| {
        flow.take(step)
    })?;
    flow.paragraphs.flush()?;
    for notes in ["word/footnotes.xml", "word/endnotes.xml"] {
        if archive.has(notes) {
            let text = archive.part(notes, budget)?;
            let mut flow = Flow::new(&styles, budget, build);
            walk(&text, "the footnotes", budget, |step| flow.take(step))?;
            flow.paragraphs.flush()?;
        }
    }
    Ok(())
}

/// `<dc:title>` of a part about the document.
pub(crate) fn title(text: &str, budget: &Budget) -> Result<Option<String>, DocumentError> {
    let mut title = None;
    let mut inside = false;
    walk(text, "the document's properties", budget, |step| {
        match step {
            Step::Open(element) => inside = element.name == "title",
            Step::Close(_) => inside = false,
            Step::Text(text) if inside => title.get_or_insert_with(String::new).push_str(text),
            Step::Text(_) => {}
        }
        Ok(())
    })?;
    Ok(title
        .map(|title| one_line(&title))
        .filter(|title| !title.is_empty()))
}

/// What the paragraphs of each style are, where they are not plain.
fn styles(text: &str, budget: &Budget) -> Result<HashMap<String, BlockKind>, DocumentError> {
    let mut styles = HashMap::new();
    let mut style = None;
    walk(text, "the document's styles", budget, |step| {
        let Step::Open(element) = step else {
            return Ok(());
        };
        match element.name {
            "style" => style = element.get("styleId"),
            "name" => {
                let name = element.get("val").unwrap_or_default().to_ascii_lowercase();
                let kind = kind_of_style(&name);
                if let (Some(style), Some(kind)) = (&style, kind) {
                    styles.insert(style.clone(), kind);
                }
            }
            "outlineLvl" => {
                let level = element
                    .get("val")
                    .and_then(|level| level.parse::<u8>().ok());
                // 9 is body text.
                let level = level.filter(|level| *level < 9);
                if let (Some(style), Some(level)) = (&style, level) {
                    styles.insert(style.clone(), BlockKind::Heading((level + 1).min(6)));
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(styles)
}

fn kind_of_style(name: &str) -> Option<BlockKind> {
    if name == "title" {
        return Some(BlockKind::Heading(1));
    }
    if let Some(level) = name.strip_prefix("heading ") {
        let level: u8 = level.parse().ok()?;
        return Some(BlockKind::Heading(level.clamp(1, 6)));
    }
    let list = name.starts_with("list bullet") || name.starts_with("list number");
    list.then_some(BlockKind::ListItem(1))
}

struct Flow<'a> {
    styles: &'a HashMap<String, BlockKind>,
    paragraphs: Paragraphs<'a>,
    /// Whether the text is what a paragraph says, rather than a setting.
    says: bool,
    /// How many elements are open whose content is left out.
    skipped: usize,
}

impl<'a> Flow<'a> {
    fn new(
        styles: &'a HashMap<String, BlockKind>,
        budget: &'a Budget,
        build: &'a mut Builder,
    ) -> Self {
        Self {
            styles,
            paragraphs: Paragraphs::new(budget, build),
            says: false,
            skipped: 0,
        }
    }

    fn take(&mut self, step: Step<'_>) -> Result<(), DocumentError> {
        match step {
            Step::Open(element) => self.open(&element),
            Step::Close(name) => self.close(name)?,
            Step::Text(text) if self.says && self.skipped == 0 => {
                self.paragraphs.text.push_str(text);
            }
            Step::Text(_) => {}
        }
        Ok(())
    }

    fn open(&mut self, element: &Element<'_>) {
        // The second of two forms of the same thing, and the text that was deleted.
        if matches!(element.name, "Fallback" | "del" | "moveFrom") {
            self.skipped += 1;
        }
        if self.skipped > 0 {
            return;
        }
        match element.name {
            "p" => self.paragraphs.begin(BlockKind::Paragraph),
            "pStyle" => {
                let style = element.get("val");
                if let Some(kind) = style.and_then(|style| self.styles.get(&style)) {
                    self.paragraphs.kind = *kind;
                }
            }
            "ilvl" if !matches!(self.paragraphs.kind, BlockKind::Heading(_)) => {
                let depth = element
                    .get("val")
                    .and_then(|depth| depth.parse::<u8>().ok());
                self.paragraphs.kind = BlockKind::ListItem(depth.unwrap_or(0).min(8) + 1);
            }
            "outlineLvl" => {
                let level = element
                    .get("val")
                    .and_then(|level| level.parse::<u8>().ok());
                if let Some(level) = level.filter(|level| *level < 9) {
                    self.paragraphs.kind = BlockKind::Heading((level + 1).min(6));
                }
            }
            "t" => self.says = true,
            "tab" if self.paragraphs.inside() => self.paragraphs.text.push('\t'),
            "br" | "cr" => self.paragraphs.text.push('\n'),
            "noBreakHyphen" => self.paragraphs.text.push('-'),
            "lastRenderedPageBreak" => self.paragraphs.page_ended(),
            "tbl" => self.paragraphs.begin_table(),
            "tc" => self.paragraphs.begin_cell(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) -> Result<(), DocumentError> {
        if matches!(name, "Fallback" | "del" | "moveFrom") {
            self.skipped = self.skipped.saturating_sub(1);
            return Ok(());
        }
        if self.skipped > 0 {
            return Ok(());
        }
        match name {
            "t" => self.says = false,
            "p" => self.paragraphs.leave()?,
            "tr" => self.paragraphs.end_row()?,
            "tbl" => self.paragraphs.end_table(),
            _ => {}
        }
        Ok(())
    }
}
