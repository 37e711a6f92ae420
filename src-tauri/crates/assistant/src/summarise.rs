//! Summaries of texts of any length.
//!
//! A text is split where it is divided by itself ([`split`]), each part is summed up on
//! its own ([`part`]), and what came of the parts is folded together, level by level,
//! until it is as short as wished ([`fold`]). Every point keeps the numbers of the parts
//! that it came from. It runs as a job ([`kind`]), or at once for whoever waits
//! ([`Assistant::summarise_now`]): both take the same steps.
//!
//! A text with its summaries is a *digest* in the database; every summary of it stays.

mod fold;
mod kind;
mod minutes;
mod part;
mod source;
mod split;
mod usable;
mod words;

use std::collections::HashMap;
use std::sync::Arc;

use llmos_engine::LoadedModel;
use llmos_store::{Digest, DigestId, DigestPart, DigestVersion, JobId, NewDigestPart, Timestamp};
use serde::{Deserialize, Serialize};

use crate::assistant::Inner;
use crate::jobs::{Job, JobPlan, StepProgress, from_json, to_json};
use crate::model_path::display_name;
use crate::{Assistant, AssistantError, prompts, title};
pub(crate) use kind::Summarising;
/// A part of a text that was not saved.
pub use llmos_store::NewDigestPart as Part;
pub use source::{Block, MAX_SOURCE_BYTES, Source};

/// The version of the prompts.
pub const PROMPTS_VERSION: u32 = prompts::summarise::VERSION;

/// Codes of the languages that a summary can be asked for.
pub const LANGUAGE_CODES: [&str; 12] = prompts::summarise::codes();

/// Longest wish in a person's own words, in characters.
pub const MAX_REQUEST: usize = 500;

/// How a summary is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// One sentence.
    Sentence,
    /// Key points, one sentence each.
    #[default]
    KeyPoints,
    /// Paragraphs.
    Paragraphs,
    /// Decisions, actions and open questions of a meeting.
    Minutes,
    /// In simple words, for a child.
    Child,
}

impl Style {
    /// Every style.
    pub const ALL: [Self; 5] = [
        Self::Sentence,
        Self::KeyPoints,
        Self::Paragraphs,
        Self::Minutes,
        Self::Child,
    ];
}

/// How long a summary is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// As short as it goes.
    Short,
    /// In between.
    #[default]
    Medium,
    /// With details.
    Long,
}

/// What a person wishes a summary to be.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Wish {
    /// How it is written.
    pub style: Style,
    /// How long it is.
    pub length: Length,
    /// The language that it is written in, as a code of two letters; `None` for the
    /// text's own.
    pub language: Option<String>,
    /// What else is wished, in the person's own words.
    pub request: Option<String>,
}

/// What a point of a meeting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// Something was decided.
    Decision,
    /// Somebody is to do something.
    Action,
    /// Something is open.
    Question,
}

/// A point of a summary.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Point {
    /// What it says.
    pub text: String,
    /// The parts that it came from, from 0, in order.
    pub parts: Vec<usize>,
    /// What it is, in a meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<Matter>,
    /// Whether these are the text's own words, because the model gave none of use.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quoted: bool,
}

/// Which parts of a text went into a summary.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// How many parts there are.
    pub parts: usize,
    /// Parts that the model could not sum up; their first sentence is quoted.
    pub quoted: Vec<usize>,
    /// Parts without words.
    pub empty: Vec<usize>,
}

impl Coverage {
    /// How many parts the model read and summed up.
    #[must_use]
    pub fn read(&self) -> usize {
        self.parts - self.quoted.len() - self.empty.len()
    }
}

/// A summary.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Summary {
    /// What it says, in order.
    pub points: Vec<Point>,
    /// What was noted on the way, part by part; other summaries are made of it.
    pub notes: Vec<Point>,
    /// What it covers.
    pub coverage: Coverage,
}

/// How a version came about. Kept with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// What was wished.
    pub wish: Wish,
    /// The model.
    pub model: String,
    /// The version of the prompts.
    pub prompts: u32,
    /// The version whose notes it was made of; `None` for one that read the text.
    pub base: Option<JobId>,
}

/// One summary of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The job that made it, and its name.
    pub id: JobId,
    /// How it came about.
    pub made: Made,
    /// What it says.
    pub summary: Summary,
    /// When.
    pub created_at: Timestamp,
}

/// A text with its summaries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDigest {
    /// The text's title and dates.
    pub digest: Digest,
    /// Its parts.
    pub parts: Vec<DigestPart>,
    /// Its summaries, oldest first.
    pub versions: Vec<Version>,
}

