//! A store in memory: nothing of it reaches a disk, until it is kept.

use std::fs;
use std::path::Path;

use llmos_store::{
    ConversationSettings, NewSummary, PersonaId, Role, Store, StoreError, TagChange,
};

use crate::support::{chain, home, later, message, shown};

/// Whether a text is in some file of a directory.
fn written_below(dir: &Path, secret: &str) -> bool {
    fs::read_dir(dir).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        let bytes = fs::read(path).unwrap();
        bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes())
    })
}

#[tokio::test]
async fn a_store_in_memory_does_what_one_on_disk_does() {
    let store = Store::in_memory().await.unwrap();
    assert!(store.is_in_memory());
    let id = store.create_conversation(None, later(0)).await.unwrap().id;
    let all = chain(&store, &id, &["quokka?", "A marsupial."]).await;
    assert_eq!(shown(&store, &id).await, ["quokka?", "A marsupial."]);
    assert_eq!(store.search("quok", 5).await.unwrap().len(), 1);
    store.save_draft("new", "more", later(1)).await.unwrap();
    assert_eq!(store.draft("new").await.unwrap().as_deref(), Some("more"));
    store.delete_message(&all[1].id, later(2)).await.unwrap();
    assert_eq!(shown(&store, &id).await, ["quokka?"]);
    store.purge_conversation(&id).await.unwrap();
    store.check().await.unwrap();
    store.close().await.unwrap();
    let closed = store.conversations().await;
    assert!(matches!(closed, Err(StoreError::Closed)));
}

#[tokio::test]
async fn two_stores_in_memory_know_nothing_of_each_other() {
    let one = Store::in_memory().await.unwrap();
    let other = Store::in_memory().await.unwrap();
    one.create_conversation(Some("mine"), later(0))
        .await
        .unwrap();
    assert!(other.conversations().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_conversation_is_kept_with_its_versions_and_settings() {
    let mut home = home().await;
    let memory = Store::in_memory().await.unwrap();
    let id = memory
        .create_conversation(Some("Quokkas"), later(0))
        .await
        .unwrap()
        .id;
    let all = chain(&memory, &id, &["q", "a", "q2", "a2"]).await;
    let version = message(&id, Some(&all[0].id), Role::Assistant, "b");
    let version = memory.add_message(version, later(5)).await.unwrap();
    let leaf = &all[3].id;
    memory.set_active_leaf(&id, leaf, later(6)).await.unwrap();
    memory.delete_message(&all[2].id, later(7)).await.unwrap();
    let settings = ConversationSettings {
        persona: Some(PersonaId::from("tutor")),
        system_prompt: Some("Be brief.".to_owned()),
        ..ConversationSettings::default()
    };
    memory
        .set_conversation_settings(Some(&id), &settings, later(8))
        .await
        .unwrap();

    let kept = home
        .store
        .adopt_conversation(&memory, &id, later(9))
        .await
        .unwrap();
    assert_eq!(kept.id, id);
    home.reopen().await;
    let store = &home.store;
    assert_eq!(shown(store, &id).await, ["q", "a"]);
    let branch = store.branch(&id).await.unwrap();
    assert_eq!(branch[1].siblings, [all[1].id.clone(), version.id]);
    let found = store.conversation_settings(Some(&id)).await.unwrap();
    assert_eq!(found, settings);
    assert_eq!(store.search("Quokkas", 5).await.unwrap().len(), 1);
    let deleted = store.message(&all[3].id).await;
    assert!(deleted.is_err(), "what was deleted came along");
    store.check().await.unwrap();

    // A second time it is refused and changes nothing.
    let again = store.adopt_conversation(&memory, &id, later(10)).await;
    assert!(again.is_err());
    assert_eq!(shown(store, &id).await, ["q", "a"]);
}

#[tokio::test]
async fn its_summaries_its_tags_and_its_place_are_kept_too() {
    let mut home = home().await;
    let other = home
        .store
        .create_conversation(None, later(0))
        .await
        .unwrap();
    let tag = |tag: &str, conversation: &llmos_store::ConversationId| TagChange {
        tag: tag.to_owned(),
        conversations: vec![conversation.clone()],
        on: true,
    };
    let there = [tag("Bread", &other.id)];
    home.store.change_tags(&there, later(0)).await.unwrap();

    let memory = Store::in_memory().await.unwrap();
    let id = memory.create_conversation(None, later(0)).await.unwrap().id;
    let all = chain(&memory, &id, &["q", "a", "q2", "a2"]).await;
    let given = [tag("bread", &id), tag("杭州", &id)];
    memory.change_tags(&given, later(1)).await.unwrap();
    let ids = std::slice::from_ref(&id);
    memory.pin_conversations(ids, true, later(1)).await.unwrap();
    memory
        .archive_conversations(ids, true, later(1))
        .await
        .unwrap();
    for (place, text) in [(1, "what was said"), (3, "deleted")] {
        let summary = NewSummary {
            message: all[place].id.clone(),
            text: text.to_owned(),
            covered: 2,
            edited: true,
        };
        memory.save_summary(summary, later(2)).await.unwrap();
    }
    let before = memory.summary(&all[1].id).await.unwrap();
    memory.delete_message(&all[2].id, later(3)).await.unwrap();

    let store = &home.store;
    let kept = store.adopt_conversation(&memory, &id, later(9)).await;
    // The spelling is the one that the history has.
    assert_eq!(kept.unwrap().tags, ["Bread", "杭州"]);
    home.reopen().await;
    let kept = home.store.conversation(&id).await.unwrap();
    assert!(kept.pinned && kept.archived);
    assert_eq!(kept.tags, ["Bread", "杭州"]);
    assert_eq!(home.store.summary(&all[1].id).await.unwrap(), before);
    assert_eq!(home.store.summaries(&id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn nothing_of_it_is_in_any_file() {
    let home = home().await;
    let memory = Store::in_memory().await.unwrap();
    let secret = "qqplatypus";
    let long = format!("{secret} ").repeat(20_000);
    let id = memory
        .create_conversation(Some(secret), later(0))
        .await
        .unwrap()
        .id;
    chain(&memory, &id, &[&long, &long]).await;
    memory.save_draft("new", &long, later(1)).await.unwrap();
    // The store on disk is encrypted, so its size tells as well.
    let size = |dir: &Path| {
        let sizes = fs::read_dir(dir).unwrap();
        sizes
            .map(|entry| entry.unwrap().metadata().unwrap().len())
            .sum::<u64>()
    };
    let before = size(home.dir.path());
    memory.search(secret, 5).await.unwrap();
    assert_eq!(size(home.dir.path()), before);
    assert!(!written_below(home.dir.path(), secret));
}
