//! Which languages a model knows, as far as its file says or its name is known.

use llmos_engine::ModelInfo;

use super::languages::TextLanguage;

/// What can be said about a model and a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// It was made for it.
    Known,
    /// It was made for other languages.
    Unknown,
    /// Nothing is known about the model.
    Unclear,
}

/// Models that know many languages, by what their names begin with, in lower case. Told
/// by their makers; the files often do not say it.
const MANY: &[&str] = &[
    "qwen",
    "gemma-3",
    "gemma 3",
    "gemma3",
    "llama-3",
    "llama 3",
    "aya",
    "mistral",
    "ministral",
    "phi-4",
    "phi 4",
    "smollm3",
    "granite",
    "eurollm",
    "tower",
    "bloom",
    "minicpm",
    "internlm",
    "hunyuan",
    "glm",
    "ernie",
    "gpt-oss",
];
/// Models that were made for English alone.
const ENGLISH: &[&str] = &[
    "smollm",
    "smollm2",
    "tinyllama",
    "stablelm",
    "phi-2",
    "phi 2",
    "olmo",
    "pythia",
    "gpt2",
];

/// The languages that the model's file or its name tells of: none when neither does.
#[must_use]
pub fn languages(model: &ModelInfo) -> Vec<TextLanguage> {
    let named: Vec<TextLanguage> = model
        .languages
        .iter()
        .filter_map(|tag| TextLanguage::named(tag))
        .collect();
    if !named.is_empty() {
        return named;
    }
    let name = model.name.to_lowercase();
    let is_one = |names: &[&str]| names.iter().any(|known| name.starts_with(known));
    if is_one(MANY) {
        TextLanguage::all().collect()
    } else if is_one(ENGLISH) {
        TextLanguage::find("en").into_iter().collect()
    } else {
        Vec::new()
    }
}

/// What can be said about a model and a language.
#[must_use]
pub fn coverage(model: &ModelInfo, language: TextLanguage) -> Coverage {
    let known = languages(model);
    if known.is_empty() {
        Coverage::Unclear
    } else if known.contains(&language) {
        Coverage::Known
    } else {
        Coverage::Unknown
    }
}
