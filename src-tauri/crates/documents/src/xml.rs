//! XML as a stream of elements, without namespaces, entities of its own or a tree.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::budget::Budget;
use crate::error::DocumentError;

/// A step through a document.
pub(crate) enum Step<'a> {
    /// An element begins.
    Open(Element<'a>),
    /// The element of this name ends.
    Close(&'a str),
    /// Text.
    Text(&'a str),
}

/// The beginning of an element.
pub(crate) struct Element<'a> {
    start: &'a BytesStart<'a>,
    /// Its name, without the namespace.
    pub(crate) name: &'a str,
}

impl Element<'_> {
    /// An attribute, by its name without the namespace.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let mut attributes = self.start.attributes();
        let found = attributes
            .with_checks(false)
            .flatten()
            .find(|it| it.key.local_name().as_ref() == name)?;
        let value = found.normalized_value(XmlVersion::Implicit1_0).ok()?;
        Some(value.into_owned())
    }
}

/// Elements between two looks at the clock.
const STEPS_PER_CHECK: usize = 4096;

/// Walks through a document. `what` names it where it is broken.
pub(crate) fn walk(
    text: &str,
    what: &'static str,
    budget: &Budget,
    mut take: impl FnMut(Step<'_>) -> Result<(), DocumentError>,
) -> Result<(), DocumentError> {
    let broken = || DocumentError::Broken { what };
    let mut reader = Reader::from_str(text);
    let mut depth = 0_usize;
    let mut steps = 0_usize;
    loop {
        steps += 1;
        if steps.is_multiple_of(STEPS_PER_CHECK) {
            budget.check()?;
        }
        match reader.read_event().map_err(|_| broken())? {
            Event::Start(start) => {
                depth += 1;
                budget.nest(depth)?;
                let name = start.local_name();
                let name = name.as_ref();
                take(Step::Open(Element {
                    start: &start,
                    name,
                }))?;
            }
            Event::Empty(start) => {
                let name = start.local_name();
                let name = name.as_ref();
                take(Step::Open(Element {
                    start: &start,
                    name,
                }))?;
                take(Step::Close(name))?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                take(Step::Close(end.local_name().as_ref()))?;
            }
            Event::Text(text) => take(Step::Text(&text.xml10_content()))?,
            Event::CData(text) => take(Step::Text(&text.xml10_content()))?,
            Event::GeneralRef(reference) => {
                if let Ok(Some(character)) = reference.resolve_char_ref() {
                    take(Step::Text(character.encode_utf8(&mut [0; 4])))?;
                } else {
                    // Entities that a document defines itself stand for nothing here.
                    let meaning = match reference.into_inner().as_ref() {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        "quot" => "\"",
                        "apos" => "'",
                        _ => "",
                    };
                    take(Step::Text(meaning))?;
                }
            }
            // What ends before its elements do is cut off.
            Event::Eof if depth > 0 => return Err(broken()),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}
