//! One thing is written at a time, before a person who waits.

use std::future::Future;

use tokio::sync::watch;

use crate::AssistantError;
use crate::assistant::Inner;

/// Where the model writes: what begins ends what was there.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    /// How often whatever runs was told to stop.
    stops: watch::Sender<u64>,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            stops: watch::Sender::new(0),
        }
    }
}

impl Desk {
    /// Ends what runs.
    pub(crate) fn stop(&self) {
        self.stops
            .send_modify(|stops| *stops = stops.wrapping_add(1));
    }

    /// Does `work` until it is done or stopped, which is `None`.
    pub(crate) async fn run<T>(
        &self,
        inner: &Inner,
        work: impl Future<Output = Result<T, AssistantError>>,
    ) -> Result<Option<T>, AssistantError> {
        self.stop();
        let mut stops = self.stops.subscribe();
        let _waiting = inner.foreground.enter();
        let work = async {
            inner.yield_prefix().await;
            work.await
        };
        tokio::select! {
            biased;
            // The sender is `self`, so the channel cannot close meanwhile.
            _ = stops.changed() => Ok(None),
            done = work => done.map(Some),
        }
    }
}
