//! The one connection to the encrypted file, and how it is set up.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::OnceCell;

use crate::key::Key;

/// Set once the library is ready to encrypt.
static READY: OnceCell<()> = OnceCell::const_new();

/// How long to wait for the connection of a store that was just dropped to let
/// go of the file. Other processes are kept out by the directory lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Page cache, in KiB (a negative value of the pragma means KiB). Holds the
/// upper levels of every tree and of the search index of a large history.
const CACHE_KIB: &str = "-16384";

/// Opens the database at `path`. The file must exist: it is made by the caller,
/// with the right mode.
///
/// Why each setting:
/// - `key` first, as a raw key: no password stretching for 256 random bits.
/// - One connection and a rollback journal: the bundled `SQLCipher` carries
///   `SQLite` 3.50.4, and before 3.51.3 a write-ahead log can be corrupted by
///   several connections. Readers beside it would gain nothing either: with a
///   rollback journal a commit waits for every reader and the other way round.
/// - `locking_mode=EXCLUSIVE`: with one connection the file lock never has to be
///   given back, and a program that ignores our lock file is kept out too.
/// - `journal_mode=TRUNCATE` with `synchronous=FULL` ends a commit with a synced
///   truncation. `DELETE` would end it with an unlink that is not synced: a power
///   loss could bring the journal back and undo the commit.
/// - `fullfsync` makes macOS flush the drive's own cache; elsewhere no effect.
/// - `secure_delete` overwrites what is deleted inside the file.
/// - `cell_size_check`, `trusted_schema=OFF`: a file is input, also when it is ours.
pub(crate) async fn connect(
    path: &Path,
    key: &Key,
    access: Access,
) -> Result<SqliteConnection, sqlx::Error> {
    let quoted = format!("\"x'{}'\"", key.to_hex().as_str());
    let mut options = SqliteConnectOptions::new()
        .filename(path)
        .pragma("key", quoted)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        // The library prints failed authentications to stderr; we report them.
        .pragma("cipher_log_level", "NONE")
        .pragma("fullfsync", "ON")
        .pragma("checkpoint_fullfsync", "ON")
        .pragma("secure_delete", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("cell_size_check", "ON")
        .pragma("trusted_schema", "OFF")
        .pragma("cache_size", CACHE_KIB)
        .thread_name(|_| "llmos-store".to_owned())
        // Statements name tables, not content, but the first one is the key.
        .disable_statement_logging();
    options = match access {
        Access::Own => options
            .locking_mode(SqliteLockingMode::Exclusive)
            .journal_mode(SqliteJournalMode::Truncate),
        Access::Read => options.read_only(true),
    };
    connect_once_ready(&options).await
}

/// Connects, but never while the library sets itself up for this process, which
/// the very first connection does. `SQLite` says that it is ready before
/// `SQLCipher` is, and a second thread that opens meanwhile finds nothing to
/// encrypt with (`SQLite` 3.50.4 with `SQLCipher` 4.10: `sqlite3_initialize` sets
/// `isInit` and runs `SQLITE_EXTRA_INIT` after).
async fn connect_once_ready(
    options: &SqliteConnectOptions,
) -> Result<SqliteConnection, sqlx::Error> {
    READY
        .get_or_try_init(|| async {
            let plain = SqliteConnectOptions::new().filename(":memory:");
            plain.connect().await?.close().await
        })
        .await?;
    options.connect().await
}

/// A database in memory with the same settings, as far as they mean something
/// there. Nothing of it is ever written to a file: its temporary tables and
/// journals are in memory too.
pub(crate) async fn connect_in_memory() -> Result<SqliteConnection, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(":memory:")
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Memory)
        .pragma("cipher_log_level", "NONE")
        .pragma("secure_delete", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("trusted_schema", "OFF")
        .thread_name(|_| "llmos-memory".to_owned())
        .disable_statement_logging();
    connect_once_ready(&options).await
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// The store's own connection.
    Own,
    /// Looking at a file that must not change.
    Read,
}
