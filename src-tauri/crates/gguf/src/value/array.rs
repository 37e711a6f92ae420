//! Arrays, checked once and read lazily.

use std::fmt;

use crate::error::{GgufError, at_most};
use crate::limits::MAX_ARRAY_LEN;
use crate::reader::Reader;
use crate::value::{Value, ValueType, read_type};

/// An array value: checked once, then read lazily from the file.
#[derive(Clone, Copy, PartialEq)]
pub struct Array<'a> {
    element: ValueType,
    len: usize,
    bytes: &'a [u8],
}

impl<'a> Array<'a> {
    pub(super) fn read(reader: &mut Reader<'a>, what: &str) -> Result<Self, GgufError> {
        let element = read_type(reader, what)?;
        if element == ValueType::Array {
            return Err(GgufError::invalid(
                what,
                "an array of scalars or strings",
                "an array of arrays",
            ));
        }
        let count = reader.u64(what)?;
        let least = count.saturating_mul(element.least_width());
        if least > reader.remaining() {
            return Err(GgufError::Truncated {
                what: format!("{what}, an array of {count} elements,"),
                offset: reader.position() as u64,
                needed: least,
                available: reader.remaining(),
            });
        }
        at_most(format_args!("length of {what}"), MAX_ARRAY_LEN, count)?;
        let start = reader.clone();
        let from = reader.position();
        match (element, element.width()) {
            // Nothing in these can be wrong.
            (
                ValueType::U8
                | ValueType::I8
                | ValueType::U16
                | ValueType::I16
                | ValueType::U32
                | ValueType::I32
                | ValueType::U64
                | ValueType::I64,
                Some(width),
            ) => {
                reader.take(count * width, what)?;
            }
            _ => {
                for _ in 0..count {
                    Value::read_element(reader, element, what)?;
                }
            }
        }
        let bytes = start
            .clone()
            .take((reader.position() - from) as u64, what)?;
        Ok(Self {
            element,
            // At most MAX_ARRAY_LEN.
            len: usize::try_from(count).unwrap_or(usize::MAX),
            bytes,
        })
    }

    /// The array in `bytes`, which was checked before: as many elements as there
    /// were then, whatever the file says now.
    pub(crate) fn again(element: ValueType, len: usize, bytes: &'a [u8]) -> Self {
        Self {
            element,
            len,
            bytes,
        }
    }

    /// Bytes of all elements in the file.
    pub(crate) fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    /// Type of the elements.
    #[must_use]
    pub fn element_type(&self) -> ValueType {
        self.element
    }

    /// Number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The elements in order.
    #[must_use]
    pub fn iter(&self) -> ArrayIter<'a> {
        ArrayIter {
            element: self.element,
            left: self.len,
            reader: Reader::new(self.bytes),
        }
    }

    /// The elements, if they are texts.
    #[must_use]
    pub fn strings(&self) -> Option<impl ExactSizeIterator<Item = &'a str> + use<'a>> {
        (self.element == ValueType::Str).then(|| {
            self.iter()
                .map(|element| element.as_str().unwrap_or_default())
        })
    }

    /// The elements, if they are integers.
    #[must_use]
    pub fn integers(&self) -> Option<impl ExactSizeIterator<Item = i64> + use<'a>> {
        let integral = !matches!(
            self.element,
            ValueType::F32 | ValueType::F64 | ValueType::Bool | ValueType::Str | ValueType::Array
        );
        integral.then(|| {
            self.iter().map(|element| match element {
                Value::I8(n) => n.into(),
                Value::I16(n) => n.into(),
                Value::I32(n) => n.into(),
                Value::I64(n) => n,
                other => other
                    .as_u64()
                    .and_then(|n| n.try_into().ok())
                    .unwrap_or(i64::MAX),
            })
        })
    }

    /// The elements, if they are floats.
    #[must_use]
    pub fn floats(&self) -> Option<impl ExactSizeIterator<Item = f32> + use<'a>> {
        matches!(self.element, ValueType::F32 | ValueType::F64).then(|| {
            self.iter()
                .map(|element| element.as_f32().unwrap_or_default())
        })
    }
}

impl fmt::Debug for Array<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}[{}]", self.element.name(), self.len)
    }
}

impl<'a> IntoIterator for &Array<'a> {
    type Item = Value<'a>;
    type IntoIter = ArrayIter<'a>;

    fn into_iter(self) -> ArrayIter<'a> {
        self.iter()
    }
}

/// Iterator over an [`Array`].
#[derive(Debug, Clone)]
pub struct ArrayIter<'a> {
    element: ValueType,
    left: usize,
    reader: Reader<'a>,
}

impl<'a> Iterator for ArrayIter<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        self.left = self.left.checked_sub(1)?;
        // Checked when the file was opened; only a file changed under the map
        // can fail here, and then the array ends early.
        Value::read_element(&mut self.reader, self.element, "array element").ok()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for ArrayIter<'_> {}
