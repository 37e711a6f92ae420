//! Saved states of models: whose they are, what opens them, and when they go.

use std::fs;
use std::path::{Path, PathBuf};

use llmos_store::{ConversationId, FileKeyProvider, Prefix, Store, StoreError, Timestamp};

use crate::support::{Home, NOW, chain, home, later};

const MODEL: [u8; 32] = [7; 32];
const LIMIT: u64 = 1 << 20;

fn prefix(seed: u32) -> Prefix {
    Prefix {
        tokens: (seed..seed + 300).collect(),
        state: format!("state {seed} of what a person wrote ")
            .repeat(100)
            .into_bytes(),
    }
}

async fn conversation(store: &Store) -> ConversationId {
    let made = store.create_conversation(Some("kept"), NOW).await.unwrap();
    made.id
}

async fn save(store: &Store, id: &ConversationId, seed: u32, now: Timestamp) {
    let saved = store.save_prefix(id, MODEL, prefix(seed), LIMIT, now).await;
    saved.unwrap();
}

async fn load(store: &Store, id: &ConversationId) -> Option<Prefix> {
    store.prefix(id, MODEL, |_| true, later(500)).await
}

fn files(home: &Home) -> Vec<PathBuf> {
    let folder = home.dir.path().join("llmos.prefixes");
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn only(home: &Home) -> PathBuf {
    let files = files(home);
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

#[tokio::test]
async fn what_is_saved_comes_back_after_a_restart_and_the_last_one_counts() {
    let mut home = home().await;
    let id = conversation(&home.store).await;
    assert!(load(&home.store, &id).await.is_none());
    save(&home.store, &id, 1, NOW).await;
    save(&home.store, &id, 2, later(1)).await;
    home.reopen().await;
    assert!(load(&home.store, &id).await == Some(prefix(2)));
    assert!(home.store.prefix_bytes().await > 1_000);
    only(&home);
}

#[tokio::test]
async fn another_model_or_another_beginning_gets_nothing() {
    let home = home().await;
    let id = conversation(&home.store).await;
    save(&home.store, &id, 1, NOW).await;
    let unwanted = home.store.prefix(&id, MODEL, |tokens| tokens[0] == 9, NOW);
    assert!(unwanted.await.is_none());
    // It was not wanted this time, and may be the next.
    assert!(load(&home.store, &id).await.is_some());
    let other_model = home.store.prefix(&id, [8; 32], |_| true, NOW);
    assert!(other_model.await.is_none());
    assert!(files(&home).is_empty(), "what no model can use is removed");
}

#[tokio::test]
async fn every_damage_is_noticed_and_nothing_of_it_comes_back() {
    let home = home().await;
    let id = conversation(&home.store).await;
    save(&home.store, &id, 1, NOW).await;
    let path = only(&home);
    let sound = fs::read(&path).unwrap();
    let mut damaged: Vec<Vec<u8>> = Vec::new();
    // A bit anywhere, the lengths of the boxes included.
    for at in (0..sound.len()).step_by(97).chain(64..72) {
        let mut bytes = sound.clone();
        bytes[at] ^= 0x10;
        damaged.push(bytes);
    }
    for length in [0, 7, 40, 71, 72, 80, sound.len() / 2, sound.len() - 1] {
        damaged.push(sound[..length].to_vec());
    }
    // A length that no memory could hold.
    let mut bytes = sound.clone();
    bytes[64..72].fill(0xff);
    damaged.push(bytes);
    for bytes in damaged {
        fs::write(&path, &bytes).unwrap();
        assert!(load(&home.store, &id).await.is_none());
        assert!(!path.exists(), "it is removed");
    }
    fs::write(&path, &sound).unwrap();
    assert!(load(&home.store, &id).await.is_some());
}

#[tokio::test]
async fn a_file_does_not_open_for_another_conversation_or_key() {
    let home = home().await;
    let [a, b] = [
        conversation(&home.store).await,
        conversation(&home.store).await,
    ];
    save(&home.store, &a, 1, NOW).await;
    let path_of_a = only(&home);
    let bytes_of_a = fs::read(&path_of_a).unwrap();
    save(&home.store, &b, 2, NOW).await;
    let both = files(&home);
    let path_of_b = both.iter().find(|path| **path != path_of_a).unwrap();
    fs::write(path_of_b, &bytes_of_a).unwrap();
    assert!(load(&home.store, &b).await.is_none());

    let elsewhere = tempfile::tempdir().unwrap();
    let keys = FileKeyProvider::in_dir(elsewhere.path());
    let other = Store::open(elsewhere.path(), &keys, NOW)
        .await
        .unwrap()
        .store;
    let stranger = conversation(&other).await;
    save(&other, &stranger, 3, NOW).await;
    let folder = elsewhere.path().join("llmos.prefixes");
    let place = fs::read_dir(folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    fs::write(place, &bytes_of_a).unwrap();
    assert!(load(&other, &stranger).await.is_none());
}

#[tokio::test]
async fn nothing_of_it_can_be_read_in_the_files_or_their_names() {
    let home = home().await;
    let id = conversation(&home.store).await;
    save(&home.store, &id, 1, NOW).await;
    let path = only(&home);
    let bytes = fs::read(&path).unwrap();
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|part| part == needle);
    assert!(!holds(b"what a person wrote"));
    let tokens: Vec<u8> = (10_u32..14).flat_map(u32::to_le_bytes).collect();
    assert!(!holds(&tokens));
    let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
    assert!(!id.as_str().replace('-', "").contains(&name[..8]));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }
}

#[tokio::test]
async fn those_used_longest_ago_make_room() {
    let home = home().await;
    let mut ids = Vec::new();
    for number in 0..3 {
        let id = conversation(&home.store).await;
        save(&home.store, &id, number, later(i64::from(number) * 1_000)).await;
        ids.push(id);
    }
    let each = home.store.prefix_bytes().await / 3;
    // The oldest one is used again.
    let used = home.store.prefix(&ids[0], MODEL, |_| true, later(9_000));
    assert!(used.await.is_some());
    let newest = conversation(&home.store).await;
    let limit = each * 3 + each / 2;
    let saved = home
        .store
        .save_prefix(&newest, MODEL, prefix(3), limit, later(10_000));
    saved.await.unwrap();
    let mut there = Vec::new();
    for id in ids.iter().chain([&newest]) {
        there.push(load(&home.store, id).await.is_some());
    }
    assert_eq!(there, [true, false, true, true]);
    home.store.trim_prefixes(0).await;
    assert_eq!(home.store.prefix_bytes().await, 0);
    // One that is larger than everything may be leaves nothing behind.
    let saved = home
        .store
        .save_prefix(&newest, MODEL, prefix(4), 100, NOW)
        .await;
    saved.unwrap();
    assert!(files(&home).is_empty());
}

#[tokio::test]
async fn they_go_with_what_they_are_made_of() {
    let home = home().await;
    let store = &home.store;
    let purged = conversation(store).await;
    save(store, &purged, 1, NOW).await;
    store.purge_conversation(&purged).await.unwrap();
    assert!(files(&home).is_empty());
    let gone = store
        .save_prefix(&purged, MODEL, prefix(1), LIMIT, NOW)
        .await;
    assert!(matches!(gone, Err(StoreError::NotFound { .. })));

    let trashed = conversation(store).await;
    save(store, &trashed, 2, NOW).await;
    let ids = [trashed.clone()];
    store.trash_conversations(&ids, NOW).await.unwrap();
    assert!(files(&home).is_empty());
    let late = store
        .save_prefix(&trashed, MODEL, prefix(2), LIMIT, NOW)
        .await;
    assert!(matches!(late, Err(StoreError::NotFound { .. })));
    assert!(files(&home).is_empty());

    let cut = conversation(store).await;
    let messages = chain(store, &cut, &["q", "a"]).await;
    save(store, &cut, 3, NOW).await;
    store.delete_message(&messages[1].id, NOW).await.unwrap();
    assert!(files(&home).is_empty());

    // What was left behind by a crash is found at the next start.
    save(store, &cut, 4, NOW).await;
    let orphan = only(&home).with_file_name("00112233445566778899aabbccddeeff.kv");
    let unfinished = orphan.with_extension("new");
    for path in [&orphan, &unfinished] {
        fs::write(path, b"left over").unwrap();
    }
    store.empty_trash(NOW).await.unwrap();
    assert!(!orphan.exists() && !unfinished.exists());
    assert!(load(store, &cut).await.is_some());
}
