//! A writer of version 3 files: keys in the order given, tensors aligned.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::limits::{ALIGNMENT_RANGE, DEFAULT_ALIGNMENT, MAX_DIMENSIONS, MAX_TENSOR_NAME_LEN};
use crate::tensor::TensorType;
use crate::value::{Array, Value, ValueType};

const ALIGNMENT_KEY: &str = "general.alignment";

/// A metadata value to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum OwnedValue {
    /// Unsigned 8-bit integer.
    U8(u8),
    /// Signed 8-bit integer.
    I8(i8),
    /// Unsigned 16-bit integer.
    U16(u16),
    /// Signed 16-bit integer.
    I16(i16),
    /// Unsigned 32-bit integer.
    U32(u32),
    /// Signed 32-bit integer.
    I32(i32),
    /// 32-bit float.
    F32(f32),
    /// Truth value.
    Bool(bool),
    /// Text.
    Str(String),
    /// Unsigned 64-bit integer.
    U64(u64),
    /// Signed 64-bit integer.
    I64(i64),
    /// 64-bit float.
    F64(f64),
    /// Elements, all of the type that is named.
    Array(ValueType, Vec<OwnedValue>),
}

impl OwnedValue {
    fn value_type(&self) -> ValueType {
        match self {
            Self::U8(_) => ValueType::U8,
            Self::I8(_) => ValueType::I8,
            Self::U16(_) => ValueType::U16,
            Self::I16(_) => ValueType::I16,
            Self::U32(_) => ValueType::U32,
            Self::I32(_) => ValueType::I32,
            Self::F32(_) => ValueType::F32,
            Self::Bool(_) => ValueType::Bool,
            Self::Str(_) => ValueType::Str,
            Self::U64(_) => ValueType::U64,
            Self::I64(_) => ValueType::I64,
            Self::F64(_) => ValueType::F64,
            Self::Array(..) => ValueType::Array,
        }
    }

    /// Appends the value as it stands in a file, without its type.
    fn encode(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::U8(n) => bytes.push(*n),
            Self::I8(n) => bytes.extend(n.to_le_bytes()),
            Self::U16(n) => bytes.extend(n.to_le_bytes()),
            Self::I16(n) => bytes.extend(n.to_le_bytes()),
            Self::U32(n) => bytes.extend(n.to_le_bytes()),
            Self::I32(n) => bytes.extend(n.to_le_bytes()),
            Self::F32(n) => bytes.extend(n.to_le_bytes()),
            Self::U64(n) => bytes.extend(n.to_le_bytes()),
            Self::I64(n) => bytes.extend(n.to_le_bytes()),
            Self::F64(n) => bytes.extend(n.to_le_bytes()),
            Self::Bool(truth) => bytes.push(u8::from(*truth)),
            Self::Str(text) => encode_string(text, bytes),
            Self::Array(element, values) => {
                bytes.extend((*element as u32).to_le_bytes());
                bytes.extend((values.len() as u64).to_le_bytes());
                for value in values {
                    value.encode(bytes);
                }
            }
        }
    }
}

fn encode_string(text: &str, bytes: &mut Vec<u8>) {
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text.bytes());
}

macro_rules! from {
    ($($source:ty => $variant:ident),* $(,)?) => {
        $(
            impl From<$source> for OwnedValue {
                fn from(value: $source) -> Self {
                    Self::$variant(value.into())
                }
            }

            impl From<Vec<$source>> for OwnedValue {
                fn from(values: Vec<$source>) -> Self {
                    let values = values.into_iter().map(Self::from).collect();
                    Self::Array(ValueType::$variant, values)
                }
            }
        )*
    };
}

from! {
    u8 => U8, i8 => I8, u16 => U16, i16 => I16, u32 => U32, i32 => I32, f32 => F32,
    bool => Bool, u64 => U64, i64 => I64, f64 => F64, String => Str, &str => Str,
}

impl From<Array<'_>> for OwnedValue {
    fn from(array: Array<'_>) -> Self {
        Self::Array(array.element_type(), array.iter().map(Self::from).collect())
    }
}

impl From<Value<'_>> for OwnedValue {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::U8(n) => Self::U8(n),
            Value::I8(n) => Self::I8(n),
            Value::U16(n) => Self::U16(n),
            Value::I16(n) => Self::I16(n),
            Value::U32(n) => Self::U32(n),
            Value::I32(n) => Self::I32(n),
            Value::F32(n) => Self::F32(n),
            Value::Bool(truth) => Self::Bool(truth),
            Value::Str(text) => Self::Str(text.to_owned()),
            Value::Array(array) => array.into(),
            Value::U64(n) => Self::U64(n),
            Value::I64(n) => Self::I64(n),
            Value::F64(n) => Self::F64(n),
        }
    }
}

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
    data: Cow<'d, [u8]>,
}

/// Collects metadata and tensors, and writes them as a file.
///
/// Tensor data may be borrowed, for instance from the map of another file.
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
        let tensor = Tensor {
            name: name.to_owned(),
            dimensions: dimensions.to_vec(),
            stored_as: tensor_type,
            data: data.into(),
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
            output.write_all(&tensor.data)?;
            written += tensor.data.len() as u64;
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
            offset += (tensor.data.len() as u64).next_multiple_of(alignment);
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
        let expected = self.stored_as.byte_len(&self.dimensions);
        let found = self.data.len() as u64;
        if expected == Some(found) {
            return Ok(());
        }
        Err(BuildError::DataLength {
            name: self.name.clone(),
            expected,
            found,
        })
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
