//! The methods of Python's strings, dictionaries and lists that templates call.

use minijinja::value::{ValueKind, from_args};
use minijinja::{Error, ErrorKind, State, Value, filters};

use super::filters::{join, replace};

/// Called by minijinja for methods that it does not know, which are all of them.
pub(super) fn call(
    _state: &State<'_, '_>,
    value: &Value,
    method: &str,
    arguments: &[Value],
) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::String => match value.as_str() {
            Some(text) => string_method(text, method, arguments),
            None => Err(unknown()),
        },
        ValueKind::Map => map_method(value, method, arguments),
        ValueKind::Seq | ValueKind::Iterable => sequence_method(value, method, arguments),
        _ => Err(unknown()),
    }
}

fn unknown() -> Error {
    Error::from(ErrorKind::UnknownMethod)
}

fn string_method(text: &str, method: &str, arguments: &[Value]) -> Result<Value, Error> {
    match method {
        "strip" | "lstrip" | "rstrip" => strip(text, method, arguments),
        "startswith" => affix(arguments, |prefix| text.starts_with(prefix)),
        "endswith" => affix(arguments, |suffix| text.ends_with(suffix)),
        "removeprefix" => {
            let (prefix,): (&str,) = from_args(arguments)?;
            Ok(Value::from(text.strip_prefix(prefix).unwrap_or(text)))
        }
        "removesuffix" => {
            let (suffix,): (&str,) = from_args(arguments)?;
            Ok(Value::from(text.strip_suffix(suffix).unwrap_or(text)))
        }
        "split" | "rsplit" => split(text, method, arguments),
        "splitlines" => {
            let () = from_args(arguments)?;
            Ok(text.lines().map(Value::from).collect())
        }
        "replace" => {
            let (from, to, count): (&str, &str, Option<i64>) = from_args(arguments)?;
            let count = count.and_then(|count| usize::try_from(count).ok());
            replace(text, from, to, count).map(Value::from)
        }
        "join" => {
            let (values,): (&Value,) = from_args(arguments)?;
            join(values, text).map(Value::from)
        }
        "find" | "rfind" | "count" => search(text, method, arguments),
        "upper" => no_arguments(arguments, || Value::from(text.to_uppercase())),
        "lower" => no_arguments(arguments, || Value::from(text.to_lowercase())),
        "title" => no_arguments(arguments, || Value::from(title(text))),
        "capitalize" => no_arguments(arguments, || Value::from(capitalize(text))),
        "isdigit" | "isnumeric" => every(text, arguments, char::is_numeric),
        "isalpha" => every(text, arguments, char::is_alphabetic),
        "isalnum" => every(text, arguments, char::is_alphanumeric),
        "isspace" => every(text, arguments, char::is_whitespace),
        "isupper" => every(text, arguments, |character| !character.is_lowercase()),
        "islower" => every(text, arguments, |character| !character.is_uppercase()),
        _ => Err(unknown()),
    }
}

fn no_arguments(arguments: &[Value], result: impl FnOnce() -> Value) -> Result<Value, Error> {
    let () = from_args(arguments)?;
    Ok(result())
}

fn every(text: &str, arguments: &[Value], holds: impl Fn(char) -> bool) -> Result<Value, Error> {
    no_arguments(arguments, || {
        Value::from(!text.is_empty() && text.chars().all(holds))
    })
}

fn strip(text: &str, method: &str, arguments: &[Value]) -> Result<Value, Error> {
    let (characters,): (Option<&str>,) = from_args(arguments)?;
    let strippable = |character: char| match characters {
        Some(characters) => characters.contains(character),
        None => character.is_whitespace(),
    };
    Ok(Value::from(match method {
        "lstrip" => text.trim_start_matches(strippable),
        "rstrip" => text.trim_end_matches(strippable),
        _ => text.trim_matches(strippable),
    }))
}

/// `startswith` and `endswith`, which take one text or a sequence of them.
fn affix(arguments: &[Value], test: impl Fn(&str) -> bool) -> Result<Value, Error> {
    let (affix,): (&Value,) = from_args(arguments)?;
    if let Some(affix) = affix.as_str() {
        return Ok(Value::from(test(affix)));
    }
    for affix in affix.try_iter()? {
        if affix.as_str().is_some_and(&test) {
            return Ok(Value::from(true));
        }
    }
    Ok(Value::from(false))
}

fn split(text: &str, method: &str, arguments: &[Value]) -> Result<Value, Error> {
    let (separator, most): (Option<&str>, Option<i64>) = from_args(arguments)?;
    // Pieces are one more than cuts; a negative number of cuts is any number.
    let pieces = most
        .and_then(|most| usize::try_from(most).ok())
        .map_or(usize::MAX, |most| most.saturating_add(1));
    let Some(separator) = separator else {
        return Ok(text.split_whitespace().map(Value::from).collect());
    };
    if separator.is_empty() {
        return Err(Error::new(
            ErrorKind::InvalidOperation,
            "split at an empty text",
        ));
    }
    if method == "rsplit" {
        let mut reversed: Vec<_> = text.rsplitn(pieces, separator).map(Value::from).collect();
        reversed.reverse();
        return Ok(Value::from(reversed));
    }
    Ok(text.splitn(pieces, separator).map(Value::from).collect())
}

fn search(text: &str, method: &str, arguments: &[Value]) -> Result<Value, Error> {
    let (wanted,): (&str,) = from_args(arguments)?;
    let characters_before = |place: Option<usize>| match place {
        Some(place) => Value::from(text[..place].chars().count()),
        None => Value::from(-1),
    };
    Ok(match method {
        "find" => characters_before(text.find(wanted)),
        "rfind" => characters_before(text.rfind(wanted)),
        _ => Value::from(text.matches(wanted).count()),
    })
}

fn capitalize(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first
            .to_uppercase()
            .chain(characters.flat_map(char::to_lowercase))
            .collect()
    })
}

fn title(text: &str) -> String {
    let mut after_letter = false;
    let mut titled = String::with_capacity(text.len());
    for character in text.chars() {
        if after_letter {
            titled.extend(character.to_lowercase());
        } else {
            titled.extend(character.to_uppercase());
        }
        after_letter = character.is_alphabetic();
    }
    titled
}

fn map_method(value: &Value, method: &str, arguments: &[Value]) -> Result<Value, Error> {
    match method {
        "get" => {
            let (key, otherwise): (&Value, Option<Value>) = from_args(arguments)?;
            let found = value.get_item(key)?;
            Ok(if found.is_undefined() {
                otherwise.unwrap_or_else(|| Value::from(()))
            } else {
                found
            })
        }
        "items" => {
            let () = from_args(arguments)?;
            filters::items(value)
        }
        "keys" => {
            let () = from_args(arguments)?;
            value.try_iter().map(Iterator::collect)
        }
        "values" => {
            let () = from_args(arguments)?;
            value
                .try_iter()?
                .map(|key| value.get_item(&key))
                .collect::<Result<Value, _>>()
        }
        _ => Err(unknown()),
    }
}

fn sequence_method(value: &Value, method: &str, arguments: &[Value]) -> Result<Value, Error> {
    let (wanted,): (&Value,) = from_args(arguments)?;
    match method {
        "count" => Ok(Value::from(
            value
                .try_iter()?
                .filter(|element| element == wanted)
                .count(),
        )),
        "index" => value
            .try_iter()?
            .position(|element| element == *wanted)
            .map(Value::from)
            .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "no such element")),
        _ => Err(unknown()),
    }
}
