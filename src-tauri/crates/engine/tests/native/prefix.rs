//! State that is taken out of a model and put into another one.

use llmos_engine::{EngineHandle, GenerateRequest, KvType, Native, Sampling, SavedPrefix};

use crate::support::{answer, engine_with, runtime, tokens};

const STORY: &str = "Once upon a time there was a fox who lived at the edge of a large forest. \
Every morning the fox went down to the river to look at the water, and every evening it came \
back with a story about what it had seen there. ";

fn story() -> String {
    STORY.repeat(8)
}

fn greedy(prompt: &str, most: usize) -> GenerateRequest {
    GenerateRequest {
        sampling: Sampling::greedy(),
        max_tokens: Some(most),
        ..GenerateRequest::new("a test", tokens(prompt))
    }
}

fn native(kv_type: KvType) -> EngineHandle {
    engine_with(Box::new(Native::new()), kv_type)
}

fn take(engine: &EngineHandle, begin: &str, most_bytes: usize) -> Option<SavedPrefix> {
    runtime().block_on(engine.take_prefix(tokens(begin), most_bytes))
}

#[test]
fn an_answer_from_restored_state_is_the_one_without() {
    for kv_type in KvType::ALL {
        let story = story();
        let next = format!("{story}The next morning the fox");
        let first = native(kv_type);
        answer(&first, greedy(&story, 4));
        let saved = take(&first, &story, usize::MAX).unwrap();
        assert!(saved.tokens.len() + 16 > tokens(&story).len());
        // The same cache goes on, …
        let (expected, _) = answer(&first, greedy(&next, 48));
        // … a fresh model has to read everything, …
        let fresh = native(kv_type);
        let (from_scratch, outcome) = answer(&fresh, greedy(&next, 48));
        assert_eq!(outcome.usage.reused_tokens, 0);
        // … and one with the state put back reads the end only.
        let restored = native(kv_type);
        let request = GenerateRequest {
            prefix: Some(saved.clone().into()),
            ..greedy(&next, 48)
        };
        let (text, outcome) = answer(&restored, request);
        assert!(outcome.usage.reused_tokens + 16 >= saved.tokens.len());
        assert_eq!(text, expected, "{kv_type}");
        assert_eq!(text, from_scratch, "{kv_type}");
    }
}

#[test]
fn state_of_another_model_form_or_size_is_not_used() {
    let story = story();
    let made = native(KvType::F16);
    answer(&made, greedy(&story, 1));
    let saved = take(&made, &story, usize::MAX).unwrap();
    let (expected, _) = answer(&native(KvType::F16), greedy(&story, 24));

    let other_way = native(KvType::Q8_0);
    assert_ne!(
        other_way.model().unwrap().state_id,
        made.model().unwrap().state_id
    );
    let mut wrong = Vec::new();
    let mut short = saved.clone();
    short.state.pop();
    wrong.push(short);
    let mut empty = saved.clone();
    empty.state.clear();
    wrong.push(empty);
    let mut uneven = saved.clone();
    uneven.tokens.pop();
    wrong.push(uneven);
    let mut stranger = saved.clone();
    stranger.state_id[0] ^= 1;
    wrong.push(stranger);
    let mut elsewhere = saved;
    elsewhere.tokens[0] ^= 1;
    wrong.push(elsewhere);
    for prefix in wrong {
        let engine = native(KvType::F16);
        let request = GenerateRequest {
            prefix: Some(prefix.into()),
            ..greedy(&story, 24)
        };
        let (text, outcome) = answer(&engine, request);
        assert_eq!(outcome.usage.reused_tokens, 0);
        assert_eq!(text, expected);
    }
}

#[test]
fn only_the_text_that_was_asked_for_is_taken_and_only_as_much_as_there_is_room_for() {
    let story = story();
    let engine = native(KvType::F16);
    assert!(take(&engine, "", usize::MAX).is_none(), "nothing was read");
    answer(&engine, greedy(&story, 1));
    assert!(take(&engine, "Another text", usize::MAX).is_none());
    let whole = take(&engine, &story, usize::MAX).unwrap();
    let part = take(&engine, &story, whole.state.len() / 3).unwrap();
    assert!(part.state.len() <= whole.state.len() / 3 && !part.tokens.is_empty());
    assert!(whole.tokens.starts_with(&part.tokens));
    assert!(take(&engine, &story, 10).is_none());
}

#[test]
fn state_that_spares_nothing_leaves_the_cache_alone() {
    let story = story();
    let engine = native(KvType::F16);
    answer(&engine, greedy(&story, 1));
    let part = take(&engine, &story, 4 << 20).unwrap();
    let request = GenerateRequest {
        prefix: Some(part.clone().into()),
        ..greedy(&format!("{story} And"), 1)
    };
    let (_, outcome) = answer(&engine, request);
    assert!(outcome.usage.reused_tokens > part.tokens.len());
}
