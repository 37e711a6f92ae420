//! What repacking refuses.

use llmos_kernels::{Compute, Level, Matrix, MatrixError, WeightType};

#[test]
fn data_of_another_shape_is_refused() {
    let mut compute = Compute::new(1, Level::detect());
    for (rows, columns, bytes) in [
        (2, 32, 35),
        (2, 33, 36),
        (0, 32, 0),
        (2, 0, 0),
        (usize::MAX, 32, 18),
    ] {
        let refused = Matrix::repack(
            &mut compute,
            WeightType::Q4_0,
            rows,
            columns,
            &vec![0; bytes],
        );
        assert!(
            matches!(refused, Err(MatrixError::Shape { .. })),
            "{rows} × {columns} from {bytes} bytes: {refused:?}"
        );
    }
}

#[test]
fn memory_is_what_the_file_takes_or_little_more() {
    for weight_type in WeightType::ALL {
        let in_file = weight_type.row_bytes(2048).unwrap() as u64 * 2048;
        let repacked = Matrix::memory(weight_type, 2048, 2048);
        let share = repacked as f64 / in_file as f64;
        assert!((1.0..1.07).contains(&share), "{weight_type}: {share}");
    }
}
