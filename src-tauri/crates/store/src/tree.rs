//! Whole conversations, for files: a tree out of the database, a tree into it.

use std::collections::HashSet;

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

use crate::{
    Conversation, ConversationId, Message, MessageId, MessageStats, MessageStatus, NewSummary,
    Role, Store, StoreError, Summary, Timestamp, conversations, messages, messages::columns, order,
    search, summaries, tags,
};

/// The name of this app as an origin.
pub const OWN_APP: &str = "llmos";

/// Where a conversation was before it came here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The app: [`OWN_APP`] or a short name of another.
    pub app: String,
    /// What that app calls the conversation.
    pub id: String,
}

/// A conversation with everything that is in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The conversation.
    pub conversation: Conversation,
    /// Every message that is not deleted, parents before their children and
    /// siblings oldest first.
    pub messages: Vec<Message>,
    /// The running summaries that end with one of them.
    pub summaries: Vec<Summary>,
    /// Where it was before.
    pub origins: Vec<Origin>,
}

/// A conversation that is to come in.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTree {
    /// Its title.
    pub title: Option<String>,
    /// What the model is told before the first message.
    pub system_prompt: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When something in it last changed.
    pub updated_at: Timestamp,
    /// Whether it stays at the top of the list.
    pub pinned: bool,
    /// Whether it is put away.
    pub archived: bool,
    /// Its tags. What is no name for one, or one too many, is passed over.
    pub tags: Vec<String>,
    /// Its messages, parents before their children and siblings oldest first.
    pub messages: Vec<NewNode>,
    /// The place in `messages` of the end of the branch to show.
    pub leaf: Option<usize>,
    /// Where it was before. When one of them is known, it is here already.
    pub origins: Vec<Origin>,
}

/// A message of a [`NewTree`].
#[derive(Debug, Clone, PartialEq)]
pub struct NewNode {
    /// The place of what it follows, which comes before it; `None` for a first
    /// message.
    pub parent: Option<usize>,
    /// Who speaks.
    pub role: Role,
    /// What was said.
    pub text: String,
    /// Where the text stands; a streaming one becomes interrupted.
    pub status: MessageStatus,
    /// How it was made.
    pub stats: Option<MessageStats>,
    /// The running summary that ends with it.
    pub summary: Option<NodeSummary>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What stands for a message and all that leads to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeSummary {
    /// The summary.
    pub text: String,
    /// How many messages went into it, counted back from its own.
    pub covered: usize,
    /// Whether a person has put it into other words.
    pub edited: bool,
    /// When it was last written.
    pub updated_at: Timestamp,
}

/// What became of a conversation that was to come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// It is here now.
    Added(Conversation),
    /// It came in before and was left alone.
    Known(Conversation),
}

