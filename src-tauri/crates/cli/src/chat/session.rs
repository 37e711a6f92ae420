//! A conversation that is kept in memory and nowhere else.

use std::sync::Arc;

use llmos_assistant::context::{self, Conversation, Room};
use llmos_assistant::history::Turn;
use llmos_assistant::persona;
use llmos_engine::{
    EngineError, EngineHandle, GenerateEvent, GenerateRequest, LoadedModel, Outcome, Sampling,
};

use crate::error::CliError;
use crate::output::Progress;

/// A question and its answer.
struct Exchange {
    question: String,
    answer: String,
}

/// A conversation with a model.
pub struct Session {
    engine: EngineHandle,
    model: Arc<LoadedModel>,
    system: String,
    sampling: Sampling,
    max_tokens: usize,
    exchanges: Vec<Exchange>,
    first_turn: Option<usize>,
}

/// What a question led to.
pub struct Answer {
    pub text: String,
    pub outcome: Outcome,
    pub ending: Ending,
}

/// Who ended an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The model or a limit.
    Whole,
    /// The person, with Ctrl-C.
    Interrupted,
}

impl Session {
    pub fn new(
        engine: EngineHandle,
        model: Arc<LoadedModel>,
        system: Option<String>,
        sampling: Sampling,
        max_tokens: usize,
    ) -> Self {
        Self {
            engine,
            model,
            system: system.unwrap_or_else(|| persona::SYSTEM_PROMPT.to_owned()),
            sampling,
            max_tokens,
            exchanges: Vec::new(),
            first_turn: None,
        }
    }

    /// The engine that runs the model.
    pub fn engine_name(&self) -> &str {
        &self.model.info.engine
    }

    /// The model.
    pub fn model(&self) -> &LoadedModel {
        &self.model
    }

    /// Forgets everything that was said.
    pub fn clear(&mut self) {
        self.exchanges.clear();
        self.first_turn = None;
    }

    /// Asks, with all that was said before as far as it fits. `show` gets the
    /// text as it comes. Ctrl-C stops the answer; what there is of it is kept.
    pub async fn answer(
        &mut self,
        question: String,
        interrupts: &mut Interrupts,
        progress: &mut Progress,
        mut show: impl FnMut(&str) -> Result<(), CliError>,
    ) -> Result<Answer, CliError> {
        let prompt = self.prompt(&question)?;
        let request = GenerateRequest {
            sampling: self.sampling.clone(),
            max_tokens: Some(self.max_tokens),
            ..GenerateRequest::new("llmos-cli", prompt)
        };
        let mut stream = self.engine.generate(request)?;
        let mut text = String::new();
        let mut ending = Ending::Whole;
        let outcome = loop {
            tokio::select! {
                biased;
                () = interrupts.next(), if ending == Ending::Whole => {
                    ending = Ending::Interrupted;
                    stream.stop();
                }
                event = stream.next() => match event {
                    Some(GenerateEvent::PromptProgress { done, total }) => {
                        if done < total {
                            progress.show(&format!("reading: {done} of {total} tokens"));
                        }
                    }
                    Some(GenerateEvent::Text { text: more }) => {
                        progress.clear();
                        show(&more)?;
                        text.push_str(&more);
                    }
                    Some(GenerateEvent::Finished(outcome)) => break outcome,
                    Some(GenerateEvent::Failed(error)) => {
                        progress.clear();
                        return Err(error.into());
                    }
                    None => return Err(EngineError::Gone.into()),
                },
            }
        };
        progress.clear();
        self.exchanges.push(Exchange {
            question,
            answer: text.clone(),
        });
        Ok(Answer {
            text,
            outcome,
            ending,
        })
    }

    fn prompt(&mut self, question: &str) -> Result<Vec<llmos_engine::TokenId>, CliError> {
        let mut turns: Vec<Turn<'_>> = self
            .exchanges
            .iter()
            .map(|exchange| Turn {
                user: &exchange.question,
                answer: &exchange.answer,
            })
            .collect();
        turns.push(Turn {
            user: question,
            answer: "",
        });
        let conversation = Conversation {
            system: &self.system,
            turns: &turns,
        };
        let room = Room::in_context(self.model.info.context_length);
        let fitted = context::fit(&self.model, conversation, room, self.first_turn)?;
        self.first_turn = Some(fitted.first_turn);
        Ok(fitted.tokens)
    }
}

/// Presses of Ctrl-C. From the first use on they no longer end the program by
/// themselves.
pub struct Interrupts {
    #[cfg(unix)]
    signals: Option<tokio::signal::unix::Signal>,
}

impl Interrupts {
    /// Listens from now on. Must be called on a runtime.
    #[cfg(unix)]
    pub fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        // Where it cannot be listened to, Ctrl-C keeps ending the program.
        Self {
            signals: signal(SignalKind::interrupt()).ok(),
        }
    }

    /// Listens from now on.
    #[cfg(not(unix))]
    pub fn new() -> Self {
        Self {}
    }

    /// Resolves at the next press.
    #[cfg(unix)]
    pub async fn next(&mut self) {
        let pressed = match &mut self.signals {
            Some(signals) => signals.recv().await,
            None => None,
        };
        if pressed.is_none() {
            std::future::pending::<()>().await;
        }
    }

    /// Resolves at the next press.
    #[cfg(not(unix))]
    pub async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
