//! Texts that a person writes, their versions, and templates.

use std::fs;

use llmos_store::{StoreError, TemplateId, TextCause, TextId, Timestamp};

use crate::support::{Home, NOW, database, home, later, open};

/// Longer than the trash keeps anything, in milliseconds.
const LONG: i64 = 40 * 24 * 3600 * 1000;

async fn begin(home: &Home, body: &str) -> TextId {
    let made = home.store.create_text("", body, None, NOW).await.unwrap();
    made.id
}

/// The bodies of all versions, newest first.
async fn versions(home: &Home, id: &TextId) -> Vec<(TextCause, String)> {
    let mut all = Vec::new();
    for version in home.store.text_versions(id).await.unwrap() {
        let then = home.store.text_version(id, version.number).await.unwrap();
        all.push((version.cause, then.body));
    }
    all
}

#[tokio::test]
async fn a_text_is_written_deleted_and_brought_back() {
    let mut home = home().await;
    let form = r#"{"kind":"email"}"#;
    let mail = home
        .store
        .create_text("Plan", "Dear Anna", Some(form), later(1))
        .await
        .unwrap();
    let note = home
        .store
        .create_text("", "杭州", None, later(2))
        .await
        .unwrap();
    home.reopen().await;
    assert_eq!(home.store.text(&mail.id).await.unwrap(), mail);
    assert_eq!(mail.form.as_deref(), Some(form));

    let save = home
        .store
        .save_text(&mail.id, "Plan", "Dear Anna,", later(3));
    save.await.unwrap();
    let ids = |home: &Home| {
        let store = home.store.clone();
        async move {
            let listed = store.texts().await.unwrap().into_iter();
            listed.map(|text| text.id).collect::<Vec<_>>()
        }
    };
    assert_eq!(ids(&home).await, [mail.id.clone(), note.id.clone()]);
    // The same words again are no change.
    home.store
        .save_text(&note.id, "", "杭州", later(9))
        .await
        .unwrap();
    assert_eq!(ids(&home).await, [mail.id.clone(), note.id.clone()]);

    home.store.delete_text(&mail.id, later(10)).await.unwrap();
    assert_eq!(ids(&home).await, std::slice::from_ref(&note.id));
    home.store.restore_text(&mail.id).await.unwrap();
    assert_eq!(ids(&home).await, [mail.id.clone(), note.id.clone()]);
    assert_eq!(home.store.text(&mail.id).await.unwrap().body, "Dear Anna,");

    home.store.delete_text(&mail.id, later(10)).await.unwrap();
    home.store.empty_trash(later(10)).await.unwrap();
    assert!(home.store.text(&mail.id).await.is_ok(), "erased too early");
    home.store.empty_trash(later(LONG)).await.unwrap();
    let gone = home.store.text(&mail.id).await.unwrap_err();
    assert!(matches!(gone, StoreError::NotFound { what: "text", .. }));
}

#[tokio::test]
async fn a_version_is_kept_once_and_can_be_had_back() {
    let home = home().await;
    let id = begin(&home, "one").await;
    let keep = |cause, at| home.store.keep_text_version(&id, cause, later(at));
    keep(TextCause::Pause, 1).await.unwrap();
    keep(TextCause::Model, 2).await.unwrap();
    assert_eq!(versions(&home, &id).await.len(), 1, "the same twice");
    home.store
        .save_text(&id, "", "two", later(3))
        .await
        .unwrap();
    let first = home.store.text_versions(&id).await.unwrap()[0].clone();
    assert_eq!((first.cause, first.characters), (TextCause::Pause, 3));

    let reverted = home
        .store
        .revert_text(&id, first.number, later(4))
        .await
        .unwrap();
    assert_eq!(reverted.body, "one");
    assert_eq!(
        versions(&home, &id).await,
        [
            (TextCause::Restore, "two".to_owned()),
            (TextCause::Pause, "one".to_owned())
        ]
    );
    let unknown = home
        .store
        .revert_text(&id, 4711, later(5))
        .await
        .unwrap_err();
    assert!(matches!(
        unknown,
        StoreError::NotFound {
            what: "version",
            ..
        }
    ));
    assert_eq!(home.store.text(&id).await.unwrap().body, "one");
    // Another text's version is none of this one's.
    let other = begin(&home, "other").await;
    assert!(
        home.store
            .revert_text(&other, first.number, later(6))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn the_oldest_versions_go() {
    let home = home().await;
    let id = begin(&home, "").await;
    for number in 0..70 {
        let body = number.to_string();
        home.store
            .save_text(&id, "", &body, later(number))
            .await
            .unwrap();
        let keep = home
            .store
            .keep_text_version(&id, TextCause::Pause, later(number));
        keep.await.unwrap();
    }
    let kept = versions(&home, &id).await;
    assert_eq!(kept.len(), 60);
    assert_eq!(kept[0].1, "69");
    assert_eq!(kept[59].1, "10");
    // Three large ones are more than there is room for; the newest stays.
    for letter in ["a", "b", "c"] {
        let body = letter.repeat(4_000_001);
        home.store
            .save_text(&id, "", &body, later(100))
            .await
            .unwrap();
        let keep = home
            .store
            .keep_text_version(&id, TextCause::Pause, later(100));
        keep.await.unwrap();
    }
    let kept = home.store.text_versions(&id).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].characters, 4_000_001);
}

