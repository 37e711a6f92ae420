//! Documents made for the tests.

pub(crate) mod pdf;
pub(crate) mod zip;

use llmos_documents::{BlockKind, Control, Document, DocumentError, Limits, extract};

/// Reads bytes under a name.
pub(crate) fn read(name: &str, bytes: impl Into<Vec<u8>>) -> Result<Document, DocumentError> {
    let bytes: Vec<u8> = bytes.into();
    extract(bytes, name, &Limits::default(), &Control::default())
}

/// The kinds and texts of the blocks.
pub(crate) fn blocks(document: &Document) -> Vec<(BlockKind, &str)> {
    let pairs = document.blocks.iter();
    pairs
        .map(|block| (block.kind, block.text.as_str()))
        .collect()
}

pub(crate) use BlockKind::{Code, Heading, ListItem, Paragraph, TableRow};
