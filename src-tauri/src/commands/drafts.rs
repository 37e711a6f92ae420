//! Unsent text. A draft's key is a conversation's id, `new`, or `edit:` with
//! the id of a message that gets other words.

use tauri::State;

use crate::error::CommandResult;
use crate::state::{AppState, check_text, now};

/// The draft under `key`, empty when there is none.
#[tauri::command]
pub async fn draft_load(state: State<'_, AppState>, key: String) -> CommandResult<String> {
    let store = state.place_of_draft(&key).await?.store;
    Ok(store.draft(&key).await?.unwrap_or_default())
}

/// Keeps the draft; an empty one is forgotten.
#[tauri::command]
pub async fn draft_save(
    state: State<'_, AppState>,
    key: String,
    text: String,
) -> CommandResult<()> {
    check_text(&text)?;
    let store = state.place_of_draft(&key).await?.store;
    store.save_draft(&key, &text, now()).await?;
    Ok(())
}
