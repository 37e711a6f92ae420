//! A turn from the first check to the saved answer.

mod fold;

use std::sync::Arc;

use llmos_engine::{
    EngineError, GenerateEvent, GenerateRequest, GenerateStream, LoadedModel, Outcome, StopReason,
    WhenBusy,
};
use llmos_store::{BranchMessage, Message, MessageStats, MessageStatus};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::assistant::Inner;
use crate::checkpoint::Checkpointer;
use crate::events::TEXT_BATCH;
use crate::prepare::{Plan, Request, Saved};
use crate::slot::{Halt, SlotGuard};
use crate::speed::Forecast;
use crate::title::{Exchange, TitleJob};
use crate::{AssistantError, ChatEvent, EventSink, model_path};

/// Starts a turn: takes the slot, makes the plan, saves it, and leaves the rest
/// to a task. Nothing is saved when this fails.
pub(crate) async fn start(
    inner: &Arc<Inner>,
    request: Request,
    sink: EventSink,
) -> Result<(), AssistantError> {
    let target = match &request {
        Request::Send { target, .. } => target.clone(),
        Request::Edit { message, .. }
        | Request::Regenerate { message }
        | Request::Continue { message } => {
            Some(inner.store.message(message).await?.conversation_id)
        }
    };
    let guard = inner.slot.take(target.as_ref())?;
    // A person waits now: the model is needed for more than a title.
    inner.cancel_title().await;
    let mut plan = Plan::make(inner, request).await?;
    let saved = plan.save(inner).await?;
    guard.rename(&saved.conversation.id);
    tracing::debug!(
        conversation = %saved.conversation.id,
        prompt_tokens = plan.fitted.tokens.len(),
        dropped = plan.fitted.dropped,
        folds = plan.fold.is_some(),
        "turn starts"
    );
    let _ = sink.send(ChatEvent::Started {
        conversation: saved.conversation.clone(),
        user: saved.user.clone(),
        answer: saved.answer.clone(),
    });
    let running = Running {
        inner: Arc::clone(inner),
        guard,
        sink,
        plan,
        saved,
    };
    tokio::spawn(running.finish());
    Ok(())
}

/// How generation ended.
struct Ending {
    text: String,
    halt: Option<Halt>,
    result: Result<Outcome, EngineError>,
}

/// A turn whose question is saved.
struct Running {
    inner: Arc<Inner>,
    guard: SlotGuard,
    sink: EventSink,
    plan: Plan,
    saved: Saved,
}

impl Running {
    /// Generates, saves the answer, reports it, and hands on to the title.
    async fn finish(mut self) {
        let ending = match self.fold().await {
            None => self.generate().await,
            Some(halt) => self.ended_early(Some(halt), Ok(Outcome::nothing())),
        };
        let halted = ending.halt;
        let (answer, failure) = self.save(ending).await;

        // The title is registered before the slot is free, so that the next
        // turn finds it and can end it; the slot is free before the end is
        // told, so that whoever sees the end can ask again at once; and the
        // title begins after that.
        let (tell, told) = oneshot::channel();
        if let Some(exchange) = self.untitled(&answer.message, halted) {
            TitleJob::start(&self.inner, exchange, self.sink.clone(), told).register(&self.inner);
        }
        drop(self.guard);
        let _ = self.sink.send(match failure {
            None => ChatEvent::Finished { message: answer },
            Some(error) => ChatEvent::Failed {
                error,
                message: answer,
            },
        });
        let _ = tell.send(());
    }

    /// Has the model answer.
    async fn generate(&mut self) -> Ending {
        let prompt = std::mem::take(&mut self.plan.fitted.tokens);
        let (inner, conversation) = (&self.inner, &self.saved.conversation.id);
        let prefix = inner
            .prefix_for(conversation, &self.plan.model, &prompt)
            .await;
        let read = prompt.clone();
        let request = GenerateRequest {
            sampling: self.plan.sampling.clone(),
            max_tokens: Some(self.plan.max_tokens),
            // The slot keeps other turns out; what may still run for a token
            // is a title that has been told to end.
            when_busy: WhenBusy::Queue,
            prefix,
            ..GenerateRequest::new(conversation.as_str(), prompt)
        };
        let info = &self.plan.model.info;
        let speed = self.inner.speed.of(&self.inner.library, info).await;
        let ending = match self.inner.engine.generate(request) {
            Ok(stream) => self.stream(stream, Forecast::new(speed)).await,
            Err(error) => self.ended_early(None, Err(error)),
        };
        if let Ok(outcome) = &ending.result {
            let conversation = &self.saved.conversation.id;
            self.inner.prefix_read(conversation, read, &outcome.usage);
        }
        ending
    }

    /// The end of a turn that has added nothing to the answer.
    fn ended_early(&self, halt: Option<Halt>, result: Result<Outcome, EngineError>) -> Ending {
        Ending {
            text: self.saved.answer.message.text.clone(),
            halt,
            result,
        }
    }

