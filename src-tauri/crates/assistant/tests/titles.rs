//! Titles: made after the answer, never in the way, never over a person's own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod support;

use llmos_assistant::ChatEvent;
use llmos_engine::EngineStatus;
use support::script::{Gate, Step};
use support::{Events, World};
use tokio::sync::mpsc;

#[tokio::test]
async fn the_model_makes_a_title_after_the_first_answer_and_only_then() {
    let world = World::new().await;
    world.will_say("It is a big city.");
    world.will_say("\"Facts about Hangzhou.\"\nIgnored");
    let events = world.ask(None, "Tell me about Hangzhou, please").await;
    assert_eq!(events.title(), Some("Facts about Hangzhou"));
    let place = |wanted: fn(&ChatEvent) -> bool| events.seen.iter().position(wanted).unwrap();
    assert!(
        place(|event| matches!(event, ChatEvent::Finished { .. }))
            < place(|event| matches!(event, ChatEvent::Titled { .. }))
    );

    world.will_say("Yes.");
    let events = world.ask(Some(&events.conversation()), "Really?").await;
    assert_eq!(events.title(), None);
    assert_eq!(world.script.prompts().len(), 3);
}

#[tokio::test]
async fn without_a_usable_title_the_first_words_serve() {
    let world = World::new().await;
    world.will_say("Because.");
    world.will_say("Sure! I would be happy to help you with a title for this conversation.");
    let events = world
        .ask(
            None,
            "Why is the sky blue and the grass green in so many places?",
        )
        .await;
    assert_eq!(
        events.title(),
        Some("Why is the sky blue and the grass green in so…")
    );
}

#[tokio::test]
async fn a_title_that_the_person_gave_meanwhile_stays() {
    let world = World::new().await;
    let gate = Gate::default();
    world.will_say("Answer.");
    let mut title = vec![Step::Wait(gate.clone())];
    title.extend(world.steps("Model's title"));
    title.push(Step::EndOfTurn);
    world.script.push(title);

    let (sink, receiver) = mpsc::unbounded_channel();
    world
        .assistant
        .send(None, "Question".to_owned(), sink)
        .await
        .unwrap();
    let mut events = Events::new(receiver);
    events.until_finished().await;
    let id = events.conversation();
    world
        .store
        .rename_conversation(&id, "My own", support::clock())
        .await
        .unwrap();
    gate.open();
    let events = events.rest().await;

    assert_eq!(events.title(), None);
    let saved = world.store.conversation(&id).await.unwrap();
    assert_eq!(saved.title.as_deref(), Some("My own"));
}

#[tokio::test]
async fn the_next_question_does_not_wait_for_a_title() {
    let world = World::new().await;
    let gate = Gate::default();
    world.will_say("Answer.");
    // The title would take for ever: one token, then many more.
    let mut title = world.steps("A");
    title.push(Step::Wait(gate.clone()));
    title.extend(world.steps(&" long".repeat(1000)));
    world.script.push(title);

    let (sink, receiver) = mpsc::unbounded_channel();
    world
        .assistant
        .send(None, "First question".to_owned(), sink)
        .await
        .unwrap();
    let mut first = Events::new(receiver);
    first.until_finished().await;
    let id = first.conversation();
    // The model is at the title now, and says that nobody waits for it.
    while world.script.prompts().len() < 2 {
        tokio::task::yield_now().await;
    }
    assert!(matches!(
        world.engine.status(),
        EngineStatus::Generating {
            background: true,
            ..
        }
    ));
    world.will_say("Second answer.");
    let (sink, receiver) = mpsc::unbounded_channel();
    // Returns although the title is still at its gate.
    world
        .assistant
        .send(Some(id.clone()), "Second question".to_owned(), sink)
        .await
        .unwrap();
    gate.open();
    let second = Events::new(receiver).rest().await;

    assert_eq!(second.text(), "Second answer.");
    assert_eq!(first.rest().await.title(), Some("First question"));
    let saved = world.store.conversation(&id).await.unwrap();
    assert_eq!(saved.title.as_deref(), Some("First question"));
}
