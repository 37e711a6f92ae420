//! Settings of the assistant, as JSON by name. What the window needs before the
//! database is open is kept elsewhere.

use crate::{Store, StoreError, Timestamp};

impl Store {
    /// The JSON text that was set under `key`.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let value = sqlx::query_scalar("SELECT value FROM settings WHERE key = ?")
            .bind(key)
            .fetch_optional(&mut *self.read().await?)
            .await?;
        Ok(value)
    }

    /// Sets `key` to a JSON text, or removes it.
    pub async fn set_setting(
        &self,
        key: &str,
        json: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let statement = match json {
            Some(json) => sqlx::query(
                "INSERT INTO settings (key, value, updated_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (key) DO UPDATE SET value = ?2, updated_at = ?3",
            )
            .bind(key)
            .bind(json)
            .bind(now.0),
            None => sqlx::query("DELETE FROM settings WHERE key = ?").bind(key),
        };
        statement.execute(transaction.connection()).await?;
        transaction.commit().await
    }
}
