//! Writing: texts with their history, templates, and what the model does for them.

use llmos_assistant::exchange::{self, Format};
use llmos_assistant::write::Rewrite;
use llmos_store::{TemplateId, TextId};
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime, State};

use crate::dialogs;
use crate::error::CommandResult;
use crate::state::{AppState, check_text, now};
use crate::wire::{
    CarriedOn, DraftForm, DraftTemplate, Drafted, RewriteStyle, Rewritten, TextCause, TextFormat,
    TextSummary, TextThen, TextVersion, WriteEvent, WrittenText,
};

/// Every text, the one that changed last first.
#[tauri::command]
pub async fn texts_list(state: State<'_, AppState>) -> CommandResult<Vec<TextSummary>> {
    let texts = state.store().await?.texts().await?;
    Ok(texts.into_iter().map(Into::into).collect())
}

/// Begins a text.
#[tauri::command]
pub async fn text_create(
    state: State<'_, AppState>,
    title: String,
    body: String,
    form: Option<DraftForm>,
) -> CommandResult<WrittenText> {
    check_text(&title)?;
    check_text(&body)?;
    let form = form.map(DraftForm::store).transpose()?;
    let store = state.store().await?;
    let made = store
        .create_text(&title, &body, form.as_deref(), now())
        .await?;
    Ok(made.into())
}

/// A text.
#[tauri::command]
pub async fn text_open(state: State<'_, AppState>, id: TextId) -> CommandResult<WrittenText> {
    Ok(state.store().await?.text(&id).await?.into())
}

/// Gives a text these words.
#[tauri::command]
pub async fn text_save(
    state: State<'_, AppState>,
    id: TextId,
    title: String,
    body: String,
) -> CommandResult<()> {
    check_text(&title)?;
    check_text(&body)?;
    let store = state.store().await?;
    Ok(store.save_text(&id, &title, &body, now()).await?)
}

/// Notes what a text was drafted from.
#[tauri::command]
pub async fn text_form_set(
    state: State<'_, AppState>,
    id: TextId,
    form: Option<DraftForm>,
) -> CommandResult<()> {
    let form = form.map(DraftForm::store).transpose()?;
    Ok(state
        .store()
        .await?
        .set_text_form(&id, form.as_deref())
        .await?)
}

/// Deletes a text, which can be taken back.
#[tauri::command]
pub async fn text_delete(state: State<'_, AppState>, id: TextId) -> CommandResult<()> {
    Ok(state.store().await?.delete_text(&id, now()).await?)
}

/// Takes that back.
#[tauri::command]
pub async fn text_restore(state: State<'_, AppState>, id: TextId) -> CommandResult<()> {
    Ok(state.store().await?.restore_text(&id).await?)
}

/// What a text was, newest first.
#[tauri::command]
pub async fn text_versions(
    state: State<'_, AppState>,
    id: TextId,
) -> CommandResult<Vec<TextVersion>> {
    let versions = state.store().await?.text_versions(&id).await?;
    Ok(versions.into_iter().map(Into::into).collect())
}

/// What a text was in one version.
#[tauri::command]
pub async fn text_version(
    state: State<'_, AppState>,
    id: TextId,
    version: i64,
) -> CommandResult<TextThen> {
    Ok(state
        .store()
        .await?
        .text_version(&id, version)
        .await?
        .into())
}

/// Keeps what a text is as a version.
#[tauri::command]
pub async fn text_version_keep(
    state: State<'_, AppState>,
    id: TextId,
    cause: TextCause,
) -> CommandResult<()> {
    let store = state.store().await?;
    Ok(store.keep_text_version(&id, cause.into(), now()).await?)
}

/// Makes a text what it was in a version.
#[tauri::command]
pub async fn text_revert(
    state: State<'_, AppState>,
    id: TextId,
    version: i64,
) -> CommandResult<WrittenText> {
    let store = state.store().await?;
    Ok(store.revert_text(&id, version, now()).await?.into())
}

