//! What every operation runs on: threads and an instruction set.

use crate::level::Level;
use crate::pool::Pool;

/// Threads and an instruction set. The operations of this crate are its methods,
/// each of which returns when its result is written.
#[derive(Debug)]
pub struct Compute {
    pub(crate) pool: Pool,
    pub(crate) level: Level,
}

impl Compute {
    /// With `threads` threads (at least one), of which the caller's is one.
    #[must_use]
    pub fn new(threads: usize, level: Level) -> Self {
        Self {
            pool: Pool::new(threads),
            level,
        }
    }

    /// Number of threads.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.pool.threads()
    }

    /// Has at most the first `threads` threads compute from now on.
    pub fn limit(&mut self, threads: usize) {
        self.pool.limit(threads);
    }

    /// The instruction set.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }
}

/// A place that several threads write to, each to its own part.
pub(crate) struct Parts<T>(*mut T);

impl<T> Clone for Parts<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Parts<T> {}

// SAFETY: a pointer alone does nothing; those who follow it say why they may.
unsafe impl<T: Send> Send for Parts<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Parts<T> {}

impl<T> Parts<T> {
    /// Of a slice that stays borrowed as long as the parts are used.
    pub(crate) fn of(slice: &mut [T]) -> Self {
        Self(slice.as_mut_ptr())
    }

    /// The element at `index`.
    ///
    /// # Safety
    /// The slice is that long, still borrowed, and nobody else uses what is
    /// reached through the result.
    pub(crate) unsafe fn at(self, index: usize) -> *mut T {
        // SAFETY: the caller's promise.
        unsafe { self.0.add(index) }
    }
}
