//! Damaged databases: set aside, salvaged from, never deleted.

use std::fs;
use std::io::Write;
use std::path::Path;

use llmos_store::{Notice, Salvaged, Store, StoreError, TagChange};
use tempfile::TempDir;

use crate::support::{copy_dir, database, furnished, later, message, open};

const CONVERSATIONS: usize = 6;
const MESSAGES: usize = 60;
const PAGE: usize = 4096;

/// Opens a store whose database was replaced by `bytes` and checks what must hold
/// for every damage. Returns what was salvaged; `None` when the damage hit
/// nothing that is used.
async fn open_damaged(dir: &TempDir, bytes: &[u8]) -> Option<Salvaged> {
    fs::write(database(dir.path()), bytes).unwrap();
    let opened = open(dir.path()).await.unwrap();
    let salvaged = match &opened.notice {
        Some(Notice::SetAside { path, salvaged }) => {
            assert_eq!(
                fs::read(path).unwrap(),
                bytes,
                "the damaged file is kept as it was"
            );
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(name.starts_with("llmos.db.damaged-20261124T"), "{name}");
            Some(*salvaged)
        }
        None => None,
    };
    let (conversations, messages) = count(&opened.store).await;
    let expected = salvaged.unwrap_or(everything());
    assert_eq!(
        (conversations, messages),
        (expected.conversations, expected.messages)
    );
    assert_usable(&opened.store).await;
    opened.store.close().await.unwrap();
    // The second start is an ordinary one.
    let again = open(dir.path()).await.unwrap();
    assert_eq!(again.notice, None);
    again.store.close().await.unwrap();
    salvaged
}

fn everything() -> Salvaged {
    Salvaged {
        conversations: CONVERSATIONS as u64,
        messages: (CONVERSATIONS * MESSAGES) as u64,
    }
}

async fn count(store: &Store) -> (u64, u64) {
    let list = store.conversations().await.unwrap();
    // Counted by search, because a lost message makes a branch begin anew.
    let messages = store.search("message", 10_000).await.unwrap();
    (list.len() as u64, messages.len() as u64)
}

async fn assert_usable(store: &Store) {
    let id = store.create_conversation(None, later(5)).await.unwrap().id;
    let new = message(&id, None, llmos_store::Role::User, "quokka");
    store.add_message(new, later(6)).await.unwrap();
    assert_eq!(store.search("quokka", 5).await.unwrap().len(), 1);
    store.purge_conversation(&id).await.unwrap();
}

async fn template() -> (TempDir, Vec<u8>) {
    let dir = furnished(CONVERSATIONS, MESSAGES).await;
    let bytes = fs::read(database(dir.path())).unwrap();
    (dir, bytes)
}

#[tokio::test]
async fn a_file_of_garbage_is_set_aside() {
    let (dir, bytes) = template().await;
    for garbage in [
        b"hello".to_vec(),
        vec![0; 100_000],
        vec![0xa5; PAGE],
        b"SQLite format 3\0".repeat(1000),
        bytes.iter().map(|b| !b).collect(),
    ] {
        let salvaged = open_damaged_empty(&copy_dir(dir.path()), &garbage).await;
        assert_eq!(salvaged, Salvaged::default());
    }
}

/// Like [`open_damaged`] where nothing can be saved.
async fn open_damaged_empty(dir: &TempDir, bytes: &[u8]) -> Salvaged {
    open_damaged(dir, bytes).await.expect("a notice")
}

#[tokio::test]
async fn a_truncated_file_is_set_aside_wherever_it_ends() {
    let (dir, bytes) = template().await;
    let length = bytes.len();
    for end in [
        0,
        1,
        100,
        511,
        512,
        PAGE - 1,
        PAGE,
        PAGE + 1,
        length / 2,
        length - PAGE,
        length - 1,
    ] {
        let salvaged = open_damaged(&copy_dir(dir.path()), &bytes[..end]).await;
        assert!(salvaged.is_some(), "cut at {end}: no notice");
    }
}

#[tokio::test]
async fn a_flipped_byte_in_the_first_page_is_damage_and_no_wrong_key() {
    let (dir, bytes) = template().await;
    for at in [0, 15, 16, 24, 60, 100, 2000, PAGE - 1] {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        let salvaged = open_damaged(&copy_dir(dir.path()), &bytes).await;
        assert_eq!(salvaged, Some(Salvaged::default()), "flipped at {at}");
    }
}

