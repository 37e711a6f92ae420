//! One mapped file.

use std::fs::File;
use std::path::Path;

use memmap2::Mmap;

use crate::error::{GgufError, at_most};
use crate::limits::{ALIGNMENT_RANGE, DEFAULT_ALIGNMENT, MAX_FILE_LEN, MIN_FILE_LEN};
use crate::metadata::{Metadata, Table};
use crate::reader::Reader;
use crate::tensor::{self, TensorInfo};

const MAGIC: [u8; 4] = *b"GGUF";
/// Versions 2 and 3 have the same layout; 3 added big-endian files, which are
/// not read here.
const VERSIONS: std::ops::RangeInclusive<u32> = 2..=3;

/// A file whose structure was checked, but for the uniqueness of its tensors' names.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) map: Mmap,
    pub(super) version: u32,
    pub(super) alignment: u64,
    metadata: Table,
    /// Taken from here when a directory of all parts is made.
    pub(super) tensors: Vec<TensorInfo>,
    /// Where the data section starts.
    pub(super) data_start: usize,
}

impl Part {
    /// Maps the file at `path` and checks its structure.
    pub(super) fn open(path: &Path) -> Result<Self, GgufError> {
        let unreadable = |reason: std::io::Error| match reason.kind() {
            std::io::ErrorKind::NotFound => GgufError::Missing {
                path: path.to_owned(),
            },
            _ => GgufError::Unreadable {
                path: path.to_owned(),
                reason,
            },
        };
        // Before opening: opening a pipe would wait for its other end.
        if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(GgufError::Unreadable {
                path: path.to_owned(),
                reason: std::io::Error::other("not a regular file"),
            });
        }
        let file = File::open(path).map_err(unreadable)?;
        let len = file.metadata().map_err(unreadable)?.len();
        if len < MIN_FILE_LEN {
            return Err(GgufError::Truncated {
                what: "the file header".to_owned(),
                offset: 0,
                needed: MIN_FILE_LEN,
                available: len,
            });
        }
        at_most("size of the file", MAX_FILE_LEN, len)?;
        let map = map_file(&file).map_err(unreadable)?;
        Self::read(map)
    }

    /// Bytes of the file.
    pub(super) fn len(&self) -> u64 {
        self.map.len() as u64
    }

    pub(super) fn metadata(&self) -> Metadata<'_> {
        Metadata::new(&self.metadata, &self.map)
    }

    /// Reads everything before the tensor data.
    fn read(map: Mmap) -> Result<Self, GgufError> {
        let mut reader = Reader::new(&map);
        let magic = reader.array::<4>("the magic number")?;
        if magic != MAGIC {
            return Err(GgufError::invalid(
                "the magic number",
                "\"GGUF\"",
                format!("\"{}\"", magic.escape_ascii()),
            ));
        }
        let version = reader.u32("the version")?;
        if !VERSIONS.contains(&version) {
            let found = if VERSIONS.contains(&version.swap_bytes()) {
                format!("big-endian version {}", version.swap_bytes())
            } else {
                format!("version {version}")
            };
            return Err(GgufError::unsupported(
                "format version",
                "little-endian versions 2 and 3",
                found,
            ));
        }
        let tensor_count = reader.u64("the number of tensors")?;
        let entry_count = reader.u64("the number of metadata entries")?;
        let metadata = Table::read(&mut reader, entry_count)?;
        let tensors = tensor::read_all(&mut reader, tensor_count)?;
        let alignment = alignment(Metadata::new(&metadata, &map))?;
        // A file without tensors may end right behind its header.
        let data_start = (reader.position() as u64).next_multiple_of(alignment);
        let data_len = (map.len() as u64).saturating_sub(data_start);
        tensor::check_data(&tensors, alignment, data_len)?;
        Ok(Self {
            version,
            alignment,
            metadata,
            tensors,
            data_start: usize::try_from(data_start).unwrap_or(usize::MAX),
            map,
        })
    }
}

#[expect(
    unsafe_code,
    reason = "mapping is the only way to use a model without copying it to memory"
)]
fn map_file(file: &File) -> std::io::Result<Mmap> {
    // SAFETY: the map is read-only and private to this process. Changes by other
    // programs are the caller's matter, as said at `GgufFile::open`; every reader
    // of the map checks bounds and UTF-8 at each access.
    unsafe { Mmap::map(file) }
}

fn alignment(metadata: Metadata<'_>) -> Result<u64, GgufError> {
    const KEY: &str = "general.alignment";
    let (least, most) = ALIGNMENT_RANGE;
    let alignment = metadata.u64(KEY)?.unwrap_or(DEFAULT_ALIGNMENT);
    if !alignment.is_power_of_two() || !(least..=most).contains(&alignment) {
        return Err(GgufError::invalid(
            format!("metadata \"{KEY}\""),
            format!("a power of two from {least} to {most}"),
            alignment,
        ));
    }
    Ok(alignment)
}
