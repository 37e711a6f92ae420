//! The list of conversations and its trash.

use llmos_store::{ConversationId, MessageId};
use tauri::State;

use crate::error::{CommandError, CommandResult};
use crate::state::{AppState, now};
use crate::wire::{ChatMessage, ConversationSummary, ConversationView};

/// A title longer than this many characters is cut by nobody but refused.
const TITLE_CHARACTERS: usize = 200;

/// All conversations outside the trash, archived ones and those in memory too, last
/// used first.
#[tauri::command]
pub async fn conversations_list(
    state: State<'_, AppState>,
) -> CommandResult<Vec<ConversationSummary>> {
    let mut list = Vec::new();
    let (history, memory) = state.places().await?;
    for place in [history, memory] {
        let conversations = place.store.conversations().await?;
        list.extend(conversations.into_iter().map(|it| place.summary(it)));
    }
    list.sort_by_key(|summary| std::cmp::Reverse(summary.updated_at));
    Ok(list)
}

/// How many messages an opened conversation comes with. More than a window
/// shows; a conversation of thousands opens as fast as a short one.
const OPENING: usize = 100;
/// How many earlier messages come at a time: few enough that the page never
/// stops for them.
const EARLIER: usize = 1_000;

/// One conversation with the end of its active branch and its draft. What came
/// before is had from `branch_before`.
#[tauri::command]
pub async fn conversation_open(
    state: State<'_, AppState>,
    id: ConversationId,
) -> CommandResult<ConversationView> {
    state.conversation_view(&id, OPENING).await
}

/// The nearest messages that lead to `message`, oldest first; empty before the
/// first message of a branch.
#[tauri::command]
pub async fn branch_before(
    state: State<'_, AppState>,
    message: MessageId,
) -> CommandResult<Vec<ChatMessage>> {
    let place = state.place_of_message(&message).await?;
    let earlier = place.store.branch_before(&message, EARLIER).await?;
    Ok(earlier.messages.into_iter().map(Into::into).collect())
}

/// Gives a conversation a title.
#[tauri::command]
pub async fn conversation_rename(
    state: State<'_, AppState>,
    id: ConversationId,
    title: String,
) -> CommandResult<ConversationSummary> {
    let title = checked_title(&title)?;
    let place = state.place(Some(&id), false).await?;
    let renamed = place.store.rename_conversation(&id, title, now()).await?;
    Ok(place.summary(renamed))
}

/// Begins a conversation with a copy of everything up to `message`.
#[tauri::command]
pub async fn conversation_fork(
    state: State<'_, AppState>,
    message: MessageId,
    title: Option<String>,
) -> CommandResult<ConversationSummary> {
    let title = title.as_deref().map(checked_title).transpose()?;
    let place = state.place_of_message(&message).await?;
    let fork = place
        .store
        .fork_conversation(&message, title, now())
        .await?;
    Ok(place.summary(fork))
}

/// A title without spaces around it; refused when it is empty or too long.
fn checked_title(title: &str) -> CommandResult<&str> {
    let title = title.trim();
    if title.is_empty() || title.chars().count() > TITLE_CHARACTERS {
        return Err(CommandError::invalid(format!(
            "a title has 1 to {TITLE_CHARACTERS} characters"
        )));
    }
    Ok(title)
}

/// The trash, last thrown away first.
#[tauri::command]
pub async fn conversations_trashed(
    state: State<'_, AppState>,
) -> CommandResult<Vec<ConversationSummary>> {
    let conversations = state.store().await?.trashed_conversations().await?;
    Ok(conversations.into_iter().map(Into::into).collect())
}

/// Deletes a conversation for good.
#[tauri::command]
pub async fn conversation_purge(
    state: State<'_, AppState>,
    id: ConversationId,
) -> CommandResult<()> {
    let place = state.place(Some(&id), false).await?;
    place.store.purge_conversation(&id).await?;
    Ok(())
}

/// Deletes everything in the trash for good; how many conversations that were.
#[tauri::command]
pub async fn trash_empty(state: State<'_, AppState>) -> CommandResult<usize> {
    Ok(state.store().await?.purge_trash().await?)
}
