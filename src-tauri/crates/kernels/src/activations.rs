//! The other side of a product: rows of activations, one for each token.
//!
//! For quantised weights they are quantised too: signed bytes in blocks of 32,
//! with `scale = largest magnitude / 127`. Tokens are kept in groups of 8, 4, 2 or
//! 1, so that a kernel finds what it needs for a whole group side by side. A group
//! of `n` tokens holds, block after block: `n` × 32 quants, `n` scales, `n` sums of
//! a block's dequantised values, `n` sums of its second half (f32 each). The sums
//! serve the weights' minima.

use crate::buffer::{Buffer, OutOfMemory};
use crate::tile::BLOCK;

/// Tokens in a full group.
pub(crate) const GROUP: usize = 8;

/// Bytes that one block of one token takes.
pub(crate) const BLOCK_BYTES: usize = BLOCK + 12;

/// In which form activations are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forms {
    /// As bytes with scales, for quantised weights.
    pub quantised: bool,
    /// As they are, for weights that are floats.
    pub plain: bool,
}

/// Activations of some tokens. The rows are written by the operations of this
/// crate.
#[derive(Debug)]
pub struct Activations {
    pub(crate) quantised: Buffer<u8>,
    pub(crate) plain: Buffer<f32>,
    pub(crate) forms: Forms,
    columns: usize,
    capacity: usize,
    tokens: usize,
}

impl Activations {
    /// Room for `capacity` rows of `columns` values in these forms.
    pub fn new(columns: usize, capacity: usize, forms: Forms) -> Result<Self, OutOfMemory> {
        let too_large = OutOfMemory { bytes: u64::MAX };
        let blocks = blocks(columns);
        let bytes = (blocks * BLOCK_BYTES)
            .checked_mul(capacity)
            .ok_or(too_large)?;
        let values = padded(columns).checked_mul(capacity).ok_or(too_large)?;
        Ok(Self {
            quantised: Buffer::zeroed(if forms.quantised { bytes } else { 0 })?,
            plain: Buffer::zeroed(if forms.plain { values } else { 0 })?,
            forms,
            columns,
            capacity,
            tokens: 0,
        })
    }

    /// Bytes that [`new`](Self::new) takes.
    #[must_use]
    pub fn bytes(columns: usize, capacity: usize, forms: Forms) -> u64 {
        let quantised = if forms.quantised {
            blocks(columns) * BLOCK_BYTES
        } else {
            0
        };
        let plain = if forms.plain { padded(columns) * 4 } else { 0 };
        (quantised + plain) as u64 * capacity as u64
    }

    /// Values in a row.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Rows that are in use.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.tokens
    }

    /// Says how many rows the next operation writes.
    ///
    /// # Panics
    /// When that is more than there is room for.
    pub(crate) fn set_tokens(&mut self, tokens: usize) {
        assert!(
            tokens <= self.capacity,
            "{tokens} tokens of {}",
            self.capacity
        );
        self.tokens = tokens;
    }

    /// Blocks in a row, padding included.
    pub(crate) fn blocks(&self) -> usize {
        blocks(self.columns)
    }

    /// Values in a plain row, padding included.
    pub(crate) fn stride(&self) -> usize {
        padded(self.columns)
    }
}

/// `columns` with padding: kernels take two blocks at a time.
pub(crate) fn padded(columns: usize) -> usize {
    columns.next_multiple_of(2 * BLOCK)
}

/// Blocks in a padded row.
pub(crate) fn blocks(columns: usize) -> usize {
    padded(columns) / BLOCK
}

/// Tokens that are computed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Group {
    /// The first.
    pub start: usize,
    /// How many: 8, 4, 2 or 1.
    pub width: usize,
}

impl Group {
    /// The groups of the tokens `range`, in order.
    pub(crate) fn within(range: std::ops::Range<usize>) -> impl Iterator<Item = Self> {
        let mut start = range.start;
        std::iter::from_fn(move || {
            let group = Self::at(start, range.end)?;
            start += group.width;
            Some(group)
        })
    }

    /// The group that begins at `start`, if any.
    fn at(start: usize, tokens: usize) -> Option<Self> {
        let left = tokens - start;
        let width = match left {
            0 => return None,
            1 => 1,
            2 | 3 => 2,
            4..=7 => 4,
            _ => GROUP,
        };
        Some(Self { start, width })
    }

    /// The group that holds `token`.
    pub(crate) fn holding(token: usize, tokens: usize) -> Self {
        let full = tokens / GROUP * GROUP;
        if token < full {
            return Self {
                start: token / GROUP * GROUP,
                width: GROUP,
            };
        }
        let mut group = Self {
            start: full,
            width: 0,
        };
        while token >= group.start + group.width {
            let start = group.start + group.width;
            match Self::at(start, tokens) {
                Some(next) => group = next,
                None => break,
            }
        }
        group
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_cover_all_tokens_in_order() {
        for tokens in 0..40 {
            let mut next = 0;
            for group in Group::within(0..tokens) {
                assert_eq!(group.start, next);
                for token in group.start..group.start + group.width {
                    assert_eq!(Group::holding(token, tokens), group);
                }
                next += group.width;
            }
            assert_eq!(next, tokens);
        }
    }
}
