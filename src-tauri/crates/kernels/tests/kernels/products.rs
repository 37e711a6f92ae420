//! Matrix products of every type and width.

use llmos_kernels::{Activations, Forms, Matrix, Product, WeightType, Write};

use crate::support::{
    assert_close, bf16, cases, computes, dequantised, quantised, random, rounds_to_bf16, values,
    weights,
};

const BOTH: Forms = Forms {
    quantised: true,
    plain: true,
};

/// Rows and tokens to try.
const SHAPES: &[(usize, usize)] = &[(16, 1), (37, 1), (50, 3), (33, 4), (40, 13), (17, 29)];

/// Columns to try: odd numbers of blocks where the type allows them.
fn columns(weight_type: WeightType) -> &'static [usize] {
    if weight_type.block_len() == 256 {
        cases(&[256, 768], &[256])
    } else {
        cases(&[32, 96, 576], &[96])
    }
}

#[test]
fn products_equal_plain_arithmetic_on_the_same_quants() {
    let mut random = random(1);
    for mut compute in computes(2) {
        for weight_type in WeightType::ALL {
            for &columns in columns(weight_type) {
                for &(rows, tokens) in cases(SHAPES, &[(3, 1), (3, 5)]) {
                    let data = weights(&mut random, weight_type, rows, columns);
                    let matrix =
                        Matrix::repack(&mut compute, weight_type, rows, columns, &data).unwrap();
                    let input = values(&mut random, tokens * columns);
                    let mut activations = Activations::new(columns, 32, BOTH).unwrap();
                    compute.quantise(&input, tokens, &mut activations);
                    let product = Product {
                        matrix: &matrix,
                        bias: None,
                        column: 0,
                    };
                    let mut output = vec![f32::NAN; tokens * rows];
                    compute.multiply(&[product], &activations, &mut output, rows, Write::Set);

                    let weights = dequantised(weight_type, columns, &data);
                    for (token, input) in input.chunks_exact(columns).enumerate() {
                        let input: Vec<f64> = if weight_type.is_float() {
                            let rounds = rounds_to_bf16(compute.level(), weight_type);
                            let seen = |value: &f32| if rounds { bf16(*value) } else { *value };
                            input.iter().map(|value| f64::from(seen(value))).collect()
                        } else {
                            quantised(input)
                        };
                        for (row, weights) in weights.chunks_exact(columns).enumerate() {
                            let terms = weights.iter().zip(&input).map(|(w, x)| f64::from(*w) * x);
                            let size: f64 = terms.clone().map(f64::abs).sum();
                            assert_close(
                                output[token * rows + row],
                                terms.sum(),
                                // Minima are taken off sums that are larger than the terms.
                                size + input.iter().map(|x| x.abs()).sum::<f64>(),
                                3e-6,
                                &format!(
                                    "{} {weight_type} {rows}×{columns}, token {token} of {tokens}, row {row}",
                                    compute.level()
                                ),
                            );
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn results_are_added_biased_and_placed_side_by_side() {
    let mut random = random(2);
    let columns = 64;
    for mut compute in computes(3) {
        let mut matrices = Vec::new();
        for (weight_type, rows) in [
            (WeightType::Q4_0, 20),
            (WeightType::F16, 16),
            (WeightType::Q8_0, 5),
        ] {
            let data = weights(&mut random, weight_type, rows, columns);
            matrices.push(Matrix::repack(&mut compute, weight_type, rows, columns, &data).unwrap());
        }
        for tokens in [1, 11] {
            let input = values(&mut random, tokens * columns);
            let mut activations = Activations::new(columns, 16, BOTH).unwrap();
            compute.quantise(&input, tokens, &mut activations);
            let bias = [0.5; 16];
            let stride = 64;
            let together = [
                Product {
                    matrix: &matrices[0],
                    bias: None,
                    column: 0,
                },
                Product {
                    matrix: &matrices[1],
                    bias: Some(&bias),
                    column: 24,
                },
                Product {
                    matrix: &matrices[2],
                    bias: None,
                    column: 40,
                },
            ];
            let mut output = vec![2.0; tokens * stride];
            compute.multiply(&together, &activations, &mut output, stride, Write::Add);
            for (index, product) in together.iter().enumerate() {
                let rows = product.matrix.rows();
                let alone = Product {
                    bias: None,
                    column: 0,
                    ..*product
                };
                let mut expected = vec![0.0; tokens * rows];
                compute.multiply(&[alone], &activations, &mut expected, rows, Write::Set);
                let added = if index == 1 { 2.5 } else { 2.0 };
                for token in 0..tokens {
                    for row in 0..rows {
                        let found = output[token * stride + product.column + row];
                        let expected = expected[token * rows + row] + added;
                        assert!((found - expected).abs() < 1e-4, "{found} {expected}");
                    }
                }
            }
            let untouched = (0..tokens).flat_map(|token| {
                let row = &output[token * stride..(token + 1) * stride];
                row[20..24].iter().chain(&row[45..]).copied()
            });
            assert!(
                untouched
                    .into_iter()
                    .all(|value| value.to_bits() == 2f32.to_bits())
            );
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "the same code on other numbers")]
fn values_that_are_not_finite_do_no_more_than_spoil_their_row() {
    let mut random = random(3);
    for mut compute in computes(2) {
        for weight_type in WeightType::ALL {
            let data = weights(&mut random, weight_type, 16, 256);
            let matrix = Matrix::repack(&mut compute, weight_type, 16, 256, &data).unwrap();
            let mut input = values(&mut random, 3 * 256);
            input[256] = f32::NAN;
            input[300] = f32::INFINITY;
            let mut activations = Activations::new(256, 3, BOTH).unwrap();
            compute.quantise(&input, 3, &mut activations);
            let product = Product {
                matrix: &matrix,
                bias: None,
                column: 0,
            };
            let mut output = vec![0.0; 3 * 16];
            compute.multiply(&[product], &activations, &mut output, 16, Write::Set);
            let others = output[..16].iter().chain(&output[32..]);
            assert!(
                others.into_iter().all(|value| value.is_finite()),
                "{weight_type}"
            );
        }
    }
}
