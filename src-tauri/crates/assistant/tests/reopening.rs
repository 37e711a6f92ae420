//! What the model has read is kept, and need not be read again.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod support;

use llmos_assistant::Assistant;
use llmos_store::ConversationId;
use support::script::Script;
use support::{Events, World};
use tokio::sync::mpsc;

/// Far more tokens than are read again without anybody noticing.
fn long(word: &str) -> String {
    format!("{word} ").repeat(600)
}

async fn talk(world: &World, topic: &str) -> ConversationId {
    world.will_say("Noted.");
    world.will_say("Title");
    world.ask(None, &long(topic)).await.conversation()
}

/// How many tokens of the last prompt were in the cache, and how many it had.
fn last(script: &Script) -> (usize, usize) {
    let prompts = script.prompts();
    let reused = script.reused();
    (*reused.last().unwrap(), prompts.last().unwrap().len())
}

/// The app started again on the same history: another engine, nothing in its cache.
async fn again(world: &World) -> (Assistant, Script) {
    world.assistant.shut_down().await;
    let (engine, script) = support::scripted(4096).await;
    let assistant = Assistant::new(world.store.clone(), engine, support::clock);
    (assistant, script)
}

async fn ask(assistant: &Assistant, conversation: &ConversationId) {
    let (sink, events) = mpsc::unbounded_channel();
    let sent = assistant.send(Some(conversation.clone()), "Go on.".to_owned(), sink);
    sent.await.unwrap();
    Events::new(events).rest().await;
}

#[tokio::test]
async fn a_conversation_that_is_opened_again_is_not_read_again() {
    let world = World::new().await;
    let conversation = talk(&world, "apple").await;
    let kept = world.assistant.kept_prefixes().await;
    assert_eq!(kept.used, 0);
    let (assistant, script) = again(&world).await;
    assert!(assistant.kept_prefixes().await.used > 0);
    ask(&assistant, &conversation).await;
    let (reused, length) = last(&script);
    assert!(
        reused >= 600 && length - reused < 64,
        "{reused} of {length}"
    );
}

#[tokio::test]
async fn conversations_may_take_turns() {
    let world = World::new().await;
    let first = talk(&world, "apple").await;
    let second = talk(&world, "pear").await;
    for conversation in [&first, &second, &first] {
        ask(&world.assistant, conversation).await;
        let (reused, length) = last(&world.script);
        assert!(
            reused >= 600 && length - reused < 64,
            "{reused} of {length}"
        );
    }
}

#[tokio::test]
async fn nothing_of_a_deleted_message_is_kept() {
    let world = World::new().await;
    let conversation = talk(&world, "apple").await;
    let branch = world.store.branch(&conversation).await.unwrap();
    let answer = &branch[1].message.id;
    world.assistant.delete_message(answer).await.unwrap();
    let (assistant, _) = again(&world).await;
    assert_eq!(assistant.kept_prefixes().await.used, 0);
}

#[tokio::test]
async fn nothing_is_kept_of_a_conversation_in_the_trash() {
    let world = World::new().await;
    let conversation = talk(&world, "apple").await;
    let ids = [conversation];
    let trashed = world.store.trash_conversations(&ids, support::clock());
    trashed.await.unwrap();
    let (assistant, _) = again(&world).await;
    assert_eq!(assistant.kept_prefixes().await.used, 0);
}

#[tokio::test]
async fn it_can_be_turned_off_and_what_is_there_goes() {
    let world = World::new().await;
    let conversation = talk(&world, "apple").await;
    let (assistant, _) = again(&world).await;
    assert!(assistant.kept_prefixes().await.used > 0);
    let kept = assistant.limit_prefixes(0).await.unwrap();
    assert_eq!((kept.used, kept.limit), (0, 0));
    ask(&assistant, &conversation).await;
    assistant.shut_down().await;
    assert_eq!(assistant.kept_prefixes().await.used, 0);
}

#[tokio::test]
async fn a_short_conversation_is_not_worth_keeping() {
    let world = World::new().await;
    world.will_say("Hello.");
    world.will_say("Title");
    world.ask(None, "Hi").await;
    let (assistant, _) = again(&world).await;
    assert_eq!(assistant.kept_prefixes().await.used, 0);
}