    /// Passes text on and has it checkpointed until generation ends.
    async fn stream(&mut self, mut stream: GenerateStream, mut forecast: Forecast) -> Ending {
        let answer = &self.saved.answer.message;
        let checkpoints = Checkpointer::start(
            self.inner.store.clone(),
            answer.id.clone(),
            answer.text.clone(),
            self.inner.clock,
        );
        let start = Instant::now();
        let mut batch = Batch::new();
        let mut begun = !answer.text.is_empty();
        let mut halt = None;
        let result = loop {
            tokio::select! {
                // In this order, so that a stop is seen however fast text comes.
                biased;
                why = self.guard.stop_requested(), if halt.is_none() => {
                    halt = Some(why);
                    stream.stop();
                }
                () = self.sink.closed(), if halt.is_none() => {
                    halt = Some(Halt::Unheard);
                    stream.stop();
                }
                () = tokio::time::sleep_until(batch.due), if batch.is_due() => {
                    self.send_text(&mut batch);
                }
                event = stream.next() => match event {
                    Some(GenerateEvent::PromptProgress { done, total }) => {
                        let _ = self.sink.send(ChatEvent::PromptProgress {
                            done,
                            total,
                            dropped: self.plan.fitted.dropped,
                            remaining: forecast.remaining(start.elapsed(), done, total),
                        });
                    }
                    Some(GenerateEvent::Text { text }) => {
                        // Many vocabularies write a new text with a blank before it.
                        let text = if begun { text.as_str() } else { text.trim_start() };
                        if text.is_empty() {
                            continue;
                        }
                        begun = true;
                        batch.text.push_str(text);
                        if !checkpoints.push(text) && halt.is_none() {
                            halt = Some(Halt::Deleted);
                            stream.stop();
                        }
                    }
                    Some(GenerateEvent::Finished(outcome)) => break Ok(outcome),
                    Some(GenerateEvent::Failed(error)) => break Err(error),
                    None => break Err(EngineError::Gone),
                },
            }
        };
        if !batch.text.is_empty() {
            self.send_text(&mut batch);
        }
        Ending {
            text: checkpoints.close().await,
            halt,
            result,
        }
    }

    fn send_text(&self, batch: &mut Batch) {
        let _ = self.sink.send(ChatEvent::Text {
            message_id: self.saved.answer.message.id.clone(),
            text: batch.take(),
        });
    }

    /// Saves the end of the answer. Returns it with what went wrong, if anything.
    async fn save(&self, ending: Ending) -> (BranchMessage, Option<AssistantError>) {
        let mut answer = self.saved.answer.clone();
        let message = &mut answer.message;
        message.text = ending.text;
        message.stats.clone_from(&self.saved.earlier);
        message.updated_at = (self.inner.clock)();
        let mut failure = None;
        match ending.result {
            Ok(outcome) => {
                let (inner, info) = (&self.inner, &self.plan.model.info);
                let noted = inner
                    .speed
                    .note(&inner.store, info, &outcome.usage, (inner.clock)());
                noted.await;
                message.status = status(&outcome, ending.halt);
                let stats = stats(&self.plan.model, &outcome, self.saved.earlier.as_ref());
                message.stats = Some(stats);
            }
            Err(error) => {
                message.status = MessageStatus::Failed;
                failure = Some(AssistantError::from(error));
            }
        }
        let written = self
            .inner
            .store
            .finish_message(
                &message.id,
                &message.text,
                message.status,
                message.stats.as_ref(),
                message.updated_at,
            )
            .await;
        match written {
            Ok(saved) => answer.message = saved,
            Err(error) => {
                // The row still says streaming; the next start will mark it.
                answer.message.status = MessageStatus::Interrupted;
                failure.get_or_insert(error.into());
            }
        }
        if let Some(error) = &failure {
            tracing::warn!(message = %answer.message.id, %error, "turn failed");
        }
        (answer, failure)
    }

    /// The exchange to make a title of, if the conversation still needs one.
    fn untitled(&self, answer: &Message, halted: Option<Halt>) -> Option<Exchange> {
        if self.saved.conversation.title.is_some() || halted == Some(Halt::Deleted) {
            return None;
        }
        // Whoever stopped the model, or lost it, should not find it busy.
        let ask_model = answer.status == MessageStatus::Complete && self.plan.is_first_turn;
        Some(Exchange {
            conversation: self.saved.conversation.id.clone(),
            model: ask_model.then(|| Arc::clone(&self.plan.model)),
            system: self.plan.material.system().to_owned(),
            question: self.plan.first_question.clone(),
            answer: answer.text.clone(),
        })
    }
}

/// Text that waits to be sent.
struct Batch {
    text: String,
    /// Not before this instant.
    due: Instant,
}

impl Batch {
    /// Due at once, so that the first piece is seen without delay.
    fn new() -> Self {
        Self {
            text: String::new(),
            due: Instant::now(),
        }
    }

    fn is_due(&self) -> bool {
        !self.text.is_empty()
    }

    fn take(&mut self) -> String {
        self.due = Instant::now() + TEXT_BATCH;
        std::mem::take(&mut self.text)
    }
}

/// The status of an answer that ended without an error.
fn status(outcome: &Outcome, halt: Option<Halt>) -> MessageStatus {
    match (outcome.reason, halt) {
        (StopReason::Stopped, Some(Halt::Unheard | Halt::ShutDown)) => MessageStatus::Interrupted,
        (StopReason::Stopped, _) => MessageStatus::Stopped,
        _ => MessageStatus::Complete,
    }
}

/// What the engine measured, in the form in which it is kept. A continued
/// answer counts the tokens of all its parts; the times are the last part's.
fn stats(model: &LoadedModel, outcome: &Outcome, earlier: Option<&MessageStats>) -> MessageStats {
    let usage = &outcome.usage;
    let count = |tokens: usize| i64::try_from(tokens).unwrap_or(i64::MAX);
    MessageStats {
        model: model_path::display_name(&model.info).to_owned(),
        engine: model.info.engine.clone(),
        prompt_tokens: count(usage.prompt_tokens),
        completion_tokens: count(usage.completion_tokens)
            + earlier.map_or(0, |stats| stats.completion_tokens),
        ttft_ms: usage.ttft_ms,
        prefill_tps: usage.prefill_tps,
        decode_tps: usage.decode_tps,
        stop_reason: outcome.reason.name().to_owned(),
    }
}
