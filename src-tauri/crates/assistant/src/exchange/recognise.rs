//! Whose export a conversation is from, by what it has.

use llmos_store::{OWN_APP, Origin, Timestamp};
use serde::Deserialize;
use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};

use super::graph::{Entry, Joining};
use super::report::{Reason, Source};
use super::{chatgpt, claude, json, open_webui, own};

/// A conversation as another app tells it, before it is checked.
pub(super) struct Told {
    pub(super) title: Option<String>,
    pub(super) system_prompt: Option<String>,
    pub(super) created_at: Option<Timestamp>,
    pub(super) updated_at: Option<Timestamp>,
    pub(super) entries: Vec<Entry>,
    /// Where it was in the list.
    pub(super) list: Place,
    /// The end of the branch that was shown.
    pub(super) leaf: Option<String>,
    pub(super) joining: Joining,
    /// What the app calls the conversation.
    pub(super) id: Option<String>,
    /// Where it was before that.
    pub(super) origins: Vec<Origin>,
    /// Pictures, files and steps of tools that are left out.
    pub(super) omitted: u64,
}

/// A conversation's place in the list: only this app's own files tell it.
#[derive(Default)]
pub(super) struct Place {
    pub(super) pinned: bool,
    pub(super) archived: bool,
    pub(super) tags: Vec<String>,
}

/// The fields by which exports differ.
#[derive(Deserialize)]
struct Marks {
    mapping: Option<IgnoredAny>,
    chat_messages: Option<IgnoredAny>,
    chat: Option<IgnoredAny>,
    history: Option<IgnoredAny>,
}

/// Whose export an element of an array is from; `None` when it has no mark of
/// any.
pub(super) fn source_of(element: &[u8]) -> Option<Source> {
    let marks: Marks = serde_json::from_slice(element).ok()?;
    if marks.mapping.is_some() {
        Some(Source::ChatGpt)
    } else if marks.chat_messages.is_some() {
        Some(Source::Claude)
    } else if marks.chat.is_some() || marks.history.is_some() {
        Some(Source::OpenWebUi)
    } else {
        None
    }
}

/// Reads one conversation of a source.
pub(super) fn told(source: Source, element: &[u8]) -> Result<Told, Reason> {
    match source {
        Source::Own => own::told(element),
        Source::ChatGpt => chatgpt::told(element),
        Source::Claude => claude::told(element),
        Source::OpenWebUi => open_webui::told(element),
    }
}

/// Longest id of another app that is kept, in bytes; longer ones are not ids.
const LONGEST_ID: usize = 200;

/// Where a conversation was: by its id or, without one, by what it holds.
pub(super) fn origins(source: Source, told: &Told, element: &[u8]) -> Vec<Origin> {
    let id = match &told.id {
        Some(id) if !id.is_empty() && id.len() <= LONGEST_ID => id.clone(),
        _ => {
            let digest = Sha256::digest(element);
            let hex = digest.iter().map(|byte| format!("{byte:02x}"));
            format!("sha256:{}", hex.collect::<String>())
        }
    };
    let app = source.as_str().to_owned();
    let mut origins = vec![Origin { app, id }];
    // A file of ours also says where its conversations were before.
    let known = [OWN_APP, "chatgpt", "claude", "open-webui"];
    for before in &told.origins {
        let plausible = known.contains(&before.app.as_str()) && before.id.len() <= LONGEST_ID;
        if plausible && !origins.contains(before) && origins.len() < 16 {
            origins.push(before.clone());
        }
    }
    origins
}

/// The title that can be shown for a conversation that could not be read.
pub(super) fn title(element: &[u8]) -> Option<String> {
    json::title_of(element)
}
