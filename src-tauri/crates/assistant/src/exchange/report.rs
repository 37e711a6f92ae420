//! What an import says about itself when it is over.

use llmos_store::StoreError;

/// Whose export a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// This app's own.
    Own,
    /// `ChatGPT`'s.
    ChatGpt,
    /// Claude's.
    Claude,
    /// Open `WebUI`'s.
    OpenWebUi,
}

impl Source {
    /// As an origin in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => llmos_store::OWN_APP,
            Self::ChatGpt => "chatgpt",
            Self::Claude => "claude",
            Self::OpenWebUi => "open-webui",
        }
    }
}

/// Why a conversation of a file did not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// It is not JSON.
    #[error("not readable")]
    Unreadable,
    /// Something that it must have is missing or of another type.
    #[error("an unexpected shape")]
    Shape,
    /// Somebody speaks in it who is neither the person nor the model.
    #[error("an unknown role")]
    UnknownRole,
    /// A message follows one that is not there.
    #[error("a missing message")]
    MissingParent,
    /// Its messages follow each other in a circle.
    #[error("messages in a circle")]
    Cycle,
    /// It, or a message in it, is larger than anything that a person wrote.
    #[error("too large")]
    TooLarge,
    /// There is no text in it.
    #[error("no text")]
    Empty,
}

/// A conversation that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its place in the file, from one.
    pub number: u64,
    /// Its title, as far as it could be read. For the person's eyes only.
    pub title: Option<String>,
    /// Why.
    pub reason: Reason,
}

/// How an import ended.
#[derive(Debug)]
pub enum Ending {
    /// At the end of the file.
    Whole,
    /// Where the file breaks off; what came before is in.
    Truncated,
    /// Where the person stopped it; what came before is in.
    Cancelled,
    /// Where the database refused; what came before is in.
    Failed(StoreError),
}

/// What an import did.
#[derive(Debug)]
pub struct ImportReport {
    /// Whose export it was.
    pub source: Source,
    /// Conversations that came in.
    pub added: u64,
    /// Conversations that were here already.
    pub known: u64,
    /// How many of those are in the trash.
    pub known_in_trash: u64,
    /// Pictures, files and steps of tools in what came in, which have no place here.
    pub omitted: u64,
    /// Conversations that were left out: the first [`SKIPPED_LISTED`].
    pub skipped: Vec<Skipped>,
    /// How many were left out in all.
    pub skipped_total: u64,
    /// How it ended.
    pub ending: Ending,
}

/// How many left-out conversations a report names.
pub const SKIPPED_LISTED: usize = 100;

impl ImportReport {
    pub(super) fn new(source: Source) -> Self {
        Self {
            source,
            added: 0,
            known: 0,
            known_in_trash: 0,
            omitted: 0,
            skipped: Vec::new(),
            skipped_total: 0,
            ending: Ending::Whole,
        }
    }

    pub(super) fn skip(&mut self, skipped: Skipped) {
        self.skipped_total += 1;
        if self.skipped.len() < SKIPPED_LISTED {
            self.skipped.push(skipped);
        }
    }
}
