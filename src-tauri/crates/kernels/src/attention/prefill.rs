//! Many tokens look back: blocks of 16 tokens of one key head go through blocks of
//! 64 positions, whose keys and values are widened once for all of them.

use super::Scoring;
use crate::cache::{BLOCK, BLOCK_KEYS, F16, Heads, KvCache, KvType, Q8_0, Storage};
use crate::compute::{Compute, Parts};
use crate::float::f16_to_f32;
use crate::lanes::{LANES, Lanes, exp, for_each_level};
use crate::pool::Turns;

/// Tokens in a block.
const BLOCK_TOKENS: usize = 16;

/// Most rows (token × query head) that are computed together.
const MOST_ROWS: usize = 6;

/// Rows of a block, with room for whole steps of any size up to [`MOST_ROWS`].
fn padded_rows(heads: Heads) -> usize {
    BLOCK_TOKENS * heads.group() + MOST_ROWS
}

/// Floats of one thread's scratch.
pub(super) fn scratch(heads: Heads) -> usize {
    BLOCK_KEYS * (heads.key_len + heads.value_len)
        + padded_rows(heads) * (heads.key_len + BLOCK_KEYS + heads.value_len + 2)
}

/// Where the parts of the scratch are.
struct Scratch {
    /// `[dimension][position]`
    keys: *mut f32,
    /// `[position][column]`
    values: *mut f32,
    /// `[row][dimension]`, scaled
    queries: *mut f32,
    /// `[row][position]`
    weights: *mut f32,
    /// `[row][column]`
    sums: *mut f32,
    /// `[row]`: maximum so far, sum of weights so far
    softmax: *mut [f32; 2],
}

impl Scratch {
    unsafe fn new(at: *mut f32, heads: Heads) -> Self {
        let rows = padded_rows(heads);
        // SAFETY: the caller's promise: as many floats as `scratch` says.
        unsafe {
            let values = at.add(BLOCK_KEYS * heads.key_len);
            let queries = values.add(BLOCK_KEYS * heads.value_len);
            let weights = queries.add(rows * heads.key_len);
            let sums = weights.add(rows * BLOCK_KEYS);
            Self {
                keys: at,
                values,
                queries,
                weights,
                sums,
                softmax: sums.add(rows * heads.value_len).cast(),
            }
        }
    }
}

/// A block of tokens of one key head.
struct Task<'a> {
    cache: &'a KvCache,
    scoring: Scoring,
    head: usize,
    /// Rows of queries, keys and values of all tokens.
    rows: *const f32,
    /// The block's tokens among them.
    tokens: std::ops::Range<usize>,
    /// Position of token 0.
    start: usize,
    scratch: *mut f32,
    output: *mut f32,
}

impl Task<'_> {
    /// The token of a row; rows are padded with the last one.
    #[inline(always)]
    fn token(&self, row: usize) -> usize {
        (self.tokens.start + row / self.cache.layout.heads.group()).min(self.tokens.end - 1)
    }
}

#[inline(always)]
unsafe fn block<L: Lanes>(task: &Task<'_>) {
    // SAFETY: the caller's promise. Shapes that fit the registers: sums of rows ×
    // vectors, with room for what they are made of.
    unsafe {
        if L::WIDE {
            steps::<L, 6, 4>(task);
        } else {
            steps::<L, 3, 2>(task);
        }
    }
}

/// `R` rows and `C` vectors at a time.
#[inline(always)]
unsafe fn steps<L: Lanes, const R: usize, const C: usize>(task: &Task<'_>) {
    let heads = task.cache.layout.heads;
    let rows = (task.tokens.len() * heads.group()).next_multiple_of(R);
    let first = task.scoring.first(task.start + task.tokens.start) / BLOCK_KEYS * BLOCK_KEYS;
    // SAFETY: the caller's promise.
    unsafe {
        let scratch = Scratch::new(task.scratch, heads);
        begin::<L>(task, &scratch, rows);
        for at in (first..task.start + task.tokens.end).step_by(BLOCK_KEYS) {
            widen::<L>(task, &scratch, at);
            for row in (0..rows).step_by(R) {
                scores::<L, R, C>(task, &scratch, row);
                for row in row..row + R {
                    softmax::<L>(task, &scratch, row, at);
                }
                let mut column = 0;
                while column < heads.value_len {
                    if heads.value_len - column >= C * LANES {
                        values::<L, R, C>(task, &scratch, row, column);
                        column += C * LANES;
                    } else {
                        values::<L, R, 1>(task, &scratch, row, column);
                        column += LANES;
                    }
                }
            }
        }
        finish::<L>(task, &scratch);
    }
}

