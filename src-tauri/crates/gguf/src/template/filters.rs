//! The filters and functions that templates are offered.
//!
//! minijinja's own are kept where what they make is no larger than what they are
//! given. Those that can blow a value up are left out or bounded here.

use minijinja::{Environment, Error, ErrorKind, Value};

use super::json::tojson;

/// Longest sequence that `range` makes and that filters turn into a list or text.
const LONGEST_SEQUENCE: usize = 10_000;
/// Largest text that one filter or method makes.
pub(super) const LARGEST_TEXT: usize = 16 << 20;

/// Replaces and removes what must not be used as minijinja has it.
pub(super) fn install(environment: &mut Environment<'_>) {
    for unbounded in [
        "batch", "slice", "format", "pprint", "zip", "chain", "indent",
    ] {
        environment.remove_filter(unbounded);
    }
    environment.remove_global("debug");
    environment.add_filter("tojson", tojson);
    environment.add_filter("replace", |text: &str, from: &str, to: &str| {
        replace(text, from, to, None)
    });
    environment.add_filter("indent", indent);
    environment.add_filter("list", |value: &Value| {
        bounded_sequence(value)?
            .try_iter()
            .map(Iterator::collect::<Value>)
    });
    environment.add_filter("join", |value: &Value, separator: Option<&str>| {
        join(value, separator.unwrap_or_default())
    });
    environment.add_function("range", range);
}

/// Refuses sequences that are too long to be walked at once.
fn bounded_sequence(value: &Value) -> Result<&Value, Error> {
    match value.len() {
        Some(len) if len > LONGEST_SEQUENCE => Err(too_large("a sequence")),
        _ => Ok(value),
    }
}

/// The elements of `value` as texts with `separator` between them.
pub(super) fn join(value: &Value, separator: &str) -> Result<String, Error> {
    let mut joined = String::new();
    for (index, element) in bounded_sequence(value)?.try_iter()?.enumerate() {
        if index > 0 {
            joined.push_str(separator);
        }
        match element.as_str() {
            Some(text) => joined.push_str(text),
            None => joined.push_str(&element.to_string()),
        }
        if joined.len() > LARGEST_TEXT {
            return Err(too_large("a text"));
        }
    }
    Ok(joined)
}

/// `text` with at most `count` occurrences of `from` replaced, all without a count.
pub(super) fn replace(
    text: &str,
    from: &str,
    to: &str,
    count: Option<usize>,
) -> Result<String, Error> {
    let places = if from.is_empty() {
        text.chars().count() + 1
    } else {
        text.len() / from.len()
    };
    let growth = places.min(count.unwrap_or(usize::MAX));
    if growth.saturating_mul(to.len()).saturating_add(text.len()) > LARGEST_TEXT {
        // The bound is rough; count what is really there before refusing.
        let found = text.matches(from).count().min(growth);
        if found.saturating_mul(to.len()).saturating_add(text.len()) > LARGEST_TEXT {
            return Err(too_large("a text"));
        }
    }
    Ok(match count {
        Some(count) => text.replacen(from, to, count),
        None => text.replace(from, to),
    })
}

/// Jinja's `indent(width=4, first=false, blank=false)`.
fn indent(
    text: &str,
    width: Option<usize>,
    first: Option<bool>,
    blank: Option<bool>,
) -> Result<String, Error> {
    const WIDEST: usize = 64;
    let margin = " ".repeat(width.unwrap_or(4).min(WIDEST));
    if text.len() > LARGEST_TEXT / (WIDEST + 1) {
        return Err(too_large("a text"));
    }
    let mut indented = String::with_capacity(text.len() * 2);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            indented.push('\n');
        }
        let wanted = index > 0 || first.unwrap_or(false);
        if wanted && (blank.unwrap_or(false) || !line.is_empty()) {
            indented.push_str(&margin);
        }
        indented.push_str(line);
    }
    Ok(indented)
}

/// Python's `range`, up to [`LONGEST_SEQUENCE`] numbers.
fn range(first: i64, end: Option<i64>, step: Option<i64>) -> Result<Vec<i64>, Error> {
    let (start, end) = end.map_or((0, first), |end| (first, end));
    let step = step.unwrap_or(1);
    if step == 0 {
        return Err(Error::new(
            ErrorKind::InvalidOperation,
            "range with a step of 0",
        ));
    }
    let mut numbers = Vec::new();
    let mut next = start;
    while (step > 0 && next < end) || (step < 0 && next > end) {
        if numbers.len() >= LONGEST_SEQUENCE {
            return Err(too_large("a range"));
        }
        numbers.push(next);
        let Some(following) = next.checked_add(step) else {
            break;
        };
        next = following;
    }
    Ok(numbers)
}

pub(super) fn too_large(what: &str) -> Error {
    Error::new(
        ErrorKind::InvalidOperation,
        format!("{what} would be too large"),
    )
}
