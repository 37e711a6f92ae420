//! A draft model must not change an answer.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use llmos_engine::{
    EngineError, EngineHandle, GenerateEvent, GenerateRequest, GgufErrorKind, KvType, LoadOptions,
    Native, Outcome, Sampling, StopReason,
};
use llmos_gguf::build::sample_of;
use llmos_gguf::{Architecture, GgufFile, TensorType};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::support::{OneByOne, answer, default_model, engine_with, runtime, tokens};

const STORY: &str = "The lighthouse keeper had a daughter who wanted to sail around the world.";

fn options() -> LoadOptions {
    LoadOptions {
        kv_type: Some(KvType::F16),
        ..LoadOptions::default()
    }
}

fn set_draft(engine: &EngineHandle, draft: &Path) -> Result<(), EngineError> {
    runtime()
        .block_on(engine.set_draft(Some(draft), options()))
        .map(|draft| assert!(draft.is_some()))
}

/// The default model, as its own draft.
fn twins() -> EngineHandle {
    let engine = engine_with(Box::new(Native::new()), KvType::F16);
    set_draft(&engine, &default_model()).unwrap();
    engine
}

fn request(prompt: &str, sampling: &Sampling, most: usize) -> GenerateRequest {
    GenerateRequest {
        sampling: sampling.clone(),
        max_tokens: Some(most),
        ends_turn: false,
        ..GenerateRequest::new("a test", tokens(prompt))
    }
}

fn samplings() -> [Sampling; 3] {
    [
        Sampling::greedy(),
        Sampling {
            seed: Some(11),
            ..Sampling::default()
        },
        Sampling {
            seed: Some(5),
            temperature: 1.5,
            repetition_penalty: 1.2,
            ..Sampling::default()
        },
    ]
}

#[test]
fn a_model_that_is_its_own_draft_guesses_right_and_says_the_same() {
    let (drafting, plain) = (twins(), engine_with(Box::new(OneByOne), KvType::F16));
    // A twin is no faster, so it is soon left alone, and then asked only now and then.
    let mut by_draft = 0;
    for sampling in samplings() {
        for prompt in [STORY, "def add(a, b):\n    return a + b\n\ndef sub(a"] {
            let (drafted, outcome) = answer(&drafting, request(prompt, &sampling, 100));
            let (stepped, _) = answer(&plain, request(prompt, &sampling, 100));
            assert_eq!(drafted, stepped, "{sampling:?}");
            let usage = outcome.usage;
            if sampling.temperature <= 0.0 {
                // What is computed one by one and in passes differs in no bit.
                let (guessed, accepted) = (usage.draft_model_tokens, usage.draft_model_accepted);
                assert_eq!(accepted, guessed, "{usage:?}");
            }
            by_draft += usage.draft_model_tokens;
        }
    }
    assert!(by_draft > 0);
}

#[test]
fn turns_go_on_where_the_last_one_ended_or_was_stopped() {
    let (drafting, plain) = (twins(), engine_with(Box::new(OneByOne), KvType::F16));
    let greedy = Sampling::greedy();
    // Longer than a piece that the draft reads at once.
    let mut text = STORY.repeat(12);
    for turn in 0..3 {
        let mut stream = drafting.generate(request(&text, &greedy, 200)).unwrap();
        let mut said = String::new();
        // Stopped in the middle of a guess or between two, as it happens.
        let outcome = loop {
            match stream.blocking_next().unwrap() {
                GenerateEvent::Text { text } => {
                    said.push_str(&text);
                    if said.len() > 60 + 7 * turn {
                        stream.stop();
                    }
                }
                GenerateEvent::PromptProgress { .. } => {}
                GenerateEvent::Finished(outcome) => break outcome,
                GenerateEvent::Failed(error) => panic!("{error}"),
            }
        };
        let (stepped, _) = answer(
            &plain,
            request(&text, &greedy, outcome.usage.completion_tokens),
        );
        assert_eq!(said, stepped, "turn {turn}");
        assert_eq!(outcome.reason, StopReason::Stopped);
        // Another beginning half of the time, so that both caches must go back.
        text = if turn == 1 {
            format!("Once more. {text}")
        } else {
            format!("{text}{said} Then")
        };
    }
}

