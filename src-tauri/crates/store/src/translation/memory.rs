//! What was translated before, by digests that the caller makes.

use sqlx::Row;

use crate::{Store, StoreError, Timestamp};

/// A translation that was made before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// The translation.
    pub target: String,
    /// What may be wrong with it, as the caller wrote it.
    pub flags: String,
    /// Whether a person wrote it.
    pub edited: bool,
}

impl Store {
    /// What is remembered under the first of these keys that has something.
    pub async fn remembered(&self, keys: &[&str]) -> Result<Option<Remembered>, StoreError> {
        let mut connection = self.read().await?;
        for key in keys {
            let row =
                sqlx::query("SELECT target, flags, edited FROM translation_memory WHERE key = ?")
                    .bind(key)
                    .fetch_optional(&mut *connection)
                    .await?;
            if let Some(row) = row {
                return Ok(Some(Remembered {
                    target: row.try_get(0)?,
                    flags: row.try_get(1)?,
                    edited: row.try_get(2)?,
                }));
            }
        }
        Ok(None)
    }

    /// Remembers a translation under a key, in place of what was there.
    pub async fn remember(
        &self,
        key: &str,
        new: &Remembered,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query(
            "INSERT INTO translation_memory (key, target, flags, edited, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (key) DO UPDATE SET target = ?2, flags = ?3, edited = ?4, updated_at = ?5",
        )
        .bind(key)
        .bind(&new.target)
        .bind(&new.flags)
        .bind(new.edited)
        .bind(now.0)
        .execute(transaction.connection())
        .await?;
        transaction.commit().await
    }

    /// Forgets what is under a key. Nothing happens when nothing is.
    pub async fn forget(&self, key: &str) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query("DELETE FROM translation_memory WHERE key = ?")
            .bind(key)
            .execute(transaction.connection())
            .await?;
        transaction.commit().await
    }

    /// How many translations are remembered.
    pub async fn remembered_count(&self) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM translation_memory")
            .fetch_one(&mut *self.read().await?)
            .await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Forgets all of them, a person's own too.
    pub async fn forget_all(&self) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query("DELETE FROM translation_memory")
            .execute(transaction.connection())
            .await?;
        transaction.commit().await
    }
}
