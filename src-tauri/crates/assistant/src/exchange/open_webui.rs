//! Open `WebUI`'s export: an array of chats, each with a `chat` whose `history`
//! maps ids to messages that name the one above them; `currentId` is the end of
//! the branch that was shown. Old exports have only the list of that branch.

use llmos_store::{MessageStats, MessageStatus, Role};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::graph::{Entry, Joining, Said};
use super::json::{Entries, parse, short_title};
use super::recognise::{Place, Told};
use super::report::Reason;
use super::when::timestamp;

#[derive(Deserialize)]
struct Record {
    id: Option<String>,
    title: Option<String>,
    created_at: Option<Value>,
    updated_at: Option<Value>,
    chat: Option<Chat>,
}

#[derive(Deserialize)]
struct Chat {
    id: Option<String>,
    title: Option<String>,
    timestamp: Option<Value>,
    system: Option<Value>,
    history: Option<History>,
    messages: Option<Vec<Message>>,
}

#[derive(Deserialize)]
struct History {
    messages: Entries<Message>,
    #[serde(rename = "currentId")]
    current: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    id: Option<String>,
    parent_id: Option<String>,
    #[serde(default)]
    children_ids: Vec<String>,
    role: String,
    content: Value,
    timestamp: Option<Value>,
    model: Option<String>,
    done: Option<bool>,
    files: Option<Vec<IgnoredAny>>,
}

pub(super) fn told(element: &[u8]) -> Result<Told, Reason> {
    let mut record: Record = parse(element)?;
    let chat = match record.chat.take() {
        Some(chat) => chat,
        // One chat alone, without the record around it.
        None => parse(element)?,
    };
    let mut omitted = 0;
    let mut entries: Vec<Entry> = Vec::new();
    let mut leaf = None;
    let history = chat
        .history
        .filter(|history| !history.messages.0.is_empty());
    if let Some(history) = history {
        leaf = history.current;
        for (id, message) in history.messages.0 {
            let said = said(&message, &mut omitted)?;
            entries.push(Entry {
                id,
                parent: message.parent_id,
                children: message.children_ids,
                said,
            });
        }
    } else {
        for (number, message) in chat.messages.into_iter().flatten().enumerate() {
            let said = said(&message, &mut omitted)?;
            entries.push(Entry {
                id: message.id.unwrap_or_else(|| format!("message {number}")),
                parent: entries.last().map(|above| above.id.clone()),
                children: Vec::new(),
                said,
            });
        }
    }
    let started = timestamp(chat.timestamp.as_ref());
    Ok(Told {
        title: short_title(record.title.as_deref().or(chat.title.as_deref())),
        system_prompt: chat
            .system
            .as_ref()
            .and_then(Value::as_str)
            .filter(|prompt| !prompt.trim().is_empty())
            .map(str::to_owned),
        created_at: timestamp(record.created_at.as_ref()).or(started),
        updated_at: timestamp(record.updated_at.as_ref()),
        entries,
        list: Place::default(),
        leaf,
        joining: Joining::Answers,
        id: record.id.or(chat.id),
        origins: Vec::new(),
        omitted,
    })
}

fn said(message: &Message, omitted: &mut u64) -> Result<Option<Said>, Reason> {
    let role = match message.role.as_str() {
        "user" => Role::User,
        "assistant" => Role::Assistant,
        "system" => return Ok(None),
        "tool" => {
            *omitted += 1;
            return Ok(None);
        }
        _ => return Err(Reason::UnknownRole),
    };
    *omitted += message.files.as_ref().map_or(0, |files| files.len() as u64);
    let mut text = match &message.content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let mut texts = Vec::new();
            for part in parts {
                match part["text"].as_str() {
                    Some(text) => texts.push(text),
                    None => *omitted += 1,
                }
            }
            texts.join("\n\n")
        }
        Value::Null => String::new(),
        _ => return Err(Reason::Shape),
    };
    if role == Role::Assistant {
        text = without_details(&text, omitted);
    }
    if text.trim().is_empty() {
        return Ok(None);
    }
    let stats = message.model.as_deref().filter(|_| role == Role::Assistant);
    Ok(Some(Said {
        role,
        text,
        status: match message.done {
            Some(false) if role == Role::Assistant => MessageStatus::Interrupted,
            _ => MessageStatus::Complete,
        },
        summary: None,
        stats: stats.map(|model| MessageStats {
            model: model.chars().take(200).collect(),
            ..MessageStats::default()
        }),
        created_at: timestamp(message.timestamp.as_ref()),
        updated_at: None,
    }))
}

/// Open `WebUI` keeps thoughts and steps of tools as foldable HTML in the text.
/// Thoughts at the beginning become what they are here; the steps go.
fn without_details(text: &str, omitted: &mut u64) -> String {
    const END: &str = "</details>";
    let mut thoughts = Vec::new();
    let mut answer = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find("<details type=\"") {
        let Some(length) = rest[begin..].find(END) else {
            break;
        };
        let (before, block) = rest[..begin + length].split_at(begin);
        answer.push_str(before);
        rest = &rest[begin + length + END.len()..];
        let is_thought = block.starts_with("<details type=\"reasoning\"");
        match block.split_once("</summary>") {
            Some((_, inner)) if is_thought => thoughts.push(unquoted(inner)),
            _ => *omitted += 1,
        }
    }
    answer.push_str(rest);
    let answer = answer.trim();
    let thoughts = thoughts.join("\n\n");
    if thoughts.is_empty() || thoughts.contains("</think>") {
        return answer.to_owned();
    }
    format!("<think>\n{thoughts}\n</think>\n\n{answer}")
}

/// Text without the signs of a quotation, in which thoughts are kept.
fn unquoted(text: &str) -> String {
    let lines = text.trim().lines().map(|line| {
        let quoted = line.strip_prefix("&gt;").or_else(|| line.strip_prefix('>'));
        quoted.map_or(line, |inner| inner.strip_prefix(' ').unwrap_or(inner))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foldable_thoughts_become_thoughts() {
        let text = "<details type=\"reasoning\" done=\"true\" duration=\"5\">\n<summary>Thought for 5 seconds</summary>\n> First this.\n> Then that.\n</details>\nForty-two.<details type=\"tool_calls\" done=\"true\">x</details>";
        let mut omitted = 0;
        assert_eq!(
            without_details(text, &mut omitted),
            "<think>\nFirst this.\nThen that.\n</think>\n\nForty-two."
        );
        assert_eq!(omitted, 1);
    }

    #[test]
    fn what_never_closes_is_left_alone() {
        let text = "<details type=\"reasoning\" done=\"true\">\nand so on";
        assert_eq!(without_details(text, &mut 0), text);
    }
}
