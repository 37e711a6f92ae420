//! Conversations: the list, titles, the end of one.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::{ConversationId, MessageId, Store, StoreError, Timestamp, search};

/// A conversation without its messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// Its title; `None` until it got one.
    pub title: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When something in it last changed.
    pub updated_at: Timestamp,
    /// The last message of the branch that is shown; `None` when empty.
    pub active_leaf: Option<MessageId>,
    /// What the model is told before the first message, if set for this one.
    pub system_prompt: Option<String>,
    /// When it was put into the trash; `None` when it is not there.
    pub trashed_at: Option<Timestamp>,
    /// Whether it stays at the top of the list.
    pub pinned: bool,
    /// Whether it was put away: kept and found, but not in the list.
    pub archived: bool,
    /// Its tags, in the order of their letters.
    pub tags: Vec<String>,
}

macro_rules! columns {
    () => {
        "id, title, created_at, updated_at, active_leaf, system_prompt, trashed_at,
         EXISTS (SELECT 1 FROM pins p WHERE p.conversation_id = conversations.id),
         EXISTS (SELECT 1 FROM archive a WHERE a.conversation_id = conversations.id),
         (SELECT json_group_array(name) FROM
           (SELECT t.name FROM conversation_tags c JOIN tags t ON t.key = c.tag
            WHERE c.conversation_id = conversations.id ORDER BY t.folded))"
    };
}

impl Conversation {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: ConversationId(row.try_get(0)?),
            title: row.try_get(1)?,
            created_at: Timestamp(row.try_get(2)?),
            updated_at: Timestamp(row.try_get(3)?),
            active_leaf: row.try_get::<Option<String>, _>(4)?.map(MessageId),
            system_prompt: row.try_get(5)?,
            trashed_at: row.try_get::<Option<i64>, _>(6)?.map(Timestamp),
            pinned: row.try_get(7)?,
            archived: row.try_get(8)?,
            tags: names(row.try_get(9)?)?,
        })
    }
}

