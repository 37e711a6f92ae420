//! Metadata values that are to be written.

use crate::value::{Array, Value, ValueType};

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
    pub(super) fn value_type(&self) -> ValueType {
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
    pub(super) fn encode(&self, bytes: &mut Vec<u8>) {
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

pub(super) fn encode_string(text: &str, bytes: &mut Vec<u8>) {
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
