//! Blocks in the making: bounds, headings, white space.

use std::sync::Arc;

use crate::budget::Budget;
use crate::document::{Block, BlockKind, Document, DocumentKind, Encoding, Place, Warning};
use crate::error::{DocumentError, Limit};

/// How many blocks go by between two looks at the clock.
const BLOCKS_PER_CHECK: usize = 256;

/// Collects a document's blocks.
#[derive(Default)]
pub(crate) struct Builder {
    blocks: Vec<Block>,
    bytes: usize,
    page: Option<u32>,
    /// The headings above, each with its level.
    above: Vec<(u8, String)>,
    path: Arc<[String]>,
    pub(crate) title: Option<String>,
    pub(crate) pages: Option<u32>,
    pub(crate) encoding: Option<Encoding>,
    pub(crate) warnings: Vec<Warning>,
}

impl Builder {
    /// What follows is on this page.
    pub(crate) fn set_page(&mut self, page: u32) {
        self.page = Some(page);
    }

    /// What follows is under no heading that came before.
    pub(crate) fn leave_headings(&mut self) {
        self.above.clear();
        self.path = Arc::default();
    }

    /// Adds a block, unless it is blank. White space is kept in code, line breaks in
    /// code, subtitles and what the caller left in paragraphs.
    pub(crate) fn push(
        &mut self,
        budget: &Budget,
        kind: BlockKind,
        text: &str,
    ) -> Result<(), DocumentError> {
        let text = match kind {
            BlockKind::Code => text.trim_matches('\n').trim_end(),
            _ => text.trim(),
        };
        if text.is_empty() {
            return Ok(());
        }
        self.bytes += text.len();
        let limits = &budget.limits;
        if self.bytes > limits.text_bytes {
            return Err(DocumentError::TooLarge {
                limit: Limit::TextBytes,
                most: limits.text_bytes as u64,
            });
        }
        if self.blocks.len() >= limits.blocks {
            return Err(DocumentError::TooLarge {
                limit: Limit::Blocks,
                most: limits.blocks as u64,
            });
        }
        if self.blocks.len().is_multiple_of(BLOCKS_PER_CHECK) {
            budget.check()?;
        }
        if let BlockKind::Heading(level) = kind {
            self.above.retain(|(above, _)| *above < level);
            self.above.push((level, text.to_owned()));
            self.path = self.above.iter().map(|(_, text)| text.clone()).collect();
        }
        self.blocks.push(Block {
            text: text.to_owned(),
            kind,
            place: Place {
                page: self.page,
                headings: Arc::clone(&self.path),
            },
        });
        Ok(())
    }

    /// Adds a row of a table.
    pub(crate) fn push_row<S: AsRef<str>>(
        &mut self,
        budget: &Budget,
        cells: &[S],
    ) -> Result<(), DocumentError> {
        let mut row = String::new();
        if cells.iter().all(|cell| cell.as_ref().trim().is_empty()) {
            return Ok(());
        }
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                row.push_str(" | ");
            }
            row.push_str(&one_line(cell.as_ref()));
        }
        self.push(budget, BlockKind::TableRow, &row)
    }

    /// Adds this many to what is left out.
    pub(crate) fn leave_out(&mut self, parts: u32) {
        if parts == 0 {
            return;
        }
        for warning in &mut self.warnings {
            if let Warning::PartsLeftOut(count) = warning {
                *count += parts;
                return;
            }
        }
        self.warnings.push(Warning::PartsLeftOut(parts));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The document, unless there is no text in it.
    pub(crate) fn finish(self, kind: DocumentKind) -> Result<Document, DocumentError> {
        if self.blocks.is_empty() {
            return Err(DocumentError::Empty);
        }
        let stated = self.title.map(|title| one_line(&title));
        let first_heading = || {
            let early = self.blocks.iter().take(12);
            let highest = early
                .filter_map(|block| match block.kind {
                    BlockKind::Heading(level) => Some((level, block)),
                    _ => None,
                })
                .min_by_key(|(level, _)| *level);
            highest.map(|(_, block)| one_line(&block.text))
        };
        Ok(Document {
            kind,
            title: stated
                .filter(|title| !title.is_empty())
                .or_else(first_heading),
            pages: self.pages,
            encoding: self.encoding,
            warnings: self.warnings,
            blocks: self.blocks,
        })
    }
}

/// A text with every run of white space as one space.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// A text with every run of white space as one space, and no more than single line
/// breaks.
pub(crate) fn lines(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for line in text.lines().map(one_line).filter(|line| !line.is_empty()) {
        if !kept.is_empty() {
            kept.push('\n');
        }
        kept.push_str(&line);
    }
    kept
}
