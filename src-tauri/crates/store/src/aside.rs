//! Setting a database aside: renamed within its directory, never deleted.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{StoreError, Timestamp, files};

/// What belongs to a database file under a name derived from its own.
const COMPANIONS: [&str; 3] = ["-journal", "-wal", "-shm"];

/// Renames `database` to `<name>.<why>-<time>` with its journals, and returns
/// the new path. Names that are taken get a number.
pub(crate) fn set_aside(database: &Path, why: &str, now: Timestamp) -> Result<PathBuf, StoreError> {
    let aside = free_name(database, &format!(".{why}-{}", now.file_stamp()));
    let rename = |from: &Path, to: &Path| {
        fs::rename(from, to).map_err(|error| StoreError::from_write(from, error))
    };
    // The database first: a journal without its database is harmless, but a
    // journal that is left beside a *new* database must not stay there, and a
    // database that lost its journal could not be rolled back by anyone.
    rename(database, &aside)?;
    for suffix in COMPANIONS {
        let companion = files::with_suffix(database, suffix);
        if companion.exists() {
            rename(&companion, &files::with_suffix(&aside, suffix))?;
        }
    }
    files::sync_parent(database).map_err(|error| StoreError::from_write(database, error))?;
    Ok(aside)
}

fn free_name(database: &Path, suffix: &str) -> PathBuf {
    let mut name = files::with_suffix(database, suffix);
    let mut number = 1_u32;
    while name.exists() {
        number += 1;
        name = files::with_suffix(database, &format!("{suffix}-{number}"));
    }
    name
}
