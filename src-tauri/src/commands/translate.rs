//! Translations: texts on two sides, glossaries, and conversations between two
//! languages.

use llmos_assistant::exchange;
use llmos_assistant::translate::{self as domain, Format, TextLanguage};
use llmos_store::TranslationId;
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime, State};
use tauri_plugin_clipboard_manager::ClipboardExt;

use crate::dialogs;
use crate::error::{CommandError, CommandResult};
use crate::state::{AppState, check_text, now};
use crate::wire::{
    DetectedLanguage, GlossaryTerm, GlossaryView, Job, LanguagePair, SpeakerSide, TranslateInfo,
    TranslatedText, TranslationEvent, TranslationRequest, TranslationSegment, TranslationSummary,
    TranslationView, Utterance,
};

/// Terms that a glossary may have: all that occur in a segment go into its prompt.
const MOST_TERMS: usize = 500;
/// Longest side of a term, in characters.
const LONGEST_TERM: usize = 120;
/// Other translations that are looked for at once.
const ALTERNATIVES: usize = 3;

/// The languages, what the loaded model knows of them, and what was used last.
#[tauri::command]
pub async fn translate_info(state: State<'_, AppState>) -> CommandResult<TranslateInfo> {
    let store = state.store().await?;
    let status = state.engine().status();
    let known = status.model().map(|model| domain::languages(&model.info));
    Ok(TranslateInfo {
        languages: TextLanguage::all().map(Into::into).collect(),
        known: known
            .unwrap_or_default()
            .into_iter()
            .map(|language| language.code().to_owned())
            .collect(),
        recent: store
            .language_pairs()
            .await?
            .into_iter()
            .map(Into::into)
            .collect(),
        remembered: store.remembered_count().await?,
    })
}

/// The language of a text, as far as that can be told.
#[tauri::command]
pub async fn language_detect(text: String) -> CommandResult<Option<DetectedLanguage>> {
    check_text(&text)?;
    Ok(domain::detect(&text).map(|found| DetectedLanguage {
        code: found.language.code().to_owned(),
        sure: found.sure,
    }))
}

/// Saves a text that is to be translated, a new one or other words for the one that is
/// named.
#[tauri::command]
pub async fn translation_save(
    state: State<'_, AppState>,
    id: Option<TranslationId>,
    request: TranslationRequest,
) -> CommandResult<TranslationView> {
    let assistant = state.assistant().await?;
    Ok(assistant.save_sheet(id, request.into()).await?.into())
}

/// All translations, the last changed first.
#[tauri::command]
pub async fn translations_list(
    state: State<'_, AppState>,
) -> CommandResult<Vec<TranslationSummary>> {
    let list = state.store().await?.translations().await?;
    Ok(list.into_iter().map(Into::into).collect())
}

/// One translation with its segments.
#[tauri::command]
pub async fn translation_open(
    state: State<'_, AppState>,
    id: TranslationId,
) -> CommandResult<TranslationView> {
    Ok(state.assistant().await?.sheet(&id).await?.into())
}

/// Deletes a translation.
#[tauri::command]
pub async fn translation_delete(
    state: State<'_, AppState>,
    id: TranslationId,
) -> CommandResult<()> {
    Ok(state.store().await?.delete_translation(&id, now()).await?)
}

/// Takes that back.
#[tauri::command]
pub async fn translation_restore(
    state: State<'_, AppState>,
    id: TranslationId,
) -> CommandResult<()> {
    Ok(state.store().await?.restore_translation(&id).await?)
}

/// Translates what has no translation yet, or once more the segments that are named.
/// True when nothing is left to do, false when it was stopped.
#[tauri::command]
pub async fn translation_run(
    state: State<'_, AppState>,
    id: TranslationId,
    only: Option<Vec<usize>>,
    channel: Channel<TranslationEvent>,
) -> CommandResult<bool> {
    let assistant = state.assistant().await?;
    let report = |event: domain::RunEvent| {
        if let Err(error) = channel.send(event.into()) {
            tracing::debug!(%error, "nobody listens to this translation");
        }
    };
    Ok(assistant.run_sheet(&id, only, report).await?)
}

/// Has what has no translation yet translated by a job, while the page does other things.
#[tauri::command]
pub async fn translation_start(
    state: State<'_, AppState>,
    id: TranslationId,
) -> CommandResult<Job> {
    Ok(state.assistant().await?.start_sheet(&id).await?.into())
}

/// Stops whatever is being translated; what is done stays.
#[tauri::command]
pub async fn translation_stop(state: State<'_, AppState>) -> CommandResult<()> {
    state.assistant().await?.stop_translating();
    Ok(())
}

/// Puts the person's words in the place of a segment's translation; none for leaving the
/// source as it is, empty ones for forgetting what there is.
#[tauri::command]
pub async fn segment_edit(
    state: State<'_, AppState>,
    id: TranslationId,
    ordinal: usize,
    text: Option<String>,
) -> CommandResult<TranslationSegment> {
    let assistant = state.assistant().await?;
    Ok(assistant.edit_segment(&id, ordinal, text).await?.into())
}

