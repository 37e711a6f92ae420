//! The keys and values of the tokens so far.

use crate::buffer::{Buffer, OutOfMemory};
use crate::lanes::LANES;

/// The shape of attention in one layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heads {
    /// Query heads; a multiple of `kv`.
    pub query: usize,
    /// Key and value heads.
    pub kv: usize,
    /// Values of a query or key; a multiple of 16.
    pub key_len: usize,
    /// Values of a value head; a multiple of 16.
    pub value_len: usize,
}

impl Heads {
    /// Query heads that share a key head.
    pub(crate) fn group(self) -> usize {
        self.query / self.kv
    }

    /// Values of a row of queries, keys and values, one after the other.
    #[must_use]
    pub fn row(self) -> usize {
        self.key_column() + self.kv * (self.key_len + self.value_len)
    }

    /// Where the keys begin in such a row.
    #[must_use]
    pub fn key_column(self) -> usize {
        self.query * self.key_len
    }

    /// Where the values begin in such a row.
    #[must_use]
    pub fn value_column(self) -> usize {
        self.key_column() + self.kv * self.key_len
    }
}

/// Keys and values of one layer, in half precision.
///
/// Keys lie in tiles of 16 positions, dimension after dimension, so that one load
/// gives 16 scores their next factor; values lie row by row.
#[derive(Debug)]
pub struct KvCache {
    pub(crate) heads: Heads,
    pub(crate) capacity: usize,
    pub(crate) keys: Buffer<u16>,
    pub(crate) values: Buffer<u16>,
}

impl KvCache {
    /// Room for `capacity` positions.
    ///
    /// # Panics
    /// When a head's length is not whole tiles or heads can't be shared evenly.
    pub fn new(heads: Heads, capacity: usize) -> Result<Self, OutOfMemory> {
        assert!(
            heads.kv > 0 && heads.query.is_multiple_of(heads.kv),
            "{} query heads on {}",
            heads.query,
            heads.kv
        );
        assert!(
            heads.key_len.is_multiple_of(LANES) && heads.value_len.is_multiple_of(LANES),
            "heads of whole vectors"
        );
        // Attention looks at whole blocks of keys.
        let capacity = capacity.next_multiple_of(BLOCK_KEYS);
        Ok(Self {
            heads,
            capacity,
            keys: Buffer::zeroed(heads.kv * heads.key_len * capacity)?,
            values: Buffer::zeroed(heads.kv * heads.value_len * capacity)?,
        })
    }

    /// Bytes that room for `capacity` positions takes.
    #[must_use]
    pub fn memory(heads: Heads, capacity: usize) -> u64 {
        let position = heads.kv * (heads.key_len + heads.value_len) * 2;
        position as u64 * capacity.next_multiple_of(BLOCK_KEYS) as u64
    }

    /// Index of the first key value of a tile of 16 positions.
    pub(crate) fn key_tile(&self, head: usize, tile: usize) -> usize {
        (head * self.capacity / LANES + tile) * LANES * self.heads.key_len
    }

    /// Index of the first value of a position.
    pub(crate) fn value_row(&self, head: usize, position: usize) -> usize {
        (head * self.capacity + position) * self.heads.value_len
    }
}

/// Positions that prefill goes through together.
pub(crate) const BLOCK_KEYS: usize = 64;
