//! Order in the list of conversations: pins, the archive, the trash. Each takes
//! several conversations at once and changes all of them, or none when one of
//! them is unknown.

use sqlx::sqlite::SqliteConnection;

use crate::{ConversationId, Store, StoreError, Timestamp, conversations};

type Query<'a> = sqlx::query::Query<'a, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

const PIN: &str = "INSERT OR IGNORE INTO pins (conversation_id, pinned_at) VALUES (?, ?)";
const ARCHIVE: &str = "INSERT OR IGNORE INTO archive (conversation_id, archived_at) VALUES (?, ?)";

impl Store {
    /// Keeps conversations at the top of the list, or lets them go.
    pub async fn pin_conversations(
        &self,
        ids: &[ConversationId],
        pinned: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let unpin = "DELETE FROM pins WHERE conversation_id = ?";
        self.each(ids, |id| {
            if pinned {
                sqlx::query(PIN).bind(id).bind(now.0)
            } else {
                sqlx::query(unpin).bind(id)
            }
        })
        .await
    }

    /// Puts conversations away, or takes them out again. Nothing else about them
    /// changes: the search finds them in the archive as well.
    pub async fn archive_conversations(
        &self,
        ids: &[ConversationId],
        archived: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let take = "DELETE FROM archive WHERE conversation_id = ?";
        self.each(ids, |id| {
            if archived {
                sqlx::query(ARCHIVE).bind(id).bind(now.0)
            } else {
                sqlx::query(take).bind(id)
            }
        })
        .await
    }

    /// Puts conversations into the trash. Their places in the list are kept.
    pub async fn trash_conversations(
        &self,
        ids: &[ConversationId],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let update = "UPDATE conversations SET trashed_at = ?2 WHERE id = ?1";
        self.each(ids, |id| sqlx::query(update).bind(id).bind(now.0))
            .await?;
        for id in ids {
            self.forget_prefix(id);
        }
        Ok(())
    }

    /// Takes conversations out of the trash.
    pub async fn restore_conversations(&self, ids: &[ConversationId]) -> Result<(), StoreError> {
        let update = "UPDATE conversations SET trashed_at = NULL WHERE id = ?";
        self.each(ids, |id| sqlx::query(update).bind(id)).await
    }

    /// Runs a statement for each conversation, in one transaction.
    async fn each(
        &self,
        ids: &[ConversationId],
        statement: impl for<'a> Fn(&'a str) -> Query<'a>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        for id in ids {
            expect(connection, id).await?;
            statement(id.as_str()).execute(&mut *connection).await?;
        }
        transaction.commit().await
    }
}

/// Gives a conversation that has just been made its place in the list.
pub(crate) async fn place(
    connection: &mut SqliteConnection,
    id: &ConversationId,
    pinned: bool,
    archived: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    for (wanted, statement) in [(pinned, PIN), (archived, ARCHIVE)] {
        if wanted {
            sqlx::query(statement)
                .bind(id.as_str())
                .bind(now.0)
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

/// Fails when there is no such conversation.
pub(crate) async fn expect(
    connection: &mut SqliteConnection,
    id: &ConversationId,
) -> Result<(), StoreError> {
    sqlx::query("SELECT 1 FROM conversations WHERE id = ?")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?
        .map(|_| ())
        .ok_or_else(|| conversations::unknown(id))
}