/// A model of random weights of the vocabulary that [`sample_of`] has.
fn random_model(directory: &Path, architecture: Architecture) -> PathBuf {
    let path = directory.join(architecture.name());
    let mut bytes = sample_of(architecture, TensorType::F32, TensorType::F32)
        .to_bytes()
        .unwrap();
    std::fs::write(&path, &bytes).unwrap();
    let data = GgufFile::open(&path).unwrap().data_offset();
    let mut random = ChaCha8Rng::seed_from_u64(data);
    for number in bytes[usize::try_from(data).unwrap()..].chunks_exact_mut(4) {
        number.copy_from_slice(&random.random_range(-0.5f32..0.5).to_le_bytes());
    }
    std::fs::write(&path, &bytes).unwrap();
    path
}

#[test]
fn a_draft_of_another_architecture_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let model = random_model(directory.path(), Architecture::Qwen3);
    let draft = random_model(directory.path(), Architecture::Qwen2);
    let engine = EngineHandle::start(vec![Box::new(Native::new())]);
    runtime().block_on(engine.load(&model, options())).unwrap();
    for sampling in samplings() {
        let ask = || -> (String, Outcome) {
            let request = GenerateRequest {
                prompt: (0..40).collect(),
                ..request(STORY, &sampling, 150)
            };
            answer(&engine, request)
        };
        runtime()
            .block_on(engine.set_draft(None, options()))
            .unwrap();
        let plain = ask();
        set_draft(&engine, &draft).unwrap();
        let drafted = ask();
        assert_eq!(plain.0, drafted.0);
        assert_eq!(drafted.1.usage.completion_tokens, 150);
    }
}

#[test]
fn drafts_that_do_not_fit_are_refused_in_words_and_the_one_before_stays() {
    static AVAILABLE: AtomicU64 = AtomicU64::new(u64::MAX);
    let directory = tempfile::tempdir().unwrap();
    let other = random_model(directory.path(), Architecture::Qwen2);
    let engine = EngineHandle::start_with_memory(vec![Box::new(Native::new())], || {
        Some(AVAILABLE.load(Ordering::Relaxed))
    });
    let refused = set_draft(&engine, &default_model()).unwrap_err();
    assert!(matches!(refused, EngineError::NoModel));

    runtime()
        .block_on(engine.load(&default_model(), options()))
        .unwrap();
    set_draft(&engine, &default_model()).unwrap();
    let before = engine.draft().unwrap();

    let refused = set_draft(&engine, &other).unwrap_err();
    assert!(matches!(refused, EngineError::DraftVocabulary), "{refused}");
    let missing = set_draft(&engine, &directory.path().join("none.gguf")).unwrap_err();
    assert!(matches!(&missing, EngineError::Model(e) if e.kind() == GgufErrorKind::Missing));
    // What the draft before takes would be free; more is not.
    AVAILABLE.store(1 << 20, Ordering::Relaxed);
    set_draft(&engine, &default_model()).unwrap();
    runtime()
        .block_on(engine.set_draft(None, options()))
        .unwrap();
    assert_eq!(engine.draft(), None);
    let refused = set_draft(&engine, &default_model()).unwrap_err();
    assert!(matches!(refused, EngineError::TooLarge { available, .. } if available == 1 << 20));
    assert_eq!(engine.draft(), None);
    assert_eq!(before.path, default_model());

    AVAILABLE.store(u64::MAX, Ordering::Relaxed);
    set_draft(&engine, &default_model()).unwrap();
    runtime().block_on(engine.load(&other, options())).unwrap();
    assert_eq!(engine.draft(), None, "it was the other model's");
}

#[test]
fn an_engine_that_cannot_check_guesses_takes_no_draft() {
    let engine = engine_with(Box::new(OneByOne), KvType::F16);
    let refused = set_draft(&engine, &default_model()).unwrap_err();
    assert!(matches!(refused, EngineError::DraftUnsupported { engine } if engine == "native"));
}
