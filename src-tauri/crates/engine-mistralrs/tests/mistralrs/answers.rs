//! The default model's answers through the engine.

use llmos_engine::{GenerateEvent, GenerateRequest, StopReason};

use crate::support::loaded;

const QUESTION: &[(&str, &str)] = &[
    ("system", "You are a helpful assistant."),
    ("user", "What is the capital of Japan?"),
];

#[test]
fn it_answers_with_sense() {
    let loaded = loaded();
    let (answer, outcome) = loaded.answer(loaded.prompt(QUESTION), 40);
    assert!(answer.contains("Tokyo"), "{answer}");
    assert_eq!(outcome.reason, StopReason::EndOfTurn);
}

#[test]
fn greedy_answers_are_the_same_fresh_continued_and_regenerated() {
    let loaded = loaded();
    let prompt = loaded.prompt(QUESTION);
    let forget = || loaded.answer(vec![5], 1);

    forget();
    let (fresh, outcome) = loaded.answer(prompt.clone(), 24);
    assert_eq!(outcome.usage.reused_tokens, 0);

    let (regenerated, _) = loaded.answer(prompt.clone(), 24);
    assert_eq!(regenerated, fresh);

    let turns = [
        QUESTION,
        &[("assistant", fresh.as_str()), ("user", "And of France?")],
    ]
    .concat();
    let next = loaded.prompt(&turns);
    let (continued, outcome) = loaded.answer(next.clone(), 24);
    assert!(
        outcome.usage.reused_tokens >= prompt.len(),
        "the next turn reused {} tokens of a prompt of {}",
        outcome.usage.reused_tokens,
        prompt.len()
    );
    forget();
    let (anew, outcome) = loaded.answer(next, 24);
    assert_eq!(outcome.usage.reused_tokens, 0);
    assert_eq!(continued, anew);
}

#[test]
fn a_stop_ends_it_at_once_and_the_next_request_runs() {
    let loaded = loaded();
    let prompt = loaded.prompt(&[("user", "Write a long story about a lighthouse.")]);
    let request = GenerateRequest {
        max_tokens: Some(400),
        ..GenerateRequest::new("test", prompt)
    };
    let mut stream = loaded.engine.generate(request).unwrap();
    while !matches!(stream.blocking_next().unwrap(), GenerateEvent::Text { .. }) {}
    loaded.engine.stop();
    let outcome = loop {
        match stream.blocking_next().unwrap() {
            GenerateEvent::Finished(outcome) => break outcome,
            GenerateEvent::Failed(error) => panic!("{error}"),
            _ => {}
        }
    };
    assert_eq!(outcome.reason, StopReason::Stopped);
    // One that was being computed, and a few for a test that had to wait for
    // its turn on a busy machine; the exact bound is tested in the engine.
    assert!(
        outcome.usage.completion_tokens < 20,
        "{} tokens",
        outcome.usage.completion_tokens
    );
    let (answer, _) = loaded.answer(loaded.prompt(QUESTION), 40);
    assert!(answer.contains("Tokyo"), "{answer}");
}
