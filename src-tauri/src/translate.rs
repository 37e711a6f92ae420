//! From the parts' types to the wire's.

mod jobs;
mod personas;
pub mod summarise;
mod translation;
mod write;

use std::io;
use std::path::Path;

use llmos_assistant::AssistantError;
use llmos_assistant::exchange::ExchangeError;
use llmos_assistant::model_path::{display_name, known_name};
use llmos_documents::DocumentError;
use llmos_engine::{EngineError, EngineStatus, GgufErrorKind, LoadedModel};
use llmos_store::{
    BranchMessage, BranchSummary, Conversation, MessageStats as StoredStats, MessageStatus, Role,
    StoreError,
};

use crate::error::{CommandError, ErrorCode};
use crate::wire::{
    ChatEvent, ChatMessage, ChatMessageStatus, ChatRole, ContextUse, ConversationSummary,
    KeptPrefixes, MessageStats, ModelStatus, ModelSummary, RunningSummary, TagChange,
};

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        let at = |code, path: &Path| Self::new(code, &message).with("path", path.display());
        match &error {
            StoreError::WrongKey { path } => at(ErrorCode::StorageWrongKey, path),
            StoreError::KeyMissing { path } => at(ErrorCode::StorageKeyMissing, path),
            StoreError::NewerSchema { found, supported } => {
                Self::new(ErrorCode::StorageNewer, &message)
                    .with("found", found)
                    .with("expected", supported)
            }
            StoreError::InUse { path } => at(ErrorCode::StorageInUse, path),
            StoreError::ReadOnly { path } => at(ErrorCode::StorageReadOnly, path),
            StoreError::Full => Self::new(ErrorCode::StorageFull, message),
            StoreError::Unreadable { path, .. } => at(ErrorCode::StorageFailed, path),
            StoreError::NotFound { .. } => Self::new(ErrorCode::NotFound, message),
            StoreError::TagName { limit } => {
                Self::new(ErrorCode::TagName, &message).with("available", limit)
            }
            StoreError::TooManyTags { limit } => {
                Self::new(ErrorCode::TooManyTags, &message).with("available", limit)
            }
            StoreError::Damaged { .. } | StoreError::Closed | StoreError::Database { .. } => {
                Self::new(ErrorCode::StorageFailed, message)
            }
        }
    }
}

impl From<&EngineError> for CommandError {
    fn from(error: &EngineError) -> Self {
        let message = error.to_string();
        match error {
            EngineError::Busy { holder } => {
                Self::new(ErrorCode::EngineBusy, &message).with("holder", holder)
            }
            EngineError::NoModel => Self::new(ErrorCode::NoModel, message),
            EngineError::Model(file) => {
                let code = match file.kind() {
                    GgufErrorKind::Missing => ErrorCode::ModelMissing,
                    GgufErrorKind::Unreadable => ErrorCode::ModelUnreadable,
                    GgufErrorKind::Truncated => ErrorCode::ModelTruncated,
                    GgufErrorKind::Unsupported => ErrorCode::ModelUnsupported,
                    // A count beyond the checker's limits is no honest model:
                    // it has nothing to do with the memory of this device.
                    GgufErrorKind::Invalid | GgufErrorKind::TooLarge => ErrorCode::ModelInvalid,
                };
                Self::new(code, &message).with("reason", message)
            }
            EngineError::Unsupported(what) => Self::new(ErrorCode::ModelUnsupported, &message)
                .with("reason", what)
                .with("found", &what.found)
                .with("expected", &what.supported),
            EngineError::TooLarge { needed, available } => {
                Self::new(ErrorCode::ModelTooLarge, message)
                    .with("needed", needed)
                    .with("available", available)
            }
            EngineError::DraftVocabulary => Self::new(ErrorCode::DraftVocabulary, message),
            EngineError::DraftUnsupported { engine } => {
                Self::new(ErrorCode::DraftUnsupported, &message).with("engine", engine)
            }
            EngineError::ContextOverflow { needed, available } => {
                Self::new(ErrorCode::ContextOverflow, message)
                    .with("needed", needed)
                    .with("available", available)
            }
            EngineError::InvalidRequest { .. }
            | EngineError::Backend { .. }
            | EngineError::Panicked { .. }
            | EngineError::Gone => Self::new(ErrorCode::EngineFailed, message),
        }
    }
}

