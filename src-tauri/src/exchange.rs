//! The one export or import that runs, if any.

use llmos_assistant::exchange::Cancel;
use tokio::sync::watch;

use crate::error::{CommandError, CommandResult, ErrorCode};

/// Knows what runs, so that it can be stopped and waited for.
pub struct Exchange {
    running: watch::Sender<Option<Cancel>>,
}

/// An export or import on its way. It is over when this goes.
pub struct Running<'a> {
    exchange: &'a Exchange,
    /// How it is stopped.
    pub cancel: Cancel,
}

impl Exchange {
    /// Nothing runs.
    pub fn new() -> Self {
        Self {
            running: watch::Sender::new(None),
        }
    }

    /// Begins an export or import.
    ///
    /// # Errors
    /// `ExchangeBusy` while another one runs.
    pub fn begin(&self) -> CommandResult<Running<'_>> {
        let cancel = Cancel::default();
        let begun = self.running.send_if_modified(|running| {
            let free = running.is_none();
            if free {
                *running = Some(cancel.clone());
            }
            free
        });
        if begun {
            Ok(Running {
                exchange: self,
                cancel,
            })
        } else {
            Err(CommandError::new(
                ErrorCode::ExchangeBusy,
                "another export or import runs",
            ))
        }
    }

    /// Asks what runs to stop; nothing happens when nothing does.
    pub fn cancel(&self) {
        if let Some(cancel) = &*self.running.borrow() {
            cancel.request();
        }
    }

    /// Stops what runs and waits until it has.
    pub async fn stop(&self) {
        self.cancel();
        let mut running = self.running.subscribe();
        // The sender lives as long as `self`.
        let _ = running.wait_for(Option::is_none).await;
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.exchange.running.send_replace(None);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests end by panicking")]
    use super::*;

    #[test]
    fn one_runs_at_a_time_and_can_be_stopped() {
        let exchange = Exchange::new();
        exchange.cancel();
        let first = exchange.begin().unwrap();
        assert!(!first.cancel.requested());
        let refused = exchange.begin().err().map(|error| error.code);
        assert_eq!(refused, Some(ErrorCode::ExchangeBusy));
        exchange.cancel();
        assert!(first.cancel.requested());
        drop(first);
        assert!(!exchange.begin().unwrap().cancel.requested());
    }
}
