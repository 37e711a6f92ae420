//! Order in the list of conversations: pins, the archive, the trash, tags. Each
//! command changes all of the conversations that it is given, or none.

use llmos_store::ConversationId;
use tauri::State;

use crate::error::CommandResult;
use crate::state::{AppState, now};
use crate::wire::TagChange;

/// Keeps conversations at the top of the list, or lets them go.
#[tauri::command]
pub async fn conversations_pin(
    state: State<'_, AppState>,
    ids: Vec<ConversationId>,
    pinned: bool,
) -> CommandResult<()> {
    let store = state.store().await?;
    Ok(store.pin_conversations(&ids, pinned, now()).await?)
}

/// Puts conversations into the archive, or takes them out again.
#[tauri::command]
pub async fn conversations_archive(
    state: State<'_, AppState>,
    ids: Vec<ConversationId>,
    archived: bool,
) -> CommandResult<()> {
    let store = state.store().await?;
    Ok(store.archive_conversations(&ids, archived, now()).await?)
}

/// Puts conversations into the trash.
#[tauri::command]
pub async fn conversations_trash(
    state: State<'_, AppState>,
    ids: Vec<ConversationId>,
) -> CommandResult<()> {
    let store = state.store().await?;
    Ok(store.trash_conversations(&ids, now()).await?)
}

/// Takes conversations out of the trash.
#[tauri::command]
pub async fn conversations_restore(
    state: State<'_, AppState>,
    ids: Vec<ConversationId>,
) -> CommandResult<()> {
    Ok(state.store().await?.restore_conversations(&ids).await?)
}

/// Gives tags to conversations and takes them away; returns the changes that
/// undo it.
#[tauri::command]
pub async fn conversations_tag(
    state: State<'_, AppState>,
    changes: Vec<TagChange>,
) -> CommandResult<Vec<TagChange>> {
    let changes: Vec<_> = changes.into_iter().map(Into::into).collect();
    let undo = state.store().await?.change_tags(&changes, now()).await?;
    Ok(undo.into_iter().map(Into::into).collect())
}

/// Gives a tag another name; returns the changes that undo it.
#[tauri::command]
pub async fn tag_rename(
    state: State<'_, AppState>,
    tag: String,
    name: String,
) -> CommandResult<Vec<TagChange>> {
    let undo = state.store().await?.rename_tag(&tag, &name, now()).await?;
    Ok(undo.into_iter().map(Into::into).collect())
}

/// Takes a tag from every conversation; returns the changes that undo it.
#[tauri::command]
pub async fn tag_remove(state: State<'_, AppState>, tag: String) -> CommandResult<Vec<TagChange>> {
    let undo = state.store().await?.remove_tag(&tag).await?;
    Ok(undo.into_iter().map(Into::into).collect())
}
