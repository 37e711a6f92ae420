//! Attention over the cache: softmax(scale · q·k) · v, each head for itself.
//!
//! One token looks back from all threads, each over a part of the positions
//! ([`decode`]); many tokens go block by block ([`prefill`]). Both keep a running
//! maximum and rescale, so that no exponential overflows (arXiv 1805.02867).

mod decode;
mod prefill;

use crate::buffer::{Buffer, OutOfMemory};
use crate::cache::{Heads, KvCache};
use crate::compute::{Compute, Parts};
use crate::lanes::{Lanes, exp};

/// Tokens up to which each looks back on its own, in exactly the way of a single
/// one: fewer than a block is worth.
const FEW: usize = 8;

/// How scores are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scoring {
    /// What q·k is multiplied with.
    pub scale: f32,
    /// Scores are bent to stay within ± this: cap · tanh(score / cap).
    pub cap: Option<f32>,
    /// How many positions back a token sees, itself included.
    pub window: Option<usize>,
}

impl Scoring {
    /// The first position that the token at `position` sees.
    fn first(self, position: usize) -> usize {
        self.window
            .map_or(0, |window| (position + 1).saturating_sub(window))
    }

    #[inline(always)]
    unsafe fn apply<L: Lanes>(self, score: L) -> L {
        // SAFETY: the caller's promise.
        unsafe {
            let score = score.mul(L::splat(self.scale));
            match self.cap {
                None => score,
                Some(cap) => {
                    // tanh(y) = 1 − 2 / (e^2y + 1)
                    let twice = score.mul(L::splat(2.0 / cap));
                    let part = L::splat(2.0).div(exp(twice).add(L::splat(1.0)));
                    L::splat(1.0).sub(part).mul(L::splat(cap))
                }
            }
        }
    }
}

/// The memory that attention works in; made once for all layers of a shape.
#[derive(Debug)]
pub struct Attention {
    heads: Heads,
    capacity: usize,
    threads: usize,
    /// For each thread.
    scratch: Buffer<f32>,
    /// For each thread and query head: maximum, sum, weighted values.
    partials: Buffer<f32>,
}

impl Attention {
    /// For caches of this shape with room for `capacity` positions.
    pub fn new(compute: &Compute, heads: Heads, capacity: usize) -> Result<Self, OutOfMemory> {
        let threads = compute.threads();
        let capacity = capacity.next_multiple_of(crate::cache::BLOCK_KEYS);
        Ok(Self {
            heads,
            capacity,
            threads,
            scratch: Buffer::zeroed(Self::scratch(heads, capacity) * threads)?,
            partials: Buffer::zeroed(decode::partial(heads) * heads.query * threads)?,
        })
    }

    /// Bytes that [`new`](Self::new) takes.
    #[must_use]
    pub fn memory(threads: usize, heads: Heads, capacity: usize) -> u64 {
        let each = Self::scratch(heads, capacity) + decode::partial(heads) * heads.query;
        each as u64 * threads as u64 * 4
    }

    /// Floats of one thread's scratch, whole cache lines.
    fn scratch(heads: Heads, capacity: usize) -> usize {
        decode::scratch(capacity)
            .max(prefill::scratch(heads))
            .next_multiple_of(32)
    }
}

impl Compute {
    /// Attention of `tokens` rows of queries, keys and values (rotated and stored)
    /// at the positions from `start` on. `output` gets `query heads × value_len`
    /// values for each.
    ///
    /// # Panics
    /// When the shapes don't belong together.
    #[expect(clippy::too_many_arguments, reason = "what attention is")]
    pub fn attend(
        &mut self,
        rows: &[f32],
        tokens: usize,
        start: usize,
        scoring: Scoring,
        cache: &KvCache,
        memory: &mut Attention,
        output: &mut [f32],
    ) {
        let heads = cache.layout.heads;
        assert!(
            memory.heads == heads
                && memory.capacity >= cache.layout.capacity
                && memory.threads >= self.threads(),
            "memory of another shape"
        );
        assert!(
            start + tokens <= cache.layout.capacity,
            "positions in the cache"
        );
        assert!(tokens * heads.row() <= rows.len(), "{tokens} rows");
        assert!(
            tokens * heads.query * heads.value_len <= output.len(),
            "room for the result"
        );
        let scratch_len = Attention::scratch(heads, memory.capacity);
        let scratch = Parts::of(&mut memory.scratch);
        if tokens <= FEW {
            for token in 0..tokens {
                let row = &rows[token * heads.row()..(token + 1) * heads.row()];
                let width = heads.query * heads.value_len;
                let output = &mut output[token * width..(token + 1) * width];
                let partials = Parts::of(&mut memory.partials);
                decode::attend(
                    self,
                    row,
                    start + token,
                    scoring,
                    cache,
                    (scratch, scratch_len, partials),
                    output,
                );
            }
        } else {
            prefill::attend(
                self,
                rows,
                tokens,
                start,
                scoring,
                cache,
                (scratch, scratch_len),
                output,
            );
        }
    }
}
