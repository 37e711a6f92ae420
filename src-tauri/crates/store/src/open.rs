//! Opening a store: the lock, the key, what state the file is in, migrations,
//! recovery.

use std::path::{Path, PathBuf};

use crate::connection::{Access, connect, connect_in_memory};
use crate::inspect::{Verdict, inspect};
use crate::key::{Key, KeyProvider};
use crate::keycheck::{self, KeyCheck};
use crate::lock::{DirectoryLock, Mark};
use crate::migrate::{self, MIGRATIONS, Migration};
use crate::prefixes::PrefixFiles;
use crate::replace::{self, create_empty, replace};
use crate::salvage::Salvaged;
use crate::{Store, StoreError, Timestamp, aside, files, jobs, messages};

/// An open store, and what a person should be told about how it went.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// What happened, if it concerns the person.
    pub notice: Option<Notice>,
}

/// Something that happened while opening and concerns the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The database was damaged. It was renamed, and a fresh one holds what
    /// could be read from it.
    SetAside {
        /// Where the damaged file is now.
        path: PathBuf,
        /// What is in the fresh database.
        salvaged: Salvaged,
    },
}

/// The files of a store.
struct Layout {
    database: PathBuf,
    check: PathBuf,
    lock: PathBuf,
    prefixes: PathBuf,
}

impl Layout {
    fn of(dir: &Path) -> Self {
        Self {
            database: dir.join("llmos.db"),
            check: dir.join("llmos.keycheck"),
            lock: dir.join("llmos.lock"),
            prefixes: dir.join("llmos.prefixes"),
        }
    }

    /// Makes the directory and takes it for this process.
    fn acquire(&self, dir: &Path) -> Result<DirectoryLock, StoreError> {
        files::create_private_dir(dir).map_err(|error| StoreError::from_write(dir, error))?;
        DirectoryLock::acquire(&self.lock)
    }
}

impl Store {
    /// Opens the store in `dir`, making the directory, the key and the database
    /// if there are none yet.
    ///
    /// - [`StoreError::InUse`]: another process has it open.
    /// - [`StoreError::KeyMissing`], [`StoreError::WrongKey`],
    ///   [`StoreError::NewerSchema`]: nothing was touched; [`Store::set_aside`]
    ///   makes room for a fresh one.
    /// - [`StoreError::ReadOnly`], [`StoreError::Unreadable`], [`StoreError::Full`]:
    ///   nothing was touched; try again when the cause is gone.
    ///
    /// A damaged database is no error: it is renamed, what can be read from it
    /// goes into a fresh one, and [`Opened::notice`] says where it is.
    pub async fn open(
        dir: &Path,
        keys: &dyn KeyProvider,
        now: Timestamp,
    ) -> Result<Opened, StoreError> {
        open_with(dir, keys, now, MIGRATIONS).await
    }

    /// A store in memory, for what must never reach a disk. It has everything
    /// that one in a directory has, and goes when it is closed or the process ends.
    pub async fn in_memory() -> Result<Self, StoreError> {
        let mut connection = connect_in_memory().await?;
        migrate::apply(&mut connection, MIGRATIONS).await?;
        Ok(Self::new(PathBuf::new(), connection, None, None))
    }

    /// Renames the database that [`Store::open`] refuses, so that the next open
    /// starts afresh, and returns its new path. The key stays, and so does
    /// everything else: with the right key or app the file opens again under its
    /// old name. Returns `None` when there is no database.
    pub fn set_aside(dir: &Path, now: Timestamp) -> Result<Option<PathBuf>, StoreError> {
        let layout = Layout::of(dir);
        let _lock = layout.acquire(dir)?;
        if !layout.database.exists() {
            return Ok(None);
        }
        let path = aside::set_aside(&layout.database, "set-aside", now)?;
        // The check belongs to the database: beside another one it would lie.
        if layout.check.exists() {
            let to = files::with_suffix(&path, ".keycheck");
            std::fs::rename(&layout.check, to)
                .map_err(|error| StoreError::from_write(&layout.check, error))?;
        }
        Ok(Some(path))
    }
}

