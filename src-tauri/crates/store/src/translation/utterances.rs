//! What two people said to each other through the device.

use sqlx::Row;

use crate::{Store, StoreError, Timestamp};

/// Who spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UtteranceSide {
    /// The person who holds the device.
    Near,
    /// The other one.
    Far,
}

/// One thing that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Utterance {
    /// Who said it.
    pub side: UtteranceSide,
    /// Tag of the language it was said in.
    pub from: String,
    /// Tag of the language it was translated into.
    pub to: String,
    /// What was said.
    pub source: String,
    /// Its translation.
    pub target: String,
    /// What may be wrong with that, as the caller wrote it.
    pub flags: String,
    /// When it was said.
    pub spoken_at: Timestamp,
}

impl Store {
    /// Everything that was said, oldest first.
    pub async fn utterances(&self) -> Result<Vec<Utterance>, StoreError> {
        let rows = sqlx::query(
            "SELECT side, source_language, target_language, source, target, flags, spoken_at
             FROM utterances ORDER BY key",
        )
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.iter()
            .map(|row| {
                let side: String = row.try_get(0)?;
                Ok(Utterance {
                    side: if side == "far" {
                        UtteranceSide::Far
                    } else {
                        UtteranceSide::Near
                    },
                    from: row.try_get(1)?,
                    to: row.try_get(2)?,
                    source: row.try_get(3)?,
                    target: row.try_get(4)?,
                    flags: row.try_get(5)?,
                    spoken_at: Timestamp(row.try_get(6)?),
                })
            })
            .collect()
    }

    /// Adds what was said, in order.
    pub async fn add_utterances(&self, said: &[Utterance]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        for utterance in said {
            sqlx::query(
                "INSERT INTO utterances
                   (side, source_language, target_language, source, target, flags, spoken_at)
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(match utterance.side {
                UtteranceSide::Near => "near",
                UtteranceSide::Far => "far",
            })
            .bind(&utterance.from)
            .bind(&utterance.to)
            .bind(&utterance.source)
            .bind(&utterance.target)
            .bind(&utterance.flags)
            .bind(utterance.spoken_at.0)
            .execute(transaction.connection())
            .await?;
        }
        transaction.commit().await
    }

    /// Erases all of it.
    pub async fn clear_utterances(&self) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query("DELETE FROM utterances")
            .execute(transaction.connection())
            .await?;
        transaction.commit().await
    }
}
