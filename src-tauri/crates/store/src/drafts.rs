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

    /// Saves the draft under `key`; empty text removes it.
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

/// Removes a draft inside a transaction.
pub(crate) async fn clear(connection: &mut SqliteConnection, key: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM drafts WHERE key = ?")
        .bind(key)
        .execute(connection)
        .await?;
    Ok(())
}
