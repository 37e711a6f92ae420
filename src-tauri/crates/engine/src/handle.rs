//! The face of the engine: cheap to clone, usable from any thread.

use std::path::Path;
use std::sync::{Arc, mpsc};

use llmos_gguf::TokenId;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::{oneshot, watch};

use crate::backend::{Backend, LoadOptions};
use crate::error::EngineError;
use crate::generate::{Cancel, GenerateEvent, GenerateRequest, WhenBusy};
use crate::memory::{self, AvailableMemory};
use crate::model::{LoadedModel, ModelInfo};
use crate::prefix::SavedPrefix;
use crate::priority;
use crate::status::EngineStatus;
use crate::worker::{Command, Easy, Shared, Worker};

/// A handle to the thread that owns the model. The thread ends when the last
/// handle is gone.
#[derive(Clone, Debug)]
pub struct EngineHandle {
    commands: mpsc::Sender<Command>,
    shared: Arc<Shared>,
    status: watch::Receiver<EngineStatus>,
}

impl EngineHandle {
    /// Starts the engine's thread. Backends are tried in this order.
    #[must_use]
    pub fn start(backends: Vec<Box<dyn Backend>>) -> Self {
        Self::start_with_memory(backends, memory::available)
    }

    /// As [`start`](Self::start), with another source for how much memory is
    /// available.
    #[must_use]
    pub fn start_with_memory(backends: Vec<Box<dyn Backend>>, available: AvailableMemory) -> Self {
        let (commands, inbox) = mpsc::channel();
        let (status_sender, status) = watch::channel(EngineStatus::Empty);
        let shared = Arc::new(Shared::default());
        let worker = Worker::new(backends, available, Arc::clone(&shared), status_sender);
        let spawned = std::thread::Builder::new()
            .name("llmos-engine".to_owned())
            .spawn(move || {
                priority::stand_back();
                worker.run(&inbox);
            });
        if let Err(error) = spawned {
            // The inbox went with the worker, so every request now answers `Gone`.
            tracing::error!(%error, "the engine's thread could not be started");
        }
        Self {
            commands,
            shared,
            status,
        }
    }

