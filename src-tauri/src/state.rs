//! What the commands share: the engine, the history once it is open, and where
//! things are.

mod models;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use llmos_assistant::Assistant;
use llmos_engine::EngineHandle;
use llmos_store::{Conversation, ConversationId, MessageId, Notice, Store, Timestamp};
use tokio::sync::{Notify, watch};

use crate::closing::Closing;
use crate::documents::Documents;
use crate::error::{CommandError, CommandResult, ErrorCode};
use crate::exchange::Exchange;
use crate::wire::{ConversationSummary, ConversationView, StorageState};

/// More than this in one piece is refused: it is far beyond every model's
/// context, and a draft of it would still be saved at each pause in typing.
const TEXT_BYTES: usize = 8 * 1024 * 1024;

/// The draft of the conversation in memory that does not exist yet.
const TEMPORARY_DRAFT: &str = "temporary";

/// The history, on its way to being open.
#[derive(Clone)]
pub enum Storage {
    /// Being opened; commands wait.
    Opening,
    /// Open.
    Open {
        /// The database.
        store: Store,
        /// The assistant on top of it.
        assistant: Assistant,
        /// Conversations that are never written to a disk.
        memory: Place,
        /// What happened while it was opened.
        notice: Option<Notice>,
    },
    /// Not open, for this reason.
    Failed(CommandError),
}

/// Where a conversation is: in the history, or only in memory.
#[derive(Clone)]
pub struct Place {
    /// The database.
    pub store: Store,
    /// The assistant on top of it.
    pub assistant: Assistant,
    /// Whether it is only in memory.
    pub temporary: bool,
}

impl Place {
    /// A conversation of this place in the page's words.
    pub fn summary(&self, conversation: Conversation) -> ConversationSummary {
        ConversationSummary {
            temporary: self.temporary,
            ..conversation.into()
        }
    }

    async fn has(&self, id: &ConversationId) -> bool {
        self.store.conversation(id).await.is_ok()
    }

    async fn has_message(&self, id: &MessageId) -> bool {
        self.store.message(id).await.is_ok()
    }
}

/// Held by Tauri for the commands.
pub struct AppState {
    engine: EngineHandle,
    storage: watch::Sender<Storage>,
    data_dir: PathBuf,
    default_model: Option<PathBuf>,
    first_paint: Notify,
    closing: Closing,
    exchange: Exchange,
    documents: Documents,
    /// Why the paired draft model is not at work.
    draft_error: Mutex<Option<CommandError>>,
}

impl AppState {
    /// A state whose history is still to be opened.
    pub fn new(engine: EngineHandle, data_dir: PathBuf, default_model: Option<PathBuf>) -> Self {
        Self {
            engine,
            storage: watch::Sender::new(Storage::Opening),
            data_dir,
            default_model,
            first_paint: Notify::new(),
            closing: Closing::new(),
            exchange: Exchange::new(),
            documents: Documents::new(),
            draft_error: Mutex::default(),
        }
    }

    /// The engine.
    pub fn engine(&self) -> &EngineHandle {
        &self.engine
    }

    /// Told when the page is on the screen.
    pub fn first_paint(&self) -> &Notify {
        &self.first_paint
    }

    /// The way to the app's end.
    pub fn closing(&self) -> &Closing {
        &self.closing
    }

    /// The export or import that runs.
    pub fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    /// The document that is being read.
    pub fn documents(&self) -> &Documents {
        &self.documents
    }

    /// Where history and preferences are kept.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The model that came with the app, if it is there.
    pub fn default_model(&self) -> Option<PathBuf> {
        self.default_model.clone()
    }

    /// Says how the opening went; waiting commands go on.
    pub fn set_storage(&self, storage: Storage) {
        self.storage.send_replace(storage);
    }

    /// The storage once it is no longer being opened.
    pub async fn storage(&self) -> Storage {
        let mut storage = self.storage.subscribe();
        let settled = storage
            .wait_for(|storage| !matches!(storage, Storage::Opening))
            .await
            .map(|storage| storage.clone());
        // The sender lives as long as `self`.
        settled.unwrap_or_else(|error| Storage::Failed(CommandError::internal(error)))
    }

    /// The database.
    ///
    /// # Errors
    /// Why it is not open.
    pub async fn store(&self) -> CommandResult<Store> {
        Ok(self.parts().await?.0)
    }

    /// The assistant.
    ///
    /// # Errors
    /// Why the history is not open.
    pub async fn assistant(&self) -> CommandResult<Assistant> {
        Ok(self.parts().await?.1)
    }

    /// Database and assistant, once the history is no longer being opened.
    ///
    /// # Errors
    /// Why it is not open.
    pub async fn parts(&self) -> CommandResult<(Store, Assistant)> {
        match self.storage().await {
            Storage::Open {
                store, assistant, ..
            } => Ok((store, assistant)),
            Storage::Failed(error) => Err(error),
            Storage::Opening => Err(CommandError::internal("the history is still being opened")),
        }
    }

