//! The types that cross between the shell and the page.
//!
//! Plain data in the page's spelling (camelCase), exported to TypeScript by
//! `tests/bindings.rs`. Numbers are JSON numbers: every count and every time in
//! milliseconds here stays below 2^53.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::CommandError;

mod documents;
mod exchange;
mod jobs;
mod personas;
mod search;
mod summarise;
mod translate;
mod write;

pub use documents::{
    DocumentHit, DocumentPassage, DocumentProgress, DocumentSummary, DocumentText, DocumentWarning,
    OpenDocument,
};
pub use exchange::{
    ExchangeProgress, ExportFormat, ExportLabels, ExportReport, ImportEnding, ImportReport,
    ImportSource, SkipReason, SkippedConversation, TextFormat,
};
pub use jobs::{Job, JobEvent, JobState};
pub use personas::{
    ConversationSettings, GenerationRanges, GenerationSettings, OwnModel, PageLanguage, Persona,
    PersonaColour, PersonaLibrary, PersonaProfile, PromptPreview, PromptProblem, PromptProblemKind,
};
pub use search::{SearchHit, WorkHit, WorkKind};
pub use summarise::{
    Digest, DigestPart, DigestView, SummaryCoverage, SummaryLength, SummaryMatter, SummaryPoint,
    SummaryStarted, SummaryStyle, SummaryVersion, SummaryWish,
};
pub use translate::{
    DetectedLanguage, Formality, GlossaryConflict, GlossaryTerm, GlossaryView, LanguagePair,
    SegmentState, SourceFormat, SpeakerSide, TextLanguage, TranslateInfo, TranslatedText,
    TranslationEvent, TranslationFlag, TranslationRequest, TranslationSegment, TranslationSummary,
    TranslationView, Utterance,
};
pub use write::{
    CarriedOn, DiffPiece, DraftField, DraftForm, DraftKind, DraftLength, DraftTemplate, DraftTone,
    Drafted, RewriteStyle, Rewritten, TextCause, TextSummary, TextThen, TextVersion, WriteDoubt,
    WriteEvent, WrittenText,
};

/// What the page needs to know before it draws anything.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppInfo {
    /// The app's version.
    pub version: String,
    /// True until the first message has been sent on this device.
    pub first_run: bool,
    /// Whether the history is open.
    pub storage: StorageState,
    /// Where history and settings are kept.
    pub data_dir: String,
    /// `linux`, `macos`, `windows`, `android` or `ios`.
    pub platform: String,
    /// The system's language as a BCP 47 tag, `en` when unknown.
    pub system_language: String,
    /// SPDX name of the app's licence.
    pub licence: String,
    /// When the process started, in milliseconds since the Unix epoch.
    pub process_start_ms: f64,
}

/// Whether the encrypted history is open, and what happened if it isn't.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(
    tag = "state",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum StorageState {
    /// Open and sound.
    Ready,
    /// A damaged history was put aside at `path` and a new one begun.
    SetAside {
        /// Where the damaged file is now.
        path: String,
        /// Conversations that could be read from it and are here again.
        conversations: u64,
        /// Messages that could be read from it and are here again.
        messages: u64,
    },
    /// Not open; nothing was changed.
    Failed {
        /// Why.
        error: CommandError,
    },
}

/// The colours of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// The language of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub enum Language {
    /// As the system says.
    #[default]
    #[serde(rename = "system")]
    System,
    /// English.
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Chinese,
}

/// What the Enter key does in a field for a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum EnterKey {
    /// It sends; with Shift it makes a new line.
    #[default]
    Send,
    /// It makes a new line; with Ctrl or Command it sends.
    NewLine,
}

/// How fast answers are computed while the device runs on its battery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum OnBattery {
    /// Gently when the system saves power or the battery is low.
    #[default]
    Automatic,
    /// As fast as on mains.
    Full,
    /// Always gently.
    Gentle,
}

