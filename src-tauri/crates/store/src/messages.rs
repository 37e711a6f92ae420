//! Messages: what was said, and how an answer came about.

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::{ConversationId, MessageId, Store, StoreError, Timestamp, conversations, search};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
}

impl Role {
    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self, StoreError> {
        match text {
            "user" => Ok(Self::User),
            "assistant" => Ok(Self::Assistant),
            _ => Err(StoreError::invalid_row("role")),
        }
    }
}

/// Where the text of a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageStatus {
    /// Whole.
    Complete,
    /// Being written right now. Never seen after a restart.
    Streaming,
    /// The person stopped it.
    Stopped,
    /// The app ended while it was being written.
    Interrupted,
    /// The engine failed while writing it.
    Failed,
}

impl MessageStatus {
    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Streaming => "streaming",
            Self::Stopped => "stopped",
            Self::Interrupted => "interrupted",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self, StoreError> {
        match text {
            "complete" => Ok(Self::Complete),
            "streaming" => Ok(Self::Streaming),
            "stopped" => Ok(Self::Stopped),
            "interrupted" => Ok(Self::Interrupted),
            "failed" => Ok(Self::Failed),
            _ => Err(StoreError::invalid_row("status")),
        }
    }
}

/// How an answer was made. Stored as JSON: it is shown, never searched, and may
/// gain fields; a field that a row lacks reads as its default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MessageStats {
    /// Name of the model.
    pub model: String,
    /// Name of the back end that ran it.
    pub engine: String,
    /// Tokens of the prompt.
    pub prompt_tokens: i64,
    /// Tokens of the answer.
    pub completion_tokens: i64,
    /// Time to the first token, in milliseconds.
    pub ttft_ms: f64,
    /// Prompt tokens a second.
    pub prefill_tps: f64,
    /// Answer tokens a second.
    pub decode_tps: f64,
    /// Why the answer ended.
    pub stop_reason: String,
}

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The conversation that it belongs to.
    pub conversation_id: ConversationId,
    /// The message that it follows; `None` for a first one.
    pub parent_id: Option<MessageId>,
    /// Who speaks.
    pub role: Role,
    /// What was said; any text, zero characters included.
    pub text: String,
    /// Where the text stands.
    pub status: MessageStatus,
    /// How it was made, for a finished answer.
    pub stats: Option<MessageStats>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A message to add.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage {
    /// The conversation that it belongs to.
    pub conversation: ConversationId,
    /// The message of the same conversation that it follows. A message that
    /// already has a follower gets a sibling branch.
    pub parent: Option<MessageId>,
    /// Who speaks.
    pub role: Role,
    /// What was said.
    pub text: String,
    /// Where the text stands.
    pub status: MessageStatus,
}

macro_rules! columns {
    () => {
        "id, conversation_id, parent_id, role, text, status, stats, created_at, updated_at"
    };
}
pub(crate) use columns;

impl Message {
    /// Reads a row of [`columns`].
    pub(crate) fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        let stats: Option<&str> = row.try_get(6)?;
        Ok(Self {
            id: MessageId(row.try_get(0)?),
            conversation_id: ConversationId(row.try_get(1)?),
            parent_id: row.try_get::<Option<String>, _>(2)?.map(MessageId),
            role: Role::parse(row.try_get(3)?)?,
            text: row.try_get(4)?,
            status: MessageStatus::parse(row.try_get(5)?)?,
            // Stats that can't be read are no reason to withhold the text.
            stats: stats.and_then(|json| serde_json::from_str(json).ok()),
            created_at: Timestamp(row.try_get(7)?),
            updated_at: Timestamp(row.try_get(8)?),
        })
    }
}

impl Store {
    /// Adds a message and makes it the end of the branch that is shown.
    pub async fn add_message(
        &self,
        message: NewMessage,
        now: Timestamp,
    ) -> Result<Message, StoreError> {
        let mut transaction = self.write().await?;
        let added = insert(transaction.connection(), message, now).await?;
        transaction.commit().await?;
        Ok(added)
    }

