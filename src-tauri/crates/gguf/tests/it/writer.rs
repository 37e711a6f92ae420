//! Writing files: what the writer accepts, the reader accepts.

use llmos_gguf::TensorType;
use llmos_gguf::build::{BuildError, GgufWriter, OwnedValue, sample_model, set_vocabulary};
use llmos_gguf::{GgufFile, Specials, ValueType};

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

#[test]
fn data_made_when_written_is_where_it_belongs_and_must_be_all_there() {
    let build = |pieces: usize| {
        GgufWriter::new()
            .tensor_made_by("made", &[96], TensorType::Q4_1, move |output| {
                (0..pieces).try_for_each(|_| output.write_all(&[7; 20]))
            })
            .tensor("given", &[2], TensorType::F32, vec![9; 8])
            .to_bytes()
    };
    let file = open_container(&build(3).unwrap()).unwrap();
    let bytes = |name| file.tensor_bytes(file.tensor(name).unwrap()).to_vec();
    assert_eq!(bytes("made"), [7; 60]);
    assert_eq!(bytes("given"), [9; 8]);
    for pieces in [2, 4] {
        let error = build(pieces).unwrap_err();
        assert!(
            matches!(
                &error,
                BuildError::DataLength {
                    expected: Some(60),
                    ..
                }
            ),
            "{error}"
        );
    }
}

#[test]
fn a_vocabulary_of_any_size_writes_any_text() {
    for size in [259, 512, 70_000] {
        let mut writer = sample_model();
        set_vocabulary(&mut writer, size);
        let file = open_container(&writer.to_bytes().unwrap()).unwrap();
        let tokenizer = llmos_gguf::Tokenizer::from_gguf(&file).unwrap();
        assert_eq!(tokenizer.vocab_size() as usize, size);
        let text = "aa River's 水 \0\u{7f}";
        let tokens = tokenizer.encode(text, Specials::Text).unwrap();
        assert_eq!(tokenizer.decode(&tokens), text);
        let whole = tokenizer.encode("<|im_end|>", Specials::Parse).unwrap();
        assert_eq!(whole, [u32::try_from(size - 1).unwrap()]);
    }
}
