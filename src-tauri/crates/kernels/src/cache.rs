//! The keys and values of the tokens so far.

mod append;
mod kv_type;
mod part;
mod storage;

pub(crate) use append::{Append, append_at};
pub use kv_type::{KvType, UnknownKvType};
pub(crate) use storage::{BLOCK, BLOCK_VECTORS, F16, Q8_0, Storage};

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

/// Where the numbers of a cache are. Indices count numbers, not bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    pub heads: Heads,
    /// Positions, whole blocks of [`BLOCK_KEYS`].
    pub capacity: usize,
    pub kv_type: KvType,
}

impl Layout {
    /// # Panics
    /// When a head's length is not whole vectors or heads can't be shared evenly.
    fn new(heads: Heads, capacity: usize, kv_type: KvType) -> Self {
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
        Self {
            heads,
            // Attention looks at whole blocks of keys.
            capacity: capacity.next_multiple_of(BLOCK_KEYS),
            kv_type,
        }
    }

    /// The first number of a tile of 16 positions' keys.
    pub(crate) fn key_tile(self, head: usize, tile: usize) -> usize {
        (head * self.capacity / LANES + tile) * LANES * self.heads.key_len
    }

    /// The first number of a position's values.
    pub(crate) fn value_row(self, head: usize, position: usize) -> usize {
        (head * self.capacity + position) * self.heads.value_len
    }

    /// The first scale of a tile of 16 positions, for heads of `len` numbers.
    pub(crate) fn scales(self, len: usize, head: usize, tile: usize) -> usize {
        (head * self.capacity / LANES + tile) * LANES * len.div_ceil(BLOCK)
    }

    /// Bytes of a number.
    fn number_bytes(self) -> usize {
        match self.kv_type {
            KvType::F16 => F16::BYTES,
            KvType::Q8_0 => Q8_0::BYTES,
        }
    }

    /// Bytes of all numbers, and scales of them, for heads of `len` numbers.
    fn sizes(self, len: usize) -> (usize, usize) {
        let rows = self.heads.kv * self.capacity;
        let scales = match self.kv_type {
            KvType::F16 => 0,
            KvType::Q8_0 => rows * len.div_ceil(BLOCK),
        };
        (rows * len * self.number_bytes(), scales)
    }
}

/// Keys and values of one layer.
///
/// Keys lie in tiles of 16 positions, dimension after dimension, so that one load
/// gives 16 scores their next factor; values lie row by row. Their scales, where the
/// type has some, lie in tiles of 16 positions, block after block.
#[derive(Debug)]
pub struct KvCache {
    pub(crate) layout: Layout,
    pub(crate) keys: Buffer<u8>,
    pub(crate) values: Buffer<u8>,
    pub(crate) key_scales: Buffer<u16>,
    pub(crate) value_scales: Buffer<u16>,
}

impl KvCache {
    /// Room for `capacity` positions.
    ///
    /// # Panics
    /// When a head's length is not whole vectors or heads can't be shared evenly.
    pub fn new(heads: Heads, capacity: usize, kv_type: KvType) -> Result<Self, OutOfMemory> {
        let layout = Layout::new(heads, capacity, kv_type);
        let (keys, key_scales) = layout.sizes(heads.key_len);
        let (values, value_scales) = layout.sizes(heads.value_len);
        Ok(Self {
            layout,
            keys: Buffer::zeroed(keys)?,
            values: Buffer::zeroed(values)?,
            key_scales: Buffer::zeroed(key_scales)?,
            value_scales: Buffer::zeroed(value_scales)?,
        })
    }

    /// Bytes that room for `capacity` positions takes.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    #[must_use]
    pub fn memory(heads: Heads, capacity: usize, kv_type: KvType) -> u64 {
        let layout = Layout::new(heads, capacity, kv_type);
        let (keys, key_scales) = layout.sizes(heads.key_len);
        let (values, value_scales) = layout.sizes(heads.value_len);
        (keys + values) as u64 + 2 * (key_scales + value_scales) as u64
    }
}

/// Positions that prefill goes through together.
pub(crate) const BLOCK_KEYS: usize = 64;
