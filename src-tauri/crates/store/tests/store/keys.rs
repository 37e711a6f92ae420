//! Encryption, the key, and a key that is wrong or missing.

use std::fs;

use llmos_store::{FileKeyProvider, Store, StoreError};

use crate::support::{chain, database, furnished, home, later, open, shown};

#[tokio::test]
async fn nothing_that_was_written_is_readable_in_the_files() {
    let home = home().await;
    let id = home
        .store
        .create_conversation(Some("SECRETTITLE"), later(0))
        .await
        .unwrap()
        .id;
    chain(&home.store, &id, &["SECRETMESSAGE in the open"; 50]).await;
    home.store
        .save_draft("new", "SECRETDRAFT", later(0))
        .await
        .unwrap();
    home.store.close().await.unwrap();
    let mut seen = 0;
    for entry in fs::read_dir(home.dir.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        seen += bytes.len();
        for secret in ["SECRET", "secret", "conversations", "SQLite format"] {
            let hit = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
            assert!(!hit, "{secret} in {}", path.display());
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{}", path.display());
        }
    }
    assert!(seen > 10_000);
}

#[tokio::test]
async fn a_wrong_key_is_told_from_damage_and_changes_nothing() {
    let dir = furnished(1, 20).await;
    let before = fs::read(database(dir.path())).unwrap();
    let other = furnished(1, 1).await;
    let right = fs::read(dir.path().join("llmos.key")).unwrap();
    fs::copy(other.path().join("llmos.key"), dir.path().join("llmos.key")).unwrap();

    for _ in 0..2 {
        let error = open(dir.path()).await.unwrap_err();
        assert!(matches!(error, StoreError::WrongKey { .. }), "{error}");
    }
    // Without the key check the answer is the same: nothing is moved on a guess.
    let check = dir.path().join("llmos.keycheck");
    let kept = fs::read(&check).unwrap();
    fs::remove_file(&check).unwrap();
    let error = open(dir.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::WrongKey { .. }), "{error}");
    fs::write(&check, kept).unwrap();
    // A key file that is no key at all.
    fs::write(dir.path().join("llmos.key"), "garbage").unwrap();
    let error = open(dir.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::WrongKey { .. }), "{error}");

    assert_eq!(fs::read(database(dir.path())).unwrap(), before);
    fs::write(dir.path().join("llmos.key"), right).unwrap();
    let opened = open(dir.path()).await.unwrap();
    assert_eq!(opened.notice, None);
    let list = opened.store.conversations().await.unwrap();
    assert_eq!(shown(&opened.store, &list[0].id).await.len(), 20);
}

#[tokio::test]
async fn a_missing_key_is_never_replaced() {
    let dir = furnished(1, 5).await;
    let key = dir.path().join("llmos.key");
    let right = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    let error = open(dir.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::KeyMissing { .. }), "{error}");
    assert!(!key.exists());
    fs::write(&key, right).unwrap();
    assert_eq!(open(dir.path()).await.unwrap().notice, None);
}

#[tokio::test]
async fn starting_afresh_keeps_the_old_database_usable() {
    let dir = furnished(1, 5).await;
    let key = dir.path().join("llmos.key");
    let right = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    let aside = Store::set_aside(dir.path(), later(0)).unwrap().unwrap();
    let opened = open(dir.path()).await.unwrap();
    assert!(opened.store.conversations().await.unwrap().is_empty());
    opened.store.close().await.unwrap();

    // With the key back, the old file is itself again under its old name.
    let old = tempfile::tempdir().unwrap();
    fs::copy(&aside, database(old.path())).unwrap();
    fs::write(old.path().join("llmos.key"), right).unwrap();
    let opened = open(old.path()).await.unwrap();
    assert_eq!(opened.store.conversations().await.unwrap().len(), 1);

    let empty = tempfile::tempdir().unwrap();
    assert_eq!(Store::set_aside(empty.path(), later(0)).unwrap(), None);
}

#[tokio::test]
async fn a_lost_key_check_is_made_again() {
    let dir = furnished(1, 5).await;
    let check = dir.path().join("llmos.keycheck");
    for content in [None, Some("rubbish")] {
        match content {
            None => fs::remove_file(&check).unwrap(),
            Some(text) => fs::write(&check, text).unwrap(),
        }
        let opened = open(dir.path()).await.unwrap();
        assert_eq!(opened.notice, None);
        opened.store.close().await.unwrap();
        assert!(
            fs::read_to_string(&check)
                .unwrap()
                .starts_with("llmos key check 1\n")
        );
    }
}

/// The key may live somewhere else than beside the database.
#[tokio::test]
async fn the_key_comes_from_wherever_the_provider_keeps_it() {
    let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let keys = FileKeyProvider::new(elsewhere.path().join("k"));
    let opened = Store::open(dir.path(), &keys, later(0)).await.unwrap();
    opened.store.close().await.unwrap();
    assert!(!dir.path().join("llmos.key").exists());
    let error = open(dir.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::KeyMissing { .. }));
    Store::open(dir.path(), &keys, later(0)).await.unwrap();
}
