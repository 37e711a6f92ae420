//! One turn from end to end: the default model, the real engine, the real store.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod support;

use llmos_engine::{EngineHandle, LoadOptions, Sampling};
use llmos_engine_mistralrs::MistralRs;
use llmos_store::MessageStatus;
use support::World;
use support::script::Script;

#[tokio::test]
async fn a_greedy_turn_answers_is_titled_and_can_be_reproduced() {
    let engine = EngineHandle::start(vec![Box::new(MistralRs::new())]);
    let cache = tempfile::tempdir().unwrap();
    let options = LoadOptions {
        context_length: Some(1024),
        cache_dir: cache.path().to_owned(),
        ..LoadOptions::default()
    };
    engine
        .load(&support::default_model(), options)
        .await
        .unwrap();

    let mut answers = Vec::new();
    for _ in 0..2 {
        let world = World::on(engine.clone(), Script::default(), Sampling::greedy()).await;
        let events = world
            .ask(None, "What is the capital of France? One word.")
            .await;
        let answer = &events.finished().message;
        assert_eq!(answer.status, MessageStatus::Complete);
        assert!(answer.text.contains("Paris"), "{:?}", answer.text);
        let stats = answer.stats.as_ref().unwrap();
        assert!(stats.ttft_ms > 0.0 && stats.completion_tokens > 0);
        let title = events.title().unwrap_or_default().to_owned();
        assert!(!title.is_empty() && !title.contains('\n'), "{title:?}");
        println!("answer {:?}, title {title:?}", answer.text);
        answers.push((answer.text.clone(), title));
    }
    assert_eq!(answers[0], answers[1]);
}
