//! Loading a model without losing the one before it needlessly.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use llmos_gguf::{ChatTemplate, GgufError, ModelFile, TemplateError, Tokenizer};
use llmos_kernels::KvType;

use super::state_id::{state_id, vocabulary_id};
use super::{Current, Worker};
use crate::backend::{Backend, LoadOptions, LoadRequest};
use crate::error::{EngineError, Unsupported};
use crate::kind::EngineKind;
use crate::memory;
use crate::model::{LoadedModel, ModelInfo};
use crate::status::EngineStatus;

/// How often the progress is told. Whoever shows it paints with the processor that loads.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

impl Worker {
    /// Loads `path`, publishing the progress and the end.
    pub(super) fn load(
        &mut self,
        path: &Path,
        options: &LoadOptions,
    ) -> Result<Arc<LoadedModel>, EngineError> {
        self.publish(EngineStatus::Loading {
            path: path.to_owned(),
            progress: 0.0,
        });
        let caught = catch_unwind(AssertUnwindSafe(|| self.try_load(path, options)));
        let result = caught.unwrap_or(Err(EngineError::Panicked {
            during: "loaded a model",
        }));
        match &result {
            Ok(model) => {
                tracing::info!(
                    load_ms = model.info.load_ms,
                    engine = model.info.engine,
                    context = model.info.context_length,
                    "a model was loaded"
                );
                self.publish(EngineStatus::Ready {
                    model: Arc::clone(model),
                });
            }
            Err(error) => self.publish(EngineStatus::Failed {
                error: Arc::new(error.clone()),
                path: Some(path.to_owned()),
                previous: self.current.as_ref().map(|c| Arc::clone(&c.loaded)),
            }),
        }
        result
    }

    fn try_load(
        &mut self,
        path: &Path,
        options: &LoadOptions,
    ) -> Result<Arc<LoadedModel>, EngineError> {
        let start = Instant::now();
        let file = Arc::new(ModelFile::open(path)?);
        let backend = choose(&self.backends, options.engine, &file)?;

        // Memory that dropping the current model would free counts as available.
        let held = self.current.as_ref().map_or(0, Current::memory);
        let free = (self.available)();
        let kv_types = kv_types(backend, options.kv_type)?;
        let (context_length, kv_type) = memory::choose(
            options.context_length,
            backend.longest_context(file.params()),
            &kv_types,
            free.map(|free| free.saturating_add(held)),
            |length, kv_type| backend.memory_needed(&file, length, kv_type),
        )?;
        let needed = backend.memory_needed(&file, context_length, kv_type);
        // Reading the vocabulary takes as long as repacking the weights of a small
        // model: side by side, unless the model before would have to go for a file
        // whose vocabulary may yet be refused.
        let crowded = free.is_some_and(|free| needed > free);
        let early = if crowded {
            let texts = Texts::read(&file)?;
            self.current = None;
            Some(texts)
        } else {
            None
        };

        let request = LoadRequest {
            file: Arc::clone(&file),
            context_length,
            threads: options.threads,
            cache_dir: options.cache_dir.clone(),
            kv_type,
        };
        tracing::info!(context_length, %kv_type, "loading a model");
        let status = &self.status;
        let (model, texts) = std::thread::scope(|scope| {
            let reading = match early {
                Some(texts) => Reading::Done(Box::new(texts)),
                None => Reading::Running(scope.spawn(|| Texts::read(&file))),
            };
            let mut told = Instant::now();
            let model = backend.load(&request, &mut |progress| {
                if told.elapsed() < PROGRESS_EVERY {
                    return;
                }
                told = Instant::now();
                status.send_replace(EngineStatus::Loading {
                    path: path.to_owned(),
                    progress: progress.clamp(0.0, 1.0),
                });
            });
            // The file's own fault is told before the backend's.
            let texts = reading.finish()?;
            Ok::<_, EngineError>((model?, texts))
        })?;
        let mut info = describe(&file, path, backend.name(), context_length);
        let state_id = state_id(&file, backend.name(), context_length, kv_type);
        info.load_ms = start.elapsed().as_secs_f64() * 1000.0;
        let loaded = Arc::new(LoadedModel {
            info,
            state_id,
            vocabulary_id: texts.vocabulary_id,
            tokenizer: texts.tokenizer,
            template: texts.template,
        });
        self.current = Some(Current {
            model,
            draft: None,
            loaded: Arc::clone(&loaded),
            memory: needed,
        });
        self.tell_draft();
        Ok(loaded)
    }
}