/// Other translations of a segment.
#[tauri::command]
pub async fn segment_alternatives(
    state: State<'_, AppState>,
    id: TranslationId,
    ordinal: usize,
    channel: Channel<TranslatedText>,
) -> CommandResult<Vec<TranslatedText>> {
    let assistant = state.assistant().await?;
    let report = |found: &domain::Translated| {
        let _ = channel.send(found.clone().into());
    };
    let found = assistant
        .segment_alternatives(&id, ordinal, ALTERNATIVES, report)
        .await?;
    Ok(found.into_iter().map(Into::into).collect())
}

/// A segment's translation, translated back; none when it was stopped.
#[tauri::command]
pub async fn segment_back(
    state: State<'_, AppState>,
    id: TranslationId,
    ordinal: usize,
) -> CommandResult<Option<TranslatedText>> {
    let assistant = state.assistant().await?;
    Ok(assistant.segment_back(&id, ordinal).await?.map(Into::into))
}

/// Writes a translation to a file that the person chooses, in the format of its source;
/// `name` is what the dialog proposes. Returns where it is, none when they chose none.
#[tauri::command]
pub async fn translation_export<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    id: TranslationId,
    name: String,
) -> CommandResult<Option<String>> {
    check_text(&name)?;
    let (sheet, text) = state.assistant().await?.render_sheet(&id).await?;
    let extension = Format::extension(sheet.format);
    let name = exchange::file_name(&name, extension);
    let Some(path) = dialogs::save_file(&app, &name, extension).await? else {
        return Ok(None);
    };
    exchange::write_text(path.clone(), text).await?;
    Ok(Some(path.display().to_string()))
}

/// Puts a translation on the clipboard.
#[tauri::command]
pub async fn translation_copy<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    id: TranslationId,
) -> CommandResult<()> {
    let (_, text) = state.assistant().await?.render_sheet(&id).await?;
    app.clipboard()
        .write_text(text)
        .map_err(CommandError::internal)
}

/// The glossary of a pair of languages.
#[tauri::command]
pub async fn glossary_get(
    state: State<'_, AppState>,
    pair: LanguagePair,
) -> CommandResult<GlossaryView> {
    glossary(&state, pair).await
}

/// Puts these terms in its place; those without words on one side are left out.
#[tauri::command]
pub async fn glossary_set(
    state: State<'_, AppState>,
    pair: LanguagePair,
    terms: Vec<GlossaryTerm>,
) -> CommandResult<GlossaryView> {
    let whole =
        |term: &GlossaryTerm| !term.source.trim().is_empty() && !term.target.trim().is_empty();
    let terms: Vec<_> = terms.into_iter().filter(whole).map(Into::into).collect();
    let long = |term: &llmos_store::GlossaryTerm| {
        [&term.source, &term.target]
            .iter()
            .any(|side| side.chars().count() > LONGEST_TERM)
    };
    if terms.len() > MOST_TERMS || terms.iter().any(long) {
        return Err(CommandError::invalid("a glossary beyond its bounds"));
    }
    let store = state.store().await?;
    store
        .set_glossary(&pair.clone().into(), &terms, now())
        .await?;
    glossary(&state, pair).await
}

async fn glossary(state: &State<'_, AppState>, pair: LanguagePair) -> CommandResult<GlossaryView> {
    let (store, assistant) = state.parts().await?;
    let conflicts = assistant.glossary(&pair.from, &pair.to).await?.conflicts();
    let terms = store.glossary(&pair.into()).await?;
    Ok(GlossaryView {
        terms: terms.into_iter().map(Into::into).collect(),
        conflicts: conflicts.into_iter().map(Into::into).collect(),
    })
}

/// Forgets every translation that is remembered, the person's own too. Texts that are
/// kept stay as they are.
#[tauri::command]
pub async fn translation_memory_clear(state: State<'_, AppState>) -> CommandResult<()> {
    Ok(state.store().await?.forget_all().await?)
}

/// Translates what one of two people says, and keeps both; none when it was stopped.
#[tauri::command]
pub async fn interpret(
    state: State<'_, AppState>,
    side: SpeakerSide,
    pair: LanguagePair,
    text: String,
    channel: Channel<String>,
) -> CommandResult<Option<Utterance>> {
    check_text(&text)?;
    let assistant = state.assistant().await?;
    let report = |text: &str| {
        let _ = channel.send(text.to_owned());
    };
    let said = assistant
        .interpret(side.into(), (&pair.from, &pair.to), text, report)
        .await?;
    Ok(said.map(Into::into))
}

/// Everything that two people said, oldest first.
#[tauri::command]
pub async fn utterances_list(state: State<'_, AppState>) -> CommandResult<Vec<Utterance>> {
    let said = state.assistant().await?.spoken().await?;
    Ok(said.into_iter().map(Into::into).collect())
}

/// Erases all of that.
#[tauri::command]
pub async fn utterances_clear(state: State<'_, AppState>) -> CommandResult<()> {
    Ok(state.store().await?.clear_utterances().await?)
}

/// Takes that back: puts what was said behind what there is.
#[tauri::command]
pub async fn utterances_restore(
    state: State<'_, AppState>,
    utterances: Vec<Utterance>,
) -> CommandResult<()> {
    let said: Vec<_> = utterances.into_iter().map(Into::into).collect();
    Ok(state.store().await?.add_utterances(&said).await?)
}
