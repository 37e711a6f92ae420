//! Several callers, one engine.

use crate::support::{Bench, ask, listen, run};
use llmos_engine::{
    EngineError, EngineStatus, GenerateEvent, GenerateRequest, StopReason, WhenBusy,
};

fn held_by(holder: &str, prompt: &str, when_busy: WhenBusy) -> GenerateRequest {
    GenerateRequest {
        holder: holder.to_owned(),
        when_busy,
        ..ask(prompt)
    }
}

#[tokio::test]
async fn without_a_model_there_is_nothing_to_ask() {
    let bench = Bench::empty();
    assert!(matches!(bench.engine.status(), EngineStatus::Empty));
    let error = bench.engine.generate(ask("a")).unwrap_err();
    assert!(matches!(error, EngineError::NoModel));
}

#[tokio::test]
async fn a_second_request_is_refused_with_who_holds_the_engine() {
    let bench = Bench::loaded().await;
    bench.controls.allow(0);
    let mut first = bench
        .engine
        .generate(held_by("chat", "x", WhenBusy::Refuse))
        .unwrap();
    let error = bench
        .engine
        .generate(held_by("title", "y", WhenBusy::Refuse))
        .unwrap_err();
    assert!(matches!(error, EngineError::Busy { holder } if holder == "chat"));
    bench.controls.free();
    assert_eq!(listen(&mut first).await.text(), "yz");
}

#[tokio::test]
async fn whoever_saw_the_end_can_ask_again_at_once() {
    let bench = Bench::loaded().await;
    for _ in 0..200 {
        assert_eq!(run(&bench.engine, ask("y")).await.text(), "z");
        assert!(matches!(bench.engine.status(), EngineStatus::Ready { .. }));
    }
}

#[tokio::test]
async fn queued_requests_run_in_their_order() {
    let bench = Bench::loaded().await;
    bench.controls.allow(0);
    let queue = |holder, prompt| {
        let request = held_by(holder, prompt, WhenBusy::Queue);
        bench.engine.generate(request).unwrap()
    };
    let mut first = queue("one", "w");
    let mut second = queue("two", "x");
    let mut third = queue("three", "y");
    bench.controls.free();
    assert_eq!(listen(&mut third).await.text(), "z");
    // The others were over before the third began: their events are all there.
    assert_eq!(listen(&mut second).await.text(), "yz");
    assert_eq!(listen(&mut first).await.text(), "xyz");
    let order: Vec<_> = bench.controls.forwarded.lock().unwrap().clone();
    let prompts: Vec<_> = order
        .iter()
        .filter_map(|tokens| u8::try_from(tokens[0]).ok())
        .collect();
    assert!(prompts.starts_with(b"wxyz"), "{prompts:?}");
}

#[tokio::test]
async fn a_queued_request_that_nobody_wants_any_more_does_not_run() {
    let bench = Bench::loaded().await;
    bench.controls.allow(0);
    let mut first = bench.engine.generate(ask("y")).unwrap();
    let mut second = bench
        .engine
        .generate(held_by("later", "a", WhenBusy::Queue))
        .unwrap();
    bench.engine.stop();
    bench.controls.free();
    listen(&mut first).await;
    let told = listen(&mut second).await;
    assert_eq!(told.outcome().reason, StopReason::Stopped);
    assert!(told.pieces.is_empty());
}

#[tokio::test]
async fn the_status_follows_what_happens() {
    let bench = Bench::empty();
    let path = bench.model_file("sample.gguf", |_| {});
    bench.load(&path).await.unwrap();
    assert!(matches!(bench.engine.status(), EngineStatus::Ready { .. }));
    bench.controls.allow(1);
    let mut stream = bench
        .engine
        .generate(held_by("chat", "x", WhenBusy::Refuse))
        .unwrap();
    while !matches!(stream.next().await, Some(GenerateEvent::Text { .. })) {}
    assert!(matches!(
        bench.engine.status(),
        EngineStatus::Generating { holder, background: false, .. } if holder == "chat"
    ));
    bench.controls.free();
    listen(&mut stream).await;
    assert!(matches!(bench.engine.status(), EngineStatus::Ready { .. }));

    bench.controls.allow(1);
    let on_the_side = GenerateRequest {
        background: true,
        ..ask("x")
    };
    let mut stream = bench.engine.generate(on_the_side).unwrap();
    while !matches!(stream.next().await, Some(GenerateEvent::Text { .. })) {}
    assert!(matches!(
        bench.engine.status(),
        EngineStatus::Generating {
            background: true,
            ..
        }
    ));
    bench.controls.free();
    listen(&mut stream).await;
    bench.engine.unload().await.unwrap();
    assert!(matches!(bench.engine.status(), EngineStatus::Empty));
}

#[tokio::test]
async fn a_load_is_a_holder_too_and_requests_can_wait_for_it() {
    let bench = Bench::loaded().await;
    // Keep the worker busy, so that the load has to wait.
    bench.controls.allow(0);
    let mut running = bench.engine.generate(ask("y")).unwrap();
    let path = bench.dir.path().join("sample.gguf");
    let load = bench.load(&path);
    tokio::pin!(load);
    // One poll sends the command.
    assert!(futures_poll_once(load.as_mut()).await.is_none());
    let mut queued = bench
        .engine
        .generate(held_by("later", "x", WhenBusy::Queue))
        .unwrap();
    bench.controls.free();
    load.await.unwrap();
    listen(&mut running).await;
    assert_eq!(listen(&mut queued).await.text(), "yz");
}

/// Polls a future once and gives its output if it was ready.
async fn futures_poll_once<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    let mut future = Some(future);
    std::future::poll_fn(move |context| {
        let polled = future.take().map(|f| f.poll(context));
        std::task::Poll::Ready(match polled {
            Some(std::task::Poll::Ready(output)) => Some(output),
            _ => None,
        })
    })
    .await
}
