//! The text that is summed up, as it comes in.

use llmos_documents::{BlockKind, Document};

use crate::AssistantError;

/// Largest text in bytes: about a million words.
pub const MAX_SOURCE_BYTES: usize = 8 << 20;
/// Longest title in characters.
const MAX_TITLE: usize = 120;
/// Of so many characters of a text that is none, one is a control or a replacement.
const STRANGE: usize = 10;

/// A piece of a text in the order of reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// What the blocks after it stand under.
    Heading {
        /// Its words.
        text: String,
        /// The page that it is on, from 1.
        page: Option<u32>,
    },
    /// Words, lines of a list or of a table.
    Text {
        /// The words.
        text: String,
        /// The page that they begin on, from 1.
        page: Option<u32>,
    },
}

impl Block {
    /// Its words.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Heading { text, .. } | Self::Text { text, .. } => text,
        }
    }

    /// The page that it begins on.
    pub(super) fn page(&self) -> Option<u32> {
        match self {
            Self::Heading { page, .. } | Self::Text { page, .. } => *page,
        }
    }
}

/// A text to be summed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    title: Option<String>,
    content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Text(String),
    Blocks(Vec<Block>),
}

impl Source {
    /// A text that was pasted or read from a file; `title` is the file's name, if there
    /// is one.
    #[must_use]
    pub fn text(title: Option<String>, text: String) -> Self {
        Self {
            title,
            content: Content::Text(text),
        }
    }

    /// A document whose structure is known.
    #[must_use]
    pub fn document(title: Option<String>, blocks: Vec<Block>) -> Self {
        Self {
            title,
            content: Content::Blocks(blocks),
        }
    }

    /// What was read out of a file; `name` is its title where it states none itself.
    #[must_use]
    pub fn from_document(document: Document, name: Option<String>) -> Self {
        let blocks = document.blocks.into_iter().map(|block| {
            let page = block.place.page;
            let text = match block.kind {
                BlockKind::ListItem(_) => format!("- {}", block.text),
                _ => block.text,
            };
            match block.kind {
                BlockKind::Heading(_) => Block::Heading { text, page },
                _ => Block::Text { text, page },
            }
        });
        Self::document(document.title.or(name), blocks.collect())
    }

    /// Its title, if it has one.
    pub(super) fn title(&self) -> Option<String> {
        let title = self.title.as_deref()?.trim();
        let title: String = title.chars().take(MAX_TITLE).collect();
        (!title.is_empty()).then_some(title)
    }

    /// Its blocks, of which at least one has words.
    ///
    /// # Errors
    /// `EmptyText`, `TextTooLong`, and `NotText` for a file that only bears the name of a
    /// text.
    pub(super) fn blocks(&self) -> Result<Vec<Block>, AssistantError> {
        let bytes = match &self.content {
            Content::Text(text) => text.len(),
            Content::Blocks(blocks) => blocks.iter().map(|block| block.text().len()).sum(),
        };
        if bytes > MAX_SOURCE_BYTES {
            return Err(AssistantError::TextTooLong {
                bytes,
                limit: MAX_SOURCE_BYTES,
            });
        }
        let blocks = match &self.content {
            Content::Text(text) if is_no_text(text) => return Err(AssistantError::NotText),
            Content::Text(text) => paragraphs(text),
            Content::Blocks(blocks) => blocks.clone(),
        };
        let has_words = |block: &Block| block.text().chars().any(char::is_alphanumeric);
        if !blocks.iter().any(has_words) {
            return Err(AssistantError::EmptyText);
        }
        Ok(blocks)
    }
}

/// Whether this is a picture or a program under the name of a text.
fn is_no_text(text: &str) -> bool {
    let strange = |c: &char| {
        (c.is_control() && !c.is_ascii_whitespace()) || *c == char::REPLACEMENT_CHARACTER
    };
    // Enough to tell, however long it is.
    let seen = text.chars().take(10_000);
    let (all, odd) = seen.fold((0, 0), |(all, odd), c| {
        (all + 1, odd + usize::from(strange(&c)))
    });
    odd * STRANGE > all
}

/// The paragraphs of a text, and the headings among them. Form feeds divide its pages.
fn paragraphs(text: &str) -> Vec<Block> {
    let text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
    let has_pages = text.contains('\u{C}');
    let mut blocks = Vec::new();
    for (page, sheet) in (1_u32..).zip(text.split('\u{C}')) {
        read_sheet(sheet, has_pages.then_some(page), &mut blocks);
    }
    blocks
}

