//! Search in what a person made beside their conversations.

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use tokio::task::spawn_blocking;

use super::excerpt::{self, Excerpt};
use super::query::Query;
use crate::{Store, StoreError, Timestamp};

/// Most bytes of text that one search reads, the newest works first. They are not
/// indexed: there are few of them, and they change with every word that is typed.
const MOST_BYTES: usize = 8 << 20;

/// What kind of work it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkKind {
    /// A text that the person writes.
    Text,
    /// A text with its summaries.
    Digest,
    /// A translation with its source.
    Translation,
}

/// A work that holds the words of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkHit {
    /// What it is.
    pub kind: WorkKind,
    /// Its id, of the kind's own.
    pub id: String,
    /// Its title; empty when it has none.
    pub title: String,
    /// One line of about 120 characters around the first hit.
    pub excerpt: String,
    /// What to highlight in the excerpt, in UTF-16 code units.
    pub highlights: Vec<(usize, usize)>,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Store {
    /// Finds texts, summed-up texts and translations that hold every word of `query`,
    /// or one that begins so, in their title or their words; the one that changed last
    /// first. Looks no further than through the newest 8 MiB.
    pub async fn search_works(
        &self,
        query: &str,
        limit: usize,
    ) -> Result<Vec<WorkHit>, StoreError> {
        let Some(query) = Query::parse(query) else {
            return Ok(Vec::new());
        };
        let works = sqlx::query(
            "SELECT 0, id, title, updated_at AS changed FROM texts WHERE deleted_at IS NULL
             UNION ALL
             SELECT 1, id, title, updated_at FROM digests WHERE deleted_at IS NULL
             UNION ALL
             SELECT 2, id, title, updated_at FROM translations WHERE deleted_at IS NULL
             ORDER BY changed DESC",
        )
        .fetch_all(&mut *self.read().await?)
        .await?;
        let mut hits = Vec::new();
        let mut left = MOST_BYTES;
        for work in &works {
            let kind = match work.try_get(0)? {
                0 => WorkKind::Text,
                1 => WorkKind::Digest,
                _ => WorkKind::Translation,
            };
            let id: String = work.try_get(1)?;
            let title: String = work.try_get(2)?;
            // Others may read while this one looks through it.
            let body = body_of(&mut *self.read().await?, kind, &id).await?;
            left = left.saturating_sub(body.len());
            if let Some(found) = look_through(&title, body, &query).await {
                hits.push(WorkHit {
                    kind,
                    id,
                    title,
                    excerpt: found.text,
                    highlights: found.highlights,
                    updated_at: Timestamp(work.try_get(3)?),
                });
            }
            if hits.len() >= limit || left == 0 {
                break;
            }
        }
        Ok(hits)
    }
}

/// Where the words of `query` are in a work; `None` when one of them is not. On a
/// thread of its own: a long work takes milliseconds.
async fn look_through(title: &str, body: String, query: &Query) -> Option<Excerpt> {
    // A line break keeps the words of the title apart from those of the text.
    let (whole, query) = (format!("{title}\n{body}"), query.clone());
    let look = move || {
        query
            .is_in(&whole)
            .then(|| excerpt::of_title(&body, &query))
    };
    // Nobody cancels it, so that only a panic, which is none of the search's, is lost.
    spawn_blocking(look).await.ok().flatten()
}

/// The words of a work, in their order.
async fn body_of(
    connection: &mut SqliteConnection,
    kind: WorkKind,
    id: &str,
) -> Result<String, StoreError> {
    let sql = match kind {
        WorkKind::Text => "SELECT body FROM texts WHERE id = ?",
        WorkKind::Digest => {
            "SELECT concat_ws(char(10), heading, text) FROM digest_parts
             WHERE digest_id = ? ORDER BY ordinal"
        }
        WorkKind::Translation => {
            "SELECT source FROM translations WHERE id = ?1
             UNION ALL
             SELECT target FROM translation_segments
             WHERE translation_id = ?1 AND target IS NOT NULL"
        }
    };
    let pieces: Vec<String> = sqlx::query_scalar(sql)
        .bind(id)
        .fetch_all(connection)
        .await?;
    Ok(pieces.join("\n"))
}
