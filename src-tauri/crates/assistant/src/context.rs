//! Fits a conversation into the model's context.
//!
//! The unit is the [`Turn`]: an exchange stays whole or drops out whole, oldest
//! first, because half an exchange misleads a model more than none. The system
//! prompt and the last question never drop; if they alone are too long, that is
//! an error that says by how much.
//!
//! Lengths are those of the rendered template in tokens, exactly. To keep long
//! histories cheap, the newest messages are encoded one by one only until they
//! fill the context; the first turn that fits is then searched by halving, so
//! the whole template is rendered and encoded a handful of times and the cost
//! follows the context's length, not the history's.

use std::borrow::Cow;

use llmos_engine::{
    ChatTemplate, LoadedModel, Prompt, RenderOptions, Specials, TemplateMessage, TokenId, Tokenizer,
};

use crate::AssistantError;
use crate::history::Turn;

/// Tokens kept free for the answer when older turns can make room for it.
const ANSWER_ROOM: usize = 512;
/// Tokens kept free for the answer in any case.
const LEAST_ANSWER_ROOM: usize = 64;
/// A message with more bytes than this for each token of room is taken to be
/// longer than the room without encoding it. Real text has two to five bytes a
/// token; only long runs of blanks come near this.
const MAX_BYTES_PER_TOKEN: usize = 64;

/// How many tokens a prompt may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// With an ordinary answer after it: what the history is cut to.
    pub comfortable: usize,
    /// With the shortest useful answer after it: what must not be exceeded.
    pub most: usize,
}

impl Room {
    /// The room in a context of so many tokens. In a very small context the
    /// answer gets a quarter (an eighth at the least) instead of a fixed count.
    #[must_use]
    pub fn in_context(context_length: usize) -> Self {
        let comfortable = ANSWER_ROOM.min(context_length / 4);
        let least = LEAST_ANSWER_ROOM.min(context_length / 8);
        Self {
            comfortable: context_length - comfortable,
            most: context_length - least,
        }
    }
}

/// A conversation as the model will read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FittedContext {
    /// The prompt, generation prompt and partial answer included.
    pub tokens: Vec<TokenId>,
    /// Index of the first turn that is in it: so many were left out.
    pub first_turn: usize,
}

/// What goes into a prompt.
#[derive(Debug, Clone, Copy)]
pub struct Conversation<'a> {
    /// The system prompt; empty for none.
    pub system: &'a str,
    /// All turns, oldest first. The answer of the last one is the part that the
    /// model continues, empty for a new answer.
    pub turns: &'a [Turn<'a>],
}

/// Fits `conversation` into `room`.
///
/// `previous_first` is the first turn of the last prompt of this conversation,
/// if there was one: it stays the first one while it fits. Prompts then grow at
/// their end only and the KV cache of all before is reused. When turns must
/// drop, a quarter of the room is freed at once for the same reason; without
/// that, every further question would shift the history and the model would
/// have to read all of it again. The exchange before the last question is not
/// dropped merely for that, though.
///
/// # Errors
/// `ContextOverflow` when the system prompt and the last turn alone exceed
/// `room.most`; `Prompt` when the template or the tokenizer fails.
pub fn fit(
    model: &LoadedModel,
    conversation: Conversation<'_>,
    room: Room,
    previous_first: Option<usize>,
) -> Result<FittedContext, AssistantError> {
    let writer = PromptWriter {
        template: &model.template,
        tokenizer: &model.tokenizer,
        conversation,
        thinking: None,
    };
    let last = conversation.turns.len().saturating_sub(1);
    let earliest = writer.earliest_that_may_fit(room.comfortable)?;

    if earliest == 0 {
        let whole = writer.encode_from(0)?;
        if whole.tokens.len() <= room.comfortable {
            return Ok(whole);
        }
        if last == 0 {
            return within(room.most, whole);
        }
    }
    if let Some(first) = previous_first.filter(|first| (earliest..=last).contains(first)) {
        let same_start = writer.encode_from(first)?;
        if same_start.tokens.len() <= room.comfortable {
            return Ok(same_start);
        }
    }
    let roomy = writer.longest_within(room.comfortable / 4 * 3, earliest)?;
    if roomy.first_turn < last {
        return Ok(roomy);
    }
    // Nothing but the last question is left: keep the exchange before it if
    // that fits at all, rather than make room.
    if earliest < last {
        let pair = writer.encode_from(last - 1)?;
        if pair.tokens.len() <= room.comfortable {
            return Ok(pair);
        }
    }
    within(room.most, roomy)
}

/// The whole conversation as a prompt, however long that is.
///
/// # Errors
/// `Prompt` when the template or the tokenizer fails.
pub(crate) fn encode(
    model: &LoadedModel,
    conversation: Conversation<'_>,
) -> Result<Vec<TokenId>, AssistantError> {
    encode_with(model, conversation, None)
}

