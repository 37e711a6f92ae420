//! What is read out of a file.

use std::sync::Arc;

use crate::words;

/// A document's text and what is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What kind of file it was, by its content.
    pub kind: DocumentKind,
    /// The title that the file states, or else its first heading.
    pub title: Option<String>,
    /// The text, in reading order.
    pub blocks: Vec<Block>,
    /// How many pages it has, where it has pages.
    pub pages: Option<u32>,
    /// How its bytes were read as text; `None` where the format leaves no choice.
    pub encoding: Option<Encoding>,
    /// What a person should know before they rely on the text.
    pub warnings: Vec<Warning>,
}

impl Document {
    /// The text as Markdown: headings, lists, tables and code are marked as such.
    #[must_use]
    pub fn text(&self) -> String {
        join(&self.blocks)
    }

    /// The same with a form feed at the beginning of each page, where it has pages.
    #[must_use]
    pub fn paged_text(&self) -> String {
        let mut text = String::new();
        let mut page = 1;
        for blocks in self.blocks.chunk_by(|a, b| a.place.page == b.place.page) {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            while blocks[0].place.page.is_some_and(|now| now > page) {
                text.push('\u{C}');
                page += 1;
            }
            text.push_str(&join(blocks));
        }
        text
    }

    /// How many words it has; a Chinese or Japanese character counts as one.
    #[must_use]
    pub fn words(&self) -> usize {
        let words = |block: &Block| words::count_words(&block.text);
        self.blocks.iter().map(words).sum()
    }
}

/// The kinds of files that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// Plain text of any sort.
    Text,
    /// Markdown.
    Markdown,
    /// A web page.
    Html,
    /// PDF.
    Pdf,
    /// Word, since 2007.
    Docx,
    /// `OpenDocument` text.
    Odt,
    /// An electronic book.
    Epub,
    /// Subtitles in `SubRip` format.
    Srt,
    /// Values separated by commas, semicolons or tabs.
    Csv,
}

impl DocumentKind {
    /// The ending of such a file's name, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Odt => "odt",
            Self::Epub => "epub",
            Self::Srt => "srt",
            Self::Csv => "csv",
        }
    }
}

/// A piece of text that belongs together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The text, without marks; never empty.
    pub text: String,
    /// What it is.
    pub kind: BlockKind,
    /// Where it is.
    pub place: Place,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// A heading of a level from 1, the highest, to 6.
    Heading(u8),
    /// Running text.
    Paragraph,
    /// An entry of a list that is nested as deep as this, from 1.
    ListItem(u8),
    /// A row of a table: cells separated by ` | `.
    TableRow,
    /// Text whose line breaks and spaces matter.
    Code,
    /// A subtitle.
    Cue {
        /// When it appears, in milliseconds.
        start_ms: u64,
        /// When it goes, in milliseconds.
        end_ms: u64,
    },
}

/// Where in a document something is: what a citation names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The page, from 1.
    pub page: Option<u32>,
    /// The headings above it, the highest first. A heading is under itself.
    pub headings: Arc<[String]>,
}

/// How bytes were read as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoding {
    /// Its name, such as `UTF-8` or `GB18030`.
    pub name: String,
    /// Whether it was concluded from the bytes rather than stated by the file.
    pub guessed: bool,
}

/// What a person should know before they rely on the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// Some bytes mean nothing in the encoding, and stand as U+FFFD.
    DamagedText,
    /// This many pages have no text: pictures of pages, perhaps.
    PagesWithoutText(u32),
    /// This many characters can't be named: their font says only how they look.
    UnknownCharacters(u32),
    /// This many pages, chapters or subtitles could not be read and are left out.
    PartsLeftOut(u32),
}

/// Blocks as Markdown.
pub(crate) fn join(blocks: &[Block]) -> String {
    let mut text = String::new();
    for (index, block) in blocks.iter().enumerate() {
        if let Some(before) = index.checked_sub(1).and_then(|index| blocks.get(index)) {
            text.push_str(between(before.kind, block.kind));
        }
        write(&mut text, block);
    }
    text
}

/// What stands between two blocks: entries of one list or table stay together.
fn between(before: BlockKind, after: BlockKind) -> &'static str {
    match (before, after) {
        (BlockKind::ListItem(_), BlockKind::ListItem(_))
        | (BlockKind::TableRow, BlockKind::TableRow)
        | (BlockKind::Cue { .. }, BlockKind::Cue { .. }) => "\n",
        _ => "\n\n",
    }
}

fn write(text: &mut String, block: &Block) {
    match block.kind {
        BlockKind::Heading(level) => {
            text.extend(std::iter::repeat_n('#', usize::from(level)));
            text.push(' ');
            text.push_str(&block.text);
        }
        BlockKind::ListItem(depth) => {
            text.extend(std::iter::repeat_n("  ", usize::from(depth.max(1)) - 1));
            text.push_str("- ");
            text.push_str(&block.text);
        }
        BlockKind::Code => {
            let longest = longest_run(&block.text, '`');
            let fence = "`".repeat((longest + 1).max(3));
            text.push_str(&fence);
            text.push('\n');
            text.push_str(&block.text);
            text.push('\n');
            text.push_str(&fence);
        }
        BlockKind::TableRow => {
            text.push_str("| ");
            text.push_str(&block.text);
            text.push_str(" |");
        }
        BlockKind::Paragraph | BlockKind::Cue { .. } => text.push_str(&block.text),
    }
}

fn longest_run(text: &str, of: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for character in text.chars() {
        run = if character == of { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