/// What the window remembers, readable before the history is open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Preferences {
    /// The colours.
    pub theme: Theme,
    /// The language.
    pub language: Language,
    /// The conversation that was open last.
    pub last_conversation: Option<String>,
    /// Whether the welcome has been seen.
    pub welcomed: bool,
    /// What Enter does while writing.
    pub enter: EnterKey,
    /// Whether the conversation has the whole window, without the list beside it.
    pub list_hidden: bool,
    /// The speed on battery.
    pub on_battery: OnBattery,
}

/// What the engine is doing.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(
    tag = "state",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum ModelStatus {
    /// No model, and none asked for.
    Empty,
    /// A model is being read.
    Loading {
        /// The file's name.
        name: String,
        /// 0 to 1.
        progress: f32,
    },
    /// Waiting for work.
    Ready {
        /// The model.
        model: ModelSummary,
    },
    /// Writing an answer.
    Generating {
        /// The model.
        model: ModelSummary,
        /// For whom.
        holder: String,
    },
    /// The last load failed.
    Failed {
        /// Why.
        error: CommandError,
        /// The model that was loaded before and still works.
        model: Option<ModelSummary>,
    },
}

/// A loaded model, as shown to the person.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ModelSummary {
    /// The name inside the file, or the file's name.
    pub name: String,
    /// For example `llama`.
    pub architecture: String,
    /// The type of most weights, for example `Q4_1`.
    pub quantisation: String,
    /// The back end that runs it.
    pub engine: String,
    /// Tokens that fit into the context as loaded.
    pub context_length: usize,
    /// Number of weights.
    pub parameter_count: u64,
    /// Bytes on disk.
    pub file_size: u64,
    /// Where the file is.
    pub path: String,
    /// Milliseconds that loading took.
    pub load_ms: f64,
    /// Whether it is the one that came with the app.
    pub is_default: bool,
}

/// The draft model that is paired with the loaded one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DraftModel {
    /// Where the file is; none when none is paired.
    pub path: Option<String>,
    /// Its own name, when it is at work.
    pub name: Option<String>,
    /// Why it is not.
    pub error: Option<CommandError>,
}

/// A line of the conversation list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationSummary {
    /// Its id.
    pub id: String,
    /// Its title; none before the first exchange.
    pub title: Option<String>,
    /// Milliseconds since the Unix epoch.
    pub created_at: i64,
    /// Milliseconds since the Unix epoch.
    pub updated_at: i64,
    /// When it was put into the trash.
    pub trashed_at: Option<i64>,
    /// Whether it is only in memory, and gone with the app.
    pub temporary: bool,
    /// Whether it stays at the top of the list.
    pub pinned: bool,
    /// Whether it was put away: kept and found, but not in the list.
    pub archived: bool,
    /// Its tags, in the order of their letters.
    pub tags: Vec<String>,
}

/// A tag given to conversations, or taken from them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TagChange {
    /// Its name, in any spelling.
    pub tag: String,
    /// The ids of the conversations.
    pub conversations: Vec<String>,
    /// Given (true) or taken.
    pub on: bool,
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ChatRole {
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// How far a message got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ChatMessageStatus {
    /// Finished.
    Complete,
    /// Being written.
    Streaming,
    /// Stopped by the person.
    Stopped,
    /// Cut off by a crash or by the window closing.
    Interrupted,
    /// Ended by an error.
    Failed,
}

/// A message of the branch that is shown.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChatMessage {
    /// Its id.
    pub id: String,
    /// The message it answers.
    pub parent_id: Option<String>,
    /// Who wrote it.
    pub role: ChatRole,
    /// Its text: Markdown when the model wrote it.
    pub text: String,
    /// How far it got.
    pub status: ChatMessageStatus,
    /// Milliseconds since the Unix epoch.
    pub created_at: i64,
    /// Ids of the alternatives at this place, oldest first, itself included.
    pub siblings: Vec<String>,
    /// Figures of the generation.
    pub stats: Option<MessageStats>,
}

