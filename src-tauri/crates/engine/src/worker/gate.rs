//! Who holds the engine and who waits for it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::generate::Cancel;
use crate::model::ModelInfo;

/// What a caller is told while a model is being loaded.
const LOADING: &str = "loading a model";

/// What handles and the worker share.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    gate: Mutex<Gate>,
    draft: Mutex<Option<Arc<ModelInfo>>>,
    easy: OnceLock<Easy>,
}

/// Says whether part of the processor should be left to others.
pub(crate) struct Easy(pub(crate) Box<dyn Fn() -> bool + Send + Sync>);

impl fmt::Debug for Easy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Easy")
    }
}

/// The state behind [`Shared`].
#[derive(Debug, Default)]
pub(crate) struct Gate {
    running: Option<Ticket>,
    queued: VecDeque<Ticket>,
    loads: usize,
}

#[derive(Debug)]
struct Ticket {
    holder: String,
    cancel: Cancel,
}

impl Shared {
    pub(crate) fn gate(&self) -> MutexGuard<'_, Gate> {
        // Nothing that could panic runs under the lock.
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The draft model that is there.
    pub(crate) fn draft(&self) -> Option<Arc<ModelInfo>> {
        let draft = self.draft.lock();
        draft.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_draft(&self, draft: Option<Arc<ModelInfo>>) {
        *self.draft.lock().unwrap_or_else(PoisonError::into_inner) = draft;
    }

    /// Whether to go easy; no unless somebody was asked to say.
    pub(crate) fn easy(&self) -> bool {
        self.easy.get().is_some_and(|easy| easy.0())
    }

    pub(crate) fn set_easy(&self, easy: Easy) {
        if self.easy.set(easy).is_err() {
            tracing::warn!("somebody says already when to go easy");
        }
    }

    /// A load was asked for.
    pub(crate) fn load_begins(&self) {
        self.gate().loads += 1;
    }

    /// A load has ended, well or not.
    pub(crate) fn load_ends(&self) {
        let mut gate = self.gate();
        gate.loads = gate.loads.saturating_sub(1);
    }
}

impl Gate {
    /// Who a request made now would wait for.
    pub(crate) fn holder(&self) -> Option<&str> {
        let ticket = self.running.as_ref().or_else(|| self.queued.front());
        match ticket {
            Some(ticket) => Some(&ticket.holder),
            None if self.loads > 0 => Some(LOADING),
            None => None,
        }
    }

    pub(crate) fn enqueue(&mut self, holder: String, cancel: Cancel) {
        self.queued.push_back(Ticket { holder, cancel });
    }

    pub(crate) fn unqueue_last(&mut self) {
        self.queued.pop_back();
    }

    /// The first in the queue begins.
    pub(crate) fn begin_next(&mut self) {
        self.running = self.queued.pop_front();
    }

    /// The running one has ended.
    pub(crate) fn end(&mut self) {
        self.running = None;
    }

    pub(crate) fn cancel_all(&self) {
        for ticket in self.running.iter().chain(&self.queued) {
            ticket.cancel.cancel();
        }
    }
}
