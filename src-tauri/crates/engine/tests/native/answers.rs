//! What comes out of the engine.

use llmos_engine::{
    EngineKind, GenerateRequest, KvType, LoadOptions, Native, Sampling, StopReason,
};

use crate::support::{answer, default_model, engine, engine_with, runtime, tokens};

fn greedy(prompt: &str, most: usize) -> GenerateRequest {
    GenerateRequest {
        sampling: Sampling::greedy(),
        max_tokens: Some(most),
        ..GenerateRequest::new("a test", tokens(prompt))
    }
}

#[test]
fn a_text_goes_on_sensibly_and_the_same_each_time() {
    let engine = engine(Box::new(Native::new()));
    let first = answer(&engine, greedy("The capital of France is", 12));
    assert!(first.0.contains("Paris"), "{}", first.0);
    assert_eq!(first.1.usage.completion_tokens, 12);
    assert_eq!(first.1.reason, StopReason::MaxTokens);
    let again = answer(&engine, greedy("The capital of France is", 12));
    assert_eq!(first.0, again.0);
}

#[test]
fn a_second_turn_computes_its_new_tokens_only() {
    let engine = engine(Box::new(Native::new()));
    let text = "One two three four five six seven eight nine ten.";
    answer(&engine, greedy(text, 1));
    let (_, outcome) = answer(&engine, greedy(&format!("{text} And then"), 1));
    let prompt = tokens(text).len();
    assert!(
        outcome.usage.reused_tokens >= prompt - 1,
        "{:?}",
        outcome.usage
    );
    // The same as from a fresh cache.
    let reused = answer(&engine, greedy(&format!("{text} And then"), 20)).0;
    let fresh = crate::support::engine(Box::new(Native::new()));
    assert_eq!(
        answer(&fresh, greedy(&format!("{text} And then"), 20)).0,
        reused
    );
}

#[test]
fn an_answer_that_is_taken_back_leaves_no_trace_in_the_next() {
    let text = "One two three four five six seven eight nine ten.";
    for kv_type in KvType::ALL {
        let after = |tokens_before: usize| {
            let engine = engine_with(Box::new(Native::new()), kv_type);
            answer(&engine, greedy(text, tokens_before));
            let (answer, outcome) = answer(&engine, greedy(&format!("{text} And then"), 40));
            let reused = outcome.usage.reused_tokens;
            assert!(reused >= tokens(text).len() - 1, "{reused} tokens");
            answer
        };
        // Where the long answer was, the next question is written over it.
        assert_eq!(after(60), after(1), "{kv_type}");
    }
}

#[test]
fn the_engine_is_found_by_name_and_says_its_own() {
    let engine = llmos_engine::EngineHandle::start(vec![Box::new(Native::new())]);
    let load = |kind| {
        let options = LoadOptions {
            engine: kind,
            ..LoadOptions::default()
        };
        runtime().block_on(engine.load(&default_model(), options))
    };
    assert_eq!(load(EngineKind::Native).unwrap().info.engine, "native");
    assert!(load(EngineKind::MistralRs).is_err());
}

#[test]
fn going_easy_changes_the_threads_and_not_the_answer() {
    let engine = engine(Box::new(Native::new()));
    let (quick, _) = answer(&engine, greedy("The capital of France is", 24));
    engine.go_easy_when(|| true);
    let (easy, _) = answer(&engine, greedy("The capital of France is", 24));
    assert_eq!(quick, easy);
}
