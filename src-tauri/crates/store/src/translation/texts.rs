//! Texts that are translated, segment by segment.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::{Store, StoreError, Timestamp, TranslationId};

/// Where a segment's translation comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentState {
    /// There is none yet.
    Waiting,
    /// The model made it.
    Machine,
    /// A person wrote it.
    Edited,
    /// A person wants it to stay as the source is.
    Kept,
}

impl SegmentState {
    const ALL: [Self; 4] = [Self::Waiting, Self::Machine, Self::Edited, Self::Kept];

    fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Machine => "machine",
            Self::Edited => "edited",
            Self::Kept => "kept",
        }
    }

    fn read(name: &str) -> Result<Self, StoreError> {
        let found = Self::ALL.into_iter().find(|state| state.name() == name);
        found.ok_or_else(|| StoreError::invalid_row("translation_segment"))
    }
}

/// A segment's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSegment {
    /// As it stands in the source.
    pub source: String,
    /// As it will stand in the translation.
    pub target: Option<String>,
    /// Where that comes from.
    pub state: SegmentState,
    /// What may be wrong with it, as the caller wrote it.
    pub flags: String,
}

/// A text that is translated, without its segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTranslation {
    /// What it is called in a list.
    pub title: String,
    /// The name of its format.
    pub format: String,
    /// The whole text.
    pub source: String,
    /// Tag of its language.
    pub from: String,
    /// Tag of the translation's language.
    pub to: String,
    /// How the reader is addressed.
    pub formality: String,
}