/// Copies the queries and clears the sums.
#[inline(always)]
unsafe fn begin<L: Lanes>(task: &Task<'_>, scratch: &Scratch, rows: usize) {
    let heads = task.cache.layout.heads;
    // SAFETY: the caller's promise.
    unsafe {
        for row in 0..rows {
            let query = task.head * heads.group() + row % heads.group();
            let from = task
                .rows
                .add(task.token(row) * heads.row() + query * heads.key_len);
            for at in (0..heads.key_len).step_by(LANES) {
                L::load(from.add(at)).store(scratch.queries.add(row * heads.key_len + at));
            }
            for at in (0..heads.value_len).step_by(LANES) {
                L::zero().store(scratch.sums.add(row * heads.value_len + at));
            }
            *scratch.softmax.add(row) = [f32::NEG_INFINITY, 0.0];
        }
    }
}

/// Widens the keys and values of 64 positions.
#[inline(always)]
unsafe fn widen<L: Lanes>(task: &Task<'_>, scratch: &Scratch, at: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        match task.cache.layout.kv_type {
            KvType::F16 => widen_from::<L, F16>(task, scratch, at),
            KvType::Q8_0 => widen_from::<L, Q8_0>(task, scratch, at),
        }
    }
}

#[inline(always)]
unsafe fn widen_from<L: Lanes, S: Storage>(task: &Task<'_>, scratch: &Scratch, at: usize) {
    let (cache, layout) = (task.cache, task.cache.layout);
    let Heads {
        key_len, value_len, ..
    } = layout.heads;
    // SAFETY: the caller's promise; the cache's capacity is whole blocks.
    unsafe {
        for tile in 0..BLOCK_KEYS / LANES {
            let from = layout.key_tile(task.head, at / LANES + tile);
            let scales = layout.scales(key_len, task.head, at / LANES + tile);
            for dimension in 0..key_len {
                let number = (from + dimension * LANES) * S::BYTES;
                let mut keys = S::load::<L>(cache.keys.as_ptr().add(number));
                if S::SCALED {
                    let scale = scales + dimension / BLOCK * LANES;
                    keys = keys.mul(L::load_f16(cache.key_scales.as_ptr().add(scale)));
                }
                keys.store(scratch.keys.add(dimension * BLOCK_KEYS + tile * LANES));
            }
        }
        let from = layout.value_row(task.head, at);
        for position in 0..BLOCK_KEYS {
            let scales = layout.scales(value_len, task.head, (at + position) / LANES);
            for column in (0..value_len).step_by(LANES) {
                let index = position * value_len + column;
                let number = (from + index) * S::BYTES;
                let mut values = S::load::<L>(cache.values.as_ptr().add(number));
                if S::SCALED {
                    let scale = scales + column / BLOCK * LANES + position % LANES;
                    let scale = f16_to_f32(*cache.value_scales.as_ptr().add(scale));
                    values = values.mul(L::splat(scale));
                }
                values.store(scratch.values.add(index));
            }
        }
    }
}

/// Products of `R` queries with the 64 keys.
#[inline(always)]
unsafe fn scores<L: Lanes, const R: usize, const C: usize>(
    task: &Task<'_>,
    scratch: &Scratch,
    row: usize,
) {
    let key_len = task.cache.layout.heads.key_len;
    // SAFETY: the caller's promise.
    unsafe {
        for part in (0..BLOCK_KEYS).step_by(C * LANES) {
            let mut sums = [[L::zero(); C]; R];
            for dimension in 0..key_len {
                let keys = scratch.keys.add(dimension * BLOCK_KEYS + part);
                let keys: [L; C] = std::array::from_fn(|c| L::load(keys.add(c * LANES)));
                for (r, sums) in sums.iter_mut().enumerate() {
                    let query = L::splat(*scratch.queries.add((row + r) * key_len + dimension));
                    for (sum, key) in sums.iter_mut().zip(keys) {
                        *sum = key.mul_add(query, *sum);
                    }
                }
            }
            for (r, sums) in sums.into_iter().enumerate() {
                let to = scratch.weights.add((row + r) * BLOCK_KEYS + part);
                for (c, sum) in sums.into_iter().enumerate() {
                    sum.store(to.add(c * LANES));
                }
            }
        }
    }
}

