//! Row by row: norms, and turning floats into activations.

use crate::activations::{Activations, BLOCK_BYTES, Group};
use crate::compute::{Compute, Parts};
use crate::lanes::{LANES, Lanes, for_each_level};
use crate::pool::Turns;
use crate::tile::BLOCK;

/// Largest magnitude of a quant.
const LARGEST: f32 = 127.0;

/// Magnitudes below this become zero: their scale would not be a normal number.
const LEAST: f32 = 1e-30;

/// Where a token's row of activations is to be written.
#[derive(Clone, Copy)]
pub(crate) struct RowWriter {
    /// The first byte of the token's group, or null.
    group: *mut u8,
    /// Tokens in the group.
    width: usize,
    /// The token's place in the group.
    place: usize,
    /// The token's plain row, or null.
    plain: *mut f32,
}

/// The parts of activations that rows are written into.
#[derive(Clone, Copy)]
pub(crate) struct ActivationParts {
    quantised: Option<Parts<u8>>,
    plain: Option<Parts<f32>>,
    tokens: usize,
    blocks: usize,
    stride: usize,
}

impl Activations {
    /// For writing `tokens` rows from several threads.
    pub(crate) fn parts(&mut self, tokens: usize) -> ActivationParts {
        self.set_tokens(tokens);
        ActivationParts {
            tokens,
            blocks: self.blocks(),
            stride: self.stride(),
            quantised: self.forms.quantised.then(|| Parts::of(&mut self.quantised)),
            plain: self.forms.plain.then(|| Parts::of(&mut self.plain)),
        }
    }
}

impl ActivationParts {
    /// # Safety
    /// The activations are still borrowed and nobody else writes this row.
    #[inline(always)]
    pub(crate) unsafe fn row(self, token: usize) -> RowWriter {
        debug_assert!(token < self.tokens);
        let group = Group::holding(token, self.tokens);
        // SAFETY: the caller's promise; the buffers hold `tokens` rows.
        unsafe {
            RowWriter {
                group: self.quantised.map_or(std::ptr::null_mut(), |parts| {
                    parts.at(group.start * self.blocks * BLOCK_BYTES)
                }),
                width: group.width,
                place: token - group.start,
                plain: self
                    .plain
                    .map_or(std::ptr::null_mut(), |parts| parts.at(token * self.stride)),
            }
        }
    }
}

impl RowWriter {
    /// Writes the 32 values of a block.
    ///
    /// # Safety
    /// As [`ActivationParts::row`] and [`Lanes`]; the row has that block.
    #[inline(always)]
    pub(crate) unsafe fn write<L: Lanes>(self, block: usize, values: [L; 2]) {
        // SAFETY: the caller's promise.
        unsafe {
            if !self.plain.is_null() {
                let plain = self.plain.add(block * BLOCK);
                values[0].store(plain);
                values[1].store(plain.add(LANES));
            }
            if self.group.is_null() {
                return;
            }
            let at = self.group.add(block * BLOCK_BYTES * self.width);
            let largest = values[0].abs().max(values[1].abs()).largest();
            let inverse = if largest > LEAST {
                LARGEST / largest
            } else {
                0.0
            };
            let scale = if largest > LEAST {
                largest / LARGEST
            } else {
                0.0
            };
            let factor = L::splat(inverse);
            let limit = L::splat(LARGEST);
            let least = L::splat(-LARGEST);
            // The limits only matter for values that are not finite.
            // No `map` here or in the loops below: the compiler does not inline what
            // a closure of it calls, and vectors would go through memory.
            let first = values[0].mul(factor).round().min(limit).max(least);
            let second = values[1].mul(factor).round().min(limit).max(least);
            let bytes = at.add(self.place * BLOCK).cast::<i8>();
            first.store_i8(bytes);
            second.store_i8(bytes.add(LANES));
            let (first, second) = (first.sum(), second.sum());
            let floats = at.add(self.width * BLOCK).cast::<f32>().add(self.place);
            floats.write_unaligned(scale);
            floats
                .add(self.width)
                .write_unaligned(scale * (first + second));
            floats.add(2 * self.width).write_unaligned(scale * second);
        }
    }
}

/// Writes the zeros behind a row of an odd number of blocks. What groups of other
/// widths left there need not even be numbers.
#[inline(always)]
pub(crate) unsafe fn pad<L: Lanes>(columns: usize, row: RowWriter) {
    if !columns.is_multiple_of(2 * BLOCK) {
        // SAFETY: the caller's promise; rows are padded to an even number.
        unsafe { row.write(columns / BLOCK, [L::zero(); 2]) };
    }
}

#[inline(always)]
unsafe fn quantise_row<L: Lanes>(values: *const f32, columns: usize, row: RowWriter) {
    // SAFETY: the caller's promise.
    unsafe {
        for block in 0..columns / BLOCK {
            let at = values.add(block * BLOCK);
            row.write(block, [L::load(at), L::load(at.add(LANES))]);
        }
        pad::<L>(columns, row);
    }
}

/// 1 / √(mean of squares + epsilon).
#[inline(always)]
unsafe fn inverse_rms<L: Lanes>(values: *const f32, columns: usize, epsilon: f32) -> f32 {
    // SAFETY: the caller's promise.
    unsafe {
        let mut sum = L::zero();
        for at in (0..columns).step_by(LANES) {
            let values = L::load(values.add(at));
            sum = values.mul_add(values, sum);
        }
        1.0 / (sum.sum() / columns as f32 + epsilon).sqrt()
    }
}

