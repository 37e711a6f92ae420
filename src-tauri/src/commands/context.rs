//! How full the model's context is, the summaries that make room in it, and what is
//! kept of what the model has read.

use llmos_store::{ConversationId, MessageId};
use tauri::State;
use tauri::ipc::Channel;
use tokio::sync::mpsc;

use crate::error::CommandResult;
use crate::state::{AppState, check_text};
use crate::wire::{ContextUse, KeptPrefixes, RunningSummary};

/// How much of the context a conversation takes with `draft` at its end; none while no
/// model is loaded.
#[tauri::command]
pub async fn context_use(
    state: State<'_, AppState>,
    conversation: Option<ConversationId>,
    draft: String,
) -> CommandResult<Option<ContextUse>> {
    check_text(&draft)?;
    let place = state.place(conversation.as_ref(), false).await?;
    let counted = place
        .assistant
        .context_use(conversation.as_ref(), &draft)
        .await?;
    Ok(counted.map(Into::into))
}

/// Has older messages summed up when they no longer fit, or not.
#[tauri::command]
pub async fn summaries_enable(state: State<'_, AppState>, on: bool) -> CommandResult<()> {
    Ok(state.assistant().await?.enable_summaries(on).await?)
}

/// Whether older messages are summed up when they no longer fit.
#[tauri::command]
pub async fn summaries_enabled(state: State<'_, AppState>) -> CommandResult<bool> {
    Ok(state.assistant().await?.summaries_enabled().await?)
}

/// Puts the summary that ends with a message into the person's words.
#[tauri::command]
pub async fn summary_edit(
    state: State<'_, AppState>,
    message: MessageId,
    text: String,
) -> CommandResult<RunningSummary> {
    check_text(&text)?;
    let place = state.place_of_message(&message).await?;
    Ok(place.assistant.edit_summary(message, text).await?.into())
}

/// Takes a summary away.
#[tauri::command]
pub async fn summary_remove(state: State<'_, AppState>, message: MessageId) -> CommandResult<()> {
    let place = state.place_of_message(&message).await?;
    Ok(place.assistant.remove_summary(&message).await?)
}

/// Has the model make a summary once more; none when it was stopped.
#[tauri::command]
pub async fn summary_rebuild(
    state: State<'_, AppState>,
    message: MessageId,
    channel: Channel<f32>,
) -> CommandResult<Option<RunningSummary>> {
    let assistant = state.place_of_message(&message).await?.assistant;
    let (progress, mut shares) = mpsc::unbounded_channel();
    let forwarding = async {
        while let Some(share) = shares.recv().await {
            let _ = channel.send(share);
        }
    };
    let making = assistant.rebuild_summary(message, progress);
    let (made, ()) = tokio::join!(making, forwarding);
    Ok(made?.map(Into::into))
}

/// Answers without the summary that is being made.
#[tauri::command]
pub async fn summary_skip(state: State<'_, AppState>) -> CommandResult<()> {
    state.assistant().await?.skip_summary();
    Ok(())
}

/// How much is kept of what the model has read.
#[tauri::command]
pub async fn prefixes_kept(state: State<'_, AppState>) -> CommandResult<KeptPrefixes> {
    Ok(state.assistant().await?.kept_prefixes().await.into())
}

/// Sets how many bytes of it may be kept; 0 for nothing.
#[tauri::command]
pub async fn prefixes_limit(state: State<'_, AppState>, bytes: u64) -> CommandResult<KeptPrefixes> {
    let assistant = state.assistant().await?;
    Ok(assistant.limit_prefixes(bytes).await?.into())
}