impl CommandError {
    /// What went wrong with the model file at `path`.
    pub(crate) fn about_file(error: &EngineError, path: &Path) -> Self {
        Self::from(error).with("path", path.display())
    }
}

impl From<EngineError> for CommandError {
    fn from(error: EngineError) -> Self {
        Self::from(&error)
    }
}

impl From<AssistantError> for CommandError {
    fn from(error: AssistantError) -> Self {
        let message = error.to_string();
        match error {
            AssistantError::NoModel => Self::new(ErrorCode::NoModel, message),
            AssistantError::Busy { holder } => {
                Self::new(ErrorCode::EngineBusy, message).with("holder", holder)
            }
            AssistantError::ContextOverflow { needed, available } => {
                Self::new(ErrorCode::ContextOverflow, message)
                    .with("needed", needed)
                    .with("available", available)
            }
            AssistantError::TextTooLong { bytes, limit } => {
                Self::new(ErrorCode::TextTooLong, message)
                    .with("found", bytes)
                    .with("available", limit)
            }
            AssistantError::OutOfRange { field, least, most } => {
                Self::new(ErrorCode::OutOfRange, message)
                    .with("field", field)
                    .with("least", least)
                    .with("most", most)
            }
            AssistantError::DocumentGone { name } => {
                Self::new(ErrorCode::DocumentGone, message).with("name", name)
            }
            AssistantError::NoSummary => Self::new(ErrorCode::NoSummary, message),
            AssistantError::NoSegment { .. } => Self::new(ErrorCode::NotFound, message),
            AssistantError::OtherModel { wanted } => {
                Self::new(ErrorCode::OtherModel, message).with("expected", wanted)
            }
            AssistantError::NotText => Self::new(ErrorCode::NotText, message),
            AssistantError::WrongJob { .. } => Self::new(ErrorCode::JobMoved, message),
            AssistantError::BadJob { .. } => Self::internal(message),
            AssistantError::EmptyText => Self::new(ErrorCode::EmptyText, message),
            AssistantError::NothingWritten => Self::new(ErrorCode::NothingWritten, message),
            AssistantError::UnknownLanguage { .. }
            | AssistantError::WrongMessage { .. }
            | AssistantError::WrongPersona { .. } => Self::invalid(message),
            AssistantError::Prompt { .. } | AssistantError::Abandoned => {
                Self::new(ErrorCode::EngineFailed, message)
            }
            AssistantError::Store(error) => error.into(),
            AssistantError::Engine(error) => error.into(),
        }
    }
}

impl From<DocumentError> for CommandError {
    fn from(error: DocumentError) -> Self {
        let message = error.to_string();
        match error {
            DocumentError::Empty => Self::new(ErrorCode::DocumentEmpty, message),
            DocumentError::TooLarge { limit, most } => {
                Self::new(ErrorCode::DocumentTooLarge, message)
                    .with("field", limit)
                    .with("available", most)
            }
            DocumentError::Encrypted => Self::new(ErrorCode::DocumentLocked, message),
            DocumentError::Scanned => Self::new(ErrorCode::DocumentScanned, message),
            DocumentError::Binary => Self::new(ErrorCode::DocumentBinary, message),
            DocumentError::Broken { .. } => Self::new(ErrorCode::DocumentBroken, message),
            DocumentError::UnsupportedKind => Self::new(ErrorCode::DocumentUnsupported, message),
            DocumentError::TooNested { .. } | DocumentError::ZipBomb => {
                Self::new(ErrorCode::DocumentUnsafe, message)
            }
            DocumentError::TimedOut { .. } => Self::new(ErrorCode::DocumentTimedOut, message),
            DocumentError::Unreadable(_) => Self::new(ErrorCode::FileUnreadable, message),
            DocumentError::Cancelled => Self::internal(message),
        }
    }
}

