//! Measures what it spares that a conversation need not be read again: the time to the
//! first words after the app was started anew, with what the model had read kept and
//! without.
//!
//! `cargo run --release --workspace --example reopening -- 1500 5` (tokens, rounds), on
//! the default model or the one that `LLMOS_MODEL` names.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a measurement that fails has nothing to save"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use llmos_assistant::{Assistant, ChatEvent, default_model_path};
use llmos_engine::{EngineHandle, LoadOptions, Native, Sampling};
use llmos_store::{ConversationId, FileKeyProvider, Store, Timestamp};
use tokio::sync::mpsc;

/// What is kept by default.
const LIMIT: u64 = 256_000_000;
/// Some eleven tokens.
const SENTENCE: &str = "The river runs past the mill and the garden. ";

fn clock() -> Timestamp {
    Timestamp(1_795_508_088_000)
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |otherwise| {
        arguments
            .next()
            .and_then(|number| number.parse().ok())
            .unwrap_or(otherwise)
    };
    let (tokens, rounds) = (number(1_500), number(5));
    let directory = tempfile::tempdir().unwrap();
    for _ in 0..rounds {
        for limit in [0, LIMIT] {
            let question = SENTENCE.repeat(tokens / 11);
            let first = start(directory.path()).await;
            first.assistant.limit_prefixes(limit).await.unwrap();
            let (conversation, _) = ask(&first.assistant, None, &question).await;
            let kept = first.close().await;

            let second = start(directory.path()).await;
            let (_, first_words) = ask(
                &second.assistant,
                Some(&conversation),
                "Tell me a story about the river.",
            )
            .await;
            second.close().await;
            let after = first_words.as_secs_f64() * 1e3;
            println!("kept {kept:>9} bytes: first words after {after:>7.1} ms");
        }
    }
}

/// The app without its window.
struct App {
    assistant: Assistant,
    store: Store,
}

impl App {
    /// Ends it; returns how many bytes are kept of what was read.
    async fn close(self) -> u64 {
        self.assistant.shut_down().await;
        let kept = self.assistant.kept_prefixes().await.used;
        self.store.close().await.unwrap();
        kept
    }
}

async fn start(directory: &Path) -> App {
    let engine = EngineHandle::start(vec![Box::new(Native::new())]);
    let options = LoadOptions {
        cache_dir: directory.to_owned(),
        ..LoadOptions::default()
    };
    let model = default_model_path().unwrap();
    engine.load(&model, options).await.unwrap();
    let keys = FileKeyProvider::in_dir(directory);
    let opened = Store::open(directory, &keys, clock()).await.unwrap();
    let store = opened.store;
    let assistant = Assistant::with_sampling(store.clone(), engine, clock, Sampling::greedy());
    App { assistant, store }
}

/// Asks, and stops the answer at its first words; returns how long these took to come,
/// everything included.
async fn ask(
    assistant: &Assistant,
    conversation: Option<&ConversationId>,
    question: &str,
) -> (ConversationId, Duration) {
    let (sink, mut events) = mpsc::unbounded_channel();
    let begun = Instant::now();
    let asked = assistant.send(conversation.cloned(), question.to_owned(), sink);
    asked.await.unwrap();
    let (mut asked, mut first_words) = (None, Duration::ZERO);
    while let Some(event) = events.recv().await {
        match event {
            ChatEvent::Started { conversation, .. } => asked = Some(conversation.id),
            ChatEvent::Text { .. } => {
                if first_words.is_zero() {
                    first_words = begun.elapsed();
                }
                assistant.stop();
            }
            ChatEvent::Finished { .. } => return (asked.unwrap(), first_words),
            ChatEvent::Failed { error, .. } => panic!("{error}"),
            _ => {}
        }
    }
    panic!("the turn was abandoned");
}
