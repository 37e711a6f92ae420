//! The gated half of a feed-forward layer.

use llmos_kernels::{Activations, Forms, Gate, Matrix, Product, WeightType, Write};

use crate::support::{assert_close, cases, computes, random, values, weights};

const BOTH: Forms = Forms {
    quantised: true,
    plain: true,
};

fn gated(kind: Gate, x: f64) -> f64 {
    match kind {
        Gate::Silu => x / (1.0 + (-x).exp()),
        Gate::Gelu => {
            let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3));
            0.5 * x * (1.0 + inner.tanh())
        }
    }
}

#[test]
fn gates_equal_their_formulas() {
    let mut random = random(5);
    let (columns, rows) = (64, 96);
    for mut compute in computes(2) {
        for kind in [Gate::Silu, Gate::Gelu] {
            for &tokens in cases(&[1, 7, 20], &[1, 7]) {
                let mut matrix = |weight_type| {
                    let data = weights(&mut random, weight_type, rows, columns);
                    Matrix::repack(&mut compute, weight_type, rows, columns, &data).unwrap()
                };
                let (gate, up) = (matrix(WeightType::Q8_0), matrix(WeightType::F32));
                let input = values(&mut random, tokens * columns);
                let mut activations = Activations::new(columns, tokens, BOTH).unwrap();
                compute.quantise(&input, tokens, &mut activations);
                let mut result = Activations::new(rows, tokens, BOTH).unwrap();
                compute.gated(&gate, &up, kind, &activations, &mut result);
                assert_eq!(result.tokens(), tokens);

                let mut sides = vec![0.0; tokens * 2 * rows];
                let both = [
                    Product {
                        matrix: &gate,
                        bias: None,
                        column: 0,
                    },
                    Product {
                        matrix: &up,
                        bias: None,
                        column: rows,
                    },
                ];
                compute.multiply(&both, &activations, &mut sides, 2 * rows, Write::Set);
                // Down through ones on the diagonal, to see the result.
                let mut identity = vec![0u8; rows * rows * 4];
                for row in 0..rows {
                    let at = (row * rows + row) * 4;
                    identity[at..at + 4].copy_from_slice(&1f32.to_le_bytes());
                }
                let identity =
                    Matrix::repack(&mut compute, WeightType::F32, rows, rows, &identity).unwrap();
                let mut found = vec![0.0; tokens * rows];
                let product = Product {
                    matrix: &identity,
                    bias: None,
                    column: 0,
                };
                compute.multiply(&[product], &result, &mut found, rows, Write::Set);
                for (token, sides) in sides.chunks_exact(2 * rows).enumerate() {
                    for row in 0..rows {
                        let (gate, up) = (f64::from(sides[row]), f64::from(sides[rows + row]));
                        let expected = gated(kind, gate) * up;
                        let size = (gate * up).abs().max(1e-20);
                        assert_close(found[token * rows + row], expected, size, 2e-6, "gate");
                    }
                }
            }
        }
    }
}