#[inline(always)]
unsafe fn norm_row<L: Lanes>(
    values: *const f32,
    weights: *const f32,
    columns: usize,
    epsilon: f32,
    row: RowWriter,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let factor = L::splat(inverse_rms::<L>(values, columns, epsilon));
        for block in 0..columns / BLOCK {
            let at = block * BLOCK;
            let low = L::load(values.add(at)).mul(factor);
            let high = L::load(values.add(at + LANES)).mul(factor);
            let normed = [
                low.mul(L::load(weights.add(at))),
                high.mul(L::load(weights.add(at + LANES))),
            ];
            row.write(block, normed);
        }
        pad::<L>(columns, row);
    }
}

/// Norms `values` and adds them to `sum`, or replaces it.
#[inline(always)]
unsafe fn norm_in_place<L: Lanes>(
    values: *const f32,
    weights: *const f32,
    columns: usize,
    epsilon: f32,
    sum: *mut f32,
    add: bool,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let factor = L::splat(inverse_rms::<L>(values, columns, epsilon));
        for at in (0..columns).step_by(LANES) {
            let normed = L::load(values.add(at))
                .mul(factor)
                .mul(L::load(weights.add(at)));
            let before = if add { L::load(sum.add(at)) } else { L::zero() };
            before.add(normed).store(sum.add(at));
        }
    }
}

for_each_level! {
    unsafe fn quantise_row_at(values: *const f32, columns: usize, row: RowWriter) = quantise_row
}
for_each_level! {
    unsafe fn norm_row_at(values: *const f32, weights: *const f32, columns: usize, epsilon: f32, row: RowWriter) = norm_row
}
for_each_level! {
    /// # Safety
    /// `columns` (whole [`LANES`]) readable values and weights; `sum` writable.
    pub(crate) unsafe fn norm_in_place_at(values: *const f32, weights: *const f32, columns: usize, epsilon: f32, sum: *mut f32, add: bool) = norm_in_place
}

impl Compute {
    /// Turns the first `tokens` rows of `input` into activations.
    ///
    /// # Panics
    /// When there are not so many rows, or columns are not whole blocks of 32.
    pub fn quantise(&mut self, input: &[f32], tokens: usize, output: &mut Activations) {
        let columns = output.columns();
        check(input, tokens, columns);
        let level = self.level;
        let parts = output.parts(tokens);
        self.each_row(tokens, &|token| {
            // SAFETY: rows are in bounds as checked; one thread has each.
            unsafe {
                quantise_row_at(
                    level,
                    input.as_ptr().add(token * columns),
                    columns,
                    parts.row(token),
                );
            }
        });
    }

    /// Root mean square norm of the first `tokens` rows of `input`, as
    /// activations: `x / √(mean(x²) + epsilon) × weights`.
    ///
    /// # Panics
    /// When there are not so many rows, or columns are not whole blocks of 32.
    pub fn rms_norm(
        &mut self,
        input: &[f32],
        weights: &[f32],
        epsilon: f32,
        tokens: usize,
        output: &mut Activations,
    ) {
        let columns = output.columns();
        check(input, tokens, columns);
        assert_eq!(weights.len(), columns, "weights of the norm");
        let level = self.level;
        let parts = output.parts(tokens);
        self.each_row(tokens, &|token| {
            // SAFETY: as in `quantise`.
            unsafe {
                let values = input.as_ptr().add(token * columns);
                norm_row_at(
                    level,
                    values,
                    weights.as_ptr(),
                    columns,
                    epsilon,
                    parts.row(token),
                );
            }
        });
    }

    /// Adds the root mean square norm of the first `tokens` rows of `input` to
    /// `output`.
    ///
    /// # Panics
    /// When there are not so many rows, or columns are not whole blocks of 32.
    pub fn add_rms_norm(
        &mut self,
        input: &[f32],
        weights: &[f32],
        epsilon: f32,
        tokens: usize,
        output: &mut [f32],
    ) {
        let columns = weights.len();
        check(input, tokens, columns);
        assert!(tokens * columns <= output.len(), "room for {tokens} rows");
        let level = self.level;
        let parts = Parts::of(output);
        self.each_row(tokens, &|token| {
            // SAFETY: as in `quantise`.
            unsafe {
                let values = input.as_ptr().add(token * columns);
                let sum = parts.at(token * columns);
                norm_in_place_at(level, values, weights.as_ptr(), columns, epsilon, sum, true);
            }
        });
    }

    /// Runs `job` for each of `tokens` rows, on all threads if there are several.
    pub(crate) fn each_row<F: Fn(usize) + Sync>(&mut self, tokens: usize, job: &F) {
        if tokens == 1 {
            return job(0);
        }
        let turns = Turns::split(tokens, self.threads(), 4);
        self.pool.run(&|_| {
            while let Some(turn) = turns.take() {
                turn.for_each(job);
            }
        });
    }
}

fn check(input: &[f32], tokens: usize, columns: usize) {
    assert!(
        columns > 0 && columns.is_multiple_of(BLOCK),
        "rows of whole blocks, not {columns}"
    );
    assert!(
        tokens * columns <= input.len(),
        "{tokens} rows of {columns}"
    );
}
