//! What the engine is doing, as one value that can be watched.

use std::path::PathBuf;
use std::sync::Arc;

use crate::error::EngineError;
use crate::model::LoadedModel;

/// The engine's state. Published through
/// [`EngineHandle::watch`](crate::EngineHandle::watch).
#[derive(Debug, Clone, Default)]
pub enum EngineStatus {
    /// No model.
    #[default]
    Empty,
    /// A model is being loaded; a previous one is not usable meanwhile.
    Loading {
        /// The file.
        path: PathBuf,
        /// Share done, 0 to 1.
        progress: f32,
    },
    /// A model is loaded and idle.
    Ready {
        /// The model.
        model: Arc<LoadedModel>,
    },
    /// A request is running.
    Generating {
        /// The model.
        model: Arc<LoadedModel>,
        /// Who asked, as given in the request.
        holder: String,
        /// Whether nobody waits for the result, as given in the request.
        background: bool,
    },
    /// The last load failed, or the backend crashed.
    Failed {
        /// Why.
        error: Arc<EngineError>,
        /// The file that was being loaded; `None` when the failure came later,
        /// while a model was at work.
        path: Option<PathBuf>,
        /// A model from before that is still loaded and usable.
        previous: Option<Arc<LoadedModel>>,
    },
}

impl EngineStatus {
    /// The model that a request made now would run on.
    #[must_use]
    pub fn model(&self) -> Option<&Arc<LoadedModel>> {
        match self {
            Self::Ready { model } | Self::Generating { model, .. } => Some(model),
            Self::Failed { previous, .. } => previous.as_ref(),
            Self::Empty | Self::Loading { .. } => None,
        }
    }
}
