//! Everything that can go wrong with the store, as a closed list.

use std::io;
use std::path::{Path, PathBuf};

/// Why the store could not do what was asked. No variant carries what the
/// person wrote.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The key at hand is not the one that the database was made with. The
    /// database is untouched and opens again when the right key is back.
    #[error("the key at hand does not open the database {}", .path.display())]
    WrongKey {
        /// The database.
        path: PathBuf,
    },
    /// There is a database but no key. No new key is made: it could not open it.
    #[error("the key of the database {} is missing", .path.display())]
    KeyMissing {
        /// The database.
        path: PathBuf,
    },
    /// A newer version of the app wrote this database; it is untouched.
    #[error("the database has schema {found}, this version of the app knows {supported}")]
    NewerSchema {
        /// The schema version in the file.
        found: u32,
        /// The newest schema version that this build knows.
        supported: u32,
    },
    /// Another process holds the directory.
    #[error("the database is in use by another process (lock {})", .path.display())]
    InUse {
        /// The lock file, or the database itself.
        path: PathBuf,
    },
    /// The directory or the database can't be written.
    #[error("{} can't be written", .path.display())]
    ReadOnly {
        /// What can't be written.
        path: PathBuf,
    },
    /// The disk is full. The transaction was rolled back; what was saved before
    /// is still there and can be read.
    #[error("the disk is full")]
    Full,
    /// A file or the directory can't be read or made.
    #[error("{} can't be opened: {source}", .path.display())]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A part of the database can't be read any more. Opening the store again
    /// sets the file aside and salvages what it can.
    #[error("the database is damaged: {reason}")]
    Damaged {
        /// What the database engine said.
        reason: String,
    },
    /// The named thing isn't there.
    #[error("no {what} with the id {id}")]
    NotFound {
        /// What was looked for: `conversation`, `message`, `streaming message`, `tag`.
        what: &'static str,
        /// The id that was asked for.
        id: String,
    },
    /// A tag's name is empty or too long.
    #[error("a tag has 1 to {limit} characters")]
    TagName {
        /// The most characters that it may have.
        limit: usize,
    },
    /// There is no room for another tag; nothing was changed.
    #[error("no more than {limit} tags fit")]
    TooManyTags {
        /// How many there may be, for one conversation or in all.
        limit: usize,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// Anything else that the database engine or a row in it said.
    #[error("the database refused: {source}")]
    Database {
        /// The engine's own error.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// The primary result codes of `SQLite` that mean something to a person
/// (<https://www.sqlite.org/rescode.html>).
mod code {
    pub const ERROR: i32 = 1;
    pub const BUSY: i32 = 5;
    pub const LOCKED: i32 = 6;
    pub const NOMEM: i32 = 7;
    pub const READONLY: i32 = 8;
    pub const IOERR: i32 = 10;
    pub const CORRUPT: i32 = 11;
    pub const FULL: i32 = 13;
    pub const CANTOPEN: i32 = 14;
    pub const NOTADB: i32 = 26;
}

/// What `SQLite` says when a page fails `SQLCipher`'s authentication: the codec
/// reports the bare code with no text of its own. Real mistakes in SQL come with
/// a message that names them.
const UNEXPLAINED: &str = "SQL logic error";

impl StoreError {
    /// Sorts an error of a file operation on `path`.
    pub(crate) fn from_io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::Full,
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path },
            _ => Self::Unreadable { path, source },
        }
    }

    /// Like [`from_io`](Self::from_io) for an operation that writes: there a
    /// refusal means that the place is read-only to us.
    pub(crate) fn from_write(path: &Path, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::PermissionDenied {
            return Self::ReadOnly {
                path: path.to_owned(),
            };
        }
        Self::from_io(path, source)
    }

    /// Sorts an error of the database engine about the database at `path`.
    pub(crate) fn from_engine(path: &Path, error: sqlx::Error) -> Self {
        match primary_code(&error) {
            Some(code::READONLY) => Self::ReadOnly {
                path: path.to_owned(),
            },
            Some(code::BUSY | code::LOCKED) => Self::InUse {
                path: path.to_owned(),
            },
            Some(code::CANTOPEN) => Self::Unreadable {
                path: path.to_owned(),
                source: io::Error::other(error.to_string()),
            },
            _ => error.into(),
        }
    }

    /// The operating system has no random numbers to give.
    pub(crate) fn from_random(error: getrandom::Error) -> Self {
        Self::Database {
            source: error.to_string().into(),
        }
    }

    /// A row that the schema should have made impossible.
    pub(crate) fn invalid_row(what: &'static str) -> Self {
        Self::Damaged {
            reason: format!("invalid {what}"),
        }
    }

    /// The answer to an id that names nothing.
    pub(crate) fn not_found(what: &'static str, id: &str) -> Self {
        Self::NotFound {
            what,
            id: id.to_owned(),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let damaged = |error: &sqlx::Error| Self::Damaged {
            reason: error.to_string(),
        };
        match primary_code(&error) {
            Some(code::FULL) => Self::Full,
            // "Out of memory" is what the cipher answers after a page failed its
            // authentication. Should it ever mean what it says, no harm is done:
            // a database is replaced only once its rows are in a new one.
            Some(code::CORRUPT | code::NOTADB | code::NOMEM) => damaged(&error),
            Some(code::ERROR) if is_unexplained(&error) => damaged(&error),
            Some(code::IOERR) if is_short_read(&error) => damaged(&error),
            _ => Self::Database {
                source: Box::new(error),
            },
        }
    }
}

/// Whether the engine could not make sense of the first page: a wrong key and
/// damage look the same here.
pub(crate) fn is_not_a_database(error: &sqlx::Error) -> bool {
    primary_code(error) == Some(code::NOTADB)
}

fn is_unexplained(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|e| e.message() == UNEXPLAINED)
}

/// `SQLITE_IOERR_SHORT_READ`: a page ends in the middle.
fn is_short_read(error: &sqlx::Error) -> bool {
    extended_code(error) == Some(code::IOERR | (2 << 8))
}

fn primary_code(error: &sqlx::Error) -> Option<i32> {
    extended_code(error).map(|code| code & 0xff)
}

fn extended_code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}
