//! Where a generation's events go, and where it learns that it should end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc::UnboundedSender;

use super::GenerateEvent;
use crate::stop_strings::StopStrings;

/// Says that a generation should end. Cheap to copy and to look at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cancel(Arc<AtomicBool>);

impl Cancel {
    pub(crate) fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The receiving end of a generation, as seen from its loop.
#[derive(Clone, Copy)]
pub(crate) struct Sink<'a> {
    pub(crate) cancel: &'a Cancel,
    pub(crate) events: &'a UnboundedSender<GenerateEvent>,
}

impl Sink<'_> {
    /// Whether someone asked to stop, or nobody listens any more.
    pub(super) fn stopped(self) -> bool {
        self.cancel.is_cancelled() || self.events.is_closed()
    }

    /// Tells how much of the prompt is in the cache.
    pub(super) fn progress(self, done: usize, total: usize) {
        self.send(GenerateEvent::PromptProgress { done, total });
    }

    /// Passes text through the stop strings; true when one was met.
    pub(super) fn show(self, stops: &mut StopStrings, piece: &str) -> bool {
        let found = stops.push(piece);
        self.text(found.text);
        found.stopped
    }

    /// Sends text, if there is any.
    pub(super) fn text(self, text: String) {
        if !text.is_empty() {
            self.send(GenerateEvent::Text { text });
        }
    }

    fn send(self, event: GenerateEvent) {
        // A closed channel is noticed by `stopped`.
        let _ = self.events.send(event);
    }
}
