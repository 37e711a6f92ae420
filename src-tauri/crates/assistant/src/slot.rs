//! One turn at a time.

use std::sync::Arc;

use llmos_store::ConversationId;
use tokio::sync::{Notify, watch};

use crate::AssistantError;
use crate::foreground::{Foreground, ForegroundGuard};

/// Why a turn was told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Halt {
    /// The person asked for it.
    Person,
    /// The app is about to end.
    ShutDown,
    /// Nobody listens any more: the window is gone.
    Unheard,
    /// The conversation was deleted for good.
    Deleted,
}

/// The turn that runs, if any.
#[derive(Debug, Clone)]
pub(crate) struct ActiveTurn {
    /// Who holds the model; a conversation's id, or a word for a new one.
    holder: String,
    /// Asks the turn to stop. The request is kept until it is seen, so one
    /// that comes before generation starts is not lost.
    stop: watch::Sender<Option<Halt>>,
    /// Asks it to go on without the summary that it makes; kept like the above.
    skip: Arc<Notify>,
}

/// Holds at most one [`ActiveTurn`].
///
/// The engine refuses a second request by itself, but only after the question
/// would have been saved; the slot is taken before anything is.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    active: watch::Sender<Option<ActiveTurn>>,
    /// Whoever holds the slot waits before the screen.
    foreground: Foreground,
}

impl Slot {
    /// An empty slot.
    pub(crate) fn new(foreground: Foreground) -> Self {
        Self {
            active: watch::Sender::new(None),
            foreground,
        }
    }

    /// Takes the slot for a conversation (`None`: one yet to be created).
    ///
    /// # Errors
    /// `Busy` with the holder when a turn runs.
    pub(crate) fn take(
        &self,
        conversation: Option<&ConversationId>,
    ) -> Result<SlotGuard, AssistantError> {
        let stop = watch::Sender::new(None);
        let skip = Arc::new(Notify::new());
        let turn = ActiveTurn {
            holder: conversation.map_or_else(|| "a new conversation".to_owned(), |id| id.0.clone()),
            stop: stop.clone(),
            skip: Arc::clone(&skip),
        };
        let mut refused = None;
        self.active.send_if_modified(|active| {
            refused = active.as_ref().map(|running| running.holder.clone());
            if refused.is_none() {
                *active = Some(turn);
            }
            refused.is_none()
        });
        match refused {
            Some(holder) => Err(AssistantError::Busy { holder }),
            None => Ok(SlotGuard {
                _foreground: self.foreground.enter(),
                slot: self.clone(),
                stop,
                skip,
            }),
        }
    }

    /// Asks the running turn to stop; does nothing when none runs. The first
    /// reason counts: a person who stops an answer and then closes the window
    /// has stopped it.
    pub(crate) fn request_stop(&self, why: Halt) {
        if let Some(turn) = self.active.borrow().as_ref() {
            turn.stop.send_if_modified(|asked| {
                let first = asked.is_none();
                asked.get_or_insert(why);
                first
            });
        }
    }

    /// Asks the running turn to go on without a summary; does nothing when none runs.
    pub(crate) fn request_skip(&self) {
        if let Some(turn) = self.active.borrow().as_ref() {
            turn.skip.notify_one();
        }
    }

    /// Waits until no turn runs.
    pub(crate) async fn idle(&self) {
        let mut active = self.active.subscribe();
        // The sender is `self`, so the channel cannot close meanwhile.
        let _ = active.wait_for(Option::is_none).await;
    }
}

/// Holds the slot and frees it when dropped, on a panic too.
#[derive(Debug)]
pub(crate) struct SlotGuard {
    _foreground: ForegroundGuard,
    slot: Slot,
    stop: watch::Sender<Option<Halt>>,
    skip: Arc<Notify>,
}

impl SlotGuard {
    /// Resolves with the reason when this turn has been asked to stop.
    pub(crate) async fn stop_requested(&self) -> Halt {
        let mut asked = self.stop.subscribe();
        let asked = asked.wait_for(Option::is_some).await;
        // An error would mean that the sender is gone, and it is `self`.
        asked.ok().and_then(|why| *why).unwrap_or(Halt::Person)
    }

    /// Resolves when this turn has been asked to go on without a summary.
    pub(crate) async fn skip_requested(&self) {
        self.skip.notified().await;
    }

    /// Names the conversation once it exists.
    pub(crate) fn rename(&self, conversation: &ConversationId) {
        self.slot.active.send_modify(|active| {
            if let Some(turn) = active {
                turn.holder.clone_from(&conversation.0);
            }
        });
    }
}

impl Drop for SlotGuard {
    fn drop(&mut self) {
        self.slot.active.send_replace(None);
    }
}
