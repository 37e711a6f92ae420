//! Deleting parts of a conversation, taking that back, emptying the trash, and
//! copies of a conversation.

use llmos_store::{MessageId, Role, Store, StoreError};

use crate::support::{chain, home, later, message, shown};

async fn finds(store: &Store, word: &str) -> usize {
    store.search(word, 10).await.unwrap().len()
}

#[tokio::test]
async fn a_deleted_branch_gives_way_to_its_neighbour_and_comes_back() {
    let mut home = home().await;
    let store = home.store.clone();
    let id = store.create_conversation(None, later(0)).await.unwrap().id;
    let first = chain(&store, &id, &["question", "apple", "more", "banana"]).await;
    let again = message(&id, Some(&first[0].id), Role::Assistant, "cherry");
    let again = store.add_message(again, later(10)).await.unwrap();
    let leaf = &first[3].id;
    store.set_active_leaf(&id, leaf, later(11)).await.unwrap();

    store.delete_message(&first[1].id, later(12)).await.unwrap();
    assert_eq!(shown(&store, &id).await, ["question", "cherry"]);
    let branch = store.branch(&id).await.unwrap();
    assert_eq!(branch[1].siblings, std::slice::from_ref(&again.id));
    assert_eq!(finds(&store, "apple").await, 0);
    assert_eq!(finds(&store, "banana").await, 0);
    assert_eq!(finds(&store, "cherry").await, 1);

    home.reopen().await;
    let store = &home.store;
    store
        .restore_message(&first[1].id, leaf, later(13))
        .await
        .unwrap();
    let whole = ["question", "apple", "more", "banana"];
    assert_eq!(shown(store, &id).await, whole);
    assert_eq!(store.branch(&id).await.unwrap()[1].siblings.len(), 2);
    assert_eq!(finds(store, "apple").await, 1);
    assert_eq!(finds(store, "banana").await, 1);
    store.check().await.unwrap();
}

#[tokio::test]
async fn without_a_neighbour_the_branch_ends_before_what_is_deleted() {
    let home = home().await;
    let store = &home.store;
    let id = store.create_conversation(None, later(0)).await.unwrap().id;
    let all = chain(store, &id, &["q1", "a1", "q2", "a2"]).await;
    store.delete_message(&all[2].id, later(1)).await.unwrap();
    assert_eq!(shown(store, &id).await, ["q1", "a1"]);
    store.delete_message(&all[0].id, later(2)).await.unwrap();
    assert!(shown(store, &id).await.is_empty());
    // Each deletion is taken back by itself.
    let leaf = &all[3].id;
    store
        .restore_message(&all[0].id, leaf, later(3))
        .await
        .unwrap();
    assert_eq!(shown(store, &id).await, ["q1", "a1"]);
    assert_eq!(finds(store, "q2").await, 0);
    store
        .restore_message(&all[2].id, leaf, later(4))
        .await
        .unwrap();
    assert_eq!(shown(store, &id).await, ["q1", "a1", "q2", "a2"]);
}

#[tokio::test]
async fn a_branch_that_is_not_shown_is_deleted_without_a_stir() {
    let home = home().await;
    let store = &home.store;
    let id = store.create_conversation(None, later(0)).await.unwrap().id;
    let all = chain(store, &id, &["q", "a"]).await;
    let other = message(&id, Some(&all[0].id), Role::Assistant, "b");
    store.add_message(other, later(1)).await.unwrap();
    store.delete_message(&all[1].id, later(2)).await.unwrap();
    assert_eq!(shown(store, &id).await, ["q", "b"]);
    let unknown = MessageId::from("none".to_owned());
    for refused in [
        store.delete_message(&unknown, later(3)).await,
        store.restore_message(&unknown, &unknown, later(3)).await,
    ] {
        assert!(matches!(
            refused,
            Err(StoreError::NotFound {
                what: "message",
                ..
            })
        ));
    }
}