/// One page is lost, everything else is saved: every fifth page in turn. Only the
/// schema can't be done without: it takes the first page and one more.
#[tokio::test]
async fn a_flipped_byte_behind_the_first_page_costs_what_is_in_that_page() {
    let (dir, bytes) = template().await;
    let pages = bytes.len() / PAGE;
    let (mut most_lost, mut total_losses) = (0, 0);
    for page in (1..pages).step_by(5) {
        let mut bytes = bytes.clone();
        bytes[page * PAGE + PAGE / 3] ^= 0x10;
        if let Some(salvaged) = open_damaged(&copy_dir(dir.path()), &bytes).await {
            if salvaged == Salvaged::default() {
                total_losses += 1;
            } else {
                most_lost = most_lost.max(everything().messages - salvaged.messages);
            }
        }
    }
    // A leaf of the message table holds at most a few dozen rows of these.
    assert!(total_losses <= 1, "{total_losses} pages cost everything");
    assert!(most_lost <= 60, "{most_lost} messages lost to one page");
}

#[tokio::test]
async fn a_zeroed_page_in_the_middle_is_damage() {
    let (dir, mut bytes) = template().await;
    let middle = bytes.len() / PAGE / 2 * PAGE;
    bytes[middle..middle + PAGE].fill(0);
    open_damaged(&copy_dir(dir.path()), &bytes).await;
}

#[tokio::test]
async fn several_damaged_files_keep_their_own_names() {
    let (dir, bytes) = template().await;
    for _ in 0..3 {
        open_damaged(&dir, &bytes[..10]).await;
    }
    assert_eq!(named(dir.path(), ".damaged-"), 3);
}

/// The check at the start may have been some time ago.
#[tokio::test]
async fn damage_met_while_running_is_named_and_handled_at_the_next_start() {
    let (dir, bytes) = template().await;
    let store = open(dir.path()).await.unwrap().store;
    let mut damaged = bytes.clone();
    for page in 4..bytes.len() / PAGE {
        damaged[page * PAGE + 99] ^= 4;
    }
    let mut file = fs::OpenOptions::new()
        .write(true)
        .open(database(dir.path()))
        .unwrap();
    file.write_all(&damaged).unwrap();
    file.sync_all().unwrap();
    for _ in 0..3 {
        let error = store.search("message", 10_000).await.unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
    }
    store.close().await.unwrap();
    let mark = fs::read(dir.path().join("llmos.lock")).unwrap();
    assert_eq!(
        mark, b"suspect",
        "the next start has to check the whole file"
    );
    assert!(open(dir.path()).await.unwrap().notice.is_some());
}

/// A crash between the two renames of a replacement leaves the finished fresh
/// database under its working name.
#[tokio::test]
async fn a_replacement_that_was_cut_off_is_finished() {
    let (dir, _) = template().await;
    fs::rename(database(dir.path()), dir.path().join("llmos.db.fresh")).unwrap();
    let opened = open(dir.path()).await.unwrap();
    let list = opened.store.conversations().await.unwrap();
    assert_eq!(list.len(), CONVERSATIONS);
}

fn named(dir: &Path, part: &str) -> usize {
    fs::read_dir(dir)
        .unwrap()
        .filter(|entry| {
            let name = entry.as_ref().unwrap().file_name();
            let name = name.to_str().unwrap();
            name.contains(part) && !name.ends_with("-journal")
        })
        .count()
}

/// Pages with messages are lost; what keeps the list in order is in others.
#[tokio::test]
async fn pins_the_archive_and_tags_are_salvaged() {
    let (dir, _) = template().await;
    let store = open(dir.path()).await.unwrap().store;
    let list = store.conversations().await.unwrap();
    let ids: Vec<_> = list.into_iter().map(|c| c.id).collect();
    let tag = TagChange {
        tag: "Kept".to_owned(),
        conversations: ids.clone(),
        on: true,
    };
    store.change_tags(&[tag], later(1)).await.unwrap();
    store.pin_conversations(&ids, true, later(1)).await.unwrap();
    store
        .archive_conversations(&ids, true, later(1))
        .await
        .unwrap();
    store.close().await.unwrap();
    let bytes = fs::read(database(dir.path())).unwrap();

    let mut judged = 0;
    for page in (1..bytes.len() / PAGE).step_by(9) {
        let mut bytes = bytes.clone();
        bytes[page * PAGE + PAGE / 3] ^= 0x10;
        let dir = copy_dir(dir.path());
        fs::write(database(dir.path()), bytes).unwrap();
        let opened = open(dir.path()).await.unwrap();
        let Some(Notice::SetAside { salvaged, .. }) = opened.notice else {
            continue;
        };
        if salvaged.conversations == everything().conversations
            && salvaged.messages < everything().messages
        {
            for conversation in opened.store.conversations().await.unwrap() {
                assert_eq!(conversation.tags, ["Kept"]);
                assert!(conversation.pinned && conversation.archived);
            }
            judged += 1;
        }
        if judged == 2 {
            return;
        }
    }
    panic!("no two pages held nothing but messages");
}