/// What a summarising job is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Spec {
    pub(crate) digest: DigestId,
    pub(crate) wish: Wish,
    /// Parts of the text.
    pub(crate) parts: usize,
    /// The version whose notes are taken instead of the text.
    pub(crate) base: Option<JobId>,
}

impl Assistant {
    /// Takes a text in and has it summed up, as a job.
    ///
    /// # Errors
    /// `EmptyText`, `NotText` and `TextTooLong` for a text that is none; `NoModel`, `Busy`
    /// while one is being loaded, and `Store` when it cannot be saved.
    pub async fn summarise(
        &self,
        source: Source,
        wish: Wish,
    ) -> Result<(Digest, Job), AssistantError> {
        check(&wish)?;
        let (title, parts) = self.inner.divide(source).await?;
        let now = (self.inner.clock)();
        let digest = self.inner.library.add_digest(&title, &parts, now).await?;
        match self.read_digest(&digest, wish).await {
            Ok(job) => Ok((digest, job)),
            Err(error) => {
                // What nobody will ever read is not kept.
                self.inner.library.delete_digest(&digest.id, now).await?;
                Err(error)
            }
        }
    }

    /// Has a text that is here already summed up once more.
    ///
    /// # Errors
    /// As [`Self::summarise`].
    pub async fn summarise_again(&self, id: &DigestId, wish: Wish) -> Result<Job, AssistantError> {
        check(&wish)?;
        let digest = self.inner.library.digest(id).await?;
        self.read_digest(&digest, wish).await
    }

    /// Makes another summary of what was noted for one: without reading the text again.
    ///
    /// # Errors
    /// As [`Self::summarise`]; `Store` when there is no such version.
    pub async fn refine_summary(
        &self,
        id: &DigestId,
        base: &JobId,
        wish: Wish,
    ) -> Result<Job, AssistantError> {
        check(&wish)?;
        let library = &self.inner.library;
        let digest = library.digest(id).await?;
        let version = self.inner.version(id, base).await?;
        let steps = part::rewrites(&version.summary.notes, &wish)
            .iter()
            .map(to_json)
            .collect::<Result<_, _>>()?;
        self.plan(&digest, wish, Some(base.clone()), steps).await
    }

    /// Every digest that is not deleted, the latest first.
    ///
    /// # Errors
    /// `Store` when they cannot be read.
    pub async fn digests(&self) -> Result<Vec<Digest>, AssistantError> {
        Ok(self.inner.library.digests().await?)
    }

    /// A text with its summaries.
    ///
    /// # Errors
    /// `Store` when there is none.
    pub async fn digest(&self, id: &DigestId) -> Result<OpenDigest, AssistantError> {
        let library = &self.inner.library;
        let versions = library.digest_versions(id).await?;
        Ok(OpenDigest {
            digest: library.digest(id).await?,
            parts: library.digest_parts(id).await?,
            versions: versions.into_iter().map(opened).collect::<Result<_, _>>()?,
        })
    }

