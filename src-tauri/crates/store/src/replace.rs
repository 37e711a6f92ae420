//! Puts a fresh database in the place of a damaged one, with what could be read.
//!
//! The fresh one is built beside the damaged one and complete before anything is
//! renamed. A failure before that (a full disk, a crash) changes nothing; a crash
//! between the two renames leaves no database but a finished fresh one, which the
//! next open takes ([`adopt`]).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sqlx::Connection;

use crate::connection::{Access, connect};
use crate::key::Key;
use crate::migrate::{self, Migration};
use crate::salvage::{Salvaged, salvage};
use crate::{StoreError, Timestamp, aside, files};

/// Replaces the damaged database at `path`. Returns where it is now and what was
/// saved from it. `readable` says whether its first page is.
pub(crate) async fn replace(
    path: &Path,
    readable: bool,
    key: &Key,
    migrations: &[Migration],
    now: Timestamp,
) -> Result<(PathBuf, Salvaged), StoreError> {
    let fresh = fresh_path(path);
    discard(&fresh)?;
    let built = build(&fresh, readable.then_some(path), key, migrations).await;
    let salvaged = match built {
        Ok(salvaged) => salvaged,
        Err(error) => {
            discard(&fresh)?;
            return Err(error);
        }
    };
    let damaged = aside::set_aside(path, "damaged", now)?;
    rename(&fresh, path)?;
    tracing::warn!(?salvaged, "a damaged database was set aside");
    Ok((damaged, salvaged))
}

/// Finishes a replacement that was cut off between its renames.
pub(crate) fn adopt(path: &Path) -> Result<(), StoreError> {
    let fresh = fresh_path(path);
    if !path.exists() && fresh.exists() {
        rename(&fresh, path)?;
    }
    Ok(())
}

async fn build(
    fresh: &Path,
    from: Option<&Path>,
    key: &Key,
    migrations: &[Migration],
) -> Result<Salvaged, StoreError> {
    create_empty(fresh)?;
    let mut connection = connect(fresh, key, Access::Own)
        .await
        .map_err(|error| StoreError::from_engine(fresh, error))?;
    migrate::apply(&mut connection, migrations).await?;
    let salvaged = match from {
        Some(from) => salvage(from, key, &mut connection).await?,
        None => Salvaged::default(),
    };
    connection.close().await?;
    Ok(salvaged)
}

/// Makes the database file with the right mode; `SQLite` gives its journals the
/// mode of the database.
pub(crate) fn create_empty(database: &Path) -> Result<(), StoreError> {
    files::private()
        .write(true)
        .create(true)
        .truncate(false)
        .open(database)
        .map_err(|error| StoreError::from_write(database, error))?;
    files::make_private(database).map_err(|error| StoreError::from_write(database, error))
}

/// Removes an unfinished fresh database: all of it is in the damaged one.
fn discard(fresh: &Path) -> Result<(), StoreError> {
    for path in [fresh.to_owned(), files::with_suffix(fresh, "-journal")] {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(StoreError::from_write(&path, error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn rename(fresh: &Path, path: &Path) -> Result<(), StoreError> {
    // Closed in good order: its journal is empty, and would not fit the new name.
    let _ = fs::remove_file(files::with_suffix(fresh, "-journal"));
    fs::rename(fresh, path)
        .and_then(|()| files::sync_parent(path))
        .map_err(|error| StoreError::from_write(path, error))
}

fn fresh_path(database: &Path) -> PathBuf {
    files::with_suffix(database, ".fresh")
}
