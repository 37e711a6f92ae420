//! How long a text is to the model.

use llmos_engine::{EngineHandle, LoadedModel, Specials};

use crate::AssistantError;

/// How many tokens the loaded model makes of `text`, taken as plain text;
/// nothing when no model is loaded. Takes time in proportion to the text.
///
/// # Errors
/// `Prompt` when the model's vocabulary cannot write the text.
pub fn text_tokens(engine: &EngineHandle, text: &str) -> Result<Option<usize>, AssistantError> {
    let Some(model) = engine.model() else {
        return Ok(None);
    };
    count(&model, text).map(Some)
}

/// How many tokens a model makes of `text`, taken as plain text.
///
/// # Errors
/// `Prompt` when the model's vocabulary cannot write the text.
pub(crate) fn count(model: &LoadedModel, text: &str) -> Result<usize, AssistantError> {
    let tokens = model.tokenizer.encode(text, Specials::Text);
    let tokens = tokens.map_err(|error| AssistantError::Prompt {
        message: error.to_string(),
    })?;
    Ok(tokens.len())
}
