//! What the model has read of a conversation, kept beyond the model's own memory: a
//! conversation that is opened again goes on without being read from its beginning.
//!
//! The model holds one text at a time. When another conversation takes its place, when
//! nobody has asked anything for a while, and when the app ends, the state is taken out
//! and saved with the conversation; before a conversation's next question it is put back
//! in. Nothing here may fail a turn: what can't be saved or read costs a wait, as before.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use llmos_engine::{LoadedModel, SavedPrefix, TokenId, Usage};
use llmos_store::{ConversationId, Prefix};
use tokio::task::JoinHandle;

use crate::assistant::Inner;
use crate::{Assistant, AssistantError};

/// The setting under which is kept how many bytes saved states may take.
const SETTING: &str = "context.prefixes.bytes";
/// How many that are where nobody has said.
const DEFAULT_LIMIT: u64 = 256_000_000;
/// Tokens that are read again rather than kept: shorter than anyone notices.
const LEAST_TOKENS: usize = 256;
/// How long nobody must have asked anything before the state is saved.
const IDLE: Duration = Duration::from_secs(10);

/// What the model holds.
#[derive(Debug, Default)]
pub(crate) struct Prefixes {
    warm: Mutex<Option<Warm>>,
    /// Saves it when nothing happens for a while.
    waiting: Mutex<Option<JoinHandle<()>>>,
}

/// The conversation that the model read last.
#[derive(Clone)]
struct Warm {
    conversation: ConversationId,
    /// What it was given to read.
    prompt: Vec<TokenId>,
    /// Tokens that it holds, its answer included.
    length: usize,
    /// Of those, tokens that are saved.
    saved: usize,
}

impl std::fmt::Debug for Warm {
    /// Without the prompt: tokens are text.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Warm")
            .field("conversation", &self.conversation)
            .field("length", &self.length)
            .field("saved", &self.saved)
            .finish_non_exhaustive()
    }
}

impl Prefixes {
    fn warm(&self) -> std::sync::MutexGuard<'_, Option<Warm>> {
        self.warm.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nobody waits for a quiet moment any more.
    fn disturb(&self) {
        let waiting = self
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(waiting) = waiting {
            waiting.abort();
        }
    }

    /// What the model holds of a conversation is not to be kept: a part of it was deleted.
    pub(crate) fn forget(&self, conversation: &ConversationId) {
        self.warm()
            .take_if(|warm| warm.conversation == *conversation);
    }
}

impl Inner {
    /// Makes the model ready for a prompt of a conversation: saves what it holds of
    /// another one, and returns what was saved of this one, if the model can use it.
    pub(crate) async fn prefix_for(
        &self,
        conversation: &ConversationId,
        model: &LoadedModel,
        prompt: &[TokenId],
    ) -> Option<Arc<SavedPrefix>> {
        self.prefixes.disturb();
        let before = self.prefixes.warm().take();
        match before {
            Some(warm) if warm.conversation == *conversation => {
                *self.prefixes.warm() = Some(warm);
                return None;
            }
            Some(other) => self.save_prefix(other).await,
            None => {}
        }
        let state_id = model.state_id;
        let begin: Vec<TokenId> = prompt.to_vec();
        let wanted = move |tokens: &[u32]| {
            let common = tokens.iter().zip(&begin).take_while(|(a, b)| a == b);
            common.count() >= LEAST_TOKENS
        };
        let now = (self.clock)();
        let found = self
            .store
            .prefix(conversation, state_id, wanted, now)
            .await?;
        *self.prefixes.warm() = Some(Warm {
            conversation: conversation.clone(),
            prompt: Vec::new(),
            length: found.tokens.len(),
            saved: found.tokens.len(),
        });
        Some(Arc::new(SavedPrefix {
            state_id,
            tokens: found.tokens,
            state: found.state,
        }))
    }

