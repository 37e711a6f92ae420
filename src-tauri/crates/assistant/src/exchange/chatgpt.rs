//! `ChatGPT`'s `conversations.json`: an array of conversations, each a `mapping`
//! from ids to places in a tree, with `current_node` as the end of the branch
//! that was shown.

use llmos_store::{MessageStats, MessageStatus, Role};
use serde::Deserialize;
use serde_json::Value;

use super::graph::{Entry, Joining, Said};
use super::json::{Entries, parse, short_title};
use super::recognise::{Place, Told};
use super::report::Reason;
use super::when::timestamp;

#[derive(Deserialize)]
struct Conversation {
    title: Option<String>,
    create_time: Option<Value>,
    update_time: Option<Value>,
    mapping: Entries<Node>,
    current_node: Option<String>,
    #[serde(rename = "conversation_id")]
    own_id: Option<String>,
    id: Option<String>,
}

#[derive(Deserialize)]
struct Node {
    parent: Option<String>,
    #[serde(default)]
    children: Vec<String>,
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    author: Author,
    content: Content,
    create_time: Option<Value>,
    update_time: Option<Value>,
    status: Option<String>,
    recipient: Option<String>,
    #[serde(default)]
    metadata: Value,
}

#[derive(Deserialize)]
struct Author {
    role: String,
}

#[derive(Deserialize)]
struct Content {
    #[serde(rename = "content_type")]
    kind: String,
    parts: Option<Vec<Value>>,
    text: Option<Value>,
}

pub(super) fn told(element: &[u8]) -> Result<Told, Reason> {
    let conversation: Conversation = parse(element)?;
    let mut omitted = 0;
    let mut entries = Vec::with_capacity(conversation.mapping.0.len());
    for (id, node) in conversation.mapping.0 {
        let said = match &node.message {
            Some(message) => said(message, &mut omitted)?,
            None => None,
        };
        entries.push(Entry {
            id,
            parent: node.parent,
            children: node.children,
            said,
        });
    }
    Ok(Told {
        title: short_title(conversation.title.as_deref()),
        system_prompt: None,
        created_at: timestamp(conversation.create_time.as_ref()),
        updated_at: timestamp(conversation.update_time.as_ref()),
        entries,
        list: Place::default(),
        leaf: conversation.current_node,
        joining: Joining::Answers,
        id: conversation.own_id.or(conversation.id),
        origins: Vec::new(),
        omitted,
    })
}

/// What a person would say was said: no instructions, no steps of tools.
fn said(message: &Message, omitted: &mut u64) -> Result<Option<Said>, Reason> {
    let role = match message.author.role.as_str() {
        "user" => Role::User,
        "assistant" => Role::Assistant,
        "system" => return Ok(None),
        "tool" => {
            *omitted += 1;
            return Ok(None);
        }
        _ => return Err(Reason::UnknownRole),
    };
    if message.metadata["is_visually_hidden_from_conversation"] == true {
        return Ok(None);
    }
    // What a model says to a tool is no answer.
    if message.recipient.as_deref().is_some_and(|to| to != "all") {
        *omitted += 1;
        return Ok(None);
    }
    let text = text_of(&message.content, omitted);
    if text.trim().is_empty() {
        return Ok(None);
    }
    let status = match message.status.as_deref() {
        Some("in_progress") if role == Role::Assistant => MessageStatus::Interrupted,
        Some("finished_partial_completion") if role == Role::Assistant => MessageStatus::Stopped,
        _ => MessageStatus::Complete,
    };
    let model = message.metadata["model_slug"].as_str();
    let made = model
        .filter(|_| role == Role::Assistant)
        .map(|model| MessageStats {
            model: model.chars().take(200).collect(),
            ..MessageStats::default()
        });
    Ok(Some(Said {
        role,
        text,
        status,
        summary: None,
        stats: made,
        created_at: timestamp(message.create_time.as_ref()),
        updated_at: timestamp(message.update_time.as_ref()),
    }))
}

fn text_of(content: &Content, omitted: &mut u64) -> String {
    match content.kind.as_str() {
        "text" | "multimodal_text" => {
            let mut texts: Vec<&str> = Vec::new();
            for part in content.parts.iter().flatten() {
                // A spoken part holds its words as text; a picture holds none.
                match part.as_str().or_else(|| part["text"].as_str()) {
                    Some(text) if !text.is_empty() => texts.push(text),
                    Some(_) => {}
                    None => *omitted += 1,
                }
            }
            without_references(&texts.join("\n\n"))
        }
        "code" => {
            let code = content.text.as_ref().and_then(Value::as_str);
            code.map_or_else(String::new, |code| format!("```\n{code}\n```"))
        }
        // What the model thought or was told about the person.
        "thoughts" | "reasoning_recap" | "user_editable_context" | "model_editable_context" => {
            String::new()
        }
        _ => {
            *omitted += 1;
            String::new()
        }
    }
}

/// Takes out the references to web pages, which `ChatGPT` writes between two
/// characters of the private use area and which lead nowhere outside it.
fn without_references(text: &str) -> String {
    const BEGIN: char = '\u{e200}';
    const END: char = '\u{e201}';
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find(BEGIN) {
        plain.push_str(&rest[..begin]);
        let Some(length) = rest[begin..].find(END) else {
            // Half a reference: only its sign goes.
            rest = &rest[begin + BEGIN.len_utf8()..];
            continue;
        };
        rest = &rest[begin + length + END.len_utf8()..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_to_web_pages_go() {
        let text = "So it is \u{e200}cite\u{e202}turn0search1\u{e201}. And\u{e200} more";
        assert_eq!(without_references(text), "So it is . And more");
    }
}
