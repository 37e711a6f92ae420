//! What crosses for exports and imports.

use llmos_assistant::exchange::{self, Ending, Format, Reason, Source};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::CommandError;

/// What an export is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// Everything, for this app to read again.
    Json,
    /// The branch that is shown, as it was written.
    Markdown,
    /// The branch that is shown, without marks.
    Text,
}

impl From<ExportFormat> for Format {
    fn from(format: ExportFormat) -> Self {
        match format {
            ExportFormat::Json => Self::Json,
            ExportFormat::Markdown => Self::Markdown,
            ExportFormat::Text => Self::Text,
        }
    }
}

/// What is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum TextFormat {
    /// As it was written.
    Markdown,
    /// Without marks.
    Text,
}

impl From<TextFormat> for Format {
    fn from(format: TextFormat) -> Self {
        match format {
            TextFormat::Markdown => Self::Markdown,
            TextFormat::Text => Self::Text,
        }
    }
}

/// The words of an export, in the person's language.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportLabels {
    /// Above what the person wrote.
    pub you: String,
    /// Above what the model wrote.
    pub assistant: String,
    /// Title of a conversation without one.
    pub untitled: String,
}

impl From<ExportLabels> for exchange::Labels {
    fn from(labels: ExportLabels) -> Self {
        Self {
            you: labels.you,
            assistant: labels.assistant,
            untitled: labels.untitled,
        }
    }
}

/// How far an export or import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExchangeProgress {
    /// What is done: conversations written, or bytes read.
    pub done: u64,
    /// What there is to do, in the same unit.
    pub total: u64,
    /// Conversations that were written or came in.
    pub conversations: u64,
}

impl From<exchange::Progress> for ExchangeProgress {
    fn from(progress: exchange::Progress) -> Self {
        Self {
            done: progress.done,
            total: progress.total,
            conversations: progress.conversations,
        }
    }
}

/// What an export did.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportReport {
    /// Where the file is.
    pub path: String,
    /// Conversations in it.
    pub conversations: u64,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Whose export a file was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ImportSource {
    /// This app's own.
    Llmos,
    /// `ChatGPT`'s.
    Chatgpt,
    /// Claude's.
    Claude,
    /// Open `WebUI`'s.
    OpenWebui,
}

/// Why a conversation did not come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// It is not JSON.
    Unreadable,
    /// Something in it is missing or of another type.
    Shape,
    /// Somebody unknown speaks in it.
    UnknownRole,
    /// A message follows one that is not there.
    MissingParent,
    /// Its messages follow each other in a circle.
    Cycle,
    /// It is too large.
    TooLarge,
    /// There is no text in it.
    Empty,
}

impl From<Reason> for SkipReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Unreadable => Self::Unreadable,
            Reason::Shape => Self::Shape,
            Reason::UnknownRole => Self::UnknownRole,
            Reason::MissingParent => Self::MissingParent,
            Reason::Cycle => Self::Cycle,
            Reason::TooLarge => Self::TooLarge,
            Reason::Empty => Self::Empty,
        }
    }
}

/// A conversation that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SkippedConversation {
    /// Its place in the file, from one.
    pub number: u64,
    /// Its title, as far as it could be read.
    pub title: Option<String>,
    /// Why.
    pub reason: SkipReason,
}

/// How an import ended; what came in before stays in every case.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(
    tag = "state",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum ImportEnding {
    /// At the end of the file.
    Whole,
    /// Where the file breaks off.
    Truncated,
    /// Where the person stopped it.
    Cancelled,
    /// Where the database refused.
    Failed {
        /// Why.
        error: CommandError,
    },
}

/// What an import did.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// Whose export it was.
    pub source: ImportSource,
    /// Conversations that came in.
    pub added: u64,
    /// Conversations that were here already.
    pub known: u64,
    /// How many of those are in the trash.
    pub known_in_trash: u64,
    /// Pictures, files and steps of tools that have no place here.
    pub omitted: u64,
    /// Conversations that were left out; the first of them, if there are many.
    pub skipped: Vec<SkippedConversation>,
    /// How many were left out in all.
    pub skipped_total: u64,
    /// How it ended.
    pub ending: ImportEnding,
}

impl From<exchange::ImportReport> for ImportReport {
    fn from(report: exchange::ImportReport) -> Self {
        Self {
            source: match report.source {
                Source::Own => ImportSource::Llmos,
                Source::ChatGpt => ImportSource::Chatgpt,
                Source::Claude => ImportSource::Claude,
                Source::OpenWebUi => ImportSource::OpenWebui,
            },
            added: report.added,
            known: report.known,
            known_in_trash: report.known_in_trash,
            omitted: report.omitted,
            skipped: report
                .skipped
                .into_iter()
                .map(|skipped| SkippedConversation {
                    number: skipped.number,
                    title: skipped.title,
                    reason: skipped.reason.into(),
                })
                .collect(),
            skipped_total: report.skipped_total,
            ending: match report.ending {
                Ending::Whole => ImportEnding::Whole,
                Ending::Truncated => ImportEnding::Truncated,
                Ending::Cancelled => ImportEnding::Cancelled,
                Ending::Failed(error) => ImportEnding::Failed {
                    error: error.into(),
                },
            },
        }
    }
}
