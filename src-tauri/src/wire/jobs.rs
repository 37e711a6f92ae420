//! Work that takes many calls of the model.

use serde::Serialize;
use ts_rs::TS;

use crate::error::CommandError;

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// Waits for its turn.
    Queued,
    /// Is being done.
    Running,
    /// Stands still, by a person's wish or for the trouble it names.
    Paused,
    /// Was under way when the app ended.
    Interrupted,
    /// Is done.
    Finished,
    /// Cannot go on by itself.
    Failed,
    /// Was given up.
    Cancelled,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Its id.
    pub id: String,
    /// Which part of the app does it.
    pub kind: String,
    /// What people call it.
    pub title: String,
    /// The id of what it is about, for its kind to know.
    pub subject: Option<String>,
    /// How far it is.
    pub state: JobState,
    /// Why it stands still, if that was nobody's wish.
    pub trouble: Option<CommandError>,
    /// The model that it runs on.
    pub model: Option<String>,
    /// Steps that are done.
    pub done: usize,
    /// Steps that it will take, as far as is known.
    pub total: usize,
    /// How long the rest will take, in milliseconds.
    pub remaining_ms: Option<f64>,
    /// Milliseconds since the Unix epoch.
    pub created_at: i64,
    /// Milliseconds since the Unix epoch.
    pub updated_at: i64,
}

/// What happens to jobs.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum JobEvent {
    /// Every job there is; comes first, and whenever the page missed something.
    All {
        /// Oldest first.
        jobs: Vec<Job>,
    },
    /// A job was added, moved to another state or did a step.
    Changed {
        /// The job.
        job: Job,
    },
    /// The step that is being done goes on.
    Progress {
        /// The job.
        id: String,
        /// The step, from 0.
        step: usize,
        /// How much of the step is done, from 0 to 1.
        share: f32,
        /// What the model has written in this step so far.
        text: String,
        /// How long the rest of the job will take, in milliseconds.
        remaining_ms: Option<f64>,
    },
    /// A job was erased.
    Removed {
        /// The job.
        id: String,
    },
}
