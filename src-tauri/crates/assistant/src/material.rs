//! What a prompt is made of, before it is fitted into a context.

use std::ops::Range;
use std::sync::Arc;

use llmos_engine::{LoadedModel, TokenId};
use llmos_store::{BranchMessage, MessageId, Role, Summary, Timestamp};

use crate::AssistantError;
use crate::attachment;
use crate::context::{self, Conversation, Room};
use crate::history::{self, Turn};
use crate::prompts::{self, Tongue};
use crate::summary::{self, Writer};

/// A branch with the summary of its beginning and the question to come.
#[derive(Debug, Clone, Default)]
pub(crate) struct Material {
    system: String,
    /// Messages with text, oldest first.
    branch: Vec<BranchMessage>,
    /// What is asked and not in the branch yet.
    question: Option<String>,
    summary: Option<Summary>,
}

/// A prompt, and what of the conversation is in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Fitted {
    pub(crate) tokens: Vec<TokenId>,
    /// Index of the first turn that is in it word for word.
    pub(crate) first_turn: usize,
    /// Messages that are in it as a summary.
    pub(crate) folded: usize,
    /// Messages that are not in it at all.
    pub(crate) dropped: usize,
    /// The summary that is in it.
    pub(crate) summary: Option<SummaryVersion>,
}

/// Names one wording of a summary.
pub(crate) type SummaryVersion = (MessageId, Timestamp);

/// How a prompt begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Start {
    /// The first message that is in it word for word.
    pub(crate) message: MessageId,
    /// The summary of what was before.
    pub(crate) summary: Option<SummaryVersion>,
}

/// Turns that a summary is to be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fold {
    /// The turns.
    pub(crate) turns: Range<usize>,
}

impl Material {
    /// Of a branch and all summaries of its conversation, of which the one that
    /// reaches furthest on this branch is used.
    pub(crate) fn new(
        system: String,
        mut branch: Vec<BranchMessage>,
        question: Option<String>,
        summaries: Vec<Summary>,
    ) -> Self {
        branch.retain(|entry| !entry.message.text.is_empty());
        let asked = branch.iter_mut().map(|entry| &mut entry.message);
        for message in asked.filter(|message| message.role == Role::User) {
            if message.text.starts_with("```") {
                message.text = attachment::without_ids(&message.text);
            }
        }
        let question = question.map(|question| attachment::without_ids(&question));
        let reach = |summary: &Summary| {
            branch
                .iter()
                .position(|entry| entry.message.id == summary.message_id)
        };
        let furthest = summaries
            .into_iter()
            .filter_map(|summary| Some((reach(&summary)?, summary)))
            .max_by_key(|(reach, _)| *reach);
        Self {
            system,
            branch,
            question,
            summary: furthest.map(|(_, summary)| summary),
        }
    }

