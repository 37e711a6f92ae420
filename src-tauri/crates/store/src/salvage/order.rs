//! What a person did to keep order: pins, the archive, tags.

use std::collections::HashSet;

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::Source;
use crate::StoreError;

/// Copies it for the conversations that are in the new database. Older files
/// have none of these tables, and the walks end at once.
pub(super) async fn copy(
    source: &mut Source<'_>,
    to: &mut SqliteConnection,
    conversations: &HashSet<String>,
) -> Result<(), StoreError> {
    for (select, insert) in [
        (
            "SELECT rowid, conversation_id, pinned_at FROM pins WHERE rowid > ? ORDER BY rowid LIMIT ?",
            "INSERT INTO pins (conversation_id, pinned_at) VALUES (?, ?)",
        ),
        (
            "SELECT rowid, conversation_id, archived_at FROM archive WHERE rowid > ? ORDER BY rowid LIMIT ?",
            "INSERT INTO archive (conversation_id, archived_at) VALUES (?, ?)",
        ),
    ] {
        let mut rows = source.table(select);
        while let Some(row) = rows.next().await {
            let conversation: String = row.try_get(1)?;
            if conversations.contains(&conversation) {
                sqlx::query(insert)
                    .bind(conversation)
                    .bind(row.try_get::<i64, _>(2)?)
                    .execute(&mut *to)
                    .await?;
            }
        }
    }

    let mut tags = HashSet::new();
    let mut rows = source
        .table("SELECT key, name, folded, created_at FROM tags WHERE key > ? ORDER BY key LIMIT ?");
    while let Some(row) = rows.next().await {
        let key: i64 = row.try_get(0)?;
        sqlx::query("INSERT INTO tags (key, name, folded, created_at) VALUES (?, ?, ?, ?)")
            .bind(key)
            .bind(row.try_get::<String, _>(1)?)
            .bind(row.try_get::<String, _>(2)?)
            .bind(row.try_get::<i64, _>(3)?)
            .execute(&mut *to)
            .await?;
        tags.insert(key);
    }
    let mut rows = source.table(
        "SELECT rowid, conversation_id, tag FROM conversation_tags WHERE rowid > ? ORDER BY rowid LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        let (conversation, tag): (String, i64) = (row.try_get(1)?, row.try_get(2)?);
        if conversations.contains(&conversation) && tags.contains(&tag) {
            sqlx::query("INSERT INTO conversation_tags (conversation_id, tag) VALUES (?, ?)")
                .bind(conversation)
                .bind(tag)
                .execute(&mut *to)
                .await?;
        }
    }
    sqlx::query("DELETE FROM tags WHERE key NOT IN (SELECT tag FROM conversation_tags)")
        .execute(to)
        .await?;
    Ok(())
}
