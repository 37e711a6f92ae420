//! The worker that a document is read on.

use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::budget::{Budget, Control, Limits};
use crate::build::Builder;
use crate::document::{Document, DocumentKind};
use crate::error::{DocumentError, Limit};
use crate::recognise::{self, Form};
use crate::{csv, decode, docx, epub, html, markdown, odt, pdf, plain, srt};

/// Bytes of the worker's stack. Nothing here recurses as deep as a file says, but
/// libraries may, to bounds of their own.
const STACK: usize = 32 << 20;

/// How often the wish to stop is looked at while a library works.
const LOOK: Duration = Duration::from_millis(25);

/// Where a document comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A file on the disk; it is not read if it is larger than allowed.
    File(PathBuf),
    /// What is in memory already.
    Bytes(Vec<u8>),
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<&Path> for Source {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<Vec<u8>> for Source {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&[u8]> for Source {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_owned())
    }
}

/// Reads a document. `name` is the file's name: its ending decides between kinds of
/// plain text, and nothing else.
///
/// Blocks until the document is read, for at most [`Limits::time`]. Where a library
/// does not look up in time, its thread is left behind; it ends by itself at the next
/// step.
pub fn extract(
    source: impl Into<Source>,
    name: &str,
    limits: &Limits,
    control: &Control,
) -> Result<Document, DocumentError> {
    let source = source.into();
    let name = name.to_owned();
    // The worker's own flag, so that running out of time does not look like a wish.
    let inner = control.clone();
    let budget = Budget::new(*limits, inner);
    let (sender, receiver) = mpsc::sync_channel(1);
    let started = Instant::now();
    thread::Builder::new()
        .name("llmos-document".into())
        .stack_size(STACK)
        .spawn(move || {
            let read = catch_unwind(AssertUnwindSafe(|| read(source, &name, budget)));
            let broken = DocumentError::Broken { what: "the file" };
            // Nobody waits any more after the time is up.
            let _ = sender.send(read.unwrap_or(Err(broken)));
        })?;
    loop {
        match receiver.recv_timeout(LOOK) {
            Ok(read) => return read,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(DocumentError::Broken { what: "the file" });
            }
            Err(RecvTimeoutError::Timeout) if control.is_cancelled() => {
                return Err(DocumentError::Cancelled);
            }
            Err(RecvTimeoutError::Timeout) => {
                if started.elapsed() > limits.time {
                    return Err(DocumentError::TimedOut {
                        seconds: limits.time.as_secs(),
                    });
                }
            }
        }
    }
}

fn read(source: Source, name: &str, mut budget: Budget) -> Result<Document, DocumentError> {
    let bytes = load(source, &budget)?;
    budget.check()?;
    let mut build = Builder::default();
    let kind = match recognise::form(&bytes, name)? {
        Form::Pdf => {
            pdf::read(bytes, &mut budget, &mut build)?;
            DocumentKind::Pdf
        }
        Form::Zip => return read_archive(bytes, &mut budget, build),
        Form::Text(kind) => {
            let text = decode::decode(&bytes, kind, &budget, &mut build)?;
            drop(bytes);
            match kind {
                DocumentKind::Markdown => markdown::read(&text, &budget, &mut build)?,
                DocumentKind::Html => html::read(&text, &budget, &mut build)?,
                DocumentKind::Srt => srt::read(&text, &budget, &mut build)?,
                DocumentKind::Csv => csv::read(&text, &budget, &mut build)?,
                _ => plain::read(&text, &budget, &mut build)?,
            }
            kind
        }
    };
    build.finish(kind)
}

fn read_archive(
    bytes: Vec<u8>,
    budget: &mut Budget,
    mut build: Builder,
) -> Result<Document, DocumentError> {
    let mut archive = crate::archive::Archive::open(bytes, budget)?;
    let kind = archive.kind(budget)?;
    match kind {
        DocumentKind::Docx => docx::read(&mut archive, budget, &mut build)?,
        DocumentKind::Odt => odt::read(&mut archive, budget, &mut build)?,
        _ => epub::read(&mut archive, budget, &mut build)?,
    }
    build.finish(kind)
}

/// The bytes, unless there are none or too many.
fn load(source: Source, budget: &Budget) -> Result<Vec<u8>, DocumentError> {
    let most = budget.limits.input_bytes;
    let too_large = DocumentError::TooLarge {
        limit: Limit::InputBytes,
        most,
    };
    let bytes = match source {
        Source::Bytes(bytes) => bytes,
        Source::File(path) => {
            let file = File::open(path)?;
            let metadata = file.metadata()?;
            if metadata.is_dir() {
                return Err(std::io::Error::from(std::io::ErrorKind::IsADirectory).into());
            }
            if metadata.len() > most {
                return Err(too_large);
            }
            let mut bytes = Vec::new();
            // A file may grow, and a device has no length.
            file.take(most + 1).read_to_end(&mut bytes)?;
            bytes
        }
    };
    if bytes.len() as u64 > most {
        return Err(too_large);
    }
    if bytes.is_empty() {
        return Err(DocumentError::Empty);
    }
    Ok(bytes)
}