pub(crate) async fn open_with(
    dir: &Path,
    keys: &dyn KeyProvider,
    now: Timestamp,
    migrations: &[Migration],
) -> Result<Opened, StoreError> {
    let layout = Layout::of(dir);
    let mut lock = layout.acquire(dir)?;
    replace::adopt(&layout.database)?;
    let key = key_for(&layout, keys)?;
    let supported = migrate::newest(migrations);
    let verdict = inspect(
        &layout.database,
        &key,
        &layout.check,
        supported,
        lock.found(),
    )
    .await?;
    let mut notice = None;
    match verdict {
        Verdict::Fresh => create_empty(&layout.database)?,
        Verdict::Sound { schema } if schema < supported => {
            migrate::keep_copy(&layout.database, schema, now)?;
        }
        Verdict::Sound { .. } => {}
        Verdict::Damaged { readable } => {
            let (path, salvaged) =
                replace(&layout.database, readable, &key, migrations, now).await?;
            notice = Some(Notice::SetAside { path, salvaged });
        }
    }

    let mut connection = connect(&layout.database, &key, Access::Own)
        .await
        .map_err(|error| StoreError::from_engine(&layout.database, error))?;
    migrate::apply(&mut connection, migrations).await?;
    if keycheck::compare(&layout.check, &key) != KeyCheck::Matches {
        // Needed only to explain trouble later: no reason to refuse now.
        if let Err(error) = keycheck::write(&layout.check, &key) {
            tracing::warn!(%error, "the key check can't be written");
        }
    }
    lock.leave(Mark::Open);
    let prefixes = PrefixFiles::new(layout.prefixes, &key);
    let store = Store::new(layout.database, connection, Some(lock), Some(prefixes));
    match interrupt(&store, now).await {
        // Reading must work on a full disk. The next open tries again.
        Err(StoreError::Full) => tracing::warn!("the disk is full; recovery is put off"),
        other => other?,
    }
    Ok(Opened { store, notice })
}

/// Loads the key; makes one only when there is nothing that another key might
/// have encrypted.
fn key_for(layout: &Layout, keys: &dyn KeyProvider) -> Result<Key, StoreError> {
    if let Some(key) = keys.load()? {
        return Ok(key);
    }
    let length = files::length(&layout.database)
        .map_err(|error| StoreError::from_io(&layout.database, error))?;
    if length.is_some_and(|length| length > 0) {
        return Err(StoreError::KeyMissing {
            path: layout.database.clone(),
        });
    }
    keys.create()
}

