//! Schema versions: plain SQL files, applied in order, only ever added to.
//!
//! The version lives in the file's header (`PRAGMA user_version`), is written in
//! the same transaction as the change it names, and can be read before anything
//! else. sqlx's own migrator is not used: it knows no step between "what is
//! pending" and "apply", where the file is copied and a newer one is refused.

use std::fs;
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnection;

use crate::{StoreError, Timestamp, files};

/// One step from the schema version before it to `version`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    /// The version after this step; steps count up from one without gaps.
    pub version: u32,
    /// The statements of the step.
    pub sql: &'static str,
}

/// Every step there has ever been.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        sql: include_str!("../../../../migrations/0001_initial.sql"),
    },
    Migration {
        version: 2,
        sql: include_str!("../../../../migrations/0002_deletions.sql"),
    },
    Migration {
        version: 3,
        sql: include_str!("../../../../migrations/0003_order.sql"),
    },
    Migration {
        version: 4,
        sql: include_str!("../../../../migrations/0004_summaries.sql"),
    },
    Migration {
        version: 5,
        sql: include_str!("../../../../migrations/0005_personas.sql"),
    },
    Migration {
        version: 6,
        sql: include_str!("../../../../migrations/0006_imports.sql"),
    },
    Migration {
        version: 7,
        sql: include_str!("../../../../migrations/0007_jobs.sql"),
    },
    Migration {
        version: 8,
        sql: include_str!("../../../../migrations/0008_documents.sql"),
    },
    Migration {
        version: 9,
        sql: include_str!("../../../../migrations/0009_translation.sql"),
    },
    Migration {
        version: 10,
        sql: include_str!("../../../../migrations/0010_writing.sql"),
    },
    Migration {
        version: 11,
        sql: include_str!("../../../../migrations/0011_document_files.sql"),
    },
];

/// How many copies from before a migration are kept. Each is as large as the
/// database, and the one that could be needed is the newest.
const COPIES_KEPT: usize = 3;

/// The version that a database has when every step is applied.
pub(crate) fn newest(migrations: &[Migration]) -> u32 {
    migrations.last().map_or(0, |step| step.version)
}

/// The schema version of an open database; zero when it is empty.
pub(crate) async fn version(connection: &mut SqliteConnection) -> Result<u32, sqlx::Error> {
    sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(connection)
        .await
}

/// Applies what is pending, each step in a transaction of its own.
pub(crate) async fn apply(
    connection: &mut SqliteConnection,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    let found = version(connection).await?;
    for step in migrations.iter().filter(|step| step.version > found) {
        // One batch, so that a failure anywhere leaves no half step: what a
        // statement in the middle began is rolled back below.
        let batch = format!(
            "BEGIN IMMEDIATE;\n{}\n;PRAGMA user_version = {};\nCOMMIT;",
            step.sql, step.version
        );
        let applied = sqlx::raw_sql(sqlx::AssertSqlSafe(batch))
            .execute(&mut *connection)
            .await;
        if let Err(error) = applied {
            // Fails when the engine has rolled back by itself: fine as well.
            let _ = sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await;
            return Err(error.into());
        }
        tracing::info!(version = step.version, "schema migrated");
    }
    Ok(())
}

/// Copies the database beside itself, checks the copy and removes the oldest
/// copies. The database must not be open: reading a file that `SQLite` has open
/// would drop its locks.
pub(crate) fn keep_copy(
    database: &Path,
    version: u32,
    now: Timestamp,
) -> Result<PathBuf, StoreError> {
    let marker = format!(".schema-{version}-{}", now.file_stamp());
    let copy = files::with_suffix(database, &marker);
    files::copy_verified(database, &copy).map_err(|error| {
        let _ = fs::remove_file(files::with_suffix(&copy, ".new"));
        StoreError::from_write(&copy, error)
    })?;
    prune_copies(database);
    Ok(copy)
}

/// Removes all but the newest copies. Failing to is worth a line in the log and
/// nothing more.
fn prune_copies(database: &Path) {
    let (Some(dir), Some(name)) = (database.parent(), database.file_name()) else {
        return;
    };
    let prefix = format!("{}.schema-", name.to_string_lossy());
    let Ok(entries) = fs::read_dir(dir) else {
        return;
    };
    let mut copies: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(&prefix))
        })
        .collect();
    // The time stamp ends the name and sorts; the version before it may not.
    copies.sort_by_key(|path| {
        let name = path.to_string_lossy().into_owned();
        name.rsplit('-').next().map(str::to_owned)
    });
    for old in copies.iter().rev().skip(COPIES_KEPT) {
        if let Err(error) = fs::remove_file(old) {
            tracing::warn!(%error, "an old copy of the database can't be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test failing")]
    use super::*;

    /// A file that was added but not listed would be skipped without a word.
    #[test]
    fn every_migration_file_is_listed_in_order() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../migrations");
        let mut files: Vec<String> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| Path::new(name).extension().is_some_and(|e| e == "sql"))
            .collect();
        files.sort();
        let numbers: Vec<u32> = files.iter().map(|f| f[..4].parse().unwrap()).collect();
        let listed: Vec<u32> = MIGRATIONS.iter().map(|step| step.version).collect();
        assert_eq!(numbers, listed);
        assert_eq!(listed, (1..=newest(MIGRATIONS)).collect::<Vec<_>>());
    }
}
