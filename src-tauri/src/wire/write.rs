//! What crosses when a person writes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A line of the list of texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TextSummary {
    /// Its id.
    pub id: String,
    /// What the person calls it; empty when they do not.
    pub title: String,
    /// How it begins.
    pub beginning: String,
    /// When it last changed, in milliseconds since the Unix epoch.
    pub updated_at: i64,
}

/// A text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WrittenText {
    /// Its id.
    pub id: String,
    /// What the person calls it; empty when they do not.
    pub title: String,
    /// Its words.
    pub body: String,
    /// What it was drafted from, if it was.
    pub form: Option<DraftForm>,
    /// When it last changed, in milliseconds since the Unix epoch.
    pub updated_at: i64,
}

/// Why a version of a text was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TextCause {
    /// The person paused.
    Pause,
    /// The model was about to change it.
    Model,
    /// Another version was about to take its place.
    Restore,
}

/// A line of a text's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TextVersion {
    /// Its number; a later one is larger.
    pub number: i64,
    /// Why it was kept.
    pub cause: TextCause,
    /// When, in milliseconds since the Unix epoch.
    pub made_at: i64,
    /// How long it is.
    pub characters: i64,
}

/// What a text was in a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TextThen {
    /// What it was called.
    pub title: String,
    /// Its words.
    pub body: String,
}

/// What kind of text a draft is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DraftKind {
    /// An e-mail.
    #[default]
    Email,
    /// A letter.
    Letter,
    /// A few lines to somebody.
    Message,
    /// Something that many read.
    Post,
    /// A section of a report.
    Section,
    /// A list of ideas.
    Ideas,
    /// What the instruction says.
    Own,
}

/// How a draft sounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DraftTone {
    /// As most people write.
    #[default]
    Plain,
    /// With distance.
    Formal,
    /// Warm.
    Friendly,
    /// Wants something of the reader.
    Persuasive,
}

/// How long a draft is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DraftLength {
    /// A few sentences.
    #[default]
    Short,
    /// A paragraph or two.
    Medium,
    /// A page.
    Long,
}

/// A field of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DraftField {
    /// Its name, which the instruction may hold as `{{name}}`.
    pub name: String,
    /// What is in it.
    pub value: String,
}

/// What a draft is made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DraftForm {
    /// What kind of text.
    pub kind: DraftKind,
    /// How it sounds.
    pub tone: DraftTone,
    /// How long it is.
    pub length: DraftLength,
    /// Who reads it.
    pub audience: String,
    /// Its language as a BCP 47 tag.
    pub language: String,
    /// What is to be in it, one a line.
    pub points: String,
    /// The person's own words about what to write.
    pub instruction: String,
    /// Fields of the person's own.
    pub fields: Vec<DraftField>,
}

/// A form with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DraftTemplate {
    /// Its id.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// What is filled in.
    pub form: DraftForm,
}

/// How a text is rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RewriteStyle {
    /// Easier to understand.
    Clearer,
    /// In fewer words.
    Shorter,
    /// In more words.
    Longer,
    /// With more distance.
    Formal,
    /// With more warmth.
    Friendly,
    /// Without mistakes, and otherwise the same.
    Grammar,
    /// As the instruction says.
    Own,
}

/// What happens while the model writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum WriteEvent {
    /// So many tokens are read.
    Reading {
        /// Tokens read so far.
        done: usize,
        /// Tokens in all.
        total: usize,
    },
    /// A passage begins.
    Passage {
        /// Its number, from 1 on.
        number: usize,
        /// How many there are.
        total: usize,
    },
    /// The text goes on with this.
    Text {
        /// The words.
        text: String,
    },
}

/// What a person should know before they take what the model wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WriteDoubt {
    /// It is the text as it was.
    Unchanged,
    /// It ends at the model's limit.
    CutOff,
    /// It has little to do with the text.
    Strayed,
    /// It is in another language.
    OtherLanguage,
    /// It was to be shorter and is not.
    NotShorter,
    /// It was to be longer and is not.
    NotLonger,
}

/// A piece of a text beside its rewrite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DiffPiece {
    /// What both have.
    Same {
        /// The words.
        text: String,
    },
    /// What the rewrite has instead; one of them may be empty.
    Change {
        /// The words of the text.
        old: String,
        /// The words of the rewrite.
        new: String,
    },
}

/// A text beside its rewrite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Rewritten {
    /// What it changes.
    pub pieces: Vec<DiffPiece>,
    /// What a person should know before they take it.
    pub doubts: Vec<WriteDoubt>,
    /// Numbers, links and names that it lost.
    pub lost: Vec<String>,
    /// Numbers and links that it made up.
    pub added: Vec<String>,
    /// Passages that were given to the model.
    pub passages: usize,
    /// How many of them stay because what the model wrote was useless.
    pub kept: usize,
}

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Drafted {
    /// The text.
    pub text: String,
    /// What a person should know before they take it.
    pub doubts: Vec<WriteDoubt>,
    /// Points of the form that it says nothing about.
    pub left_out: Vec<String>,
    /// What stands in brackets for the person to fill in.
    pub blanks: Vec<String>,
}

/// How a text goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CarriedOn {
    /// What comes behind the text.
    pub text: String,
    /// What a person should know about it.
    pub doubts: Vec<WriteDoubt>,
}
