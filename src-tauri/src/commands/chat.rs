//! Chat turns. The page gets the turn's events over a channel; the command
//! itself ends when the turn does.

use llmos_store::{ConversationId, MessageId};
use tauri::State;
use tauri::ipc::Channel;
use tokio::sync::mpsc;

use crate::error::CommandResult;
use crate::state::{AppState, Place, check_text, now};
use crate::wire::{ChatEvent, ConversationView};

/// Asks a question, in a known conversation or a new one, which may be `temporary`:
/// only in memory.
#[tauri::command]
pub async fn chat_send(
    state: State<'_, AppState>,
    conversation: Option<ConversationId>,
    text: String,
    temporary: Option<bool>,
    channel: Channel<ChatEvent>,
) -> CommandResult<()> {
    check_text(&text)?;
    let (sink, events) = mpsc::unbounded_channel();
    let place = state
        .place(conversation.as_ref(), temporary.unwrap_or(false))
        .await?;
    place.assistant.send(conversation, text, sink).await?;
    forward(events, &channel, &place).await;
    Ok(())
}

/// Asks a question again in other words, beside the one that is there.
#[tauri::command]
pub async fn question_edit(
    state: State<'_, AppState>,
    message: MessageId,
    text: String,
    channel: Channel<ChatEvent>,
) -> CommandResult<()> {
    check_text(&text)?;
    let (sink, events) = mpsc::unbounded_channel();
    let place = state.place_of_message(&message).await?;
    place.assistant.edit_question(message, text, sink).await?;
    forward(events, &channel, &place).await;
    Ok(())
}

/// Puts the person's own version beside an answer.
#[tauri::command]
pub async fn answer_edit(
    state: State<'_, AppState>,
    message: MessageId,
    text: String,
) -> CommandResult<ConversationView> {
    check_text(&text)?;
    let place = state.place_of_message(&message).await?;
    let conversation = place.assistant.edit_answer(message, text).await?;
    state.conversation_view(&conversation, usize::MAX).await
}

/// Hides a message with everything that follows it.
#[tauri::command]
pub async fn message_delete(
    state: State<'_, AppState>,
    message: MessageId,
) -> CommandResult<ConversationView> {
    let place = state.place_of_message(&message).await?;
    let conversation = place.assistant.delete_message(&message).await?;
    state.conversation_view(&conversation, usize::MAX).await
}

/// Takes that back and shows the branch that ended in `leaf`.
#[tauri::command]
pub async fn message_restore(
    state: State<'_, AppState>,
    message: MessageId,
    leaf: MessageId,
) -> CommandResult<ConversationView> {
    let store = state.place_of_message(&message).await?.store;
    store.restore_message(&message, &leaf, now()).await?;
    let conversation = store.message(&message).await?.conversation_id;
    state.conversation_view(&conversation, usize::MAX).await
}

/// Writes the answer once more, beside the one that is there.
#[tauri::command]
pub async fn chat_regenerate(
    state: State<'_, AppState>,
    message: MessageId,
    channel: Channel<ChatEvent>,
) -> CommandResult<()> {
    let (sink, events) = mpsc::unbounded_channel();
    let place = state.place_of_message(&message).await?;
    place.assistant.regenerate(message, sink).await?;
    forward(events, &channel, &place).await;
    Ok(())
}

/// Goes on with an answer that was cut off.
#[tauri::command]
pub async fn chat_continue(
    state: State<'_, AppState>,
    message: MessageId,
    channel: Channel<ChatEvent>,
) -> CommandResult<()> {
    let (sink, events) = mpsc::unbounded_channel();
    let place = state.place_of_message(&message).await?;
    place.assistant.continue_answer(message, sink).await?;
    forward(events, &channel, &place).await;
    Ok(())
}

/// Stops the answer that is being written; nothing happens when there is none.
#[tauri::command]
pub async fn chat_stop(state: State<'_, AppState>) -> CommandResult<()> {
    state.assistant().await?.stop();
    Ok(())
}

/// Shows another alternative of a message.
#[tauri::command]
pub async fn branch_select(
    state: State<'_, AppState>,
    message: MessageId,
) -> CommandResult<ConversationView> {
    let place = state.place_of_message(&message).await?;
    let conversation = place.store.message(&message).await?.conversation_id;
    place.assistant.select_branch(message).await?;
    // Whole: the place that the person looks at may be anywhere in it.
    state.conversation_view(&conversation, usize::MAX).await
}

/// Passes events on until the turn is over. A page that has gone away does not
/// stop the turn: it is saved all the same.
async fn forward(
    mut events: mpsc::UnboundedReceiver<llmos_assistant::ChatEvent>,
    channel: &Channel<ChatEvent>,
    place: &Place,
) {
    while let Some(event) = events.recv().await {
        if let Err(error) = channel.send(ChatEvent::of(event, place.temporary)) {
            tracing::debug!(%error, "nobody listens to this turn");
        }
    }
}
