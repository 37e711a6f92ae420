//! Archives: what DOCX, ODT and EPUB are made as.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::budget::Budget;
use crate::decode;
use crate::document::DocumentKind;
use crate::error::{DocumentError, Limit};

/// An archive in memory, whose parts are unpacked one at a time within the budget.
pub(crate) struct Archive(ZipArchive<Cursor<Vec<u8>>>);

impl Archive {
    pub(crate) fn open(bytes: Vec<u8>, budget: &Budget) -> Result<Self, DocumentError> {
        // Read here first: the library takes memory for as many entries as are claimed.
        if entries(&bytes).is_none_or(|entries| entries > budget.limits.entries) {
            return Err(match entries(&bytes) {
                None => broken(),
                Some(_) => DocumentError::TooLarge {
                    limit: Limit::Entries,
                    most: budget.limits.entries,
                },
            });
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken())?;
        Ok(Self(archive))
    }

    /// What the archive is. One that is none of ours may be a password's: then its
    /// parts can't be read, whatever they are.
    pub(crate) fn kind(&mut self, budget: &mut Budget) -> Result<DocumentKind, DocumentError> {
        let declared = match self.part("mimetype", budget) {
            Ok(text) => text,
            Err(DocumentError::Broken { .. }) => String::new(),
            Err(error) => return Err(error),
        };
        let declared = declared.trim();
        if declared == "application/epub+zip" || self.has("META-INF/container.xml") {
            return Ok(DocumentKind::Epub);
        }
        if declared.starts_with("application/vnd.oasis.opendocument.text") {
            return Ok(DocumentKind::Odt);
        }
        if self.has("word/document.xml") || self.has("word/document2.xml") {
            return Ok(DocumentKind::Docx);
        }
        if declared.is_empty() && self.has("content.xml") {
            return Ok(DocumentKind::Odt);
        }
        for place in 0..self.0.len() {
            let entry = self.0.by_index_raw(place).map_err(|_| broken())?;
            if entry.encrypted() {
                return Err(DocumentError::Encrypted);
            }
        }
        Err(DocumentError::UnsupportedKind)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.index_for_name(name).is_some()
    }

    /// The text of a part; `Broken` where there is no such part.
    pub(crate) fn part(
        &mut self,
        name: &str,
        budget: &mut Budget,
    ) -> Result<String, DocumentError> {
        const STEP: usize = 64 << 10;
        let mut entry = match self.0.by_name(name) {
            Ok(entry) => entry,
            Err(ZipError::UnsupportedArchive(what)) if what == ZipError::PASSWORD_REQUIRED => {
                return Err(DocumentError::Encrypted);
            }
            Err(_) => return Err(broken()),
        };
        if entry.encrypted() {
            return Err(DocumentError::Encrypted);
        }
        let packed = entry.compressed_size();
        let mut bytes = Vec::new();
        loop {
            let read = Read::by_ref(&mut entry)
                .take(STEP as u64)
                .read_to_end(&mut bytes)
                .map_err(|_| broken())?;
            if read == 0 {
                break;
            }
            budget.unpack(packed, bytes.len() as u64, read as u64)?;
        }
        Ok(decode::part(&bytes))
    }
}

fn broken() -> DocumentError {
    DocumentError::Broken {
        what: "the archive",
    }
}

/// How many files an archive says it has; `None` where it has no directory.
fn entries(bytes: &[u8]) -> Option<u64> {
    /// The directory's end, and as much as may come behind it.
    const END: usize = 22;
    const COMMENT: usize = 65_535;
    let from = bytes.len().saturating_sub(END + COMMENT);
    let tail = bytes.get(from..)?;
    let end = tail.windows(4).rposition(|it| it == b"PK\x05\x06")?;
    let count = tail.get(end + 10..end + 12)?;
    let count = u64::from(u16::from_le_bytes(count.try_into().ok()?));
    if count < u64::from(u16::MAX) {
        return Some(count);
    }
    // More are counted in a second, larger directory's end.
    let wide = tail.windows(4).rposition(|it| it == b"PK\x06\x06");
    let Some(count) = wide.and_then(|wide| tail.get(wide + 32..wide + 40)) else {
        return Some(count);
    };
    Some(u64::from_le_bytes(count.try_into().ok()?))
}
