//! Search over titles and messages.

use tauri::State;

use crate::error::CommandResult;
use crate::state::AppState;
use crate::wire::SearchHit;

/// How many hits one search returns at most.
const LIMIT: usize = 60;

/// Finds conversations and messages, best first.
#[tauri::command]
pub async fn search(state: State<'_, AppState>, query: String) -> CommandResult<Vec<SearchHit>> {
    let store = state.store().await?;
    let hits = store.search(&query, LIMIT).await?;
    Ok(hits.into_iter().map(SearchHit::from).collect())
}