/// Figures of one generation.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MessageStats {
    /// The model's name.
    pub model: String,
    /// The back end.
    pub engine: String,
    /// Tokens read.
    pub prompt_tokens: i64,
    /// Tokens written.
    pub completion_tokens: i64,
    /// Time to first token, milliseconds.
    pub ttft_ms: f64,
    /// Tokens per second while reading.
    pub prefill_tps: f64,
    /// Tokens per second while writing.
    pub decode_tps: f64,
    /// Why it ended: `end_of_turn`, `stop_string`, `max_tokens`, `context_full` or `stopped`.
    pub stop_reason: String,
}

/// A conversation, opened.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationView {
    /// The conversation.
    pub conversation: ConversationSummary,
    /// How many messages of its active branch come before `messages`.
    pub earlier: usize,
    /// The end of its active branch, oldest first.
    pub messages: Vec<ChatMessage>,
    /// What was typed and not sent.
    pub draft: String,
    /// Its persona, and what differs from it.
    pub settings: ConversationSettings,
    /// The summary of its first messages, if there is one on this branch.
    pub summary: Option<RunningSummary>,
}

/// How much of the model's context a conversation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ContextUse {
    /// Tokens of the prompt as it would be sent.
    pub used: usize,
    /// Tokens that the model can hold, its answer included.
    pub size: usize,
    /// Tokens that a prompt may have before older messages make room.
    pub comfortable: usize,
    /// Messages that the model reads as a summary.
    pub folded: usize,
    /// Messages that it does not read at all.
    pub dropped: usize,
    /// Whether sending would first sum up some of them.
    pub will_fold: bool,
    /// Whether older messages are summed up at all.
    pub summaries: bool,
    /// Whether it would be sent at all: the last question alone fits.
    pub fits: bool,
}

/// What is kept of conversations that the model has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeptPrefixes {
    /// Bytes that it takes.
    pub used: u64,
    /// Bytes that it may take; 0 for nothing kept.
    pub limit: u64,
}

/// What the model reads in place of the first messages of a branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RunningSummary {
    /// The last message that it stands for.
    pub message_id: String,
    /// How many messages lead to that one, itself included.
    pub depth: usize,
    /// How many of them went into it: the last ones.
    pub covered: usize,
    /// The summary.
    pub text: String,
    /// Whether the person has put it into other words.
    pub edited: bool,
}

/// What happens during a chat turn, in order.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[expect(
    clippy::large_enum_variant,
    reason = "at most thirty a second, each sent at once"
)]
pub enum ChatEvent {
    /// The question is saved and the answer begun.
    Started {
        /// The conversation, new or known.
        conversation: ConversationSummary,
        /// The question; none when an answer is written again or continued.
        user: Option<ChatMessage>,
        /// The answer, empty or with what it had.
        answer: ChatMessage,
    },
    /// The model is reading.
    PromptProgress {
        /// Tokens read.
        done: usize,
        /// Tokens to read.
        total: usize,
        /// Older messages that did not fit and are left out.
        dropped: usize,
        /// Milliseconds that the rest will take, by the speed measured on this device.
        remaining_ms: Option<f64>,
    },
    /// Older messages are being summed up, so that the question fits.
    Folding {
        /// 0 to 1.
        share: f32,
    },
    /// They are summed up; the model reads this in their place.
    Folded {
        /// What stands for them.
        summary: RunningSummary,
    },
    /// More of the answer.
    Text {
        /// The answer's id.
        message_id: String,
        /// What to append.
        text: String,
    },
    /// The answer is over and saved.
    Finished {
        /// The answer as saved.
        message: ChatMessage,
    },
    /// The answer ended in an error; what there was is saved.
    Failed {
        /// Why.
        error: CommandError,
        /// The answer as saved, if it could be.
        message: Option<ChatMessage>,
    },
    /// The conversation got its title.
    Titled {
        /// The conversation.
        conversation: ConversationSummary,
    },
}
