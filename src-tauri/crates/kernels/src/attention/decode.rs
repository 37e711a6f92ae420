//! One token looks back. Its positions are shared among the threads; each keeps
//! maximum, sum and weighted values of its part, and they are put together after.

use super::Scoring;
use crate::cache::{BLOCK, BLOCK_VECTORS, F16, Heads, KvCache, KvType, Q8_0, Storage};
use crate::compute::{Compute, Parts};
use crate::lanes::{LANES, Lanes, exp, for_each_level};
use crate::pool::Turns;

/// Query heads that share each load of a key or value.
const TOGETHER: usize = 4;

/// Vectors of 16 values that are summed at a time.
const COLUMNS: usize = 4;

/// Floats of the scores of one thread.
pub(super) fn scratch(capacity: usize) -> usize {
    TOGETHER * (capacity + 2 * LANES)
}

/// Floats of a partial result of one head.
pub(super) fn partial(heads: Heads) -> usize {
    heads.value_len + LANES
}

/// A thread's part of the work for one key head.
struct Task<'a> {
    cache: &'a KvCache,
    scoring: Scoring,
    head: usize,
    /// Of the first query head.
    queries: *const f32,
    /// Tiles of 16 positions.
    tiles: std::ops::Range<usize>,
    /// Positions that are seen.
    positions: std::ops::Range<usize>,
    scores: *mut f32,
    /// Of the first query head.
    partials: *mut f32,
}

/// All query heads of a key head.
#[inline(always)]
unsafe fn head<L: Lanes>(task: &Task<'_>) {
    // SAFETY: the caller's promise.
    unsafe {
        match task.cache.layout.kv_type {
            KvType::F16 => head_of::<L, F16>(task),
            KvType::Q8_0 => head_of::<L, Q8_0>(task),
        }
    }
}

#[inline(always)]
unsafe fn head_of<L: Lanes, S: Storage>(task: &Task<'_>) {
    let group = task.cache.layout.heads.group();
    let mut done = 0;
    // SAFETY: the caller's promise.
    unsafe {
        while group - done >= 4 {
            queries::<L, S, 4>(task, done);
            done += 4;
        }
        match group - done {
            3 => queries::<L, S, 3>(task, done),
            2 => queries::<L, S, 2>(task, done),
            1 => queries::<L, S, 1>(task, done),
            _ => {}
        }
    }
}

/// `H` query heads from number `first` of the group on.
#[inline(always)]
unsafe fn queries<L: Lanes, S: Storage, const H: usize>(task: &Task<'_>, first: usize) {
    let heads = task.cache.layout.heads;
    // SAFETY: the caller's promise: queries, scores and partials of a task are as
    // long as `attend` makes them; tiles lie in the cache.
    unsafe {
        let queries = task.queries.add(first * heads.key_len);
        let partials = task.partials.add(first * partial(heads));
        let length = task.tiles.len() * LANES;
        let stride = length + LANES;
        let largest = scores::<L, S, H>(task, queries, stride);
        let mut sums = [0.0; H];
        for (query, sum) in sums.iter_mut().enumerate() {
            let from = task.scores.add(query * stride);
            let maximum = L::splat(largest[query]);
            let mut total = L::zero();
            for at in (0..length).step_by(LANES) {
                let weight = exp(L::load(from.add(at)).sub(maximum));
                total = total.add(weight);
                weight.store(from.add(at));
            }
            *sum = total.sum();
        }
        for query in 0..H {
            let partial = partials.add(query * partial(heads));
            *partial = largest[query];
            *partial.add(1) = sums[query];
        }
        let mut column = 0;
        while column < heads.value_len {
            let left = (heads.value_len - column) / LANES;
            if left >= COLUMNS {
                values::<L, S, H, COLUMNS>(task, stride, column, partials);
                column += COLUMNS * LANES;
            } else {
                values::<L, S, H, 1>(task, stride, column, partials);
                column += LANES;
            }
        }
    }
}

