//! A draft model beside the current one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use llmos_gguf::ModelFile;

use super::load::{choose, describe, kv_types};
use super::state_id::vocabulary_id;
use super::{Current, Paired, Worker};
use crate::backend::{LoadOptions, LoadRequest};
use crate::error::EngineError;
use crate::generate::Draft;
use crate::memory;
use crate::model::ModelInfo;

impl Worker {
    /// Puts the model in `path` beside the current one as its draft, in place of one
    /// that is there, which stays when this one is refused. Without a path, none.
    pub(super) fn set_draft(
        &mut self,
        path: Option<&Path>,
        options: &LoadOptions,
    ) -> Result<Option<Arc<ModelInfo>>, EngineError> {
        let result = match path {
            None => {
                if let Some(current) = &mut self.current {
                    current.draft = None;
                }
                Ok(())
            }
            Some(path) => catch_unwind(AssertUnwindSafe(|| self.load_draft(path, options)))
                .unwrap_or(Err(EngineError::Panicked {
                    during: "loaded a model",
                })),
        };
        self.tell_draft();
        result.map(|()| self.draft())
    }

    fn load_draft(&mut self, path: &Path, options: &LoadOptions) -> Result<(), EngineError> {
        let free = (self.available)();
        let Some(Current {
            model,
            loaded,
            draft,
            ..
        }) = &mut self.current
        else {
            return Err(EngineError::NoModel);
        };
        if model.verifier().is_none() {
            return Err(EngineError::DraftUnsupported {
                engine: loaded.info.engine.clone(),
            });
        }
        let file = Arc::new(ModelFile::open(path)?);
        let backend = choose(&self.backends, options.engine, &file)?;
        if vocabulary_id(file.gguf())? != loaded.vocabulary_id {
            return Err(EngineError::DraftVocabulary);
        }
        // As long as the model's, so that it can follow it to the end where it was made
        // for that.
        let length = loaded.info.context_length;
        let longest = backend.longest_context(file.params());
        let held = draft.as_ref().map_or(0, |draft| draft.memory);
        let needed = |length, kv_type| backend.memory_needed(&file, length, kv_type);
        let (context_length, kv_type) = memory::choose(
            Some(length),
            longest,
            &kv_types(backend, options.kv_type)?,
            free.map(|free| free.saturating_add(held)),
            needed,
        )?;
        let memory = needed(context_length, kv_type);
        if free.is_some_and(|free| memory > free) {
            *draft = None;
        }
        let request = LoadRequest {
            file: Arc::clone(&file),
            context_length,
            threads: options.threads,
            cache_dir: options.cache_dir.clone(),
            kv_type,
        };
        let model = backend.load(&request, &mut |_| {})?;
        let info = describe(&file, path, backend.name(), context_length);
        tracing::info!(context_length, %kv_type, "a draft model was loaded");
        *draft = Some(Paired {
            draft: Draft::new(model, context_length),
            info: Arc::new(info),
            memory,
        });
        Ok(())
    }

    fn draft(&self) -> Option<Arc<ModelInfo>> {
        let paired = self.current.as_ref()?.draft.as_ref()?;
        Some(Arc::clone(&paired.info))
    }

    /// Lets the handles know which draft there is.
    pub(super) fn tell_draft(&self) {
        self.shared.set_draft(self.draft());
    }
}
