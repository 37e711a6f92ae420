//! Translating a whole document as a job.

use llmos_store::{SegmentState, TranslationId};
use serde::{Deserialize, Serialize};

use super::sheet::RunEvent;
use crate::jobs::{
    Done, Job, JobKind, JobPlan, Next, Step, StepProgress, Work, from_json, to_json,
};
use crate::{Assistant, AssistantError};

/// The name of this kind of job.
const NAME: &str = "translate";

/// Segments in a step. Each is saved by itself, so a step that is begun again finds what
/// it has done.
const STEP: usize = 8;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Spec {
    sheet: TranslationId,
}

/// Translates documents.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Translating;

impl JobKind for Translating {
    fn name(&self) -> &'static str {
        NAME
    }

    fn step<'a>(&'a self, step: Step<'a>) -> Work<'a, String> {
        Box::pin(async move {
            let spec: Spec = from_json(step.spec, "spec")?;
            let places: Vec<usize> = from_json(step.input, "input")?;
            let assistant = Assistant {
                inner: step.inner.clone(),
            };
            let mut done = 0_u16;
            let all = f32::from(u16::try_from(places.len()).unwrap_or(u16::MAX)).max(1.0);
            let report = move |event| match event {
                RunEvent::Text { text, .. } => {
                    let share = f32::from(done) / all;
                    (step.progress)(StepProgress { share, text: &text });
                }
                RunEvent::Done { .. } => done += 1,
            };
            assistant.run_behind(&spec.sheet, &places, report).await?;
            to_json(&places.len())
        })
    }

    fn next<'a>(&'a self, _done: Done<'a>) -> Work<'a, Next> {
        Box::pin(async move { Ok(Next::Finished("null".to_owned())) })
    }
}

impl Assistant {
    /// Has what a sheet still lacks translated by a job.
    ///
    /// # Errors
    /// `NoSegment` when nothing is lacking; else as [`crate::jobs::Jobs::start`].
    pub async fn start_sheet(&self, id: &TranslationId) -> Result<Job, AssistantError> {
        let sheet = self.sheet(id).await?;
        let waiting: Vec<usize> = sheet
            .segments
            .iter()
            .enumerate()
            .filter(|(_, segment)| segment.state == SegmentState::Waiting)
            .map(|(place, _)| place)
            .collect();
        if waiting.is_empty() {
            return Err(AssistantError::NoSegment { ordinal: 0 });
        }
        let steps = waiting
            .chunks(STEP)
            .map(|places| to_json(&places))
            .collect::<Result<_, _>>()?;
        self.jobs()
            .start(JobPlan {
                kind: NAME,
                title: sheet.title,
                subject: Some(id.0.clone()),
                spec: to_json(&Spec { sheet: id.clone() })?,
                steps,
            })
            .await
    }
}
