//! Who waits before the screen goes first.
//!
//! There is one model. A chat turn, a segment that is translated while somebody looks, a
//! draft: each holds a [`ForegroundGuard`] while it needs the model. Work that nobody
//! waits for ([`crate::jobs`]) begins a step only when there is none, and gives a step up
//! when one comes.

use tokio::sync::watch;

/// How many wait before the screen.
#[derive(Debug, Clone)]
pub(crate) struct Foreground {
    waiting: watch::Sender<usize>,
}

impl Default for Foreground {
    fn default() -> Self {
        Self {
            waiting: watch::Sender::new(0),
        }
    }
}

impl Foreground {
    /// Somebody waits from now until the guard is dropped.
    pub(crate) fn enter(&self) -> ForegroundGuard {
        self.waiting.send_modify(|count| *count += 1);
        ForegroundGuard {
            foreground: self.clone(),
        }
    }

    /// Resolves when nobody waits.
    pub(crate) async fn quiet(&self) {
        let mut waiting = self.waiting.subscribe();
        // The sender is `self`, so the channel cannot close meanwhile.
        let _ = waiting.wait_for(|count| *count == 0).await;
    }

    /// Resolves when somebody waits.
    pub(crate) async fn wanted(&self) {
        let mut waiting = self.waiting.subscribe();
        let _ = waiting.wait_for(|count| *count > 0).await;
    }
}

/// Keeps background work away from the model until it is dropped.
#[derive(Debug)]
pub(crate) struct ForegroundGuard {
    foreground: Foreground,
}

impl Drop for ForegroundGuard {
    fn drop(&mut self) {
        self.foreground
            .waiting
            .send_modify(|count| *count = count.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_quiet_when_the_last_one_leaves() {
        let foreground = Foreground::default();
        foreground.quiet().await;
        let (first, second) = (foreground.enter(), foreground.enter());
        foreground.wanted().await;
        drop(first);
        foreground.wanted().await;
        drop(second);
        foreground.quiet().await;
    }
}
