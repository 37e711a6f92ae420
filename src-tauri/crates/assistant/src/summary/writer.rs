//! Asking the model for a summary, in as many steps as the text needs.

use std::sync::Arc;

use llmos_engine::{
    EngineError, EngineHandle, GenerateEvent, GenerateRequest, LoadedModel, Sampling, StopReason,
    TokenId, WhenBusy,
};
use llmos_store::ConversationId;

use super::{most_tokens, request, text};
use crate::AssistantError;
use crate::context::{self, Conversation};
use crate::history::Turn;
use crate::prompts;

/// How many times the model is asked at most. Each time it reads up to a whole context;
/// of a history that is longer, the oldest part is left out.
const MOST_STEPS: usize = 4;
/// Bytes that a token stands for at the least, in text of any language.
const LEAST_BYTES_PER_TOKEN: usize = 2;
/// The share of a step that reading takes; writing takes the rest.
const READING: f32 = 0.5;

/// Makes one summary of some turns.
#[derive(Debug)]
pub(crate) struct Writer {
    model: Arc<LoadedModel>,
    system: String,
    turns: Vec<(String, String)>,
    /// Turns at the beginning that are left out.
    skipped: usize,
    /// The first turn that is not in `summary` yet.
    at: usize,
    /// What is summed up so far.
    summary: Option<String>,
}

/// A summary of the first `turns` turns.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) text: String,
    pub(crate) turns: usize,
}

/// One question to the model: the prompt, and the turn up to which it reaches.
struct Step {
    prompt: Vec<TokenId>,
    end: usize,
}

