//! A text goes on.

use llmos_engine::{EngineHandle, LoadedModel};

use super::reply::{self, Cleaned, Doubt};
use super::{HOLDER, WriteEvent, creative};
use crate::AssistantError;
use crate::ask::{Question, ask};
use crate::assistant::check_text;
use crate::prompts::{self, Tongue};
use crate::tokens;

/// How a text goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedOn {
    /// What comes behind the text, with the blank before it where one belongs there.
    pub text: String,
    /// What a person should know about it.
    pub doubts: Vec<Doubt>,
}

/// Tokens that a text goes on by at once: a paragraph.
const MOST_TOKENS: usize = 160;

/// Tokens of the text that the model reads; what is before them is too far away to matter
/// to what comes next.
const MOST_READ: usize = 1024;

/// Goes on with a text. Of a long one, its end is read. Another `attempt` goes on in
/// another way.
///
/// # Errors
/// `EmptyText`, `TextTooLong`, `NothingWritten` when the model has nothing to add, and
/// what the engine says.
pub async fn carry_on(
    engine: &EngineHandle,
    model: &LoadedModel,
    text: &str,
    attempt: u32,
    mut on: impl FnMut(WriteEvent) + Send,
) -> Result<CarriedOn, AssistantError> {
    check_text(text)?;
    let task = prompts::write::carry_on(Tongue::of([text]));
    let written = text.trim_end();
    // Tokens with a blank before them are the rule, so a prompt must not end in one.
    let blank_there = written.len() < text.len();
    let room = model.info.context_length.saturating_sub(MOST_TOKENS);
    let overhead = Question::new(HOLDER, task, 0).encode(model)?.len();
    let begins = end_of(model, written, room.saturating_sub(overhead).min(MOST_READ))?;
    let question = Question {
        begins,
        sampling: creative(attempt),
        stop: prompts::write::STOP,
        goes_on: true,
        ..Question::new(HOLDER, task, MOST_TOKENS)
    };
    let mut first = true;
    let reply = ask(engine, model, &question, |asked| {
        let mut event = WriteEvent::from(asked);
        if let WriteEvent::Text(more) = &mut event
            && std::mem::take(&mut first)
            && blank_there
        {
            *more = more.trim_start().to_owned();
        }
        on(event);
    })
    .await?;
    if reply::clean(&reply.text, written, task) == Cleaned::Useless {
        return Err(AssistantError::NothingWritten);
    }
    let text = if blank_there {
        reply.text.trim_start()
    } else {
        &reply.text
    };
    let mut doubts = Vec::new();
    if reply::other_language(written, text) {
        doubts.push(Doubt::OtherLanguage);
    }
    if !reply.whole() {
        doubts.push(Doubt::CutOff);
    }
    Ok(CarriedOn {
        text: text.to_owned(),
        doubts,
    })
}

/// The end of a text that takes no more than so many tokens, from a paragraph, a sentence
/// or at least a word on.
fn end_of<'a>(model: &LoadedModel, text: &'a str, most: usize) -> Result<&'a str, AssistantError> {
    let mut end = text;
    while tokens::count(model, end)? > most {
        // Halving finds a fitting length in a few steps; then it begins with something whole.
        let middle = end.len() / 2;
        let start = (middle..=end.len()).find(|&at| end.is_char_boundary(at));
        let half = start.map_or("", |start| &end[start..]);
        let whole = half
            .find("\n\n")
            .or_else(|| half.find(['.', '。', '\n']))
            .or_else(|| half.find(' '))
            .filter(|&at| at < half.len() / 2);
        end = whole.map_or(half, |at| {
            half[at..].trim_start_matches(['.', '。']).trim_start()
        });
    }
    Ok(end)
}
