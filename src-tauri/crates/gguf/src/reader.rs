//! A cursor over untrusted bytes that never reads past their end.

use crate::error::{GgufError, at_most};

/// Reads little-endian fields in order.
///
/// Lengths are compared with what is left *before* anything is sliced, so a
/// hostile length costs nothing.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// Bytes from the start to the next field.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// Bytes that are left.
    pub(crate) fn remaining(&self) -> u64 {
        (self.bytes.len() - self.position) as u64
    }

    /// The next `len` bytes; `what` names them in the error.
    pub(crate) fn take(&mut self, len: u64, what: &str) -> Result<&'a [u8], GgufError> {
        let available = self.remaining();
        let taken = usize::try_from(len)
            .ok()
            .and_then(|len| self.position.checked_add(len))
            .and_then(|end| self.bytes.get(self.position..end));
        let Some(taken) = taken else {
            return Err(GgufError::Truncated {
                what: what.to_owned(),
                offset: self.position as u64,
                needed: len,
                available,
            });
        };
        self.position += taken.len();
        Ok(taken)
    }

    /// The next `N` bytes as an array.
    pub(crate) fn array<const N: usize>(&mut self, what: &str) -> Result<[u8; N], GgufError> {
        let mut field = [0; N];
        field.copy_from_slice(self.take(N as u64, what)?);
        Ok(field)
    }

    pub(crate) fn u8(&mut self, what: &str) -> Result<u8, GgufError> {
        Ok(u8::from_le_bytes(self.array(what)?))
    }

    pub(crate) fn u32(&mut self, what: &str) -> Result<u32, GgufError> {
        Ok(u32::from_le_bytes(self.array(what)?))
    }

    pub(crate) fn u64(&mut self, what: &str) -> Result<u64, GgufError> {
        Ok(u64::from_le_bytes(self.array(what)?))
    }

    /// A length-prefixed UTF-8 string of at most `limit` bytes.
    pub(crate) fn string(&mut self, limit: u64, what: &str) -> Result<&'a str, GgufError> {
        let len = self.u64(what)?;
        // What can't be in the file is truncation, whatever the limit says.
        if len <= self.remaining() {
            at_most(format_args!("length of {what}"), limit, len)?;
        }
        let bytes = self.take(len, what)?;
        std::str::from_utf8(bytes).map_err(|error| {
            GgufError::invalid(
                what,
                "UTF-8 text",
                format!("an invalid byte at {}", error.valid_up_to()),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::GgufErrorKind;

    #[test]
    fn a_length_beyond_the_end_is_truncation_and_moves_nothing() {
        let mut bytes = u64::MAX.to_le_bytes().to_vec();
        bytes.extend(b"abc");
        let mut reader = Reader::new(&bytes);
        let error = reader.string(16, "name").unwrap_err();
        assert_eq!(error.kind(), GgufErrorKind::Truncated);
        assert_eq!(reader.position(), 8);
        assert_eq!(reader.take(3, "rest").unwrap(), b"abc");
    }

    #[test]
    fn a_string_over_the_limit_says_the_limit() {
        let mut bytes = 3u64.to_le_bytes().to_vec();
        bytes.extend(b"abc");
        let error = Reader::new(&bytes).string(2, "name").unwrap_err();
        assert_eq!(error.to_string(), "length of name is 3, the limit is 2");
    }
}
