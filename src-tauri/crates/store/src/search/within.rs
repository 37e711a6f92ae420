//! Search inside one conversation.

use std::collections::HashSet;

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::query::Query;
use crate::{ConversationId, MessageId, Store, StoreError, conversations};

impl Store {
    /// The messages of the branch that is shown that hold every word of `query`,
    /// or a word that begins so; oldest first. Any text is a valid query; one
    /// without a letter or digit finds nothing.
    pub async fn search_branch(
        &self,
        id: &ConversationId,
        query: &str,
    ) -> Result<Vec<MessageId>, StoreError> {
        let mut connection = self.read().await?;
        let leaf = conversations::fetch(&mut connection, id).await?.active_leaf;
        let (Some(leaf), Some(query)) = (leaf, Query::parse(query)) else {
            return Ok(Vec::new());
        };
        let path = keys_to(&mut connection, &leaf).await?;
        let (Some(first), Some(last)) = (path.iter().min(), path.iter().max()) else {
            return Ok(Vec::new());
        };
        // The range keeps the index from reading the whole history; what other
        // conversations and branches have in it is left out here.
        let rows = sqlx::query(
            "SELECT m.key, m.id FROM message_search s CROSS JOIN messages m ON m.key = s.rowid
             WHERE s.text MATCH ?1 AND s.rowid BETWEEN ?2 AND ?3 AND m.conversation_id = ?4
             ORDER BY s.rowid",
        )
        .bind(query.prefix_expression())
        .bind(first)
        .bind(last)
        .bind(id.as_str())
        .fetch_all(&mut *connection)
        .await?;
        let mut found = Vec::new();
        for row in &rows {
            if path.contains(&row.try_get::<i64, _>(0)?) {
                found.push(MessageId(row.try_get(1)?));
            }
        }
        Ok(found)
    }
}

/// The keys of a message and of those above it.
async fn keys_to(
    connection: &mut SqliteConnection,
    last: &MessageId,
) -> Result<HashSet<i64>, StoreError> {
    let keys: Vec<i64> = sqlx::query_scalar(
        "WITH RECURSIVE path (place, parent) AS (
           SELECT key, parent_id FROM messages WHERE id = ?
           UNION ALL
           SELECT m.key, m.parent_id FROM path JOIN messages m ON m.id = parent
         )
         SELECT place FROM path",
    )
    .bind(last.as_str())
    .fetch_all(connection)
    .await?;
    Ok(keys.into_iter().collect())
}
