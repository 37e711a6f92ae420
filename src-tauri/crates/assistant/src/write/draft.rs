//! A new text from a form.

use llmos_engine::{EngineHandle, LoadedModel};

use super::form::Form;
use super::reply::{self, Cleaned, Doubt};
use super::{HOLDER, WriteEvent, creative};
use crate::AssistantError;
use crate::ask::{Question, ask};
use crate::prompts::{self, Tongue};

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    /// The text.
    pub text: String,
    /// What a person should know before they take it.
    pub doubts: Vec<Doubt>,
    /// Points of the form that it says nothing about.
    pub left_out: Vec<String>,
    /// What stands in brackets for the person to fill in.
    pub blanks: Vec<String>,
}

/// Tokens for each word that is asked for, with room to end.
const TOKENS_PER_WORD: usize = 3;

/// Drafts a text. Another `attempt` gives another one.
///
/// # Errors
/// What [`Form::check`] says, `ContextOverflow` when the form is too long for the model,
/// `NothingWritten` when what it wrote is useless, and what the engine says.
pub async fn draft(
    engine: &EngineHandle,
    model: &LoadedModel,
    form: &Form,
    attempt: u32,
    mut on: impl FnMut(WriteEvent) + Send,
) -> Result<Drafted, AssistantError> {
    form.check()?;
    let (task, begins) = prompts::write::draft(form);
    if !begins.is_empty() {
        on(WriteEvent::Text(format!("{begins} ")));
    }
    let room = model.info.context_length / 2;
    let question = Question {
        begins,
        sampling: creative(attempt),
        stop: prompts::write::STOP,
        ..Question::new(
            HOLDER,
            &task,
            (form.length.words() * TOKENS_PER_WORD + 64).min(room),
        )
    };
    let reply = ask(engine, model, &question, |asked| on(asked.into())).await?;
    let Cleaned::Usable(words) = reply::clean(&reply.text, &form.points, "") else {
        return Err(AssistantError::NothingWritten);
    };
    let text = if begins.is_empty() {
        words
    } else {
        format!("{begins} {words}")
    };
    let mut doubts = Vec::new();
    if !reply.whole() {
        doubts.push(Doubt::CutOff);
    }
    let wanted = if form.language.starts_with("zh") {
        Tongue::Chinese
    } else {
        Tongue::English
    };
    if Tongue::of([text.as_str()]) != wanted {
        doubts.push(Doubt::OtherLanguage);
    }
    Ok(Drafted {
        left_out: form.left_out(&text),
        blanks: reply::blanks(&text),
        text,
        doubts,
    })
}