impl Store {
    /// The ids of all conversations outside the trash, in the order in which they
    /// were made here.
    pub async fn conversation_ids(&self) -> Result<Vec<ConversationId>, StoreError> {
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM conversations WHERE trashed_at IS NULL ORDER BY key",
        )
        .fetch_all(&mut *self.read().await?)
        .await?;
        Ok(ids.into_iter().map(ConversationId).collect())
    }

    /// A conversation with every message of every branch.
    pub async fn tree(&self, id: &ConversationId) -> Result<Tree, StoreError> {
        let mut connection = self.read().await?;
        let conversation = conversations::fetch(&mut connection, id).await?;
        let mut hidden: HashSet<String> =
            sqlx::query_scalar("SELECT message_id FROM deletions WHERE conversation_id = ?")
                .bind(id.as_str())
                .fetch_all(&mut *connection)
                .await?
                .into_iter()
                .collect();
        let rows = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM messages WHERE conversation_id = ? ORDER BY key"
        ))
        .bind(id.as_str())
        .fetch_all(&mut *connection)
        .await?;
        let mut messages = Vec::with_capacity(rows.len());
        for row in &rows {
            let message = Message::from_row(row)?;
            let above = message.parent_id.as_ref().map(MessageId::as_str);
            // Parents come first, so what hides a message has been seen.
            if hidden.contains(message.id.as_str()) || above.is_some_and(|id| hidden.contains(id)) {
                hidden.insert(message.id.0);
            } else {
                messages.push(message);
            }
        }
        let origins = sqlx::query(
            "SELECT app, origin FROM imports WHERE conversation_id = ? ORDER BY app, origin",
        )
        .bind(id.as_str())
        .fetch_all(&mut *connection)
        .await?
        .iter()
        .map(|row| {
            Ok(Origin {
                app: row.try_get(0)?,
                id: row.try_get(1)?,
            })
        })
        .collect::<Result<_, sqlx::Error>>()?;
        let mut summaries = summaries::of_conversation(&mut connection, id).await?;
        summaries.retain(|summary| !hidden.contains(summary.message_id.as_str()));
        Ok(Tree {
            conversation,
            messages,
            summaries,
            origins,
        })
    }

    /// Takes a whole conversation in, or finds that it is here: all of it in one
    /// transaction. One that comes from this app keeps its id.
    pub async fn import_tree(
        &self,
        tree: &NewTree,
        now: Timestamp,
    ) -> Result<Imported, StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        for origin in &tree.origins {
            if let Some(id) = known(connection, origin).await? {
                let conversation = conversations::fetch(connection, &ConversationId(id)).await?;
                return Ok(Imported::Known(conversation));
            }
        }
        let own = tree.origins.iter().find_map(own_id);
        let id = own.unwrap_or_else(|| ConversationId::new(now));
        let key: i64 = sqlx::query_scalar(
            "INSERT INTO conversations (id, title, system_prompt, created_at, updated_at)
             VALUES (?, ?, ?, ?, ?) RETURNING key",
        )
        .bind(id.as_str())
        .bind(tree.title.as_deref())
        .bind(tree.system_prompt.as_deref())
        .bind(tree.created_at.0)
        .bind(tree.updated_at.0)
        .fetch_one(&mut *connection)
        .await?;
        if let Some(title) = &tree.title {
            search::index_title(connection, key, title).await?;
        }
        let leaf = insert_nodes(connection, &id, tree, now).await?;
        sqlx::query("UPDATE conversations SET active_leaf = ?2 WHERE id = ?1")
            .bind(id.as_str())
            .bind(leaf.as_ref().map(MessageId::as_str))
            .execute(&mut *connection)
            .await?;
        tags::give_fitting(connection, &id, &tree.tags, now).await?;
        order::place(connection, &id, tree.pinned, tree.archived, now).await?;
        for origin in &tree.origins {
            sqlx::query("INSERT OR IGNORE INTO imports VALUES (?, ?, ?, ?)")
                .bind(&origin.app)
                .bind(&origin.id)
                .bind(id.as_str())
                .bind(now.0)
                .execute(&mut *connection)
                .await?;
        }
        let added = conversations::fetch(connection, &id).await?;
        transaction.commit().await?;
        Ok(Imported::Added(added))
    }
}

/// Adds the messages of a tree; returns the end of the branch to show.
async fn insert_nodes(
    connection: &mut SqliteConnection,
    conversation: &ConversationId,
    tree: &NewTree,
    now: Timestamp,
) -> Result<Option<MessageId>, StoreError> {
    let mut ids: Vec<MessageId> = Vec::with_capacity(tree.messages.len());
    for node in &tree.messages {
        let parent_id = match node.parent {
            // The foreign key would not refuse a first message in its place.
            Some(place) => Some(ids.get(place).cloned().ok_or_else(|| {
                StoreError::not_found("message before its follower", &place.to_string())
            })?),
            None => None,
        };
        let message = Message {
            id: MessageId::new(now),
            conversation_id: conversation.clone(),
            parent_id,
            role: node.role,
            text: node.text.clone(),
            status: match node.status {
                MessageStatus::Streaming => MessageStatus::Interrupted,
                ended => ended,
            },
            stats: node.stats.clone(),
            created_at: node.created_at,
            updated_at: node.updated_at,
        };
        messages::insert_whole(connection, &message).await?;
        if let Some(summary) = &node.summary {
            let new = NewSummary {
                message: message.id.clone(),
                text: summary.text.clone(),
                covered: summary.covered,
                edited: summary.edited,
            };
            summaries::insert(connection, &new, summary.updated_at).await?;
        }
        ids.push(message.id);
    }
    Ok(tree.leaf.and_then(|place| ids.get(place).cloned()))
}

/// The conversation that came from there, or is it.
async fn known(
    connection: &mut SqliteConnection,
    origin: &Origin,
) -> Result<Option<String>, StoreError> {
    if let Some(own) = own_id(origin) {
        let found = sqlx::query_scalar("SELECT id FROM conversations WHERE id = ?")
            .bind(own.as_str())
            .fetch_optional(&mut *connection)
            .await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let found =
        sqlx::query_scalar("SELECT conversation_id FROM imports WHERE app = ? AND origin = ?")
            .bind(&origin.app)
            .bind(&origin.id)
            .fetch_optional(connection)
            .await?;
    Ok(found)
}

/// The id of a conversation of this app, if it is one that this app could have
/// given.
fn own_id(origin: &Origin) -> Option<ConversationId> {
    if origin.app != OWN_APP {
        return None;
    }
    let id = Uuid::try_parse(&origin.id).ok()?.to_string();
    (id == origin.id).then_some(ConversationId(id))
}
