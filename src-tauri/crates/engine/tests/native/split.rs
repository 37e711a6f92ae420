//! A model in several files computes what it computes in one.

use llmos_engine::{Backend, KvType, Level, ModelFile, Native};
use llmos_gguf::build::{part_name, split_at};

use crate::support::{default_model, load, model, tokens};

#[test]
fn logits_of_a_model_in_three_parts_are_bit_for_bit_those_of_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let whole = ModelFile::open(&default_model()).unwrap();
    // No tensors in the first part, and blocks that lie in two.
    let parts = split_at(whole.gguf(), &[0, 100]);
    for (number, part) in (0..).zip(&parts) {
        let path = folder.path().join(part_name("model", number, 3));
        let mut file = std::fs::File::create(path).unwrap();
        part.write(&mut file).unwrap();
    }
    let split = ModelFile::open(&folder.path().join(part_name("model", 1, 3))).unwrap();
    assert_eq!(split.gguf().part_count(), 3);

    let native = Native::new();
    native.supports(&split).unwrap();
    assert_eq!(
        native.memory_needed(&split, 64, KvType::F16),
        native.memory_needed(&whole, 64, KvType::F16)
    );
    let prompt = tokens("The river runs to the sea, and the sea is wide.");
    let mut expected = model(Level::detect(), 2, 64);
    let mut found = load(split, KvType::F16, Level::detect(), 2, 64);
    for chunk in prompt.chunks(5) {
        let expected = expected.forward(chunk).unwrap();
        assert!(found.forward(chunk).unwrap() == expected);
    }
}