/// A line of the list of translations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TranslationHeading {
    /// Its id.
    pub id: TranslationId,
    /// What it is called.
    pub title: String,
    /// The name of its format.
    pub format: String,
    /// Tag of its language.
    pub from: String,
    /// Tag of the translation's language.
    pub to: String,
    /// Segments in all.
    pub segments: u64,
    /// Of them, those that have a translation.
    pub done: u64,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A text with its segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// Its id.
    pub id: TranslationId,
    /// What it is.
    pub text: NewTranslation,
    /// Its segments, in order.
    pub segments: Vec<StoredSegment>,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Store {
    /// Saves a text with its segments: a new one, or in place of the one that is named.
    pub async fn save_translation(
        &self,
        id: Option<&TranslationId>,
        text: &NewTranslation,
        segments: &[StoredSegment],
        now: Timestamp,
    ) -> Result<TranslationId, StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        let id = if let Some(id) = id {
            let changed = sqlx::query(
                "UPDATE translations SET title = ?2, format = ?3, source = ?4, source_language = ?5,
                   target_language = ?6, formality = ?7, updated_at = ?8
                 WHERE id = ?1 AND deleted_at IS NULL",
            )
            .bind(id.as_str())
            .bind(&text.title)
            .bind(&text.format)
            .bind(&text.source)
            .bind(&text.from)
            .bind(&text.to)
            .bind(&text.formality)
            .bind(now.0)
            .execute(&mut *connection)
            .await?;
            if changed.rows_affected() == 0 {
                return Err(unknown(id));
            }
            sqlx::query("DELETE FROM translation_segments WHERE translation_id = ?")
                .bind(id.as_str())
                .execute(&mut *connection)
                .await?;
            id.clone()
        } else {
            let id = TranslationId::new(now);
            sqlx::query(
                "INSERT INTO translations
                   (id, title, format, source, source_language, target_language, formality, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
            )
            .bind(id.as_str())
            .bind(&text.title)
            .bind(&text.format)
            .bind(&text.source)
            .bind(&text.from)
            .bind(&text.to)
            .bind(&text.formality)
            .bind(now.0)
            .execute(&mut *connection)
            .await?;
            id
        };
        for (ordinal, segment) in segments.iter().enumerate() {
            sqlx::query(
                "INSERT INTO translation_segments (translation_id, ordinal, source, target, state, flags)
                 VALUES (?, ?, ?, ?, ?, ?)",
            )
            .bind(id.as_str())
            .bind(i64::try_from(ordinal).unwrap_or(i64::MAX))
            .bind(&segment.source)
            .bind(&segment.target)
            .bind(segment.state.name())
            .bind(&segment.flags)
            .execute(&mut *connection)
            .await?;
        }
        transaction.commit().await?;
        Ok(id)
    }

    /// Saves one segment's translation.
    pub async fn save_segment(
        &self,
        id: &TranslationId,
        ordinal: usize,
        segment: &StoredSegment,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        // With its source, so that a result for words that are no longer there is not
        // put behind others.
        let changed = sqlx::query(
            "UPDATE translation_segments SET target = ?4, state = ?5, flags = ?6
             WHERE translation_id = ?1 AND ordinal = ?2 AND source = ?3",
        )
        .bind(id.as_str())
        .bind(i64::try_from(ordinal).unwrap_or(i64::MAX))
        .bind(&segment.source)
        .bind(&segment.target)
        .bind(segment.state.name())
        .bind(&segment.flags)
        .execute(&mut *connection)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::not_found("segment", id.as_str()));
        }
        sqlx::query("UPDATE translations SET updated_at = ?2 WHERE id = ?1")
            .bind(id.as_str())
            .bind(now.0)
            .execute(&mut *connection)
            .await?;
        transaction.commit().await
    }

    /// All translations that are not deleted, the last changed first.
    pub async fn translations(&self) -> Result<Vec<TranslationHeading>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, title, format, source_language, target_language, updated_at,
               (SELECT count(*) FROM translation_segments WHERE translation_id = id),
               (SELECT count(*) FROM translation_segments WHERE translation_id = id AND state != 'waiting')
             FROM translations WHERE deleted_at IS NULL ORDER BY updated_at DESC, key DESC",
        )
        .fetch_all(&mut *self.read().await?)
        .await?;
        let count = |row: &SqliteRow, at: usize| -> Result<u64, StoreError> {
            Ok(u64::try_from(row.try_get::<i64, _>(at)?).unwrap_or(0))
        };
        rows.iter()
            .map(|row| {
                Ok(TranslationHeading {
                    id: TranslationId(row.try_get(0)?),
                    title: row.try_get(1)?,
                    format: row.try_get(2)?,
                    from: row.try_get(3)?,
                    to: row.try_get(4)?,
                    updated_at: Timestamp(row.try_get(5)?),
                    segments: count(row, 6)?,
                    done: count(row, 7)?,
                })
            })
            .collect()
    }

    /// One translation with its segments.
    pub async fn translation(&self, id: &TranslationId) -> Result<Translation, StoreError> {
        let mut connection = self.read().await?;
        let row = sqlx::query(
            "SELECT title, format, source, source_language, target_language, formality, updated_at
             FROM translations WHERE id = ? AND deleted_at IS NULL",
        )
        .bind(id.as_str())
        .fetch_optional(&mut *connection)
        .await?
        .ok_or_else(|| unknown(id))?;
        let segments = sqlx::query(
            "SELECT source, target, state, flags FROM translation_segments
             WHERE translation_id = ? ORDER BY ordinal",
        )
        .bind(id.as_str())
        .fetch_all(&mut *connection)
        .await?;
        Ok(Translation {
            id: id.clone(),
            text: NewTranslation {
                title: row.try_get(0)?,
                format: row.try_get(1)?,
                source: row.try_get(2)?,
                from: row.try_get(3)?,
                to: row.try_get(4)?,
                formality: row.try_get(5)?,
            },
            updated_at: Timestamp(row.try_get(6)?),
            segments: segments
                .iter()
                .map(|row| {
                    Ok(StoredSegment {
                        source: row.try_get(0)?,
                        target: row.try_get(1)?,
                        state: SegmentState::read(row.try_get(2)?)?,
                        flags: row.try_get(3)?,
                    })
                })
                .collect::<Result<_, StoreError>>()?,
        })
    }

    /// Hides a translation; [`Store::empty_trash`] erases it in its time.
    pub async fn delete_translation(
        &self,
        id: &TranslationId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.mark_translation(id, Some(now)).await
    }

    /// Takes that back.
    pub async fn restore_translation(&self, id: &TranslationId) -> Result<(), StoreError> {
        self.mark_translation(id, None).await
    }

    async fn mark_translation(
        &self,
        id: &TranslationId,
        deleted: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let marked = sqlx::query("UPDATE translations SET deleted_at = ?2 WHERE id = ?1")
            .bind(id.as_str())
            .bind(deleted.map(|time| time.0))
            .execute(transaction.connection())
            .await?;
        if marked.rows_affected() == 0 {
            return Err(unknown(id));
        }
        transaction.commit().await
    }
}

/// Erases what was deleted before `before`.
pub(crate) async fn erase_deleted(
    connection: &mut SqliteConnection,
    before: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM translations WHERE deleted_at < ?")
        .bind(before.0)
        .execute(connection)
        .await?;
    Ok(())
}

fn unknown(id: &TranslationId) -> StoreError {
    StoreError::not_found("translation", id.as_str())
}
