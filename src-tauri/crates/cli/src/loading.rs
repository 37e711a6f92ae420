//! Finding, checking and loading a model.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use llmos_engine::{
    Backend, EngineError, EngineHandle, EngineKind, EngineStatus, KvType, LoadOptions, LoadedModel,
    Native,
};
use llmos_gguf::ModelFile;

use crate::error::CliError;
use crate::output::Progress;

/// The engines of this build, best first.
pub fn backends() -> Vec<Box<dyn Backend>> {
    vec![
        Box::new(Native::new()),
        #[cfg(feature = "mistralrs")]
        Box::new(llmos_engine_mistralrs::MistralRs::new()),
    ]
}

/// The model that was named, or the default one.
pub fn model_path(named: Option<&Path>) -> Result<PathBuf, CliError> {
    named
        .map(Path::to_owned)
        .or_else(llmos_assistant::default_model_path)
        .ok_or(CliError::NoDefaultModel)
}

/// Opens and checks a model file.
pub fn open(path: &Path) -> Result<ModelFile, CliError> {
    ModelFile::open(path).map_err(|error| CliError::in_file(path, &error))
}

/// The engine that would run the file: the first of that kind that takes it.
pub fn backend_for(file: &ModelFile, kind: EngineKind) -> Result<Box<dyn Backend>, CliError> {
    let path = file.gguf().path();
    let mut refusal = CliError::NoEngine {
        name: kind.to_string(),
    };
    for backend in backends() {
        if kind != EngineKind::Auto && kind.name() != backend.name() {
            continue;
        }
        match backend.supports(file) {
            Ok(()) => return Ok(backend),
            Err(unsupported) => {
                refusal = CliError::File {
                    path: path.to_owned(),
                    reason: unsupported.to_string(),
                };
            }
        }
    }
    Err(refusal)
}

/// Starts the engine and loads a model, with progress on stderr.
pub async fn start_engine(
    path: &Path,
    kv_type: Option<KvType>,
    progress: &mut Progress,
) -> Result<(EngineHandle, Arc<LoadedModel>), CliError> {
    let engine = EngineHandle::start(backends());
    let options = options(kv_type);
    let mut status = engine.watch();
    // In a block: what loads borrows the engine that is returned below.
    let loaded = {
        let loading = engine.load(path, options);
        tokio::pin!(loading);
        loop {
            tokio::select! {
                loaded = &mut loading => break loaded,
                Ok(()) = status.changed() => {
                    if let EngineStatus::Loading { progress: share, .. } =
                        &*status.borrow_and_update()
                    {
                        progress.show(&format!("loading the model: {:.0} %", share * 100.0));
                    }
                }
            }
        }
    };
    progress.clear();
    match loaded {
        Ok(model) => Ok((engine, model)),
        Err(error) => Err(about(path, &error)),
    }
}

/// Puts a draft model beside the loaded one.
pub async fn set_draft(
    engine: &EngineHandle,
    draft: &Path,
    options: LoadOptions,
) -> Result<(), CliError> {
    match engine.set_draft(Some(draft), options).await {
        Ok(_) => Ok(()),
        Err(error) => Err(about(draft, &error)),
    }
}

/// How models are loaded here.
pub fn options(kv_type: Option<KvType>) -> LoadOptions {
    LoadOptions {
        cache_dir: cache_dir(),
        kv_type,
        ..LoadOptions::default()
    }
}

/// What is wrong with the file at `path`.
fn about(path: &Path, error: &EngineError) -> CliError {
    match error {
        EngineError::Model(error) => CliError::in_file(path, error),
        error => CliError::File {
            path: path.to_owned(),
            reason: error.to_string(),
        },
    }
}

/// A folder of this app's own for what an engine must put somewhere.
pub fn cache_dir() -> PathBuf {
    let variable = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let base = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Caches"))
    } else {
        variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")))
    };
    base.unwrap_or_else(std::env::temp_dir).join("llmos")
}