    /// Deletes a digest, which can be taken back for 30 days. Work on it is given up.
    ///
    /// # Errors
    /// `Store` when there is none.
    pub async fn delete_digest(&self, id: &DigestId) -> Result<(), AssistantError> {
        let jobs = self.jobs();
        for job in jobs.list().await? {
            if job.kind == kind::NAME && job.subject.as_deref() == Some(id.as_str()) {
                match jobs.cancel(&job.id).await {
                    Ok(_) | Err(AssistantError::WrongJob { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        let now = (self.inner.clock)();
        Ok(self.inner.library.delete_digest(id, now).await?)
    }

    /// Takes that back.
    ///
    /// # Errors
    /// `Store` when it is erased already.
    pub async fn restore_digest(&self, id: &DigestId) -> Result<(), AssistantError> {
        Ok(self.inner.library.restore_digest(id).await?)
    }

    /// Sums a text up at once and saves nothing. `progress` is told how many of how many
    /// parts are done, and what is being written; dropping the future stops it.
    ///
    /// # Errors
    /// As [`Self::summarise`], and what the engine says.
    pub async fn summarise_now(
        &self,
        source: Source,
        wish: &Wish,
        progress: impl Fn(usize, usize, StepProgress<'_>) + Send + Sync,
    ) -> Result<(Vec<NewDigestPart>, Summary), AssistantError> {
        check(wish)?;
        let model = self.inner.model()?;
        let (_, parts) = self.inner.divide(source).await?;
        let _waiting = self.inner.foreground.enter();
        let total = kind::expected_steps(parts.len(), wish);
        let mut done = 0;
        let mut read = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            let told = |step: StepProgress<'_>| progress(done, total, step);
            let task = part::Task {
                inner: &self.inner,
                model: &model,
                wish,
                parts: parts.len(),
                progress: &told,
            };
            read.push(task.read(number, &part.text).await?);
            done += 1;
        }
        let (notes, coverage) = part::gather(&read);
        let mut merged: HashMap<Vec<Point>, Point> = HashMap::new();
        loop {
            match fold::fold(&notes, wish, |group| merged.get(group).cloned()) {
                fold::Fold::Done(points) => {
                    let summary = Summary {
                        points,
                        notes,
                        coverage,
                    };
                    return Ok((parts, summary));
                }
                fold::Fold::Merge(groups) => {
                    for group in groups {
                        let total = total.max(done + 1);
                        let told = |step: StepProgress<'_>| progress(done, total, step);
                        let task = part::Task {
                            inner: &self.inner,
                            model: &model,
                            wish,
                            parts: parts.len(),
                            progress: &told,
                        };
                        let point = task.merge(&group).await?;
                        merged.insert(group, point);
                        done += 1;
                    }
                }
            }
        }
    }

    async fn read_digest(&self, digest: &Digest, wish: Wish) -> Result<Job, AssistantError> {
        let steps = (0..digest.parts)
            .map(|part| to_json(&kind::Input::Part { part }))
            .collect::<Result<_, _>>()?;
        self.plan(digest, wish, None, steps).await
    }

    async fn plan(
        &self,
        digest: &Digest,
        wish: Wish,
        base: Option<JobId>,
        steps: Vec<String>,
    ) -> Result<Job, AssistantError> {
        let spec = Spec {
            digest: digest.id.clone(),
            wish,
            parts: digest.parts,
            base,
        };
        let plan = JobPlan {
            kind: kind::NAME,
            title: digest.title.clone(),
            subject: Some(digest.id.0.clone()),
            spec: to_json(&spec)?,
            steps,
        };
        self.jobs().start(plan).await
    }
}

impl Inner {
    /// The title of a text, and its parts. Counting its tokens takes a while for a book.
    async fn divide(&self, source: Source) -> Result<(String, Vec<NewDigestPart>), AssistantError> {
        let model = self.model()?;
        let divided = tokio::task::spawn_blocking(move || {
            let blocks = source.blocks()?;
            let title = source
                .title()
                .unwrap_or_else(|| title::from_question(blocks.first().map_or("", Block::text)));
            let parts = split::parts(&model, &blocks)?;
            Ok::<_, AssistantError>((title, parts))
        });
        divided.await.map_err(|_| AssistantError::Abandoned)?
    }

    /// One summary of a text.
    async fn version(&self, id: &DigestId, version: &JobId) -> Result<Version, AssistantError> {
        let versions = self.library.digest_versions(id).await?;
        let found = versions.into_iter().find(|found| found.job == *version);
        let found = found.ok_or_else(|| llmos_store::StoreError::NotFound {
            what: "version",
            id: version.0.clone(),
        })?;
        opened(found)
    }

    /// Keeps a summary that a job made.
    async fn keep_summary(
        &self,
        job: &JobId,
        spec: &Spec,
        model: &Arc<LoadedModel>,
        summary: &Summary,
    ) -> Result<(), AssistantError> {
        let made = Made {
            wish: spec.wish.clone(),
            model: display_name(&model.info).to_owned(),
            prompts: prompts::summarise::VERSION,
            base: spec.base.clone(),
        };
        let version = DigestVersion {
            job: job.clone(),
            options: to_json(&made)?,
            content: to_json(summary)?,
            created_at: (self.clock)(),
        };
        let library = &self.library;
        Ok(library.save_digest_version(&spec.digest, &version).await?)
    }
}

fn opened(version: DigestVersion) -> Result<Version, AssistantError> {
    Ok(Version {
        made: from_json(&version.options, "options")?,
        summary: from_json(&version.content, "summary")?,
        id: version.job,
        created_at: version.created_at,
    })
}

/// Refuses a wish that is too long for a prompt.
fn check(wish: &Wish) -> Result<(), AssistantError> {
    let length = wish.request.as_deref().unwrap_or("").chars().count();
    if length > MAX_REQUEST {
        return Err(AssistantError::TextTooLong {
            bytes: length,
            limit: MAX_REQUEST,
        });
    }
    Ok(())
}
