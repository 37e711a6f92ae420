//! What the tests share: stores in throw-away directories, and conversations.

use std::fs;
use std::path::{Path, PathBuf};

use llmos_store::{
    ConversationId, FileKeyProvider, Message, MessageId, MessageStatus, NewMessage, Opened, Role,
    Store, StoreError, Timestamp,
};
use tempfile::TempDir;

pub const NOW: Timestamp = Timestamp(1_795_508_088_000);

/// A time some milliseconds after [`NOW`].
pub fn later(millis: i64) -> Timestamp {
    Timestamp(NOW.0 + millis)
}

/// A store in a directory of its own, which goes when the test ends.
pub struct Home {
    pub dir: TempDir,
    pub store: Store,
}

pub async fn home() -> Home {
    let dir = tempfile::tempdir().unwrap();
    let opened = open(dir.path()).await.unwrap();
    assert_eq!(opened.notice, None);
    Home {
        dir,
        store: opened.store,
    }
}

impl Home {
    /// Closes the store and opens it again.
    pub async fn reopen(&mut self) {
        self.store.close().await.unwrap();
        let opened = open(self.dir.path()).await.unwrap();
        assert_eq!(opened.notice, None);
        self.store = opened.store;
    }
}

pub async fn open(dir: &Path) -> Result<Opened, StoreError> {
    open_at(dir, later(1_000_000)).await
}

pub async fn open_at(dir: &Path, now: Timestamp) -> Result<Opened, StoreError> {
    Store::open(dir, &FileKeyProvider::in_dir(dir), now).await
}

pub fn database(dir: &Path) -> PathBuf {
    dir.join("llmos.db")
}

/// Copies the files of a closed store.
pub fn copy_dir(from: &Path) -> TempDir {
    let to = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.path().join(entry.file_name())).unwrap();
    }
    to
}

pub fn message(
    conversation: &ConversationId,
    parent: Option<&MessageId>,
    role: Role,
    text: &str,
) -> NewMessage {
    NewMessage {
        conversation: conversation.clone(),
        parent: parent.cloned(),
        role,
        text: text.to_owned(),
        status: MessageStatus::Complete,
    }
}

/// Adds a chain of messages, people and model in turn.
pub async fn chain(store: &Store, conversation: &ConversationId, texts: &[&str]) -> Vec<Message> {
    let mut added: Vec<Message> = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        let role = if number % 2 == 0 {
            Role::User
        } else {
            Role::Assistant
        };
        let parent = added.last().map(|m| m.id.clone());
        let new = message(conversation, parent.as_ref(), role, text);
        let at = later(i64::try_from(number).unwrap());
        added.push(store.add_message(new, at).await.unwrap());
    }
    added
}

/// The texts of the branch that is shown.
pub async fn shown(store: &Store, conversation: &ConversationId) -> Vec<String> {
    let branch = store.branch(conversation).await.unwrap();
    branch.into_iter().map(|b| b.message.text).collect()
}

/// A closed store with `conversations` × `messages` rows, big enough that its
/// pages hold different things.
pub async fn furnished(conversations: usize, messages: usize) -> TempDir {
    let Home { dir, store } = home().await;
    for number in 0..conversations {
        let title = format!("Conversation number {number}");
        let id = store
            .create_conversation(Some(&title), NOW)
            .await
            .unwrap()
            .id;
        let texts: Vec<String> = (0..messages)
            .map(|m| {
                format!(
                    "message {m} of {number} 杭州 {}",
                    "words and more ".repeat(m % 40)
                )
            })
            .collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        chain(&store, &id, &texts).await;
    }
    store
        .save_draft("new", "half a thought", NOW)
        .await
        .unwrap();
    store.set_setting("k", Some("1"), NOW).await.unwrap();
    store.close().await.unwrap();
    dir
}
