//! The face of this crate.

use std::sync::{Arc, Mutex, PoisonError};

use llmos_engine::{EngineHandle, EngineStatus, LoadedModel, Sampling};
use llmos_store::{
    BranchMessage, ConversationId, MessageId, MessageStatus, NewMessage, Role, Store, Timestamp,
};
use tokio::sync::{OnceCell, watch};

use crate::foreground::Foreground;
use crate::jobs::{Board, JobKind};
use crate::original::Originals;
use crate::prefixes::Prefixes;
use crate::prepare::{Anchor, Request};
use crate::slot::{Halt, Slot};
use crate::speed::ReadingSpeed;
use crate::summarise::Summarising;
use crate::title::TitleJob;
use crate::translate::Translating;
use crate::write::Desk;
use crate::{AssistantError, EventSink, Locale, persona, turn};

/// Largest question in bytes. A quarter of a million tokens: more than any
/// model here can read, and small enough to be counted in the blink that it
/// takes to say so.
pub const MAX_TEXT_BYTES: usize = 1 << 20;

/// Runs chat turns on one store and one engine, one at a time.
///
/// Cloning gives another handle on the same assistant. All methods must be
/// called on a tokio runtime; turns run on it as tasks of their own.
#[derive(Clone)]
pub struct Assistant {
    pub(crate) inner: Arc<Inner>,
}

/// What the handles share.
pub(crate) struct Inner {
    pub(crate) store: Store,
    /// Where the personas and the app's own settings are; the same as `store`, except
    /// beside a store in memory.
    pub(crate) library: Store,
    pub(crate) engine: EngineHandle,
    pub(crate) clock: fn() -> Timestamp,
    pub(crate) sampling: Sampling,
    pub(crate) slot: Slot,
    /// The language of the window and the person's clock.
    pub(crate) locale: watch::Sender<Locale>,
    /// Where the last prompt began; see [`crate::context::fit`].
    pub(crate) anchor: Arc<Mutex<Option<Anchor>>>,
    /// The title that is being made after an answer.
    pub(crate) title: Arc<Mutex<Option<TitleJob>>>,
    /// How fast models read here.
    pub(crate) speed: Arc<ReadingSpeed>,
    /// What the model holds of the conversation that it read last.
    pub(crate) prefixes: Arc<Prefixes>,
    /// The documents that are open and not kept, once there is one.
    pub(crate) opened: Arc<OnceCell<Store>>,
    /// The files that those were read from.
    pub(crate) originals: Arc<Mutex<Originals>>,
    /// Who waits before the screen.
    pub(crate) foreground: Foreground,
    /// Counts the requests to stop translating.
    pub(crate) translating: watch::Sender<u64>,
    /// Work that nobody waits for.
    pub(crate) jobs: Arc<Board>,
    /// Where texts are written.
    pub(crate) desk: Desk,
}

impl Assistant {
    /// An assistant that samples with [`persona::chat_sampling`].
    #[must_use]
    pub fn new(store: Store, engine: EngineHandle, clock: fn() -> Timestamp) -> Self {
        Self::with_sampling(store, engine, clock, persona::chat_sampling())
    }

    /// An assistant that saves nothing, for a program that does one thing and ends.
    ///
    /// # Errors
    /// `Store` when there is no memory for it.
    pub async fn in_memory(
        engine: EngineHandle,
        clock: fn() -> Timestamp,
    ) -> Result<Self, AssistantError> {
        Ok(Self::new(Store::in_memory().await?, engine, clock))
    }

    /// An assistant with sampling of the caller's, for example greedy or with
    /// a fixed seed, for answers that can be reproduced.
    #[must_use]
    pub fn with_sampling(
        store: Store,
        engine: EngineHandle,
        clock: fn() -> Timestamp,
        sampling: Sampling,
    ) -> Self {
        let foreground = Foreground::default();
        Self {
            inner: Arc::new(Inner {
                library: store.clone(),
                store,
                engine,
                clock,
                sampling,
                slot: Slot::new(foreground.clone()),
                locale: watch::Sender::new(Locale::default()),
                anchor: Arc::default(),
                title: Arc::default(),
                speed: Arc::default(),
                prefixes: Arc::default(),
                opened: Arc::default(),
                originals: Arc::default(),
                foreground,
                translating: watch::Sender::new(0),
                jobs: Arc::new(Board::new(kinds())),
                desk: Desk::default(),
            }),
        }
    }

    /// Asks `text` at the end of a conversation's active branch, or in a new
    /// conversation.
    ///
    /// Returns once the question is saved, the conversation's draft is cleared
    /// and generation begins; `sink` gets the rest.
    ///
    /// # Errors
    /// Nothing has been saved when this fails, and the draft is still there.
    pub async fn send(
        &self,
        target: Option<ConversationId>,
        text: String,
        sink: EventSink,
    ) -> Result<(), AssistantError> {
        check_text(&text)?;
        turn::start(&self.inner, Request::Send { target, text }, sink).await
    }

    /// Asks again in other words: the new question becomes a sibling of `message`
    /// and is answered; what was asked and answered before stays beside it.
    ///
    /// # Errors
    /// As [`Self::send`]; `WrongMessage` when `message` is not a question on the
    /// active branch.
    pub async fn edit_question(
        &self,
        message: MessageId,
        text: String,
        sink: EventSink,
    ) -> Result<(), AssistantError> {
        check_text(&text)?;
        turn::start(&self.inner, Request::Edit { message, text }, sink).await
    }