/// As [`encode`], for a task that is done at once: a model that can think aloud is told
/// not to.
///
/// # Errors
/// `Prompt` when the template or the tokenizer fails.
pub(crate) fn encode_task(
    model: &LoadedModel,
    conversation: Conversation<'_>,
) -> Result<Vec<TokenId>, AssistantError> {
    encode_with(model, conversation, Some(false))
}

fn encode_with(
    model: &LoadedModel,
    conversation: Conversation<'_>,
    thinking: Option<bool>,
) -> Result<Vec<TokenId>, AssistantError> {
    let writer = PromptWriter {
        template: &model.template,
        tokenizer: &model.tokenizer,
        conversation,
        thinking,
    };
    Ok(writer.encode_from(0)?.tokens)
}

/// `context`, unless it is longer than `most`.
fn within(most: usize, context: FittedContext) -> Result<FittedContext, AssistantError> {
    if context.tokens.len() > most {
        return Err(AssistantError::ContextOverflow {
            needed: context.tokens.len(),
            available: most,
        });
    }
    Ok(context)
}

/// Renders and encodes a conversation from a given turn on.
struct PromptWriter<'a> {
    template: &'a ChatTemplate,
    tokenizer: &'a Tokenizer,
    conversation: Conversation<'a>,
    thinking: Option<bool>,
}

impl PromptWriter<'_> {
    /// The first turn from which the bare texts alone do not exceed `room`.
    /// The template adds to every one of them, so no earlier start can fit.
    fn earliest_that_may_fit(&self, room: usize) -> Result<usize, AssistantError> {
        let turns = self.conversation.turns;
        let mut used = 0;
        for (index, turn) in turns.iter().enumerate().rev() {
            for text in [turn.answer, turn.user] {
                if text.len() > room.saturating_mul(MAX_BYTES_PER_TOKEN) {
                    return Ok((index + 1).min(turns.len() - 1));
                }
                used += self
                    .tokenizer
                    .encode(text, Specials::Text)
                    .map_err(prompt_error)?
                    .len();
            }
            if used > room {
                return Ok((index + 1).min(turns.len() - 1));
            }
        }
        Ok(0)
    }

    /// The most turns whose prompt has at most `room` tokens; the last turn
    /// alone if even that has more.
    fn longest_within(
        &self,
        room: usize,
        earliest: usize,
    ) -> Result<FittedContext, AssistantError> {
        let last = self.conversation.turns.len().saturating_sub(1);
        let mut best = None;
        let (mut low, mut high) = (earliest, last);
        while low < high {
            let middle = low + (high - low) / 2;
            let tried = self.encode_from(middle)?;
            if tried.tokens.len() <= room {
                high = middle;
                best = Some(tried);
            } else {
                low = middle + 1;
            }
        }
        match best {
            Some(best) if best.first_turn == low => Ok(best),
            _ => self.encode_from(low),
        }
    }

    /// The prompt of the turns from `first` on.
    fn encode_from(&self, first: usize) -> Result<FittedContext, AssistantError> {
        let mut prompt = self.render(first)?;
        if let Some(turn) = self.conversation.turns.last() {
            prompt.push_text(turn.answer);
        }
        let tokens = self
            .tokenizer
            .encode_prompt(&prompt)
            .map_err(prompt_error)?;
        Ok(FittedContext {
            tokens,
            first_turn: first,
        })
    }

    /// Renders the turns from `first` on with the generation prompt after them,
    /// without the partial answer.
    fn render(&self, first: usize) -> Result<Prompt, AssistantError> {
        let turns = self.conversation.turns.get(first..).unwrap_or_default();
        let mut messages: Vec<(&str, Cow<'_, str>)> = Vec::with_capacity(turns.len() * 2 + 1);
        if !self.conversation.system.is_empty() {
            messages.push(("system", self.conversation.system.into()));
        }
        let mut question = Cow::Borrowed("");
        for (index, turn) in turns.iter().enumerate() {
            // Questions that were never answered are read together with the
            // next one: templates demand that the roles alternate.
            if question.is_empty() {
                question = turn.user.into();
            } else {
                question = format!("{question}\n\n{}", turn.user).into();
            }
            let is_last = index + 1 == turns.len();
            if is_last || !turn.answer.is_empty() {
                messages.push(("user", std::mem::take(&mut question)));
            }
            if !is_last && !turn.answer.is_empty() {
                messages.push(("assistant", turn.answer.into()));
            }
        }
        let messages: Vec<TemplateMessage<'_>> = messages
            .iter()
            .map(|(role, content)| TemplateMessage { role, content })
            .collect();
        let options = RenderOptions {
            add_generation_prompt: true,
            thinking: self.thinking,
            ..RenderOptions::default()
        };
        self.template
            .render(&messages, &options)
            .map_err(prompt_error)
    }
}

fn prompt_error(error: impl std::fmt::Display) -> AssistantError {
    AssistantError::Prompt {
        message: error.to_string(),
    }
}
