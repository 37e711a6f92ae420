//! A writer of version 3 files: keys in the order given, tensors aligned.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use super::value::{OwnedValue, encode_string};
use crate::limits::{ALIGNMENT_RANGE, DEFAULT_ALIGNMENT, MAX_DIMENSIONS, MAX_TENSOR_NAME_LEN};
use crate::tensor::TensorType;
use crate::value::ValueType;

const ALIGNMENT_KEY: &str = "general.alignment";

/// Why a file can't be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The alignment is not a power of two within [`ALIGNMENT_RANGE`].
    #[error("alignment {found} is not a power of two from 8 to 4096")]
    Alignment {
        /// What was set.
        found: String,
    },
    /// An array holds a value of another type than it says, or another array.
    #[error("metadata \"{key}\": an array of {expected} holds {found}")]
    MixedArray {
        /// The key of the array.
        key: String,
        /// Name of the type that it says.
        expected: &'static str,
        /// Name of the type that it holds.
        found: &'static str,
    },
    /// A tensor's name, or number of dimensions, is out of bounds.
    #[error("tensor \"{name}\" has a name that is too long, or {dimensions} dimensions")]
    Tensor {
        /// The tensor's name.
        name: String,
        /// Its number of dimensions.
        dimensions: usize,
    },
    /// A tensor's data has another length than its shape and type call for.
    #[error("tensor \"{name}\" has {found} bytes of data, its shape calls for {expected:?}")]
    DataLength {
        /// The tensor's name.
        name: String,
        /// The right length, if the shape has one.
        expected: Option<u64>,
        /// The length given.
        found: u64,
    },
    /// Writing failed.
    #[error("cannot write: {0}")]
    Io(#[from] io::Error),
}

#[derive(Debug, Clone)]
struct Tensor<'d> {
    name: String,
    dimensions: Vec<u64>,
    stored_as: TensorType,
    data: Data<'d>,
}

/// Where a tensor's bytes come from.
#[derive(Clone)]
enum Data<'d> {
    Bytes(Cow<'d, [u8]>),
    /// Made while the file is written, so that they are never there as a whole.
    Made(Arc<Make<'d>>),
}

type Make<'d> = dyn Fn(&mut dyn Write) -> io::Result<()> + Send + Sync + 'd;

impl fmt::Debug for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Made(_) => f.write_str("made when written"),
        }
    }
}

/// Collects metadata and tensors, and writes them as a file.
///
/// Tensor data may be borrowed, for instance from the map of another file, or made
/// only when it is written.
#[derive(Debug, Clone, Default)]
pub struct GgufWriter<'d> {
    entries: Vec<(String, OwnedValue)>,
    tensors: Vec<Tensor<'d>>,
}

impl<'d> GgufWriter<'d> {
    /// A file with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `key`: in place if it is there already, else at the end.
    pub fn set(&mut self, key: &str, value: impl Into<OwnedValue>) -> &mut Self {
        let value = value.into();
        match self.entries.iter_mut().find(|(known, _)| known == key) {
            Some((_, old)) => *old = value,
            None => self.entries.push((key.to_owned(), value)),
        }
        self
    }

    /// Removes `key`, if it is there.
    pub fn remove(&mut self, key: &str) -> &mut Self {
        self.entries.retain(|(known, _)| known != key);
        self
    }

    /// Adds a tensor, or replaces the one of the same name. `dimensions` has the
    /// contiguous one first; `data` is checked against it when the file is written.
    pub fn tensor(
        &mut self,
        name: &str,
        dimensions: &[u64],
        tensor_type: TensorType,
        data: impl Into<Cow<'d, [u8]>>,
    ) -> &mut Self {
        self.add(name, dimensions, tensor_type, Data::Bytes(data.into()))
    }

    /// As [`Self::tensor`], for data that should not be in memory as a whole: `make`
    /// writes it, piece by piece, each time that the file is written. It has to write
    /// as many bytes as the shape calls for.
    pub fn tensor_made_by(
        &mut self,
        name: &str,
        dimensions: &[u64],
        tensor_type: TensorType,
        make: impl Fn(&mut dyn Write) -> io::Result<()> + Send + Sync + 'd,
    ) -> &mut Self {
        self.add(name, dimensions, tensor_type, Data::Made(Arc::new(make)))
    }

    fn add(
        &mut self,
        name: &str,
        dimensions: &[u64],
        tensor_type: TensorType,
        data: Data<'d>,
    ) -> &mut Self {
        let tensor = Tensor {
            name: name.to_owned(),
            dimensions: dimensions.to_vec(),
            stored_as: tensor_type,
            data,
        };
        match self.tensors.iter_mut().find(|known| known.name == name) {
            Some(old) => *old = tensor,
            None => self.tensors.push(tensor),
        }
        self
    }

    /// Adds a tensor of zeros.
    pub fn zeros(&mut self, name: &str, dimensions: &[u64], tensor_type: TensorType) -> &mut Self {
        let len = tensor_type.byte_len(dimensions).unwrap_or(0);
        self.tensor(
            name,
            dimensions,
            tensor_type,
            vec![0; usize::try_from(len).unwrap_or(0)],
        )
    }

