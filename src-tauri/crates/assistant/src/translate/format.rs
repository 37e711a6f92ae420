//! The formats that a text can be in, and how each is taken apart.

mod html;
mod markdown;
mod plain;
mod subtitles;

use serde::{Deserialize, Serialize};

use super::document::Pieces;

/// The format of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Text in lines.
    Plain,
    /// Markdown, whose marks, code and addresses stay.
    Markdown,
    /// HTML, of which only the text and what describes pictures is translated.
    Html,
    /// Subtitles (`.srt`), whose numbers and times stay.
    Srt,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Plain, Self::Markdown, Self::Html, Self::Srt];

    /// The ending of its files.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Plain => "txt",
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Srt => "srt",
        }
    }

    /// The format of a file with this ending, if it is one of them.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "txt" | "text" => Some(Self::Plain),
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            "srt" => Some(Self::Srt),
            _ => None,
        }
    }

    /// Its name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Srt => "srt",
        }
    }

    /// The format of a name from the database; what a later version wrote is plain text.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|format| format.name() == name);
        found.unwrap_or(Self::Plain)
    }
}

pub(super) fn split(pieces: &mut Pieces<'_>, format: Format) {
    match format {
        Format::Plain => plain::split(pieces),
        Format::Markdown => markdown::split(pieces),
        Format::Html => html::split(pieces, 0..pieces.source.len()),
        Format::Srt => subtitles::split(pieces),
    }
}