    /// One message.
    pub async fn message(&self, id: &MessageId) -> Result<Message, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM messages WHERE id = ?"
        ))
        .bind(id.as_str())
        .fetch_optional(&mut *self.read().await?)
        .await?
        .ok_or_else(|| StoreError::not_found("message", id.as_str()))?;
        Message::from_row(&row)
    }

    /// Saves what a streaming message has so far. A message that is no longer
    /// streaming is left alone, so a late checkpoint can't undo a finish.
    pub async fn checkpoint_message(
        &self,
        id: &MessageId,
        text: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let saved = sqlx::query(
            "UPDATE messages SET text = ?2, updated_at = ?3 WHERE id = ?1 AND status = 'streaming'",
        )
        .bind(id.as_str())
        .bind(text)
        .bind(now.0)
        .execute(transaction.connection())
        .await?;
        if saved.rows_affected() == 0 {
            return Err(StoreError::not_found("streaming message", id.as_str()));
        }
        transaction.commit().await
    }

    /// Puts a streaming copy beside an ended answer, to be continued, and shows it.
    /// The answer itself stays as it is.
    pub async fn continue_message(
        &self,
        id: &MessageId,
        now: Timestamp,
    ) -> Result<Message, StoreError> {
        let ended = self.message(id).await?;
        if ended.role != Role::Assistant {
            return Err(StoreError::not_found("answer", id.as_str()));
        }
        let copy = NewMessage {
            conversation: ended.conversation_id,
            parent: ended.parent_id,
            role: Role::Assistant,
            text: ended.text,
            status: MessageStatus::Streaming,
        };
        self.add_message(copy, now).await
    }

    /// Saves the final text and status of a message, with how it was `made`, and
    /// makes it findable.
    pub async fn finish_message(
        &self,
        id: &MessageId,
        text: &str,
        status: MessageStatus,
        made: Option<&MessageStats>,
        now: Timestamp,
    ) -> Result<Message, StoreError> {
        let made = made.map(stored_stats).transpose()?;
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        let row = sqlx::query(concat!(
            "UPDATE messages SET text = ?2, status = ?3, stats = ?4, updated_at = ?5
             WHERE id = ?1 RETURNING ",
            columns!(),
            ", key"
        ))
        .bind(id.as_str())
        .bind(text)
        .bind(status.as_str())
        .bind(made)
        .bind(now.0)
        .fetch_optional(&mut *connection)
        .await?
        .ok_or_else(|| StoreError::not_found("message", id.as_str()))?;
        let finished = Message::from_row(&row)?;
        search::index_message(&mut *connection, row.try_get(9)?, text).await?;
        sqlx::query("UPDATE conversations SET updated_at = ?2 WHERE id = ?1")
            .bind(finished.conversation_id.as_str())
            .bind(now.0)
            .execute(connection)
            .await?;
        transaction.commit().await?;
        Ok(finished)
    }
}

/// Adds a message inside a transaction. A streaming one becomes findable when it
/// is finished; indexing every checkpoint would rewrite the index each second.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    message: NewMessage,
    now: Timestamp,
) -> Result<Message, StoreError> {
    // Checked before the insert: the foreign keys would refuse as well, but
    // could not say which of the two is missing.
    conversations::fetch(connection, &message.conversation).await?;
    if let Some(parent) = &message.parent {
        let found = sqlx::query("SELECT 1 FROM messages WHERE conversation_id = ? AND id = ?")
            .bind(message.conversation.as_str())
            .bind(parent.as_str())
            .fetch_optional(&mut *connection)
            .await?;
        if found.is_none() {
            return Err(StoreError::not_found("message", parent.as_str()));
        }
    }
    let id = MessageId::new(now);
    let key: i64 = sqlx::query_scalar(
        "INSERT INTO messages
           (id, conversation_id, parent_id, role, text, status, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) RETURNING key",
    )
    .bind(id.as_str())
    .bind(message.conversation.as_str())
    .bind(message.parent.as_ref().map(MessageId::as_str))
    .bind(message.role.as_str())
    .bind(message.text.as_str())
    .bind(message.status.as_str())
    .bind(now.0)
    .fetch_one(&mut *connection)
    .await?;
    if message.status != MessageStatus::Streaming {
        search::index_message(&mut *connection, key, &message.text).await?;
    }
    conversations::move_leaf(connection, &message.conversation, &id, now).await?;
    Ok(Message {
        id,
        conversation_id: message.conversation,
        parent_id: message.parent,
        role: message.role,
        text: message.text,
        status: message.status,
        stats: None,
        created_at: now,
        updated_at: now,
    })
}

/// Every message of a conversation, parents before their children.
pub(crate) async fn all_of(
    connection: &mut SqliteConnection,
    conversation: &ConversationId,
) -> Result<Vec<Message>, StoreError> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM messages WHERE conversation_id = ? ORDER BY key"
    ))
    .bind(conversation.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(Message::from_row).collect()
}

/// Adds a message as it is, finished, without showing it.
pub(crate) async fn insert_whole(
    connection: &mut SqliteConnection,
    message: &Message,
) -> Result<(), StoreError> {
    let key: i64 = sqlx::query_scalar(
        "INSERT INTO messages
           (id, conversation_id, parent_id, role, text, status, stats, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING key",
    )
    .bind(message.id.as_str())
    .bind(message.conversation_id.as_str())
    .bind(message.parent_id.as_ref().map(MessageId::as_str))
    .bind(message.role.as_str())
    .bind(message.text.as_str())
    .bind(message.status.as_str())
    .bind(message.stats.as_ref().map(stored_stats).transpose()?)
    .bind(message.created_at.0)
    .bind(message.updated_at.0)
    .fetch_one(&mut *connection)
    .await?;
    search::index_message(connection, key, &message.text).await
}

/// Statistics as they are stored.
fn stored_stats(stats: &MessageStats) -> Result<String, StoreError> {
    serde_json::to_string(stats).map_err(|source| StoreError::Database {
        source: source.into(),
    })
}

/// Marks what was being written when the last process ended, and makes it
/// findable. Returns how many there were.
pub(crate) async fn interrupt_leftovers(
    connection: &mut SqliteConnection,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let leftovers = sqlx::query(
        "UPDATE messages SET status = 'interrupted', updated_at = ?
         WHERE status = 'streaming' RETURNING key, text",
    )
    .bind(now.0)
    .fetch_all(&mut *connection)
    .await?;
    for row in &leftovers {
        search::index_message(&mut *connection, row.try_get(0)?, row.try_get(1)?).await?;
    }
    Ok(leftovers.len())
}
