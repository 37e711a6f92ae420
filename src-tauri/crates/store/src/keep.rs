//! Keeping a conversation that was only in memory.

use std::collections::HashSet;

use crate::{
    Conversation, ConversationId, Message, MessageId, MessageStatus, NewSummary, Store, StoreError,
    TagChange, Timestamp, conversation_settings, conversations, messages, order, search, summaries,
    tags,
};

impl Store {
    /// Copies a conversation with all its versions, its settings, its running
    /// summaries, its tags and its place in the list from another store into this
    /// one, under the same ids: all of it or nothing. Deleted messages and drafts do
    /// not come along.
    pub async fn adopt_conversation(
        &self,
        from: &Store,
        id: &ConversationId,
        now: Timestamp,
    ) -> Result<Conversation, StoreError> {
        let origin = from.conversation(id).await?;
        let settings = from.conversation_settings(Some(id)).await?;
        let summaries = from.summaries(id).await?;
        let tree = from.visible_tree(id).await?;

        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        let key: i64 = sqlx::query_scalar(
            "INSERT INTO conversations (id, title, system_prompt, created_at, updated_at)
             VALUES (?, ?, ?, ?, ?) RETURNING key",
        )
        .bind(id.as_str())
        .bind(origin.title.as_deref())
        .bind(origin.system_prompt.as_deref())
        .bind(origin.created_at.0)
        .bind(now.0)
        .fetch_one(&mut *connection)
        .await?;
        if let Some(title) = &origin.title {
            search::index_title(connection, key, title).await?;
        }
        for mut message in tree {
            if message.status == MessageStatus::Streaming {
                message.status = MessageStatus::Interrupted;
            }
            messages::insert_whole(connection, &message).await?;
        }
        if let Some(leaf) = &origin.active_leaf {
            conversations::move_leaf(connection, id, leaf, now).await?;
        }
        for summary in summaries {
            // One of a deleted message finds no message and is no more.
            let copy = NewSummary {
                message: summary.message_id,
                text: summary.text,
                covered: summary.covered,
                edited: summary.edited,
            };
            summaries::insert(connection, &copy, summary.updated_at).await?;
        }
        for tag in &origin.tags {
            let change = TagChange {
                tag: tag.clone(),
                conversations: vec![id.clone()],
                on: true,
            };
            tags::give(connection, &change, now).await?;
        }
        order::place(connection, id, origin.pinned, origin.archived, now).await?;
        conversation_settings::put(connection, Some(id), &settings, now).await?;
        let kept = conversations::fetch(connection, id).await?;
        transaction.commit().await?;
        Ok(kept)
    }

    /// Every message of a conversation that is not deleted, parents first.
    async fn visible_tree(&self, id: &ConversationId) -> Result<Vec<Message>, StoreError> {
        let mut connection = self.read().await?;
        let all = messages::all_of(&mut connection, id).await?;
        let mut hidden: HashSet<MessageId> =
            sqlx::query_scalar("SELECT message_id FROM deletions WHERE conversation_id = ?")
                .bind(id.as_str())
                .fetch_all(&mut *connection)
                .await?
                .into_iter()
                .map(MessageId)
                .collect();
        Ok(all
            .into_iter()
            .filter(|message| {
                let follows = message
                    .parent_id
                    .as_ref()
                    .is_some_and(|p| hidden.contains(p));
                if follows {
                    hidden.insert(message.id.clone());
                }
                !hidden.contains(&message.id)
            })
            .collect())
    }
}
