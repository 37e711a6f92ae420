//! Reading single conversations with serde.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::report::Reason;

/// Parses one conversation.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Reason> {
    serde_json::from_slice(bytes).map_err(|error| {
        if error.is_data() {
            Reason::Shape
        } else {
            Reason::Unreadable
        }
    })
}

/// The title of a conversation that could not be read otherwise.
pub(super) fn title_of(bytes: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Titled {
        title: Option<Value>,
        name: Option<Value>,
    }
    let titled: Titled = serde_json::from_slice(bytes).ok()?;
    let title = titled.title.or(titled.name)?;
    short_title(title.as_str())
}

/// A title as this app keeps them: one line of at most 200 characters.
pub(super) fn short_title(title: Option<&str>) -> Option<String> {
    let words: Vec<&str> = title?.split_whitespace().collect();
    let title: String = words.join(" ").chars().take(200).collect();
    (!title.is_empty()).then_some(title)
}

/// The entries of an object in the order of the file.
#[derive(Debug)]
pub(super) struct Entries<T>(pub(super) Vec<(String, T)>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for InOrder<T> {
            type Value = Entries<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(InOrder(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_one_short_line() {
        assert_eq!(short_title(Some(" a\n b\t")).as_deref(), Some("a b"));
        assert_eq!(short_title(Some(" \n ")), None);
        let long = "面".repeat(500);
        let cut = short_title(Some(&long)).map(|title| title.chars().count());
        assert_eq!(cut, Some(200));
        assert_eq!(
            title_of(br#"{"title":"x","mapping":7}"#).as_deref(),
            Some("x")
        );
        assert_eq!(title_of(br#"{"name":"y"}"#).as_deref(), Some("y"));
        assert_eq!(title_of(b"[1"), None);
    }
}