/// What a model reads and writes with, and the digest that it is known by.
struct Texts {
    tokenizer: Tokenizer,
    template: ChatTemplate,
    vocabulary_id: [u8; 32],
}

impl Texts {
    fn read(file: &ModelFile) -> Result<Self, EngineError> {
        let tokenizer = Tokenizer::from_gguf(file.gguf())?;
        let template =
            ChatTemplate::from_gguf(file.gguf(), &tokenizer).map_err(|e| bad_template(&e))?;
        Ok(Self {
            tokenizer,
            template,
            vocabulary_id: vocabulary_id(file.gguf())?,
        })
    }
}

/// [`Texts`] on their way.
enum Reading<'scope> {
    Done(Box<Texts>),
    Running(std::thread::ScopedJoinHandle<'scope, Result<Texts, EngineError>>),
}

impl Reading<'_> {
    fn finish(self) -> Result<Texts, EngineError> {
        match self {
            Self::Done(texts) => Ok(*texts),
            Self::Running(thread) => thread.join().unwrap_or(Err(EngineError::Panicked {
                during: "loaded a model",
            })),
        }
    }
}

/// The first admitted backend that runs the file, or why the last one does not.
pub(super) fn choose<'a>(
    backends: &'a [Box<dyn Backend>],
    kind: EngineKind,
    file: &ModelFile,
) -> Result<&'a dyn Backend, EngineError> {
    let mut refusal = Unsupported {
        what: "engine",
        found: kind.name().to_owned(),
        supported: backends
            .iter()
            .map(|backend| backend.name())
            .collect::<Vec<_>>()
            .join(", "),
    };
    for backend in backends.iter().filter(|b| kind.admits(b.name())) {
        match backend.supports(file) {
            Ok(()) => return Ok(backend.as_ref()),
            Err(unsupported) => refusal = unsupported,
        }
    }
    Err(refusal.into())
}

/// The types for keys and values that may be chosen from: the one that was asked
/// for, or all that the backend has.
pub(super) fn kv_types(
    backend: &dyn Backend,
    asked: Option<KvType>,
) -> Result<Vec<KvType>, Unsupported> {
    let all = backend.kv_types();
    match asked {
        None => Ok(all.to_vec()),
        Some(kv_type) if all.contains(&kv_type) => Ok(vec![kv_type]),
        Some(kv_type) => Err(Unsupported {
            what: "type of the KV cache",
            found: kv_type.to_string(),
            supported: all.iter().map(|t| t.name()).collect::<Vec<_>>().join(", "),
        }),
    }
}

/// A template that cannot be used is a fault of the file like any other.
fn bad_template(error: &TemplateError) -> EngineError {
    GgufError::Invalid {
        what: "tokenizer.chat_template".to_owned(),
        expected: "a usable chat template".to_owned(),
        found: error.to_string(),
    }
    .into()
}

pub(super) fn describe(
    file: &ModelFile,
    path: &Path,
    engine: &str,
    context_length: usize,
) -> ModelInfo {
    let params = file.params();
    let stem = || {
        path.file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default()
    };
    ModelInfo {
        name: params.name.clone().unwrap_or_else(stem),
        architecture: params.architecture.clone(),
        languages: params.languages.clone(),
        quantisation: params.quantisation.clone(),
        engine: engine.to_owned(),
        context_length,
        parameter_count: params.parameter_count,
        file_size: file.gguf().len(),
        path: path.to_owned(),
        vocab_size: params.vocab_size as usize,
        load_ms: 0.0,
    }
}
