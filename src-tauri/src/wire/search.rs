//! What crosses for the search over everything.

use serde::Serialize;
use ts_rs::TS;

use super::ChatRole;

/// A place where a search matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SearchHit {
    /// The conversation.
    pub conversation_id: String,
    /// The message; none when the title matched.
    pub message_id: Option<String>,
    /// The conversation's title.
    pub title: Option<String>,
    /// Who wrote the message.
    pub role: Option<ChatRole>,
    /// One line around the match.
    pub excerpt: String,
    /// Start and end of each match in `excerpt`, in UTF-16 code units.
    pub highlights: Vec<(usize, usize)>,
    /// Whether it is from what the model thought before its answer.
    pub thought: bool,
    /// Milliseconds since the Unix epoch.
    pub created_at: i64,
}

impl From<llmos_store::SearchHit> for SearchHit {
    fn from(hit: llmos_store::SearchHit) -> Self {
        Self {
            conversation_id: hit.conversation_id.0,
            message_id: hit.message_id.map(|id| id.0),
            title: hit.title,
            role: hit.role.map(Into::into),
            excerpt: hit.excerpt,
            highlights: hit.highlights,
            thought: hit.thought,
            created_at: hit.created_at.0,
        }
    }
}

/// What kind of work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum WorkKind {
    /// A text that the person writes.
    Text,
    /// A text with its summaries.
    Digest,
    /// A translation.
    Translation,
}

/// A text, a summed-up text or a translation in which a search matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WorkHit {
    /// What it is.
    pub kind: WorkKind,
    /// Its id.
    pub id: String,
    /// Its title; empty when it has none.
    pub title: String,
    /// One line around the match.
    pub excerpt: String,
    /// Start and end of each match in `excerpt`, in UTF-16 code units.
    pub highlights: Vec<(usize, usize)>,
}

impl From<llmos_store::WorkHit> for WorkHit {
    fn from(hit: llmos_store::WorkHit) -> Self {
        Self {
            kind: match hit.kind {
                llmos_store::WorkKind::Text => WorkKind::Text,
                llmos_store::WorkKind::Digest => WorkKind::Digest,
                llmos_store::WorkKind::Translation => WorkKind::Translation,
            },
            id: hit.id,
            title: hit.title,
            excerpt: hit.excerpt,
            highlights: hit.highlights,
        }
    }
}
