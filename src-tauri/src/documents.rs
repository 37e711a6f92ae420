//! The one document that is being read, if any.

use std::sync::{Mutex, PoisonError};

use llmos_documents::Control;

/// Reads documents one after another, and stops the one that is being read.
#[derive(Default)]
pub struct Documents {
    turn: tokio::sync::Mutex<()>,
    running: Mutex<Option<Control>>,
}

impl Documents {
    /// Nothing is read.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks what runs to stop; nothing happens when nothing does.
    pub fn cancel(&self) {
        if let Some(control) = self.lock().as_ref() {
            control.cancel();
        }
    }

    /// Waits for its turn, and runs `read` with a control that [`Self::cancel`] holds
    /// too.
    pub async fn run<T>(&self, read: impl AsyncFnOnce(Control) -> T) -> T {
        let _turn = self.turn.lock().await;
        let control = Control::default();
        *self.lock() = Some(control.clone());
        let done = read(control).await;
        *self.lock() = None;
        done
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Control>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