    /// Puts a person's version beside an answer and shows it. What followed the
    /// answer stays with it.
    ///
    /// # Errors
    /// As [`Self::send`]; `WrongMessage` when `message` is not an answer.
    pub async fn edit_answer(
        &self,
        message: MessageId,
        text: String,
    ) -> Result<ConversationId, AssistantError> {
        check_text(&text)?;
        let store = &self.inner.store;
        let answer = store.message(&message).await?;
        let _guard = self.inner.slot.take(Some(&answer.conversation_id))?;
        if answer.role != Role::Assistant {
            return Err(AssistantError::WrongMessage {
                id: message.0,
                action: "edited as an answer",
            });
        }
        let version = NewMessage {
            conversation: answer.conversation_id,
            parent: answer.parent_id,
            role: Role::Assistant,
            text,
            status: MessageStatus::Complete,
        };
        let added = store.add_message(version, (self.inner.clock)()).await?;
        Ok(added.conversation_id)
    }

    /// Hides a message with everything that follows it. Refused while a turn runs,
    /// which may be writing there.
    ///
    /// # Errors
    /// `Busy`, or `Store` when there is no such message or it cannot be saved.
    pub async fn delete_message(
        &self,
        message: &MessageId,
    ) -> Result<ConversationId, AssistantError> {
        let store = &self.inner.store;
        let conversation = store.message(message).await?.conversation_id;
        let _guard = self.inner.slot.take(Some(&conversation))?;
        self.inner.prefixes.forget(&conversation);
        store.delete_message(message, (self.inner.clock)()).await?;
        Ok(conversation)
    }

    /// Answers again: the new answer becomes a sibling of `message` (or the
    /// first answer, if `message` is a question that never got one).
    ///
    /// # Errors
    /// As [`Self::send`]; `WrongMessage` when `message` is not on the active
    /// branch.
    pub async fn regenerate(
        &self,
        message: MessageId,
        sink: EventSink,
    ) -> Result<(), AssistantError> {
        turn::start(&self.inner, Request::Regenerate { message }, sink).await
    }

    /// Goes on where an answer was stopped, interrupted or cut at its limit.
    ///
    /// What was there becomes a sibling of the longer version, so that a person can
    /// go back to it.
    ///
    /// # Errors
    /// As [`Self::send`]; `WrongMessage` when `message` is not the last one of
    /// the active branch or is complete.
    pub async fn continue_answer(
        &self,
        message: MessageId,
        sink: EventSink,
    ) -> Result<(), AssistantError> {
        turn::start(&self.inner, Request::Continue { message }, sink).await
    }

    /// Asks the running turn to stop, which takes one token. What was generated
    /// is saved and reported with `Finished`. Does nothing when no turn runs.
    pub fn stop(&self) {
        self.inner.slot.request_stop(Halt::Person);
    }

    /// Interrupts the running turn and the running job and returns when everything is saved. For the
    /// shell to call before the program ends.
    ///
    /// The answer is marked as a crash would leave it, not as stopped: nobody
    /// said that there was enough of it.
    pub async fn shut_down(&self) {
        self.inner.slot.request_stop(Halt::ShutDown);
        self.stop_translating();
        self.inner.jobs.close().await;
        self.inner.desk.stop();
        self.inner.slot.idle().await;
        self.inner.cancel_title().await;
        self.inner.save_warm_prefix().await;
    }

    /// Shows another branch: the newest one that `message` is on. Returns it.
    ///
    /// # Errors
    /// `Store` when there is no such message or it cannot be saved.
    pub async fn select_branch(
        &self,
        message: MessageId,
    ) -> Result<Vec<BranchMessage>, AssistantError> {
        let store = &self.inner.store;
        let conversation = store.message(&message).await?.conversation_id;
        let leaf = store.deepest_leaf(&message).await?;
        store
            .set_active_leaf(&conversation, &leaf, (self.inner.clock)())
            .await?;
        Ok(store.branch(&conversation).await?)
    }
}

/// Every kind of job that the app can do.
fn kinds() -> Vec<Arc<dyn JobKind>> {
    vec![Arc::new(Summarising), Arc::new(Translating)]
}

/// Refuses a text of nothing but spaces, and one that is too long.
pub(crate) fn check_text(text: &str) -> Result<(), AssistantError> {
    if text.trim().is_empty() {
        return Err(AssistantError::EmptyText);
    }
    if text.len() > MAX_TEXT_BYTES {
        return Err(AssistantError::TextTooLong {
            bytes: text.len(),
            limit: MAX_TEXT_BYTES,
        });
    }
    Ok(())
}

impl Inner {
    /// The model that a turn begun now will run on.
    ///
    /// # Errors
    /// `NoModel`; `Busy` while one is being loaded.
    pub(crate) fn model(&self) -> Result<Arc<LoadedModel>, AssistantError> {
        let status = self.engine.status();
        match status.model() {
            Some(model) => Ok(Arc::clone(model)),
            None if matches!(status, EngineStatus::Loading { .. }) => Err(AssistantError::Busy {
                holder: "loading a model".to_owned(),
            }),
            None => Err(AssistantError::NoModel),
        }
    }

    /// The language of the window and the person's clock.
    pub(crate) fn locale(&self) -> Locale {
        *self.locale.borrow()
    }

    /// Ends the title that is being made, if any: it gets its fallback.
    pub(crate) async fn cancel_title(&self) {
        let job = self
            .title
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(job) = job {
            job.cancel().await;
        }
    }
}
