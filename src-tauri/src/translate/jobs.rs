//! Jobs, to the wire's types.

use std::time::Duration;

use llmos_assistant::jobs::{self, Trouble};
use llmos_store as store;

use crate::error::{CommandError, ErrorCode};
use crate::wire::{Job, JobEvent, JobState};

impl From<store::JobState> for JobState {
    fn from(state: store::JobState) -> Self {
        match state {
            store::JobState::Queued => Self::Queued,
            store::JobState::Running => Self::Running,
            store::JobState::Paused => Self::Paused,
            store::JobState::Interrupted => Self::Interrupted,
            store::JobState::Finished => Self::Finished,
            store::JobState::Failed => Self::Failed,
            store::JobState::Cancelled => Self::Cancelled,
        }
    }
}

impl From<Trouble> for CommandError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::NoModel => Self::new(ErrorCode::NoModel, "no model is loaded"),
            Trouble::OtherModel { wanted } => {
                Self::new(ErrorCode::OtherModel, "another model is loaded").with("expected", wanted)
            }
            Trouble::DiskFull => Self::new(ErrorCode::StorageFull, "the disk is full"),
            Trouble::TooLong { needed, available } => {
                Self::new(ErrorCode::ContextOverflow, "a step is too long")
                    .with("needed", needed)
                    .with("available", available)
            }
            Trouble::EngineFailed => Self::new(ErrorCode::EngineFailed, "the engine failed"),
            Trouble::SubjectGone => Self::new(ErrorCode::NotFound, "its subject is gone"),
            Trouble::Broken => Self::internal("a job failed"),
        }
    }
}

impl From<jobs::Job> for Job {
    fn from(job: jobs::Job) -> Self {
        Self {
            id: job.id.0,
            kind: job.kind,
            title: job.title,
            subject: job.subject,
            state: job.state.into(),
            trouble: job.trouble.map(Into::into),
            model: job.model,
            done: job.done,
            total: job.total,
            remaining_ms: millis(job.remaining),
            created_at: job.created_at.0,
            updated_at: job.updated_at.0,
        }
    }
}

impl From<jobs::JobEvent> for JobEvent {
    fn from(event: jobs::JobEvent) -> Self {
        match event {
            jobs::JobEvent::Changed(job) => Self::Changed { job: job.into() },
            jobs::JobEvent::Progress(progress) => Self::Progress {
                id: progress.id.0,
                step: progress.step,
                share: progress.share,
                text: progress.text,
                remaining_ms: millis(progress.remaining),
            },
            jobs::JobEvent::Removed(id) => Self::Removed { id: id.0 },
        }
    }
}

fn millis(time: Option<Duration>) -> Option<f64> {
    time.map(|time| time.as_secs_f64() * 1000.0)
}
