//! The tree of a conversation: the branch that is shown, and its siblings.

use std::collections::{HashMap, HashSet};

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use crate::{
    ConversationId, Message, MessageId, Store, StoreError, conversations, messages::columns,
};

/// A message of a branch.
#[derive(Debug, Clone, PartialEq)]
pub struct BranchMessage {
    /// The message.
    pub message: Message,
    /// Every message with the same parent that is not deleted, this one included,
    /// oldest first.
    pub siblings: Vec<MessageId>,
}

/// The end of a branch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BranchEnd {
    /// How many messages come before these.
    pub earlier: usize,
    /// The last messages, oldest first.
    pub messages: Vec<BranchMessage>,
}

impl Store {
    /// The branch that is shown, from its first message to the active leaf.
    pub async fn branch(&self, id: &ConversationId) -> Result<Vec<BranchMessage>, StoreError> {
        Ok(self.branch_end(id, usize::MAX).await?.messages)
    }

    /// The last messages of the branch that is shown, at most `count`.
    pub async fn branch_end(
        &self,
        id: &ConversationId,
        count: usize,
    ) -> Result<BranchEnd, StoreError> {
        let mut connection = self.read().await?;
        match conversations::fetch(&mut connection, id).await?.active_leaf {
            Some(leaf) => path_to(&mut connection, id, &leaf, count).await,
            None => Ok(BranchEnd::default()),
        }
    }

    /// The messages that lead to `id`, itself left out, oldest first: the nearest
    /// `count` of them.
    pub async fn branch_before(
        &self,
        id: &MessageId,
        count: usize,
    ) -> Result<BranchEnd, StoreError> {
        let message = self.message(id).await?;
        let mut connection = self.read().await?;
        match message.parent_id {
            Some(parent) => {
                path_to(&mut connection, &message.conversation_id, &parent, count).await
            }
            None => Ok(BranchEnd::default()),
        }
    }

    /// The end of the branch through `id` that was last written to: follows the
    /// newest child down. What to show when a person selects a sibling.
    pub async fn deepest_leaf(&self, id: &MessageId) -> Result<MessageId, StoreError> {
        let mut connection = self.read().await?;
        let conversation: String =
            sqlx::query_scalar("SELECT conversation_id FROM messages WHERE id = ?")
                .bind(id.as_str())
                .fetch_optional(&mut *connection)
                .await?
                .ok_or_else(|| StoreError::not_found("message", id.as_str()))?;
        let shape = Shape::of(&mut connection, &ConversationId(conversation)).await?;
        Ok(shape.deepest(id))
    }
}

/// A message and those above it, at most `count` in all, oldest first.
pub(crate) async fn path_to(
    connection: &mut SqliteConnection,
    conversation: &ConversationId,
    last: &MessageId,
    count: usize,
) -> Result<BranchEnd, StoreError> {
    let shape = Shape::of(connection, conversation).await?;
    // Keys grow from parent to child, so they sort the path.
    let rows = sqlx::query(concat!(
        "WITH RECURSIVE path (place, parent, depth) AS (
           SELECT key, parent_id, 1 FROM messages WHERE id = ?1
           UNION ALL
           SELECT m.key, m.parent_id, depth + 1
             FROM path JOIN messages m ON m.id = parent WHERE depth < ?2
         )
         SELECT ",
        columns!(),
        " FROM messages WHERE key IN (SELECT place FROM path) ORDER BY key"
    ))
    .bind(last.as_str())
    .bind(i64::try_from(count).unwrap_or(i64::MAX))
    .fetch_all(connection)
    .await?;
    let messages = rows
        .iter()
        .map(|row| {
            let message = Message::from_row(row)?;
            let siblings = shape.children(message.parent_id.as_ref());
            Ok(BranchMessage { message, siblings })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    let earlier = shape.depth(last).saturating_sub(messages.len());
    Ok(BranchEnd { earlier, messages })
}

/// A conversation's tree without its text and without what is deleted.
pub(crate) struct Shape {
    /// Children of each message (of `None`: first messages), oldest first.
    children: HashMap<Option<MessageId>, Vec<MessageId>>,
    /// The message above each message that is not a first one.
    parents: HashMap<MessageId, MessageId>,
    deleted: HashSet<MessageId>,
}

impl Shape {
    /// Reads it, from two indexes.
    pub(crate) async fn of(
        connection: &mut SqliteConnection,
        conversation: &ConversationId,
    ) -> Result<Self, StoreError> {
        let rows = sqlx::query(
            "SELECT parent_id, id FROM messages WHERE conversation_id = ? ORDER BY parent_id, key",
        )
        .bind(conversation.as_str())
        .fetch_all(&mut *connection)
        .await?;
        let deleted: Vec<String> =
            sqlx::query_scalar("SELECT message_id FROM deletions WHERE conversation_id = ?")
                .bind(conversation.as_str())
                .fetch_all(connection)
                .await?;
        let deleted: HashSet<MessageId> = deleted.into_iter().map(MessageId).collect();
        let mut children: HashMap<_, Vec<_>> = HashMap::with_capacity(rows.len());
        let mut parents = HashMap::with_capacity(rows.len());
        for row in &rows {
            let parent = row.try_get::<Option<String>, _>(0)?.map(MessageId);
            let id = MessageId(row.try_get(1)?);
            if let Some(parent) = &parent {
                parents.insert(id.clone(), parent.clone());
            }
            if !deleted.contains(&id) {
                children.entry(parent).or_default().push(id);
            }
        }
        Ok(Self {
            children,
            parents,
            deleted,
        })
    }

    /// The messages that follow `parent` (of `None`: first messages), oldest first.
    pub(crate) fn children(&self, parent: Option<&MessageId>) -> Vec<MessageId> {
        self.children
            .get(&parent.cloned())
            .cloned()
            .unwrap_or_default()
    }

    /// Whether the way from the beginning to `last` goes through `id`, or ends there.
    pub(crate) fn leads_to(&self, id: &MessageId, last: &MessageId) -> bool {
        self.above(last).any(|above| above == id)
    }

    /// Whether nothing on the way to `last` is deleted.
    pub(crate) fn shows(&self, last: &MessageId) -> bool {
        !self.above(last).any(|above| self.deleted.contains(above))
    }

    /// How many messages lead to `last`, itself included.
    pub(crate) fn depth(&self, last: &MessageId) -> usize {
        self.above(last).count()
    }

    /// A message and those above it, upwards.
    fn above<'a>(&'a self, last: &'a MessageId) -> impl Iterator<Item = &'a MessageId> {
        // As in `deepest`, no walk is longer than there are messages.
        std::iter::successors(Some(last), |id| self.parents.get(*id)).take(self.parents.len() + 1)
    }

    /// The end of the way down from a message along the newest children.
    pub(crate) fn deepest(&self, from: &MessageId) -> MessageId {
        let mut leaf = from.clone();
        // Ends: keys grow from parent to child, so there is no cycle. A damaged
        // tree could hold one; no walk visits more messages than there are.
        for _ in 0..self.children.len() {
            match self
                .children
                .get(&Some(leaf.clone()))
                .and_then(|c| c.last())
            {
                Some(newest) => leaf = newest.clone(),
                None => break,
            }
        }
        leaf
    }
}