impl From<ExchangeError> for CommandError {
    fn from(error: ExchangeError) -> Self {
        let message = error.to_string();
        let at = |code, path: &Path| Self::new(code, &message).with("path", path.display());
        match error {
            ExchangeError::Unreadable { path, .. } => at(ErrorCode::FileUnreadable, &path),
            ExchangeError::Unwritable { path, source } => match source.kind() {
                io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded
                | io::ErrorKind::FileTooLarge => Self::new(ErrorCode::StorageFull, message),
                _ => at(ErrorCode::FileUnwritable, &path),
            },
            ExchangeError::Unrecognised => Self::new(ErrorCode::ImportUnrecognised, message),
            ExchangeError::Newer { found, supported } => Self::new(ErrorCode::ImportNewer, message)
                .with("found", found)
                .with("expected", supported),
            ExchangeError::Store(error) => error.into(),
            ExchangeError::Cancelled | ExchangeError::Abandoned => Self::internal(message),
        }
    }
}

impl ModelSummary {
    fn of(model: &LoadedModel, default_model: Option<&Path>) -> Self {
        let info = &model.info;
        Self {
            name: display_name(info).to_owned(),
            architecture: info.architecture.clone(),
            quantisation: info.quantisation.clone(),
            engine: info.engine.clone(),
            context_length: info.context_length,
            parameter_count: info.parameter_count,
            file_size: info.file_size,
            path: info.path.display().to_string(),
            load_ms: info.load_ms,
            is_default: default_model.is_some_and(|default| default == info.path),
        }
    }
}

impl ModelStatus {
    /// The engine's status in the page's words.
    #[must_use]
    pub fn of(status: &EngineStatus, default_model: Option<&Path>) -> Self {
        let summary = |model: &LoadedModel| ModelSummary::of(model, default_model);
        match status {
            EngineStatus::Empty => Self::Empty,
            EngineStatus::Loading { path, progress } => Self::Loading {
                name: known_name(path).map_or_else(
                    || {
                        let stem = path.file_stem().unwrap_or_default();
                        stem.to_string_lossy().into_owned()
                    },
                    str::to_owned,
                ),
                progress: *progress,
            },
            // Work that nobody waits for is no state of the window's: a question
            // ends it.
            EngineStatus::Ready { model }
            | EngineStatus::Generating {
                model,
                background: true,
                ..
            } => Self::Ready {
                model: summary(model),
            },
            EngineStatus::Generating { model, holder, .. } => Self::Generating {
                model: summary(model),
                holder: holder.clone(),
            },
            EngineStatus::Failed {
                error,
                path,
                previous,
            } => Self::Failed {
                error: match path {
                    Some(path) => CommandError::about_file(error, path),
                    None => CommandError::from(&**error),
                },
                model: previous.as_deref().map(summary),
            },
        }
    }
}

impl From<Conversation> for ConversationSummary {
    fn from(conversation: Conversation) -> Self {
        Self {
            id: conversation.id.0,
            title: conversation.title,
            created_at: conversation.created_at.0,
            updated_at: conversation.updated_at.0,
            trashed_at: conversation.trashed_at.map(|time| time.0),
            temporary: false,
            pinned: conversation.pinned,
            archived: conversation.archived,
            tags: conversation.tags,
        }
    }
}

impl From<TagChange> for llmos_store::TagChange {
    fn from(change: TagChange) -> Self {
        let ids = change.conversations.into_iter();
        Self {
            tag: change.tag,
            conversations: ids.map(Into::into).collect(),
            on: change.on,
        }
    }
}

impl From<llmos_store::TagChange> for TagChange {
    fn from(change: llmos_store::TagChange) -> Self {
        Self {
            tag: change.tag,
            conversations: change.conversations.into_iter().map(|id| id.0).collect(),
            on: change.on,
        }
    }
}

impl From<Role> for ChatRole {
    fn from(role: Role) -> Self {
        match role {
            Role::User => Self::User,
            Role::Assistant => Self::Assistant,
        }
    }
}

impl From<MessageStatus> for ChatMessageStatus {
    fn from(status: MessageStatus) -> Self {
        match status {
            MessageStatus::Complete => Self::Complete,
            MessageStatus::Streaming => Self::Streaming,
            MessageStatus::Stopped => Self::Stopped,
            MessageStatus::Interrupted => Self::Interrupted,
            MessageStatus::Failed => Self::Failed,
        }
    }
}

