//! Digests: texts in parts, with every summary that was made of them.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::{DigestId, JobId, Store, StoreError, Timestamp};

/// A text that was summed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// Its id.
    pub id: DigestId,
    /// What people call it.
    pub title: String,
    /// How many parts the text has.
    pub parts: usize,
    /// How many summaries there are of it.
    pub versions: usize,
    /// When the text came in.
    pub created_at: Timestamp,
    /// When its last summary was made.
    pub updated_at: Timestamp,
}

/// A part of a text to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDigestPart {
    /// The heading that it stands under.
    pub heading: Option<String>,
    /// The page that it begins on, from 1.
    pub page: Option<u32>,
    /// The text.
    pub text: String,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestPart {
    /// Its place, from 0.
    pub ordinal: usize,
    /// The heading that it stands under.
    pub heading: Option<String>,
    /// The page that it begins on, from 1.
    pub page: Option<u32>,
    /// The text.
    pub text: String,
}

/// One summary of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestVersion {
    /// The job that made it, and its name among the others.
    pub job: JobId,
    /// How it was to be: JSON of the caller's.
    pub options: String,
    /// What it says: JSON of the caller's.
    pub content: String,
    /// When it was made.
    pub created_at: Timestamp,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT d.id, d.title, d.created_at, d.updated_at,
                    (SELECT count(*) FROM digest_parts p WHERE p.digest_id = d.id),
                    (SELECT count(*) FROM digest_versions v WHERE v.digest_id = d.id)
             FROM digests d ",
            $rest
        )
    };
}

impl Digest {
    fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: DigestId(row.try_get(0)?),
            title: row.try_get(1)?,
            created_at: Timestamp(row.try_get(2)?),
            updated_at: Timestamp(row.try_get(3)?),
            parts: number(row.try_get(4)?)?,
            versions: number(row.try_get(5)?)?,
        })
    }
}

impl DigestPart {
    fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        Ok(Self {
            ordinal: number(row.try_get(0)?)?,
            heading: row.try_get(1)?,
            page: row
                .try_get::<Option<i64>, _>(2)?
                .and_then(|page| u32::try_from(page).ok()),
            text: row.try_get(3)?,
        })
    }
}

impl Store {
    /// Saves a text in its parts, whole or not at all.
    pub async fn add_digest(
        &self,
        title: &str,
        parts: &[NewDigestPart],
        now: Timestamp,
    ) -> Result<Digest, StoreError> {
        let id = DigestId::new(now);
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        sqlx::query(
            "INSERT INTO digests (id, title, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)",
        )
        .bind(id.as_str())
        .bind(title)
        .bind(now.0)
        .execute(&mut *connection)
        .await?;
        for (ordinal, part) in (0_i64..).zip(parts) {
            sqlx::query("INSERT INTO digest_parts VALUES (?, ?, ?, ?, ?)")
                .bind(id.as_str())
                .bind(ordinal)
                .bind(&part.heading)
                .bind(part.page)
                .bind(&part.text)
                .execute(&mut *connection)
                .await?;
        }
        let added = fetch(connection, &id).await?;
        transaction.commit().await?;
        Ok(added)
    }

    /// All that are not deleted, the latest first.
    pub async fn digests(&self) -> Result<Vec<Digest>, StoreError> {
        let rows = sqlx::query(select!(
            "WHERE d.deleted_at IS NULL ORDER BY d.updated_at DESC, d.key DESC"
        ))
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.iter().map(Digest::from_row).collect()
    }

    /// One digest, deleted or not.
    pub async fn digest(&self, id: &DigestId) -> Result<Digest, StoreError> {
        fetch(&mut *self.read().await?, id).await
    }

    /// All parts of a text, in order.
    pub async fn digest_parts(&self, id: &DigestId) -> Result<Vec<DigestPart>, StoreError> {
        let rows = sqlx::query(
            "SELECT ordinal, heading, page, text FROM digest_parts
             WHERE digest_id = ? ORDER BY ordinal",
        )
        .bind(id.as_str())
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.iter().map(DigestPart::from_row).collect()
    }

