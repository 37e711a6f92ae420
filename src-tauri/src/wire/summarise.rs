//! Summaries of texts.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Job;

/// How a summary is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SummaryStyle {
    /// One sentence.
    Sentence,
    /// Key points, one sentence each.
    KeyPoints,
    /// Paragraphs.
    Paragraphs,
    /// Decisions, actions and open questions of a meeting.
    Minutes,
    /// In simple words, for a child.
    Child,
}

/// How long a summary is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum SummaryLength {
    /// As short as it goes.
    Short,
    /// In between.
    Medium,
    /// With details.
    Long,
}

/// What a person wishes a summary to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SummaryWish {
    /// How it is written.
    pub style: SummaryStyle,
    /// How long it is.
    pub length: SummaryLength,
    /// The language that it is written in, as a code of two letters; none for the text's.
    pub language: Option<String>,
    /// What else is wished, in the person's own words.
    pub request: Option<String>,
}

/// What a point of a meeting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum SummaryMatter {
    /// Something was decided.
    Decision,
    /// Somebody is to do something.
    Action,
    /// Something is open.
    Question,
}

/// A point of a summary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SummaryPoint {
    /// What it says.
    pub text: String,
    /// The parts of the text that it came from, from 0.
    pub parts: Vec<usize>,
    /// What it is, in a meeting.
    pub matter: Option<SummaryMatter>,
    /// Whether these are the text's own words, because the model gave none of use.
    pub quoted: bool,
}

/// Which parts of a text went into a summary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SummaryCoverage {
    /// How many parts there are.
    pub parts: usize,
    /// How many of them the model read and summed up.
    pub read: usize,
    /// Parts that it could not sum up; their first sentence is quoted.
    pub quoted: Vec<usize>,
    /// Parts without words.
    pub empty: Vec<usize>,
}

/// One summary of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SummaryVersion {
    /// Its id: that of the job that made it.
    pub id: String,
    /// What was wished.
    pub wish: SummaryWish,
    /// The model that made it.
    pub model: String,
    /// The version that it was made from; none for one that read the text.
    pub base: Option<String>,
    /// What it says.
    pub points: Vec<SummaryPoint>,
    /// What it covers.
    pub coverage: SummaryCoverage,
    /// Milliseconds since the Unix epoch.
    pub created_at: i64,
}

/// A text that was summed up, in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Digest {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// How many parts the text has.
    pub parts: usize,
    /// How many summaries there are of it.
    pub versions: usize,
    /// Milliseconds since the Unix epoch.
    pub created_at: i64,
    /// Milliseconds since the Unix epoch.
    pub updated_at: i64,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DigestPart {
    /// The heading that it stands under.
    pub heading: Option<String>,
    /// The page that it begins on, from 1.
    pub page: Option<u32>,
    /// The text.
    pub text: String,
}

/// A text with its summaries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DigestView {
    /// The text's title and dates.
    pub digest: Digest,
    /// Its parts, in order.
    pub parts: Vec<DigestPart>,
    /// Its summaries, oldest first.
    pub versions: Vec<SummaryVersion>,
}

/// A text that was taken in, and the work that has begun on it.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SummaryStarted {
    /// The text.
    pub digest: Digest,
    /// The work.
    pub job: Job,
}
