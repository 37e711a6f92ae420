//! Files that are not loaded, and what is loaded meanwhile.

use llmos_engine::{Backend, EngineError, EngineKind, GgufErrorKind, LoadOptions, ModelFile};
use llmos_engine_mistralrs::MistralRs;
use llmos_gguf::build::{part_name, sample_model, split_at};

use crate::support::{default_model, loaded};

#[test]
fn bad_files_are_refused_and_the_loaded_model_goes_on() {
    let loaded = loaded();
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let whole = std::fs::read(default_model()).unwrap();
    let mut wild = whole.clone();
    // The number of metadata entries.
    wild[16..24].copy_from_slice(&u64::MAX.to_le_bytes());
    let foreign = sample_model()
        .set("general.architecture", "mamba")
        .to_bytes()
        .unwrap();

    let truncated = write("truncated.gguf", &whole[..whole.len() / 2]);
    let hostile = write("hostile.gguf", &wild);
    let foreign = write("foreign.gguf", &foreign);
    let text = write("text.gguf", b"these are words and not a model of them");
    let missing = dir.path().join("missing.gguf");
    for (path, kind) in [
        (truncated, GgufErrorKind::Truncated),
        (hostile, GgufErrorKind::TooLarge),
        (foreign, GgufErrorKind::Unsupported),
        (text, GgufErrorKind::Invalid),
        (missing, GgufErrorKind::Missing),
    ] {
        match loaded.load(&path) {
            Err(EngineError::Model(error)) => assert_eq!(error.kind(), kind, "{error}"),
            other => panic!("{}: {other:?}", path.display()),
        }
        let prompt = loaded.prompt(&[("user", "What is the capital of Japan?")]);
        let (answer, _) = loaded.answer(prompt, 24);
        assert!(answer.contains("Tokyo"), "{answer}");
    }
}

#[test]
fn a_model_in_several_files_is_refused_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("whole.gguf");
    std::fs::write(&path, sample_model().to_bytes().unwrap()).unwrap();
    let whole = ModelFile::open(&path).unwrap();
    MistralRs::new().supports(&whole).unwrap();
    let part = |number| dir.path().join(part_name("model", number, 2));
    for (number, writer) in (0..).zip(split_at(whole.gguf(), &[4])) {
        std::fs::write(part(number), writer.to_bytes().unwrap()).unwrap();
    }
    let split = ModelFile::open(&part(0)).unwrap();
    let refusal = MistralRs::new().supports(&split).unwrap_err();
    assert_eq!(refusal.found, "llama in 2 parts");
}

#[test]
fn it_is_chosen_by_its_name() {
    let options = LoadOptions {
        engine: "mistralrs".parse().unwrap(),
        ..LoadOptions::default()
    };
    assert_eq!(options.engine, EngineKind::MistralRs);
    assert_eq!(
        loaded().engine.model().unwrap().info.engine,
        EngineKind::MistralRs.name()
    );
}
