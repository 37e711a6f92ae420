//! The open store: one connection that every clone shares.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

use crate::StoreError;
use crate::lock::{DirectoryLock, Mark};
use crate::prefixes::PrefixFiles;
use crate::search::chores;

/// An open database. Clones share it; it is closed by [`Store::close`] or when
/// the last clone goes.
///
/// Every function that changes something returns after its transaction is
/// committed and synced: what it reports as done survives a crash and a power
/// loss. Operations run one after another, in the order in which they were
/// asked for.
#[derive(Debug, Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    database: PathBuf,
    /// `None` for a store that keeps nothing beside its database.
    prefixes: Option<PrefixFiles>,
    /// `None` once closed.
    link: Mutex<Option<Link>>,
}

/// A store that is not kept open for its sake: for work at long intervals.
#[derive(Debug, Clone)]
pub struct WeakStore {
    shared: Weak<Shared>,
}

impl WeakStore {
    /// The store, as long as anybody else has it.
    #[must_use]
    pub fn upgrade(&self) -> Option<Store> {
        let shared = self.shared.upgrade()?;
        Some(Store { shared })
    }
}

/// The connection with what has to live as long as it does. Fields drop in
/// order: the lock goes last.
#[derive(Debug)]
struct Link {
    connection: SqliteConnection,
    /// A transaction was begun and its end is not known: it failed, or its
    /// future was dropped half-way. It is rolled back before the next use.
    unfinished: bool,
    /// `None` for a store in memory.
    lock: Option<DirectoryLock>,
}

impl Store {
    pub(crate) fn new(
        database: PathBuf,
        connection: SqliteConnection,
        lock: Option<DirectoryLock>,
        prefixes: Option<PrefixFiles>,
    ) -> Self {
        let link = Link {
            connection,
            unfinished: false,
            lock,
        };
        Self {
            shared: Arc::new(Shared {
                database,
                prefixes,
                link: Mutex::new(Some(link)),
            }),
        }
    }

    /// The same store, without keeping it open.
    #[must_use]
    pub fn downgrade(&self) -> WeakStore {
        WeakStore {
            shared: Arc::downgrade(&self.shared),
        }
    }

    /// The database file; empty for a store in memory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.shared.database
    }

    /// Whether states of models are kept beside the database.
    #[must_use]
    pub fn keeps_prefixes(&self) -> bool {
        self.shared.prefixes.is_some()
    }

    pub(crate) fn prefix_files(&self) -> Option<&PrefixFiles> {
        self.shared.prefixes.as_ref()
    }

    /// Whether nothing of it is ever written to a disk.
    #[must_use]
    pub fn is_in_memory(&self) -> bool {
        self.shared.database.as_os_str().is_empty()
    }

    /// Does work that was put off: erases the words of deleted conversations from
    /// the search index. Takes a second or more for a large history, during which
    /// nothing else gets through, and no time when there is nothing to do. For
    /// quiet moments; [`Store::close`] does it as well.
    pub async fn tidy(&self) -> Result<(), StoreError> {
        if !chores::pending(&mut *self.read().await?).await? {
            return Ok(());
        }
        let mut transaction = self.write().await?;
        chores::erase(transaction.connection()).await?;
        transaction.commit().await
    }

    /// Closes the database in good order and lets go of the directory. Clones
    /// that are left answer [`StoreError::Closed`]. Closing twice is fine.
    ///
    /// A process should not end before this is done: a store that is only dropped
    /// is closed on its own thread, and at exit the library frees what that
    /// thread may still be using.
    pub async fn close(&self) -> Result<(), StoreError> {
        match self.tidy().await {
            Ok(()) | Err(StoreError::Closed) => {}
            // It stays noted; the next close tries again.
            Err(error) => tracing::warn!(%error, "deleted words are not erased yet"),
        }
        let Some(mut link) = self.shared.link.lock().await.take() else {
            return Ok(());
        };
        link.settle().await;
        // After a page failed to authenticate the connection refuses everything.
        let sound = sqlx::query("SELECT 1 FROM sqlite_schema LIMIT 1")
            .fetch_optional(&mut link.connection)
            .await
            .is_ok();
        let closed = link.connection.close().await;
        let Some(mut lock) = link.lock else {
            return Ok(());
        };
        if !sound {
            lock.leave(Mark::Suspect);
            return Ok(());
        }
        closed?;
        lock.leave(Mark::Closed);
        Ok(())
    }

    /// Checks every page, every index and the search index against what they
    /// index. Takes a second or so for each hundred megabytes, during which
    /// nothing else gets through; opening does a quicker check by itself.
    pub async fn check(&self) -> Result<(), StoreError> {
        let findings: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(1)")
            .fetch_all(&mut *self.read().await?)
            .await?;
        match findings.into_iter().find(|finding| finding != "ok") {
            Some(reason) => Err(StoreError::Damaged { reason }),
            None => Ok(()),
        }
    }

    /// The connection, for statements that only read.
    pub(crate) async fn read(&self) -> Result<MappedMutexGuard<'_, SqliteConnection>, StoreError> {
        let link = self.link().await?;
        Ok(MappedMutexGuard::map(link, |link| &mut link.connection))
    }

    /// Begins a transaction.
    pub(crate) async fn write(&self) -> Result<Transaction<'_>, StoreError> {
        let mut link = self.link().await?;
        link.unfinished = true;
        sqlx::raw_sql("BEGIN IMMEDIATE")
            .execute(&mut link.connection)
            .await?;
        Ok(Transaction { link })
    }

    async fn link(&self) -> Result<MappedMutexGuard<'_, Link>, StoreError> {
        let slot = self.shared.link.lock().await;
        let mut link = MutexGuard::try_map(slot, Option::as_mut).map_err(|_| StoreError::Closed)?;
        link.settle().await;
        Ok(link)
    }
}

impl Link {
    /// Ends a transaction that nobody ended.
    async fn settle(&mut self) {
        if self.unfinished {
            // Refused when the engine has rolled back by itself (as on a full
            // disk) or the commit had gone through: both leave no transaction.
            let _ = sqlx::raw_sql("ROLLBACK")
                .execute(&mut self.connection)
                .await;
            self.unfinished = false;
        }
    }
}

/// A transaction on the store's connection; rolled back unless committed.
///
/// Not sqlx's own: on a full disk `SQLite` rolls back by itself, sqlx's `ROLLBACK`
/// then fails, and its count of open transactions is off by one from there on:
/// the next "transaction" is a savepoint whose release commits nothing.
pub(crate) struct Transaction<'a> {
    link: MappedMutexGuard<'a, Link>,
}

impl Transaction<'_> {
    /// The connection inside this transaction.
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.link.connection
    }

    /// Makes the changes durable.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        sqlx::raw_sql("COMMIT")
            .execute(&mut self.link.connection)
            .await?;
        self.link.unfinished = false;
        Ok(())
    }
}
