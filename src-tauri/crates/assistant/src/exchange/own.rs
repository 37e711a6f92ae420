//! This app's own format, described in docs/EXPORT.md.

use std::collections::HashMap;
use std::io::{self, Write};

use llmos_store::{MessageStats, MessageStatus, NodeSummary, Origin, Role, Timestamp, Tree};
use serde::{Deserialize, Serialize};

use super::graph::{Entry, Joining, Said};
use super::json::{parse, short_title};
use super::recognise::{Place, Told};
use super::report::Reason;
use crate::summary::clean;

/// The name in the file's head.
pub const FORMAT: &str = "llmos-conversations";

/// The version of the format that is written. Fields may be added without a new
/// one; it counts up when an older app would misread the file.
pub const VERSION: u64 = 1;

/// The key under which the conversations are.
pub(super) const CONVERSATIONS: &str = "conversations";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Conversation {
    id: String,
    title: Option<String>,
    system_prompt: Option<String>,
    created_at: i64,
    updated_at: i64,
    active_leaf: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pinned: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    archived: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    origins: Vec<Provenance>,
    messages: Vec<Message>,
}

#[derive(Serialize, Deserialize)]
struct Provenance {
    app: String,
    id: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    id: String,
    parent: Option<String>,
    role: String,
    status: String,
    text: String,
    created_at: i64,
    updated_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stats: Option<Stats>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    summary: Option<Summary>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    text: String,
    covered: usize,
    edited: bool,
    updated_at: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_false(value: &bool) -> bool {
    !value
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Stats {
    model: String,
    engine: String,
    prompt_tokens: i64,
    completion_tokens: i64,
    ttft_ms: f64,
    prefill_tps: f64,
    decode_tps: f64,
    stop_reason: String,
}

impl Default for Stats {
    fn default() -> Self {
        MessageStats::default().into()
    }
}

impl From<MessageStats> for Stats {
    fn from(stats: MessageStats) -> Self {
        Self {
            model: stats.model,
            engine: stats.engine,
            prompt_tokens: stats.prompt_tokens,
            completion_tokens: stats.completion_tokens,
            ttft_ms: stats.ttft_ms,
            prefill_tps: stats.prefill_tps,
            decode_tps: stats.decode_tps,
            stop_reason: stats.stop_reason,
        }
    }
}

impl From<Stats> for MessageStats {
    fn from(stats: Stats) -> Self {
        Self {
            model: stats.model,
            engine: stats.engine,
            prompt_tokens: stats.prompt_tokens,
            completion_tokens: stats.completion_tokens,
            ttft_ms: stats.ttft_ms,
            prefill_tps: stats.prefill_tps,
            decode_tps: stats.decode_tps,
            stop_reason: stats.stop_reason,
        }
    }
}

/// What stands before the first conversation. The head comes first, so that a
/// reader knows what it reads before it reads much.
pub(super) fn begin(to: &mut impl Write, now: Timestamp) -> io::Result<()> {
    write!(
        to,
        "{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"exportedAt\":{},\"{CONVERSATIONS}\":[",
        now.0
    )
}

/// What stands behind the last one.
pub(super) fn end(to: &mut impl Write) -> io::Result<()> {
    to.write_all(b"\n]}\n")
}

/// Writes one conversation, on a line of its own.
pub(super) fn write(to: &mut impl Write, tree: Tree, first: bool) -> io::Result<()> {
    to.write_all(if first { b"\n" } else { b",\n" })?;
    let conversation = tree.conversation;
    let mut summaries: HashMap<_, _> = tree
        .summaries
        .into_iter()
        .map(|summary| (summary.message_id.clone(), summary))
        .collect();
    let record = Conversation {
        id: conversation.id.0,
        title: conversation.title,
        system_prompt: conversation.system_prompt,
        created_at: conversation.created_at.0,
        updated_at: conversation.updated_at.0,
        active_leaf: conversation.active_leaf.map(|id| id.0),
        pinned: conversation.pinned,
        archived: conversation.archived,
        tags: conversation.tags,
        origins: tree
            .origins
            .into_iter()
            .map(|Origin { app, id }| Provenance { app, id })
            .collect(),
        messages: tree
            .messages
            .into_iter()
            .map(|message| Message {
                summary: summaries.remove(&message.id).map(|summary| Summary {
                    text: summary.text,
                    covered: summary.covered,
                    edited: summary.edited,
                    updated_at: summary.updated_at.0,
                }),
                id: message.id.0,
                parent: message.parent_id.map(|id| id.0),
                role: message.role.as_str().to_owned(),
                status: ended(message.status).as_str().to_owned(),
                text: message.text,
                created_at: message.created_at.0,
                updated_at: message.updated_at.0,
                stats: message.stats.map(Stats::from),
            })
            .collect(),
    };
    serde_json::to_writer(to, &record).map_err(io::Error::from)
}

/// An answer that is being written is, in a file, one that broke off.
fn ended(status: MessageStatus) -> MessageStatus {
    match status {
        MessageStatus::Streaming => MessageStatus::Interrupted,
        other => other,
    }
}

pub(super) fn told(element: &[u8]) -> Result<Told, Reason> {
    let conversation: Conversation = parse(element)?;
    let entries = conversation
        .messages
        .into_iter()
        .map(|message| {
            Ok(Entry {
                id: message.id,
                parent: message.parent,
                children: Vec::new(),
                said: Some(Said {
                    role: match message.role.as_str() {
                        "user" => Role::User,
                        "assistant" => Role::Assistant,
                        _ => return Err(Reason::UnknownRole),
                    },
                    text: message.text,
                    status: status(&message.status)?,
                    stats: message.stats.map(MessageStats::from),
                    summary: message.summary.as_ref().and_then(summary),
                    created_at: Some(Timestamp(message.created_at)),
                    updated_at: Some(Timestamp(message.updated_at)),
                }),
            })
        })
        .collect::<Result<_, Reason>>()?;
    Ok(Told {
        title: short_title(conversation.title.as_deref()),
        system_prompt: conversation.system_prompt,
        created_at: Some(Timestamp(conversation.created_at)),
        updated_at: Some(Timestamp(conversation.updated_at)),
        entries,
        list: Place {
            pinned: conversation.pinned,
            archived: conversation.archived,
            tags: conversation.tags,
        },
        leaf: conversation.active_leaf,
        joining: Joining::Exact,
        id: Some(conversation.id),
        origins: conversation
            .origins
            .into_iter()
            .map(|Provenance { app, id }| Origin { app, id })
            .collect(),
        omitted: 0,
    })
}

/// A summary as one that a person may write, or `None` when nothing is in it.
fn summary(told: &Summary) -> Option<NodeSummary> {
    let text = clean(&told.text);
    (!text.is_empty()).then_some(NodeSummary {
        text,
        covered: told.covered,
        edited: told.edited,
        updated_at: Timestamp(told.updated_at),
    })
}

fn status(name: &str) -> Result<MessageStatus, Reason> {
    let all = [
        MessageStatus::Complete,
        MessageStatus::Stopped,
        MessageStatus::Interrupted,
        MessageStatus::Failed,
    ];
    all.into_iter()
        .find(|status| status.as_str() == name)
        .ok_or(Reason::Shape)
}
