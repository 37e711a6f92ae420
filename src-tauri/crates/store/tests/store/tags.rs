//! Tags: one tag for every spelling, limits, and that every change can be taken
//! back.

use llmos_store::{ConversationId, Store, StoreError, TagChange};

use crate::support::{chain, home, later};

async fn conversations(store: &Store, count: usize) -> Vec<ConversationId> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(store.create_conversation(None, later(0)).await.unwrap().id);
    }
    ids
}

fn change(tag: &str, conversations: &[ConversationId], on: bool) -> TagChange {
    TagChange {
        tag: tag.to_owned(),
        conversations: conversations.to_vec(),
        on,
    }
}

async fn give(store: &Store, tag: &str, to: &[ConversationId]) -> Vec<TagChange> {
    let changes = [change(tag, to, true)];
    store.change_tags(&changes, later(1)).await.unwrap()
}

async fn tags(store: &Store, id: &ConversationId) -> Vec<String> {
    store.conversation(id).await.unwrap().tags
}

async fn all_tags(store: &Store, ids: &[ConversationId]) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for id in ids {
        all.push(tags(store, id).await);
    }
    all
}

#[tokio::test]
async fn spellings_are_one_tag_and_the_first_one_stays() {
    let mut home = home().await;
    let ids = conversations(&home.store, 2).await;
    let store = &home.store;
    give(store, "  Work \u{0}\n trips ", &ids[..1]).await;
    give(store, "WORK TRIPS", &ids).await;
    give(store, "ｗｏｒｋ trips", &ids).await;
    give(store, "旅行", &ids[1..]).await;
    give(store, "Ärger", &ids[1..]).await;
    home.reopen().await;
    let store = &home.store;
    assert_eq!(tags(store, &ids[0]).await, ["Work trips"]);
    assert_eq!(tags(store, &ids[1]).await, ["Work trips", "Ärger", "旅行"]);
}

#[tokio::test]
async fn every_change_says_how_it_is_taken_back() {
    let home = home().await;
    let store = &home.store;
    let ids = conversations(store, 3).await;
    give(store, "home", &ids[..1]).await;
    give(store, "work", &ids[1..]).await;
    let before = all_tags(store, &ids).await;

    // Given to all, of which one had it; taken from all, of which two had it.
    let changes = [change("Home", &ids, true), change("work", &ids, false)];
    let undo = store.change_tags(&changes, later(2)).await.unwrap();
    for id in &ids {
        assert_eq!(tags(store, id).await, ["home"]);
    }
    store.change_tags(&undo, later(3)).await.unwrap();
    assert_eq!(all_tags(store, &ids).await, before);

    // Renamed to nothing that was there, to another spelling, to another tag.
    store
        .trash_conversations(&ids[2..], later(4))
        .await
        .unwrap();
    give(store, "home", &ids[1..2]).await;
    let before = all_tags(store, &ids).await;
    for (name, expected) in [
        ("office", vec!["home", "office"]),
        ("WORK", vec!["home", "WORK"]),
        ("Home", vec!["home"]),
    ] {
        let undo = store.rename_tag("Work", name, later(5)).await.unwrap();
        assert_eq!(tags(store, &ids[1]).await, expected);
        assert_eq!(tags(store, &ids[2]).await, expected[expected.len() - 1..]);
        store.change_tags(&undo, later(6)).await.unwrap();
        assert_eq!(all_tags(store, &ids).await, before, "{name}");
    }

    let undo = store.remove_tag("WORK").await.unwrap();
    assert!(tags(store, &ids[2]).await.is_empty());
    store.change_tags(&undo, later(7)).await.unwrap();
    assert_eq!(all_tags(store, &ids).await, before);
}

