//! The active branch of a conversation as turns, the unit that is dropped
//! when a history outgrows the context.

use std::ops::Range;

use llmos_store::{BranchMessage, Role};

/// One exchange: what the person said and what was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn<'a> {
    /// What the person said.
    pub user: &'a str,
    /// The answer; empty when none came (it failed, or is yet to come).
    pub answer: &'a str,
}

impl Turn<'_> {
    /// How many messages it is made of.
    #[must_use]
    pub fn messages(&self) -> usize {
        1 + usize::from(!self.answer.is_empty())
    }
}

/// The turns of a branch, oldest first.
///
/// A branch alternates between the two roles except where an answer never came
/// into being; then two turns follow each other of which the first has no
/// answer. An answer without a question before it is left out: no template
/// could place it.
#[must_use]
pub fn turns(branch: &[BranchMessage]) -> Vec<Turn<'_>> {
    let mut turns: Vec<Turn<'_>> = Vec::with_capacity(branch.len() / 2 + 1);
    for entry in branch {
        let text = entry.message.text.as_str();
        match entry.message.role {
            Role::User => turns.push(Turn {
                user: text,
                answer: "",
            }),
            Role::Assistant => {
                if let Some(turn) = turns.last_mut() {
                    turn.answer = text;
                }
            }
        }
    }
    turns
}

/// Where each of the [`turns`] of a branch lies in it.
#[must_use]
pub fn turn_spans(branch: &[BranchMessage]) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::with_capacity(branch.len() / 2 + 1);
    for (index, entry) in branch.iter().enumerate() {
        match (entry.message.role, spans.last_mut()) {
            (Role::User, _) => spans.push(index..index + 1),
            (Role::Assistant, Some(span)) => span.end = index + 1,
            (Role::Assistant, None) => {}
        }
    }
    spans
}
