//! Opening an export: a JSON file, or the archive that it was sent in.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use zip::ZipArchive;

use super::split::Stop;

/// Most bytes that are read out of an archive. A compressed file says nothing
/// true about its size, and an honest export of this size has yet to be seen.
const MOST_UNPACKED: u64 = 16 << 30;

/// Most files in an archive: an export has a few, and one for each picture.
const MOST_ENTRIES: u64 = 200_000;

/// An export, open.
pub(super) enum Export {
    /// A file of JSON.
    File(File),
    /// An archive with such files in it.
    Archive {
        archive: Box<ZipArchive<File>>,
        /// Their places, in the order of their names.
        members: Vec<usize>,
    },
}

/// Opens the file.
pub(super) fn open(path: &Path) -> Result<Export, Stop> {
    let mut file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(Stop::Io(io::ErrorKind::IsADirectory.into()));
    }
    let mut magic = Vec::new();
    Read::by_ref(&mut file).take(4).read_to_end(&mut magic)?;
    file.rewind()?;
    if magic != b"PK\x03\x04" {
        return Ok(Export::File(file));
    }
    if entries(&mut file)?.is_none_or(|entries| entries > MOST_ENTRIES) {
        return Err(Stop::Garbage);
    }
    file.rewind()?;
    let archive = ZipArchive::new(file).map_err(damaged)?;
    let mut named: Vec<(String, usize)> = (0..archive.len())
        .filter_map(|place| {
            let name = archive.name_for_index(place)?.to_owned();
            is_conversations(&name).then_some((name, place))
        })
        .collect();
    named.sort();
    Ok(Export::Archive {
        archive: Box::new(archive),
        members: named.into_iter().map(|(_, place)| place).collect(),
    })
}

impl Export {
    /// How many files of JSON there are.
    pub(super) fn members(&self) -> usize {
        match self {
            Self::File(_) => 1,
            Self::Archive { members, .. } => members.len(),
        }
    }

    /// Bytes of all of them, as far as an archive can be believed.
    pub(super) fn size(&mut self) -> u64 {
        match self {
            Self::File(file) => file.metadata().map_or(0, |metadata| metadata.len()),
            Self::Archive { archive, members } => members
                .iter()
                .filter_map(|&place| Some(archive.by_index(place).ok()?.size()))
                .fold(0, u64::saturating_add),
        }
    }

    /// Reads one of them from its beginning.
    pub(super) fn member(&mut self, number: usize) -> Result<Box<dyn Read + '_>, Stop> {
        match self {
            Self::File(file) => {
                file.rewind()?;
                Ok(Box::new(file))
            }
            Self::Archive { archive, members } => {
                let place = *members.get(number).ok_or(Stop::Garbage)?;
                let member = archive.by_index(place).map_err(damaged)?;
                Ok(Box::new(member.take(MOST_UNPACKED)))
            }
        }
    }
}

/// Whether a file of an archive holds conversations: `conversations.json`, or
/// one of several parts `conversations-000.json`, in whatever folder.
fn is_conversations(name: &str) -> bool {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.strip_suffix(".json")
        .is_some_and(|stem| stem.starts_with("conversations"))
}

/// How many files an archive says it has; `None` where it has no directory. Read
/// here first, because the library takes memory for each of them.
fn entries(file: &mut File) -> io::Result<Option<u64>> {
    /// The directory's end, and as much as may come behind it.
    const END: u64 = 22;
    const COMMENT: u64 = 65_535;
    let size = file.metadata()?.len();
    let from = size.saturating_sub(END + COMMENT);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    Read::by_ref(file)
        .take(END + COMMENT)
        .read_to_end(&mut tail)?;
    let Some(end) = tail.windows(4).rposition(|bytes| bytes == b"PK\x05\x06") else {
        return Ok(None);
    };
    let Some(count) = tail.get(end + 10..end + 12) else {
        return Ok(None);
    };
    let count = u64::from(u16::from_le_bytes([count[0], count[1]]));
    // A larger directory has a second end, which a locator in front points to.
    let locator = end.checked_sub(20).and_then(|at| tail.get(at..at + 16));
    let Some(locator) = locator.filter(|locator| locator.starts_with(b"PK\x06\x07")) else {
        return Ok(Some(count));
    };
    let mut offset = [0; 8];
    offset.copy_from_slice(&locator[8..16]);
    file.seek(SeekFrom::Start(u64::from_le_bytes(offset)))?;
    let mut large = Vec::new();
    Read::by_ref(file).take(40).read_to_end(&mut large)?;
    if large.len() < 40 || !large.starts_with(b"PK\x06\x06") {
        return Ok(None);
    }
    let mut count = [0; 8];
    count.copy_from_slice(&large[32..40]);
    Ok(Some(u64::from_le_bytes(count)))
}

/// What the library says about an archive is of use to nobody: it is damaged,
/// encrypted or made in a way that nobody makes them.
fn damaged(error: zip::result::ZipError) -> Stop {
    match error {
        zip::result::ZipError::Io(error) => error.into(),
        _ => Stop::Garbage,
    }
}
