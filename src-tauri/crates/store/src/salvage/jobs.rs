//! Jobs with their steps, and digests with their parts and versions.

use std::collections::HashSet;

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::Source;
use crate::StoreError;

/// Copies them. A row whose owner was lost is left out; older files have none of these
/// tables, and the walks end at once.
pub(super) async fn copy(
    source: &mut Source<'_>,
    to: &mut SqliteConnection,
) -> Result<(), StoreError> {
    copy_jobs(source, to).await?;
    copy_digests(source, to).await
}

async fn copy_jobs(source: &mut Source<'_>, to: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut jobs = HashSet::new();
    let mut rows = source.table(
        "SELECT key, id, kind, title, subject, state, spec, model, trouble, result, created_at, updated_at
         FROM jobs WHERE key > ? ORDER BY key LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        sqlx::query("INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(row.try_get::<i64, _>(0)?)
            .bind(row.try_get::<String, _>(1)?)
            .bind(row.try_get::<String, _>(2)?)
            .bind(row.try_get::<String, _>(3)?)
            .bind(row.try_get::<Option<String>, _>(4)?)
            .bind(row.try_get::<String, _>(5)?)
            .bind(row.try_get::<String, _>(6)?)
            .bind(row.try_get::<Option<String>, _>(7)?)
            .bind(row.try_get::<Option<String>, _>(8)?)
            .bind(row.try_get::<Option<String>, _>(9)?)
            .bind(row.try_get::<i64, _>(10)?)
            .bind(row.try_get::<i64, _>(11)?)
            .execute(&mut *to)
            .await?;
        jobs.insert(row.try_get::<String, _>(1)?);
    }
    let mut rows = source.table(
        "SELECT rowid, job_id, ordinal, input, output, millis
         FROM job_steps WHERE rowid > ? ORDER BY rowid LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        let job: String = row.try_get(1)?;
        if jobs.contains(&job) {
            sqlx::query("INSERT INTO job_steps VALUES (?, ?, ?, ?, ?)")
                .bind(job)
                .bind(row.try_get::<i64, _>(2)?)
                .bind(row.try_get::<String, _>(3)?)
                .bind(row.try_get::<Option<String>, _>(4)?)
                .bind(row.try_get::<Option<i64>, _>(5)?)
                .execute(&mut *to)
                .await?;
        }
    }
    Ok(())
}

async fn copy_digests(
    source: &mut Source<'_>,
    to: &mut SqliteConnection,
) -> Result<(), StoreError> {
    let mut digests = HashSet::new();
    let mut rows = source.table(
        "SELECT key, id, title, created_at, updated_at, deleted_at
         FROM digests WHERE key > ? ORDER BY key LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        sqlx::query("INSERT INTO digests VALUES (?, ?, ?, ?, ?, ?)")
            .bind(row.try_get::<i64, _>(0)?)
            .bind(row.try_get::<String, _>(1)?)
            .bind(row.try_get::<String, _>(2)?)
            .bind(row.try_get::<i64, _>(3)?)
            .bind(row.try_get::<i64, _>(4)?)
            .bind(row.try_get::<Option<i64>, _>(5)?)
            .execute(&mut *to)
            .await?;
        digests.insert(row.try_get::<String, _>(1)?);
    }
    let mut rows = source.table(
        "SELECT rowid, digest_id, ordinal, heading, page, text
         FROM digest_parts WHERE rowid > ? ORDER BY rowid LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        let digest: String = row.try_get(1)?;
        if digests.contains(&digest) {
            sqlx::query("INSERT INTO digest_parts VALUES (?, ?, ?, ?, ?)")
                .bind(digest)
                .bind(row.try_get::<i64, _>(2)?)
                .bind(row.try_get::<Option<String>, _>(3)?)
                .bind(row.try_get::<Option<i64>, _>(4)?)
                .bind(row.try_get::<String, _>(5)?)
                .execute(&mut *to)
                .await?;
        }
    }
    let mut rows = source.table(
        "SELECT key, digest_id, job_id, options, content, created_at
         FROM digest_versions WHERE key > ? ORDER BY key LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        let digest: String = row.try_get(1)?;
        if digests.contains(&digest) {
            sqlx::query("INSERT INTO digest_versions VALUES (?, ?, ?, ?, ?, ?)")
                .bind(row.try_get::<i64, _>(0)?)
                .bind(digest)
                .bind(row.try_get::<String, _>(2)?)
                .bind(row.try_get::<String, _>(3)?)
                .bind(row.try_get::<String, _>(4)?)
                .bind(row.try_get::<i64, _>(5)?)
                .execute(&mut *to)
                .await?;
        }
    }
    Ok(())
}
