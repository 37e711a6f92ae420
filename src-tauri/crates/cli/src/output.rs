//! Writing to the terminal or into a pipe.
//!
//! `println!` panics when the reader of a pipe has gone; everything here
//! returns that as an error instead. Texts from files and from models are made
//! harmless before a terminal sees them: an escape sequence in a model's name
//! could otherwise repaint the screen.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Stderr, Stdout, Write};

use serde::Serialize;

use crate::error::CliError;

/// Where results go.
#[derive(Debug)]
pub struct Output {
    stdout: Stdout,
    is_terminal: bool,
}

impl Output {
    /// The process's standard output.
    pub fn stdout() -> Self {
        let stdout = io::stdout();
        let is_terminal = stdout.is_terminal();
        Self {
            stdout,
            is_terminal,
        }
    }

    /// One line, with control characters other than tabs escaped.
    pub fn line(&mut self, text: &str) -> Result<(), CliError> {
        writeln!(self.stdout, "{}", escape(text, |c| c == '\t'))?;
        Ok(())
    }

    /// A piece of an answer, at once. Into a pipe it goes as it is; on a
    /// terminal control characters other than line breaks and tabs are escaped.
    pub fn stream(&mut self, text: &str) -> Result<(), CliError> {
        let shown = if self.is_terminal {
            escape(text, |c| c == '\n' || c == '\t')
        } else {
            Cow::Borrowed(text)
        };
        self.stdout.write_all(shown.as_bytes())?;
        self.stdout.flush()?;
        Ok(())
    }

    /// One value as JSON on one line.
    pub fn json(&mut self, value: &impl Serialize) -> Result<(), CliError> {
        serde_json::to_writer(&mut self.stdout, value)?;
        writeln!(self.stdout)?;
        self.stdout.flush()?;
        Ok(())
    }
}

/// The one line on stderr that says why the program failed.
pub fn report(message: &str) {
    // With stderr gone there is nobody left to tell.
    let _ = writeln!(io::stderr(), "llmos-cli: {}", printable(message));
}

/// What happens, on stderr: a line that is written over on a terminal, and
/// only its last state in a file.
#[derive(Debug)]
pub struct Progress {
    stderr: Stderr,
    is_terminal: bool,
    shown: usize,
}

impl Progress {
    pub fn new() -> Self {
        let stderr = io::stderr();
        let is_terminal = stderr.is_terminal();
        Self {
            stderr,
            is_terminal,
            shown: 0,
        }
    }

    /// Replaces the current state.
    pub fn show(&mut self, text: &str) {
        if self.is_terminal {
            let text = printable(text);
            let width = text.chars().count();
            let blank = " ".repeat(self.shown.saturating_sub(width));
            let _ = write!(self.stderr, "\r{text}{blank}");
            let _ = self.stderr.flush();
            self.shown = width;
        }
    }

    /// Takes the state away: what follows is worth more.
    pub fn clear(&mut self) {
        if self.shown > 0 {
            let _ = write!(self.stderr, "\r{}\r", " ".repeat(self.shown));
            let _ = self.stderr.flush();
            self.shown = 0;
        }
    }

    /// A line that stays, but only for a person: what a script would have to
    /// throw away is not written to it.
    pub fn summary(&mut self, text: &str) {
        if self.is_terminal {
            self.line(text);
        }
    }

    /// Several lines of the program's own.
    pub fn line_block(&mut self, text: &str) {
        for line in text.lines() {
            self.line(line);
        }
    }

    /// A line that stays.
    pub fn line(&mut self, text: &str) {
        self.clear();
        let _ = writeln!(self.stderr, "{}", printable(text));
    }
}

/// `text` on one line with every control character escaped.
pub fn printable(text: &str) -> Cow<'_, str> {
    escape(text, |_| false)
}

/// `text` as a JSON string that is printable too: JSON itself escapes only
/// some of the control characters.
pub fn json_string(text: &str) -> Result<String, CliError> {
    let json = serde_json::to_string(text)?;
    // All harmful characters are in the plane that four digits reach.
    Ok(json
        .chars()
        .map(|c| match c {
            c if is_harmful(c) => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        })
        .collect())
}

/// Control characters, and those that turn the direction of text around.
fn is_harmful(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Escapes harmful characters, except where `keep` says otherwise.
fn escape(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    let harmful = |c: char| is_harmful(c) && !keep(c);
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if harmful(c) {
            escaped.extend(c.escape_default());
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_repaint_the_screen() {
        assert_eq!(printable("a\u{1b}[2J\nb"), "a\\u{1b}[2J\\nb");
        assert_eq!(printable("杭州 é 🦙"), "杭州 é 🦙");
    }

    #[test]
    fn a_json_string_stays_json() {
        let text = "a\n\u{7f}\u{202e}\"é";
        let escaped = json_string(text).unwrap_or_default();
        assert!(!escaped.contains(is_harmful), "{escaped:?}");
        assert_eq!(
            serde_json::from_str::<String>(&escaped).ok().as_deref(),
            Some(text)
        );
    }
}
