//! The running summary: what the model reads in place of the oldest messages, once
//! these no longer fit.
//!
//! It is made by the model itself, in the very conversation: the prompt is the one of
//! the last turn cut off after what is to be summed up, plus one instruction, so that
//! nearly all of it is in the KV cache already. What comes of it is kept beside the
//! tree. Nothing of what was said is changed, and whoever reads the summary may correct
//! it or take it away.

pub(crate) mod text;
mod writer;

use std::sync::Arc;

use llmos_engine::LoadedModel;
use llmos_store::{
    BranchMessage, BranchSummary, ConversationId, Message, MessageId, NewSummary, Role, Store,
    StoreError, Summary,
};
use tokio::sync::mpsc;

use crate::assistant::{Assistant, Inner, check_text};
use crate::material::{Fold, Material, answered, count};
use crate::persona::AnswerSettings;
use crate::{AssistantError, prompts};
pub(crate) use text::clean;
pub(crate) use writer::Writer;

/// The setting under which is kept whether summaries are made; they are unless it says
/// `false`.
const SETTING: &str = "context.summaries";

/// Tokens of a summary in a context that has room for it.
const MOST_TOKENS: usize = 256;

/// Tokens that a summary for this model may have.
pub(crate) fn most_tokens(model: &LoadedModel) -> usize {
    MOST_TOKENS.min(model.info.context_length / 8)
}

/// Whether summaries are made and used.
pub(crate) async fn enabled(store: &Store) -> Result<bool, StoreError> {
    Ok(store.setting(SETTING).await?.as_deref() != Some("false"))
}

/// Whether summaries are made and used for a conversation, and those that may be used for it;
/// `None` is one to come.
pub(crate) async fn usable(
    inner: &Inner,
    conversation: Option<&ConversationId>,
) -> Result<(bool, Vec<Summary>), StoreError> {
    let own = inner.store.conversation_settings(conversation).await?;
    let enabled = match own.summaries {
        Some(on) => on,
        None => enabled(&inner.library).await?,
    };
    let summaries = match conversation {
        Some(conversation) if enabled => inner.store.summaries(conversation).await?,
        _ => Vec::new(),
    };
    Ok((enabled, summaries))
}

/// A summary with its place on its branch.
pub(crate) async fn placed(store: &Store, summary: Summary) -> Result<BranchSummary, StoreError> {
    let before = store.branch_before(&summary.message_id, 0).await?;
    Ok(BranchSummary {
        depth: before.earlier + before.messages.len() + 1,
        summary,
    })
}

/// Has the model sum up what `fold` names, on top of the summary that is there, and
/// saves it. `progress` takes a share from 0 to 1. Dropping the future ends the model's
/// work and saves nothing.
pub(crate) async fn make(
    inner: &Inner,
    model: &Arc<LoadedModel>,
    material: &Material,
    fold: &Fold,
    conversation: &ConversationId,
    mut progress: impl FnMut(f32),
) -> Result<Summary, AssistantError> {
    let turns = material.turns();
    let previous = material.summary().filter(|_| fold.turns.start > 0);
    let writer = Writer::new(
        Arc::clone(model),
        material.system().to_owned(),
        turns.get(fold.turns.clone()).unwrap_or_default(),
        previous.map(|summary| summary.text.clone()),
    );
    let skipped = writer.skipped();
    let made = writer
        .write(&inner.engine, conversation, &mut progress)
        .await?;

    // Where the writer had to stop early, the turns behind are left for the next time.
    let start = fold.turns.start;
    let end = answered(&turns, start, start + made.turns);
    let message = end
        .checked_sub(1)
        .and_then(|last| material.end_of(last))
        .ok_or(AssistantError::NoSummary)?;
    let begin = start + skipped;
    let read = count(turns.get(begin..end).unwrap_or_default());
    let summary = NewSummary {
        message: message.clone(),
        text: made.text,
        covered: read + previous.map_or(0, |summary| summary.covered),
        edited: false,
    };
    Ok(inner.store.save_summary(summary, (inner.clock)()).await?)
}

impl Assistant {
    /// Whether older messages are summed up when they no longer fit.
    pub async fn summaries_enabled(&self) -> Result<bool, AssistantError> {
        Ok(enabled(&self.inner.library).await?)
    }