    /// Removes the tensor called `name`, if it is there.
    pub fn remove_tensor(&mut self, name: &str) -> &mut Self {
        self.tensors.retain(|known| known.name != name);
        self
    }

    /// Writes the file.
    pub fn write(&self, output: &mut impl Write) -> Result<(), BuildError> {
        let alignment = self.alignment()?;
        let header = self.header(alignment)?;
        output.write_all(&header)?;
        let mut written = header.len() as u64;
        pad(output, &mut written, alignment)?;
        for tensor in &self.tensors {
            written += tensor.write(output)?;
            pad(output, &mut written, alignment)?;
        }
        Ok(())
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, BuildError> {
        let mut bytes = Vec::new();
        self.write(&mut bytes)?;
        Ok(bytes)
    }

    fn alignment(&self) -> Result<u64, BuildError> {
        let set = self.entries.iter().find(|(key, _)| key == ALIGNMENT_KEY);
        let (least, most) = ALIGNMENT_RANGE;
        match set.map(|(_, value)| value) {
            None => Ok(DEFAULT_ALIGNMENT),
            Some(OwnedValue::U32(alignment))
                if alignment.is_power_of_two()
                    && (least..=most).contains(&u64::from(*alignment)) =>
            {
                Ok((*alignment).into())
            }
            Some(other) => Err(BuildError::Alignment {
                found: format!("{other:?}"),
            }),
        }
    }

    fn header(&self, alignment: u64) -> Result<Vec<u8>, BuildError> {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(3u32.to_le_bytes());
        bytes.extend((self.tensors.len() as u64).to_le_bytes());
        bytes.extend((self.entries.len() as u64).to_le_bytes());
        for (key, value) in &self.entries {
            check_array(key, value)?;
            encode_string(key, &mut bytes);
            bytes.extend((value.value_type() as u32).to_le_bytes());
            value.encode(&mut bytes);
        }
        let mut offset = 0u64;
        for tensor in &self.tensors {
            tensor.check()?;
            encode_string(&tensor.name, &mut bytes);
            // Checked to be at most four.
            #[expect(clippy::cast_possible_truncation, reason = "at most four")]
            let count = tensor.dimensions.len() as u32;
            bytes.extend(count.to_le_bytes());
            for dimension in &tensor.dimensions {
                bytes.extend(dimension.to_le_bytes());
            }
            bytes.extend((tensor.stored_as as u32).to_le_bytes());
            bytes.extend(offset.to_le_bytes());
            offset += tensor.byte_len().unwrap_or(0).next_multiple_of(alignment);
        }
        Ok(bytes)
    }
}

impl Tensor<'_> {
    fn check(&self) -> Result<(), BuildError> {
        let dimensions = self.dimensions.len();
        if self.name.len() as u64 > MAX_TENSOR_NAME_LEN
            || !(1..=MAX_DIMENSIONS as usize).contains(&dimensions)
        {
            return Err(BuildError::Tensor {
                name: self.name.clone(),
                dimensions,
            });
        }
        let expected = self.byte_len();
        match &self.data {
            Data::Bytes(bytes) if expected != Some(bytes.len() as u64) => {
                Err(self.wrong_length(bytes.len() as u64))
            }
            Data::Made(_) if expected.is_none() => Err(self.wrong_length(0)),
            _ => Ok(()),
        }
    }

    /// Bytes that the shape calls for, if it has a length.
    fn byte_len(&self) -> Option<u64> {
        self.stored_as.byte_len(&self.dimensions)
    }

    fn wrong_length(&self, found: u64) -> BuildError {
        BuildError::DataLength {
            name: self.name.clone(),
            expected: self.byte_len(),
            found,
        }
    }

    /// Writes the data and returns its length.
    fn write(&self, output: &mut impl Write) -> Result<u64, BuildError> {
        match &self.data {
            Data::Bytes(bytes) => {
                output.write_all(bytes)?;
                Ok(bytes.len() as u64)
            }
            Data::Made(make) => {
                let mut counted = Counted { output, written: 0 };
                make(&mut counted)?;
                let written = counted.written;
                if self.byte_len() == Some(written) {
                    Ok(written)
                } else {
                    Err(self.wrong_length(written))
                }
            }
        }
    }
}

/// Counts what goes through.
struct Counted<'a, W> {
    output: &'a mut W,
    written: u64,
}

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.output.write(bytes)?;
        self.written += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

fn check_array(key: &str, value: &OwnedValue) -> Result<(), BuildError> {
    let OwnedValue::Array(element, values) = value else {
        return Ok(());
    };
    match values
        .iter()
        .map(OwnedValue::value_type)
        .find(|found| found != element || *found == ValueType::Array)
    {
        None => Ok(()),
        Some(found) => Err(BuildError::MixedArray {
            key: key.to_owned(),
            expected: element.name(),
            found: found.name(),
        }),
    }
}

fn pad(output: &mut impl Write, written: &mut u64, alignment: u64) -> io::Result<()> {
    let padding = written.next_multiple_of(alignment) - *written;
    *written += padding;
    // At most the largest alignment.
    io::copy(&mut io::Read::take(io::repeat(0), padding), output).map(|_| ())
}
