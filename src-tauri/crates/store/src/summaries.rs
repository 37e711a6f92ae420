//! Running summaries of the oldest part of a branch, kept beside the tree.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::branch::Shape;
use crate::{ConversationId, MessageId, Store, StoreError, Timestamp, conversations};

/// What stands for the first messages of a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The last message that it stands for.
    pub message_id: MessageId,
    /// The conversation of that message.
    pub conversation_id: ConversationId,
    /// The summary.
    pub text: String,
    /// How many messages went into it, counted back from `message_id`.
    pub covered: usize,
    /// Whether a person has put it into other words.
    pub edited: bool,
    /// When it was last written.
    pub updated_at: Timestamp,
}

/// A summary to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSummary {
    /// The last message that it stands for.
    pub message: MessageId,
    /// The summary.
    pub text: String,
    /// How many messages went into it.
    pub covered: usize,
    /// Whether a person wrote it.
    pub edited: bool,
}

/// The summary of the branch that is shown, and where it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchSummary {
    /// The summary.
    pub summary: Summary,
    /// How many messages lead to its last one, that one included.
    pub depth: usize,
}

macro_rules! columns {
    () => {
        "s.message_id, s.conversation_id, s.text, s.covered, s.edited, s.updated_at"
    };
}

impl Summary {
    fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        Ok(Self {
            message_id: MessageId(row.try_get(0)?),
            conversation_id: ConversationId(row.try_get(1)?),
            text: row.try_get(2)?,
            covered: usize::try_from(row.try_get::<i64, _>(3)?)
                .map_err(|_| StoreError::invalid_row("covered"))?,
            edited: row.try_get(4)?,
            updated_at: Timestamp(row.try_get(5)?),
        })
    }
}

impl Store {
    /// All summaries of a conversation, whatever branch they belong to, that of the
    /// latest message first.
    pub async fn summaries(&self, id: &ConversationId) -> Result<Vec<Summary>, StoreError> {
        of_conversation(&mut *self.read().await?, id).await
    }

    /// The summary that reaches furthest on the branch that is shown.
    pub async fn branch_summary(
        &self,
        id: &ConversationId,
    ) -> Result<Option<BranchSummary>, StoreError> {
        let mut connection = self.read().await?;
        let Some(leaf) = conversations::fetch(&mut connection, id).await?.active_leaf else {
            return Ok(None);
        };
        let summaries = of_conversation(&mut connection, id).await?;
        if summaries.is_empty() {
            return Ok(None);
        }
        let shape = Shape::of(&mut connection, id).await?;
        let furthest = summaries
            .into_iter()
            .find(|summary| shape.leads_to(&summary.message_id, &leaf));
        Ok(furthest.map(|summary| BranchSummary {
            depth: shape.depth(&summary.message_id),
            summary,
        }))
    }

    /// The summary that ends with a message.
    pub async fn summary(&self, message: &MessageId) -> Result<Option<Summary>, StoreError> {
        fetch(&mut *self.read().await?, message).await
    }

    /// Saves a summary in the place of one that ends with the same message.
    pub async fn save_summary(
        &self,
        summary: NewSummary,
        now: Timestamp,
    ) -> Result<Summary, StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        insert(connection, &summary, now).await?;
        let saved = fetch(connection, &summary.message)
            .await?
            .ok_or_else(|| StoreError::not_found("message", summary.message.as_str()))?;
        transaction.commit().await?;
        Ok(saved)
    }

    /// Removes the summary that ends with a message. No harm when there is none.
    pub async fn remove_summary(&self, message: &MessageId) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query("DELETE FROM summaries WHERE message_id = ?")
            .bind(message.as_str())
            .execute(transaction.connection())
            .await?;
        transaction.commit().await
    }
}

/// Writes a summary, inside a transaction; nothing when its message is gone.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    summary: &NewSummary,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO summaries (message_id, conversation_id, text, covered, edited, updated_at)
         SELECT id, conversation_id, ?2, ?3, ?4, ?5 FROM messages WHERE id = ?1
         ON CONFLICT (message_id) DO UPDATE SET
           text = excluded.text, covered = excluded.covered,
           edited = excluded.edited, updated_at = excluded.updated_at",
    )
    .bind(summary.message.as_str())
    .bind(&summary.text)
    .bind(i64::try_from(summary.covered).unwrap_or(i64::MAX))
    .bind(summary.edited)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// The summary that ends with a message.
pub(crate) async fn fetch(
    connection: &mut SqliteConnection,
    message: &MessageId,
) -> Result<Option<Summary>, StoreError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM summaries s WHERE s.message_id = ?"
    ))
    .bind(message.as_str())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(Summary::from_row).transpose()
}

/// All of a conversation. Keys grow from parent to child, so on every branch the one
/// that reaches furthest comes first.
pub(crate) async fn of_conversation(
    connection: &mut SqliteConnection,
    id: &ConversationId,
) -> Result<Vec<Summary>, StoreError> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM summaries s JOIN messages m ON m.id = s.message_id
         WHERE s.conversation_id = ? ORDER BY m.key DESC"
    ))
    .bind(id.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(Summary::from_row).collect()
}
