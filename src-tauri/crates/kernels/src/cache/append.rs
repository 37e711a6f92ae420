//! Putting the keys and values of a position into the cache.

use super::storage::{BLOCK, F16, Q8_0, Storage};
use super::{KvCache, KvType, Layout};
use crate::compute::Parts;
use crate::lanes::{LANES, Lanes, for_each_level};

/// A cache that several threads append to, each its own positions.
#[derive(Clone, Copy)]
pub(crate) struct Append {
    layout: Layout,
    keys: Parts<u8>,
    values: Parts<u8>,
    key_scales: Parts<u16>,
    value_scales: Parts<u16>,
}

impl Append {
    /// To a cache that stays borrowed as long as this is used.
    pub(crate) fn to(cache: &mut KvCache) -> Self {
        Self {
            layout: cache.layout,
            keys: Parts::of(&mut cache.keys),
            values: Parts::of(&mut cache.values),
            key_scales: Parts::of(&mut cache.key_scales),
            value_scales: Parts::of(&mut cache.value_scales),
        }
    }
}

/// Stores the keys and values of a row of queries, keys and values.
#[inline(always)]
unsafe fn append<L: Lanes>(to: Append, position: usize, row: *const f32) {
    // SAFETY: the caller's promise.
    unsafe {
        match to.layout.kv_type {
            KvType::F16 => append_as::<L, F16>(to, position, row),
            KvType::Q8_0 => append_as::<L, Q8_0>(to, position, row),
        }
    }
}

#[inline(always)]
unsafe fn append_as<L: Lanes, S: Storage>(to: Append, position: usize, row: *const f32) {
    let (layout, heads) = (to.layout, to.layout.heads);
    let (tile, lane) = (position / LANES, position % LANES);
    // SAFETY: the caller's promise: a row of `heads.row()` values, a position in the
    // cache that nobody else writes to.
    unsafe {
        for head in 0..heads.kv {
            let from = row.add(heads.key_column() + head * heads.key_len);
            let keys = layout.key_tile(head, tile) + lane;
            let scales = layout.scales(heads.key_len, head, tile) + lane;
            let mut numbers = [0u8; 2 * BLOCK];
            for at in (0..heads.key_len).step_by(BLOCK) {
                let count = BLOCK.min(heads.key_len - at);
                let scale = S::store::<L>(from.add(at), count, numbers.as_mut_ptr());
                if S::SCALED {
                    *to.key_scales.at(scales + at / BLOCK * LANES) = scale;
                }
                for index in 0..count {
                    let number = numbers.as_ptr().add(index * S::BYTES);
                    let place = to.keys.at((keys + (at + index) * LANES) * S::BYTES);
                    number.copy_to_nonoverlapping(place, S::BYTES);
                }
            }
            let from = row.add(heads.value_column() + head * heads.value_len);
            let values = layout.value_row(head, position);
            let scales = layout.scales(heads.value_len, head, tile) + lane;
            for at in (0..heads.value_len).step_by(BLOCK) {
                let count = BLOCK.min(heads.value_len - at);
                let place = to.values.at((values + at) * S::BYTES);
                let scale = S::store::<L>(from.add(at), count, place);
                if S::SCALED {
                    *to.value_scales.at(scales + at / BLOCK * LANES) = scale;
                }
            }
        }
    }
}

for_each_level! {
    /// Stores the keys and values of a row of queries, keys and values.
    ///
    /// # Safety
    /// The cache is still borrowed and has room for the position, which nobody else
    /// writes to meanwhile; the row is as long as its heads say.
    pub(crate) unsafe fn append_at(to: Append, position: usize, row: *const f32) = append
}
