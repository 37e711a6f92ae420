//! Jobs: watching them, and having them stand still or go on.

use llmos_store::JobId;
use tauri::State;
use tauri::ipc::Channel;
use tokio::sync::broadcast::error::RecvError;

use crate::error::CommandResult;
use crate::state::AppState;
use crate::wire::{Job, JobEvent};

/// Every job, oldest first.
#[tauri::command]
pub async fn jobs_list(state: State<'_, AppState>) -> CommandResult<Vec<Job>> {
    let jobs = state.assistant().await?.jobs().list().await?;
    Ok(jobs.into_iter().map(Into::into).collect())
}

/// Sends every job now and what happens to them from then on, for as long as the page
/// listens.
#[tauri::command]
pub async fn jobs_watch(
    state: State<'_, AppState>,
    channel: Channel<JobEvent>,
) -> CommandResult<()> {
    let jobs = state.assistant().await?.jobs();
    let mut events = jobs.watch();
    let _ = channel.send(all(jobs.list().await?));
    tauri::async_runtime::spawn(async move {
        loop {
            let event = match events.recv().await {
                Ok(event) => event.into(),
                Err(RecvError::Lagged(_)) => match jobs.list().await {
                    Ok(jobs) => all(jobs),
                    Err(_) => break,
                },
                Err(RecvError::Closed) => break,
            };
            if channel.send(event).is_err() {
                break;
            }
        }
    });
    Ok(())
}

fn all(jobs: Vec<llmos_assistant::jobs::Job>) -> JobEvent {
    JobEvent::All {
        jobs: jobs.into_iter().map(Into::into).collect(),
    }
}

/// Has a job stand still.
#[tauri::command]
pub async fn job_pause(state: State<'_, AppState>, id: JobId) -> CommandResult<Job> {
    Ok(state.assistant().await?.jobs().pause(&id).await?.into())
}

/// Has a job go on, on the model that is loaded.
#[tauri::command]
pub async fn job_resume(state: State<'_, AppState>, id: JobId) -> CommandResult<Job> {
    Ok(state.assistant().await?.jobs().resume(&id).await?.into())
}

/// Gives a job up.
#[tauri::command]
pub async fn job_cancel(state: State<'_, AppState>, id: JobId) -> CommandResult<Job> {
    Ok(state.assistant().await?.jobs().cancel(&id).await?.into())
}

/// Erases a job.
#[tauri::command]
pub async fn job_remove(state: State<'_, AppState>, id: JobId) -> CommandResult<()> {
    Ok(state.assistant().await?.jobs().remove(&id).await?)
}
