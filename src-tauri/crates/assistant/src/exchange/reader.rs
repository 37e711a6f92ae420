//! The reading side of an import, on a thread of its own: finds out what a file
//! is, and hands over one conversation after another.

use std::io::Read;
use std::path::Path;

use llmos_store::{NewTree, Timestamp};
use tokio::sync::mpsc;

use super::archive::{self, Export};
use super::graph;
use super::own;
use super::recognise::{self, told};
use super::report::{Reason, Skipped, Source};
use super::split::{Outline, Stop, Value};
use super::when::within;
use super::{Cancel, ExchangeError};

/// Largest conversation that is read, in bytes of the file. A person's longest
/// has a few megabytes; more than this comes from pictures inside the text.
const LARGEST_CONVERSATION: usize = 64 << 20;

/// Largest message, in bytes: as much as the shell takes in one piece.
const LARGEST_MESSAGE: usize = 8 << 20;

/// What the reader hands over.
pub(super) enum Step {
    /// The file is of this kind and about this size.
    Begun { source: Source, total: u64 },
    /// A conversation, and how far the reading is.
    Conversation {
        outcome: Box<Outcome>,
        position: u64,
    },
    /// The end of the file, or where it can't be read any further.
    End { truncated: bool },
}

/// One conversation of the file.
pub(super) enum Outcome {
    /// It can come in.
    Good { tree: NewTree, omitted: u64 },
    /// It can't.
    Bad(Skipped),
}

/// How reading ended before the end.
enum Halt {
    /// Nobody takes the steps any more.
    Deserted,
    /// The file ends or makes no sense.
    Stop(Stop),
    /// The file is not for this app.
    Refused(ExchangeError),
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

/// Reads the file at `path`, as long as somebody takes the `steps`.
pub(super) fn read(
    path: &Path,
    now: Timestamp,
    cancel: Cancel,
    steps: mpsc::Sender<Step>,
) -> Result<(), ExchangeError> {
    let unreadable = |source| ExchangeError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let mut export = match archive::open(path) {
        Ok(export) => export,
        Err(Stop::Io(error)) => return Err(unreadable(error)),
        Err(_) => return Err(ExchangeError::Unrecognised),
    };
    let mut reading = Reading {
        now,
        cancel,
        steps,
        total: export.size(),
        source: None,
        number: 0,
        early: Vec::new(),
        before: 0,
    };
    let mut truncated = false;
    for member in 0..export.members() {
        match reading.member(&mut export, member) {
            Ok(()) => {}
            Err(Halt::Deserted | Halt::Stop(Stop::Cancelled)) => return Ok(()),
            // The files of an archive stand for themselves.
            Err(Halt::Stop(Stop::Truncated | Stop::Garbage)) => truncated = true,
            Err(Halt::Stop(Stop::Io(error))) => return Err(unreadable(error)),
            Err(Halt::Refused(error)) => return Err(error),
        }
    }
    if reading.source.is_none() {
        return Err(ExchangeError::Unrecognised);
    }
    // Whoever has left does not wait for the end.
    let _ = reading.steps.blocking_send(Step::End { truncated });
    Ok(())
}

struct Reading {
    now: Timestamp,
    cancel: Cancel,
    steps: mpsc::Sender<Step>,
    total: u64,
    source: Option<Source>,
    number: u64,
    /// What could not be read before it was known whose export this is.
    early: Vec<Skipped>,
    /// Bytes of the files before this one.
    before: u64,
}

/// How a file is laid out.
enum Layout {
    /// An array of conversations.
    Array,
    /// An object that says what it is, with the conversations in an array.
    Own,
    /// One conversation.
    Single,
}

/// What the head of a file of ours says, as far as it is there.
#[derive(Default)]
struct Head {
    format: Option<Vec<u8>>,
    version: Option<u64>,
}

/// Longest key or value of a head that is looked at, in bytes.
const HEAD_VALUE: usize = 256;

/// So many elements without a mark are no export with bad entries in it.
const MOST_EARLY: usize = 100;

impl Reading {
    fn member(&mut self, export: &mut Export, number: usize) -> Result<(), Halt> {
        let layout = layout(export, number, &self.cancel)?;
        let mut outline = Outline::new(export.member(number)?, self.cancel.clone());
        let read = match layout {
            Layout::Array => {
                outline.take(b'[')?;
                self.elements(&mut outline)
            }
            Layout::Own => {
                self.begin(Source::Own)?;
                enter_conversations(&mut outline)?;
                self.elements(&mut outline)
            }
            Layout::Single => self.element(&mut outline),
        };
        self.before += outline.position();
        read
    }

    fn elements<R: Read>(&mut self, outline: &mut Outline<R>) -> Result<(), Halt> {
        let mut first = true;
        while outline.element(first)? {
            first = false;
            self.element(outline)?;
        }
        Ok(())
    }

