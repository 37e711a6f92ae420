//! One question to the model outside a conversation: a step of a work mode.
//!
//! What a person or a document wrote goes into the question as text: it never becomes a
//! control token, and [`crate::prompts::fence`] marks where it ends. Nothing is saved
//! here; to drop the future is to stop.

use std::sync::Arc;

use llmos_engine::{
    EngineError, EngineHandle, GenerateEvent, GenerateRequest, LoadedModel, Sampling, StopReason,
    TokenId, Usage, WhenBusy,
};

use crate::AssistantError;
use crate::assistant::Inner;
use crate::context::{self, Conversation};
use crate::history::Turn;

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) struct Question<'a> {
    /// Who asks, for others who find the engine taken.
    pub(crate) holder: &'a str,
    /// The system prompt; empty for none.
    pub(crate) system: &'a str,
    /// Examples that show the model what is wanted, as exchanges before the question.
    pub(crate) examples: &'a [(&'a str, &'a str)],
    /// The task, with the text that it is about.
    pub(crate) user: &'a str,
    /// How the reply begins. Given the first word, a small model goes on with what was
    /// asked for instead of a preface. Not part of [`Reply::text`].
    pub(crate) begins: &'a str,
    /// How tokens are chosen.
    pub(crate) sampling: Sampling,
    /// Tokens that the reply may have at most.
    pub(crate) max_tokens: usize,
    /// Strings that end the reply and are no part of it.
    pub(crate) stop: &'a [&'a str],
    /// Whether the reply goes on in the middle of what it begins with: then a blank
    /// before its first word is part of it.
    pub(crate) goes_on: bool,
}

impl<'a> Question<'a> {
    /// A question that is answered with the likeliest words, kept from going round in
    /// circles.
    pub(crate) fn new(holder: &'a str, user: &'a str, max_tokens: usize) -> Self {
        Self {
            holder,
            system: "",
            examples: &[],
            user,
            begins: "",
            sampling: Sampling {
                repetition_penalty: 1.1,
                ..Sampling::greedy()
            },
            max_tokens,
            stop: &[],
            goes_on: false,
        }
    }

    /// The question as the model will read it.
    ///
    /// # Errors
    /// `Prompt` when the template or the tokenizer fails.
    pub(crate) fn encode(&self, model: &LoadedModel) -> Result<Vec<TokenId>, AssistantError> {
        let mut turns: Vec<Turn<'_>> = self
            .examples
            .iter()
            .map(|&(user, answer)| Turn { user, answer })
            .collect();
        turns.push(Turn {
            user: self.user,
            answer: self.begins,
        });
        let conversation = Conversation {
            system: self.system,
            turns: &turns,
        };
        context::encode_task(model, conversation)
    }
}

/// What happens while the model works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked<'a> {
    /// So many tokens of the question are read.
    Reading { done: usize, total: usize },
    /// The reply goes on with this.
    Text(&'a str),
}

/// What the model replied.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    /// The reply without the words it was given to begin with, blanks around it removed.
    pub(crate) text: String,
    /// Why it ended. [`Reply::whole`] says whether the model was done.
    pub(crate) reason: StopReason,
    /// Counts and times.
    pub(crate) usage: Usage,
}

impl Reply {
    /// Whether the model ended by itself or at a stop string, not at a limit.
    pub(crate) fn whole(&self) -> bool {
        matches!(self.reason, StopReason::EndOfTurn | StopReason::StopString)
    }
}

impl Inner {
    /// As [`ask`], on the assistant's engine. What the model held of a conversation is
    /// saved first.
    ///
    /// Somebody who waits before the screen holds a guard of [`crate::foreground`] around
    /// this.
    ///
    /// # Errors
    /// As [`ask`].
    pub(crate) async fn ask(
        &self,
        model: &Arc<LoadedModel>,
        question: &Question<'_>,
        on: impl FnMut(Asked<'_>),
    ) -> Result<Reply, AssistantError> {
        self.yield_prefix().await;
        ask(&self.engine, model, question, on).await
    }
}

/// Asks the loaded model and waits for the whole reply, behind whatever the engine is
/// doing.
///
/// # Errors
/// `ContextOverflow` when question and reply do not fit into the context, `Prompt`, and
/// what the engine says.
pub(crate) async fn ask(
    engine: &EngineHandle,
    model: &LoadedModel,
    question: &Question<'_>,
    mut on: impl FnMut(Asked<'_>),
) -> Result<Reply, AssistantError> {
    let prompt = question.encode(model)?;
    let available = model
        .info
        .context_length
        .saturating_sub(question.max_tokens);
    if prompt.len() > available {
        return Err(AssistantError::ContextOverflow {
            needed: prompt.len(),
            available,
        });
    }
    let request = GenerateRequest {
        sampling: question.sampling.clone(),
        max_tokens: Some(question.max_tokens),
        stop: question.stop.iter().map(|&stop| stop.to_owned()).collect(),
        when_busy: WhenBusy::Queue,
        ..GenerateRequest::new(question.holder, prompt)
    };
    let mut stream = engine.generate(request)?;
    let mut text = String::new();
    loop {
        match stream.next().await {
            Some(GenerateEvent::PromptProgress { done, total }) => {
                on(Asked::Reading { done, total });
            }
            Some(GenerateEvent::Text { text: more }) => {
                // Many vocabularies write a new text with a blank before it.
                let more = if text.is_empty() && !question.goes_on {
                    more.trim_start()
                } else {
                    &more
                };
                if !more.is_empty() {
                    text.push_str(more);
                    on(Asked::Text(more));
                }
            }
            Some(GenerateEvent::Finished(outcome)) => {
                text.truncate(text.trim_end().len());
                return Ok(Reply {
                    text,
                    reason: outcome.reason,
                    usage: outcome.usage,
                });
            }
            Some(GenerateEvent::Failed(error)) => return Err(error.into()),
            None => return Err(EngineError::Gone.into()),
        }
    }
}
