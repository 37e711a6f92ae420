//! The container: a mapped file whose structure was checked.

use std::fs::File;
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use crate::error::{GgufError, at_most};
use crate::limits::{ALIGNMENT_RANGE, DEFAULT_ALIGNMENT, MAX_FILE_LEN, MIN_FILE_LEN};
use crate::metadata::{Metadata, Table};
use crate::reader::Reader;
use crate::tensor::{Directory, TensorInfo};

const MAGIC: [u8; 4] = *b"GGUF";
/// Versions 2 and 3 have the same layout; 3 added big-endian files, which are
/// not read here.
const VERSIONS: std::ops::RangeInclusive<u32> = 2..=3;

/// An open GGUF file whose structure is sound.
///
/// Everything it names is where it says, inside the file and apart from the
/// rest; see [`crate::limits`] for the bounds. What the values *mean* is checked
/// by [`crate::ModelFile`].
#[derive(Debug)]
pub struct GgufFile {
    path: PathBuf,
    map: Mmap,
    header: Header,
}

impl GgufFile {
    /// Maps the file at `path` and checks its structure. Reads only the header's
    /// pages; tensor data stays on disk until it is used.
    ///
    /// # Trust
    /// A mapped file that another program shortens raises SIGBUS on access, and
    /// one that it rewrites changes under our feet: no check at opening can rule
    /// that out. The app therefore loads models from its own directory, where
    /// nothing else writes; a file opened elsewhere (a terminal user's own) is as
    /// safe as that place is. Texts are checked to be UTF-8 at every access, so
    /// even a changed file yields wrong values, not undefined behaviour in `str`.
    pub fn open(path: &Path) -> Result<Self, GgufError> {
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
        let header = Header::read(&map)?;
        Ok(Self {
            path: path.to_owned(),
            map,
            header,
        })
    }

    /// The path that it was opened from.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of the whole file.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "no open file is empty")]
    pub fn len(&self) -> u64 {
        self.map.len() as u64
    }

    /// Version of the format: 2 or 3.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.header.version
    }

    /// Alignment of tensor data in bytes, a power of two.
    #[must_use]
    pub fn alignment(&self) -> u64 {
        self.header.alignment
    }

    /// Bytes from the start of the file to the data section.
    #[must_use]
    pub fn data_offset(&self) -> u64 {
        self.header.data_start as u64
    }

    /// The metadata, in file order.
    #[must_use]
    pub fn metadata(&self) -> Metadata<'_> {
        Metadata::new(&self.header.metadata, &self.map)
    }

    /// The tensors, in file order.
    #[must_use]
    pub fn tensors(&self) -> &[TensorInfo] {
        &self.header.directory.tensors
    }

    /// The tensor called `name`.
    #[must_use]
    pub fn tensor(&self, name: &str) -> Option<&TensorInfo> {
        self.header.directory.get(name)
    }

    /// The stored bytes of `tensor`; empty for a tensor of another file that has
    /// no place in this one.
    #[must_use]
    pub fn tensor_bytes(&self, tensor: &TensorInfo) -> &[u8] {
        let span = || {
            let start = self.data_offset().checked_add(tensor.offset)?;
            let end = start.checked_add(tensor.byte_len)?;
            self.map
                .get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
        };
        span().unwrap_or_default()
    }

    /// Tells the system that the bytes of `tensor` are not needed for now, so that
    /// it may take the memory back that they were read into. They are read again
    /// when they are looked at.
    pub fn release(&self, tensor: &TensorInfo) {
        let bytes = self.tensor_bytes(tensor);
        let start = bytes.as_ptr().addr() - self.map.as_ptr().addr();
        release_pages(&self.map, start, bytes.len());
    }
}

#[cfg(unix)]
#[expect(unsafe_code, reason = "the only way to give mapped pages back")]
fn release_pages(map: &Mmap, start: usize, len: usize) {
    // SAFETY: the map is shared with the file and never written to, so dropped
    // pages come back with the same contents.
    let released =
        unsafe { map.unchecked_advise_range(memmap2::UncheckedAdvice::DontNeed, start, len) };
    if let Err(error) = released {
        tracing::debug!(%error, "pages of the model file were not given back");
    }
}

#[cfg(not(unix))]
fn release_pages(_: &Mmap, _: usize, _: usize) {}

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

/// Everything before the tensor data.
#[derive(Debug)]
struct Header {
    version: u32,
    alignment: u64,
    metadata: Table,
    directory: Directory,
    data_start: usize,
}

impl Header {
    fn read(bytes: &[u8]) -> Result<Self, GgufError> {
        let mut reader = Reader::new(bytes);
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
        let directory = Directory::read(&mut reader, tensor_count)?;
        let alignment = alignment(Metadata::new(&metadata, bytes))?;
        // A file without tensors may end right behind its header.
        let data_start = (reader.position() as u64).next_multiple_of(alignment);
        let data_len = (bytes.len() as u64).saturating_sub(data_start);
        directory.check_data(alignment, data_len)?;
        Ok(Self {
            version,
            alignment,
            metadata,
            directory,
            data_start: usize::try_from(data_start).unwrap_or(usize::MAX),
        })
    }
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
