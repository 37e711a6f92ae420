//! Saves an answer while it grows, so that a crash costs at most a second of it.

use std::time::Duration;

use llmos_store::{MessageId, Store, StoreError, Timestamp};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// The longest that new text waits to be saved.
const MAX_AGE: Duration = Duration::from_secs(1);
/// So many pieces of text (about one a token) are saved before [`MAX_AGE`].
const MAX_PIECES: u64 = 32;
/// Never more often than this: each save is a synced transaction, and on a fast
/// model `MAX_PIECES` alone would ask for ten a second.
const MIN_AGE: Duration = Duration::from_millis(250);

/// The answer so far.
#[derive(Debug, Default)]
struct Progress {
    text: String,
    pieces: u64,
}

/// Writes an answer's text in the background. The turn never waits for the
/// disk while it streams; a write that takes long makes the next one larger.
pub(crate) struct Checkpointer {
    progress: watch::Sender<Progress>,
    writer: JoinHandle<()>,
}

impl Checkpointer {
    /// Starts with the text that the message already has.
    pub(crate) fn start(
        store: Store,
        message: MessageId,
        text: String,
        clock: fn() -> Timestamp,
    ) -> Self {
        let (progress, reader) = watch::channel(Progress { text, pieces: 0 });
        let writer = tokio::spawn(write_changes(store, message, clock, reader));
        Self { progress, writer }
    }

    /// Appends to the answer. `false` once the writer has given up because the
    /// message is gone: its conversation was deleted for good.
    pub(crate) fn push(&self, text: &str) -> bool {
        self.progress.send_modify(|progress| {
            progress.text.push_str(text);
            progress.pieces += 1;
        });
        !self.progress.is_closed()
    }

    /// Waits for a write under way and gives the whole text back. What is not
    /// yet written stays unwritten: the caller saves the end of the answer.
    pub(crate) async fn close(self) -> String {
        let Self { progress, writer } = self;
        let text = progress.borrow().text.clone();
        drop(progress);
        if let Err(error) = writer.await {
            tracing::warn!(%error, "the checkpoint writer died");
        }
        text
    }
}

/// Saves whenever the limits above ask for it, until the turn is over.
async fn write_changes(
    store: Store,
    message: MessageId,
    clock: fn() -> Timestamp,
    mut progress: watch::Receiver<Progress>,
) {
    let mut saved_pieces = 0;
    let mut saved_at = Instant::now();
    while progress.changed().await.is_ok() {
        tokio::select! {
            () = tokio::time::sleep_until(saved_at + MAX_AGE) => {}
            ended = ended_before(&mut progress, saved_pieces + MAX_PIECES) => {
                // Waiting for what never comes ends early when the turn does.
                let pause = tokio::time::timeout_at(saved_at + MIN_AGE, progress.wait_for(|_| false));
                if ended || pause.await.is_ok() {
                    return;
                }
            }
        }
        let (text, pieces) = {
            let now = progress.borrow_and_update();
            (now.text.clone(), now.pieces)
        };
        match store.checkpoint_message(&message, &text, clock()).await {
            Ok(()) => {}
            Err(StoreError::NotFound { .. }) => return,
            // A full disk may have room again for the next one, and the end of
            // the answer is saved in any case or reported.
            Err(error) => tracing::warn!(message = %message, %error, "checkpoint failed"),
        }
        saved_pieces = pieces;
        saved_at = Instant::now();
    }
}

/// Waits until there are so many pieces; `true` if the turn ends first.
async fn ended_before(progress: &mut watch::Receiver<Progress>, pieces: u64) -> bool {
    progress.wait_for(|now| now.pieces >= pieces).await.is_err()
}