async fn interrupt(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let mut transaction = store.write().await?;
    let count = messages::interrupt_leftovers(transaction.connection(), now).await?;
    if count > 0 {
        tracing::info!(count, "unfinished answers marked as interrupted");
    }
    jobs::interrupt_leftovers(transaction.connection(), now).await?;
    transaction.commit().await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test failing")]
    use std::fs;

    use super::*;
    use crate::FileKeyProvider;

    const NOW: Timestamp = Timestamp(1_795_508_088_000);

    fn steps(second: &'static str) -> Vec<Migration> {
        let mut steps = MIGRATIONS.to_vec();
        steps.push(Migration {
            version: migrate::newest(MIGRATIONS) + 1,
            sql: second,
        });
        steps
    }

    async fn try_open(dir: &Path, steps: &[Migration], at: i64) -> Result<Opened, StoreError> {
        let now = Timestamp(NOW.0 + at);
        open_with(dir, &FileKeyProvider::in_dir(dir), now, steps).await
    }

    fn copies(dir: &Path) -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.to_string_lossy().contains(".db.schema-"))
            .collect();
        found.sort();
        found
    }

    async fn furnished() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let store = try_open(dir.path(), MIGRATIONS, 0).await.unwrap().store;
        store.create_conversation(Some("kept"), NOW).await.unwrap();
        store.close().await.unwrap();
        dir
    }

    #[tokio::test]
    async fn a_migration_copies_the_database_first() {
        let dir = furnished().await;
        let before = fs::read(dir.path().join("llmos.db")).unwrap();
        let steps = steps("CREATE TABLE added (x INTEGER) STRICT;");
        let store = try_open(dir.path(), &steps, 0).await.unwrap().store;
        assert_eq!(store.conversations().await.unwrap().len(), 1);
        store.close().await.unwrap();
        let copies = copies(dir.path());
        assert_eq!(copies.len(), 1);
        assert_eq!(fs::read(&copies[0]).unwrap(), before);
        // A second open has nothing to do and copies nothing.
        try_open(dir.path(), &steps, 5000).await.unwrap();
        assert_eq!(self::copies(dir.path()).len(), 1);
    }

    #[tokio::test]
    async fn a_migration_that_fails_changes_nothing_and_leaves_the_copy() {
        let dir = furnished().await;
        let bad = steps("CREATE TABLE half (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1);");
        for at in 0..6 {
            let error = try_open(dir.path(), &bad, at * 1000).await.unwrap_err();
            assert!(matches!(error, StoreError::Database { .. }), "{error}");
        }
        // Six attempts, three copies kept: the newest.
        let copies = copies(dir.path());
        assert_eq!(copies.len(), 3);
        let newest = Timestamp(NOW.0 + 5000).file_stamp();
        assert!(copies[2].to_string_lossy().ends_with(&newest));
        // The old version still opens it, and the failed step left no table.
        let store = try_open(dir.path(), MIGRATIONS, 9000).await.unwrap().store;
        assert_eq!(store.conversations().await.unwrap().len(), 1);
        let half = sqlx::query("SELECT 1 FROM sqlite_schema WHERE name = 'half'")
            .fetch_optional(&mut *store.read().await.unwrap())
            .await
            .unwrap();
        assert!(half.is_none());
    }

    #[tokio::test]
    async fn a_newer_schema_is_refused_and_untouched() {
        let dir = furnished().await;
        let steps = steps("CREATE TABLE added (x INTEGER) STRICT;");
        let store = try_open(dir.path(), &steps, 0).await.unwrap().store;
        store.close().await.unwrap();
        let before = fs::read(dir.path().join("llmos.db")).unwrap();
        let error = try_open(dir.path(), MIGRATIONS, 0).await.unwrap_err();
        let (found, supported) = (migrate::newest(&steps), migrate::newest(MIGRATIONS));
        assert!(
            matches!(error, StoreError::NewerSchema { found: f, supported: s } if f == found && s == supported),
            "{error}"
        );
        assert_eq!(fs::read(dir.path().join("llmos.db")).unwrap(), before);
        try_open(dir.path(), &steps, 0).await.unwrap();
    }

    /// The same as the test with a real small disk, where there can be none.
    #[tokio::test]
    async fn writing_goes_on_after_the_database_was_full() {
        let dir = furnished().await;
        let store = try_open(dir.path(), MIGRATIONS, 0).await.unwrap().store;
        let limit = async |pages: &'static str| {
            let mut connection = store.read().await.unwrap();
            sqlx::query(pages).execute(&mut *connection).await.unwrap();
        };
        limit("PRAGMA max_page_count = 1").await; // the size it has
        let text = "long ".repeat(50_000);
        for _ in 0..3 {
            let error = store.save_draft("new", &text, NOW).await.unwrap_err();
            assert!(matches!(error, StoreError::Full), "{error}");
        }
        assert_eq!(store.conversations().await.unwrap().len(), 1);
        limit("PRAGMA max_page_count = 1000000").await;
        store.save_draft("new", &text, NOW).await.unwrap();
        store.close().await.unwrap();
        let store = try_open(dir.path(), MIGRATIONS, 0).await.unwrap().store;
        assert_eq!(store.draft("new").await.unwrap(), Some(text));
    }

    #[tokio::test]
    async fn the_connection_is_set_up_as_promised() {
        let dir = furnished().await;
        let store = try_open(dir.path(), MIGRATIONS, 0).await.unwrap().store;
        let mut connection = store.read().await.unwrap();
        for (pragma, expected) in [
            ("PRAGMA foreign_keys", "1"),
            ("PRAGMA synchronous", "2"),
            ("PRAGMA secure_delete", "1"),
            ("PRAGMA journal_mode", "truncate"),
            ("PRAGMA locking_mode", "exclusive"),
            ("PRAGMA trusted_schema", "0"),
        ] {
            let row = sqlx::query(pragma)
                .fetch_one(&mut *connection)
                .await
                .unwrap();
            let number = sqlx::Row::try_get::<i64, _>(&row, 0).map(|n| n.to_string());
            let found = number.or_else(|_| sqlx::Row::try_get::<String, _>(&row, 0));
            assert_eq!(found.unwrap(), expected, "{pragma}");
        }
        let cipher: String = sqlx::query_scalar("PRAGMA cipher_version")
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        assert!(cipher.starts_with("4."), "{cipher}");
    }
}
