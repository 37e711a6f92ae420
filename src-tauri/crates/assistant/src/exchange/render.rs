//! A conversation for people to read: the branch that is shown, as Markdown or
//! plain text.

use std::collections::HashMap;
use std::fmt::Write;

use llmos_store::{Message, MessageId, Role, Tree};

use super::Format;
use super::plain::plain_text;
use super::when::day;

/// The words of an export, in the person's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// Above what the person wrote.
    pub you: String,
    /// Above what the model wrote.
    pub assistant: String,
    /// Title of a conversation without one.
    pub untitled: String,
}

/// What stands between two conversations.
pub(super) fn between(format: Format) -> &'static str {
    match format {
        Format::Json => "",
        Format::Markdown => "\n\n---\n\n",
        Format::Text => "\n\n\n",
    }
}

/// A conversation's branch that is shown, as Markdown or plain text; for `Json`
/// as Markdown. What a model thought before an answer is left out.
#[must_use]
pub fn conversation_text(tree: &Tree, format: Format, labels: &Labels) -> String {
    let title = tree.conversation.title.as_deref();
    let title = title.unwrap_or(&labels.untitled);
    let day = day(tree.conversation.created_at);
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = match format {
        Format::Text => {
            let line = "=".repeat(title.chars().count().clamp(3, 60));
            writeln!(text, "{title}\n{line}\n{day}")
        }
        _ => writeln!(text, "# {}\n\n*{day}*", escaped(title)),
    };
    for message in branch(tree) {
        let name = match message.role {
            Role::User => &labels.you,
            Role::Assistant => &labels.assistant,
        };
        let model = message.stats.as_ref().map(|stats| stats.model.as_str());
        let model = model.filter(|model| !model.is_empty());
        let said = said(message, format);
        let _ = match (format, model) {
            (Format::Text, None) => write!(text, "\n{name}:\n{said}\n"),
            (Format::Text, Some(model)) => write!(text, "\n{name} ({model}):\n{said}\n"),
            (_, None) => write!(text, "\n---\n\n**{name}**\n\n{said}\n"),
            (_, Some(model)) => {
                write!(text, "\n---\n\n**{name}** ({})\n\n{said}\n", escaped(model))
            }
        };
    }
    text
}

/// The words of a message in a format.
fn said(message: &Message, format: Format) -> String {
    match message.role {
        // A question is shown as it was typed, whatever is in it.
        Role::User => message.text.trim_end().to_owned(),
        Role::Assistant => answer_text(&message.text, format),
    }
}

/// An answer as Markdown or plain text, without what the model thought before it.
#[must_use]
pub fn answer_text(text: &str, format: Format) -> String {
    let answer = answer_of(text).trim_end();
    match format {
        Format::Text => plain_text(answer),
        Format::Markdown | Format::Json => answer.to_owned(),
    }
}

/// An answer without what the model thought before it, as the page shows it
/// (ui/src/lib/state/thoughts.ts).
fn answer_of(text: &str) -> &str {
    match text.trim_start().strip_prefix("<think>") {
        None => text,
        Some(thoughts) => thoughts
            .split_once("</think>")
            .map_or("", |(_, answer)| answer.trim_start()),
    }
}

/// The messages of the branch that is shown, oldest first.
fn branch(tree: &Tree) -> Vec<&Message> {
    let by_id: HashMap<&MessageId, &Message> = tree
        .messages
        .iter()
        .map(|message| (&message.id, message))
        .collect();
    let leaf = tree.conversation.active_leaf.as_ref();
    let leaf = leaf.and_then(|leaf| by_id.get(leaf).copied());
    let above = |message: &&Message| by_id.get(message.parent_id.as_ref()?).copied();
    let mut branch: Vec<&Message> = std::iter::successors(leaf, above)
        // No way up is longer than there are messages.
        .take(tree.messages.len())
        .collect();
    branch.reverse();
    branch
}

/// One line of text that Markdown shows as it is.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(
            character,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '#' | '|'
        ) {
            escaped.push('\\');
        }
        escaped.push(if character.is_control() {
            ' '
        } else {
            character
        });
    }
    escaped
}
