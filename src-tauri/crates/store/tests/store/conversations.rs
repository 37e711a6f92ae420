//! The list, titles, the trash, drafts and settings.

use llmos_store::{ConversationId, StoreError};

use crate::support::{chain, home, later, shown};

#[tokio::test]
async fn the_list_shows_the_last_changed_first() {
    let home = home().await;
    let store = &home.store;
    let first = store
        .create_conversation(Some("a"), later(1))
        .await
        .unwrap();
    let second = store.create_conversation(None, later(2)).await.unwrap();
    let ids = async || -> Vec<ConversationId> {
        let list = store.conversations().await.unwrap();
        list.into_iter().map(|c| c.id).collect()
    };
    assert_eq!(ids().await, [second.id.clone(), first.id.clone()]);
    let renamed = store
        .rename_conversation(&first.id, "b", later(3))
        .await
        .unwrap();
    assert_eq!(renamed.title.as_deref(), Some("b"));
    assert_eq!(renamed.created_at, later(1));
    assert_eq!(renamed.updated_at, later(3));
    assert_eq!(ids().await, [first.id, second.id]);
}

#[tokio::test]
async fn a_first_title_never_takes_the_place_of_another() {
    let home = home().await;
    let store = &home.store;
    let id = store.create_conversation(None, later(1)).await.unwrap().id;
    let titled = store.title_untitled(&id, "Made up", later(2)).await;
    let titled = titled.unwrap().unwrap();
    assert_eq!(titled.title.as_deref(), Some("Made up"));
    assert_eq!(titled.updated_at, later(2));
    assert_eq!(store.search("made", 9).await.unwrap().len(), 1);

    store
        .rename_conversation(&id, "My own", later(3))
        .await
        .unwrap();
    let late = store.title_untitled(&id, "Too late", later(4)).await;
    assert_eq!(late.unwrap(), None);
    let saved = store.conversation(&id).await.unwrap();
    assert_eq!(saved.title.as_deref(), Some("My own"));
    assert_eq!(saved.updated_at, later(3));
    assert!(store.search("late", 9).await.unwrap().is_empty());
    assert_eq!(store.search("own", 9).await.unwrap().len(), 1);

    store.purge_conversation(&id).await.unwrap();
    let gone = store.title_untitled(&id, "Nobody", later(5)).await;
    assert!(matches!(gone, Err(StoreError::NotFound { .. })), "{gone:?}");
}

#[tokio::test]
async fn a_conversation_counts_until_it_is_purged() {
    let home = home().await;
    let store = &home.store;
    assert!(!store.has_conversations().await.unwrap());
    let id = store.create_conversation(None, later(1)).await.unwrap().id;
    assert!(store.has_conversations().await.unwrap());
    store
        .trash_conversations(std::slice::from_ref(&id), later(2))
        .await
        .unwrap();
    assert!(store.has_conversations().await.unwrap());
    store.purge_conversation(&id).await.unwrap();
    assert!(!store.has_conversations().await.unwrap());
}

