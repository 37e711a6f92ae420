//! Personas, and what a conversation sets for itself.

use llmos_store::{ConversationId, PersonaId};
use tauri::State;

use crate::error::CommandResult;
use crate::state::{AppState, check_text};
use crate::wire::{
    ConversationSettings, ConversationSummary, PageLanguage, Persona, PersonaLibrary,
    PersonaProfile, PromptPreview,
};

/// Tells the language of the page and the minutes by which the person's clock is
/// ahead of UTC.
#[tauri::command]
pub async fn locale_set(
    state: State<'_, AppState>,
    language: PageLanguage,
    offset_minutes: i32,
) -> CommandResult<()> {
    let locale = language.locale(offset_minutes);
    state.assistant().await?.set_locale(locale);
    Ok(())
}

/// All personas, with what editing one takes.
#[tauri::command]
pub async fn personas_list(state: State<'_, AppState>) -> CommandResult<PersonaLibrary> {
    let personas = state.assistant().await?.personas().await?;
    Ok(PersonaLibrary::of(personas))
}

/// Makes a persona, or changes the one that is named.
#[tauri::command]
pub async fn persona_save(
    state: State<'_, AppState>,
    id: Option<PersonaId>,
    profile: PersonaProfile,
) -> CommandResult<Persona> {
    let assistant = state.assistant().await?;
    let saved = assistant.save_persona(id, profile.into()).await?;
    Ok(saved.into())
}

/// Deletes a persona of the person's own, or hides a built-in one.
#[tauri::command]
pub async fn persona_delete(state: State<'_, AppState>, id: PersonaId) -> CommandResult<()> {
    state.assistant().await?.delete_persona(&id).await?;
    Ok(())
}

/// Takes that back.
#[tauri::command]
pub async fn persona_restore(state: State<'_, AppState>, id: PersonaId) -> CommandResult<Persona> {
    let restored = state.assistant().await?.restore_persona(&id).await?;
    Ok(restored.into())
}

/// Makes a built-in persona what it was when it came.
#[tauri::command]
pub async fn persona_reset(state: State<'_, AppState>, id: PersonaId) -> CommandResult<Persona> {
    let reset = state.assistant().await?.reset_persona(&id).await?;
    Ok(reset.into())
}

/// A system prompt as the model would read it now.
#[tauri::command]
pub async fn prompt_preview(
    state: State<'_, AppState>,
    text: String,
) -> CommandResult<PromptPreview> {
    check_text(&text)?;
    Ok(state.assistant().await?.preview_prompt(&text).into())
}

/// What a conversation sets for itself; none names the one to come, kept or
/// only in memory.
#[tauri::command]
pub async fn conversation_settings_get(
    state: State<'_, AppState>,
    conversation: Option<ConversationId>,
    temporary: bool,
) -> CommandResult<ConversationSettings> {
    let place = state.place(conversation.as_ref(), temporary).await?;
    let settings = place
        .assistant
        .conversation_settings(conversation.as_ref())
        .await?;
    Ok(settings.into())
}

/// Sets that.
#[tauri::command]
pub async fn conversation_settings_set(
    state: State<'_, AppState>,
    conversation: Option<ConversationId>,
    temporary: bool,
    settings: ConversationSettings,
) -> CommandResult<()> {
    let place = state.place(conversation.as_ref(), temporary).await?;
    let assistant = place.assistant;
    assistant
        .set_conversation_settings(conversation.as_ref(), &settings.into())
        .await?;
    Ok(())
}

/// Moves a conversation that is only in memory into the history.
#[tauri::command]
pub async fn conversation_keep(
    state: State<'_, AppState>,
    id: ConversationId,
) -> CommandResult<ConversationSummary> {
    Ok(state.keep(&id).await?.into())
}