#[tokio::test]
async fn a_tag_goes_with_the_last_conversation_that_bears_it() {
    let home = home().await;
    let store = &home.store;
    let ids = conversations(store, 2).await;
    chain(store, &ids[0], &["text"]).await;
    give(store, "Secret", &ids).await;
    store.purge_conversation(&ids[0]).await.unwrap();
    assert_eq!(tags(store, &ids[1]).await, ["Secret"]);
    store.purge_conversation(&ids[1]).await.unwrap();
    let gone = store.remove_tag("Secret").await.unwrap_err();
    assert!(
        matches!(gone, StoreError::NotFound { what: "tag", .. }),
        "{gone}"
    );
    assert!(!gone.to_string().contains("Secret"));
    store.check().await.unwrap();
}

#[tokio::test]
async fn a_copy_of_a_conversation_keeps_its_tags_and_not_its_place() {
    let home = home().await;
    let store = &home.store;
    let id = conversations(store, 1).await.remove(0);
    let all = chain(store, &id, &["q", "a"]).await;
    give(store, "trip", std::slice::from_ref(&id)).await;
    let ids = [id];
    store.pin_conversations(&ids, true, later(2)).await.unwrap();
    store
        .archive_conversations(&ids, true, later(2))
        .await
        .unwrap();
    let fork = store
        .fork_conversation(&all[1].id, None, later(3))
        .await
        .unwrap();
    assert_eq!(fork.tags, ["trip"]);
    assert!(!fork.pinned && !fork.archived);
}

#[tokio::test]
async fn names_and_numbers_have_limits_and_nothing_is_half_done() {
    let home = home().await;
    let store = &home.store;
    let ids = conversations(store, 12).await;
    let long = "长".repeat(40);
    give(store, &long, &ids[..1]).await;
    assert_eq!(tags(store, &ids[0]).await, [long.as_str()]);
    let longer = "x".repeat(41);
    let huge = "y ".repeat(1_000_000);
    for name in ["", " \n\u{0}", &longer, &huge] {
        let changes = [change("kept", &ids, true), change(name, &ids, true)];
        let error = store.change_tags(&changes, later(2)).await.unwrap_err();
        assert!(matches!(error, StoreError::TagName { limit: 40 }));
        let error = store.rename_tag(&long, name, later(2)).await.unwrap_err();
        assert!(matches!(error, StoreError::TagName { .. }));
    }
    assert!(tags(store, &ids[1]).await.is_empty());

    let many: Vec<TagChange> = (0..20)
        .map(|n| change(&format!("tag {n}"), &ids[..1], true))
        .collect();
    let error = store.change_tags(&many, later(3)).await.unwrap_err();
    assert!(matches!(error, StoreError::TooManyTags { limit: 20 }));
    assert_eq!(tags(store, &ids[0]).await.len(), 1);

    // 1 and 10 × 19 are there; nine more fit.
    for (group, id) in ids[1..11].iter().enumerate() {
        for n in 0..19 {
            give(store, &format!("{group}-{n}"), std::slice::from_ref(id)).await;
        }
    }
    for n in 0..9 {
        give(store, &format!("last {n}"), &ids[11..]).await;
    }
    let over = [change("over", &ids[11..], true)];
    let error = store.change_tags(&over, later(4)).await.unwrap_err();
    assert!(matches!(error, StoreError::TooManyTags { limit: 200 }));
    give(store, "last 0", &ids[1..2]).await;
}

#[tokio::test]
async fn unknown_conversations_get_no_tag() {
    let home = home().await;
    let store = &home.store;
    let mut ids = conversations(store, 1).await;
    ids.push(ConversationId::from("nobody"));
    for on in [true, false] {
        let error = store
            .change_tags(&[change("x", &ids, on)], later(1))
            .await
            .unwrap_err();
        assert!(matches!(error, StoreError::NotFound { .. }));
    }
    assert!(tags(store, &ids[0]).await.is_empty());
    // Given to nobody, it does not come into being.
    assert!(give(store, "x", &[]).await.is_empty());
    assert!(store.remove_tag("x").await.is_err());
}
