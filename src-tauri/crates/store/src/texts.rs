//! Texts that a person writes.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::text_versions;
use crate::{Store, StoreError, TextCause, TextId, Timestamp};

/// A text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Its id.
    pub id: TextId,
    /// What the person calls it; empty when they do not.
    pub title: String,
    /// Its words.
    pub body: String,
    /// What it was drafted from, as JSON; `None` when it was not.
    pub form: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A line of the list of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextSummary {
    /// Its id.
    pub id: TextId,
    /// What the person calls it; empty when they do not.
    pub title: String,
    /// How it begins.
    pub beginning: String,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Characters of a text that the list shows.
const BEGINNING: i64 = 240;

impl Text {
    fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: TextId(row.try_get(0)?),
            title: row.try_get(1)?,
            body: row.try_get(2)?,
            form: row.try_get(3)?,
            created_at: Timestamp(row.try_get(4)?),
            updated_at: Timestamp(row.try_get(5)?),
        })
    }
}

impl Store {
    /// Every text that is not deleted, the one that changed last first.
    pub async fn texts(&self) -> Result<Vec<TextSummary>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, title, substr(body, 1, ?), updated_at FROM texts
             WHERE deleted_at IS NULL ORDER BY updated_at DESC, key DESC",
        )
        .bind(BEGINNING)
        .fetch_all(&mut *self.read().await?)
        .await?;
        let summary = |row: &SqliteRow| {
            Ok(TextSummary {
                id: TextId(row.try_get(0)?),
                title: row.try_get(1)?,
                beginning: row.try_get(2)?,
                updated_at: Timestamp(row.try_get(3)?),
            })
        };
        rows.iter().map(summary).collect()
    }

    /// A text, also a deleted one.
    pub async fn text(&self, id: &TextId) -> Result<Text, StoreError> {
        fetch(&mut *self.read().await?, id).await
    }

    /// Begins a text.
    pub async fn create_text(
        &self,
        title: &str,
        body: &str,
        form: Option<&str>,
        now: Timestamp,
    ) -> Result<Text, StoreError> {
        let id = TextId::new(now);
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        sqlx::query(
            "INSERT INTO texts (id, title, body, form, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        )
        .bind(id.as_str())
        .bind(title)
        .bind(body)
        .bind(form)
        .bind(now.0)
        .execute(&mut *connection)
        .await?;
        let made = fetch(connection, &id).await?;
        transaction.commit().await?;
        Ok(made)
    }

    /// Gives a text these words. Nothing happens, to its time either, when it has them.
    pub async fn save_text(
        &self,
        id: &TextId,
        title: &str,
        body: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        write(connection, id, title, body, now).await?;
        transaction.commit().await
    }

    /// Notes what a text was drafted from.
    pub async fn set_text_form(&self, id: &TextId, form: Option<&str>) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let set = sqlx::query("UPDATE texts SET form = ?2 WHERE id = ?1")
            .bind(id.as_str())
            .bind(form)
            .execute(transaction.connection())
            .await?;
        known(set.rows_affected(), id)?;
        transaction.commit().await
    }

    /// Hides a text. It is erased by [`Store::empty_trash`] in its time.
    pub async fn delete_text(&self, id: &TextId, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let deleted = sqlx::query("UPDATE texts SET deleted_at = ?2 WHERE id = ?1")
            .bind(id.as_str())
            .bind(now.0)
            .execute(transaction.connection())
            .await?;
        known(deleted.rows_affected(), id)?;
        transaction.commit().await
    }

    /// Takes that back. One that was not deleted stays as it is.
    pub async fn restore_text(&self, id: &TextId) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let restored = sqlx::query("UPDATE texts SET deleted_at = NULL WHERE id = ?")
            .bind(id.as_str())
            .execute(transaction.connection())
            .await?;
        known(restored.rows_affected(), id)?;
        transaction.commit().await
    }

    /// Makes a text what it was in a version. What it is now becomes a version before.
    pub async fn revert_text(
        &self,
        id: &TextId,
        version: i64,
        now: Timestamp,
    ) -> Result<Text, StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        let then = text_versions::fetch(connection, id, version).await?;
        text_versions::keep(connection, id, TextCause::Restore, now).await?;
        write(connection, id, &then.title, &then.body, now).await?;
        let text = fetch(connection, id).await?;
        transaction.commit().await?;
        Ok(text)
    }
}

async fn write(
    connection: &mut SqliteConnection,
    id: &TextId,
    title: &str,
    body: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let written = sqlx::query(
        "UPDATE texts SET title = ?2, body = ?3,
           updated_at = CASE WHEN title = ?2 AND body = ?3 THEN updated_at ELSE ?4 END
         WHERE id = ?1",
    )
    .bind(id.as_str())
    .bind(title)
    .bind(body)
    .bind(now.0)
    .execute(connection)
    .await?;
    known(written.rows_affected(), id)
}

/// Erases what a person deleted before `before`.
pub(crate) async fn erase_deleted(
    connection: &mut SqliteConnection,
    before: Timestamp,
) -> Result<(), StoreError> {
    for erase in [
        "DELETE FROM texts WHERE deleted_at < ?",
        "DELETE FROM templates WHERE deleted_at < ?",
    ] {
        sqlx::query(erase)
            .bind(before.0)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

pub(crate) async fn fetch(
    connection: &mut SqliteConnection,
    id: &TextId,
) -> Result<Text, StoreError> {
    let row =
        sqlx::query("SELECT id, title, body, form, created_at, updated_at FROM texts WHERE id = ?")
            .bind(id.as_str())
            .fetch_optional(connection)
            .await?;
    Text::from_row(&row.ok_or_else(|| unknown(id))?)
}

fn known(rows: u64, id: &TextId) -> Result<(), StoreError> {
    if rows == 0 { Err(unknown(id)) } else { Ok(()) }
}

fn unknown(id: &TextId) -> StoreError {
    StoreError::not_found("text", id.as_str())
}
