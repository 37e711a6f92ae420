//! The thread that owns the model and does one thing after another.

mod gate;
mod load;
mod pair;
mod state_id;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, mpsc};

use llmos_gguf::TokenId;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{oneshot, watch};

use crate::backend::{Backend, LoadOptions, Model};
use crate::error::EngineError;
use crate::generate::{Cancel, Draft, GenerateEvent, GenerateRequest, Outcome, Run, Sink};
use crate::memory::AvailableMemory;
use crate::model::{LoadedModel, ModelInfo};
use crate::prefix::{SavedPrefix, common};
use crate::status::EngineStatus;
pub(crate) use gate::{Easy, Shared};

/// What the worker is told to do.
pub(crate) enum Command {
    Load {
        path: PathBuf,
        options: LoadOptions,
        reply: oneshot::Sender<Result<Arc<LoadedModel>, EngineError>>,
    },
    SetDraft {
        path: Option<PathBuf>,
        options: LoadOptions,
        reply: oneshot::Sender<Result<Option<Arc<ModelInfo>>, EngineError>>,
    },
    Unload {
        reply: oneshot::Sender<()>,
    },
    TakePrefix {
        begin: Vec<TokenId>,
        most_bytes: usize,
        reply: oneshot::Sender<Option<SavedPrefix>>,
    },
    Generate {
        request: GenerateRequest,
        cancel: Cancel,
        events: UnboundedSender<GenerateEvent>,
    },
}

/// The current model with what it was measured to need.
struct Current {
    model: Box<dyn Model>,
    loaded: Arc<LoadedModel>,
    draft: Option<Paired>,
    /// Bytes that dropping the model alone would free.
    memory: u64,
}

impl Current {
    /// Bytes that dropping it would free.
    fn memory(&self) -> u64 {
        let draft = self.draft.as_ref().map_or(0, |draft| draft.memory);
        self.memory.saturating_add(draft)
    }
}

/// A draft model with what it was measured to need.
struct Paired {
    draft: Draft,
    info: Arc<ModelInfo>,
    memory: u64,
}

/// State of the engine's thread.
pub(crate) struct Worker {
    backends: Vec<Box<dyn Backend>>,
    available: AvailableMemory,
    shared: Arc<Shared>,
    status: watch::Sender<EngineStatus>,
    current: Option<Current>,
}

impl Worker {
    pub(crate) fn new(
        backends: Vec<Box<dyn Backend>>,
        available: AvailableMemory,
        shared: Arc<Shared>,
        status: watch::Sender<EngineStatus>,
    ) -> Self {
        Self {
            backends,
            available,
            shared,
            status,
            current: None,
        }
    }

    /// Works until the last handle is gone.
    pub(crate) fn run(mut self, inbox: &mpsc::Receiver<Command>) {
        while let Ok(command) = inbox.recv() {
            match command {
                Command::Load {
                    path,
                    options,
                    reply,
                } => {
                    let result = self.load(&path, &options);
                    self.tell_draft();
                    self.shared.load_ends();
                    // Nobody waits if the future was dropped; the status tells.
                    let _ = reply.send(result);
                }
                Command::SetDraft {
                    path,
                    options,
                    reply,
                } => {
                    let result = self.set_draft(path.as_deref(), &options);
                    self.shared.load_ends();
                    let _ = reply.send(result);
                }
                Command::Unload { reply } => {
                    self.current = None;
                    self.tell_draft();
                    self.publish(EngineStatus::Empty);
                    let _ = reply.send(());
                }
                Command::TakePrefix {
                    begin,
                    most_bytes,
                    reply,
                } => {
                    let _ = reply.send(self.take_prefix(&begin, most_bytes));
                }
                Command::Generate {
                    request,
                    cancel,
                    events,
                } => self.generate(&request, &cancel, &events),
            }
        }
    }

    /// The state of the model after what it holds of `begin`, and after what follows it
    /// there if it holds all of that.
    fn take_prefix(&mut self, begin: &[TokenId], most_bytes: usize) -> Option<SavedPrefix> {
        let current = self.current.as_mut()?;
        let model = current.model.as_ref();
        let shared = common(model.tokens(), begin);
        let most_tokens = if shared == begin.len() {
            usize::MAX
        } else {
            shared
        };
        let state = catch_unwind(AssertUnwindSafe(|| model.state(most_tokens, most_bytes)));
        let (length, state) = state.ok().flatten()?;
        let tokens = model.tokens().get(..length)?.to_vec();
        Some(SavedPrefix {
            state_id: current.loaded.state_id,
            tokens,
            state,
        })
    }

    /// Runs one request and tells its end, in this order: gate and status
    /// first, so that whoever saw the end can ask again at once.
    fn generate(
        &mut self,
        request: &GenerateRequest,
        cancel: &Cancel,
        events: &UnboundedSender<GenerateEvent>,
    ) {
        self.shared.gate().begin_next();
        let (result, status) = self.run_request(request, cancel, events);
        self.shared.gate().end();
        if let Some(status) = status {
            self.publish(status);
        }
        let event = match result {
            Ok(outcome) => GenerateEvent::Finished(outcome),
            Err(error) => GenerateEvent::Failed(error),
        };
        let _ = events.send(event);
    }

    /// The result of a request and the status after it, if that changes.
    fn run_request(
        &mut self,
        request: &GenerateRequest,
        cancel: &Cancel,
        events: &UnboundedSender<GenerateEvent>,
    ) -> (Result<Outcome, EngineError>, Option<EngineStatus>) {
        let Some(current) = self.current.as_mut() else {
            return (Err(EngineError::NoModel), None);
        };
        if cancel.is_cancelled() {
            return (Ok(Outcome::nothing()), None);
        }
        let loaded = Arc::clone(&current.loaded);
        self.status.send_replace(EngineStatus::Generating {
            model: Arc::clone(&loaded),
            holder: request.holder.clone(),
            background: request.background,
        });
        let easy = self.shared.easy();
        current.model.go_easy(easy);
        if let Some(paired) = &mut current.draft {
            paired.draft.go_easy(easy);
        }
        let run = Run {
            model: current.model.as_mut(),
            draft: current.draft.as_mut().map(|paired| &mut paired.draft),
            loaded: &loaded,
            request,
            sink: Sink { cancel, events },
        };
        let caught = catch_unwind(AssertUnwindSafe(|| run.run()));
        let result = caught.unwrap_or(Err(EngineError::Panicked {
            during: "generated",
        }));
        let status = match &result {
            Err(error @ EngineError::Panicked { .. }) => {
                // A model that was left in the middle of something is not to
                // be trusted with another request.
                self.current = None;
                self.tell_draft();
                tracing::error!("{error}; the model was dropped");
                EngineStatus::Failed {
                    error: Arc::new(error.clone()),
                    path: None,
                    previous: None,
                }
            }
            // The request was fine and the backend was not: worth telling everyone.
            Err(error @ EngineError::Backend { .. }) => EngineStatus::Failed {
                error: Arc::new(error.clone()),
                path: None,
                previous: Some(loaded),
            },
            _ => EngineStatus::Ready { model: loaded },
        };
        (result, Some(status))
    }

    fn publish(&self, status: EngineStatus) {
        self.status.send_replace(status);
    }
}
