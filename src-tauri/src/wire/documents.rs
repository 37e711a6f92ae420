//! What crosses for documents.

use serde::Serialize;
use ts_rs::TS;

/// What a person should know about a document's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DocumentWarning {
    /// `damaged_text`, `pages_without_text`, `unknown_characters` or `parts_left_out`.
    pub about: String,
    /// How often, where that is counted; 0 otherwise.
    pub count: u32,
}

/// A document without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DocumentSummary {
    /// Its id.
    pub id: String,
    /// What people call it: at first the file's name.
    pub name: String,
    /// The ending of such a file's name, by the content.
    pub kind: String,
    /// The title that it states.
    pub title: Option<String>,
    /// How many pages it has, where it has pages.
    pub pages: Option<u32>,
    /// How many words it has.
    pub words: usize,
    /// Size of the file.
    pub bytes: u64,
    /// The encoding that it was read in, where there was a choice.
    pub encoding: Option<String>,
    /// Whether that was concluded from its bytes.
    pub encoding_guessed: bool,
    /// What a person should know about its text.
    pub warnings: Vec<DocumentWarning>,
    /// When it was read, in milliseconds since the Unix epoch.
    pub created_at: i64,
    /// Whether the file itself is kept, beside its text.
    pub file: bool,
}

impl From<llmos_store::StoredDocument> for DocumentSummary {
    fn from(document: llmos_store::StoredDocument) -> Self {
        let details = document.details;
        let warnings = details.warnings.into_iter().map(|warning| DocumentWarning {
            about: warning.about,
            count: warning.count,
        });
        Self {
            id: document.id.0,
            name: document.name,
            kind: details.kind,
            title: details.title,
            pages: details.pages,
            words: details.words,
            bytes: details.bytes,
            encoding: details.encoding,
            encoding_guessed: details.encoding_guessed,
            warnings: warnings.collect(),
            created_at: document.created_at.0,
            file: document.file,
        }
    }
}

/// The text of a document, before it is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DocumentText {
    /// The file's name.
    pub name: String,
    /// Its text as Markdown, with a form feed where a page begins.
    pub text: String,
}

/// A document as a chat can use it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenDocument {
    /// What is known about it.
    pub document: DocumentSummary,
    /// Whether it is kept, or only in memory.
    pub kept: bool,
    /// How many tokens the loaded model makes of it; none without a model.
    pub tokens: Option<usize>,
    /// Its text, where the model can read it whole; otherwise it reads passages.
    pub whole: Option<String>,
}

impl From<llmos_assistant::OpenDocument> for OpenDocument {
    fn from(open: llmos_assistant::OpenDocument) -> Self {
        Self {
            document: open.document.into(),
            kept: open.kept,
            tokens: open.tokens,
            whole: open.whole,
        }
    }
}

/// A piece of a document's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DocumentPassage {
    /// Its place among the passages, from 0.
    pub ordinal: usize,
    /// The page that it begins on.
    pub page: Option<u32>,
    /// The headings above it, the highest first.
    pub headings: Vec<String>,
    /// Its text, as Markdown.
    pub text: String,
}

impl From<llmos_store::DocumentPassage> for DocumentPassage {
    fn from(passage: llmos_store::DocumentPassage) -> Self {
        Self {
            ordinal: passage.ordinal,
            page: passage.page,
            headings: passage.headings,
            text: passage.text,
        }
    }
}

/// A place in a document where the words of a search are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DocumentHit {
    /// The document.
    pub document_id: String,
    /// Its name.
    pub name: String,
    /// The passage.
    pub ordinal: usize,
    /// The page that the passage begins on.
    pub page: Option<u32>,
    /// The headings above it, the highest first.
    pub headings: Vec<String>,
    /// One line around the match.
    pub excerpt: String,
    /// Start and end of each match in `excerpt`, in UTF-16 code units.
    pub highlights: Vec<(usize, usize)>,
}

impl From<llmos_store::DocumentHit> for DocumentHit {
    fn from(hit: llmos_store::DocumentHit) -> Self {
        Self {
            document_id: hit.document_id.0,
            name: hit.name,
            ordinal: hit.ordinal,
            page: hit.page,
            headings: hit.headings,
            excerpt: hit.excerpt,
            highlights: hit.highlights,
        }
    }
}

/// How far reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DocumentProgress {
    /// Pages or chapters that are read.
    pub done: u64,
    /// How many there are; 0 while nobody knows.
    pub total: u64,
}
