//! Texts, what they were, and templates. Older files have none, and their walks end at
//! once.

use std::collections::HashSet;

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::Source;
use crate::StoreError;

pub(super) async fn copy(
    source: &mut Source<'_>,
    to: &mut SqliteConnection,
) -> Result<(), StoreError> {
    let mut texts = HashSet::new();
    let mut rows = source.table(
        "SELECT key, id, title, body, form, created_at, updated_at, deleted_at
         FROM texts WHERE key > ? ORDER BY key LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        let id: String = row.try_get(1)?;
        sqlx::query("INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(row.try_get::<i64, _>(0)?)
            .bind(&id)
            .bind(row.try_get::<String, _>(2)?)
            .bind(row.try_get::<String, _>(3)?)
            .bind(row.try_get::<Option<String>, _>(4)?)
            .bind(row.try_get::<i64, _>(5)?)
            .bind(row.try_get::<i64, _>(6)?)
            .bind(row.try_get::<Option<i64>, _>(7)?)
            .execute(&mut *to)
            .await?;
        texts.insert(id);
    }
    let mut rows = source.table(
        "SELECT key, text_id, title, body, cause, made_at
         FROM text_versions WHERE key > ? ORDER BY key LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        let text: String = row.try_get(1)?;
        let (title, body): (String, String) = (row.try_get(2)?, row.try_get(3)?);
        let made_at: i64 = row.try_get(5)?;
        if !texts.contains(&text) {
            // Its own row was lost: the newest version that is left stands for it.
            sqlx::query(
                "INSERT INTO texts (id, title, body, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?4)
                 ON CONFLICT (id) DO UPDATE SET title = ?2, body = ?3, updated_at = ?4",
            )
            .bind(&text)
            .bind(&title)
            .bind(&body)
            .bind(made_at)
            .execute(&mut *to)
            .await?;
        }
        sqlx::query("INSERT INTO text_versions VALUES (?, ?, ?, ?, ?, ?)")
            .bind(row.try_get::<i64, _>(0)?)
            .bind(text)
            .bind(title)
            .bind(body)
            .bind(row.try_get::<String, _>(4)?)
            .bind(made_at)
            .execute(&mut *to)
            .await?;
    }
    let mut rows = source.table(
        "SELECT key, id, name, form, created_at, updated_at, deleted_at
         FROM templates WHERE key > ? ORDER BY key LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        sqlx::query("INSERT INTO templates VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(row.try_get::<i64, _>(0)?)
            .bind(row.try_get::<String, _>(1)?)
            .bind(row.try_get::<String, _>(2)?)
            .bind(row.try_get::<String, _>(3)?)
            .bind(row.try_get::<i64, _>(4)?)
            .bind(row.try_get::<i64, _>(5)?)
            .bind(row.try_get::<Option<i64>, _>(6)?)
            .execute(&mut *to)
            .await?;
    }
    Ok(())
}