/// Writes a text to a file that the person chooses; `name` is what the dialog proposes.
/// None when they chose none, otherwise where it is.
#[tauri::command]
pub async fn text_export<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    id: TextId,
    format: TextFormat,
    name: String,
) -> CommandResult<Option<String>> {
    check_text(&name)?;
    let format = Format::from(format);
    let name = exchange::file_name(&name, format.extension());
    let Some(path) = dialogs::save_file(&app, &name, format.extension()).await? else {
        return Ok(None);
    };
    let text = state.store().await?.text(&id).await?;
    exchange::export_text(path.clone(), text.body, format).await?;
    Ok(Some(path.display().to_string()))
}

/// The person's own templates.
#[tauri::command]
pub async fn templates_list(state: State<'_, AppState>) -> CommandResult<Vec<DraftTemplate>> {
    let templates = state.store().await?.templates().await?;
    Ok(templates.into_iter().map(Into::into).collect())
}

/// Makes a template, or changes the one that is named.
#[tauri::command]
pub async fn template_save(
    state: State<'_, AppState>,
    id: Option<TemplateId>,
    name: String,
    form: DraftForm,
) -> CommandResult<DraftTemplate> {
    check_text(&name)?;
    let form = form.store()?;
    let store = state.store().await?;
    let saved = store
        .save_template(id.as_ref(), &name, &form, now())
        .await?;
    Ok(saved.into())
}

/// Deletes a template, which can be taken back.
#[tauri::command]
pub async fn template_delete(state: State<'_, AppState>, id: TemplateId) -> CommandResult<()> {
    Ok(state.store().await?.delete_template(&id, now()).await?)
}

/// Takes that back.
#[tauri::command]
pub async fn template_restore(
    state: State<'_, AppState>,
    id: TemplateId,
) -> CommandResult<DraftTemplate> {
    Ok(state.store().await?.restore_template(&id).await?.into())
}

/// Drafts a text from a form; none when it was stopped.
#[tauri::command]
pub async fn write_draft(
    state: State<'_, AppState>,
    form: DraftForm,
    attempt: u32,
    channel: Channel<WriteEvent>,
) -> CommandResult<Option<Drafted>> {
    let assistant = state.assistant().await?;
    let drafted = assistant
        .draft(&form.into(), attempt, sink(channel))
        .await?;
    Ok(drafted.map(Into::into))
}

/// Goes on with a text; none when it was stopped.
#[tauri::command]
pub async fn write_continue(
    state: State<'_, AppState>,
    text: String,
    attempt: u32,
    channel: Channel<WriteEvent>,
) -> CommandResult<Option<CarriedOn>> {
    check_text(&text)?;
    let assistant = state.assistant().await?;
    let more = assistant.carry_on(&text, attempt, sink(channel)).await?;
    Ok(more.map(Into::into))
}

/// Rewrites a text; none when it was stopped.
#[tauri::command]
pub async fn write_rewrite(
    state: State<'_, AppState>,
    text: String,
    style: RewriteStyle,
    instruction: String,
    attempt: u32,
    channel: Channel<WriteEvent>,
) -> CommandResult<Option<Rewritten>> {
    check_text(&text)?;
    check_text(&instruction)?;
    let request = Rewrite {
        text,
        style: style.with(instruction),
        attempt,
    };
    let assistant = state.assistant().await?;
    let rewritten = assistant.rewrite(&request, sink(channel)).await?;
    Ok(rewritten.map(Into::into))
}

/// Stops what is being written; nothing happens when nothing is.
#[tauri::command]
pub async fn write_stop(state: State<'_, AppState>) -> CommandResult<()> {
    state.assistant().await?.stop_writing();
    Ok(())
}

/// Passes on to the page what happens.
fn sink(channel: Channel<WriteEvent>) -> impl FnMut(llmos_assistant::write::WriteEvent) + Send {
    move |event| {
        if let Err(error) = channel.send(event.into()) {
            tracing::debug!(%error, "nobody listens to what is written");
        }
    }
}