/// Scores of all positions, minus infinity where nothing is seen, and the largest.
#[inline(always)]
unsafe fn scores<L: Lanes, S: Storage, const H: usize>(
    task: &Task<'_>,
    queries: *const f32,
    stride: usize,
) -> [f32; H] {
    let (cache, layout) = (task.cache, task.cache.layout);
    let key_len = layout.heads.key_len;
    // Without scales, all dimensions are one block.
    let block_len = if S::SCALED { BLOCK } else { key_len };
    // SAFETY: the caller's promise.
    unsafe {
        let unseen = L::splat(f32::NEG_INFINITY);
        let mut largest = [unseen; H];
        let mut tile = task.tiles.start;
        while tile < task.tiles.end {
            let two = tile + 1 < task.tiles.end;
            let keys = layout.key_tile(task.head, tile) * S::BYTES;
            let keys = cache.keys.as_ptr().add(keys);
            let next = if two {
                keys.add(LANES * key_len * S::BYTES)
            } else {
                keys
            };
            let mut scores = [[L::zero(); 2]; H];
            for block in (0..key_len).step_by(block_len) {
                let mut sums = [[L::zero(); 2]; H];
                for dimension in block..(block + block_len).min(key_len) {
                    let ahead = (4 * key_len + 2 * dimension) * LANES * S::BYTES;
                    L::prefetch(keys.wrapping_add(ahead));
                    let at = dimension * LANES * S::BYTES;
                    let pair = [S::load::<L>(keys.add(at)), S::load::<L>(next.add(at))];
                    for (query, sums) in sums.iter_mut().enumerate() {
                        let factor = L::splat(*queries.add(query * key_len + dimension));
                        sums[0] = pair[0].mul_add(factor, sums[0]);
                        sums[1] = pair[1].mul_add(factor, sums[1]);
                    }
                }
                if S::SCALED {
                    let scales = layout.scales(key_len, task.head, tile) + block / BLOCK * LANES;
                    let scales = cache.key_scales.as_ptr().add(scales);
                    let next = if two {
                        scales.add(key_len.div_ceil(BLOCK) * LANES)
                    } else {
                        scales
                    };
                    let pair = [L::load_f16(scales), L::load_f16(next)];
                    for (scores, sums) in scores.iter_mut().zip(sums) {
                        scores[0] = sums[0].mul_add(pair[0], scores[0]);
                        scores[1] = sums[1].mul_add(pair[1], scores[1]);
                    }
                } else {
                    scores = sums;
                }
            }
            let mut which = 0;
            while which <= usize::from(two) {
                let start = (tile + which) * LANES;
                let seen = task.positions.end.saturating_sub(start);
                let hidden = task.positions.start.saturating_sub(start);
                for query in 0..H {
                    let mut score = task.scoring.apply(scores[query][which]).first(seen, unseen);
                    if hidden > 0 {
                        score = unseen.first(hidden, score);
                    }
                    largest[query] = largest[query].max(score);
                    let at = query * stride + (tile + which - task.tiles.start) * LANES;
                    score.store(task.scores.add(at));
                }
                which += 1;
            }
            tile += 2;
        }
        let mut result = [0.0; H];
        for (result, largest) in result.iter_mut().zip(largest) {
            *result = largest.largest();
        }
        result
    }
}

/// Weighted sums of `C` × 16 columns of the values.
#[inline(always)]
unsafe fn values<L: Lanes, S: Storage, const H: usize, const C: usize>(
    task: &Task<'_>,
    stride: usize,
    column: usize,
    partials: *mut f32,
) {
    let (cache, layout) = (task.cache, task.cache.layout);
    let value_len = layout.heads.value_len;
    let blocks = if S::SCALED {
        C.div_ceil(BLOCK_VECTORS)
    } else {
        1
    };
    // SAFETY: the caller's promise.
    unsafe {
        let mut sums = [[L::zero(); C]; H];
        // The weights of a tile's positions, with the scales of each block of columns.
        let mut weights = [[[0f32; LANES]; COLUMNS / BLOCK_VECTORS]; H];
        for tile in task.tiles.clone() {
            let scales = layout.scales(value_len, task.head, tile) + column / BLOCK * LANES;
            for (query, weights) in weights.iter_mut().enumerate() {
                let from = query * stride + (tile - task.tiles.start) * LANES;
                let plain = L::load(task.scores.add(from));
                for (block, weights) in weights.iter_mut().enumerate().take(blocks) {
                    let mut weight = plain;
                    if S::SCALED {
                        let at = scales + block * LANES;
                        weight = weight.mul(L::load_f16(cache.value_scales.as_ptr().add(at)));
                    }
                    weight.store(weights.as_mut_ptr());
                }
            }
            let start = tile * LANES;
            let first = task.positions.start.saturating_sub(start);
            let end = (task.positions.end - start).min(LANES);
            for lane in first..end {
                let row = layout.value_row(task.head, start + lane) + column;
                let row = cache.values.as_ptr().add(row * S::BYTES);
                let ahead = row.wrapping_add(32 * value_len * S::BYTES);
                L::prefetch(ahead);
                if !S::SCALED {
                    L::prefetch(ahead.wrapping_add(64));
                }
                let mut values = [L::zero(); C];
                for (c, values) in values.iter_mut().enumerate() {
                    *values = S::load::<L>(row.add(c * LANES * S::BYTES));
                }
                for (sums, weights) in sums.iter_mut().zip(&weights) {
                    for (c, sum) in sums.iter_mut().enumerate() {
                        let block = if S::SCALED { c / BLOCK_VECTORS } else { 0 };
                        *sum = values[c].mul_add(L::splat(weights[block][lane]), *sum);
                    }
                }
            }
        }
        for (query, sums) in sums.into_iter().enumerate() {
            let to = partials.add(query * partial(cache.layout.heads) + LANES + column);
            for (c, sum) in sums.into_iter().enumerate() {
                sum.store(to.add(c * LANES));
            }
        }
    }
}

