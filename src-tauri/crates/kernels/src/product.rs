//! Weights × activations.

use crate::activations::{Activations, BLOCK_BYTES, GROUP, Group};
use crate::compute::{Compute, Parts};
use crate::dot::{self, Dot};
use crate::level::Level;
use crate::matrix::Matrix;
use crate::pool::Turns;
use crate::tile::ROWS;

/// Bytes of activations that are gone through tile after tile before the next
/// ones: they stay in the second-level cache meanwhile.
const PASS_BYTES: usize = 512 << 10;

/// Turns for each thread where reading the weights is what takes the time: long
/// stretches, but not so long that one thread's delay holds all up.
pub(crate) const TURNS: usize = 4;

/// One of several matrices that are multiplied with the same activations.
#[derive(Debug, Clone, Copy)]
pub struct Product<'a> {
    /// The weights.
    pub matrix: &'a Matrix,
    /// Added to each token's result, one value for each row of the matrix.
    pub bias: Option<&'a [f32]>,
    /// Where in a token's output row the result begins.
    pub column: usize,
}

/// What happens to the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// It replaces what was there.
    Set,
    /// It is added to what was there.
    Add,
}

/// The kernels of one matrix for the widths of a group.
#[derive(Clone, Copy)]
pub(crate) struct Kernels([Dot; 4]);

impl Kernels {
    pub(crate) fn of(level: Level, matrix: &Matrix) -> Self {
        Self([1, 2, 4, 8].map(|width| dot::kernel(level, matrix.weight_type(), width)))
    }

    /// The sums of tile `index` for a group: 16 for each token.
    ///
    /// # Safety
    /// The activations have the matrix' columns, in the form it needs, and hold
    /// the group.
    #[inline(always)]
    pub(crate) unsafe fn run(
        self,
        matrix: &Matrix,
        index: usize,
        input: &Activations,
        group: Group,
        sums: &mut [f32; ROWS * GROUP],
    ) {
        let panel = if matrix.weight_type().is_float() {
            input.plain[group.start * input.stride()..].as_ptr().cast()
        } else {
            input.quantised[group.start * input.blocks() * BLOCK_BYTES..].as_ptr()
        };
        let kernel = self.0[group.width.trailing_zeros() as usize];
        // SAFETY: the tile is whole, the panel was sliced from a buffer that holds
        // `tokens` rows of which the group is a part, and `sums` has room for 8.
        unsafe {
            kernel(
                matrix.tile(index).as_ptr(),
                matrix.columns(),
                panel,
                sums.as_mut_ptr(),
            );
        }
    }
}

/// Checks that `matrix` can be multiplied with `input`.
pub(crate) fn check(matrix: &Matrix, input: &Activations) {
    assert_eq!(
        matrix.columns(),
        input.columns(),
        "columns of weights and activations"
    );
    let ready = if matrix.weight_type().is_float() {
        input.forms.plain
    } else {
        input.forms.quantised
    };
    assert!(
        ready,
        "activations in the form that {} weights need",
        matrix.weight_type()
    );
}

/// How many groups of 8 are gone through with each tile before the next ones.
pub(crate) fn pass_tokens(input: &Activations) -> usize {
    let row = input.blocks() * BLOCK_BYTES;
    (PASS_BYTES / row / GROUP).max(1) * GROUP
}

impl Compute {
    /// Multiplies each matrix with all rows of `input`; token `t`'s results go to
    /// `output[t * stride + product.column ..]`.
    ///
    /// # Panics
    /// When the shapes don't belong together, or the products' columns overlap or
    /// are not in order.
    pub fn multiply(
        &mut self,
        products: &[Product<'_>],
        input: &Activations,
        output: &mut [f32],
        stride: usize,
        write: Write,
    ) {
        let tokens = input.tokens();
        let mut free = 0;
        for product in products {
            check(product.matrix, input);
            let rows = product.matrix.rows();
            assert!(
                product.bias.is_none_or(|bias| bias.len() == rows),
                "length of the bias"
            );
            assert!(product.column >= free, "overlapping results");
            free = product.column + rows;
        }
        assert!(free <= stride, "results of {free} in rows of {stride}");
        assert!(
            tokens == 0 || (tokens - 1) * stride + free <= output.len(),
            "room for {tokens} rows of results"
        );
        let kernels: Vec<Kernels> = products
            .iter()
            .map(|product| Kernels::of(self.level, product.matrix))
            .collect();
        let threads = self.threads();
        let parts = Parts::of(output);
        let job = |product: &Product<'_>, kernels: Kernels, tiles, from: usize, to: usize| {
            // SAFETY: checked above; a tile's rows are one thread's.
            unsafe {
                multiply_tiles(
                    product,
                    kernels,
                    tiles,
                    input,
                    from..to,
                    parts,
                    stride,
                    write,
                );
            }
        };
        let share = if tokens <= GROUP { TURNS } else { 12 };
        let turns: Vec<Turns> = products
            .iter()
            .map(|product| Turns::split(product.matrix.tile_count(), threads, share))
            .collect();
        let pass = pass_tokens(input);
        self.pool.run(&|_| {
            for (index, product) in products.iter().enumerate() {
                while let Some(tiles) = turns[index].take() {
                    for from in (0..tokens).step_by(pass) {
                        let to = (from + pass).min(tokens);
                        job(product, kernels[index], tiles.clone(), from, to);
                    }
                }
            }
        });
    }
}

/// Multiplies some tiles with the tokens `range`, which begins with a group.
///
/// # Safety
/// Shapes as checked in [`Compute::multiply`]; the rows of these tiles are only
/// written here.
#[expect(
    clippy::too_many_arguments,
    reason = "the innermost loop, called in one place"
)]
unsafe fn multiply_tiles(
    product: &Product<'_>,
    kernels: Kernels,
    tiles: std::ops::Range<usize>,
    input: &Activations,
    range: std::ops::Range<usize>,
    output: Parts<f32>,
    stride: usize,
    write: Write,
) {
    let matrix = product.matrix;
    let mut sums = [0.0; ROWS * GROUP];
    for tile in tiles {
        let first = tile * ROWS;
        let rows = ROWS.min(matrix.rows() - first);
        let bias = product.bias.map(|bias| &bias[first..first + rows]);
        for group in Group::within(range.clone()) {
            // SAFETY: the caller's promise.
            unsafe { kernels.run(matrix, tile, input, group, &mut sums) };
            for token in 0..group.width {
                let results = &mut sums[token * ROWS..token * ROWS + rows];
                if let Some(bias) = bias {
                    results
                        .iter_mut()
                        .zip(bias)
                        .for_each(|(result, bias)| *result += bias);
                }
                let at = (group.start + token) * stride + product.column + first;
                // SAFETY: the caller's promise.
                let output = unsafe { std::slice::from_raw_parts_mut(output.at(at), rows) };
                match write {
                    Write::Set => output.copy_from_slice(results),
                    Write::Add => {
                        output
                            .iter_mut()
                            .zip(&*results)
                            .for_each(|(sum, result)| *sum += result);
                    }
                }
            }
        }
    }
}
