//! Random damage to a good file: whatever comes of it, nothing panics.

use std::sync::LazyLock;

use llmos_gguf::build::sample_model;
use llmos_gguf::{
    ChatTemplate, GgufError, ModelFile, RenderOptions, Specials, TemplateMessage, Tokenizer,
};
use proptest::prelude::*;

use crate::support::file;

static SAMPLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut writer = sample_model();
    writer.set(
        "tokenizer.chat_template",
        "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}",
    );
    writer.to_bytes().unwrap()
});

/// Opens the bytes, and uses everything that opens.
fn use_file(bytes: &[u8]) -> Result<(), GgufError> {
    let file = file(bytes);
    let container = llmos_gguf::GgufFile::open(file.path())?;
    for (key, value) in container.metadata().iter() {
        assert!(value.preview(50).chars().count() <= 51, "{key}");
    }
    for tensor in container.tensors() {
        assert_eq!(
            container.tensor_bytes(tensor).len() as u64,
            tensor.byte_len()
        );
    }
    let model = ModelFile::from_gguf(container)?;
    let tokenizer = Tokenizer::from_gguf(model.gguf())?;
    if let Ok(tokens) = tokenizer.encode("hello <|im_end|> wörld", Specials::Parse) {
        assert!(tokens.iter().all(|token| *token < tokenizer.vocab_size()));
        let _ = tokenizer.decode(&tokens);
    }
    if let Ok(template) = ChatTemplate::from_gguf(model.gguf(), &tokenizer) {
        let message = TemplateMessage {
            role: "user",
            content: "hello",
        };
        let _ = template.render(&[message], &RenderOptions::default());
    }
    Ok(())
}

/// Where the header of the sample ends; damage behind it only changes weights.
fn header() -> usize {
    let file = file(&SAMPLE);
    let offset = llmos_gguf::GgufFile::open(file.path())
        .unwrap()
        .data_offset();
    usize::try_from(offset).unwrap()
}

static HEADER: LazyLock<usize> = LazyLock::new(header);

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn changed_bytes(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = SAMPLE.clone();
        for (place, value) in changes {
            bytes[place.index(*HEADER)] = value;
        }
        let _ = use_file(&bytes);
    }

    #[test]
    fn numbers_replaced_by_extreme_ones(
        place in any::<prop::sample::Index>(),
        number in prop::sample::select(vec![0, 1, u64::MAX, 1 << 31, 1 << 32, 1 << 62, 1 << 63, u64::MAX / 2]),
        wide in any::<bool>(),
    ) {
        let mut bytes = SAMPLE.clone();
        let place = place.index(*HEADER - 8);
        let width = if wide { 8 } else { 4 };
        bytes[place..place + width].copy_from_slice(&number.to_le_bytes()[..width]);
        let _ = use_file(&bytes);
    }

    #[test]
    fn cut_off(len in any::<prop::sample::Index>()) {
        prop_assert!(use_file(&SAMPLE[..len.index(SAMPLE.len() - 32)]).is_err());
    }

    #[test]
    fn parts_removed_or_doubled(from in any::<prop::sample::Index>(), len in 1usize..200, doubled in any::<bool>()) {
        let mut bytes = SAMPLE.clone();
        let from = from.index(*HEADER - 200);
        if doubled {
            let part = bytes[from..from + len].to_vec();
            bytes.splice(from..from, part);
        } else {
            bytes.drain(from..from + len);
        }
        let _ = use_file(&bytes);
    }

    #[test]
    fn noise_behind_the_magic(noise in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut bytes = b"GGUF\x03\0\0\0".to_vec();
        bytes.extend(noise);
        prop_assert!(use_file(&bytes).is_err());
    }
}

#[test]
fn the_undamaged_sample_works() {
    use_file(&SAMPLE).unwrap();
}
