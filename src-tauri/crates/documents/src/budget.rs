//! How much reading a document may cost, and who may stop it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::error::{DocumentError, Limit};

/// How much reading a document may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of a file.
    pub input_bytes: u64,
    /// Most bytes that come out of what is packed in it, all together.
    pub unpacked_bytes: u64,
    /// Most times that something may grow when it is unpacked. Small things may
    /// grow more, since they can't do harm.
    pub unpacked_ratio: u64,
    /// Most files in an archive.
    pub entries: u64,
    /// How deep elements may be nested.
    pub nesting: usize,
    /// Most bytes of text.
    pub text_bytes: usize,
    /// Most blocks.
    pub blocks: usize,
    /// Most pages.
    pub pages: usize,
    /// Longest time.
    pub time: Duration,
}

impl Default for Limits {
    /// Room for the largest honest documents: a text of two million words, a PDF of
    /// ten thousand pages.
    fn default() -> Self {
        Self {
            input_bytes: 128 << 20,
            unpacked_bytes: 256 << 20,
            unpacked_ratio: 250,
            entries: 20_000,
            nesting: 256,
            text_bytes: 16 << 20,
            blocks: 400_000,
            pages: 10_000,
            time: Duration::from_mins(1),
        }
    }
}

/// A hand on a running extraction: stops it, and says how far it is. Clones share
/// the same extraction.
#[derive(Debug, Clone, Default)]
pub struct Control(Arc<State>);

#[derive(Debug, Default)]
struct State {
    cancelled: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
}

impl Control {
    /// Asks for the end.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the end was asked for.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Relaxed)
    }

    /// Parts that are read and parts that there are (pages, chapters); 0 of 0 before
    /// they are counted.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        let done = self.0.done.load(Ordering::Relaxed);
        (done, self.0.total.load(Ordering::Relaxed))
    }

    pub(crate) fn report(&self, done: usize, total: usize) {
        self.0.total.store(total as u64, Ordering::Relaxed);
        self.0.done.store(done as u64, Ordering::Relaxed);
    }
}

/// What is left to spend.
pub(crate) struct Budget {
    pub(crate) limits: Limits,
    pub(crate) control: Control,
    deadline: Option<Instant>,
    unpacked: u64,
}

impl Budget {
    pub(crate) fn new(limits: Limits, control: Control) -> Self {
        Self {
            limits,
            control,
            deadline: Instant::now().checked_add(limits.time),
            unpacked: 0,
        }
    }

    /// Whether to go on: asked before each step that takes noticeable time.
    pub(crate) fn check(&self) -> Result<(), DocumentError> {
        if self.control.is_cancelled() {
            return Err(DocumentError::Cancelled);
        }
        if self.deadline.is_some_and(|end| Instant::now() > end) {
            return Err(self.timed_out());
        }
        Ok(())
    }

    pub(crate) fn timed_out(&self) -> DocumentError {
        DocumentError::TimedOut {
            seconds: self.limits.time.as_secs(),
        }
    }

    /// Spends on something that `packed` bytes have grown to `unpacked` so far, of
    /// which `more` are new.
    pub(crate) fn unpack(
        &mut self,
        packed: u64,
        unpacked: u64,
        more: u64,
    ) -> Result<(), DocumentError> {
        /// What may come out of however few bytes.
        const HARMLESS: u64 = 8 << 20;
        self.check()?;
        self.unpacked += more;
        if self.unpacked > self.limits.unpacked_bytes {
            return Err(DocumentError::TooLarge {
                limit: Limit::UnpackedBytes,
                most: self.limits.unpacked_bytes,
            });
        }
        let most = packed.saturating_mul(self.limits.unpacked_ratio);
        if unpacked > most.max(HARMLESS.min(self.limits.unpacked_bytes / 4)) {
            return Err(DocumentError::ZipBomb);
        }
        Ok(())
    }

    /// Whether something may be nested as deep as this.
    pub(crate) fn nest(&self, depth: usize) -> Result<(), DocumentError> {
        let most = self.limits.nesting;
        if depth > most {
            return Err(DocumentError::TooNested { most });
        }
        Ok(())
    }
}