    /// The history and the memory, once the history is no longer being opened.
    ///
    /// # Errors
    /// Why it is not open.
    pub async fn places(&self) -> CommandResult<(Place, Place)> {
        match self.storage().await {
            Storage::Open {
                store,
                assistant,
                memory,
                ..
            } => {
                let history = Place {
                    store,
                    assistant,
                    temporary: false,
                };
                Ok((history, memory))
            }
            Storage::Failed(error) => Err(error),
            Storage::Opening => Err(CommandError::internal("the history is still being opened")),
        }
    }

    /// Where a conversation is; one to come is where the page wants it. One that
    /// is nowhere counts as the history's, which says so.
    ///
    /// # Errors
    /// Why the history is not open.
    pub async fn place(
        &self,
        conversation: Option<&ConversationId>,
        temporary: bool,
    ) -> CommandResult<Place> {
        let (history, memory) = self.places().await?;
        let in_memory = match conversation {
            Some(id) => memory.has(id).await,
            None => temporary,
        };
        Ok(if in_memory { memory } else { history })
    }

    /// Where a message is.
    ///
    /// # Errors
    /// As [`Self::place`].
    pub async fn place_of_message(&self, message: &MessageId) -> CommandResult<Place> {
        let (history, memory) = self.places().await?;
        let in_memory = memory.has_message(message).await;
        Ok(if in_memory { memory } else { history })
    }

    /// Where a draft belongs: what is typed for a conversation in memory stays
    /// there. The page keeps such text to itself; this holds if it does not.
    ///
    /// # Errors
    /// As [`Self::place`].
    pub async fn place_of_draft(&self, key: &str) -> CommandResult<Place> {
        let (history, memory) = self.places().await?;
        let in_memory = key == TEMPORARY_DRAFT
            || match key.strip_prefix("edit:") {
                Some(message) => memory.has_message(&message.into()).await,
                None => memory.has(&key.into()).await,
            };
        Ok(if in_memory { memory } else { history })
    }

    /// Moves a conversation from memory into the history.
    ///
    /// # Errors
    /// `NotFound` when it is not in memory, `EngineBusy` while a turn runs, or
    /// why it can't be saved.
    pub async fn keep(&self, id: &ConversationId) -> CommandResult<Conversation> {
        let (history, memory) = self.places().await?;
        Ok(memory.assistant.keep_in(&history.store, id).await?)
    }

    /// How the opening went, in the page's words.
    pub async fn storage_state(&self) -> StorageState {
        match self.storage().await {
            Storage::Open {
                notice: Some(Notice::SetAside { path, salvaged }),
                ..
            } => StorageState::SetAside {
                path: path.display().to_string(),
                conversations: salvaged.conversations,
                messages: salvaged.messages,
            },
            Storage::Open { .. } | Storage::Opening => StorageState::Ready,
            Storage::Failed(error) => StorageState::Failed { error },
        }
    }

    /// Whether anything was ever said on this device.
    pub async fn has_conversations(&self) -> bool {
        match self.store().await {
            Ok(store) => store.has_conversations().await.unwrap_or(false),
            Err(_) => false,
        }
    }

    /// One conversation as the page shows it, with the last `count` messages of
    /// its active branch.
    ///
    /// # Errors
    /// `NotFound`, or why the history can't be read.
    pub async fn conversation_view(
        &self,
        id: &ConversationId,
        count: usize,
    ) -> CommandResult<ConversationView> {
        let place = self.place(Some(id), false).await?;
        let store = &place.store;
        let conversation = store.conversation(id).await?;
        let end = store.branch_end(id, count).await?;
        let draft = store.draft(id.as_str()).await?.unwrap_or_default();
        let summary = store.branch_summary(id).await?;
        let settings = store.conversation_settings(Some(id)).await?;
        Ok(ConversationView {
            conversation: place.summary(conversation),
            earlier: end.earlier,
            messages: end.messages.into_iter().map(Into::into).collect(),
            draft,
            summary: summary.map(Into::into),
            settings: settings.into(),
        })
    }
}

/// The time, for everything that is stored.
pub fn now() -> Timestamp {
    let elapsed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
}

/// Refuses text of a size that only a mistake produces.
///
/// # Errors
/// `TextTooLong` with both sizes.
pub fn check_text(text: &str) -> CommandResult<()> {
    if text.len() > TEXT_BYTES {
        return Err(
            CommandError::new(ErrorCode::TextTooLong, "the text is too long")
                .with("found", text.len())
                .with("available", TEXT_BYTES),
        );
    }
    Ok(())
}
