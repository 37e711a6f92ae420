//! Full-text search over messages and titles.
//!
//! Text is folded and split into tokens here (`tokens.rs`), not in the database:
//! scripts without spaces become one token a character, so a word of one or two
//! Chinese characters is found as a phrase. The index stores those tokens; the
//! excerpt and its highlights are found with the same tokens in the message.

pub(crate) mod chores;
mod excerpt;
mod plain;
mod query;
pub(crate) mod question;
mod tokens;
mod within;
mod works;

use std::collections::HashSet;

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::{ConversationId, MessageId, Role, Store, StoreError, Timestamp};
pub(crate) use excerpt::of_message as excerpt_of;
pub(crate) use query::Query;
pub use works::{WorkHit, WorkKind};

/// One place where the words of a query are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// The conversation that it is in.
    pub conversation_id: ConversationId,
    /// The message; `None` when the title was hit.
    pub message_id: Option<MessageId>,
    /// The conversation's title.
    pub title: Option<String>,
    /// Who speaks; `None` for a title.
    pub role: Option<Role>,
    /// One line of about 120 characters around the first hit.
    pub excerpt: String,
    /// What to highlight in the excerpt: start and end in UTF-16 code units,
    /// ascending, not overlapping.
    pub highlights: Vec<(usize, usize)>,
    /// Whether the excerpt is from what the model thought before its answer.
    pub thought: bool,
    /// When the message, or the conversation, was made.
    pub created_at: Timestamp,
}

impl Store {
    /// Finds messages and titles that hold every word of `query`, outside the
    /// trash. Titles come first (at most a quarter of `limit`), then messages
    /// with exactly these words, then messages where a word only begins so; in
    /// each group the newest first. Any text is a valid query; one without a
    /// letter or digit finds nothing.
    pub async fn search(&self, query: &str, limit: usize) -> Result<Vec<SearchHit>, StoreError> {
        let Some(query) = Query::parse(query) else {
            return Ok(Vec::new());
        };
        let mut connection = self.read().await?;
        let mut hits = titles(&mut connection, &query, limit.div_ceil(4)).await?;
        let mut seen = HashSet::new();
        // Ranked by what the index alone can tell, and cut off there: scoring
        // every message that holds a common word would take longer the longer
        // the history is.
        for expression in query.expressions() {
            let rows = messages(&mut connection, &expression, limit).await?;
            for row in rows {
                if hits.len() >= limit {
                    return Ok(hits);
                }
                if seen.insert(row.try_get::<i64, _>(0)?) {
                    hits.push(message_hit(&row, &query)?);
                }
            }
        }
        hits.truncate(limit);
        Ok(hits)
    }
}

async fn titles(
    connection: &mut SqliteConnection,
    query: &Query,
    limit: usize,
) -> Result<Vec<SearchHit>, StoreError> {
    let rows = sqlx::query(
        "SELECT c.id, c.title, c.created_at
         FROM title_search s CROSS JOIN conversations c ON c.key = s.rowid
         WHERE s.text MATCH ?1 AND c.trashed_at IS NULL
         ORDER BY s.rowid DESC LIMIT ?2",
    )
    .bind(query.prefix_expression())
    .bind(row_limit(limit))
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let title: Option<String> = row.try_get(1)?;
            let found = excerpt::of_title(title.as_deref().unwrap_or_default(), query);
            Ok(SearchHit {
                conversation_id: ConversationId(row.try_get(0)?),
                message_id: None,
                title,
                role: None,
                excerpt: found.text,
                highlights: found.highlights,
                thought: false,
                created_at: Timestamp(row.try_get(2)?),
            })
        })
        .collect()
}

/// The newest messages that match. The index hands rows out by descending row
/// number, so only as many are looked at as are needed. An answer that was
/// continued is found in the version that goes on, not in the one that breaks off.
async fn messages(
    connection: &mut SqliteConnection,
    expression: &str,
    limit: usize,
) -> Result<Vec<SqliteRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT m.key, m.conversation_id, m.id, c.title, m.role, m.text, m.created_at
         FROM message_search s
           CROSS JOIN messages m ON m.key = s.rowid
           CROSS JOIN conversations c ON c.id = m.conversation_id
         WHERE s.text MATCH ?1 AND c.trashed_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM messages l CROSS JOIN message_search f ON f.rowid = l.key
             WHERE l.conversation_id = m.conversation_id AND l.parent_id IS m.parent_id
               AND l.key > m.key AND substr(l.text, 1, length(m.text)) = m.text)
         ORDER BY s.rowid DESC LIMIT ?2",
    )
    .bind(expression)
    .bind(row_limit(limit))
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

fn message_hit(row: &SqliteRow, query: &Query) -> Result<SearchHit, StoreError> {
    let found = excerpt::of_message(row.try_get(5)?, query);
    Ok(SearchHit {
        conversation_id: ConversationId(row.try_get(1)?),
        message_id: Some(MessageId(row.try_get(2)?)),
        title: row.try_get(3)?,
        role: Some(Role::parse(row.try_get(4)?)?),
        excerpt: found.text,
        highlights: found.highlights,
        thought: found.thought,
        created_at: Timestamp(row.try_get(6)?),
    })
}

fn row_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Makes a message findable by `text`, and by nothing that was indexed before.
pub(crate) async fn index_message(
    connection: &mut SqliteConnection,
    key: i64,
    text: &str,
) -> Result<(), StoreError> {
    sqlx::query("INSERT OR REPLACE INTO message_search (rowid, text) VALUES (?, ?)")
        .bind(key)
        .bind(tokens::joined(text))
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes a passage of a document findable by its text.
pub(crate) async fn index_passage(
    connection: &mut SqliteConnection,
    key: i64,
    text: &str,
) -> Result<(), StoreError> {
    sqlx::query("INSERT OR REPLACE INTO passage_search (rowid, text) VALUES (?, ?)")
        .bind(key)
        .bind(tokens::joined(text))
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes a conversation findable by its title.
pub(crate) async fn index_title(
    connection: &mut SqliteConnection,
    key: i64,
    title: &str,
) -> Result<(), StoreError> {
    sqlx::query("INSERT OR REPLACE INTO title_search (rowid, text) VALUES (?, ?)")
        .bind(key)
        .bind(tokens::joined(title))
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a conversation and its messages out of the index.
pub(crate) async fn forget_conversation(
    connection: &mut SqliteConnection,
    id: &ConversationId,
    key: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM message_search WHERE rowid IN
           (SELECT key FROM messages WHERE conversation_id = ?)",
    )
    .bind(id.as_str())
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM title_search WHERE rowid = ?")
        .bind(key)
        .execute(&mut *connection)
        .await?;
    chores::put_off(connection).await
}