#[tokio::test]
async fn a_template_is_made_changed_deleted_and_brought_back() {
    let mut home = home().await;
    let made = home
        .store
        .save_template(None, "Invitation", "{}", NOW)
        .await
        .unwrap();
    let id = made.id.clone();
    let changed = home
        .store
        .save_template(Some(&id), "Party", r#"{"a":1}"#, later(1));
    let changed = changed.await.unwrap();
    assert_eq!((changed.name.as_str(), &changed.id), ("Party", &id));
    home.reopen().await;
    assert_eq!(
        home.store.templates().await.unwrap(),
        std::slice::from_ref(&changed)
    );
    home.store.delete_template(&id, later(2)).await.unwrap();
    assert_eq!(home.store.templates().await.unwrap(), []);
    assert_eq!(home.store.restore_template(&id).await.unwrap(), changed);
    home.store.delete_template(&id, later(2)).await.unwrap();
    home.store.empty_trash(later(LONG)).await.unwrap();
    assert!(home.store.restore_template(&id).await.is_err());
}

#[tokio::test]
async fn what_names_nothing_is_said() {
    let home = home().await;
    let id = TextId::from("none");
    assert!(home.store.text(&id).await.is_err());
    assert!(home.store.save_text(&id, "", "", NOW).await.is_err());
    assert!(home.store.delete_text(&id, NOW).await.is_err());
    assert!(home.store.restore_text(&id).await.is_err());
    assert!(
        home.store
            .keep_text_version(&id, TextCause::Pause, NOW)
            .await
            .is_err()
    );
    let template = TemplateId::from("none");
    assert!(home.store.delete_template(&template, NOW).await.is_err());
    let saved = home.store.save_template(Some(&template), "a", "{}", NOW);
    assert!(saved.await.is_err());
    assert_eq!(home.store.texts().await.unwrap(), []);
}

#[tokio::test]
async fn texts_survive_damage_elsewhere() {
    let home = home().await;
    let id = begin(&home, "kept words").await;
    home.store
        .keep_text_version(&id, TextCause::Model, later(1))
        .await
        .unwrap();
    home.store
        .save_text(&id, "Title", "newer words", later(2))
        .await
        .unwrap();
    home.store
        .save_template(None, "Invitation", "{}", NOW)
        .await
        .unwrap();
    // So long that the middle of the file is nothing else.
    let draft = "quokka ".repeat(200_000);
    home.store
        .save_draft("write", &draft, later(3))
        .await
        .unwrap();
    home.store.close().await.unwrap();

    let path = database(home.dir.path());
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(&path, bytes).unwrap();
    let opened = open(home.dir.path()).await.unwrap();
    assert!(opened.notice.is_some(), "the damage was not noticed");
    let store = opened.store;
    let text = store.text(&id).await.unwrap();
    assert_eq!(
        (text.title.as_str(), text.body.as_str()),
        ("Title", "newer words")
    );
    assert_eq!(text.updated_at, Timestamp(NOW.0 + 2));
    let versions = store.text_versions(&id).await.unwrap();
    assert_eq!(versions.len(), 1);
    assert_eq!(store.templates().await.unwrap().len(), 1);
}
