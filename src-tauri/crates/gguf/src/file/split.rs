//! Models that were split into several files, as llama.cpp's `gguf-split` does it.
//!
//! Part 2 of 3 is called `NAME-00002-of-00003.gguf` and says so in its metadata,
//! counting from 0. The first part has all other metadata as well, each tensor is in
//! one of them. Metadata that another part may have beyond these keys is ignored.

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;

use super::part::Part;
use crate::error::{GgufError, at_most, quoted};
use crate::limits::{MAX_FILE_LEN, MAX_PARTS, MAX_TENSORS};
use crate::metadata::Metadata;
use crate::value::key_name;
use crate::vocabulary::missing;

pub(crate) const NUMBER_KEY: &str = "split.no";
pub(crate) const COUNT_KEY: &str = "split.count";
pub(crate) const TENSORS_KEY: &str = "split.tensors.count";

/// The file name of part `number`, counted from 0, of a model in `count` parts.
#[must_use]
pub fn part_name(name: &str, number: u64, count: u64) -> String {
    format!("{name}-{:05}-of-{count:05}.gguf", number + 1)
}

/// All parts of the model that `opened`, the file at `path`, is or is a part of.
pub(super) fn complete(path: &Path, opened: Part) -> Result<Vec<Part>, GgufError> {
    let Some(place) = Place::read(opened.metadata())? else {
        return Ok(vec![opened]);
    };
    let name = place.name_in(path)?;
    let mut opened = Some(opened);
    let mut parts = Vec::new();
    let (mut bytes, mut tensors) = (0, 0);
    for number in 0..place.count {
        let part = match opened.take_if(|_| number == place.number) {
            Some(opened) => opened,
            None => open_sibling(path, &name, Place { number, ..place })?,
        };
        bytes += part.len();
        tensors += part.tensors.len() as u64;
        at_most("size of all parts", MAX_FILE_LEN, bytes)?;
        at_most("number of tensors in all parts", MAX_TENSORS, tensors)?;
        parts.push(part);
    }
    if tensors != place.tensors {
        return Err(GgufError::invalid(
            key_name(TENSORS_KEY),
            format!("{tensors}, the number of tensors in all parts"),
            place.tensors,
        ));
    }
    Ok(parts)
}

/// Opens the part that should be at `place`, beside the one at `path`.
fn open_sibling(path: &Path, name: &str, place: Place) -> Result<Part, GgufError> {
    let label = format!("part {} of {}", place.number + 1, place.count);
    let path = path.with_file_name(part_name(name, place.number, place.count));
    let part = Part::open(&path).map_err(|error| match error {
        GgufError::Missing { path } => GgufError::MissingPart {
            path,
            number: place.number + 1,
            count: place.count,
        },
        other => other.in_part(&label),
    })?;
    let found = Place::read(part.metadata()).map_err(|error| error.in_part(&label))?;
    if found == Some(place) {
        return Ok(part);
    }
    Err(GgufError::invalid(
        label,
        format!("a file that is {place}"),
        found.map_or("a model of its own".to_owned(), |found| found.to_string()),
    ))
}

/// What a part says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// From 0, below `count`.
    number: u64,
    count: u64,
    /// Tensors in all parts.
    tensors: u64,
}

impl Place {
    /// Reads the keys of a part; `None` for a model in one file.
    fn read(metadata: Metadata<'_>) -> Result<Option<Self>, GgufError> {
        let count = metadata.u64(COUNT_KEY)?.unwrap_or(1);
        if count <= 1 {
            return Ok(None);
        }
        at_most("number of parts", MAX_PARTS, count)?;
        let required = |key, expected: &str| {
            let number = metadata.u64(key)?;
            number.ok_or_else(|| missing(key, expected))
        };
        let below = format!("a number below {count}");
        let number = required(NUMBER_KEY, &below)?;
        if number >= count {
            return Err(GgufError::invalid(key_name(NUMBER_KEY), below, number));
        }
        let tensors = required(TENSORS_KEY, "the number of tensors in all parts")?;
        Ok(Some(Self {
            number,
            count,
            tensors,
        }))
    }

    /// What the name of the file at `path` begins with, in front of the numbers.
    fn name_in(self, path: &Path) -> Result<String, GgufError> {
        let name = path.file_name().unwrap_or_default();
        let suffix = part_name("", self.number, self.count);
        let stem = name.to_str().and_then(|name| name.strip_suffix(&suffix));
        stem.map(str::to_owned).ok_or_else(|| {
            GgufError::invalid(
                "name of the file",
                format!("NAME{suffix} ({self})"),
                quoted(&OsStr::to_string_lossy(name)),
            )
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            count,
            tensors,
        } = self;
        write!(
            f,
            "part {} of {count}, {tensors} tensors in all",
            number + 1
        )
    }
}