#[tokio::test]
async fn the_trash_is_emptied_of_what_is_old() {
    let home = home().await;
    let store = &home.store;
    let old = store.create_conversation(None, later(0)).await.unwrap().id;
    chain(store, &old, &["gone"]).await;
    store
        .trash_conversations(std::slice::from_ref(&old), later(10))
        .await
        .unwrap();
    let new = store.create_conversation(None, later(0)).await.unwrap().id;
    store
        .trash_conversations(std::slice::from_ref(&new), later(30))
        .await
        .unwrap();
    let kept = store.create_conversation(None, later(0)).await.unwrap().id;
    let all = chain(store, &kept, &["q1", "a1", "q2", "a2"]).await;
    store.delete_message(&all[2].id, later(10)).await.unwrap();
    store.delete_message(&all[1].id, later(30)).await.unwrap();

    let draft = |id: &MessageId| format!("edit:{}", id.as_str());
    for message in [&all[0], &all[3]] {
        let key = draft(&message.id);
        store
            .save_draft(&key, "other words", later(11))
            .await
            .unwrap();
    }

    store.empty_trash(later(20)).await.unwrap();
    assert_eq!(store.draft(&draft(&all[3].id)).await.unwrap(), None);
    assert!(store.draft(&draft(&all[0].id)).await.unwrap().is_some());
    assert!(store.conversation(&old).await.is_err());
    assert!(store.conversation(&new).await.is_ok());
    assert!(store.message(&all[3].id).await.is_err());
    store
        .restore_message(&all[1].id, &all[1].id, later(40))
        .await
        .unwrap();
    assert_eq!(shown(store, &kept).await, ["q1", "a1"]);
    store.check().await.unwrap();
    store.purge_conversation(&kept).await.unwrap();
    assert_eq!(store.draft(&draft(&all[0].id)).await.unwrap(), None);
}

#[tokio::test]
async fn the_whole_trash_goes_at_once_and_nothing_else() {
    let home = home().await;
    let store = &home.store;
    let mut ids = Vec::new();
    for title in ["kept", "one", "two"] {
        let id = store.create_conversation(Some(title), later(0)).await;
        ids.push(id.unwrap().id);
        chain(store, &ids[ids.len() - 1], &["quokka", "wombat"]).await;
    }
    store
        .trash_conversations(&ids[1..], later(10))
        .await
        .unwrap();
    let deleted = store.branch(&ids[0]).await.unwrap()[1].message.id.clone();
    store.delete_message(&deleted, later(11)).await.unwrap();

    assert_eq!(store.purge_trash().await.unwrap(), 2);
    assert!(store.trashed_conversations().await.unwrap().is_empty());
    assert_eq!(store.conversation_ids().await.unwrap(), ids[..1]);
    assert!(store.message(&deleted).await.is_ok());
    assert_eq!(store.purge_trash().await.unwrap(), 0);
    store.check().await.unwrap();
}

#[tokio::test]
async fn a_fork_is_a_conversation_of_its_own() {
    let home = home().await;
    let store = &home.store;
    let id = store
        .create_conversation(Some("Trip"), later(0))
        .await
        .unwrap()
        .id;
    store
        .set_system_prompt(&id, Some("Be brief."), later(1))
        .await
        .unwrap();
    let all = chain(store, &id, &["q1", "a1", "q2", "a2"]).await;
    let fork = store
        .fork_conversation(&all[1].id, Some("Trip (copy)"), later(20))
        .await
        .unwrap();
    assert_ne!(fork.id, id);
    assert_eq!(fork.title.as_deref(), Some("Trip (copy)"));
    assert_eq!(fork.system_prompt.as_deref(), Some("Be brief."));
    assert_eq!(shown(store, &fork.id).await, ["q1", "a1"]);
    let copied = store.branch(&fork.id).await.unwrap();
    assert_eq!(copied[0].message.created_at, all[0].created_at);
    assert_ne!(copied[0].message.id, all[0].id);

    store.purge_conversation(&id).await.unwrap();
    assert_eq!(shown(store, &fork.id).await, ["q1", "a1"]);
    assert_eq!(finds(store, "a1").await, 1);
    store.check().await.unwrap();
}