    /// Turns that on or off. Off, the summaries that are there stay and are not used.
    pub async fn enable_summaries(&self, on: bool) -> Result<(), AssistantError> {
        let json = if on { None } else { Some("false") };
        let now = (self.inner.clock)();
        Ok(self.inner.library.set_setting(SETTING, json, now).await?)
    }

    /// Puts a summary into a person's words, or makes one that stands for everything
    /// up to `message`.
    ///
    /// # Errors
    /// `EmptyText` and `TextTooLong` for the words, `WrongMessage` when `message` is
    /// not an answer.
    pub async fn edit_summary(
        &self,
        message: MessageId,
        text: String,
    ) -> Result<BranchSummary, AssistantError> {
        check_text(&text)?;
        let store = &self.inner.store;
        self.answer(&message, "summed up to").await?;
        let covered = match store.summary(&message).await? {
            Some(summary) => summary.covered,
            None => {
                1 + store
                    .branch_before(&message, usize::MAX)
                    .await?
                    .messages
                    .len()
            }
        };
        let summary = NewSummary {
            message,
            text: text::clean(&text),
            covered,
            edited: true,
        };
        let saved = store.save_summary(summary, (self.inner.clock)()).await?;
        Ok(placed(store, saved).await?)
    }

    /// Takes a summary away. The messages that it stood for are read again as far as
    /// they fit.
    pub async fn remove_summary(&self, message: &MessageId) -> Result<(), AssistantError> {
        Ok(self.inner.store.remove_summary(message).await?)
    }

    /// Has the model make a summary of everything up to `message` once more. `None` when
    /// it was stopped; the one that was there stays then, as when it fails.
    ///
    /// # Errors
    /// `Busy` while a turn runs, `WrongMessage` when `message` is not an answer,
    /// `NoSummary` when the model wrote nothing that can be used.
    pub async fn rebuild_summary(
        &self,
        message: MessageId,
        progress: mpsc::UnboundedSender<f32>,
    ) -> Result<Option<BranchSummary>, AssistantError> {
        let inner = &self.inner;
        let answer = self.answer(&message, "summed up to").await?;
        let guard = inner.slot.take(Some(&answer.conversation_id))?;
        inner.cancel_title().await;
        let model = inner.model()?;
        let conversation = inner.store.conversation(&answer.conversation_id).await?;
        let mut branch = inner
            .store
            .branch_before(&message, usize::MAX)
            .await?
            .messages;
        let siblings = vec![message.clone()];
        branch.push(BranchMessage {
            message: answer,
            siblings,
        });
        let settings = AnswerSettings::resolve(inner, Some(&conversation.id), &model).await?;
        let system = settings.system;
        let material = Material::new(system, branch, None, Vec::new());
        let fold = material
            .through(&message)
            .ok_or(AssistantError::NoSummary)?;
        let making = make(inner, &model, &material, &fold, &conversation.id, |share| {
            let _ = progress.send(share);
        });
        tokio::select! {
            biased;
            _ = guard.stop_requested() => Ok(None),
            made = making => Ok(Some(placed(&inner.store, made?).await?)),
        }
    }

    /// Goes on without the summary that is being made: the oldest messages are left out
    /// instead. Does nothing when none is being made.
    pub fn skip_summary(&self) {
        self.inner.slot.request_skip();
    }

    /// A message that must be an answer.
    async fn answer(
        &self,
        message: &MessageId,
        action: &'static str,
    ) -> Result<Message, AssistantError> {
        let found = self.inner.store.message(message).await?;
        if found.role == Role::Assistant {
            Ok(found)
        } else {
            Err(AssistantError::WrongMessage {
                id: found.id.0,
                action,
            })
        }
    }
}

/// The instruction and the beginning of the reply for these turns.
fn request(turns: &[crate::history::Turn<'_>]) -> (&'static str, &'static str, prompts::Tongue) {
    let texts = turns.iter().flat_map(|turn| [turn.user, turn.answer]);
    let tongue = prompts::Tongue::of(texts);
    let (instruction, reply) = prompts::summary(tongue);
    (instruction, reply, tongue)
}
