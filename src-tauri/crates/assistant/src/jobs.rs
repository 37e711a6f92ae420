//! Work that takes many calls of the model and that nobody has to wait for.
//!
//! A job is a row of steps. What a step gives is on disk before the next one begins, so
//! that a job can be paused, and goes on after a crash, with at most one step done twice.
//! What the steps are is the matter of its [`JobKind`]; this module does them one after
//! the other, one job at a time, gives way to whoever waits before the screen
//! ([`crate::foreground`]), and tells how far it is.
//!
//! The state in the database is the truth: whoever pauses or cancels a job writes it
//! there, and the runner looks.

mod board;
mod kind;
mod runner;
mod trouble;

use std::sync::Arc;
use std::time::Duration;

use llmos_store::{JobId, JobState, NewJob, StoredJob, Timestamp};
use tokio::sync::broadcast;

pub(crate) use board::Board;
pub use kind::{Done, JobKind, Next, Step, StepProgress, Work, from_json, to_json};
pub use trouble::Trouble;

use crate::assistant::Inner;
use crate::model_path::display_name;
use crate::{Assistant, AssistantError};

/// A job as a person sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Which part of the app does it.
    pub kind: String,
    /// What people call it.
    pub title: String,
    /// The id of what it is about, in a table of its kind's.
    pub subject: Option<String>,
    /// How far it is.
    pub state: JobState,
    /// Why it stands still, if that was nobody's wish.
    pub trouble: Option<Trouble>,
    /// The model that it runs on.
    pub model: Option<String>,
    /// What came of it: JSON of the kind's own.
    pub result: Option<String>,
    /// Steps that are done.
    pub done: usize,
    /// Steps that it will take, as far as is known.
    pub total: usize,
    /// How long the rest will take; `None` before anything was measured, and while it
    /// stands still.
    pub remaining: Option<Duration>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What happens to jobs.
#[derive(Debug, Clone, PartialEq)]
pub enum JobEvent {
    /// A job was added, moved to another state or did a step.
    Changed(Job),
    /// The step that is being done goes on.
    Progress(JobProgress),
    /// A job was erased.
    Removed(JobId),
}

/// How far the step is that is being done.
#[derive(Debug, Clone, PartialEq)]
pub struct JobProgress {
    /// The job.
    pub id: JobId,
    /// The step, from 0.
    pub step: usize,
    /// How much of the step is done, from 0 to 1.
    pub share: f32,
    /// What the model has written in this step so far.
    pub text: String,
    /// How long the rest of the job will take.
    pub remaining: Option<Duration>,
}

/// A job to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobPlan {
    /// The [`JobKind::name`] of who does it.
    pub kind: &'static str,
    /// What people call it.
    pub title: String,
    /// The id of what it is about.
    pub subject: Option<String>,
    /// What is to be done, as JSON; see [`to_json`].
    pub spec: String,
    /// The inputs of the steps that are known from the beginning, as JSON.
    pub steps: Vec<String>,
}

/// The jobs of an assistant.
#[derive(Clone)]
pub struct Jobs {
    pub(crate) inner: Arc<Inner>,
}

impl Assistant {
    /// Its jobs.
    #[must_use]
    pub fn jobs(&self) -> Jobs {
        Jobs {
            inner: Arc::clone(&self.inner),
        }
    }
}

/// The states in which a job will be done without a person's word.
const UNDER_WAY: [JobState; 2] = [JobState::Queued, JobState::Running];
/// The states out of which a person can have it go on.
const RESUMABLE: [JobState; 4] = [
    JobState::Paused,
    JobState::Interrupted,
    JobState::Failed,
    JobState::Cancelled,
];

impl Jobs {
    /// Teaches the assistant another kind of job.
    pub fn add_kind(&self, kind: Arc<dyn JobKind>) {
        self.inner.jobs.add_kind(kind);
    }

