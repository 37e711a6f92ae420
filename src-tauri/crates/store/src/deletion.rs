//! Deleting a part of a conversation's tree, taking that back, and the end of
//! what was deleted long ago.

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use crate::branch::Shape;
use crate::search::chores;
use crate::{
    ConversationId, Message, MessageId, MessageStatus, Store, StoreError, Timestamp, conversations,
    digests, documents, personas, search, texts, translation,
};

/// A message and everything that follows it, as far as it is not hidden by a
/// deletion further down. Bound to the message's id as `?1`.
macro_rules! subtree {
    ($select:literal) => {
        concat!(
            "WITH RECURSIVE part (key, id, conversation_id) AS (
               SELECT key, id, conversation_id FROM messages WHERE id = ?1
               UNION ALL
               SELECT m.key, m.id, m.conversation_id
                 FROM part p JOIN messages m
                   ON m.conversation_id = p.conversation_id AND m.parent_id = p.id
                WHERE NOT EXISTS (SELECT 1 FROM deletions d
                  WHERE d.conversation_id = m.conversation_id AND d.message_id = m.id)
             ) ",
            $select
        )
    };
}

/// Everything that was deleted before `?1`, with all that follows it.
macro_rules! gone {
    ($statement:literal) => {
        concat!(
            "WITH RECURSIVE gone (id, conversation_id) AS (
               SELECT message_id, conversation_id FROM deletions WHERE deleted_at < ?1
               UNION
               SELECT m.id, m.conversation_id
                 FROM gone g JOIN messages m
                   ON m.conversation_id = g.conversation_id AND m.parent_id = g.id
             ) ",
            $statement
        )
    };
}

impl Store {
    /// Hides a message and everything that follows it. When the branch that is
    /// shown goes through it, the nearest version of the message takes its place,
    /// or the branch ends before it. Nothing finds what is hidden.
    pub async fn delete_message(&self, id: &MessageId, now: Timestamp) -> Result<(), StoreError> {
        let message = self.message(id).await?;
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        let conversation = &message.conversation_id;
        let shape = Shape::of(connection, conversation).await?;
        let leaf = conversations::fetch(connection, conversation)
            .await?
            .active_leaf;
        sqlx::query(
            "INSERT OR REPLACE INTO deletions (conversation_id, message_id, deleted_at)
             VALUES (?, ?, ?)",
        )
        .bind(conversation.as_str())
        .bind(id.as_str())
        .bind(now.0)
        .execute(&mut *connection)
        .await?;
        if leaf.is_some_and(|leaf| shape.leads_to(id, &leaf)) {
            let successor = successor(&shape, &message);
            show(connection, conversation, successor.as_ref(), now).await?;
        }
        sqlx::query(subtree!(
            "DELETE FROM message_search WHERE rowid IN (SELECT key FROM part)"
        ))
        .bind(id.as_str())
        .execute(connection)
        .await?;
        transaction.commit().await?;
        self.forget_prefix(conversation);
        Ok(())
    }

    /// Takes a deletion back and shows the branch that ends in `leaf`. A message
    /// that is not deleted is shown all the same.
    pub async fn restore_message(
        &self,
        id: &MessageId,
        leaf: &MessageId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let message = self.message(id).await?;
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        sqlx::query("DELETE FROM deletions WHERE conversation_id = ? AND message_id = ?")
            .bind(message.conversation_id.as_str())
            .bind(id.as_str())
            .execute(&mut *connection)
            .await?;
        let found = sqlx::query(subtree!(
            "SELECT m.key, m.text, m.status FROM part JOIN messages m USING (key)"
        ))
        .bind(id.as_str())
        .fetch_all(&mut *connection)
        .await?;
        for row in &found {
            if MessageStatus::parse(row.try_get(2)?)? != MessageStatus::Streaming {
                search::index_message(&mut *connection, row.try_get(0)?, row.try_get(1)?).await?;
            }
        }
        let shape = Shape::of(connection, &message.conversation_id).await?;
        let leaf = if shape.leads_to(id, leaf) && shape.shows(leaf) {
            leaf.clone()
        } else {
            shape.deepest(id)
        };
        show(connection, &message.conversation_id, Some(&leaf), now).await?;
        transaction.commit().await
    }

    /// Deletes every conversation in the trash for good; returns how many there were.
    /// Deleted messages of others stay until their time.
    pub async fn purge_trash(&self) -> Result<usize, StoreError> {
        let trashed = self.trashed_before(Timestamp(i64::MAX)).await?;
        for id in &trashed {
            self.purge_conversation(id).await?;
        }
        Ok(trashed.len())
    }

    async fn trashed_before(&self, before: Timestamp) -> Result<Vec<ConversationId>, StoreError> {
        let trashed: Vec<String> =
            sqlx::query_scalar("SELECT id FROM conversations WHERE trashed_at < ?")
                .bind(before.0)
                .fetch_all(&mut *self.read().await?)
                .await?;
        Ok(trashed.into_iter().map(ConversationId).collect())
    }

    /// Deletes for good what was deleted before `before`: conversations in the
    /// trash, messages with all that follows them, personas, documents, digests,
    /// translations and texts.
    pub async fn empty_trash(&self, before: Timestamp) -> Result<(), StoreError> {
        for id in self.trashed_before(before).await? {
            self.purge_conversation(&id).await?;
        }
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        sqlx::query(gone!(
            "DELETE FROM drafts WHERE key IN (SELECT 'edit:' || id FROM gone)"
        ))
        .bind(before.0)
        .execute(&mut *connection)
        .await?;
        // One statement, because a parent can't go before its children.
        let gone = sqlx::query(gone!(
            "DELETE FROM messages WHERE id IN (SELECT id FROM gone)"
        ))
        .bind(before.0)
        .execute(&mut *connection)
        .await?;
        if gone.rows_affected() > 0 {
            chores::put_off(connection).await?;
        }
        personas::erase_deleted(connection, before).await?;
        translation::erase_deleted(connection, before).await?;
        documents::erase_deleted(connection, before).await?;
        digests::erase_deleted(connection, before).await?;
        texts::erase_deleted(connection, before).await?;
        transaction.commit().await?;
        self.tidy_prefixes().await
    }
}

/// What is shown instead of a deleted message: the version before it, or after
/// it, as far as that goes; or what it answered.
fn successor(shape: &Shape, deleted: &Message) -> Option<MessageId> {
    let versions = shape.children(deleted.parent_id.as_ref());
    let place = versions.iter().position(|id| *id == deleted.id);
    let near = place.and_then(|place| {
        let before = place.checked_sub(1).and_then(|before| versions.get(before));
        before.or_else(|| versions.get(place + 1))
    });
    match near {
        Some(version) => Some(shape.deepest(version)),
        None => deleted.parent_id.clone(),
    }
}

/// Makes `leaf` the end of the branch that is shown; `None` shows nothing.
async fn show(
    connection: &mut SqliteConnection,
    conversation: &ConversationId,
    leaf: Option<&MessageId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE conversations SET active_leaf = ?2, updated_at = ?3 WHERE id = ?1")
        .bind(conversation.as_str())
        .bind(leaf.map(MessageId::as_str))
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(())
}
