//! What is packed in a PDF, and how much it may unpack to.
//!
//! The library unpacks to whatever a stream says. So each is unpacked here first,
//! into nothing, and counted.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::{DeflateDecoder, ZlibDecoder};
use hayro_syntax::Filter;
use hayro_syntax::object::Stream;

use crate::budget::Budget;
use crate::error::DocumentError;

/// How far before a stream its description may begin.
const DESCRIPTION: usize = 4096;

/// Most bytes that a picture may unpack to. None is unpacked here, but a description
/// may lie.
const PICTURE: u64 = 512 << 20;

/// Most bytes of a stream that is packed in a way that can't be counted beforehand.
const UNCOUNTED: usize = 64 << 10;

/// Counts what the streams of a file unpack to; pictures, which nobody unpacks, may
/// be large.
pub(super) fn refuse_bombs(bytes: &[u8], budget: &mut Budget) -> Result<(), DocumentError> {
    const BEGIN: &[u8] = b"stream";
    let mut from = 0;
    while let Some(found) = find(bytes.get(from..).unwrap_or_default(), BEGIN) {
        let at = from + found;
        from = at + BEGIN.len();
        if at >= 3 && bytes.get(at - 3..at) == Some(b"end") {
            continue;
        }
        let before = bytes
            .get(at.saturating_sub(DESCRIPTION)..at)
            .unwrap_or_default();
        let description = match rfind(before, b" obj") {
            Some(start) => before.get(start..).unwrap_or_default(),
            None => before,
        };
        if find(description, b"FlateDecode").is_none() {
            continue;
        }
        let mut data = bytes.get(from..).unwrap_or_default();
        data = data.strip_prefix(b"\r").unwrap_or(data);
        data = data.strip_prefix(b"\n").unwrap_or(data);
        let packed = find(data, b"endstream").unwrap_or(data.len());
        let data = data.get(..packed).unwrap_or_default();
        let picture = find(description, b"/Image").is_some()
            && find(description, b"/ObjStm").is_none()
            && find(description, b"/XRef").is_none();
        // Packed twice: what comes out is packed as well.
        let layers = count(description, b"FlateDecode");
        if picture {
            let mut unpacked = 0;
            inflate(data, |bytes| {
                unpacked += bytes.len() as u64;
                budget.check()?;
                if unpacked > PICTURE {
                    return Err(DocumentError::ZipBomb);
                }
                Ok(())
            })?;
        } else {
            count_unpacked(data, layers, budget)?;
        }
        from += packed;
    }
    Ok(())
}

/// Counts what comes out of so many layers of packing.
fn count_unpacked(data: &[u8], layers: usize, budget: &mut Budget) -> Result<(), DocumentError> {
    let mut data = Cow::Borrowed(data);
    for layer in (0..layers.min(8)).rev() {
        let packed = data.len() as u64;
        let mut unpacked = 0;
        let mut kept = Vec::new();
        inflate(&data, |bytes| {
            unpacked += bytes.len() as u64;
            if layer > 0 {
                kept.extend_from_slice(bytes);
            }
            budget.unpack(packed, unpacked, bytes.len() as u64)
        })?;
        data = Cow::Owned(kept);
    }
    Ok(())
}

/// Unpacks in steps; what is broken ends early, as it does for the library.
fn inflate(
    data: &[u8],
    mut take: impl FnMut(&[u8]) -> Result<(), DocumentError>,
) -> Result<(), DocumentError> {
    const STEP: usize = 64 << 10;
    let mut buffer = vec![0; STEP];
    let is_zlib = data.first().is_some_and(|byte| byte & 0x0f == 8);
    let mut decoder: Box<dyn Read + '_> = if is_zlib {
        Box::new(ZlibDecoder::new(data))
    } else {
        Box::new(DeflateDecoder::new(data))
    };
    loop {
        match decoder.read(&mut buffer) {
            Ok(0) | Err(_) => return Ok(()),
            Ok(read) => take(buffer.get(..read).unwrap_or_default())?,
        }
    }
}

/// The content of a stream of drawing instructions; `None` where it can't be read.
pub(super) fn content<'a>(
    stream: &Stream<'a>,
    budget: &mut Budget,
) -> Result<Option<Cow<'a, [u8]>>, DocumentError> {
    let filters = stream.filters();
    let raw = stream.raw_data();
    let expands = |filter: &Filter| matches!(filter, Filter::FlateDecode | Filter::LzwDecode);
    if filters.first() == Some(&Filter::FlateDecode)
        && filters.iter().all(|it| *it == Filter::FlateDecode)
    {
        count_unpacked(&raw, filters.len(), budget)?;
    } else if filters.iter().any(expands) && raw.len() > UNCOUNTED {
        return Ok(None);
    }
    Ok(stream.decoded_data().ok())
}

fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    let (&first, _) = pattern.split_first()?;
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        let at = from + rest.iter().position(|byte| *byte == first)?;
        if bytes.get(at..)?.starts_with(pattern) {
            return Some(at);
        }
        from = at + 1;
    }
}

fn rfind(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes.windows(pattern.len()).rposition(|it| it == pattern)
}

fn count(bytes: &[u8], pattern: &[u8]) -> usize {
    bytes
        .windows(pattern.len())
        .filter(|it| *it == pattern)
        .count()
}
