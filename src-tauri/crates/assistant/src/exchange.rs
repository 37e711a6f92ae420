//! Conversations to files and from files.
//!
//! [`export`] writes our own JSON (docs/EXPORT.md), Markdown or plain text,
//! conversation by conversation, beside the target and moved there when it is
//! whole. [`import`] reads our JSON and the exports of `ChatGPT`, Claude and Open
//! `WebUI`, one conversation at a time whatever the size of the file; what can't
//! be read is reported and left out, and the rest comes in.
//!
//! A file is hostile until read: lengths are bounded, nothing recurses as deep
//! as the file says, and no log line holds anything that it says.

mod archive;
mod chatgpt;
mod claude;
mod export;
mod graph;
mod import;
mod json;
mod name;
mod open_webui;
mod own;
mod plain;
mod reader;
mod recognise;
mod render;
mod report;
mod single;
mod split;
mod when;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use llmos_store::StoreError;

pub use export::{ExportJob, Exported, Scope, export};
pub use import::import;
pub use name::file_name;
pub use own::{FORMAT, VERSION};
pub use render::{Labels, answer_text, conversation_text};
pub use report::{Ending, ImportReport, Reason, Skipped, Source};
pub use single::{export_text, write_file, write_text};

/// What an export is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Everything, for this app to read again.
    Json,
    /// The branch that is shown, as the answers were written.
    Markdown,
    /// The branch that is shown, without the marks of Markdown.
    Text,
}

impl Format {
    /// The ending of a file's name, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Markdown => "md",
            Self::Text => "txt",
        }
    }
}

/// How far an export or import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// What is done: conversations written, or bytes read.
    pub done: u64,
    /// What there is to do, in the same unit.
    pub total: u64,
    /// Conversations that were written or came in.
    pub conversations: u64,
}

/// Where progress goes: called some ten times a second.
pub type ProgressSink = Box<dyn FnMut(Progress) + Send>;

/// Ends an export or import before its time. Clones share the wish.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks for the end.
    pub fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked for.
    #[must_use]
    pub fn requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Why an export or import could not be done at all.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The file can't be read.
    #[error("{} can't be read: {source}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The target can't be written; what was there before still is.
    #[error("{} can't be written: {source}", .path.display())]
    Unwritable {
        /// The target.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file is none of the exports that are known here.
    #[error("the file is not an export of a known kind")]
    Unrecognised,
    /// The file is ours, of a later version of the format.
    #[error("the file has version {found} of the format, this app reads {supported}")]
    Newer {
        /// The version in the file.
        found: u64,
        /// The newest version that this app reads.
        supported: u64,
    },
    /// The person stopped it, and nothing was changed.
    #[error("it was stopped")]
    Cancelled,
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A background task died.
    #[error("the work was abandoned")]
    Abandoned,
}
