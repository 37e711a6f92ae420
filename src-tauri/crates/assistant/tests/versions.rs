//! Versions of questions and answers: nothing that was there is lost.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod support;

use llmos_assistant::AssistantError;
use llmos_store::{MessageId, MessageStatus};
use support::script::{Gate, Step};
use support::{Events, World};
use tokio::sync::mpsc;

#[tokio::test]
async fn an_edited_question_is_answered_beside_the_first_one() {
    let world = World::new().await;
    world.will_say("Blue.");
    world.will_say("Colours");
    let events = world.ask(None, "Which colour has the sky?").await;
    let conversation = events.conversation();
    let first = world.store.branch(&conversation).await.unwrap();
    world
        .store
        .save_draft(conversation.as_str(), "half a thought", support::clock())
        .await
        .unwrap();

    world.will_say("Green.");
    let (sink, receiver) = mpsc::unbounded_channel();
    let (question, text) = (first[0].message.id.clone(), "And the grass?".to_owned());
    world
        .assistant
        .edit_question(question.clone(), text, sink)
        .await
        .unwrap();
    let events = Events::new(receiver).rest().await;
    assert_eq!(events.finished().message.text, "Green.");

    let second = world.store.branch(&conversation).await.unwrap();
    assert_eq!(second.len(), 2);
    assert_eq!(second[0].message.text, "And the grass?");
    assert_eq!(
        second[0].siblings,
        [question.clone(), second[0].message.id.clone()]
    );
    assert!(!world.last_prompt().contains("sky"));
    let draft = world.store.draft(conversation.as_str()).await.unwrap();
    assert_eq!(draft.as_deref(), Some("half a thought"));

    let back = world.assistant.select_branch(question).await.unwrap();
    assert_eq!(back[1].message.text, "Blue.");
}

#[tokio::test]
async fn only_questions_are_asked_in_other_words_and_only_answers_corrected() {
    let world = World::new().await;
    world.will_say("Blue.");
    world.will_say("Colours");
    let events = world.ask(None, "Which colour?").await;
    let branch = world.store.branch(&events.conversation()).await.unwrap();
    let (question, answer) = (branch[0].message.id.clone(), branch[1].message.id.clone());

    let (sink, _events) = mpsc::unbounded_channel();
    let edit = world
        .assistant
        .edit_question(answer.clone(), "x".into(), sink);
    assert!(matches!(
        edit.await,
        Err(AssistantError::WrongMessage { .. })
    ));
    let edit = world.assistant.edit_answer(question, "x".into());
    assert!(matches!(
        edit.await,
        Err(AssistantError::WrongMessage { .. })
    ));
    let empty = world.assistant.edit_answer(answer.clone(), " \n".into());
    assert!(matches!(empty.await, Err(AssistantError::EmptyText)));
    let unknown = world
        .assistant
        .edit_answer(MessageId::from("none".to_owned()), "x".into());
    assert!(matches!(unknown.await, Err(AssistantError::Store(_))));

    let edit = world.assistant.edit_answer(answer.clone(), "Azure.".into());
    let conversation = edit.await.unwrap();
    let edited = world.store.branch(&conversation).await.unwrap();
    assert_eq!(edited[1].message.text, "Azure.");
    assert_eq!(edited[1].message.status, MessageStatus::Complete);
    assert_eq!(edited[1].message.stats, None);
    assert_eq!(edited[1].siblings.len(), 2);
    assert_eq!(world.store.message(&answer).await.unwrap().text, "Blue.");
}

#[tokio::test]
async fn nothing_is_deleted_or_corrected_under_a_turn_that_runs() {
    let world = World::new().await;
    let gate = Gate::default();
    let mut steps = world.steps("The river");
    steps.push(Step::Wait(gate.clone()));
    world.script.push(steps);
    let (sink, receiver) = mpsc::unbounded_channel();
    world
        .assistant
        .send(None, "Rivers?".to_owned(), sink)
        .await
        .unwrap();
    let mut events = Events::new(receiver);
    events.until_text("The river").await;
    let answer = events.answer_id();
    let refused = world.assistant.delete_message(&answer).await;
    assert!(matches!(refused, Err(AssistantError::Busy { .. })));
    let refused = world
        .assistant
        .edit_answer(answer.clone(), "x".into())
        .await;
    assert!(matches!(refused, Err(AssistantError::Busy { .. })));

    world.assistant.stop();
    gate.open();
    let conversation = events.rest().await.conversation();
    assert_eq!(
        world.assistant.delete_message(&answer).await.unwrap(),
        conversation
    );
    assert_eq!(world.store.branch(&conversation).await.unwrap().len(), 1);
}
