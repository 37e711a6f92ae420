//! Claude's `conversations.json`: an array of conversations, each with
//! `chat_messages` in the order in which they were sent. Newer exports name the
//! message above each (`parent_message_uuid`) and hold its text in blocks.

use llmos_store::{MessageStatus, Role};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::graph::{Entry, Joining, Said};
use super::json::{parse, short_title};
use super::recognise::{Place, Told};
use super::report::Reason;
use super::when::timestamp;

/// What a first message names as the one above it.
const NOTHING_ABOVE: &str = "00000000-0000-4000-8000-000000000000";

#[derive(Deserialize)]
struct Conversation {
    uuid: Option<String>,
    name: Option<String>,
    created_at: Option<Value>,
    updated_at: Option<Value>,
    chat_messages: Vec<Message>,
    current_leaf_message_uuid: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    uuid: Option<String>,
    parent_message_uuid: Option<String>,
    sender: String,
    text: Option<String>,
    content: Option<Vec<Block>>,
    created_at: Option<Value>,
    updated_at: Option<Value>,
    attachments: Option<Vec<Attachment>>,
    files: Option<Vec<IgnoredAny>>,
}

#[derive(Deserialize)]
struct Block {
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
    thinking: Option<String>,
}

#[derive(Deserialize)]
struct Attachment {
    file_name: Option<String>,
    extracted_content: Option<String>,
}

pub(super) fn told(element: &[u8]) -> Result<Told, Reason> {
    let conversation: Conversation = parse(element)?;
    let is_tree = conversation
        .chat_messages
        .iter()
        .any(|message| message.parent_message_uuid.is_some());
    let mut omitted = 0;
    let mut entries: Vec<Entry> = Vec::with_capacity(conversation.chat_messages.len());
    for (number, message) in conversation.chat_messages.into_iter().enumerate() {
        let said = said(&message, &mut omitted)?;
        let parent = if is_tree {
            message.parent_message_uuid.filter(|id| id != NOTHING_ABOVE)
        } else {
            entries.last().map(|above| above.id.clone())
        };
        entries.push(Entry {
            id: message.uuid.unwrap_or_else(|| format!("message {number}")),
            parent,
            children: Vec::new(),
            said,
        });
    }
    Ok(Told {
        title: short_title(conversation.name.as_deref()),
        system_prompt: None,
        created_at: timestamp(conversation.created_at.as_ref()),
        updated_at: timestamp(conversation.updated_at.as_ref()),
        entries,
        list: Place::default(),
        leaf: conversation.current_leaf_message_uuid,
        joining: Joining::Answers,
        id: conversation.uuid,
        origins: Vec::new(),
        omitted,
    })
}

fn said(message: &Message, omitted: &mut u64) -> Result<Option<Said>, Reason> {
    let role = match message.sender.as_str() {
        "human" | "user" => Role::User,
        "assistant" => Role::Assistant,
        _ => return Err(Reason::UnknownRole),
    };
    let mut text = text_of(message, omitted);
    for attachment in message.attachments.iter().flatten() {
        // The text of a file that was sent along is a part of the question.
        match attachment.extracted_content.as_deref() {
            Some(content) if !content.trim().is_empty() => {
                let name = attachment.file_name.as_deref().unwrap_or_default();
                let parts = [text.as_str(), name, content];
                let parts = parts.into_iter().filter(|part| !part.trim().is_empty());
                text = parts.collect::<Vec<_>>().join("\n\n");
            }
            _ => *omitted += 1,
        }
    }
    *omitted += message.files.as_ref().map_or(0, |files| files.len() as u64);
    if text.trim().is_empty() {
        return Ok(None);
    }
    Ok(Some(Said {
        role,
        text,
        status: MessageStatus::Complete,
        summary: None,
        stats: None,
        created_at: timestamp(message.created_at.as_ref()),
        updated_at: timestamp(message.updated_at.as_ref()),
    }))
}

/// The text of the blocks, with what was thought before it in the form in which
/// this app keeps thoughts; without blocks, the plain field.
fn text_of(message: &Message, omitted: &mut u64) -> String {
    let mut texts: Vec<&str> = Vec::new();
    let mut thoughts: Vec<&str> = Vec::new();
    for block in message.content.iter().flatten() {
        match (block.kind.as_str(), &block.text, &block.thinking) {
            ("text", Some(text), _) if !text.is_empty() => texts.push(text),
            ("thinking", _, Some(thinking)) => thoughts.push(thinking),
            ("text" | "thinking" | "token_budget" | "flag", ..) => {}
            _ => *omitted += 1,
        }
    }
    let text = if texts.is_empty() {
        message.text.clone().unwrap_or_default()
    } else {
        texts.join("\n\n")
    };
    let thoughts = thoughts.join("\n\n");
    if thoughts.trim().is_empty() || thoughts.contains("</think>") {
        return text;
    }
    format!("<think>\n{}\n</think>\n\n{text}", thoughts.trim())
}
