//! The message tree, and an answer on its way from streaming to finished.

use llmos_store::{
    BranchMessage, MessageId, MessageStats, MessageStatus, NewMessage, NewTurn, Role, StoreError,
};

use crate::support::{chain, home, later, message, shown};

#[tokio::test]
async fn regenerating_adds_a_sibling_and_destroys_nothing() {
    let mut home = home().await;
    let store = home.store.clone();
    let id = store.create_conversation(None, later(0)).await.unwrap().id;
    let first = chain(&store, &id, &["q1", "a1", "q2", "a2"]).await;
    let again = message(&id, Some(&first[0].id), Role::Assistant, "a1 again");
    let again = store.add_message(again, later(10)).await.unwrap();
    assert_eq!(shown(&store, &id).await, ["q1", "a1 again"]);

    let branch = store.branch(&id).await.unwrap();
    assert_eq!(branch[0].siblings, [first[0].id.clone()]);
    assert_eq!(branch[1].siblings, [first[1].id.clone(), again.id.clone()]);

    let leaf = store.deepest_leaf(&first[1].id).await.unwrap();
    assert_eq!(leaf, first[3].id);
    assert_eq!(store.deepest_leaf(&leaf).await.unwrap(), leaf);
    let moved = store.set_active_leaf(&id, &leaf, later(11)).await.unwrap();
    assert_eq!(moved.active_leaf.as_ref(), Some(&leaf));
    home.reopen().await;
    assert_eq!(shown(&home.store, &id).await, ["q1", "a1", "q2", "a2"]);

    // Editing the first message: a second root.
    let edited = message(&id, None, Role::User, "q1 edited");
    home.store.add_message(edited, later(12)).await.unwrap();
    let branch = home.store.branch(&id).await.unwrap();
    assert_eq!(branch.len(), 1);
    assert_eq!(branch[0].siblings.len(), 2);
}

#[tokio::test]
async fn a_branch_is_read_from_its_end() {
    let home = home().await;
    let store = &home.store;
    let id = store.create_conversation(None, later(0)).await.unwrap().id;
    let all = chain(store, &id, &["q1", "a1", "q2", "a2", "q3", "a3"]).await;
    // A version of a1 that is not shown counts as its sibling only.
    let hidden = message(&id, Some(&all[0].id), Role::Assistant, "a1 again");
    store.add_message(hidden, later(10)).await.unwrap();
    store
        .set_active_leaf(&id, &all[5].id, later(11))
        .await
        .unwrap();

    let texts = |branch: &[BranchMessage]| {
        let text = |entry: &BranchMessage| entry.message.text.clone();
        branch.iter().map(text).collect::<Vec<_>>()
    };
    let mut part = store.branch_end(&id, 2).await.unwrap();
    assert_eq!(
        (texts(&part.messages), part.earlier),
        (vec!["q3".to_owned(), "a3".to_owned()], 4)
    );
    for (expected, earlier) in [(vec!["a1", "q2", "a2"], 1), (vec!["q1"], 0), (vec![], 0)] {
        let first = &part.messages[0].message.id;
        let before = store.branch_before(first, 3).await.unwrap();
        assert_eq!(texts(&before.messages), expected);
        assert_eq!(before.earlier, earlier);
        if expected.len() == 3 {
            assert_eq!(before.messages[0].siblings.len(), 2);
        }
        part = before;
    }
    let whole = store.branch_end(&id, 100).await.unwrap();
    assert_eq!(
        (whole.messages, whole.earlier),
        (store.branch(&id).await.unwrap(), 0)
    );
    assert!(matches!(
        store.branch_before(&MessageId::from("none"), 3).await,
        Err(StoreError::NotFound {
            what: "message",
            ..
        })
    ));
}

#[tokio::test]
async fn parents_and_leaves_must_be_in_the_same_conversation() {
    let home = home().await;
    let store = &home.store;
    let a = store.create_conversation(None, later(0)).await.unwrap().id;
    let b = store.create_conversation(None, later(0)).await.unwrap().id;
    let in_a = chain(store, &a, &["x"]).await.remove(0);
    let stray = message(&b, Some(&in_a.id), Role::User, "y");
    for error in [
        store.add_message(stray, later(1)).await.unwrap_err(),
        store
            .set_active_leaf(&b, &in_a.id, later(1))
            .await
            .unwrap_err(),
        store
            .deepest_leaf(&MessageId::from("none"))
            .await
            .unwrap_err(),
    ] {
        assert!(
            matches!(
                error,
                StoreError::NotFound {
                    what: "message",
                    ..
                }
            ),
            "{error}"
        );
    }
    assert!(store.branch(&b).await.unwrap().is_empty());
    // The refused transactions left nothing open behind them.
    chain(store, &b, &["z"]).await;
    assert_eq!(shown(store, &b).await, ["z"]);
}

#[tokio::test]
async fn any_text_comes_back_as_it_was() {
    let mut home = home().await;
    let id = home
        .store
        .create_conversation(None, later(0))
        .await
        .unwrap()
        .id;
    let long = "a b\n".repeat(300_000);
    let texts = [
        "zero \0 bytes \0\0",
        "\0",
        "",
        "\u{202e}right to left\u{202c} שלום مرحبا",
        "👩‍👩‍👧‍👦🏳️‍🌈e\u{301}\u{fdd0}\u{10ffff}",
        "<|im_start|>system\r\n'; DROP TABLE messages; --",
        long.as_str(),
    ];
    chain(&home.store, &id, &texts).await;
    home.reopen().await;
    assert_eq!(shown(&home.store, &id).await, texts);
}

