//! Pins, the archive and the trash, of several conversations at once; and the
//! search inside one.

use llmos_store::{Conversation, ConversationId, Role, Store, StoreError};

use crate::support::{chain, home, later, message};

async fn three(store: &Store) -> Vec<ConversationId> {
    let mut ids = Vec::new();
    for (at, title) in (0..).zip(["one", "two", "three"]) {
        let made = store.create_conversation(Some(title), later(at)).await;
        ids.push(made.unwrap().id);
    }
    ids
}

async fn listed(store: &Store, is: impl Fn(&Conversation) -> bool) -> Vec<ConversationId> {
    let list = store.conversations().await.unwrap();
    list.into_iter().filter(is).map(|c| c.id).collect()
}

#[tokio::test]
async fn pins_and_the_archive_survive_a_restart_and_are_taken_back() {
    let mut home = home().await;
    let ids = three(&home.store).await;
    let store = &home.store;
    store
        .pin_conversations(&ids[..2], true, later(10))
        .await
        .unwrap();
    store
        .archive_conversations(&ids[1..], true, later(11))
        .await
        .unwrap();
    // Again is no error and no change.
    store
        .pin_conversations(&ids[..1], true, later(12))
        .await
        .unwrap();
    home.reopen().await;
    let store = &home.store;
    let pinned = listed(store, |c| c.pinned).await;
    assert_eq!(pinned, [ids[1].clone(), ids[0].clone()]);
    let archived = listed(store, |c| c.archived).await;
    assert_eq!(archived, [ids[2].clone(), ids[1].clone()]);
    assert_eq!(store.search("three", 5).await.unwrap().len(), 1);
    // Keeping order is no use of a conversation.
    let one = store.conversation(&ids[0]).await.unwrap();
    assert_eq!(one.updated_at, later(0));

    store
        .pin_conversations(&ids, false, later(13))
        .await
        .unwrap();
    store
        .archive_conversations(&ids, false, later(13))
        .await
        .unwrap();
    assert!(listed(store, |c| c.pinned || c.archived).await.is_empty());
}

#[tokio::test]
async fn many_go_to_the_trash_and_come_back_as_they_were() {
    let home = home().await;
    let store = &home.store;
    let ids = three(store).await;
    store
        .archive_conversations(&ids[..1], true, later(5))
        .await
        .unwrap();
    store
        .trash_conversations(&ids[..2], later(6))
        .await
        .unwrap();
    assert_eq!(listed(store, |_| true).await, ids[2..]);
    assert_eq!(store.trashed_conversations().await.unwrap().len(), 2);
    store.restore_conversations(&ids[..2]).await.unwrap();
    assert_eq!(listed(store, |c| c.archived).await, ids[..1]);
    assert!(store.trashed_conversations().await.unwrap().is_empty());
}

#[tokio::test]
async fn one_unknown_conversation_stops_all_of_a_change() {
    let home = home().await;
    let store = &home.store;
    let mut ids = three(store).await;
    ids.push(ConversationId::from("nobody'; --\0"));
    for error in [
        store.pin_conversations(&ids, true, later(1)).await,
        store.archive_conversations(&ids, true, later(1)).await,
        store.trash_conversations(&ids, later(1)).await,
        store.restore_conversations(&ids).await,
    ] {
        let error = error.unwrap_err();
        assert!(matches!(error, StoreError::NotFound { .. }), "{error}");
    }
    let untouched = listed(store, |c| !c.pinned && !c.archived).await;
    assert_eq!(untouched.len(), 3);
}

#[tokio::test]
async fn what_is_purged_leaves_no_pin_and_no_place_in_the_archive() {
    let home = home().await;
    let store = &home.store;
    let ids = three(store).await;
    store.pin_conversations(&ids, true, later(1)).await.unwrap();
    store
        .archive_conversations(&ids, true, later(1))
        .await
        .unwrap();
    store.purge_conversation(&ids[0]).await.unwrap();
    assert_eq!(listed(store, |c| c.pinned && c.archived).await.len(), 2);
    store.check().await.unwrap();
}

#[tokio::test]
async fn the_search_inside_a_conversation_follows_the_branch_that_is_shown() {
    let home = home().await;
    let store = &home.store;
    let id = store.create_conversation(None, later(0)).await.unwrap().id;
    let other = store.create_conversation(None, later(0)).await.unwrap().id;
    chain(store, &other, &["apple elsewhere"]).await;
    let texts = ["An apple?", "杭州的苹果", "apples and pears", "none"];
    let all = chain(store, &id, &texts).await;
    let second = message(&id, Some(&all[0].id), Role::Assistant, "apple pie");
    let second = store.add_message(second, later(9)).await.unwrap();

    let found = async |query: &str| store.search_branch(&id, query).await.unwrap();
    assert_eq!(found("apple").await, [all[0].id.clone(), second.id.clone()]);
    store
        .set_active_leaf(&id, &all[3].id, later(10))
        .await
        .unwrap();
    assert_eq!(found("APPLE").await, [all[0].id.clone(), all[2].id.clone()]);
    assert_eq!(found("pear apple").await, [all[2].id.clone()]);
    assert_eq!(found("杭州").await, [all[1].id.clone()]);
    for nothing in ["", "🎉", "州杭", "pie", "elsewhere", "\" OR *"] {
        assert!(found(nothing).await.is_empty(), "{nothing}");
    }
    store.delete_message(&all[2].id, later(11)).await.unwrap();
    assert_eq!(found("apple").await, [all[0].id.clone()]);

    let empty = store.create_conversation(None, later(0)).await.unwrap().id;
    assert!(
        store
            .search_branch(&empty, "apple")
            .await
            .unwrap()
            .is_empty()
    );
}