#[tokio::test]
async fn the_trash_keeps_everything_until_it_is_purged() {
    let home = home().await;
    let store = &home.store;
    let id = store
        .create_conversation(Some("bin"), later(1))
        .await
        .unwrap()
        .id;
    let kept = store
        .create_conversation(Some("keep"), later(2))
        .await
        .unwrap()
        .id;
    let messages = chain(store, &id, &["platypus", "answer"]).await;
    store
        .save_draft(id.as_str(), "unsent", later(3))
        .await
        .unwrap();

    let ids = [id.clone()];
    store.trash_conversations(&ids, later(4)).await.unwrap();
    let trashed = store.conversation(&id).await.unwrap();
    assert_eq!(trashed.trashed_at, Some(later(4)));
    assert_eq!(store.conversations().await.unwrap().len(), 1);
    assert_eq!(store.trashed_conversations().await.unwrap()[0].id, id);
    assert!(store.search("platypus", 10).await.unwrap().is_empty());
    assert!(store.search("bin", 10).await.unwrap().is_empty());

    store.restore_conversations(&ids).await.unwrap();
    let restored = store.conversation(&id).await.unwrap();
    assert_eq!(restored.trashed_at, None);
    assert_eq!(shown(store, &id).await, ["platypus", "answer"]);
    assert_eq!(store.search("platypus", 10).await.unwrap().len(), 1);

    store.purge_conversation(&id).await.unwrap();
    assert!(store.search("platypus", 10).await.unwrap().is_empty());
    assert_eq!(store.draft(id.as_str()).await.unwrap(), None);
    let gone = store.message(&messages[0].id).await.unwrap_err();
    assert!(matches!(
        gone,
        StoreError::NotFound {
            what: "message",
            ..
        }
    ));
    let gone = store.purge_conversation(&id).await.unwrap_err();
    assert!(matches!(
        gone,
        StoreError::NotFound {
            what: "conversation",
            ..
        }
    ));
    assert_eq!(store.conversations().await.unwrap()[0].id, kept);
}

/// Deep enough to pass the limit of 1,000 that `SQLite` sets to cascades.
#[tokio::test]
async fn a_very_long_conversation_can_be_purged() {
    let home = home().await;
    let id = home
        .store
        .create_conversation(None, later(0))
        .await
        .unwrap()
        .id;
    chain(&home.store, &id, &vec!["word"; 1_200]).await;
    home.store.purge_conversation(&id).await.unwrap();
    assert!(home.store.conversations().await.unwrap().is_empty());
    assert!(home.store.search("word", 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn unknown_conversations_are_named_in_the_error() {
    let home = home().await;
    let store = &home.store;
    let unknown = ConversationId::from("nobody'; DROP TABLE messages; --\0");
    for error in [
        store.conversation(&unknown).await.unwrap_err(),
        store.branch(&unknown).await.unwrap_err(),
        store
            .rename_conversation(&unknown, "x", later(0))
            .await
            .unwrap_err(),
        store.search_branch(&unknown, "x").await.unwrap_err(),
        store
            .set_system_prompt(&unknown, None, later(0))
            .await
            .unwrap_err(),
    ] {
        let StoreError::NotFound { what, id } = error else {
            panic!("{error}");
        };
        assert_eq!((what, id.as_str()), ("conversation", unknown.as_str()));
    }
}

#[tokio::test]
async fn drafts_settings_and_prompts_survive_a_restart() {
    let mut home = home().await;
    let id = home
        .store
        .create_conversation(None, later(0))
        .await
        .unwrap()
        .id;
    home.store
        .save_draft("new", "half\0 a thought 杭州", later(1))
        .await
        .unwrap();
    home.store.save_draft("gone", "x", later(1)).await.unwrap();
    home.store.save_draft("gone", "", later(2)).await.unwrap();
    home.store
        .set_setting("sampling", Some("{\"t\":1}"), later(1))
        .await
        .unwrap();
    home.store
        .set_setting("other", Some("1"), later(1))
        .await
        .unwrap();
    home.store
        .set_setting("other", None, later(1))
        .await
        .unwrap();
    home.store
        .set_system_prompt(&id, Some("Be brief."), later(1))
        .await
        .unwrap();
    home.reopen().await;
    let store = &home.store;
    assert_eq!(
        store.draft("new").await.unwrap().as_deref(),
        Some("half\0 a thought 杭州")
    );
    assert_eq!(store.draft("gone").await.unwrap(), None);
    assert_eq!(
        store.setting("sampling").await.unwrap().as_deref(),
        Some("{\"t\":1}")
    );
    assert_eq!(store.setting("other").await.unwrap(), None);
    let found = store.conversation(&id).await.unwrap();
    assert_eq!(found.system_prompt.as_deref(), Some("Be brief."));
}