    /// All turns, oldest first.
    pub(crate) fn turns(&self) -> Vec<Turn<'_>> {
        let mut turns = history::turns(&self.branch);
        if let Some(user) = &self.question {
            turns.push(Turn { user, answer: "" });
        }
        turns
    }

    pub(crate) fn system(&self) -> &str {
        &self.system
    }

    pub(crate) fn summary(&self) -> Option<&Summary> {
        self.summary.as_ref()
    }

    pub(crate) fn set_summary(&mut self, summary: Summary) {
        self.summary = Some(summary);
    }

    /// How many turns the summary stands for.
    pub(crate) fn summarised(&self) -> usize {
        let Some(summary) = &self.summary else {
            return 0;
        };
        self.place_of(&summary.message_id).map_or(0, |last| {
            let spans = history::turn_spans(&self.branch);
            spans.iter().take_while(|span| span.end <= last + 1).count()
        })
    }

    /// Fits it into the context. `previous` is how the last prompt of this conversation
    /// began: this one begins like it as long as it fits.
    pub(crate) fn fit(
        &self,
        model: &LoadedModel,
        room: Room,
        previous: Option<&Start>,
    ) -> Result<Fitted, AssistantError> {
        let turns = self.turns();
        let summarised = self.summarised();
        let tongue = Tongue::of(turns.iter().flat_map(|turn| [turn.user, turn.answer]));
        let version = self.version();
        let before = previous
            .filter(|start| start.summary == version)
            .and_then(|start| self.turn_from(&start.message));
        if let Some(summary) = &self.summary {
            let system = prompts::with_summary(&self.system, tongue, &summary.text);
            let rest = Conversation {
                system: &system,
                turns: turns.get(summarised..).unwrap_or_default(),
            };
            let before = before.and_then(|first| first.checked_sub(summarised));
            match context::fit(model, rest, room, before) {
                Ok(fitted) => {
                    let first_turn = summarised + fitted.first_turn;
                    let dropped = count(turns.get(summarised..first_turn).unwrap_or_default());
                    let before = count(turns.get(..summarised).unwrap_or_default());
                    return Ok(Fitted {
                        tokens: fitted.tokens,
                        first_turn,
                        folded: summary.covered.min(before),
                        dropped: dropped + before.saturating_sub(summary.covered),
                        summary: version,
                    });
                }
                // The question needs the room of the summary.
                Err(AssistantError::ContextOverflow { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let whole = Conversation {
            system: &self.system,
            turns: &turns,
        };
        let fitted = context::fit(model, whole, room, before)?;
        Ok(Fitted {
            dropped: count(turns.get(..fitted.first_turn).unwrap_or_default()),
            first_turn: fitted.first_turn,
            tokens: fitted.tokens,
            folded: 0,
            summary: None,
        })
    }

    /// What should be folded into a summary, seen that `fitted` leaves messages out;
    /// `None` when nothing is, or nothing can be.
    ///
    /// Half of the room is made free, so that this is rare: it costs an answer's time.
    pub(crate) fn to_fold(&self, model: &Arc<LoadedModel>, fitted: &Fitted) -> Option<Fold> {
        let summarised = self.summarised();
        if fitted.first_turn <= summarised {
            return None;
        }
        let turns = self.turns();
        let room = Room::in_context(model.info.context_length);
        let half = (room.comfortable / 2).saturating_sub(summary::most_tokens(model));
        let kept = Conversation {
            system: &self.system,
            turns: &turns,
        };
        let last = turns.len().saturating_sub(1);
        let most = Room {
            comfortable: half,
            most: half,
        };
        let mut end = match context::fit(model, kept, most, None) {
            Ok(fitted) => fitted.first_turn,
            // The question alone takes more than half.
            Err(_) => last,
        };
        end = answered(&turns, summarised, end);
        // The model is asked once rather than twice where that makes room enough.
        let reach = self.reach_of_one_step(model, &turns, summarised..end);
        let reach = answered(&turns, summarised, reach);
        if reach > summarised && self.has_room_for(model, &turns[reach..], room.comfortable) {
            end = reach;
        }
        (end > summarised).then_some(Fold {
            turns: summarised..end,
        })
    }

    /// Up to which of some turns one question to the model can reach.
    fn reach_of_one_step(
        &self,
        model: &Arc<LoadedModel>,
        turns: &[Turn<'_>],
        wanted: Range<usize>,
    ) -> usize {
        let previous = self.summary.as_ref().filter(|_| wanted.start > 0);
        let writer = Writer::new(
            Arc::clone(model),
            self.system.clone(),
            turns.get(wanted.clone()).unwrap_or_default(),
            previous.map(|summary| summary.text.clone()),
        );
        writer
            .reach()
            .map_or(wanted.end, |reach| wanted.start + reach)
    }

    /// Whether these turns fit word for word beside the longest summary.
    fn has_room_for(&self, model: &LoadedModel, turns: &[Turn<'_>], room: usize) -> bool {
        let system = &self.system;
        let needed = context::encode(model, Conversation { system, turns });
        needed.is_ok_and(|tokens| tokens.len() + summary::most_tokens(model) <= room)
    }

    /// The turns up to and including the one that ends with a message.
    pub(crate) fn through(&self, message: &MessageId) -> Option<Fold> {
        let end = self.place_of(message)? + 1;
        let spans = history::turn_spans(&self.branch);
        let last = spans.iter().position(|span| span.end == end)?;
        Some(Fold { turns: 0..last + 1 })
    }

    /// The last message of a turn.
    pub(crate) fn end_of(&self, turn: usize) -> Option<&MessageId> {
        let spans = history::turn_spans(&self.branch);
        let last = spans.get(turn)?.end.checked_sub(1)?;
        Some(&self.branch.get(last)?.message.id)
    }

    /// The first message of a turn; `None` for a question that has no message yet.
    pub(crate) fn start_of(&self, turn: usize) -> Option<&MessageId> {
        let spans = history::turn_spans(&self.branch);
        Some(&self.branch.get(spans.get(turn)?.start)?.message.id)
    }

    /// The turn that begins with a message.
    fn turn_from(&self, message: &MessageId) -> Option<usize> {
        let place = self.place_of(message)?;
        let spans = history::turn_spans(&self.branch);
        spans.iter().position(|span| span.start == place)
    }

    fn place_of(&self, message: &MessageId) -> Option<usize> {
        let is_it = |entry: &BranchMessage| entry.message.id == *message;
        self.branch.iter().position(is_it)
    }

    fn version(&self) -> Option<SummaryVersion> {
        let summary = self.summary.as_ref()?;
        Some((summary.message_id.clone(), summary.updated_at))
    }
}

/// The last turn before `end` that has an answer, or `start`: a summary ends with an
/// answer, since a question may yet get one.
pub(crate) fn answered(turns: &[Turn<'_>], start: usize, end: usize) -> usize {
    let mut end = end;
    while end > start
        && turns
            .get(end - 1)
            .is_some_and(|turn| turn.answer.is_empty())
    {
        end -= 1;
    }
    end
}

/// How many messages some turns are made of.
pub(crate) fn count(turns: &[Turn<'_>]) -> usize {
    turns.iter().map(Turn::messages).sum()
}