    /// Saves a job and does it as soon as those before it are done.
    ///
    /// # Errors
    /// `NoModel`, `Busy` while one is being loaded, and `Store` when it cannot be saved.
    pub async fn start(&self, plan: JobPlan) -> Result<Job, AssistantError> {
        let model = self.inner.model()?;
        let new = NewJob {
            kind: plan.kind.to_owned(),
            title: plan.title,
            subject: plan.subject,
            spec: plan.spec,
            model: Some(display_name(&model.info).to_owned()),
            steps: plan.steps,
        };
        let now = (self.inner.clock)();
        let stored = self.inner.library.add_job(new, now).await?;
        let job = self.told(stored);
        self.inner.kick();
        Ok(job)
    }

    /// Every job, oldest first.
    ///
    /// # Errors
    /// `Store` when they cannot be read.
    pub async fn list(&self) -> Result<Vec<Job>, AssistantError> {
        let stored = self.inner.library.jobs().await?;
        Ok(stored
            .into_iter()
            .map(|job| self.inner.jobs.view(job))
            .collect())
    }

    /// One job.
    ///
    /// # Errors
    /// `Store` when there is none.
    pub async fn get(&self, id: &JobId) -> Result<Job, AssistantError> {
        Ok(self.inner.jobs.view(self.inner.library.job(id).await?))
    }

    /// What happens to jobs from now on. A listener that falls far behind misses some,
    /// is told so by the channel, and finds the truth in [`Self::list`].
    #[must_use]
    pub fn watch(&self) -> broadcast::Receiver<JobEvent> {
        self.inner.jobs.watch()
    }

    /// Has a job stand still. The step that is being done is given up.
    ///
    /// # Errors
    /// `WrongJob` when it is not under way; `Store` when it cannot be saved.
    pub async fn pause(&self, id: &JobId) -> Result<Job, AssistantError> {
        self.move_to(id, &UNDER_WAY, JobState::Paused, "paused")
            .await
    }

    /// Gives a job up; what it has done stays, and it can be taken up again.
    ///
    /// # Errors
    /// `WrongJob` when it is over already; `Store` when it cannot be saved.
    pub async fn cancel(&self, id: &JobId) -> Result<Job, AssistantError> {
        let open = [
            JobState::Queued,
            JobState::Running,
            JobState::Paused,
            JobState::Interrupted,
            JobState::Failed,
        ];
        self.move_to(id, &open, JobState::Cancelled, "cancelled")
            .await
    }

    /// Has a job go on, on the model that is loaded now.
    ///
    /// # Errors
    /// `NoModel`, `Busy` while one is being loaded, `WrongJob` when it does not stand
    /// still, and `Store` when it cannot be saved.
    pub async fn resume(&self, id: &JobId) -> Result<Job, AssistantError> {
        let model = self.inner.model()?;
        let mut from = RESUMABLE.to_vec();
        if self.inner.jobs.take_stuck(id) {
            from.push(JobState::Running);
        }
        let name = display_name(&model.info);
        self.inner.library.set_job_model(id, name).await?;
        let job = self.move_to(id, &from, JobState::Queued, "resumed").await?;
        self.inner.kick();
        Ok(job)
    }

    /// Erases a job with everything in it, running or not. What it made elsewhere stays.
    ///
    /// # Errors
    /// `Store` when it cannot be erased.
    pub async fn remove(&self, id: &JobId) -> Result<(), AssistantError> {
        self.inner.library.remove_job(id).await?;
        self.inner.jobs.changed();
        self.inner.jobs.send(JobEvent::Removed(id.clone()));
        Ok(())
    }

    async fn move_to(
        &self,
        id: &JobId,
        from: &[JobState],
        to: JobState,
        action: &'static str,
    ) -> Result<Job, AssistantError> {
        let now = (self.inner.clock)();
        let (stored, moved) = self.inner.library.move_job(id, from, to, None, now).await?;
        if !moved {
            return Err(AssistantError::WrongJob {
                id: id.0.clone(),
                action,
            });
        }
        self.inner.jobs.changed();
        Ok(self.told(stored))
    }

    fn told(&self, stored: StoredJob) -> Job {
        self.inner.jobs.tell(stored)
    }
}
