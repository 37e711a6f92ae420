//! Search over everything, and inside one conversation.

use llmos_store::{ConversationId, MessageId};
use tauri::State;

use crate::error::CommandResult;
use crate::state::{AppState, check_text};
use crate::wire::{SearchHit, WorkHit};

/// How many hits one search returns at most.
const LIMIT: usize = 60;

/// Finds conversations and messages, best first.
#[tauri::command]
pub async fn search(state: State<'_, AppState>, query: String) -> CommandResult<Vec<SearchHit>> {
    let store = state.store().await?;
    let hits = store.search(&query, LIMIT).await?;
    Ok(hits.into_iter().map(SearchHit::from).collect())
}

/// Finds texts, summed-up texts and translations, the one that changed last first.
#[tauri::command]
pub async fn works_search(
    state: State<'_, AppState>,
    query: String,
) -> CommandResult<Vec<WorkHit>> {
    check_text(&query)?;
    let hits = state.store().await?.search_works(&query, LIMIT).await?;
    Ok(hits.into_iter().map(WorkHit::from).collect())
}

/// The messages of a conversation's visible branch that hold the words, oldest first.
#[tauri::command]
pub async fn conversation_search(
    state: State<'_, AppState>,
    id: ConversationId,
    query: String,
) -> CommandResult<Vec<MessageId>> {
    let place = state.place(Some(&id), false).await?;
    Ok(place.store.search_branch(&id, &query).await?)
}
