//! Summing up as a job.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::fold::{self, Fold};
use super::part::{self, Given, Task};
use super::{Point, Spec, Style, Summary, Wish};
use crate::AssistantError;
use crate::jobs::{Done, JobKind, Next, Step, Work, from_json, to_json};

/// The name of this kind of job.
pub(super) const NAME: &str = "summarise";

/// What a step works on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(super) enum Input {
    /// A part of the text.
    Part {
        /// Which one.
        part: usize,
    },
    /// Notes that become one.
    Merge {
        /// The notes.
        notes: Vec<Point>,
    },
    /// Notes that are written anew.
    Rewrite {
        /// The notes.
        notes: Vec<Point>,
    },
}

/// Sums texts up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Summarising;

impl JobKind for Summarising {
    fn name(&self) -> &'static str {
        NAME
    }

    fn step<'a>(&'a self, step: Step<'a>) -> Work<'a, String> {
        Box::pin(async move {
            let spec: Spec = from_json(step.spec, "spec")?;
            let task = Task {
                inner: step.inner,
                model: step.model,
                wish: &spec.wish,
                parts: spec.parts,
                progress: step.progress,
            };
            match from_json(step.input, "input")? {
                Input::Part { part } => {
                    let text = step.inner.library.digest_part(&spec.digest, part).await?;
                    to_json(&task.read(part, &text.text).await?)
                }
                Input::Merge { notes } => to_json(&task.merge(&notes).await?),
                Input::Rewrite { notes } => to_json(&task.rewrite(&notes).await?),
            }
        })
    }

    fn next<'a>(&'a self, done: Done<'a>) -> Work<'a, Next> {
        Box::pin(async move {
            let spec: Spec = from_json(done.spec, "spec")?;
            let outputs = Outputs::of(&done).await?;
            let (notes, coverage) = match &spec.base {
                None => part::gather(&outputs.read),
                Some(base) => {
                    let base = done.inner.version(&spec.digest, base).await?.summary;
                    let notes = match spec.wish.request {
                        Some(_) => outputs.rewritten,
                        None => base.notes,
                    };
                    (notes, base.coverage)
                }
            };
            let merged = |group: &[Point]| outputs.merged.get(group).cloned();
            match fold::fold(&notes, &spec.wish, merged) {
                Fold::Merge(groups) => {
                    let steps = groups
                        .into_iter()
                        .map(|notes| to_json(&Input::Merge { notes }));
                    Ok(Next::Steps(steps.collect::<Result<_, _>>()?))
                }
                Fold::Done(points) => {
                    let summary = Summary {
                        points,
                        notes,
                        coverage,
                    };
                    let covered = to_json(&summary.coverage)?;
                    done.inner
                        .keep_summary(done.job, &spec, done.model, &summary)
                        .await?;
                    Ok(Next::Finished(covered))
                }
            }
        })
    }

    fn expected(&self, spec: &str, known: usize) -> usize {
        match from_json::<Spec>(spec, "spec") {
            Ok(spec) if spec.base.is_none() => expected_steps(spec.parts, &spec.wish),
            _ => known,
        }
    }
}

/// How many steps it takes to sum up so many parts, as far as can be told before.
pub(super) fn expected_steps(parts: usize, wish: &Wish) -> usize {
    let each = match wish.style {
        Style::KeyPoints => part::sentences(wish, parts),
        _ => 1,
    };
    parts + fold::merges(parts * each, wish)
}

/// What the steps of a job gave.
#[derive(Default)]
struct Outputs {
    read: Vec<Given>,
    merged: HashMap<Vec<Point>, Point>,
    rewritten: Vec<Point>,
}

impl Outputs {
    async fn of(done: &Done<'_>) -> Result<Self, AssistantError> {
        let mut outputs = Self::default();
        for step in done.steps().await? {
            let output = step.output.as_deref().unwrap_or_default();
            match from_json(&step.input, "input")? {
                Input::Part { .. } => outputs.read.push(from_json(output, "output")?),
                Input::Merge { notes } => {
                    outputs.merged.insert(notes, from_json(output, "output")?);
                }
                Input::Rewrite { .. } => {
                    outputs
                        .rewritten
                        .extend(from_json::<Vec<Point>>(output, "output")?);
                }
            }
        }
        Ok(outputs)
    }
}
