//! The last exchange with the page before the app ends: the shell asks it to
//! have its drafts saved, and it says when they are.

use std::time::Duration;

use tokio::sync::watch;

/// How far the end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The app runs.
    Running,
    /// The app is about to end and the page has been asked.
    Asked,
    /// The page has nothing left to save.
    Flushed,
}

/// The way to the end, from the window's close button on.
pub struct Closing {
    phase: watch::Sender<Phase>,
}

impl Closing {
    /// Not closing.
    pub fn new() -> Self {
        Self {
            phase: watch::Sender::new(Phase::Running),
        }
    }

    /// Begins the end; false when it has begun before.
    pub fn begin(&self) -> bool {
        self.advance(Phase::Running, Phase::Asked)
    }

    /// Whether the app is about to end.
    pub fn has_begun(&self) -> bool {
        *self.phase.borrow() != Phase::Running
    }

    /// The page has saved everything. Means nothing before it was asked: what
    /// was typed after that would not be covered.
    pub fn page_flushed(&self) {
        self.advance(Phase::Asked, Phase::Flushed);
    }

    /// Waits for the page's word; false when it does not come in time, because
    /// the page has crashed or hangs.
    pub async fn page(&self, patience: Duration) -> bool {
        let mut phase = self.phase.subscribe();
        let flushed = phase.wait_for(|phase| *phase == Phase::Flushed);
        matches!(tokio::time::timeout(patience, flushed).await, Ok(Ok(_)))
    }

    fn advance(&self, from: Phase, to: Phase) -> bool {
        self.phase.send_if_modified(|phase| {
            let moves = *phase == from;
            if moves {
                *phase = to;
            }
            moves
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// Longer than any of these tests may take.
    const LONG: Duration = Duration::from_mins(10);

    #[tokio::test]
    async fn the_page_s_word_ends_the_wait_at_once() {
        let closing = Closing::new();
        assert!(!closing.has_begun());
        assert!(closing.begin());
        assert!(closing.has_begun());
        assert!(!closing.begin(), "a second close begins nothing");
        let began = Instant::now();
        let (flushed, ()) = tokio::join!(closing.page(LONG), async { closing.page_flushed() });
        assert!(flushed);
        assert!(began.elapsed() < LONG);
        // Said before the wait began, it counts as well.
        assert!(closing.page(LONG).await);
    }

    #[tokio::test]
    async fn a_word_from_before_the_question_does_not_count() {
        let closing = Closing::new();
        closing.page_flushed();
        assert!(closing.begin());
        assert!(!closing.page(Duration::from_millis(20)).await);
    }
}
