//! Why a job stands still though nobody wished it.

use llmos_store::StoreError;
use serde::{Deserialize, Serialize};

use crate::AssistantError;

/// Why a job stands still. Kept with the job, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Trouble {
    /// No model is loaded.
    NoModel,
    /// Another model is loaded than the job began with.
    OtherModel {
        /// The one that it began with.
        wanted: String,
    },
    /// There is no room on the disk for what a step gave.
    DiskFull,
    /// A step does not fit into the model's context.
    TooLong {
        /// Tokens that it needs.
        needed: usize,
        /// Tokens that there is room for.
        available: usize,
    },
    /// The engine failed while it worked.
    EngineFailed,
    /// What the job was about is gone.
    SubjectGone,
    /// A fault of the app itself.
    Broken,
}

impl Trouble {
    /// Whether going on later, with nothing changed about the job, may help.
    pub(crate) fn passes(&self) -> bool {
        match self {
            Self::NoModel | Self::OtherModel { .. } | Self::DiskFull | Self::EngineFailed => true,
            Self::TooLong { .. } | Self::SubjectGone | Self::Broken => false,
        }
    }
}

impl From<&AssistantError> for Trouble {
    fn from(error: &AssistantError) -> Self {
        match error {
            AssistantError::NoModel | AssistantError::Busy { .. } => Self::NoModel,
            &AssistantError::ContextOverflow { needed, available } => {
                Self::TooLong { needed, available }
            }
            AssistantError::OtherModel { wanted } => Self::OtherModel {
                wanted: wanted.clone(),
            },
            AssistantError::Store(StoreError::Full) => Self::DiskFull,
            AssistantError::Store(StoreError::NotFound { .. }) => Self::SubjectGone,
            AssistantError::Engine(_) => Self::EngineFailed,
            _ => Self::Broken,
        }
    }
}
