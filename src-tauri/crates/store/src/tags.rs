//! Tags: short names that a person gives to conversations.
//!
//! Two spellings that differ in case, width or spaces are one tag, and the first
//! spelling stays until the tag is renamed. A tag is there for as long as a
//! conversation bears it, also one in the trash. Every change says how it is
//! taken back.

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use unicode_normalization::UnicodeNormalization;

use crate::{ConversationId, Store, StoreError, Timestamp, order};

/// Most characters of a tag's name.
const CHARACTERS: usize = 40;

/// Most tags that one conversation bears.
const EACH: usize = 20;

/// Most tags in all: they are offered as one list.
const IN_ALL: usize = 200;

/// A tag given to conversations, or taken from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagChange {
    /// Its name, in any spelling.
    pub tag: String,
    /// The conversations that it is given to or taken from.
    pub conversations: Vec<ConversationId>,
    /// Given (true) or taken.
    pub on: bool,
}

impl Store {
    /// Makes all of these changes, in order, or none of them. Returns the changes
    /// that take back what was different before; taking a tag from a conversation
    /// that does not bear it is no change.
    ///
    /// - [`StoreError::TagName`]: a name is empty or too long.
    /// - [`StoreError::TooManyTags`]: there would be too many, in all or on one
    ///   conversation.
    pub async fn change_tags(
        &self,
        changes: &[TagChange],
        now: Timestamp,
    ) -> Result<Vec<TagChange>, StoreError> {
        let mut transaction = self.write().await?;
        let mut undo = Vec::new();
        for change in changes {
            let connection = transaction.connection();
            undo.push(if change.on {
                give(connection, change, now).await?
            } else {
                take(connection, change).await?
            });
        }
        transaction.commit().await?;
        undo.retain(|change| !change.conversations.is_empty());
        undo.reverse();
        Ok(undo)
    }

    /// Gives a tag another name, on every conversation. When there is a tag of
    /// that name already, the two become one. Returns the changes that take it
    /// back.
    pub async fn rename_tag(
        &self,
        tag: &str,
        name: &str,
        now: Timestamp,
    ) -> Result<Vec<TagChange>, StoreError> {
        let (from, to) = (Name::parse(tag)?, Name::parse(name)?);
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        let old = Tag::expect(connection, &from).await?;
        let bearers = old.bearers(connection).await?;
        let other = Tag::find(connection, &to).await?;
        let gained = if let Some(other) = other.filter(|other| other.key != old.key) {
            let change = TagChange {
                tag: other.name,
                conversations: bearers.clone(),
                on: true,
            };
            let gained = give(connection, &change, now).await?.conversations;
            old.erase(connection).await?;
            gained
        } else {
            sqlx::query("UPDATE tags SET name = ?2, folded = ?3 WHERE key = ?1")
                .bind(old.key)
                .bind(&to.shown)
                .bind(&to.folded)
                .execute(&mut *connection)
                .await?;
            bearers.clone()
        };
        transaction.commit().await?;
        Ok(vec![
            TagChange {
                tag: to.shown,
                conversations: gained,
                on: false,
            },
            TagChange {
                tag: old.name,
                conversations: bearers,
                on: true,
            },
        ])
    }

    /// Takes a tag from every conversation. Returns the change that takes it back.
    pub async fn remove_tag(&self, tag: &str) -> Result<Vec<TagChange>, StoreError> {
        let name = Name::parse(tag)?;
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        let found = Tag::expect(connection, &name).await?;
        let conversations = found.bearers(connection).await?;
        found.erase(connection).await?;
        transaction.commit().await?;
        Ok(vec![TagChange {
            tag: found.name,
            conversations,
            on: true,
        }])
    }
}

/// Gives a tag to conversations; returns how to take it from those that lacked it.
pub(crate) async fn give(
    connection: &mut SqliteConnection,
    change: &TagChange,
    now: Timestamp,
) -> Result<TagChange, StoreError> {
    let name = Name::parse(&change.tag)?;
    let mut given = Vec::new();
    if !change.conversations.is_empty() {
        let tag = Tag::find_or_make(connection, &name, now).await?;
        for id in &change.conversations {
            order::expect(connection, id).await?;
            let put =
                "INSERT OR IGNORE INTO conversation_tags (conversation_id, tag) VALUES (?, ?)";
            let put = sqlx::query(put).bind(id.as_str()).bind(tag.key);
            if put.execute(&mut *connection).await?.rows_affected() == 0 {
                continue;
            }
            let count: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM conversation_tags WHERE conversation_id = ?",
            )
            .bind(id.as_str())
            .fetch_one(&mut *connection)
            .await?;
            if exceeds(count, EACH) {
                return Err(StoreError::TooManyTags { limit: EACH });
            }
            given.push(id.clone());
        }
    }
    Ok(TagChange {
        tag: name.shown,
        conversations: given,
        on: false,
    })
}

