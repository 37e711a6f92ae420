//! Translations, the memory of them, glossaries, and conversations between languages.

use std::collections::HashSet;

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::Source;
use crate::StoreError;

/// Copies them. Older files have none of these tables, and the walks end at once.
pub(super) async fn copy(
    source: &mut Source<'_>,
    to: &mut SqliteConnection,
) -> Result<(), StoreError> {
    copy_texts(source, to).await?;
    copy_memory(source, to).await?;
    copy_words(source, to).await
}

async fn copy_texts(source: &mut Source<'_>, to: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut known = HashSet::new();
    let mut rows = source.table(
        "SELECT key, id, title, format, source, source_language, target_language, formality,
           created_at, updated_at, deleted_at
         FROM translations WHERE key > ? ORDER BY key LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        let id: String = row.try_get(1)?;
        let mut insert =
            sqlx::query("INSERT INTO translations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .bind(row.try_get::<i64, _>(0)?)
                .bind(id.clone());
        for column in 2..8 {
            insert = insert.bind(row.try_get::<String, _>(column)?);
        }
        insert
            .bind(row.try_get::<i64, _>(8)?)
            .bind(row.try_get::<i64, _>(9)?)
            .bind(row.try_get::<Option<i64>, _>(10)?)
            .execute(&mut *to)
            .await?;
        known.insert(id);
    }
    let mut rows = source.table(
        "SELECT rowid, translation_id, ordinal, source, target, state, flags
         FROM translation_segments WHERE rowid > ? ORDER BY rowid LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        let translation: String = row.try_get(1)?;
        if known.contains(&translation) {
            sqlx::query("INSERT INTO translation_segments VALUES (?, ?, ?, ?, ?, ?)")
                .bind(translation)
                .bind(row.try_get::<i64, _>(2)?)
                .bind(row.try_get::<String, _>(3)?)
                .bind(row.try_get::<Option<String>, _>(4)?)
                .bind(row.try_get::<String, _>(5)?)
                .bind(row.try_get::<String, _>(6)?)
                .execute(&mut *to)
                .await?;
        }
    }
    Ok(())
}

async fn copy_memory(source: &mut Source<'_>, to: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut rows = source.table(
        "SELECT rowid, key, target, flags, edited, updated_at
         FROM translation_memory WHERE rowid > ? ORDER BY rowid LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        sqlx::query("INSERT INTO translation_memory VALUES (?, ?, ?, ?, ?)")
            .bind(row.try_get::<String, _>(1)?)
            .bind(row.try_get::<String, _>(2)?)
            .bind(row.try_get::<String, _>(3)?)
            .bind(row.try_get::<i64, _>(4)?)
            .bind(row.try_get::<i64, _>(5)?)
            .execute(&mut *to)
            .await?;
    }
    Ok(())
}

/// Copies glossaries, pairs, and what was said.
async fn copy_words(source: &mut Source<'_>, to: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut rows = source.table(
        "SELECT key, source_language, target_language, source, target, match_case, updated_at
         FROM glossary_terms WHERE key > ? ORDER BY key LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        let mut insert = sqlx::query("INSERT INTO glossary_terms VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(row.try_get::<i64, _>(0)?);
        for column in 1..5 {
            insert = insert.bind(row.try_get::<String, _>(column)?);
        }
        insert
            .bind(row.try_get::<i64, _>(5)?)
            .bind(row.try_get::<i64, _>(6)?)
            .execute(&mut *to)
            .await?;
    }
    let mut rows = source.table(
        "SELECT rowid, source_language, target_language, used_at
         FROM language_pairs WHERE rowid > ? ORDER BY rowid LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        sqlx::query("INSERT INTO language_pairs VALUES (?, ?, ?)")
            .bind(row.try_get::<String, _>(1)?)
            .bind(row.try_get::<String, _>(2)?)
            .bind(row.try_get::<i64, _>(3)?)
            .execute(&mut *to)
            .await?;
    }
    let mut rows = source.table(
        "SELECT key, side, source_language, target_language, source, target, flags, spoken_at
         FROM utterances WHERE key > ? ORDER BY key LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        let mut insert = sqlx::query("INSERT INTO utterances VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(row.try_get::<i64, _>(0)?);
        for column in 1..7 {
            insert = insert.bind(row.try_get::<String, _>(column)?);
        }
        insert
            .bind(row.try_get::<i64, _>(7)?)
            .execute(&mut *to)
            .await?;
    }
    Ok(())
}
