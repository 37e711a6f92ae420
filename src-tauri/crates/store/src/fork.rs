//! A conversation that begins as another one up to some message.

use crate::{
    Conversation, MessageId, MessageStatus, NewSummary, Store, StoreError, Timestamp, branch,
    conversations, messages, summaries, tags,
};

impl Store {
    /// Copies the messages that lead to `id`, itself included, into a new
    /// conversation with this title, the same system prompt and the same tags. Texts,
    /// statistics, summaries and the times of writing stay; other versions do not come
    /// along.
    pub async fn fork_conversation(
        &self,
        id: &MessageId,
        title: Option<&str>,
        now: Timestamp,
    ) -> Result<Conversation, StoreError> {
        let from = self.message(id).await?.conversation_id;
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        let origin = conversations::fetch(connection, &from).await?;
        let path = branch::path_to(connection, &from, id, usize::MAX).await?;
        let fork = conversations::insert(connection, title, now).await?.id;
        let prompt = "UPDATE conversations SET system_prompt = ?2 WHERE id = ?1";
        sqlx::query(prompt)
            .bind(fork.as_str())
            .bind(origin.system_prompt)
            .execute(&mut *connection)
            .await?;
        tags::copy(connection, &from, &fork).await?;
        let mut parent = None;
        for entry in path.messages {
            let mut message = entry.message;
            let summary = summaries::fetch(connection, &message.id).await?;
            if message.status == MessageStatus::Streaming {
                message.status = MessageStatus::Interrupted;
            }
            message.id = MessageId::new(now);
            message.conversation_id = fork.clone();
            message.parent_id = parent;
            messages::insert_whole(connection, &message).await?;
            if let Some(summary) = summary {
                let copy = NewSummary {
                    message: message.id.clone(),
                    text: summary.text,
                    covered: summary.covered,
                    edited: summary.edited,
                };
                summaries::insert(connection, &copy, summary.updated_at).await?;
            }
            parent = Some(message.id);
        }
        if let Some(leaf) = &parent {
            conversations::move_leaf(connection, &fork, leaf, now).await?;
        }
        let fork = conversations::fetch(connection, &fork).await?;
        transaction.commit().await?;
        Ok(fork)
    }
}