/// Turns a row's products with the positions from `at` on into weights, and brings
/// what was summed so far to the new maximum.
#[inline(always)]
unsafe fn softmax<L: Lanes>(task: &Task<'_>, scratch: &Scratch, row: usize, at: usize) {
    let value_len = task.cache.layout.heads.value_len;
    let position = task.start + task.token(row);
    let seen = (position + 1).saturating_sub(at);
    let hidden = task.scoring.first(position).saturating_sub(at);
    // SAFETY: the caller's promise.
    unsafe {
        let unseen = L::splat(f32::NEG_INFINITY);
        let weights = scratch.weights.add(row * BLOCK_KEYS);
        let mut largest = unseen;
        for part in (0..BLOCK_KEYS).step_by(LANES) {
            let score = task.scoring.apply(L::load(weights.add(part)));
            let score = score.first(seen.saturating_sub(part), unseen);
            let score = unseen.first(hidden.saturating_sub(part), score);
            largest = largest.max(score);
            score.store(weights.add(part));
        }
        let [before, sum] = *scratch.softmax.add(row);
        let maximum = before.max(largest.largest());
        if maximum == f32::NEG_INFINITY {
            // Nothing is seen yet, as far as a window goes back.
            for part in (0..BLOCK_KEYS).step_by(LANES) {
                L::zero().store(weights.add(part));
            }
            return;
        }
        let mut total = L::zero();
        for part in (0..BLOCK_KEYS).step_by(LANES) {
            let score = L::load(weights.add(part)).sub(L::splat(maximum));
            // The exponential is not quite zero at minus infinity.
            let inside = seen.saturating_sub(part);
            let weight = exp(score).first(inside, L::zero());
            let weight = L::zero().first(hidden.saturating_sub(part), weight);
            total = total.add(weight);
            weight.store(weights.add(part));
        }
        let factor = if before < maximum {
            (before - maximum).exp()
        } else {
            1.0
        };
        *scratch.softmax.add(row) = [maximum, sum * factor + total.sum()];
        if factor < 1.0 {
            for column in (0..value_len).step_by(LANES) {
                let at = scratch.sums.add(row * value_len + column);
                L::load(at).mul(L::splat(factor)).store(at);
            }
        }
    }
}

/// Adds the weighted values to the sums of `R` rows and `C` vectors of columns.
#[inline(always)]
unsafe fn values<L: Lanes, const R: usize, const C: usize>(
    task: &Task<'_>,
    scratch: &Scratch,
    row: usize,
    column: usize,
) {
    let value_len = task.cache.layout.heads.value_len;
    // SAFETY: the caller's promise.
    unsafe {
        let at = |r: usize, c: usize| scratch.sums.add((row + r) * value_len + column + c * LANES);
        let mut sums: [[L; C]; R] =
            std::array::from_fn(|r| std::array::from_fn(|c| L::load(at(r, c))));
        for position in 0..BLOCK_KEYS {
            let from = scratch.values.add(position * value_len + column);
            let values: [L; C] = std::array::from_fn(|c| L::load(from.add(c * LANES)));
            for (r, sums) in sums.iter_mut().enumerate() {
                let weight = L::splat(*scratch.weights.add((row + r) * BLOCK_KEYS + position));
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum = value.mul_add(weight, *sum);
                }
            }
        }
        for (r, sums) in sums.into_iter().enumerate() {
            for (c, sum) in sums.into_iter().enumerate() {
                sum.store(at(r, c));
            }
        }
    }
}

/// Divides by the sums of weights and writes the result.
#[inline(always)]
unsafe fn finish<L: Lanes>(task: &Task<'_>, scratch: &Scratch) {
    let heads = task.cache.layout.heads;
    // SAFETY: the caller's promise.
    unsafe {
        for row in 0..task.tokens.len() * heads.group() {
            let query = task.head * heads.group() + row % heads.group();
            let to = task
                .output
                .add((task.token(row) * heads.query + query) * heads.value_len);
            let factor = L::splat(1.0 / (*scratch.softmax.add(row))[1]);
            for column in (0..heads.value_len).step_by(LANES) {
                let sum = L::load(scratch.sums.add(row * heads.value_len + column));
                sum.mul(factor).store(to.add(column));
            }
        }
    }
}

for_each_level! {
    unsafe fn block_at(task: &Task<'_>) = block
}

/// See [`Compute::attend`]; `memory` is scratch and its length for each thread.
#[expect(clippy::too_many_arguments, reason = "called in one place")]
pub(super) fn attend(
    compute: &mut Compute,
    rows: &[f32],
    tokens: usize,
    start: usize,
    scoring: Scoring,
    cache: &KvCache,
    memory: (Parts<f32>, usize),
    output: &mut [f32],
) {
    let (heads, level) = (cache.layout.heads, compute.level);
    let (scratch, scratch_len) = memory;
    let output = Parts::of(output);
    let blocks = tokens.div_ceil(BLOCK_TOKENS);
    let turns = Turns::new(blocks * heads.kv, 1);
    compute.pool.run(&|thread| {
        while let Some(turn) = turns.take() {
            // The last blocks look back furthest: they go first.
            let block = blocks - 1 - turn.start / heads.kv;
            // SAFETY: in bounds as checked in `Compute::attend`; a thread has its
            // own scratch, a block of tokens of one head is one thread's.
            unsafe {
                let task = Task {
                    cache,
                    scoring,
                    head: turn.start % heads.kv,
                    rows: rows.as_ptr(),
                    tokens: block * BLOCK_TOKENS..((block + 1) * BLOCK_TOKENS).min(tokens),
                    start,
                    scratch: scratch.at(thread * scratch_len),
                    output: output.at(0),
                };
                block_at(level, &task);
            }
        }
    });
}
