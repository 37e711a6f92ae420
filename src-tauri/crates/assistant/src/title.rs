//! A conversation's title, made from its first exchange.
//!
//! The model is asked after the answer is finished, in the same conversation:
//! the prompt is the exchange plus one instruction, so that nearly all of it is
//! in the KV cache already and stays there for the next question. A small model
//! does not always give something that can be used; then the first words of
//! the question are the title.

mod text;

use std::sync::{Arc, PoisonError};

use llmos_engine::{
    EngineHandle, GenerateEvent, GenerateRequest, LoadedModel, Sampling, StopReason, TokenId,
};
use llmos_store::ConversationId;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use crate::assistant::Inner;
use crate::attachment;
use crate::context::{self, Conversation, Room};
use crate::history::Turn;
use crate::{AssistantError, ChatEvent, EventSink, prompts};
use text::is_about;
pub use text::{from_question, sanitise};

/// Tokens the model may spend on a title.
const MAX_TOKENS: usize = 20;

/// The exchange that a title is made of.
pub(crate) struct Exchange {
    pub(crate) conversation: ConversationId,
    /// The model to ask; `None` to take the first words at once.
    pub(crate) model: Option<Arc<LoadedModel>>,
    pub(crate) system: String,
    pub(crate) question: String,
    pub(crate) answer: String,
}

/// A title that is being made. It must not keep the person's next question
/// waiting, so it can be ended at any time.
pub(crate) struct TitleJob {
    cancel: Arc<Notify>,
    task: JoinHandle<()>,
}

impl TitleJob {
    /// Makes a title once `told` resolves. The event goes to `sink`.
    pub(crate) fn start(
        inner: &Arc<Inner>,
        exchange: Exchange,
        sink: EventSink,
        told: oneshot::Receiver<()>,
    ) -> Self {
        let cancel = Arc::new(Notify::new());
        let (inner, cancelled) = (Arc::clone(inner), Arc::clone(&cancel));
        let waiting = inner.foreground.enter();
        let task = tokio::spawn(async move {
            let _waiting = waiting;
            // An error means the same: whoever would say so is done.
            let _ = told.await;
            give_title(&inner, &exchange, &sink, &cancelled).await;
        });
        Self { cancel, task }
    }

    /// Leaves the job where the next turn finds it.
    pub(crate) fn register(self, inner: &Inner) {
        *inner.title.lock().unwrap_or_else(PoisonError::into_inner) = Some(self);
    }

    /// Ends asking the model and waits until the fallback is saved.
    pub(crate) async fn cancel(self) {
        self.cancel.notify_one();
        if let Err(error) = self.task.await {
            tracing::warn!(%error, "making a title died");
        }
    }
}

/// Makes a title, saves it unless there is one by now, and reports it.
async fn give_title(inner: &Inner, exchange: &Exchange, sink: &EventSink, cancel: &Notify) {
    let made = match &exchange.model {
        Some(model) => tokio::select! {
            title = ask_model(&inner.engine, model, exchange) => title,
            () = cancel.notified() => None,
            () = sink.closed() => None,
        },
        None => None,
    };
    let title = made.unwrap_or_else(|| from_question(attachment::topic(&exchange.question)));
    if title.is_empty() {
        return;
    }
    let saved = inner
        .store
        .title_untitled(&exchange.conversation, &title, (inner.clock)())
        .await;
    match saved {
        Ok(Some(conversation)) => {
            let _ = sink.send(ChatEvent::Titled { conversation });
        }
        // The person gave one meanwhile.
        Ok(None) => {}
        Err(error) => {
            tracing::warn!(conversation = %exchange.conversation, %error, "no title saved");
        }
    }
}

/// Asks the model for a title. `None` when it gives nothing usable, is busy, or
/// the exchange and the instruction do not fit into its context.
async fn ask_model(
    engine: &EngineHandle,
    model: &LoadedModel,
    exchange: &Exchange,
) -> Option<String> {
    let first = Turn {
        user: &exchange.question,
        answer: &exchange.answer,
    };
    let request = GenerateRequest {
        sampling: Sampling::greedy(),
        max_tokens: Some(MAX_TOKENS),
        stop: vec!["\n".to_owned()],
        background: true,
        ..GenerateRequest::new("a title", prompt(model, &exchange.system, first).ok()?)
    };
    let mut stream = engine.generate(request).ok()?;
    let mut text = String::new();
    while let Some(event) = stream.next().await {
        match event {
            GenerateEvent::Text { text: more } => text.push_str(&more),
            GenerateEvent::PromptProgress { .. } => {}
            GenerateEvent::Finished(outcome) => {
                // Cut off in mid-sentence, it is no title.
                let whole = matches!(
                    outcome.reason,
                    StopReason::EndOfTurn | StopReason::StopString
                );
                let title = sanitise(&text).filter(|_| whole)?;
                return is_about(&title, &exchange.question).then_some(title);
            }
            GenerateEvent::Failed(_) => return None,
        }
    }
    None
}

/// The exchange with the instruction after it.
fn prompt(
    model: &LoadedModel,
    system: &str,
    first: Turn<'_>,
) -> Result<Vec<TokenId>, AssistantError> {
    let (user, answer) = prompts::TITLE;
    let turns = [first, Turn { user, answer }];
    let room = model.info.context_length.saturating_sub(MAX_TOKENS);
    let room = Room {
        comfortable: room,
        most: room,
    };
    let conversation = Conversation {
        system,
        turns: &turns,
    };
    let fitted = context::fit(model, conversation, room, None)?;
    if fitted.first_turn > 0 {
        // The exchange itself was dropped: there is nothing to make a title of.
        return Err(AssistantError::ContextOverflow {
            needed: fitted.tokens.len(),
            available: room.most,
        });
    }
    Ok(fitted.tokens)
}
