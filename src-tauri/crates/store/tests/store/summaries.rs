//! Running summaries: whose they are, where they hold, and when they go.

use llmos_store::{Message, MessageId, NewSummary, Role, Store, StoreError};

use crate::support::{NOW, chain, database, home, later, message, open};

fn summary(message: &MessageId, text: &str) -> NewSummary {
    NewSummary {
        message: message.clone(),
        text: text.to_owned(),
        covered: 2,
        edited: false,
    }
}

/// A conversation of three exchanges.
async fn talk(store: &Store) -> Vec<Message> {
    let id = store
        .create_conversation(Some("talk"), NOW)
        .await
        .unwrap()
        .id;
    chain(store, &id, &["q1", "a1", "q2", "a2", "q3", "a3"]).await
}

#[tokio::test]
async fn the_one_that_reaches_furthest_on_the_shown_branch_is_found() {
    let home = home().await;
    let talk = talk(&home.store).await;
    let id = &talk[0].conversation_id;
    assert_eq!(home.store.branch_summary(id).await.unwrap(), None);
    for (at, text) in [(3, "two exchanges"), (1, "one exchange")] {
        let new = summary(&talk[at].id, text);
        home.store.save_summary(new, later(10)).await.unwrap();
    }
    let found = home.store.branch_summary(id).await.unwrap().unwrap();
    assert_eq!(
        (found.summary.text.as_str(), found.depth),
        ("two exchanges", 4)
    );

    // A branch that leaves before the second exchange only has the first one.
    let other = message(id, Some(&talk[1].id), Role::User, "another q2");
    home.store.add_message(other, later(20)).await.unwrap();
    let found = home.store.branch_summary(id).await.unwrap().unwrap();
    assert_eq!(
        (found.summary.text.as_str(), found.depth),
        ("one exchange", 2)
    );
    assert_eq!(home.store.summaries(id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn saving_again_replaces_and_removing_removes() {
    let mut home = home().await;
    let talk = talk(&home.store).await;
    let last = &talk[1].id;
    home.store
        .save_summary(summary(last, "first"), NOW)
        .await
        .unwrap();
    let edited = NewSummary {
        edited: true,
        ..summary(last, "in other words")
    };
    let saved = home.store.save_summary(edited, later(5)).await.unwrap();
    assert!(saved.edited && saved.updated_at == later(5));
    home.reopen().await;
    assert_eq!(home.store.summary(last).await.unwrap(), Some(saved));
    home.store.remove_summary(last).await.unwrap();
    assert_eq!(home.store.summary(last).await.unwrap(), None);
    home.store.remove_summary(last).await.unwrap();
    let unknown = summary(&MessageId::from("no-such"), "text");
    let error = home.store.save_summary(unknown, NOW).await.unwrap_err();
    assert!(matches!(error, StoreError::NotFound { .. }), "{error}");
}

#[tokio::test]
async fn it_goes_with_its_conversation_and_with_an_erased_message() {
    let home = home().await;
    let (gone, kept) = (talk(&home.store).await, talk(&home.store).await);
    for talk in [&gone, &kept] {
        for at in [1, 3] {
            let new = summary(&talk[at].id, "a summary");
            home.store.save_summary(new, NOW).await.unwrap();
        }
    }
    let id = &gone[0].conversation_id;
    home.store.purge_conversation(id).await.unwrap();
    assert_eq!(home.store.summaries(id).await.unwrap(), []);

    let id = &kept[0].conversation_id;
    home.store
        .delete_message(&kept[2].id, later(5))
        .await
        .unwrap();
    let shown = home.store.branch_summary(id).await.unwrap().unwrap();
    assert_eq!(shown.summary.message_id, kept[1].id);
    home.store.empty_trash(later(10)).await.unwrap();
    let left = home.store.summaries(id).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].message_id, kept[1].id);
}

#[tokio::test]
async fn a_copy_of_the_conversation_has_it_too() {
    let home = home().await;
    let talk = talk(&home.store).await;
    let edited = NewSummary {
        edited: true,
        ..summary(&talk[1].id, "what was said")
    };
    home.store.save_summary(edited, NOW).await.unwrap();
    let fork = home
        .store
        .fork_conversation(&talk[3].id, None, later(9))
        .await
        .unwrap();
    let copied = home.store.branch_summary(&fork.id).await.unwrap().unwrap();
    assert_eq!(copied.depth, 2);
    assert_eq!(copied.summary.text, "what was said");
    assert!(copied.summary.edited);
    assert_ne!(copied.summary.message_id, talk[1].id);
}

#[tokio::test]
async fn it_is_salvaged_with_its_message() {
    let home = home().await;
    let talk = talk(&home.store).await;
    let new = summary(&talk[3].id, "worth keeping");
    let saved = home.store.save_summary(new, NOW).await.unwrap();
    home.store.close().await.unwrap();
    // The last page is damaged: the file is set aside and read page by page.
    let path = database(home.dir.path());
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.truncate(bytes.len() - 100);
    std::fs::write(&path, bytes).unwrap();
    let opened = open(home.dir.path()).await.unwrap();
    assert!(opened.notice.is_some());
    assert_eq!(
        opened.store.summary(&talk[3].id).await.unwrap(),
        Some(saved)
    );
}
