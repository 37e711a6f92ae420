//! Looks at what lies in a store's directory and says what it is, before
//! anything is changed.

use std::fs::OpenOptions;
use std::path::Path;

use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;

use crate::connection::{Access, connect};
use crate::error::is_not_a_database;
use crate::key::Key;
use crate::keycheck::{self, KeyCheck};
use crate::lock::Mark;
use crate::{StoreError, files, migrate};

/// Up to this size a database is checked whole at every open. Checking reads
/// about 100 MiB a second on a busy two-core machine.
const ALWAYS_CHECKED_BYTES: u64 = 16 << 20;

/// Up to this size a database is checked whole when the last owner did not close
/// it. A crash by itself damages nothing, so beyond it the wait is not worth it.
const CHECKED_AFTER_CRASH_BYTES: u64 = 128 << 20;

/// What a database file is.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// There is none, or one that never held anything.
    Fresh,
    /// It can be used. `schema` is its version.
    Sound {
        /// Schema version of the file.
        schema: u32,
    },
    /// The key is right, and still the file can't be read.
    Damaged {
        /// Whether the first page can be read, so that rows might be.
        readable: bool,
    },
}

/// Looks at the database at `path`. Changes nothing, except that `SQLite` rolls
/// back a transaction that a crash left half-written.
pub(crate) async fn inspect(
    path: &Path,
    key: &Key,
    check: &Path,
    supported: u32,
    left: Mark,
) -> Result<Verdict, StoreError> {
    let length = files::length(path).map_err(|error| StoreError::from_io(path, error))?;
    let Some(length) = length else {
        return Ok(Verdict::Fresh);
    };
    if length == 0 {
        return Ok(empty(check, key));
    }
    // SQLite would quietly open a file that it may not write for reading only.
    OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .map_err(|error| StoreError::from_write(path, error))?;

    let thorough = match left {
        Mark::Closed => length <= ALWAYS_CHECKED_BYTES,
        Mark::Open => length <= CHECKED_AFTER_CRASH_BYTES,
        Mark::Suspect => true,
    };
    let (verdict, connection) = match connect(path, key, Access::Own).await {
        Ok(mut connection) => {
            let verdict = look(&mut connection, supported, thorough).await;
            (verdict, Some(connection))
        }
        Err(error) => (Err(Failure::of(path, error)), None),
    };
    if let Some(connection) = connection {
        // Nothing was written; a failing close has nothing to lose.
        let _ = connection.close().await;
    }
    match verdict {
        Ok(schema) if schema > supported => Err(StoreError::NewerSchema {
            found: schema,
            supported,
        }),
        Ok(0) => Ok(match files::length(path) {
            // What there was belonged to a first commit that a crash cut off.
            Ok(Some(0)) => empty(check, key),
            // SQLite takes the stump of a first page for an empty database.
            _ => Verdict::Damaged { readable: false },
        }),
        Ok(schema) => Ok(Verdict::Sound { schema }),
        Err(Failure::FirstPage) => match keycheck::compare(check, key) {
            KeyCheck::Matches => Ok(Verdict::Damaged { readable: false }),
            // Without a check nobody knows; the answer that changes nothing
            // and lets the person decide is the safe one.
            KeyCheck::Differs | KeyCheck::Absent => Err(StoreError::WrongKey {
                path: path.to_owned(),
            }),
        },
        Err(Failure::Other(StoreError::Damaged { reason })) => {
            tracing::warn!(reason, "the database is damaged");
            Ok(Verdict::Damaged { readable: true })
        }
        Err(Failure::Other(error)) => Err(error),
    }
}

/// What a file of length zero is: the first start may have ended before its
/// first commit, which comes before the key check; or all of it was lost.
fn empty(check: &Path, key: &Key) -> Verdict {
    match keycheck::compare(check, key) {
        KeyCheck::Absent => Verdict::Fresh,
        KeyCheck::Matches | KeyCheck::Differs => Verdict::Damaged { readable: false },
    }
}

/// Why a database could not be looked at.
enum Failure {
    /// Its first page makes no sense: a wrong key or damage.
    FirstPage,
    Other(StoreError),
}

impl Failure {
    fn of(path: &Path, error: sqlx::Error) -> Self {
        if is_not_a_database(&error) {
            return Self::FirstPage;
        }
        Self::Other(StoreError::from_engine(path, error))
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::of(Path::new(""), error)
    }
}

/// Reads the schema version and, if `thorough`, every page.
async fn look(
    connection: &mut SqliteConnection,
    supported: u32,
    thorough: bool,
) -> Result<u32, Failure> {
    // With a wrong key connecting may succeed; the first read tells.
    sqlx::query("SELECT count(*) FROM sqlite_schema")
        .fetch_one(&mut *connection)
        .await?;
    let schema = migrate::version(connection).await?;
    if schema > supported {
        // Not ours to judge: it may hold what this version can't check.
        return Ok(schema);
    }
    if thorough {
        let findings: Vec<String> = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_all(connection)
            .await?;
        if let Some(finding) = findings.into_iter().find(|finding| finding != "ok") {
            return Err(Failure::Other(StoreError::Damaged { reason: finding }));
        }
    }
    Ok(schema)
}