/// Takes a tag from conversations; returns how to give it back to those that bore it.
async fn take(
    connection: &mut SqliteConnection,
    change: &TagChange,
) -> Result<TagChange, StoreError> {
    let name = Name::parse(&change.tag)?;
    let found = Tag::find(connection, &name).await?;
    let mut taken = Vec::new();
    for id in &change.conversations {
        order::expect(connection, id).await?;
        let Some(tag) = &found else { continue };
        let done =
            sqlx::query("DELETE FROM conversation_tags WHERE conversation_id = ? AND tag = ?")
                .bind(id.as_str())
                .bind(tag.key)
                .execute(&mut *connection)
                .await?;
        if done.rows_affected() > 0 {
            taken.push(id.clone());
        }
    }
    Ok(TagChange {
        tag: found.map_or(name.shown, |tag| tag.name),
        conversations: taken,
        on: true,
    })
}

/// Gives a conversation that has just been made these tags, as far as they are names
/// and there is room for them; what a file says beyond that is passed over.
pub(crate) async fn give_fitting(
    connection: &mut SqliteConnection,
    id: &ConversationId,
    names: &[String],
    now: Timestamp,
) -> Result<(), StoreError> {
    for name in names.iter().take(EACH) {
        let change = TagChange {
            tag: name.clone(),
            conversations: vec![id.clone()],
            on: true,
        };
        match give(connection, &change, now).await {
            Ok(_) | Err(StoreError::TagName { .. } | StoreError::TooManyTags { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Gives `to` the tags of `from`.
pub(crate) async fn copy(
    connection: &mut SqliteConnection,
    from: &ConversationId,
    to: &ConversationId,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO conversation_tags (conversation_id, tag)
         SELECT ?2, tag FROM conversation_tags WHERE conversation_id = ?1",
    )
    .bind(from.as_str())
    .bind(to.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// A tag's name as it is shown, and as it is compared.
struct Name {
    shown: String,
    folded: String,
}

impl Name {
    /// Takes a name without spaces around it, with single ones inside.
    fn parse(text: &str) -> Result<Self, StoreError> {
        // Measured before it is copied: it may be anything.
        let words = text
            .split(|c: char| c.is_whitespace() || c.is_control())
            .filter(|word| !word.is_empty());
        let length: usize = words.clone().map(|word| word.chars().count() + 1).sum();
        if length == 0 || length > CHARACTERS + 1 {
            return Err(StoreError::TagName { limit: CHARACTERS });
        }
        let shown = words.collect::<Vec<_>>().join(" ");
        let folded = shown.nfkc().collect::<String>().to_lowercase();
        Ok(Self { shown, folded })
    }
}

/// A tag that there is.
struct Tag {
    key: i64,
    name: String,
}

impl Tag {
    async fn find(
        connection: &mut SqliteConnection,
        name: &Name,
    ) -> Result<Option<Self>, StoreError> {
        let row = sqlx::query("SELECT key, name FROM tags WHERE folded = ?")
            .bind(&name.folded)
            .fetch_optional(connection)
            .await?;
        let tag = row.map(|row| {
            Ok::<_, sqlx::Error>(Self {
                key: row.try_get(0)?,
                name: row.try_get(1)?,
            })
        });
        Ok(tag.transpose()?)
    }

    async fn expect(connection: &mut SqliteConnection, name: &Name) -> Result<Self, StoreError> {
        let found = Self::find(connection, name).await?;
        // The name is the person's own and stays out of the error.
        found.ok_or_else(|| StoreError::not_found("tag", "of this name"))
    }

    async fn find_or_make(
        connection: &mut SqliteConnection,
        name: &Name,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        if let Some(found) = Self::find(connection, name).await? {
            return Ok(found);
        }
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM tags")
            .fetch_one(&mut *connection)
            .await?;
        if exceeds(count + 1, IN_ALL) {
            return Err(StoreError::TooManyTags { limit: IN_ALL });
        }
        let key = sqlx::query_scalar(
            "INSERT INTO tags (name, folded, created_at) VALUES (?, ?, ?) RETURNING key",
        )
        .bind(&name.shown)
        .bind(&name.folded)
        .bind(now.0)
        .fetch_one(connection)
        .await?;
        Ok(Self {
            key,
            name: name.shown.clone(),
        })
    }

    /// The conversations that bear it.
    async fn bearers(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<Vec<ConversationId>, StoreError> {
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT conversation_id FROM conversation_tags WHERE tag = ? ORDER BY conversation_id",
        )
        .bind(self.key)
        .fetch_all(connection)
        .await?;
        Ok(ids.into_iter().map(ConversationId).collect())
    }

    /// Takes it from everything.
    async fn erase(&self, connection: &mut SqliteConnection) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM tags WHERE key = ?")
            .bind(self.key)
            .execute(connection)
            .await?;
        Ok(())
    }
}

fn exceeds(count: i64, limit: usize) -> bool {
    usize::try_from(count).is_ok_and(|count| count > limit)
}
