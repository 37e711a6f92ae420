//! One process at a time in a store's directory.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::{StoreError, files};

/// What the last owner of the directory left behind, kept in the lock file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It closed the store in good order, or there was none.
    Closed,
    /// It ended without closing.
    Open,
    /// It met damage.
    Suspect,
}

impl Mark {
    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Closed => b"",
            Self::Open => b"open",
            Self::Suspect => b"suspect",
        }
    }

    /// Anything unknown counts as the least that it can mean.
    fn parse(bytes: &[u8]) -> Self {
        [Self::Closed, Self::Suspect]
            .into_iter()
            .find(|mark| mark.bytes() == bytes)
            .unwrap_or(Self::Open)
    }
}

/// An advisory lock on the directory, held until dropped. The operating system
/// lets go of it when the process dies, however it dies.
#[derive(Debug)]
pub(crate) struct DirectoryLock {
    file: File,
    found: Mark,
}

impl DirectoryLock {
    /// Takes the lock at `path`, or says that someone else has it.
    pub(crate) fn acquire(path: &Path) -> Result<Self, StoreError> {
        let file = files::private()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(|error| StoreError::from_write(path, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::InUse {
                    path: path.to_owned(),
                });
            }
            Err(TryLockError::Error(error)) => return Err(StoreError::from_io(path, error)),
        }
        let mut content = Vec::new();
        let found = match (&file).take(16).read_to_end(&mut content) {
            Ok(_) => Mark::parse(&content),
            Err(_) => Mark::Open,
        };
        Ok(Self { file, found })
    }

    /// What the last owner left.
    pub(crate) fn found(&self) -> Mark {
        self.found
    }

    /// Leaves a mark for the next owner. It is only a hint about how closely to
    /// look, so a full disk is no reason to stop.
    pub(crate) fn leave(&mut self, mark: Mark) {
        let left = self
            .file
            .set_len(0)
            .and_then(|()| self.file.rewind())
            .and_then(|()| self.file.write_all(mark.bytes()))
            .and_then(|()| self.file.sync_data());
        if let Err(error) = left {
            tracing::warn!(%error, "the lock file can't be marked");
        }
    }
}
