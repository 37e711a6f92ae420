//! What a generation says, and how it ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::{Bench, ask, listen, run};
use llmos_engine::{
    EngineError, EngineStatus, GenerateEvent, GenerateRequest, PREFILL_CHUNK, Sampling, StopReason,
};

#[tokio::test]
async fn an_answer_streams_and_ends_with_its_turn() {
    let bench = Bench::loaded().await;
    let told = run(&bench.engine, ask("t")).await;
    assert_eq!(told.pieces, ["u", "v", "w", "x", "y", "z"]);
    let outcome = told.outcome();
    assert_eq!(outcome.reason, StopReason::EndOfTurn);
    assert_eq!(outcome.usage.prompt_tokens, 1);
    assert_eq!(outcome.usage.completion_tokens, 6);
    assert!(outcome.usage.ttft_ms > 0.0 && outcome.usage.decode_tps > 0.0);
}

#[tokio::test]
async fn each_generation_goes_as_easy_as_it_should_at_its_beginning() {
    let bench = Bench::loaded().await;
    let easy = Arc::new(AtomicBool::new(true));
    let asked = Arc::clone(&easy);
    bench
        .engine
        .go_easy_when(move || asked.load(Ordering::SeqCst));
    run(&bench.engine, ask("x")).await;
    easy.store(false, Ordering::SeqCst);
    run(&bench.engine, ask("x")).await;
    assert_eq!(*bench.controls.easy.lock().unwrap(), [true, false]);
}

#[tokio::test]
async fn a_character_comes_whole_or_not_at_all() {
    let bench = Bench::loaded().await;
    let mut request = ask("");
    request.prompt = vec![0xC9];
    let told = run(&bench.engine, request).await;
    // Two tokens, one character.
    assert_eq!(told.pieces, ["é"]);
    assert_eq!(told.outcome().usage.completion_tokens, 2);
}

#[tokio::test]
async fn a_stop_string_over_several_tokens_ends_the_answer_before_itself() {
    let bench = Bench::loaded().await;
    let request = GenerateRequest {
        stop: vec!["fgh".to_owned()],
        ..ask("a")
    };
    let told = run(&bench.engine, request).await;
    assert_eq!(told.text(), "bcde");
    assert_eq!(told.outcome().reason, StopReason::StopString);
}

#[tokio::test]
async fn text_that_could_have_become_a_stop_string_is_not_lost_at_the_end() {
    let bench = Bench::loaded().await;
    let request = GenerateRequest {
        stop: vec!["yz!".to_owned()],
        ..ask("w")
    };
    let told = run(&bench.engine, request).await;
    assert_eq!(told.text(), "xyz");
    assert_eq!(told.outcome().reason, StopReason::EndOfTurn);
}

#[tokio::test]
async fn the_token_limit_holds() {
    let bench = Bench::loaded().await;
    for (limit, text) in [(0, ""), (1, "b"), (3, "bcd")] {
        let request = GenerateRequest {
            max_tokens: Some(limit),
            ..ask("a")
        };
        let told = run(&bench.engine, request).await;
        assert_eq!(told.text(), text);
        assert_eq!(told.outcome().reason, StopReason::MaxTokens);
        assert_eq!(told.outcome().usage.completion_tokens, limit);
    }
}

#[tokio::test]
async fn measurements_can_go_on_past_the_end_of_the_turn() {
    let bench = Bench::loaded().await;
    let request = GenerateRequest {
        ends_turn: false,
        max_tokens: Some(5),
        ..ask("y")
    };
    let told = run(&bench.engine, request).await;
    assert_eq!(told.outcome().usage.completion_tokens, 5);
    assert_eq!(told.text(), "z");
}

#[tokio::test]
async fn a_full_context_ends_the_answer_after_its_last_token() {
    let bench = Bench::empty();
    let path = bench.model_file("short.gguf", |file| {
        file.set("llama.context_length", 8u32);
    });
    bench.load(&path).await.unwrap();
    let told = run(&bench.engine, ask("!!!!!")).await;
    // Five tokens of prompt leave room for three; the logits after the last
    // of those still give a token, which needs no room.
    assert_eq!(told.text(), "!!!!");
    assert_eq!(told.outcome().reason, StopReason::ContextFull);
}

#[tokio::test]
async fn a_prompt_without_room_for_an_answer_is_refused_with_both_numbers() {
    let bench = Bench::loaded().await;
    let told = run(&bench.engine, ask(&"!".repeat(1024))).await;
    assert!(matches!(
        told.error(),
        EngineError::ContextOverflow {
            needed: 1025,
            available: 1024
        }
    ));
    assert!(matches!(bench.engine.status(), EngineStatus::Ready { .. }));
    let told = run(&bench.engine, ask(&"!".repeat(1023))).await;
    assert_eq!(told.outcome().reason, StopReason::ContextFull);
}