    /// Loads the model in `path` and makes it the current one.
    ///
    /// The previous model stays current and usable when the file is refused:
    /// by the checker, because no backend supports it, or because it does not
    /// fit into memory. Past these, the previous one is kept until the new one
    /// is ready if both fit into memory, and dropped first if they do not.
    ///
    /// Waits for a running generation to end. Dropping the future does not
    /// stop the load.
    pub async fn load(
        &self,
        path: &Path,
        options: LoadOptions,
    ) -> Result<Arc<LoadedModel>, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.shared.load_begins();
        let command = Command::Load {
            path: path.to_owned(),
            options,
            reply,
        };
        if self.commands.send(command).is_err() {
            self.shared.load_ends();
            return Err(EngineError::Gone);
        }
        answer.await.unwrap_or(Err(EngineError::Gone))
    }

    /// Puts the model in `draft` beside the current one, to guess what it will say: the
    /// answers stay the same and come sooner where the guesses are good. It must have
    /// the same vocabulary and should be several times smaller. Of `options` the length
    /// of the context is ignored: it is the model's.
    ///
    /// Without a path, a draft that is there is dropped; so it is when another model is
    /// loaded. When it is refused, the draft before stays. Waits for a running
    /// generation to end.
    pub async fn set_draft(
        &self,
        draft: Option<&Path>,
        options: LoadOptions,
    ) -> Result<Option<Arc<ModelInfo>>, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.shared.load_begins();
        let command = Command::SetDraft {
            path: draft.map(Path::to_owned),
            options,
            reply,
        };
        if self.commands.send(command).is_err() {
            self.shared.load_ends();
            return Err(EngineError::Gone);
        }
        answer.await.unwrap_or(Err(EngineError::Gone))
    }

    /// The draft model beside the current one.
    #[must_use]
    pub fn draft(&self) -> Option<Arc<ModelInfo>> {
        self.shared.draft()
    }

    /// Has `easy` asked at the beginning of each generation whether it should leave part
    /// of the processor to others, and be slower. Set once, by who starts the engine.
    pub fn go_easy_when(&self, easy: impl Fn() -> bool + Send + Sync + 'static) {
        self.shared.set_easy(Easy(Box::new(easy)));
    }

    /// Drops the current model, after a running generation has ended.
    pub async fn unload(&self) -> Result<(), EngineError> {
        let (reply, answer) = oneshot::channel();
        self.commands
            .send(Command::Unload { reply })
            .map_err(|_| EngineError::Gone)?;
        answer.await.map_err(|_| EngineError::Gone)
    }

    /// The current model.
    #[must_use]
    pub fn model(&self) -> Option<Arc<LoadedModel>> {
        self.status.borrow().model().cloned()
    }

    /// Starts a generation, or queues it.
    ///
    /// [`EngineError::Busy`] and [`EngineError::NoModel`] are told here; what
    /// is wrong with the request itself comes as
    /// [`GenerateEvent::Failed`].
    pub fn generate(&self, request: GenerateRequest) -> Result<GenerateStream, EngineError> {
        let cancel = Cancel::default();
        let mut gate = self.shared.gate();
        if let Some(holder) = gate.holder() {
            if request.when_busy == WhenBusy::Refuse {
                return Err(EngineError::Busy {
                    holder: holder.to_owned(),
                });
            }
        } else if self.status.borrow().model().is_none() {
            return Err(EngineError::NoModel);
        }
        let (sender, events) = unbounded_channel();
        gate.enqueue(request.holder.clone(), cancel.clone());
        // Under the lock, so that the queue has the order of the commands.
        let sent = self.commands.send(Command::Generate {
            request,
            cancel: cancel.clone(),
            events: sender,
        });
        if sent.is_err() {
            gate.unqueue_last();
            return Err(EngineError::Gone);
        }
        Ok(GenerateStream {
            events,
            cancel,
            ended: false,
        })
    }

    /// Takes the state out of the model after what it holds of `begin`, and after what
    /// follows that if it holds all of it: at most `most_bytes` bytes. `None` when it holds
    /// another text, or is of a kind whose state can't be taken out. Waits for a running
    /// generation to end.
    pub async fn take_prefix(&self, begin: Vec<TokenId>, most_bytes: usize) -> Option<SavedPrefix> {
        let (reply, answer) = oneshot::channel();
        let command = Command::TakePrefix {
            begin,
            most_bytes,
            reply,
        };
        self.commands.send(command).ok()?;
        answer.await.ok().flatten()
    }

    /// Stops the running generation and those that wait. Takes effect within
    /// one token, or one chunk of the prompt; what was generated is kept.
    pub fn stop(&self) {
        self.shared.gate().cancel_all();
    }

    /// What the engine is doing.
    #[must_use]
    pub fn status(&self) -> EngineStatus {
        self.status.borrow().clone()
    }

    /// Follows what the engine is doing.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<EngineStatus> {
        self.status.clone()
    }
}

/// The events of one generation. Dropping it stops the generation.
#[derive(Debug)]
pub struct GenerateStream {
    events: UnboundedReceiver<GenerateEvent>,
    cancel: Cancel,
    ended: bool,
}

impl GenerateStream {
    /// The next event; `None` after `Finished` or `Failed`.
    pub async fn next(&mut self) -> Option<GenerateEvent> {
        if self.ended {
            return None;
        }
        let event = self.events.recv().await;
        Some(self.account(event))
    }

    /// As [`next`](Self::next), for callers outside an async runtime.
    pub fn blocking_next(&mut self) -> Option<GenerateEvent> {
        if self.ended {
            return None;
        }
        let event = self.events.blocking_recv();
        Some(self.account(event))
    }

    /// Stops this generation; its last events still come.
    pub fn stop(&self) {
        self.cancel.cancel();
    }

    /// Notes the end; a channel that closed before it means the engine died.
    fn account(&mut self, event: Option<GenerateEvent>) -> GenerateEvent {
        let event = event.unwrap_or(GenerateEvent::Failed(EngineError::Gone));
        self.ended = matches!(event, GenerateEvent::Finished(_) | GenerateEvent::Failed(_));
        event
    }
}

impl Drop for GenerateStream {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
