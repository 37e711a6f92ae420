//! Ids of rows that outlive the process and cross the wire.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Timestamp;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// A new id that sorts by `now`.
            pub(crate) fn new(now: Timestamp) -> Self {
                Self(time_ordered(now))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }
    };
}

text_id! {
    /// Names a conversation. Text from outside may hold anything: an id that
    /// names nothing is answered with `NotFound`.
    ConversationId
}

text_id! {
    /// Names a message.
    MessageId
}

text_id! {
    /// Names a persona: one that a person made, or one that comes with the app.
    PersonaId
}

text_id! {
    /// Names a text that is translated.
    TranslationId
}

text_id! {
    /// Names a job.
    JobId
}

text_id! {
    /// Names a digest: a text with its summaries.
    DigestId
}

text_id! {
    /// Names a text that a person writes.
    TextId
}

text_id! {
    /// Names a template for drafts.
    TemplateId
}

text_id! {
    /// Names a document.
    DocumentId
}

/// A version 7 UUID: 48 bits of milliseconds, then random bits.
fn time_ordered(now: Timestamp) -> String {
    let millis = now.unix_millis();
    let nanos = u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000;
    let time = uuid::Timestamp::from_unix(uuid::NoContext, millis / 1000, nanos);
    Uuid::new_v7(time).to_string()
}
