//! Guessing from the text must not change an answer.

use llmos_engine::{GenerateRequest, KvType, Native, Sampling};

use crate::support::{OneByOne, answer, engine_with, tokens};

const TEXT: &str = "The lighthouse keeper counted the ships every evening. He wrote their \
names into a grey book, one line for each, and when the fog came he rang the bell. The \
lighthouse keeper counted the ships every evening. He wrote their names into a grey book, \
one line for each, and when the fog came he rang the bell. The lighthouse keeper counted";

#[test]
fn answers_are_the_same_with_and_without_guessing() {
    for kv_type in KvType::ALL {
        guessing_changes_nothing(kv_type);
    }
}

fn guessing_changes_nothing(kv_type: KvType) {
    let guessing = engine_with(Box::new(Native::new()), kv_type);
    let plain = engine_with(Box::new(OneByOne), kv_type);
    let samplings = [
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
    ];
    let mut accepted = 0;
    for prompt in [
        TEXT,
        "Once upon a time",
        "def add(a, b):\n    return a + b\n\ndef sub(a",
    ] {
        for sampling in &samplings {
            let request = GenerateRequest {
                sampling: sampling.clone(),
                max_tokens: Some(80),
                ..GenerateRequest::new("a test", tokens(prompt))
            };
            let guessed = answer(&guessing, request.clone());
            let stepped = answer(&plain, request);
            assert_eq!(guessed.0, stepped.0, "{kv_type} {sampling:?}");
            assert_eq!(guessed.1.reason, stepped.1.reason);
            assert_eq!(stepped.1.usage.drafted_tokens, 0);
            accepted += guessed.1.usage.accepted_tokens;
        }
    }
    assert!(accepted > 40, "only {accepted} guesses were right");
}

#[test]
fn a_context_is_filled_to_the_last_token_and_not_beyond() {
    use llmos_engine::{EngineHandle, LoadOptions, StopReason};
    let engine = EngineHandle::start(vec![Box::new(Native::new())]);
    let prompt = tokens(TEXT);
    let options = LoadOptions {
        context_length: Some(prompt.len() + 30),
        ..LoadOptions::default()
    };
    crate::support::runtime()
        .block_on(engine.load(&crate::support::default_model(), options))
        .unwrap();
    let request = GenerateRequest {
        sampling: Sampling::greedy(),
        ends_turn: false,
        ..GenerateRequest::new("a test", prompt)
    };
    let (_, outcome) = answer(&engine, request);
    assert_eq!(outcome.reason, StopReason::ContextFull);
    // The last one sampled needs no place.
    assert_eq!(outcome.usage.completion_tokens, 31);
}
