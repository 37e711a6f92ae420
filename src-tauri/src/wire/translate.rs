//! What crosses for translations.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A language that texts are translated from and into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TextLanguage {
    /// Its tag, such as `de` or `zh-Hant`.
    pub code: String,
    /// Its name in English.
    pub english: String,
    /// Its name in Chinese.
    pub chinese: String,
    /// Its name in itself.
    pub own: String,
}

/// Tags of a source's language and a translation's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LanguagePair {
    /// Of the source.
    pub from: String,
    /// Of the translation.
    pub to: String,
}

/// What the page needs to know to translate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TranslateInfo {
    /// All languages.
    pub languages: Vec<TextLanguage>,
    /// The tags of those that the loaded model was made for; empty where nothing is
    /// known, or no model is loaded.
    pub known: Vec<String>,
    /// The pairs that were used last, the last one first.
    pub recent: Vec<LanguagePair>,
    /// How many translations are remembered.
    pub remembered: u64,
}

/// What language a text seems to be in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DetectedLanguage {
    /// Its tag.
    pub code: String,
    /// Whether it can be relied on.
    pub sure: bool,
}

/// The format of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum SourceFormat {
    /// Text in lines.
    Plain,
    /// Markdown.
    Markdown,
    /// HTML.
    Html,
    /// Subtitles.
    Srt,
}

/// How the reader is addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Formality {
    /// As the source does.
    Same,
    /// As a stranger.
    Formal,
    /// As a friend.
    Informal,
}

/// A text that is to be translated.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TranslationRequest {
    /// What it is called; the beginning of the text when there is nothing.
    pub title: Option<String>,
    /// Its format.
    pub format: SourceFormat,
    /// The text.
    pub source: String,
    /// Tag of its language.
    pub from: String,
    /// Tag of the translation's language.
    pub to: String,
    /// How the reader is addressed.
    pub formality: Formality,
}

/// What may be wrong with a translation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TranslationFlag {
    /// A placeholder, a link or a piece of code is missing.
    Lost {
        /// As it stands in the source.
        what: String,
    },
    /// It is there more often than in the source.
    Doubled {
        /// As it stands in the source.
        what: String,
    },
    /// The numbers are others than in the source.
    Numbers,
    /// Emphasis or tags stand elsewhere, or are gone.
    Formatting,
    /// A word of the glossary was translated in another way.
    Term {
        /// The word.
        source: String,
        /// What the glossary wants for it.
        target: String,
    },
    /// There are no words in it.
    Empty,
    /// It is the source again.
    Echo,
    /// It is in another language than asked for.
    WrongLanguage,
    /// It says the same again and again.
    Repetition,
    /// The model talks instead of translating.
    Answered,
    /// It is far longer or shorter than a translation would be.
    Length,
    /// It ended at a limit.
    CutOff,
    /// The segment is too long for the model.
    TooLong,
}

/// Where a segment's translation comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum SegmentState {
    /// There is none yet.
    Waiting,
    /// The model made it.
    Machine,
    /// The person wrote it.
    Edited,
    /// The person wants it to stay as the source is.
    Kept,
}

/// One row of a translation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TranslationSegment {
    /// As it stands in the source.
    pub source: String,
    /// As it will stand in the translation.
    pub target: Option<String>,
    /// Where that comes from.
    pub state: SegmentState,
    /// What may be wrong with it.
    pub flags: Vec<TranslationFlag>,
    /// Whether it begins a paragraph.
    pub begins: bool,
}

/// A text on two sides.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TranslationView {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Its format.
    pub format: SourceFormat,
    /// The text.
    pub source: String,
    /// Tag of its language.
    pub from: String,
    /// Tag of the translation's language.
    pub to: String,
    /// How the reader is addressed.
    pub formality: Formality,
    /// What is translated, in order.
    pub segments: Vec<TranslationSegment>,
    /// Milliseconds since the Unix epoch.
    pub updated_at: i64,
}

/// A line of the list of translations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TranslationSummary {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Its format.
    pub format: SourceFormat,
    /// Tag of its language.
    pub from: String,
    /// Tag of the translation's language.
    pub to: String,
    /// Segments in all.
    pub segments: u64,
    /// Of them, those that have a translation.
    pub done: u64,
    /// Milliseconds since the Unix epoch.
    pub updated_at: i64,
}

/// What happens while a text is translated.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TranslationEvent {
    /// A segment's translation so far.
    Text {
        /// Its place.
        ordinal: usize,
        /// All of it so far.
        text: String,
    },
    /// A segment is done, and saved.
    Done {
        /// Its place.
        ordinal: usize,
        /// The segment.
        segment: TranslationSegment,
    },
}

/// A translation of a segment beside the one that it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TranslatedText {
    /// The text.
    pub text: String,
    /// What may be wrong with it.
    pub flags: Vec<TranslationFlag>,
}

/// A word whose translation is settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GlossaryTerm {
    /// In the language of the source.
    pub source: String,
    /// In the language of the translation.
    pub target: String,
    /// Whether capitals make a difference.
    pub match_case: bool,
}

/// The same word with several translations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GlossaryConflict {
    /// The word.
    pub source: String,
    /// What it would have to be translated as, all at once.
    pub targets: Vec<String>,
}

/// The glossary of a pair of languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GlossaryView {
    /// Its terms, in the person's order.
    pub terms: Vec<GlossaryTerm>,
    /// Those that contradict each other.
    pub conflicts: Vec<GlossaryConflict>,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum SpeakerSide {
    /// The person who holds the device.
    Near,
    /// The other one.
    Far,
}

/// One thing that was said, with its translation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Utterance {
    /// Who said it.
    pub side: SpeakerSide,
    /// Tag of the language it was said in.
    pub from: String,
    /// Tag of the language it was translated into.
    pub to: String,
    /// What was said.
    pub source: String,
    /// Its translation.
    pub target: String,
    /// What may be wrong with that.
    pub flags: Vec<TranslationFlag>,
    /// Milliseconds since the Unix epoch.
    pub spoken_at: i64,
}
