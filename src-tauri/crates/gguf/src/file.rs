//! The container: a mapped file, or several that belong together, whose structure
//! was checked.

mod part;
mod split;

use std::mem;
use std::ops::Range;
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use crate::error::GgufError;
use crate::metadata::Metadata;
use crate::tensor::{Directory, TensorInfo};
use part::Part;
pub use split::part_name;
pub(crate) use split::{COUNT_KEY, NUMBER_KEY, TENSORS_KEY};

/// An open GGUF file whose structure is sound.
///
/// Everything it names is where it says, inside the file and apart from the
/// rest; see [`crate::limits`] for the bounds. What the values *mean* is checked
/// by [`crate::ModelFile`].
///
/// A model that was split into several files is one of these as well: all its
/// parts are mapped, and metadata and tensors are seen as if they were in one.
#[derive(Debug)]
pub struct GgufFile {
    path: PathBuf,
    /// In the order of their numbers; at least one, and the first has the metadata.
    parts: Vec<Part>,
    directory: Directory,
}

impl GgufFile {
    /// Maps the file at `path` and checks its structure. Reads only the header's
    /// pages; tensor data stays on disk until it is used.
    ///
    /// Where the file is one part of a split model, whichever it is, the others are
    /// found beside it by their names and checked in the same way, and all of them
    /// must belong together.
    ///
    /// # Trust
    /// A mapped file that another program shortens raises SIGBUS on access, and
    /// one that it rewrites changes under our feet: no check at opening can rule
    /// that out. The app therefore loads models from its own directory, where
    /// nothing else writes; a file opened elsewhere (a terminal user's own) is as
    /// safe as that place is. Texts are checked to be UTF-8 at every access, so
    /// even a changed file yields wrong values, not undefined behaviour in `str`.
    pub fn open(path: &Path) -> Result<Self, GgufError> {
        let mut parts = split::complete(path, Part::open(path)?)?;
        let tensors = parts.iter_mut().map(|part| mem::take(&mut part.tensors));
        let directory = Directory::new(tensors)?;
        Ok(Self {
            path: path.to_owned(),
            parts,
            directory,
        })
    }

    fn first(&self) -> &Part {
        &self.parts[0]
    }

    /// The path that it was opened from: of several parts, the one that was named.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Files that it is in; 1 unless it was split.
    #[must_use]
    pub fn part_count(&self) -> usize {
        self.parts.len()
    }

    /// Bytes of the whole file, of all parts together.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "no open file is empty")]
    pub fn len(&self) -> u64 {
        self.parts.iter().map(Part::len).sum()
    }

    /// Version of the format: 2 or 3.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.first().version
    }

    /// Alignment of tensor data in bytes, a power of two.
    #[must_use]
    pub fn alignment(&self) -> u64 {
        self.first().alignment
    }

    /// Bytes from the start of the (first) file to its data section.
    #[must_use]
    pub fn data_offset(&self) -> u64 {
        self.first().data_start as u64
    }

    /// The metadata, in file order.
    #[must_use]
    pub fn metadata(&self) -> Metadata<'_> {
        self.first().metadata()
    }

    /// The tensors, in file order.
    #[must_use]
    pub fn tensors(&self) -> &[TensorInfo] {
        &self.directory.tensors
    }

    /// The tensor called `name`.
    #[must_use]
    pub fn tensor(&self, name: &str) -> Option<&TensorInfo> {
        self.directory.get(name)
    }

    /// The stored bytes of `tensor`; empty for a tensor of another file that has
    /// no place in this one.
    #[must_use]
    pub fn tensor_bytes(&self, tensor: &TensorInfo) -> &[u8] {
        self.place(tensor)
            .map(|(map, span)| &map[span])
            .unwrap_or_default()
    }

    /// Tells the system that the bytes of `tensor` are not needed for now, so that
    /// it may take the memory back that they were read into. They are read again
    /// when they are looked at.
    pub fn release(&self, tensor: &TensorInfo) {
        if let Some((map, span)) = self.place(tensor) {
            release_pages(map, span.start, span.len());
        }
    }

    /// The map that `tensor` is in, and where.
    fn place(&self, tensor: &TensorInfo) -> Option<(&Mmap, Range<usize>)> {
        let part = self.parts.get(tensor.part)?;
        let start = (part.data_start as u64).checked_add(tensor.offset)?;
        let end = start.checked_add(tensor.byte_len)?;
        let span = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
        (span.end <= part.map.len()).then_some((&part.map, span))
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