#[tokio::test]
async fn requests_that_make_no_sense_are_refused() {
    let bench = Bench::loaded().await;
    let mut outside = ask("a");
    outside.prompt.push(264);
    let hot = GenerateRequest {
        sampling: Sampling {
            temperature: -1.0,
            ..Sampling::default()
        },
        ..ask("a")
    };
    for request in [ask(""), outside, hot] {
        let told = run(&bench.engine, request).await;
        assert!(matches!(told.error(), EngineError::InvalidRequest { .. }));
    }
    assert!(bench.controls.forwarded.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_long_prompt_is_computed_in_chunks_and_tells_its_progress() {
    let bench = Bench::loaded().await;
    let told = run(&bench.engine, ask(&format!("{}y", "!".repeat(299)))).await;
    assert_eq!(
        told.progress,
        [(0, 300), (128, 300), (256, 300), (300, 300)]
    );
    let lengths: Vec<_> = bench.controls.forwarded.lock().unwrap()[..3]
        .iter()
        .map(Vec::len)
        .collect();
    assert_eq!(lengths, [PREFILL_CHUNK, PREFILL_CHUNK, 44]);
}

#[tokio::test]
async fn what_two_prompts_share_is_computed_once() {
    let bench = Bench::loaded().await;
    let first = run(&bench.engine, ask("the quick y")).await;
    assert_eq!(first.outcome().usage.reused_tokens, 0);
    // The cache holds "the quick yz"; the end of the turn was never appended.
    let second = run(&bench.engine, ask("the quick yz and x")).await;
    assert_eq!(second.outcome().usage.reused_tokens, "the quick yz".len());
    assert_eq!(second.text(), "yz");
    // The same prompt again computes its last token again.
    let third = run(&bench.engine, ask("the quick yz and x")).await;
    assert_eq!(
        third.outcome().usage.reused_tokens,
        "the quick yz and ".len()
    );
    assert_eq!(third.text(), "yz");
}

#[tokio::test]
async fn a_stop_takes_effect_within_one_token() {
    let bench = Bench::loaded().await;
    bench.controls.allow(1);
    let mut stream = bench.engine.generate(ask("a")).unwrap();
    loop {
        if let Some(GenerateEvent::Text { text }) = stream.next().await {
            assert_eq!(text, "b");
            break;
        }
    }
    // The next token is being computed and waits for its permit.
    bench.engine.stop();
    bench.controls.free();
    let told = listen(&mut stream).await;
    assert_eq!(told.text(), "");
    assert_eq!(told.outcome().reason, StopReason::Stopped);
    assert_eq!(told.outcome().usage.completion_tokens, 1);
}

#[tokio::test]
async fn a_stop_during_the_prompt_takes_effect_within_one_chunk() {
    let bench = Bench::loaded().await;
    bench.controls.allow(1);
    let mut stream = bench.engine.generate(ask(&"!".repeat(1000))).unwrap();
    loop {
        let event = stream.next().await.unwrap();
        if matches!(event, GenerateEvent::PromptProgress { done: 128, .. }) {
            break;
        }
    }
    stream.stop();
    bench.controls.free();
    let told = listen(&mut stream).await;
    assert_eq!(told.outcome().reason, StopReason::Stopped);
    let chunks = bench.controls.forwarded.lock().unwrap().len();
    assert!(chunks <= 2, "{chunks} chunks were computed");
}

#[tokio::test]
async fn nobody_listening_stops_it_too() {
    let bench = Bench::loaded().await;
    bench.controls.allow(1);
    let mut stream = bench.engine.generate(ask("!")).unwrap();
    while !matches!(stream.next().await, Some(GenerateEvent::Text { .. })) {}
    drop(stream);
    bench.controls.free();
    let mut status = bench.engine.watch();
    let ready = |status: &EngineStatus| matches!(status, EngineStatus::Ready { .. });
    status.wait_for(ready).await.unwrap();
    assert!(bench.controls.forwarded.lock().unwrap().len() <= 3);
}

#[tokio::test]
async fn a_backend_that_fails_says_so_and_stays_usable() {
    let bench = Bench::loaded().await;
    bench.controls.fail_in_forward.store(true, Ordering::SeqCst);
    let told = run(&bench.engine, ask("a")).await;
    assert!(matches!(told.error(), EngineError::Backend { .. }));
    assert!(matches!(
        bench.engine.status(),
        EngineStatus::Failed {
            previous: Some(_),
            // No file is to blame, so none is named.
            path: None,
            ..
        }
    ));
    bench
        .controls
        .fail_in_forward
        .store(false, Ordering::SeqCst);
    assert_eq!(run(&bench.engine, ask("x")).await.text(), "yz");
}

#[tokio::test]
async fn a_panic_is_contained_and_a_new_load_repairs_it() {
    let bench = Bench::loaded().await;
    bench
        .controls
        .panic_in_forward
        .store(true, Ordering::SeqCst);
    let told = run(&bench.engine, ask("a")).await;
    assert!(matches!(told.error(), EngineError::Panicked { .. }));
    assert!(bench.engine.model().is_none());
    assert!(matches!(
        bench.engine.generate(ask("a")).unwrap_err(),
        EngineError::NoModel
    ));
    bench
        .controls
        .panic_in_forward
        .store(false, Ordering::SeqCst);
    let path = bench.dir.path().join("sample.gguf");
    bench.load(&path).await.unwrap();
    assert_eq!(run(&bench.engine, ask("x")).await.text(), "yz");
}

#[tokio::test]
async fn seeds_reproduce_and_greedy_needs_none() {
    let bench = Bench::loaded().await;
    let request = |seed| GenerateRequest {
        sampling: Sampling {
            // Flat enough that twenty draws do not agree by chance.
            temperature: 20.0,
            top_k: 0,
            top_p: 1.0,
            min_p: 0.0,
            seed,
            ..Sampling::default()
        },
        max_tokens: Some(20),
        ends_turn: false,
        ..ask("a")
    };
    let first = run(&bench.engine, request(Some(7))).await.text();
    assert_eq!(run(&bench.engine, request(Some(7))).await.text(), first);
    assert_ne!(run(&bench.engine, request(Some(8))).await.text(), first);
}
