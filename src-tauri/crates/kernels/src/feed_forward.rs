//! The gated first half of a feed-forward layer, in one pass over its weights.

use crate::activations::{Activations, GROUP, Group};
use crate::compute::Compute;
use crate::lanes::{LANES, Lanes, exp, for_each_level};
use crate::matrix::Matrix;
use crate::pool::Turns;
use crate::product::{Kernels, TURNS, check, pass_tokens};
use crate::rows::{ActivationParts, pad};
use crate::tile::{BLOCK, ROWS};

/// What the gate is sent through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// x · σ(x): `SwiGLU`.
    Silu,
    /// ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))): `GeGLU` with the approximation
    /// that models are trained with. Source: arXiv 1606.08415.
    Gelu,
}

/// Both matrices with their kernels.
#[derive(Clone, Copy)]
struct Layer<'a> {
    gate: (&'a Matrix, Kernels),
    up: (&'a Matrix, Kernels),
    kind: Gate,
}

/// A unit of work: a block of 32 output values of a group of tokens.
#[inline(always)]
unsafe fn unit<L: Lanes>(
    layer: Layer<'_>,
    block: usize,
    input: &Activations,
    group: Group,
    output: ActivationParts,
) {
    let mut gates = [[0.0; ROWS * GROUP]; 2];
    let mut ups = [[0.0; ROWS * GROUP]; 2];
    for half in 0..2 {
        let tile = 2 * block + half;
        // SAFETY: the caller's promise.
        unsafe {
            layer
                .gate
                .1
                .run(layer.gate.0, tile, input, group, &mut gates[half]);
            layer
                .up
                .1
                .run(layer.up.0, tile, input, group, &mut ups[half]);
        }
    }
    for token in 0..group.width {
        // SAFETY: the caller's promise; the sums hold 16 values for each token.
        unsafe {
            let mut values = [L::zero(); 2];
            for half in 0..2 {
                let gate = L::load(gates[half].as_ptr().add(token * LANES));
                let up = L::load(ups[half].as_ptr().add(token * LANES));
                values[half] = match layer.kind {
                    Gate::Silu => silu(gate).mul(up),
                    Gate::Gelu => gelu(gate).mul(up),
                };
            }
            let row = output.row(group.start + token);
            row.write(block, values);
            if (block + 1) * 2 * ROWS == layer.gate.0.rows() {
                pad::<L>(layer.gate.0.rows(), row);
            }
        }
    }
}

#[inline(always)]
unsafe fn silu<L: Lanes>(x: L) -> L {
    // SAFETY: the caller's promise.
    unsafe { x.div(L::splat(1.0).add(exp(L::zero().sub(x)))) }
}

/// The tanh above written as a logistic function: ½ (1 + tanh(y)) = σ(2y).
#[inline(always)]
unsafe fn gelu<L: Lanes>(x: L) -> L {
    // SAFETY: the caller's promise.
    unsafe {
        let cubic = x.mul(x).mul_add(L::splat(0.044_715), L::splat(1.0));
        let twice = x.mul(cubic).mul(L::splat(-2.0 * 0.797_884_6));
        x.div(L::splat(1.0).add(exp(twice)))
    }
}

for_each_level! {
    unsafe fn unit_at(layer: Layer<'_>, block: usize, input: &Activations, group: Group, output: ActivationParts) = unit
}

impl Compute {
    /// `gate(input × gate) · (input × up)` for each row of `input`, as activations.
    ///
    /// # Panics
    /// When the shapes don't belong together or the rows of the matrices are not
    /// whole blocks of 32.
    pub fn gated(
        &mut self,
        gate: &Matrix,
        up: &Matrix,
        kind: Gate,
        input: &Activations,
        output: &mut Activations,
    ) {
        check(gate, input);
        check(up, input);
        let rows = gate.rows();
        assert!(
            rows == up.rows() && rows == output.columns(),
            "rows of gate, up and result"
        );
        assert!(
            rows.is_multiple_of(BLOCK),
            "whole blocks of results, not {rows}"
        );
        let layer = Layer {
            gate: (gate, Kernels::of(self.level, gate)),
            up: (up, Kernels::of(self.level, up)),
            kind,
        };
        let (level, threads, tokens) = (self.level, self.threads(), input.tokens());
        let parts = output.parts(tokens);
        let blocks = rows / BLOCK;
        let job = |blocks: std::ops::Range<usize>, from: usize, to: usize| {
            for block in blocks {
                for group in Group::within(from..to) {
                    // SAFETY: shapes as checked; each block is one thread's.
                    unsafe { unit_at(level, layer, block, input, group, parts) };
                }
            }
        };
        // Few tokens are bound by reading the weights: long stretches.
        let share = if tokens <= GROUP { TURNS } else { 12 };
        let turns = Turns::split(blocks, threads, share);
        let pass = pass_tokens(input);
        self.pool.run(&|_| {
            while let Some(blocks) = turns.take() {
                for from in (0..tokens).step_by(pass) {
                    job(blocks.clone(), from, (from + pass).min(tokens));
                }
            }
        });
    }
}
