//! Documents, their passages and their files.

use std::collections::HashSet;

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::Source;
use crate::{StoreError, document_files, search};

/// Copies documents, those of their passages that can be read, and their files where
/// those are whole. Older databases have none of them, and their walks end at once.
pub(super) async fn copy(
    source: &mut Source<'_>,
    to: &mut SqliteConnection,
) -> Result<(), StoreError> {
    let mut documents = HashSet::new();
    let mut rows = source.table(
        "SELECT key, id, name, details, created_at, deleted_at
         FROM documents WHERE key > ? ORDER BY key LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        let key: i64 = row.try_get(0)?;
        sqlx::query("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)")
            .bind(key)
            .bind(row.try_get::<String, _>(1)?)
            .bind(row.try_get::<String, _>(2)?)
            .bind(row.try_get::<String, _>(3)?)
            .bind(row.try_get::<i64, _>(4)?)
            .bind(row.try_get::<Option<i64>, _>(5)?)
            .execute(&mut *to)
            .await?;
        documents.insert(key);
    }
    let mut rows = source.table(
        "SELECT key, document_key, ordinal, page, headings, text
         FROM passages WHERE key > ? ORDER BY key LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        let document: i64 = row.try_get(1)?;
        // Its document's own row was lost.
        if !documents.contains(&document) {
            continue;
        }
        let key: i64 = row.try_get(0)?;
        let text: String = row.try_get(5)?;
        sqlx::query("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)")
            .bind(key)
            .bind(document)
            .bind(row.try_get::<i64, _>(2)?)
            .bind(row.try_get::<Option<i64>, _>(3)?)
            .bind(row.try_get::<String, _>(4)?)
            .bind(&text)
            .execute(&mut *to)
            .await?;
        search::index_passage(to, key, &text).await?;
    }
    let mut rows = source.table(
        "SELECT key, document_key, ordinal, bytes
         FROM document_files WHERE key > ? ORDER BY key LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        let document: i64 = row.try_get(1)?;
        if !documents.contains(&document) {
            continue;
        }
        sqlx::query("INSERT INTO document_files VALUES (?, ?, ?, ?)")
            .bind(row.try_get::<i64, _>(0)?)
            .bind(document)
            .bind(row.try_get::<i64, _>(2)?)
            .bind(row.try_get::<Vec<u8>, _>(3)?)
            .execute(&mut *to)
            .await?;
    }
    document_files::drop_incomplete(to).await?;
    Ok(())
}