    /// One part of a text.
    pub async fn digest_part(
        &self,
        id: &DigestId,
        ordinal: usize,
    ) -> Result<DigestPart, StoreError> {
        let row = sqlx::query(
            "SELECT ordinal, heading, page, text FROM digest_parts
             WHERE digest_id = ? AND ordinal = ?",
        )
        .bind(id.as_str())
        .bind(i64::try_from(ordinal).unwrap_or(i64::MAX))
        .fetch_optional(&mut *self.read().await?)
        .await?;
        let row = row.ok_or_else(|| StoreError::not_found("part", id.as_str()))?;
        DigestPart::from_row(&row)
    }

    /// Saves a summary of a text. Saved again by the same job, it takes the place of the
    /// first.
    pub async fn save_digest_version(
        &self,
        id: &DigestId,
        version: &DigestVersion,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        fetch(connection, id).await?;
        sqlx::query(
            "INSERT INTO digest_versions (digest_id, job_id, options, content, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (job_id) DO UPDATE SET
               options = excluded.options, content = excluded.content",
        )
        .bind(id.as_str())
        .bind(version.job.as_str())
        .bind(&version.options)
        .bind(&version.content)
        .bind(version.created_at.0)
        .execute(&mut *connection)
        .await?;
        sqlx::query("UPDATE digests SET updated_at = ?2 WHERE id = ?1")
            .bind(id.as_str())
            .bind(version.created_at.0)
            .execute(&mut *connection)
            .await?;
        transaction.commit().await
    }

    /// The summaries of a text, oldest first.
    pub async fn digest_versions(&self, id: &DigestId) -> Result<Vec<DigestVersion>, StoreError> {
        let rows = sqlx::query(
            "SELECT job_id, options, content, created_at FROM digest_versions
             WHERE digest_id = ? ORDER BY key",
        )
        .bind(id.as_str())
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(DigestVersion {
                    job: JobId(row.try_get(0)?),
                    options: row.try_get(1)?,
                    content: row.try_get(2)?,
                    created_at: Timestamp(row.try_get(3)?),
                })
            })
            .collect()
    }

    /// Gives a digest another title.
    pub async fn rename_digest(&self, id: &DigestId, title: &str) -> Result<Digest, StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        sqlx::query("UPDATE digests SET title = ?2 WHERE id = ?1")
            .bind(id.as_str())
            .bind(title)
            .execute(&mut *connection)
            .await?;
        let renamed = fetch(connection, id).await?;
        transaction.commit().await?;
        Ok(renamed)
    }

    /// Hides a digest, to be erased by [`Store::empty_trash`] in its time.
    pub async fn delete_digest(&self, id: &DigestId, now: Timestamp) -> Result<(), StoreError> {
        self.mark_digest(id, Some(now)).await
    }

    /// Takes that back.
    pub async fn restore_digest(&self, id: &DigestId) -> Result<(), StoreError> {
        self.mark_digest(id, None).await
    }

    async fn mark_digest(
        &self,
        id: &DigestId,
        deleted: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let marked = sqlx::query("UPDATE digests SET deleted_at = ?2 WHERE id = ?1")
            .bind(id.as_str())
            .bind(deleted.map(|time| time.0))
            .execute(transaction.connection())
            .await?;
        if marked.rows_affected() == 0 {
            return Err(StoreError::not_found("digest", id.as_str()));
        }
        transaction.commit().await
    }
}

/// Erases what was deleted before `before`.
pub(crate) async fn erase_deleted(
    connection: &mut SqliteConnection,
    before: Timestamp,
) -> Result<(), StoreError> {
    // What was noted on the way tells as much as the text.
    sqlx::query("DELETE FROM jobs WHERE subject IN (SELECT id FROM digests WHERE deleted_at < ?)")
        .bind(before.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM digests WHERE deleted_at < ?")
        .bind(before.0)
        .execute(connection)
        .await?;
    Ok(())
}

async fn fetch(connection: &mut SqliteConnection, id: &DigestId) -> Result<Digest, StoreError> {
    let row = sqlx::query(select!("WHERE d.id = ?"))
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    let row = row.ok_or_else(|| StoreError::not_found("digest", id.as_str()))?;
    Digest::from_row(&row)
}

fn number(value: i64) -> Result<usize, StoreError> {
    usize::try_from(value).map_err(|_| StoreError::invalid_row("digest"))
}
