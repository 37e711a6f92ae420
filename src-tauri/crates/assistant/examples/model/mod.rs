//! The model that the measurements use, loaded in the native engine.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use llmos_assistant::default_model_path;
use llmos_engine::{EngineHandle, LoadOptions, LoadedModel, Native};

/// The model in a file, or the default one; says which on standard output.
///
/// # Errors
/// When there is no default model, and what the engine says.
pub async fn load(path: Option<&Path>) -> Result<(EngineHandle, Arc<LoadedModel>), Box<dyn Error>> {
    let path = match path {
        Some(path) => path.to_owned(),
        None => default_model_path().ok_or("no model: scripts/model.sh brings it")?,
    };
    let engine = EngineHandle::start(vec![Box::new(Native::new())]);
    // Tuned anew each time: what another program measured is not to count.
    let cache = tempfile::tempdir()?;
    let options = LoadOptions {
        cache_dir: cache.path().to_owned(),
        ..LoadOptions::default()
    };
    let model = engine.load(&path, options).await?;
    let weights = model.info.parameter_count;
    println!("{} ({weights} weights)", model.info.name);
    Ok((engine, model))
}