impl From<BranchMessage> for ChatMessage {
    fn from(branch: BranchMessage) -> Self {
        let message = branch.message;
        Self {
            id: message.id.0,
            parent_id: message.parent_id.map(|id| id.0),
            role: message.role.into(),
            text: message.text,
            status: message.status.into(),
            created_at: message.created_at.0,
            siblings: branch.siblings.into_iter().map(|id| id.0).collect(),
            stats: message.stats.map(Into::into),
        }
    }
}

impl From<BranchSummary> for RunningSummary {
    fn from(placed: BranchSummary) -> Self {
        let BranchSummary { summary, depth } = placed;
        Self {
            message_id: summary.message_id.0,
            depth,
            covered: summary.covered,
            text: summary.text,
            edited: summary.edited,
        }
    }
}

impl From<llmos_assistant::ContextUse> for ContextUse {
    fn from(counted: llmos_assistant::ContextUse) -> Self {
        Self {
            used: counted.used,
            size: counted.size,
            comfortable: counted.comfortable,
            folded: counted.folded,
            dropped: counted.dropped,
            will_fold: counted.will_fold,
            summaries: counted.summaries,
            fits: counted.fits,
        }
    }
}

impl From<llmos_assistant::KeptPrefixes> for KeptPrefixes {
    fn from(kept: llmos_assistant::KeptPrefixes) -> Self {
        Self {
            used: kept.used,
            limit: kept.limit,
        }
    }
}

impl From<StoredStats> for MessageStats {
    fn from(stats: StoredStats) -> Self {
        Self {
            model: stats.model,
            engine: stats.engine,
            prompt_tokens: stats.prompt_tokens,
            completion_tokens: stats.completion_tokens,
            ttft_ms: stats.ttft_ms,
            prefill_tps: stats.prefill_tps,
            decode_tps: stats.decode_tps,
            stop_reason: stats.stop_reason,
        }
    }
}

impl ChatEvent {
    /// The event of a turn in the history, or in memory.
    #[must_use]
    pub fn of(event: llmos_assistant::ChatEvent, in_memory: bool) -> Self {
        let mut event = Self::from(event);
        if let Self::Started { conversation, .. } | Self::Titled { conversation } = &mut event {
            conversation.temporary = in_memory;
        }
        event
    }
}

impl From<llmos_assistant::ChatEvent> for ChatEvent {
    fn from(event: llmos_assistant::ChatEvent) -> Self {
        use llmos_assistant::ChatEvent as Event;
        match event {
            Event::Started {
                conversation,
                user,
                answer,
            } => Self::Started {
                conversation: conversation.into(),
                user: user.map(Into::into),
                answer: answer.into(),
            },
            Event::PromptProgress {
                done,
                total,
                dropped,
                remaining,
            } => Self::PromptProgress {
                done,
                total,
                dropped,
                remaining_ms: remaining.map(|time| time.as_secs_f64() * 1000.0),
            },
            Event::Folding { share } => Self::Folding { share },
            Event::Folded { summary } => Self::Folded {
                summary: summary.into(),
            },
            Event::Text { message_id, text } => Self::Text {
                message_id: message_id.0,
                text,
            },
            Event::Finished { message } => Self::Finished {
                message: message.into(),
            },
            Event::Failed { error, message } => Self::Failed {
                error: error.into(),
                message: Some(message.into()),
            },
            Event::Titled { conversation } => Self::Titled {
                conversation: conversation.into(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "tests fail by panicking")]
    use std::path::PathBuf;
    use std::sync::Arc;

    use super::*;

    fn failed(path: Option<PathBuf>) -> CommandError {
        let status = EngineStatus::Failed {
            error: Arc::new(EngineError::TooLarge {
                needed: 2,
                available: 1,
            }),
            path,
            previous: None,
        };
        match ModelStatus::of(&status, None) {
            ModelStatus::Failed { error, .. } => error,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_failed_load_names_its_file_beside_the_figures() {
        let error = failed(Some(PathBuf::from("/models/large.gguf")));
        assert_eq!(error.code, ErrorCode::ModelTooLarge);
        assert_eq!(error.details["path"], "/models/large.gguf");
        assert_eq!(error.details["needed"], "2");
        assert!(!failed(None).details.contains_key("path"));
    }
}
