//! Text that was typed and not sent yet: one per screen, and under `edit:` with a
//! message's id other words for that message. The latter go with their message.

use sqlx::sqlite::SqliteConnection;

use crate::{Store, StoreError, Timestamp};

impl Store {
    /// The draft under `key` (a conversation's id, the name of a screen, or `edit:` with a message's id).
    pub async fn draft(&self, key: &str) -> Result<Option<String>, StoreError> {
        let text = sqlx::query_scalar("SELECT text FROM drafts WHERE key = ?")
            .bind(key)
            .fetch_optional(&mut *self.read().await?)
            .await?;
        Ok(text)
    }

    /// Saves the draft under `key`; empty text removes it. A key that can only be
    /// an id is refused when it names nothing here: what is typed for a conversation
    /// that is gone, or that was never here, is not written down.
    pub async fn save_draft(
        &self,
        key: &str,
        text: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        if text.is_empty() {
            clear(transaction.connection(), key).await?;
        } else {
            check_owner(transaction.connection(), key).await?;
            sqlx::query(
                "INSERT INTO drafts (key, text, updated_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (key) DO UPDATE SET text = ?2, updated_at = ?3",
            )
            .bind(key)
            .bind(text)
            .bind(now.0)
            .execute(transaction.connection())
            .await?;
        }
        transaction.commit().await
    }
}

/// Refuses a key of an id that names nothing.
async fn check_owner(connection: &mut SqliteConnection, key: &str) -> Result<(), StoreError> {
    let (id, what, query) = match key.strip_prefix("edit:") {
        Some(id) => (id, "message", "SELECT 1 FROM messages WHERE id = ?"),
        None => (
            key,
            "conversation",
            "SELECT 1 FROM conversations WHERE id = ?",
        ),
    };
    if uuid::Uuid::try_parse(id).is_err() {
        return Ok(());
    }
    let found = sqlx::query(query)
        .bind(id)
        .fetch_optional(connection)
        .await?;
    match found {
        Some(_) => Ok(()),
        None => Err(StoreError::not_found(what, id)),
    }
}

/// Removes a draft inside a transaction.
pub(crate) async fn clear(connection: &mut SqliteConnection, key: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM drafts WHERE key = ?")
        .bind(key)
        .execute(connection)
        .await?;
    Ok(())
}
