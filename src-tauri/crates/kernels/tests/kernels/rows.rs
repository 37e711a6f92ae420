//! Norms and the quantisation of activations, seen through an identity matrix.

use llmos_kernels::{Activations, Compute, Forms, Matrix, Product, WeightType, Write};

use crate::support::{assert_close, cases, computes, random, values};

/// Reads activations back by multiplying them with ones on the diagonal.
fn read(compute: &mut Compute, activations: &Activations) -> Vec<f32> {
    let columns = activations.columns();
    let mut identity = Vec::new();
    for row in 0..columns {
        for column in 0..columns {
            identity.extend(f32::from(u8::from(row == column)).to_le_bytes());
        }
    }
    let matrix = Matrix::repack(compute, WeightType::F32, columns, columns, &identity).unwrap();
    let product = Product {
        matrix: &matrix,
        bias: None,
        column: 0,
    };
    let mut output = vec![0.0; activations.tokens() * columns];
    compute.multiply(&[product], activations, &mut output, columns, Write::Set);
    output
}

const PLAIN: Forms = Forms {
    quantised: false,
    plain: true,
};

fn norm(row: &[f32], weights: &[f32], epsilon: f64) -> Vec<f64> {
    let mean = row.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / row.len() as f64;
    let factor = 1.0 / (mean + epsilon).sqrt();
    row.iter()
        .zip(weights)
        .map(|(x, w)| f64::from(*x) * factor * f64::from(*w))
        .collect()
}

#[test]
fn the_norm_divides_by_the_root_of_the_mean_square() {
    let mut random = random(4);
    for mut compute in computes(2) {
        for &(columns, tokens) in cases(&[(32, 1), (96, 5), (576, 9)], &[(32, 1), (96, 5)]) {
            let input = values(&mut random, tokens * columns);
            let weights = values(&mut random, columns);
            let mut activations = Activations::new(columns, tokens, PLAIN).unwrap();
            compute.rms_norm(&input, &weights, 1e-5, tokens, &mut activations);
            let found = read(&mut compute, &activations);
            let mut added = vec![1.0; tokens * columns];
            compute.add_rms_norm(&input, &weights, 1e-5, tokens, &mut added);
            for (at, expected) in input
                .chunks(columns)
                .flat_map(|row| norm(row, &weights, 1e-5))
                .enumerate()
            {
                let size = expected.abs().max(1e-30);
                assert_close(found[at], expected, size, 1e-6, "norm");
                assert_close(added[at], expected + 1.0, size + 1.0, 1e-6, "added norm");
            }
        }
    }
}