fn read_sheet(sheet: &str, page: Option<u32>, blocks: &mut Vec<Block>) {
    let mut paragraph: Vec<&str> = Vec::new();
    let flush = |paragraph: &mut Vec<&str>, blocks: &mut Vec<Block>| {
        if !paragraph.is_empty() {
            let text = paragraph.join("\n");
            blocks.push(Block::Text { text, page });
            paragraph.clear();
        }
    };
    for line in sheet.split(['\n', '\r', '\u{2028}', '\u{2029}']) {
        let heading = heading(line, paragraph.is_empty());
        if heading.is_some() || line.trim().is_empty() {
            flush(&mut paragraph, blocks);
        } else {
            paragraph.push(line.trim_end());
        }
        if let Some(heading) = heading {
            let text = heading.to_owned();
            blocks.push(Block::Heading { text, page });
        }
    }
    flush(&mut paragraph, blocks);
}

/// The words of a line that is a heading: one of Markdown, or of a book's chapter.
fn heading(line: &str, begins: bool) -> Option<&str> {
    let line = line.trim();
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    if (1..=6).contains(&level) && line[level..].starts_with(' ') {
        let words = line[level..].trim().trim_end_matches('#').trim_end();
        return (!words.is_empty()).then_some(words);
    }
    let is_short = begins && line.chars().count() <= 80;
    (is_short && is_chapter(line)).then_some(line)
}

/// `Chapter 4`, `PART II: The Sea`, `第三章 海`.
fn is_chapter(line: &str) -> bool {
    if let Some(rest) = line.strip_prefix('第') {
        let mut rest = rest.chars();
        let number = rest
            .by_ref()
            .take_while(|c| c.is_ascii_digit() || "零〇一二三四五六七八九十百千".contains(*c))
            .count();
        // What ended the number was consumed by looking at it.
        let unit = line.chars().nth(number + 1);
        return number > 0 && unit.is_some_and(|c| "章节回部篇卷".contains(c));
    }
    let mut words = line.split_whitespace();
    let is_named = words.next().is_some_and(|word| {
        ["chapter", "part", "section", "book"].contains(&word.to_lowercase().as_str())
    });
    let is_number = |word: &str| {
        let word = word.trim_end_matches(['.', ':', '-', '—']);
        !word.is_empty()
            && (word.bytes().all(|b| b.is_ascii_digit())
                || word.bytes().all(|b| b"IVXLCDM".contains(&b)))
    };
    is_named && words.next().is_some_and(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Result<Vec<Block>, AssistantError> {
        Source::text(None, text.to_owned()).blocks()
    }

    fn shape(text: &str) -> Vec<(bool, String)> {
        blocks(text)
            .unwrap_or_default()
            .into_iter()
            .map(|block| {
                (
                    matches!(block, Block::Heading { .. }),
                    block.text().to_owned(),
                )
            })
            .collect()
    }

    #[test]
    fn headings_and_paragraphs_are_found() {
        let found = shape(
            "# The Sea #\r\nIt is\nwide.\r\n\r\n#hashtag\n\nChapter 4: Ships\nSome.\n第三章 海\n很大。",
        );
        let expected = [
            (true, "The Sea"),
            (false, "It is\nwide."),
            (false, "#hashtag"),
            (true, "Chapter 4: Ships"),
            (false, "Some.\n第三章 海\n很大。"),
        ];
        let found: Vec<(bool, &str)> = found.iter().map(|(h, t)| (*h, t.as_str())).collect();
        assert_eq!(found, expected);
        assert_eq!(
            shape("第三章 海\n\n很大。")[0],
            (true, "第三章 海".to_owned())
        );
        assert!(!shape("Part of it was lost.")[0].0);
        let pages: Vec<_> = blocks("One.\n\n\u{C}Two.\n\n\u{C}\u{C}Four.")
            .unwrap_or_default()
            .iter()
            .map(Block::page)
            .collect();
        assert_eq!(pages, [Some(1), Some(2), Some(4)]);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for empty in ["", " \n\t", "\u{FEFF}", "--- ... ***"] {
            assert!(
                matches!(blocks(empty), Err(AssistantError::EmptyText)),
                "{empty:?}"
            );
        }
        let picture = "\u{FFFD}PNG\r\n\u{1a}\n\0\0\0\u{c}IHDR\0\0\u{8}\0\0\0\u{5}";
        assert!(matches!(blocks(picture), Err(AssistantError::NotText)));
        // Letters with a stray control between them are still a text.
        assert!(blocks("He\u{7} said that the sea is wide and deep and cold.").is_ok());
        let huge = "word ".repeat(MAX_SOURCE_BYTES / 5 + 1);
        assert!(matches!(
            blocks(&huge),
            Err(AssistantError::TextTooLong { .. })
        ));
    }
}