    /// Remembers what the model holds after an answer, and saves it when it is quiet.
    pub(crate) fn prefix_read(
        self: &Arc<Self>,
        conversation: &ConversationId,
        prompt: Vec<TokenId>,
        usage: &Usage,
    ) {
        if !self.store.keeps_prefixes() || prompt.len() < LEAST_TOKENS {
            self.prefixes.warm().take();
            return;
        }
        let before = self.prefixes.warm().take();
        let saved = before
            .filter(|warm| warm.conversation == *conversation)
            .map_or(0, |warm| warm.saved);
        *self.prefixes.warm() = Some(Warm {
            conversation: conversation.clone(),
            length: prompt.len() + usage.completion_tokens,
            // What was saved is of no use where the prompt now begins otherwise.
            saved: if usage.reused_tokens >= saved {
                saved
            } else {
                0
            },
            prompt,
        });
        let inner = Arc::clone(self);
        let waiting = tokio::spawn(async move {
            tokio::time::sleep(IDLE).await;
            inner.save_warm_prefix().await;
        });
        self.prefixes.disturb();
        *self
            .prefixes
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(waiting);
    }

    /// Makes way for a text that is no conversation's: saves what the model holds of one,
    /// and takes it that the model will hold it no longer.
    pub(crate) async fn yield_prefix(&self) {
        self.prefixes.disturb();
        let before = self.prefixes.warm().take();
        if let Some(warm) = before {
            self.save_prefix(warm).await;
        }
    }

    /// Saves what the model holds, now.
    pub(crate) async fn save_warm_prefix(&self) {
        let warm = self.prefixes.warm().clone();
        if let Some(warm) = warm {
            self.save_prefix(warm).await;
        }
    }

    /// Saves what the model holds of a conversation, if it still does and that is worth
    /// it.
    async fn save_prefix(&self, warm: Warm) {
        if warm.length < warm.saved + LEAST_TOKENS {
            return;
        }
        let limit = self.prefix_limit().await;
        if limit == 0 {
            return;
        }
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let taken = self.engine.take_prefix(warm.prompt, most).await;
        let Some(taken) = taken else {
            return;
        };
        let tokens = taken.tokens.len();
        if tokens < LEAST_TOKENS {
            return;
        }
        let prefix = Prefix {
            tokens: taken.tokens,
            state: taken.state,
        };
        let bytes = prefix.state.len();
        let (now, id) = ((self.clock)(), &warm.conversation);
        let saved = self
            .library
            .save_prefix(id, taken.state_id, prefix, limit, now);
        match saved.await {
            Ok(()) => {
                tracing::debug!(conversation = %id, tokens, bytes, "what was read is saved");
                if let Some(now) = self.prefixes.warm().as_mut()
                    && now.conversation == *id
                {
                    now.saved = tokens;
                }
            }
            Err(error) => tracing::info!(conversation = %id, %error, "what was read is not saved"),
        }
    }

    async fn prefix_limit(&self) -> u64 {
        let json = self.library.setting(SETTING).await.ok().flatten();
        let limit = json.and_then(|json| json.parse().ok());
        limit.unwrap_or(DEFAULT_LIMIT)
    }
}

/// What is kept of conversations that have been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptPrefixes {
    /// Bytes that it takes.
    pub used: u64,
    /// Bytes that it may take; 0 for nothing kept.
    pub limit: u64,
}

impl Assistant {
    /// How much is kept of what the model has read.
    pub async fn kept_prefixes(&self) -> KeptPrefixes {
        KeptPrefixes {
            used: self.inner.store.prefix_bytes().await,
            limit: self.inner.prefix_limit().await,
        }
    }

    /// Sets how many bytes may be kept of what the model has read; what is beyond that
    /// goes at once.
    ///
    /// # Errors
    /// `Store` when it can't be saved.
    pub async fn limit_prefixes(&self, bytes: u64) -> Result<KeptPrefixes, AssistantError> {
        let store = &self.inner.store;
        let now = (self.inner.clock)();
        store
            .set_setting(SETTING, Some(&bytes.to_string()), now)
            .await?;
        store.trim_prefixes(bytes).await;
        Ok(self.kept_prefixes().await)
    }
}
