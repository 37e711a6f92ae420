//! What texts were before.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::texts;
use crate::{Store, StoreError, TextId, Timestamp};

/// Versions that are kept of one text; the oldest go first.
pub(crate) const MOST_VERSIONS: i64 = 60;

/// Characters of one text's versions together. The newest stays however long it is.
const MOST_CHARACTERS: i64 = 8_000_000;

/// Why a version was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextCause {
    /// The person paused.
    Pause,
    /// The model was about to change it.
    Model,
    /// Another version was about to take its place.
    Restore,
}

impl TextCause {
    fn name(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Model => "model",
            Self::Restore => "restore",
        }
    }

    fn named(name: &str) -> Result<Self, StoreError> {
        [Self::Pause, Self::Model, Self::Restore]
            .into_iter()
            .find(|cause| cause.name() == name)
            .ok_or_else(|| StoreError::invalid_row("version"))
    }
}

/// A line of a text's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextVersion {
    /// Its number; a later one is larger.
    pub number: i64,
    /// Why it was kept.
    pub cause: TextCause,
    /// When.
    pub made_at: Timestamp,
    /// How long it is, in characters.
    pub characters: i64,
}

/// What a text was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextThen {
    /// What it was called.
    pub title: String,
    /// Its words.
    pub body: String,
}

impl Store {
    /// The versions of a text, newest first.
    pub async fn text_versions(&self, id: &TextId) -> Result<Vec<TextVersion>, StoreError> {
        let rows = sqlx::query(
            "SELECT key, cause, made_at, length(body) FROM text_versions
             WHERE text_id = ? ORDER BY key DESC",
        )
        .bind(id.as_str())
        .fetch_all(&mut *self.read().await?)
        .await?;
        let version = |row: &SqliteRow| {
            Ok(TextVersion {
                number: row.try_get(0)?,
                cause: TextCause::named(row.try_get(1)?)?,
                made_at: Timestamp(row.try_get(2)?),
                characters: row.try_get(3)?,
            })
        };
        rows.iter().map(version).collect()
    }

    /// What a text was in one of its versions.
    pub async fn text_version(&self, id: &TextId, number: i64) -> Result<TextThen, StoreError> {
        fetch(&mut *self.read().await?, id, number).await
    }

    /// Keeps what a text is as a version. Nothing happens when the newest version is the
    /// same, or when there is nothing in it.
    pub async fn keep_text_version(
        &self,
        id: &TextId,
        cause: TextCause,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        keep(transaction.connection(), id, cause, now).await?;
        transaction.commit().await
    }
}

pub(crate) async fn fetch(
    connection: &mut SqliteConnection,
    id: &TextId,
    number: i64,
) -> Result<TextThen, StoreError> {
    let row = sqlx::query("SELECT title, body FROM text_versions WHERE text_id = ? AND key = ?")
        .bind(id.as_str())
        .bind(number)
        .fetch_optional(connection)
        .await?;
    let row = row.ok_or_else(|| StoreError::not_found("version", &number.to_string()))?;
    Ok(TextThen {
        title: row.try_get(0)?,
        body: row.try_get(1)?,
    })
}

pub(crate) async fn keep(
    connection: &mut SqliteConnection,
    id: &TextId,
    cause: TextCause,
    now: Timestamp,
) -> Result<(), StoreError> {
    let text = texts::fetch(connection, id).await?;
    let newest = sqlx::query(
        "SELECT title, body FROM text_versions WHERE text_id = ? ORDER BY key DESC LIMIT 1",
    )
    .bind(id.as_str())
    .fetch_optional(&mut *connection)
    .await?;
    let kept = match newest {
        Some(row) => {
            text.title == row.try_get::<String, _>(0)?
                && text.body == row.try_get::<String, _>(1)?
        }
        None => text.body.is_empty(),
    };
    if kept {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO text_versions (text_id, title, body, cause, made_at) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(id.as_str())
    .bind(text.title)
    .bind(text.body)
    .bind(cause.name())
    .bind(now.0)
    .execute(&mut *connection)
    .await?;
    prune(connection, id).await
}

/// Erases the oldest versions of a text, down to what is kept.
async fn prune(connection: &mut SqliteConnection, id: &TextId) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM text_versions WHERE key IN (
           SELECT key FROM (
             SELECT key,
               row_number() OVER newest_first AS place,
               sum(length(body)) OVER newest_first AS characters
             FROM text_versions WHERE text_id = ?1
             WINDOW newest_first AS (ORDER BY key DESC ROWS UNBOUNDED PRECEDING)
           ) WHERE place > ?2 OR (place > 1 AND characters > ?3))",
    )
    .bind(id.as_str())
    .bind(MOST_VERSIONS)
    .bind(MOST_CHARACTERS)
    .execute(connection)
    .await?;
    Ok(())
}
