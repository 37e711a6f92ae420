//! How answers are generated, as far as a persona or a conversation says so.

use serde::{Deserialize, Serialize};

/// Sampling and length of answers; `None` leaves a value to whoever is asked
/// next: the persona, then the app. Stored as JSON, with missing fields as `None`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GenerationSettings {
    /// Divides the logits; 0 takes the likeliest token.
    pub temperature: Option<f32>,
    /// Keeps this many of the likeliest tokens; 0 keeps all.
    pub top_k: Option<u32>,
    /// Keeps the likeliest tokens up to this share of probability.
    pub top_p: Option<f32>,
    /// Drops tokens below this share of the likeliest one's probability.
    pub min_p: Option<f32>,
    /// Makes recent tokens less likely; 1 is off.
    pub repetition_penalty: Option<f32>,
    /// Tokens that an answer may have.
    pub max_tokens: Option<u32>,
}

impl GenerationSettings {
    /// These values, and those of `other` where there is none.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            temperature: self.temperature.or(other.temperature),
            top_k: self.top_k.or(other.top_k),
            top_p: self.top_p.or(other.top_p),
            min_p: self.min_p.or(other.min_p),
            repetition_penalty: self.repetition_penalty.or(other.repetition_penalty),
            max_tokens: self.max_tokens.or(other.max_tokens),
        }
    }
}

/// The model that a persona or a conversation asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OwnModel {
    /// The one that comes with the app, wherever that lies.
    BuiltIn,
    /// A model file.
    File {
        /// Its absolute path.
        path: String,
    },
}
