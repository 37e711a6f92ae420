//! Conversations that are only in memory, and keeping one after all.

use std::sync::Arc;

use llmos_store::{Conversation, ConversationId, Store};

use crate::assistant::Inner;
use crate::{Assistant, AssistantError};

impl Assistant {
    /// The same assistant on another store: one turn at a time between the two,
    /// the same engine, and the personas of this one.
    #[must_use]
    pub fn beside(&self, store: Store) -> Self {
        let this = &self.inner;
        Self {
            inner: Arc::new(Inner {
                store,
                library: this.library.clone(),
                engine: this.engine.clone(),
                clock: this.clock,
                sampling: this.sampling.clone(),
                slot: this.slot.clone(),
                locale: this.locale.clone(),
                anchor: Arc::clone(&this.anchor),
                title: Arc::clone(&this.title),
                speed: Arc::clone(&this.speed),
                prefixes: Arc::clone(&this.prefixes),
                opened: Arc::clone(&this.opened),
                originals: Arc::clone(&this.originals),
                foreground: this.foreground.clone(),
                translating: this.translating.clone(),
                jobs: Arc::clone(&this.jobs),
                desk: this.desk.clone(),
            }),
        }
    }

    /// Moves a conversation of this assistant's store into another store, whole.
    ///
    /// # Errors
    /// `Busy` while a turn runs; `Store` when it can't be saved, and then it is
    /// still here.
    pub async fn keep_in(
        &self,
        store: &Store,
        id: &ConversationId,
    ) -> Result<Conversation, AssistantError> {
        let _guard = self.inner.slot.take(Some(id))?;
        self.inner.cancel_title().await;
        let here = &self.inner.store;
        let kept = store
            .adopt_conversation(here, id, (self.inner.clock)())
            .await?;
        here.purge_conversation(id).await?;
        Ok(kept)
    }
}
