//! How full the context is: what a question asked now would be sent with.

use llmos_store::ConversationId;

use crate::context::Room;
use crate::material::Material;
use crate::persona::AnswerSettings;
use crate::{Assistant, AssistantError, summary};

/// Tokens that any message takes at the least, marks of its role included. It bounds
/// how many messages of a long history have to be looked at.
const LEAST_TOKENS_PER_MESSAGE: usize = 4;

/// How much of the model's context a conversation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContextUse {
    /// Tokens of the prompt as it would be sent.
    pub used: usize,
    /// Tokens that the model can hold, its answer included.
    pub size: usize,
    /// Tokens that a prompt may have before older messages make room.
    pub comfortable: usize,
    /// Messages that the model reads as a summary.
    pub folded: usize,
    /// Messages that it does not read at all, for want of room.
    pub dropped: usize,
    /// Whether sending would first sum up some of them.
    pub will_fold: bool,
    /// Whether older messages are summed up at all.
    pub summaries: bool,
    /// Whether it would be sent at all: the last question alone fits.
    pub fits: bool,
}

impl Assistant {
    /// How full the context of a conversation is (`None`: of one to come) with `draft`
    /// asked at its end; without a draft, as it stands. `None` while no model is loaded.
    ///
    /// The same code as for a turn, so what it says is what is sent.
    pub async fn context_use(
        &self,
        conversation: Option<&ConversationId>,
        draft: &str,
    ) -> Result<Option<ContextUse>, AssistantError> {
        let inner = &self.inner;
        let Ok(model) = inner.model() else {
            return Ok(None);
        };
        let size = model.info.context_length;
        let room = Room::in_context(size);
        let (folds, summaries) = summary::usable(inner, conversation).await?;
        let settings = AnswerSettings::resolve(inner, conversation, &model).await?;
        let system = settings.system;
        let (branch, earlier) = match conversation {
            Some(id) => {
                // With a summary, turns are counted from the first message on.
                let most = if summaries.is_empty() {
                    size / LEAST_TOKENS_PER_MESSAGE + 2
                } else {
                    usize::MAX
                };
                let end = inner.store.branch_end(id, most).await?;
                (end.messages, end.earlier)
            }
            None => (Vec::new(), 0),
        };
        let previous = inner.last_start(conversation, room);
        let question = Some(draft).filter(|draft| !draft.trim().is_empty());
        let question = match question {
            // What is gone is said when it is sent.
            Some(draft) => match inner.with_passages(&model, draft.to_owned()).await {
                Err(AssistantError::DocumentGone { .. }) => Some(draft.to_owned()),
                filled => Some(filled?),
            },
            None => None,
        };
        // Encoding a long history takes milliseconds: off the runtime.
        let counting = tokio::task::spawn_blocking(move || {
            let material = Material::new(system, branch, question, summaries);
            let counted = ContextUse {
                used: 0,
                size,
                comfortable: room.comfortable,
                folded: 0,
                dropped: 0,
                will_fold: false,
                summaries: folds,
                fits: true,
            };
            match material.fit(&model, room, previous.as_ref()) {
                Ok(fitted) => Ok(ContextUse {
                    used: fitted.tokens.len(),
                    folded: fitted.folded,
                    dropped: fitted.dropped + earlier,
                    will_fold: folds && material.to_fold(&model, &fitted).is_some(),
                    ..counted
                }),
                Err(AssistantError::ContextOverflow { needed, .. }) => Ok(ContextUse {
                    used: needed,
                    fits: false,
                    ..counted
                }),
                Err(error) => Err(error),
            }
        });
        let counted = counting.await.map_err(|_| AssistantError::Abandoned)??;
        Ok(Some(counted))
    }
}
