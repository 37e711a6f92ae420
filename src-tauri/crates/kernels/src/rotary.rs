//! Rotary position embedding (arXiv 2104.09864), and putting keys and values into
//! the cache.

use crate::cache::{Append, KvCache, append_at};
use crate::compute::{Compute, Parts};
use crate::rows::norm_in_place_at;

/// Which two values of a head are rotated together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pairing {
    /// Neighbours: 2i and 2i + 1.
    Neighbours,
    /// i and i + half of the rotated dimensions.
    Halves,
}

/// How positions are turned into rotations: cosine and sine of every angle of the
/// tokens at hand, `dimensions / 2` of each for a token.
#[derive(Debug, Clone, Copy)]
pub struct Rotation<'a> {
    /// Which values belong together.
    pub pairing: Pairing,
    /// Dimensions of a head that are rotated, an even number.
    pub dimensions: usize,
    /// Cosines, token after token.
    pub cosines: &'a [f32],
    /// Sines, token after token.
    pub sines: &'a [f32],
}

/// Norms of queries and keys, head by head, before they are rotated.
#[derive(Debug, Clone, Copy)]
pub struct HeadNorms<'a> {
    /// Weights for queries, `key_len` of them.
    pub query: &'a [f32],
    /// Weights for keys, `key_len` of them.
    pub key: &'a [f32],
    /// Added to the mean of squares.
    pub epsilon: f32,
}

/// Rotates one head.
fn rotate(head: &mut [f32], rotation: &Rotation<'_>, cosines: &[f32], sines: &[f32]) {
    match rotation.pairing {
        Pairing::Neighbours => {
            let pairs = head[..rotation.dimensions].as_chunks_mut::<2>().0;
            for ((pair, cosine), sine) in pairs.iter_mut().zip(cosines).zip(sines) {
                let [x, y] = *pair;
                *pair = [x * cosine - y * sine, x * sine + y * cosine];
            }
        }
        Pairing::Halves => {
            let (low, high) = head[..rotation.dimensions].split_at_mut(rotation.dimensions / 2);
            for (((x, y), cosine), sine) in low.iter_mut().zip(high).zip(cosines).zip(sines) {
                (*x, *y) = (*x * cosine - *y * sine, *x * sine + *y * cosine);
            }
        }
    }
}

impl Compute {
    /// Norms (if asked) and rotates the queries and keys of `tokens` rows of
    /// queries, keys and values, and puts keys and values into the cache from
    /// position `start` on.
    ///
    /// # Panics
    /// When there are not so many rows or angles, or no room in the cache.
    pub fn rotate_and_store(
        &mut self,
        rows: &mut [f32],
        tokens: usize,
        start: usize,
        norms: Option<HeadNorms<'_>>,
        rotation: Rotation<'_>,
        cache: &mut KvCache,
    ) {
        let heads = cache.layout.heads;
        let (row, angles) = (heads.row(), rotation.dimensions / 2);
        assert!(tokens * row <= rows.len(), "{tokens} rows of {row}");
        assert!(
            rotation.dimensions <= heads.key_len
                && rotation.dimensions.is_multiple_of(2)
                && tokens * angles <= rotation.cosines.len()
                && tokens * angles <= rotation.sines.len(),
            "angles for {tokens} tokens"
        );
        assert!(
            norms.is_none_or(|n| n.query.len() == heads.key_len && n.key.len() == heads.key_len),
            "weights of the norms"
        );
        assert!(
            start + tokens <= cache.layout.capacity,
            "room for {tokens} more positions"
        );
        let level = self.level;
        let (rows, cache) = (Parts::of(rows), Append::to(cache));
        self.each_row(tokens, &|token| {
            // SAFETY: in bounds as checked; a token's row and position are one thread's.
            unsafe {
                let row = std::slice::from_raw_parts_mut(rows.at(token * row), row);
                let turns = angles * token..angles * (token + 1);
                let (cosines, sines) = (&rotation.cosines[turns.clone()], &rotation.sines[turns]);
                let all = row[..heads.value_column()].chunks_exact_mut(heads.key_len);
                for (index, head) in all.enumerate() {
                    if let Some(norms) = norms {
                        let weights = if index < heads.query {
                            norms.query
                        } else {
                            norms.key
                        };
                        let values = head.as_mut_ptr();
                        norm_in_place_at(
                            level,
                            values,
                            weights.as_ptr(),
                            heads.key_len,
                            norms.epsilon,
                            values,
                            false,
                        );
                    }
                    rotate(head, &rotation, cosines, sines);
                }
                append_at(level, cache, start + token, row.as_ptr());
            }
        });
    }
}