/// The names in a JSON array that the database made.
fn names(json: &str) -> Result<Vec<String>, sqlx::Error> {
    serde_json::from_str(json).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

impl Store {
    /// Makes an empty conversation.
    pub async fn create_conversation(
        &self,
        title: Option<&str>,
        now: Timestamp,
    ) -> Result<Conversation, StoreError> {
        let mut transaction = self.write().await?;
        let made = insert(transaction.connection(), title, now).await?;
        transaction.commit().await?;
        Ok(made)
    }

    /// The conversations that are not in the trash, archived ones too, last changed
    /// first.
    pub async fn conversations(&self) -> Result<Vec<Conversation>, StoreError> {
        self.list(concat!(
            "SELECT ",
            columns!(),
            " FROM conversations WHERE trashed_at IS NULL ORDER BY updated_at DESC, key DESC"
        ))
        .await
    }

    /// Whether there is any conversation, in the trash or not.
    pub async fn has_conversations(&self) -> Result<bool, StoreError> {
        Ok(
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM conversations)")
                .fetch_one(&mut *self.read().await?)
                .await?,
        )
    }

    /// The conversations in the trash, last put there first.
    pub async fn trashed_conversations(&self) -> Result<Vec<Conversation>, StoreError> {
        self.list(concat!(
            "SELECT ",
            columns!(),
            " FROM conversations WHERE trashed_at IS NOT NULL ORDER BY trashed_at DESC, key DESC"
        ))
        .await
    }

    /// What a query without parameters selects.
    async fn list(&self, query: &'static str) -> Result<Vec<Conversation>, StoreError> {
        let rows = sqlx::query(query)
            .fetch_all(&mut *self.read().await?)
            .await?;
        Ok(rows
            .iter()
            .map(Conversation::from_row)
            .collect::<Result<_, _>>()?)
    }

    /// One conversation, in the trash or not.
    pub async fn conversation(&self, id: &ConversationId) -> Result<Conversation, StoreError> {
        fetch(&mut *self.read().await?, id).await
    }

    /// Gives a conversation a title.
    pub async fn rename_conversation(
        &self,
        id: &ConversationId,
        title: &str,
        now: Timestamp,
    ) -> Result<Conversation, StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        let key: i64 = sqlx::query_scalar(
            "UPDATE conversations SET title = ?2, updated_at = ?3 WHERE id = ?1 RETURNING key",
        )
        .bind(id.as_str())
        .bind(title)
        .bind(now.0)
        .fetch_optional(&mut *connection)
        .await?
        .ok_or_else(|| unknown(id))?;
        search::index_title(connection, key, title).await?;
        let renamed = fetch(connection, id).await?;
        transaction.commit().await?;
        Ok(renamed)
    }

    /// Gives a conversation its first title; `None` when it has one already,
    /// which stays. Looking and writing are one step, so that a title made in
    /// the background never takes the place of one that a person gave meanwhile.
    pub async fn title_untitled(
        &self,
        id: &ConversationId,
        title: &str,
        now: Timestamp,
    ) -> Result<Option<Conversation>, StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        let key: Option<i64> = sqlx::query_scalar(
            "UPDATE conversations SET title = ?2, updated_at = ?3
             WHERE id = ?1 AND title IS NULL RETURNING key",
        )
        .bind(id.as_str())
        .bind(title)
        .bind(now.0)
        .fetch_optional(&mut *connection)
        .await?;
        if let Some(key) = key {
            search::index_title(connection, key, title).await?;
        }
        // Fails where there is no such conversation.
        let conversation = fetch(connection, id).await?;
        transaction.commit().await?;
        Ok(key.map(|_| conversation))
    }

    /// Sets what the model is told before the first message of a conversation.
    pub async fn set_system_prompt(
        &self,
        id: &ConversationId,
        prompt: Option<&str>,
        now: Timestamp,
    ) -> Result<Conversation, StoreError> {
        let update = sqlx::query(
            "UPDATE conversations SET system_prompt = ?2, updated_at = ?3 WHERE id = ?1",
        );
        self.change(id, update.bind(id.as_str()).bind(prompt).bind(now.0))
            .await
    }

    /// Deletes a conversation with its messages and its draft. There is no way
    /// back. Nothing finds it any more; its words are overwritten in the search
    /// index by [`Store::tidy`].
    pub async fn purge_conversation(&self, id: &ConversationId) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        let key: i64 = sqlx::query_scalar(
            "UPDATE conversations SET active_leaf = NULL WHERE id = ? RETURNING key",
        )
        .bind(id.as_str())
        .fetch_optional(&mut *connection)
        .await?
        .ok_or_else(|| unknown(id))?;
        search::forget_conversation(connection, id, key).await?;
        for statement in [
            "DELETE FROM drafts WHERE key IN
               (SELECT 'edit:' || id FROM messages WHERE conversation_id = ?)",
            "DELETE FROM messages WHERE conversation_id = ?",
            "DELETE FROM drafts WHERE key = ?",
            "DELETE FROM conversations WHERE id = ?",
        ] {
            sqlx::query(statement)
                .bind(id.as_str())
                .execute(&mut *connection)
                .await?;
        }
        transaction.commit().await?;
        self.forget_prefix(id);
        Ok(())
    }

    /// Shows another branch: the one that ends in `leaf`.
    pub async fn set_active_leaf(
        &self,
        id: &ConversationId,
        leaf: &MessageId,
        now: Timestamp,
    ) -> Result<Conversation, StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        let found = sqlx::query("SELECT 1 FROM messages WHERE conversation_id = ? AND id = ?")
            .bind(id.as_str())
            .bind(leaf.as_str())
            .fetch_optional(&mut *connection)
            .await?;
        if found.is_none() {
            return Err(StoreError::not_found("message", leaf.as_str()));
        }
        move_leaf(connection, id, leaf, now).await?;
        let moved = fetch(connection, id).await?;
        transaction.commit().await?;
        Ok(moved)
    }

    /// Runs an update of one conversation and returns what it became.
    async fn change(
        &self,
        id: &ConversationId,
        update: sqlx::query::Query<'_, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>,
    ) -> Result<Conversation, StoreError> {
        let mut transaction = self.write().await?;
        update.execute(transaction.connection()).await?;
        let changed = fetch(transaction.connection(), id).await?;
        transaction.commit().await?;
        Ok(changed)
    }
}

/// Inserts an empty conversation.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    title: Option<&str>,
    now: Timestamp,
) -> Result<Conversation, StoreError> {
    let id = ConversationId::new(now);
    let key: i64 = sqlx::query_scalar(
        "INSERT INTO conversations (id, title, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?3) RETURNING key",
    )
    .bind(id.as_str())
    .bind(title)
    .bind(now.0)
    .fetch_one(&mut *connection)
    .await?;
    if let Some(title) = title {
        search::index_title(connection, key, title).await?;
    }
    Ok(Conversation {
        id,
        title: title.map(str::to_owned),
        created_at: now,
        updated_at: now,
        active_leaf: None,
        system_prompt: None,
        trashed_at: None,
        pinned: false,
        archived: false,
        tags: Vec::new(),
    })
}

/// Reads one conversation.
pub(crate) async fn fetch(
    connection: &mut SqliteConnection,
    id: &ConversationId,
) -> Result<Conversation, StoreError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM conversations WHERE id = ?"
    ))
    .bind(id.as_str())
    .fetch_optional(connection)
    .await?
    .ok_or_else(|| unknown(id))?;
    Ok(Conversation::from_row(&row)?)
}

/// Makes `leaf` the end of the branch that is shown. Fails when there is no such
/// conversation.
pub(crate) async fn move_leaf(
    connection: &mut SqliteConnection,
    id: &ConversationId,
    leaf: &MessageId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let moved =
        sqlx::query("UPDATE conversations SET active_leaf = ?2, updated_at = ?3 WHERE id = ?1")
            .bind(id.as_str())
            .bind(leaf.as_str())
            .bind(now.0)
            .execute(connection)
            .await?;
    if moved.rows_affected() == 0 {
        return Err(unknown(id));
    }
    Ok(())
}

pub(crate) fn unknown(id: &ConversationId) -> StoreError {
    StoreError::not_found("conversation", id.as_str())
}