impl Writer {
    /// For these turns, after those that `previous` sums up.
    pub(crate) fn new(
        model: Arc<LoadedModel>,
        system: String,
        turns: &[Turn<'_>],
        previous: Option<String>,
    ) -> Self {
        // A summary that goes on from another one leaves no gap.
        let skipped = if previous.is_some() {
            0
        } else {
            let room = model.info.context_length * LEAST_BYTES_PER_TOKEN * MOST_STEPS;
            beyond(turns, room)
        };
        Self {
            model,
            system,
            turns: turns
                .iter()
                .map(|turn| (turn.user.to_owned(), turn.answer.to_owned()))
                .collect(),
            skipped,
            at: skipped,
            summary: previous,
        }
    }

    /// How many turns at the beginning are left out, because there are too many.
    pub(crate) fn skipped(&self) -> usize {
        self.skipped
    }

    /// How many of the turns the first question reaches.
    pub(crate) fn reach(&self) -> Result<usize, AssistantError> {
        Ok(self.step()?.end)
    }

    /// Asks the model until everything is summed up.
    pub(crate) async fn write(
        mut self,
        engine: &EngineHandle,
        conversation: &ConversationId,
        progress: &mut impl FnMut(f32),
    ) -> Result<Written, AssistantError> {
        let total = self.turns.len() - self.skipped;
        for _ in 0..MOST_STEPS {
            if self.at == self.turns.len() {
                break;
            }
            // Encoding takes milliseconds: off the runtime.
            let planning = tokio::task::spawn_blocking(move || {
                let step = self.step();
                (self, step)
            });
            let (writer, step) = planning.await.map_err(|_| AssistantError::Abandoned)?;
            self = writer;
            let step = step?;
            let done = self.at - self.skipped;
            let part = step.end - self.at;
            let mut within = |share: f32| {
                progress(ratio(done, total) + share * ratio(part, total));
            };
            let summary = self
                .ask(engine, conversation, step.prompt, &mut within)
                .await?;
            self.summary = Some(summary);
            self.at = step.end;
        }
        Ok(Written {
            text: self.summary.ok_or(AssistantError::NoSummary)?,
            turns: self.at,
        })
    }

    /// The next question: as many of the turns that are left as fit.
    fn step(&self) -> Result<Step, AssistantError> {
        let room = self
            .model
            .info
            .context_length
            .saturating_sub(most_tokens(&self.model) + 1);
        let all: Vec<Turn<'_>> = self.turns[self.at..]
            .iter()
            .map(|(user, answer)| Turn { user, answer })
            .collect();
        let mut best = None;
        let (mut low, mut high) = (1, all.len());
        // All of them fit nearly always: they came out of a context like this one.
        let mut count = all.len();
        while low <= high {
            let prompt = self.prompt(&all[..count])?;
            if prompt.len() <= room {
                best = Some(Step {
                    prompt,
                    end: self.at + count,
                });
                low = count + 1;
            } else {
                high = count - 1;
            }
            count = low + (high.saturating_sub(low)) / 2;
        }
        match best {
            Some(step) => Ok(step),
            None => self.shortened(all[0], room),
        }
    }

    /// A question about one turn that does not fit whole: about its beginning.
    fn shortened(&self, turn: Turn<'_>, room: usize) -> Result<Step, AssistantError> {
        let mut bytes = room * 8;
        while bytes > 0 {
            let short = Turn {
                user: beginning(turn.user, bytes / 2),
                answer: beginning(turn.answer, bytes / 2),
            };
            let prompt = self.prompt(&[short])?;
            if prompt.len() <= room {
                return Ok(Step {
                    prompt,
                    end: self.at + 1,
                });
            }
            bytes /= 2;
        }
        Err(AssistantError::NoSummary)
    }

    fn prompt(&self, turns: &[Turn<'_>]) -> Result<Vec<TokenId>, AssistantError> {
        let (instruction, reply, tongue) = request(turns);
        let system = match &self.summary {
            Some(summary) => prompts::with_summary(&self.system, tongue, summary),
            None => self.system.clone(),
        };
        let mut turns = turns.to_vec();
        turns.push(Turn {
            user: instruction,
            answer: reply,
        });
        let conversation = Conversation {
            system: &system,
            turns: &turns,
        };
        context::encode(&self.model, conversation)
    }

    async fn ask(
        &self,
        engine: &EngineHandle,
        conversation: &ConversationId,
        prompt: Vec<TokenId>,
        progress: &mut impl FnMut(f32),
    ) -> Result<String, AssistantError> {
        let most = most_tokens(&self.model);
        let request = GenerateRequest {
            // The likeliest words, kept from going round in circles.
            sampling: Sampling {
                repetition_penalty: 1.1,
                ..Sampling::greedy()
            },
            max_tokens: Some(most),
            when_busy: WhenBusy::Queue,
            ..GenerateRequest::new(conversation.as_str(), prompt)
        };
        let mut stream = engine.generate(request)?;
        let (mut written, mut pieces) = (String::new(), 0);
        loop {
            match stream.next().await {
                Some(GenerateEvent::PromptProgress { done, total }) => {
                    progress(READING * ratio(done, total));
                }
                Some(GenerateEvent::Text { text }) => {
                    written.push_str(&text);
                    pieces += 1;
                    progress(READING + (1.0 - READING) * ratio(pieces, most).min(1.0));
                }
                Some(GenerateEvent::Finished(outcome)) => {
                    let whole = outcome.reason == StopReason::EndOfTurn;
                    return text::read(&written, whole).ok_or(AssistantError::NoSummary);
                }
                Some(GenerateEvent::Failed(error)) => return Err(error.into()),
                None => return Err(EngineError::Gone.into()),
            }
        }
    }
}

/// How many of the first turns lie before the last `bytes` bytes.
fn beyond(turns: &[Turn<'_>], bytes: usize) -> usize {
    let mut left = bytes;
    for (index, turn) in turns.iter().enumerate().rev() {
        let size = turn.user.len() + turn.answer.len();
        if size > left {
            // Never all of them: there is a summary to make.
            return (index + 1).min(turns.len() - 1);
        }
        left -= size;
    }
    0
}

/// The beginning of a text, at most `bytes` bytes and whole characters.
fn beginning(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[expect(clippy::cast_precision_loss, reason = "a share for a bar")]
fn ratio(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_far_back_is_left_out() {
        let text = "x".repeat(50);
        let turn = Turn {
            user: &text,
            answer: &text,
        };
        assert_eq!(beyond(&[turn; 5], 1000), 0);
        assert_eq!(beyond(&[turn; 5], 250), 3);
        assert_eq!(beyond(&[turn; 5], 10), 4);
        assert_eq!(beyond(&[], 10), 0);
    }

    #[test]
    fn a_beginning_ends_with_a_whole_character() {
        assert_eq!(beginning("杭州", 4), "杭");
        assert_eq!(beginning("杭州", 2), "");
        assert_eq!(beginning("ab", 9), "ab");
    }
}