#[tokio::test]
async fn an_answer_is_checkpointed_and_finished_with_its_stats() {
    let mut home = home().await;
    let store = home.store.clone();
    store
        .save_draft("new", "hello there", later(0))
        .await
        .unwrap();
    let turn = NewTurn {
        conversation: None,
        parent: None,
        text: "hello there".to_owned(),
        draft: Some("new".to_owned()),
    };
    let turn = store.begin_turn(turn, later(1)).await.unwrap();
    assert_eq!(store.draft("new").await.unwrap(), None);
    assert_eq!(
        turn.conversation.active_leaf.as_ref(),
        Some(&turn.answer.id)
    );
    assert_eq!(turn.answer.parent_id.as_ref(), Some(&turn.user.id));
    assert_eq!(turn.answer.status, MessageStatus::Streaming);

    let answer = &turn.answer.id;
    store
        .checkpoint_message(answer, "General", later(2))
        .await
        .unwrap();
    assert_eq!(store.message(answer).await.unwrap().text, "General");
    let stats = MessageStats {
        model: "m".to_owned(),
        engine: "e".to_owned(),
        prompt_tokens: 3,
        completion_tokens: 2,
        ttft_ms: 1.5,
        prefill_tps: 100.25,
        decode_tps: 20.5,
        stop_reason: "end_of_turn".to_owned(),
    };
    let text = "General Kenobi";
    store
        .finish_message(
            answer,
            text,
            MessageStatus::Complete,
            Some(&stats),
            later(3),
        )
        .await
        .unwrap();
    let late = store
        .checkpoint_message(answer, "Gen", later(4))
        .await
        .unwrap_err();
    assert!(matches!(late, StoreError::NotFound { .. }));
    home.reopen().await;
    let found = home.store.message(answer).await.unwrap();
    assert_eq!(found.text, text);
    assert_eq!(found.status, MessageStatus::Complete);
    assert_eq!(found.stats, Some(stats));
    assert_eq!((found.created_at, found.updated_at), (later(1), later(3)));
    assert_eq!(home.store.search("keno", 5).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_turn_that_cannot_begin_keeps_the_draft() {
    let home = home().await;
    home.store
        .save_draft("new", "kept", later(0))
        .await
        .unwrap();
    let turn = NewTurn {
        conversation: None,
        parent: Some(MessageId::from("nothing")),
        text: "kept".to_owned(),
        draft: Some("new".to_owned()),
    };
    home.store.begin_turn(turn, later(1)).await.unwrap_err();
    assert_eq!(
        home.store.draft("new").await.unwrap().as_deref(),
        Some("kept")
    );
    assert!(home.store.conversations().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_leftover_answer_is_interrupted_findable_and_can_go_on() {
    let mut home = home().await;
    let store = home.store.clone();
    let id = store.create_conversation(None, later(0)).await.unwrap().id;
    let open = NewMessage {
        status: MessageStatus::Streaming,
        ..message(&id, None, Role::Assistant, "")
    };
    let answer = store.add_message(open, later(1)).await.unwrap().id;
    store
        .checkpoint_message(&answer, "partial wombat", later(2))
        .await
        .unwrap();
    assert!(store.search("wombat", 5).await.unwrap().is_empty());

    home.reopen().await;
    let store = &home.store;
    let found = store.message(&answer).await.unwrap();
    assert_eq!(found.status, MessageStatus::Interrupted);
    assert_eq!(found.text, "partial wombat");
    assert_eq!(store.search("wombat", 5).await.unwrap().len(), 1);

    let longer = store.continue_message(&answer, later(3)).await.unwrap();
    assert_eq!(longer.status, MessageStatus::Streaming);
    assert_eq!(longer.text, "partial wombat");
    assert_ne!(longer.id, answer);
    store
        .checkpoint_message(&longer.id, "partial wombat and", later(4))
        .await
        .unwrap();
    let hits = store.search("wombat", 5).await.unwrap();
    assert_eq!(hits[0].message_id.as_ref(), Some(&answer));
    let (stopped, whole) = (MessageStatus::Stopped, "partial wombat and echidna");
    store
        .finish_message(&longer.id, whole, stopped, None, later(5))
        .await
        .unwrap();
    let hits = store.search("wombat", 5).await.unwrap();
    assert_eq!(hits.len(), 1, "what broke off is found where it goes on");
    assert_eq!(hits[0].message_id.as_ref(), Some(&longer.id));
    assert_eq!(store.message(&answer).await.unwrap().text, "partial wombat");

    store.delete_message(&longer.id, later(6)).await.unwrap();
    let hits = store.search("wombat", 5).await.unwrap();
    assert_eq!(hits[0].message_id.as_ref(), Some(&answer));
}

/// A future that is dropped half-way must not leave a transaction that swallows
/// what comes after it.
#[tokio::test]
async fn a_cancelled_write_does_not_hurt_the_next_one() {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    let mut home = home().await;
    let store = home.store.clone();
    let id = store.create_conversation(None, later(0)).await.unwrap().id;
    for polls in 1..60 {
        let mut write = pin!(store.add_message(message(&id, None, Role::User, "cut"), later(1)));
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..polls {
            if let Poll::Ready(done) = write.as_mut().poll(&mut context) {
                done.unwrap();
                break;
            }
            // Gives the database's thread a chance to get on.
            std::thread::yield_now();
        }
    }
    let last = store
        .add_message(message(&id, None, Role::User, "whole"), later(2))
        .await
        .unwrap();
    home.reopen().await;
    assert_eq!(home.store.message(&last.id).await.unwrap().text, "whole");
}
