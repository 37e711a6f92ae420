//! Summaries of texts. The work itself is a job: see `jobs.rs`.

use llmos_assistant::exchange;
use llmos_assistant::summarise::Source;
use llmos_store::{DigestId, JobId};
use tauri::{AppHandle, Runtime, State};

use crate::dialogs;
use crate::error::CommandResult;
use crate::state::{AppState, check_text};
use crate::wire::{Digest, DigestView, Job, SummaryStarted, SummaryWish, TextFormat};

/// Takes a text in and has it summed up. `title` is the name of the file that it came
/// from, if it did.
#[tauri::command]
pub async fn summary_start(
    state: State<'_, AppState>,
    title: Option<String>,
    text: String,
    wish: SummaryWish,
) -> CommandResult<SummaryStarted> {
    let assistant = state.assistant().await?;
    let source = Source::text(title, text);
    let (digest, job) = assistant.summarise(source, wish.into()).await?;
    Ok(SummaryStarted {
        digest: digest.into(),
        job: job.into(),
    })
}

/// Has a text that is here already summed up once more.
#[tauri::command]
pub async fn summary_again(
    state: State<'_, AppState>,
    id: DigestId,
    wish: SummaryWish,
) -> CommandResult<Job> {
    let assistant = state.assistant().await?;
    Ok(assistant.summarise_again(&id, wish.into()).await?.into())
}

/// Makes another summary of what was noted for one.
#[tauri::command]
pub async fn summary_refine(
    state: State<'_, AppState>,
    id: DigestId,
    base: JobId,
    wish: SummaryWish,
) -> CommandResult<Job> {
    let assistant = state.assistant().await?;
    let job = assistant.refine_summary(&id, &base, wish.into()).await?;
    Ok(job.into())
}

/// Every text that was summed up, the latest first.
#[tauri::command]
pub async fn digests_list(state: State<'_, AppState>) -> CommandResult<Vec<Digest>> {
    let digests = state.assistant().await?.digests().await?;
    Ok(digests.into_iter().map(Into::into).collect())
}

/// A text with its summaries.
#[tauri::command]
pub async fn digest_open(state: State<'_, AppState>, id: DigestId) -> CommandResult<DigestView> {
    Ok(state.assistant().await?.digest(&id).await?.into())
}

/// Deletes a text with its summaries, which can be taken back.
#[tauri::command]
pub async fn digest_delete(state: State<'_, AppState>, id: DigestId) -> CommandResult<()> {
    Ok(state.assistant().await?.delete_digest(&id).await?)
}

/// Takes that back.
#[tauri::command]
pub async fn digest_restore(state: State<'_, AppState>, id: DigestId) -> CommandResult<()> {
    Ok(state.assistant().await?.restore_digest(&id).await?)
}

/// Writes a text to a file that the person chooses; `name` is proposed to them. Returns
/// where it is; none when they chose none.
#[tauri::command]
pub async fn text_file_save<R: Runtime>(
    app: AppHandle<R>,
    name: String,
    format: TextFormat,
    text: String,
) -> CommandResult<Option<String>> {
    check_text(&name)?;
    check_text(&text)?;
    let extension = match format {
        TextFormat::Markdown => "md",
        TextFormat::Text => "txt",
    };
    let name = exchange::file_name(&name, extension);
    let Some(path) = dialogs::save_file(&app, &name, extension).await? else {
        return Ok(None);
    };
    exchange::write_text(path.clone(), text).await?;
    Ok(Some(path.display().to_string()))
}
