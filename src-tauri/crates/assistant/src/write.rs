//! Writing: drafts from a form, going on with a text, and rewrites that are taken piece
//! by piece.
//!
//! The functions here need an engine and nothing else, so that a terminal program uses
//! them too; [`Assistant`] adds that one runs at a time, can be stopped, and goes before
//! what nobody waits for. To drop the future is to stop. Nothing is saved here.

mod carry_on;
mod desk;
mod diff;
mod draft;
mod facts;
mod form;
mod passages;
mod reply;
mod rewrite;
mod words;

pub use crate::prompts::write::VERSION as PROMPTS_VERSION;
pub use carry_on::{CarriedOn, carry_on};
pub(crate) use desk::Desk;
pub use diff::{Diff, Piece};
pub use draft::{Drafted, draft};
pub use facts::Facts;
pub use form::{Form, FormField, Kind, Length, Tone};
pub use reply::Doubt;
pub use rewrite::{Rewrite, Rewritten, Style, rewrite};
pub use words::Count;

use llmos_engine::Sampling;

use crate::ask::Asked;
use crate::{Assistant, AssistantError, persona};

/// Who asks, for others who find the engine taken.
const HOLDER: &str = "writing";

/// What happens while the model writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteEvent {
    /// So many tokens are read.
    Reading {
        /// Tokens read so far.
        done: usize,
        /// Tokens in all.
        total: usize,
    },
    /// A passage begins; what was written of the one before is whole.
    Passage {
        /// Its number, from 1 on.
        number: usize,
        /// How many there are.
        total: usize,
    },
    /// The text goes on with this.
    Text(String),
}

impl From<Asked<'_>> for WriteEvent {
    fn from(asked: Asked<'_>) -> Self {
        match asked {
            Asked::Reading { done, total } => Self::Reading { done, total },
            Asked::Text(text) => Self::Text(text.to_owned()),
        }
    }
}

/// How the words of a new text are chosen: as in a chat, another way at each attempt.
fn creative(attempt: u32) -> Sampling {
    Sampling {
        seed: Some(u64::from(attempt) + 1),
        ..persona::chat_sampling()
    }
}

/// How the words of a rewrite are chosen: the likeliest, and other ones when a person
/// asks for another attempt.
fn careful(attempt: u32) -> Sampling {
    let likeliest = Sampling {
        repetition_penalty: 1.05,
        ..Sampling::greedy()
    };
    if attempt == 0 {
        likeliest
    } else {
        creative(attempt)
    }
}

impl Assistant {
    /// Rewrites a text; `None` when it was stopped.
    ///
    /// # Errors
    /// As [`rewrite`], and `NoModel` or `Busy` where there is no model.
    pub async fn rewrite(
        &self,
        request: &Rewrite,
        on: impl FnMut(WriteEvent) + Send,
    ) -> Result<Option<Rewritten>, AssistantError> {
        let inner = &self.inner;
        let model = inner.model()?;
        let work = rewrite(&inner.engine, &model, request, on);
        inner.desk.run(inner, work).await
    }

    /// Drafts a text; `None` when it was stopped.
    ///
    /// # Errors
    /// As [`draft`], and `NoModel` or `Busy` where there is no model.
    pub async fn draft(
        &self,
        form: &Form,
        attempt: u32,
        on: impl FnMut(WriteEvent) + Send,
    ) -> Result<Option<Drafted>, AssistantError> {
        let inner = &self.inner;
        let model = inner.model()?;
        let work = draft(&inner.engine, &model, form, attempt, on);
        inner.desk.run(inner, work).await
    }

    /// Goes on with a text; `None` when it was stopped.
    ///
    /// # Errors
    /// As [`carry_on`], and `NoModel` or `Busy` where there is no model.
    pub async fn carry_on(
        &self,
        text: &str,
        attempt: u32,
        on: impl FnMut(WriteEvent) + Send,
    ) -> Result<Option<CarriedOn>, AssistantError> {
        let inner = &self.inner;
        let model = inner.model()?;
        let work = carry_on(&inner.engine, &model, text, attempt, on);
        inner.desk.run(inner, work).await
    }

    /// Stops what is being written. Does nothing when nothing is.
    pub fn stop_writing(&self) {
        self.inner.desk.stop();
    }
}
