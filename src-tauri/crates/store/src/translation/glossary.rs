//! The glossary of each pair of languages, and the pairs that were used last.

use sqlx::Row;

use crate::{Store, StoreError, Timestamp};

/// How many pairs are remembered.
const PAIRS: i64 = 8;

/// A word whose translation is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlossaryTerm {
    /// In the language of the source.
    pub source: String,
    /// In the language of the translation.
    pub target: String,
    /// Whether capitals make a difference.
    pub match_case: bool,
}

/// A source's language and a translation's, as tags.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LanguagePair {
    /// Of the source.
    pub from: String,
    /// Of the translation.
    pub to: String,
}

impl Store {
    /// The glossary of a pair, in the order in which a person has put it.
    pub async fn glossary(&self, pair: &LanguagePair) -> Result<Vec<GlossaryTerm>, StoreError> {
        let rows = sqlx::query(
            "SELECT source, target, match_case FROM glossary_terms
             WHERE source_language = ? AND target_language = ? ORDER BY key",
        )
        .bind(&pair.from)
        .bind(&pair.to)
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(GlossaryTerm {
                    source: row.try_get(0)?,
                    target: row.try_get(1)?,
                    match_case: row.try_get(2)?,
                })
            })
            .collect()
    }

    /// Puts these terms in place of a pair's glossary. Returns what it was.
    pub async fn set_glossary(
        &self,
        pair: &LanguagePair,
        terms: &[GlossaryTerm],
        now: Timestamp,
    ) -> Result<Vec<GlossaryTerm>, StoreError> {
        let before = self.glossary(pair).await?;
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        sqlx::query("DELETE FROM glossary_terms WHERE source_language = ? AND target_language = ?")
            .bind(&pair.from)
            .bind(&pair.to)
            .execute(&mut *connection)
            .await?;
        for term in terms {
            sqlx::query(
                "INSERT INTO glossary_terms
                   (source_language, target_language, source, target, match_case, updated_at)
                 VALUES (?, ?, ?, ?, ?, ?)",
            )
            .bind(&pair.from)
            .bind(&pair.to)
            .bind(&term.source)
            .bind(&term.target)
            .bind(term.match_case)
            .bind(now.0)
            .execute(&mut *connection)
            .await?;
        }
        transaction.commit().await?;
        Ok(before)
    }

    /// The pairs that were used last, the last one first.
    pub async fn language_pairs(&self) -> Result<Vec<LanguagePair>, StoreError> {
        let rows = sqlx::query(
            "SELECT source_language, target_language FROM language_pairs ORDER BY used_at DESC, rowid DESC LIMIT ?",
        )
        .bind(PAIRS)
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(LanguagePair {
                    from: row.try_get(0)?,
                    to: row.try_get(1)?,
                })
            })
            .collect()
    }

    /// Notes that a pair is used.
    pub async fn use_language_pair(
        &self,
        pair: &LanguagePair,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        sqlx::query(
            "INSERT INTO language_pairs (source_language, target_language, used_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (source_language, target_language) DO UPDATE SET used_at = ?3",
        )
        .bind(&pair.from)
        .bind(&pair.to)
        .bind(now.0)
        .execute(&mut *connection)
        .await?;
        sqlx::query(
            "DELETE FROM language_pairs WHERE rowid NOT IN
               (SELECT rowid FROM language_pairs ORDER BY used_at DESC, rowid DESC LIMIT ?)",
        )
        .bind(PAIRS)
        .execute(&mut *connection)
        .await?;
        transaction.commit().await
    }
}
