//! Personas and what a conversation sets for itself.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A persona that can be chosen, or a built-in one that is hidden.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Persona {
    /// Its id.
    pub id: String,
    /// What it is.
    pub profile: PersonaProfile,
    /// Whether it comes with the app.
    pub built_in: bool,
    /// Whether a person changed it, if it comes with the app.
    pub changed: bool,
    /// Whether a person hid it.
    pub hidden: bool,
}

/// What makes up a persona.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonaProfile {
    /// What people call it.
    pub name: String,
    /// The colour of its avatar.
    pub colour: PersonaColour,
    /// What the model is told before the first message.
    pub system_prompt: String,
    /// What an empty conversation shows; the model never reads it.
    pub greeting: String,
    /// What a person might ask it first.
    pub prompts: Vec<String>,
    /// How its answers are generated.
    pub generation: GenerationSettings,
    /// The model that it wants, if it wants one.
    pub model: Option<OwnModel>,
}

/// The colours of avatars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum PersonaColour {
    /// The app's own.
    #[default]
    Green,
    /// Blue.
    Blue,
    /// Violet.
    Violet,
    /// Rose.
    Rose,
    /// Amber.
    Amber,
    /// A grey with some blue in it.
    Slate,
}

/// Sampling and length of answers; none leaves a value to the persona, or to the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GenerationSettings {
    /// 0 takes the likeliest token.
    pub temperature: Option<f32>,
    /// Candidates; 0 is all.
    pub top_k: Option<u32>,
    /// Share of probability that candidates make up.
    pub top_p: Option<f32>,
    /// Least share of the likeliest candidate's probability.
    pub min_p: Option<f32>,
    /// Makes recent tokens less likely; 1 is off.
    pub repetition_penalty: Option<f32>,
    /// Tokens that an answer may have.
    pub max_tokens: Option<u32>,
}

/// Least and largest value of each of the generation settings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GenerationRanges {
    /// Of the temperature.
    pub temperature: (f32, f32),
    /// Of the candidates.
    pub top_k: (u32, u32),
    /// Of the share of probability.
    pub top_p: (f32, f32),
    /// Of the least share.
    pub min_p: (f32, f32),
    /// Of the penalty.
    pub repetition_penalty: (f32, f32),
    /// Of the tokens.
    pub max_tokens: (u32, u32),
}

/// The model that a persona or a conversation asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum OwnModel {
    /// The one that comes with the app.
    BuiltIn,
    /// A model file.
    File {
        /// Its path.
        path: String,
    },
}

/// All personas, and what editing one takes.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonaLibrary {
    /// The built-in ones, then the person's own.
    pub personas: Vec<Persona>,
    /// What a persona that says nothing leaves to the app.
    pub defaults: GenerationSettings,
    /// What generation settings may be.
    pub ranges: GenerationRanges,
    /// Names that a system prompt may have between double braces.
    pub variables: Vec<String>,
    /// The persona of a conversation that has none.
    pub default_persona: String,
}

/// What a conversation sets for itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationSettings {
    /// Its persona's id; may name one that is gone.
    pub persona: Option<String>,
    /// What the model is told before the first message.
    pub system_prompt: Option<String>,
    /// How its answers are generated.
    pub generation: GenerationSettings,
    /// The model that it wants.
    pub model: Option<OwnModel>,
    /// Whether its oldest messages are summed up when they no longer fit; none is as
    /// the app's settings say.
    pub summaries: Option<bool>,
}

/// A system prompt as the model would read it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PromptPreview {
    /// With its variables filled in.
    pub text: String,
    /// What was left as it was typed.
    pub problems: Vec<PromptProblem>,
}

/// A piece of a prompt that looks like a variable and is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PromptProblem {
    /// What is wrong with it.
    pub kind: PromptProblemKind,
    /// The name, or what follows the braces.
    pub text: String,
}

/// Why a piece of a prompt is not filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum PromptProblemKind {
    /// No variable has this name.
    Unknown,
    /// The braces are not closed.
    Unclosed,
}

/// The language of the page, settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
pub enum PageLanguage {
    /// English.
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Chinese,
}