    fn element<R: Read>(&mut self, outline: &mut Outline<R>) -> Result<(), Halt> {
        let value = outline.value(LARGEST_CONVERSATION)?;
        self.number += 1;
        let outcome = match value {
            Value::TooLarge => Err((Reason::TooLarge, None)),
            Value::Kept(element) => {
                if self.source.is_none()
                    && let Some(source) = recognise::source_of(&element)
                {
                    self.begin(source)?;
                }
                let read = match self.source {
                    Some(source) => read_tree(source, &element, self.now),
                    None => Err(Reason::Shape),
                };
                read.map_err(|reason| (reason, recognise::title(&element)))
            }
        };
        let outcome = outcome.unwrap_or_else(|(reason, title)| {
            Outcome::Bad(Skipped {
                number: self.number,
                title,
                reason,
            })
        });
        match outcome {
            Outcome::Bad(skipped) if self.source.is_none() => {
                self.early.push(skipped);
                if self.early.len() > MOST_EARLY {
                    return Err(Halt::Refused(ExchangeError::Unrecognised));
                }
                Ok(())
            }
            outcome => self.send(Step::Conversation {
                outcome: Box::new(outcome),
                position: self.before + outline.position(),
            }),
        }
    }

    /// Now it is known whose export this is.
    fn begin(&mut self, source: Source) -> Result<(), Halt> {
        if self.source.replace(source).is_some() {
            return Ok(());
        }
        let total = self.total;
        self.send(Step::Begun { source, total })?;
        for skipped in std::mem::take(&mut self.early) {
            self.send(Step::Conversation {
                outcome: Box::new(Outcome::Bad(skipped)),
                position: self.before,
            })?;
        }
        Ok(())
    }

    fn send(&self, step: Step) -> Result<(), Halt> {
        self.steps.blocking_send(step).map_err(|_| Halt::Deserted)
    }
}

/// Finds out how a file is laid out. Where the head of one of ours comes last,
/// it is read to the end for that, and once more for the conversations.
fn layout(export: &mut Export, number: usize, cancel: &Cancel) -> Result<Layout, Halt> {
    let mut outline = Outline::new(export.member(number)?, cancel.clone());
    if outline.take(b'[')? {
        return Ok(Layout::Array);
    }
    if !outline.take(b'{')? {
        return Err(Halt::Stop(Stop::Garbage));
    }
    let head = head(&mut outline)?;
    if head.format.as_deref() != Some(format!("\"{}\"", own::FORMAT).as_bytes()) {
        return Ok(Layout::Single);
    }
    match head.version {
        Some(found) if found > own::VERSION => Err(Halt::Refused(ExchangeError::Newer {
            found,
            supported: own::VERSION,
        })),
        Some(1..) => Ok(Layout::Own),
        _ => Err(Halt::Stop(Stop::Garbage)),
    }
}

fn head<R: Read>(outline: &mut Outline<R>) -> Result<Head, Stop> {
    let mut head = Head::default();
    let mut first = true;
    while head.format.is_none() || head.version.is_none() {
        let Some(key) = outline.key(first)? else {
            break;
        };
        first = false;
        let Value::Kept(value) = outline.value(HEAD_VALUE)? else {
            continue;
        };
        match key.as_slice() {
            b"\"format\"" => head.format = Some(value),
            b"\"version\"" => head.version = serde_json::from_slice(&value).ok(),
            _ => {}
        }
    }
    Ok(head)
}

/// Steps into the array of conversations of a file of ours.
fn enter_conversations<R: Read>(outline: &mut Outline<R>) -> Result<(), Stop> {
    let wanted = format!("\"{}\"", own::CONVERSATIONS);
    outline.take(b'{')?;
    let mut first = true;
    while let Some(key) = outline.key(first)? {
        first = false;
        if key == wanted.as_bytes() {
            return if outline.take(b'[')? {
                Ok(())
            } else {
                Err(Stop::Garbage)
            };
        }
        outline.value(HEAD_VALUE)?;
    }
    Err(Stop::Truncated)
}

/// Reads and checks one conversation.
fn read_tree(source: Source, element: &[u8], now: Timestamp) -> Result<Outcome, Reason> {
    let told = told(source, element)?;
    let origins = recognise::origins(source, &told, element);
    let too_large = |text: &str| text.len() > LARGEST_MESSAGE;
    if told.system_prompt.as_deref().is_some_and(too_large) {
        return Err(Reason::TooLarge);
    }
    let begun = told
        .entries
        .iter()
        .filter_map(|entry| entry.said.as_ref()?.created_at);
    let created_at = within(told.created_at.or(begun.min()).unwrap_or(now), now);
    let mut built = graph::tree(told.entries, told.leaf.as_deref(), told.joining, created_at)?;
    let mut newest = created_at;
    for message in &mut built.messages {
        if too_large(&message.text) {
            return Err(Reason::TooLarge);
        }
        message.created_at = within(message.created_at, now);
        message.updated_at = within(message.updated_at, now);
        if let Some(summary) = &mut message.summary {
            summary.updated_at = within(summary.updated_at, now);
        }
        newest = newest.max(message.created_at);
    }
    let tree = NewTree {
        title: told.title,
        system_prompt: told.system_prompt,
        created_at,
        updated_at: told.updated_at.map_or(newest, |time| within(time, now)),
        pinned: told.list.pinned,
        archived: told.list.archived,
        tags: told.list.tags,
        messages: built.messages,
        leaf: built.leaf,
        origins,
    };
    Ok(Outcome::Good {
        tree,
        omitted: told.omitted,
    })
}