/// Puts the parts of one query head together.
#[inline(always)]
unsafe fn combine<L: Lanes>(
    partials: *const f32,
    stride: usize,
    threads: usize,
    value_len: usize,
    output: *mut f32,
) {
    // SAFETY: the caller's promise: a partial result each `stride`.
    unsafe {
        let part = |thread: usize| partials.add(thread * stride);
        let largest = (0..threads).fold(f32::NEG_INFINITY, |max, thread| max.max(*part(thread)));
        let weight = |thread: usize| match *part(thread) {
            f32::NEG_INFINITY => 0.0,
            maximum => (maximum - largest).exp(),
        };
        let total: f32 = (0..threads)
            .map(|thread| match weight(thread) {
                0.0 => 0.0,
                weight => weight * *part(thread).add(1),
            })
            .sum();
        for column in (0..value_len).step_by(LANES) {
            let mut sum = L::zero();
            for thread in 0..threads {
                let weight = weight(thread);
                if weight > 0.0 {
                    let values = L::load(part(thread).add(LANES + column));
                    sum = values.mul_add(L::splat(weight / total), sum);
                }
            }
            sum.store(output.add(column));
        }
    }
}

for_each_level! {
    unsafe fn head_at(task: &Task<'_>) = head
}
for_each_level! {
    unsafe fn combine_at(partials: *const f32, stride: usize, threads: usize, value_len: usize, output: *mut f32) = combine
}

/// See [`Compute::attend`]; `memory` is scratch, its length for each thread, and
/// room for partial results.
pub(super) fn attend(
    compute: &mut Compute,
    row: &[f32],
    position: usize,
    scoring: Scoring,
    cache: &KvCache,
    memory: (Parts<f32>, usize, Parts<f32>),
    output: &mut [f32],
) {
    let (heads, level, threads) = (cache.layout.heads, compute.level, compute.threads());
    let (scratch, scratch_len, partials) = memory;
    let positions = scoring.first(position)..position + 1;
    let tiles = positions.start / LANES..positions.end.div_ceil(LANES);
    let of_part = partial(heads) * heads.query;
    let group = heads.group();
    // As many parts as threads; whoever comes takes the next.
    let job = |thread: usize, part: usize| {
        let range = tiles.len() * part / threads..tiles.len() * (part + 1) / threads;
        // SAFETY: scratch and partials hold what they are made for; each thread uses
        // its own scratch, each part has its own partials; the tiles lie in the cache.
        unsafe {
            let partials = partials.at(part * of_part);
            if range.is_empty() {
                for head in 0..heads.query {
                    *partials.add(head * partial(heads)) = f32::NEG_INFINITY;
                }
                return;
            }
            for head in 0..heads.kv {
                let task = Task {
                    cache,
                    scoring,
                    head,
                    queries: row.as_ptr().add(head * group * heads.key_len),
                    tiles: tiles.start + range.start..tiles.start + range.end,
                    positions: positions.clone(),
                    scores: scratch.at(thread * scratch_len),
                    partials: partials.add(head * group * partial(heads)),
                };
                head_at(level, &task);
            }
        }
    };
    let turns = Turns::new(threads, 1);
    compute.pool.run(&|thread| {
        while let Some(turn) = turns.take() {
            turn.for_each(|part| job(thread, part));
        }
    });
    for head in 0..heads.query {
        // SAFETY: all parts are done; partials and output hold every head.
        unsafe {
            let partials = partials.at(head * partial(heads));
            let output = output.as_mut_ptr().add(head * heads.value_len);
            combine_at(level, partials, of_part, threads, heads.value_len, output);
        }
    }
}
