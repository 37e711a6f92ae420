//! Writing files: what the writer accepts, the reader accepts.

use llmos_gguf::TensorType;
use llmos_gguf::build::{BuildError, GgufWriter, OwnedValue, sample_model};
use llmos_gguf::{GgufFile, ValueType};

use crate::support::{default_model, file, open_container};

#[test]
fn a_read_file_can_be_written_again_byte_for_byte() {
    let bytes = sample_model().to_bytes().unwrap();
    let read = open_container(&bytes).unwrap();
    let mut writer = GgufWriter::new();
    for (key, value) in read.metadata().iter() {
        writer.set(key, value);
    }
    for tensor in read.tensors() {
        writer.tensor(
            tensor.name(),
            tensor.shape(),
            tensor.tensor_type(),
            read.tensor_bytes(tensor),
        );
    }
    assert!(writer.to_bytes().unwrap() == bytes);
}

#[test]
fn the_default_model_can_be_written_again_byte_for_byte() {
    let path = default_model();
    let read = GgufFile::open(&path).unwrap();
    let mut writer = GgufWriter::new();
    for (key, value) in read.metadata().iter() {
        writer.set(key, value);
    }
    for tensor in read.tensors() {
        writer.tensor(
            tensor.name(),
            tensor.shape(),
            tensor.tensor_type(),
            read.tensor_bytes(tensor),
        );
    }
    assert!(writer.to_bytes().unwrap() == std::fs::read(path).unwrap());
}

#[test]
fn setting_again_replaces_in_place() {
    let mut writer = GgufWriter::new();
    writer
        .set("a", 1u32)
        .set("b", 2u32)
        .set("a", "one")
        .set("c", 3u32)
        .remove("b");
    let file = open_container(&writer.to_bytes().unwrap()).unwrap();
    let entries: Vec<_> = file
        .metadata()
        .iter()
        .map(|(key, value)| format!("{key}={}", value.preview(9)))
        .collect();
    assert_eq!(entries, ["a=one", "c=3"]);
}

#[test]
fn data_that_does_not_fit_its_shape_is_refused() {
    let build = |dimensions: &[u64], tensor_type, len| {
        GgufWriter::new()
            .tensor("t", dimensions, tensor_type, vec![0; len])
            .to_bytes()
    };
    build(&[32], TensorType::Q4_1, 20).unwrap();
    for (dimensions, tensor_type, len) in [
        (&[32][..], TensorType::Q4_1, 19),
        (&[31], TensorType::Q4_1, 20),
        (&[1 << 62], TensorType::F32, 0),
    ] {
        let error = build(dimensions, tensor_type, len).unwrap_err();
        assert!(matches!(error, BuildError::DataLength { .. }), "{error}");
    }
    for dimensions in [&[][..], &[1; 5]] {
        let error = build(dimensions, TensorType::F32, 4).unwrap_err();
        assert!(
            matches!(
                error,
                BuildError::Tensor {
                    dimensions: 0 | 5,
                    ..
                }
            ),
            "{error}"
        );
    }
}

#[test]
fn arrays_of_mixed_types_and_odd_alignments_are_refused() {
    let mixed = OwnedValue::Array(ValueType::U32, vec![1u32.into(), "two".into()]);
    let error = GgufWriter::new().set("k", mixed).to_bytes().unwrap_err();
    assert!(matches!(error, BuildError::MixedArray { .. }), "{error}");
    let nested = OwnedValue::Array(ValueType::Array, vec![vec![1u32].into()]);
    GgufWriter::new().set("k", nested).to_bytes().unwrap_err();
    for alignment in [OwnedValue::U32(3), OwnedValue::U32(0), "32".into()] {
        let error = GgufWriter::new()
            .set("general.alignment", alignment)
            .to_bytes()
            .unwrap_err();
        assert!(matches!(error, BuildError::Alignment { .. }), "{error}");
    }
}

#[test]
fn the_sample_is_a_model() {
    let file = file(&sample_model().to_bytes().unwrap());
    llmos_gguf::ModelFile::open(file.path()).unwrap();
}
