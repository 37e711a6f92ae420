//! Doing jobs, one step after the other.

use std::sync::Arc;
use std::time::Instant;

use llmos_engine::{EngineStatus, LoadedModel};
use llmos_store::{JobId, JobState, StoredJob};

use super::{Board, Done, Next, Step, Trouble, to_json};
use crate::AssistantError;
use crate::assistant::Inner;
use crate::model_path::display_name;

/// Why the work on a job ended without an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It is done, or somebody moved it to another state.
    Settled,
    /// The app is about to end.
    Closing,
}

impl Inner {
    /// Has the jobs that wait be done.
    pub(crate) fn kick(self: &Arc<Self>) {
        if self.jobs.begin() {
            let mut presence = Presence(Some(Arc::clone(&self.jobs)));
            let inner = Arc::clone(self);
            tokio::spawn(async move {
                if inner.do_jobs().await {
                    presence.is_told();
                }
            });
        }
    }

    /// Does jobs until none waits. Whether the board knows that this is over.
    async fn do_jobs(self: &Arc<Self>) -> bool {
        loop {
            if self.jobs.changes().borrow().closing {
                return false;
            }
            match self.library.begin_queued_job((self.clock)()).await {
                Ok(Some(job)) => self.do_job(job).await,
                Ok(None) if self.jobs.end() => return true,
                Ok(None) => {}
                Err(error) => {
                    // They wait on; the next one that comes tries again.
                    tracing::warn!(%error, "no job can be begun");
                    return false;
                }
            }
        }
    }

    /// Does a job as far as it goes, and tells how it ended.
    async fn do_job(self: &Arc<Self>, job: StoredJob) {
        let id = job.id.clone();
        let mut lost = Lost(Some((Arc::clone(&self.jobs), id.clone())));
        self.jobs.tell(job);
        let (to, trouble) = match self.work(&id).await {
            Ok(End::Settled) => (None, None),
            Ok(End::Closing) => (Some(JobState::Interrupted), None),
            Err(error) => {
                tracing::warn!(job = %id, %error, "a job stands still");
                let trouble = Trouble::from(&error);
                let state = if trouble.passes() {
                    JobState::Paused
                } else {
                    JobState::Failed
                };
                (Some(state), Some(trouble))
            }
        };
        lost.0 = None;
        if let Some(to) = to {
            let kept = trouble.as_ref().and_then(|trouble| to_json(trouble).ok());
            let now = (self.clock)();
            let moved = self
                .library
                .move_job(&id, &[JobState::Running], to, kept.as_deref(), now)
                .await;
            if moved.is_err() {
                self.jobs.strand(&id, trouble.unwrap_or(Trouble::DiskFull));
            }
        }
        // It may be erased by now.
        if let Ok(job) = self.library.job(&id).await {
            self.jobs.tell(job);
        }
    }

    async fn work(self: &Arc<Self>, id: &JobId) -> Result<End, AssistantError> {
        loop {
            // Who waits before the screen goes first.
            tokio::select! {
                biased;
                end = self.told(id) => return Ok(end),
                () = self.foreground.quiet() => {}
            }
            let job = self.library.job(id).await?;
            let kind = self
                .jobs
                .kind(&job.kind)
                .ok_or(AssistantError::BadJob { what: "kind" })?;
            let model = self.model_of(&job).await?;
            let Some(next) = self.library.next_job_step(id).await? else {
                let done = Done {
                    job: id,
                    spec: &job.spec,
                    model: &model,
                    inner: self,
                };
                let now = (self.clock)();
                match kind.next(done).await? {
                    Next::Steps(inputs) if inputs.is_empty() => {
                        return Err(AssistantError::BadJob { what: "next step" });
                    }
                    Next::Steps(inputs) => {
                        let job = self.library.add_job_steps(id, &inputs, now).await?;
                        self.jobs.tell(job);
                    }
                    Next::Finished(result) => {
                        self.library.finish_job(id, &result, now).await?;
                        return Ok(End::Settled);
                    }
                }
                continue;
            };
            let began = Instant::now();
            let progress = self.jobs.progress(&job, next.ordinal);
            let step = Step {
                job: id,
                spec: &job.spec,
                input: &next.input,
                progress: &progress,
                model: &model,
                inner: self,
            };
            // Dropping a step stops it; it is done again from its beginning.
            let output = tokio::select! {
                biased;
                end = self.told(id) => return Ok(end),
                () = self.foreground.wanted() => continue,
                output = kind.step(step) => output?,
            };
            let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            let job = self
                .library
                .finish_job_step(id, next.ordinal, &output, millis, (self.clock)())
                .await?;
            self.jobs.tell(job);
        }
    }

    /// Resolves when a job is not to be worked on any more.
    async fn told(&self, id: &JobId) -> End {
        let mut changes = self.jobs.changes();
        loop {
            if changes.borrow_and_update().closing {
                return End::Closing;
            }
            let state = self.library.job(id).await.map(|job| job.state);
            if !matches!(state, Ok(JobState::Running)) || changes.changed().await.is_err() {
                return End::Settled;
            }
        }
    }

    /// The model of a job, if it is the one that is loaded; one that is being loaded is
    /// waited for.
    async fn model_of(&self, job: &StoredJob) -> Result<Arc<LoadedModel>, AssistantError> {
        let mut status = self.engine.watch();
        // An error means that the engine is gone, which the next line says.
        let _ = status
            .wait_for(|status| !matches!(status, EngineStatus::Loading { .. }))
            .await;
        let model = self.model()?;
        match &job.model {
            Some(wanted) if *wanted != display_name(&model.info) => {
                Err(AssistantError::OtherModel {
                    wanted: wanted.clone(),
                })
            }
            _ => Ok(model),
        }
    }
}

/// A runner; when it goes before it said so, by a panic too, another may come.
struct Presence(Option<Arc<Board>>);

impl Presence {
    fn is_told(&mut self) {
        self.0 = None;
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        if let Some(board) = self.0.take() {
            board.gone();
        }
    }
}

/// A job that is being done; it stands still if its runner panics.
struct Lost(Option<(Arc<Board>, JobId)>);

impl Drop for Lost {
    fn drop(&mut self) {
        if let Some((board, id)) = self.0.take() {
            board.strand(&id, Trouble::Broken);
        }
    }
}
