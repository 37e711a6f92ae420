//! The metadata table: keys in file order, values read on demand.

use std::collections::HashMap;
use std::ops::Range;

use crate::error::{GgufError, at_most};
use crate::limits::{MAX_KEY_LEN, MAX_METADATA_ENTRIES};
use crate::reader::Reader;
use crate::value::{Array, Value, ValueType, key_name, read_type};

/// Fewest bytes that an entry takes: key length, one character, type, one byte.
const LEAST_ENTRY: u64 = 8 + 1 + 4 + 1;

/// Where each value is. Owned by the file; [`Metadata`] is the face of it.
#[derive(Debug, Default)]
pub(crate) struct Table {
    entries: Vec<Entry>,
    by_key: HashMap<String, usize>,
}

#[derive(Debug)]
struct Entry {
    key: String,
    form: Form,
    /// Of the value, or of an array's elements, in the file.
    span: Range<usize>,
}

/// What is at an entry's place. Arrays are long: they are checked when the file is
/// opened and never as a whole again.
#[derive(Debug)]
enum Form {
    One(ValueType),
    Array { element: ValueType, len: usize },
}

impl Table {
    /// Reads and checks `count` entries.
    pub(crate) fn read(reader: &mut Reader<'_>, count: u64) -> Result<Self, GgufError> {
        check_count(
            "metadata entries",
            MAX_METADATA_ENTRIES,
            count,
            LEAST_ENTRY,
            reader,
        )?;
        let mut table = Self::default();
        for index in 0..count {
            let key = reader.string(MAX_KEY_LEN, &format!("metadata key {index}"))?;
            let what = key_name(key);
            if key.is_empty() || !key.bytes().all(is_key_byte) {
                return Err(GgufError::invalid(
                    format!("metadata key {index}"),
                    "letters, digits, '_', '-' and '.'",
                    crate::error::quoted(key),
                ));
            }
            let kind = read_type(reader, &what)?;
            let start = reader.position();
            let value = Value::read(reader, kind, &what)?;
            let end = reader.position();
            let (form, span) = match value {
                Value::Array(array) => {
                    let (element, len) = (array.element_type(), array.len());
                    (Form::Array { element, len }, end - array.byte_len()..end)
                }
                _ => (Form::One(kind), start..end),
            };
            if table
                .by_key
                .insert(key.to_owned(), table.entries.len())
                .is_some()
            {
                return Err(GgufError::invalid(what, "each key once", "it twice"));
            }
            table.entries.push(Entry {
                key: key.to_owned(),
                form,
                span,
            });
        }
        Ok(table)
    }
}

/// Refuses a count that is above `limit` or that the rest of the file can't hold.
pub(crate) fn check_count(
    what: &str,
    limit: u64,
    count: u64,
    least_each: u64,
    reader: &Reader<'_>,
) -> Result<(), GgufError> {
    at_most(format_args!("number of {what}"), limit, count)?;
    let needed = count.saturating_mul(least_each);
    if needed > reader.remaining() {
        return Err(GgufError::Truncated {
            what: format!("{count} {what}"),
            offset: reader.position() as u64,
            needed,
            available: reader.remaining(),
        });
    }
    Ok(())
}

/// Lower-case names with dots are the rule; real files also carry `-` (in
/// architecture names) and capitals (in the names of extra templates).
fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// The metadata of an open file.
///
/// The typed getters give `Ok(None)` for an absent key and an error for a value
/// of another type, so that a wrong type is never mistaken for absence.
#[derive(Debug, Clone, Copy)]
pub struct Metadata<'a> {
    table: &'a Table,
    bytes: &'a [u8],
}

impl<'a> Metadata<'a> {
    pub(crate) fn new(table: &'a Table, bytes: &'a [u8]) -> Self {
        Self { table, bytes }
    }

    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.entries.len()
    }

    /// Whether there are no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.entries.is_empty()
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Value<'a>> {
        let entry = self.table.entries.get(*self.table.by_key.get(key)?)?;
        self.value(entry)
    }

    /// Keys and values in file order.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, Value<'a>)> + use<'a> {
        let this = *self;
        this.table
            .entries
            .iter()
            .filter_map(move |entry| Some((entry.key.as_str(), this.value(entry)?)))
    }

    fn value(&self, entry: &Entry) -> Option<Value<'a>> {
        let bytes = self.bytes.get(entry.span.clone())?;
        match entry.form {
            // Can't fail unless the file changed under the map: checked when opened.
            Form::One(kind) => Value::read(&mut Reader::new(bytes), kind, "metadata").ok(),
            Form::Array { element, len } => Some(Value::Array(Array::again(element, len, bytes))),
        }
    }

    /// A non-negative integer that fits 64 bits.
    pub fn u64(&self, key: &str) -> Result<Option<u64>, GgufError> {
        self.typed(key, "a non-negative integer", |value| value.as_u64())
    }

    /// A non-negative integer that fits 32 bits.
    pub fn u32(&self, key: &str) -> Result<Option<u32>, GgufError> {
        self.typed(key, "a non-negative 32-bit integer", |value| value.as_u32())
    }

    /// A float.
    pub fn f32(&self, key: &str) -> Result<Option<f32>, GgufError> {
        self.typed(key, "a float", |value| value.as_f32())
    }

    /// A truth value.
    pub fn bool(&self, key: &str) -> Result<Option<bool>, GgufError> {
        self.typed(key, "a bool", |value| value.as_bool())
    }

    /// A text.
    pub fn str(&self, key: &str) -> Result<Option<&'a str>, GgufError> {
        self.typed(key, "a string", |value| value.as_str())
    }

    /// An array of any element type.
    pub fn array(&self, key: &str) -> Result<Option<Array<'a>>, GgufError> {
        self.typed(key, "an array", |value| value.as_array())
    }

    fn typed<T>(
        &self,
        key: &str,
        expected: &str,
        convert: impl Fn(Value<'a>) -> Option<T>,
    ) -> Result<Option<T>, GgufError> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        match convert(value) {
            Some(converted) => Ok(Some(converted)),
            None => Err(GgufError::invalid(
                key_name(key),
                expected,
                format!("{} {}", value.value_type().name(), value.preview(32)),
            )),
        }
    }
}
