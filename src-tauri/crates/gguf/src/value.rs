//! Metadata values, read straight from the mapped file.

mod array;
mod preview;

pub use array::Array;

use crate::error::{GgufError, quoted};
use crate::limits::MAX_STRING_LEN;
use crate::reader::Reader;

/// The type of a metadata value, with its number in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum ValueType {
    /// Unsigned 8-bit integer.
    U8 = 0,
    /// Signed 8-bit integer.
    I8 = 1,
    /// Unsigned 16-bit integer.
    U16 = 2,
    /// Signed 16-bit integer.
    I16 = 3,
    /// Unsigned 32-bit integer.
    U32 = 4,
    /// Signed 32-bit integer.
    I32 = 5,
    /// 32-bit float.
    F32 = 6,
    /// One byte, 0 or 1.
    Bool = 7,
    /// Length-prefixed UTF-8 text.
    Str = 8,
    /// Elements of one scalar or string type.
    Array = 9,
    /// Unsigned 64-bit integer.
    U64 = 10,
    /// Signed 64-bit integer.
    I64 = 11,
    /// 64-bit float.
    F64 = 12,
}

impl ValueType {
    /// The type with this number.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::U8,
            1 => Self::I8,
            2 => Self::U16,
            3 => Self::I16,
            4 => Self::U32,
            5 => Self::I32,
            6 => Self::F32,
            7 => Self::Bool,
            8 => Self::Str,
            9 => Self::Array,
            10 => Self::U64,
            11 => Self::I64,
            12 => Self::F64,
            _ => return None,
        })
    }

    /// The name used in messages and listings, such as `u32` or `string`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::U8 => "u8",
            Self::I8 => "i8",
            Self::U16 => "u16",
            Self::I16 => "i16",
            Self::U32 => "u32",
            Self::I32 => "i32",
            Self::F32 => "f32",
            Self::Bool => "bool",
            Self::Str => "string",
            Self::Array => "array",
            Self::U64 => "u64",
            Self::I64 => "i64",
            Self::F64 => "f64",
        }
    }

    /// Bytes of one value; `None` for those of varying length.
    fn width(self) -> Option<u64> {
        match self {
            Self::U8 | Self::I8 | Self::Bool => Some(1),
            Self::U16 | Self::I16 => Some(2),
            Self::U32 | Self::I32 | Self::F32 => Some(4),
            Self::U64 | Self::I64 | Self::F64 => Some(8),
            Self::Str | Self::Array => None,
        }
    }

    /// Fewest bytes that one element of an array takes.
    fn least_width(self) -> u64 {
        self.width().unwrap_or(8)
    }
}

/// One metadata value. Texts and arrays borrow from the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
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
    Str(&'a str),
    /// Elements of one type.
    Array(Array<'a>),
    /// Unsigned 64-bit integer.
    U64(u64),
    /// Signed 64-bit integer.
    I64(i64),
    /// 64-bit float.
    F64(f64),
}

impl<'a> Value<'a> {
    /// Reads and checks one value of type `kind`. Allocates nothing.
    pub(crate) fn read(
        reader: &mut Reader<'a>,
        kind: ValueType,
        what: &str,
    ) -> Result<Self, GgufError> {
        if kind == ValueType::Array {
            return Array::read(reader, what).map(Self::Array);
        }
        Self::read_element(reader, kind, what)
    }

    /// Reads a scalar or a string.
    fn read_element(
        reader: &mut Reader<'a>,
        kind: ValueType,
        what: &str,
    ) -> Result<Self, GgufError> {
        let value = match kind {
            ValueType::U8 => Self::U8(reader.u8(what)?),
            ValueType::I8 => Self::I8(i8::from_le_bytes(reader.array(what)?)),
            ValueType::U16 => Self::U16(u16::from_le_bytes(reader.array(what)?)),
            ValueType::I16 => Self::I16(i16::from_le_bytes(reader.array(what)?)),
            ValueType::U32 => Self::U32(reader.u32(what)?),
            ValueType::I32 => Self::I32(i32::from_le_bytes(reader.array(what)?)),
            ValueType::F32 => Self::F32(f32::from_le_bytes(reader.array(what)?)),
            ValueType::U64 => Self::U64(reader.u64(what)?),
            ValueType::I64 => Self::I64(i64::from_le_bytes(reader.array(what)?)),
            ValueType::F64 => Self::F64(f64::from_le_bytes(reader.array(what)?)),
            ValueType::Bool => match reader.u8(what)? {
                0 => Self::Bool(false),
                1 => Self::Bool(true),
                other => return Err(GgufError::invalid(what, "a bool, 0 or 1", other)),
            },
            ValueType::Str => Self::Str(reader.string(MAX_STRING_LEN, what)?),
            ValueType::Array => {
                return Err(GgufError::invalid(
                    what,
                    "an array of scalars or strings",
                    "an array of arrays",
                ));
            }
        };
        let finite = match value {
            Self::F32(number) => number.is_finite(),
            Self::F64(number) => number.is_finite(),
            _ => true,
        };
        if finite {
            Ok(value)
        } else {
            Err(GgufError::invalid(
                what,
                "a finite number",
                value.preview(16),
            ))
        }
    }

    /// The type of this value.
    #[must_use]
    pub fn value_type(&self) -> ValueType {
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
            Self::Array(_) => ValueType::Array,
            Self::U64(_) => ValueType::U64,
            Self::I64(_) => ValueType::I64,
            Self::F64(_) => ValueType::F64,
        }
    }

    /// Any integer that is not negative.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        match *self {
            Self::U8(n) => Some(n.into()),
            Self::U16(n) => Some(n.into()),
            Self::U32(n) => Some(n.into()),
            Self::U64(n) => Some(n),
            Self::I8(n) => n.try_into().ok(),
            Self::I16(n) => n.try_into().ok(),
            Self::I32(n) => n.try_into().ok(),
            Self::I64(n) => n.try_into().ok(),
            _ => None,
        }
    }

    /// Any integer from 0 to `u32::MAX`.
    #[must_use]
    pub fn as_u32(&self) -> Option<u32> {
        self.as_u64().and_then(|n| n.try_into().ok())
    }

    /// Any float, as `f32`.
    #[must_use]
    pub fn as_f32(&self) -> Option<f32> {
        match *self {
            Self::F32(n) => Some(n),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "no metadata needs more than f32"
            )]
            Self::F64(n) => Some(n as f32),
            _ => None,
        }
    }

    /// The truth value.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match *self {
            Self::Bool(truth) => Some(truth),
            _ => None,
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> Option<&'a str> {
        match *self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The array.
    #[must_use]
    pub fn as_array(&self) -> Option<Array<'a>> {
        match *self {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }
}

/// Reads the number of a value type.
pub(crate) fn read_type(reader: &mut Reader<'_>, what: &str) -> Result<ValueType, GgufError> {
    let number = reader.u32(what)?;
    ValueType::from_number(number).ok_or_else(|| {
        GgufError::invalid(
            format!("value type of {what}"),
            "a number from 0 to 12",
            number,
        )
    })
}

/// `key`, quoted for a message.
pub(crate) fn key_name(key: &str) -> String {
    format!("metadata {}", quoted(key))
}
