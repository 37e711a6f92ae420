//! What a kind of job has to tell.

use std::pin::Pin;
use std::sync::Arc;

use llmos_engine::LoadedModel;
use llmos_store::{JobId, JobStep};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::AssistantError;
use crate::assistant::Inner;

/// Something that takes a while. Dropping it stops it.
pub type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T, AssistantError>> + Send + 'a>>;

/// A kind of job: what its steps do, and which steps follow from what they gave.
pub trait JobKind: Send + Sync {
    /// Its name in the database; never changed.
    fn name(&self) -> &'static str;

    /// Does one step and returns what it gave, as JSON. It may be stopped at any point
    /// and begun again.
    fn step<'a>(&'a self, step: Step<'a>) -> Work<'a, String>;

    /// What follows when every step is done. It may be asked twice and must leave the
    /// same behind then.
    fn next<'a>(&'a self, done: Done<'a>) -> Work<'a, Next>;

    /// How many steps there will be in all, when so many are known.
    fn expected(&self, _spec: &str, known: usize) -> usize {
        known
    }
}

/// What follows when every step is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// More steps, at least one: their inputs.
    Steps(Vec<String>),
    /// Nothing; this is what came of it, as JSON.
    Finished(String),
}

/// What is told while a step is done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepProgress<'a> {
    /// How much of it is done, from 0 to 1.
    pub share: f32,
    /// What the model has written so far.
    pub text: &'a str,
}

/// A step to be done.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    /// The job.
    pub job: &'a JobId,
    /// What is to be done in the whole job.
    pub spec: &'a str,
    /// What this step works on.
    pub input: &'a str,
    /// Where progress goes, as often as there is some.
    pub progress: &'a (dyn Fn(StepProgress<'_>) + Send + Sync),
    /// The model that does it.
    pub(crate) model: &'a Arc<LoadedModel>,
    pub(crate) inner: &'a Arc<Inner>,
}

/// A job of which every known step is done.
#[derive(Clone, Copy)]
pub struct Done<'a> {
    /// The job.
    pub job: &'a JobId,
    /// What is to be done in the whole job.
    pub spec: &'a str,
    /// The model that did it.
    pub(crate) model: &'a Arc<LoadedModel>,
    pub(crate) inner: &'a Arc<Inner>,
}

impl Done<'_> {
    /// Every step with what it gave, in order.
    ///
    /// # Errors
    /// `Store` when they cannot be read.
    pub async fn steps(&self) -> Result<Vec<JobStep>, AssistantError> {
        Ok(self.inner.library.job_steps(self.job).await?)
    }
}

/// A spec, an input or an output as it is kept.
///
/// # Errors
/// `BadJob` for what JSON cannot say, which is a fault of the kind.
pub fn to_json<T: Serialize>(value: &T) -> Result<String, AssistantError> {
    serde_json::to_string(value).map_err(|_| AssistantError::BadJob { what: "value" })
}

/// Reads what was kept. The error names `what` it was.
///
/// # Errors
/// `BadJob` when it is something else: a newer version of the app wrote it.
pub fn from_json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, AssistantError> {
    serde_json::from_str(text).map_err(|_| AssistantError::BadJob { what })
}
