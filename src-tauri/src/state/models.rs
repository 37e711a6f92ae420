//! The model and its draft model: loaded, chosen, remembered.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::PoisonError;

use llmos_engine::{EngineStatus, LoadOptions};

use super::{AppState, now};
use crate::error::{CommandError, CommandResult, ErrorCode};
use crate::startup;
use crate::wire::DraftModel;

/// The setting under which a chosen model's path is kept.
const MODEL_SETTING: &str = "model.path";

/// The setting under which the draft models are kept, by the models they are paired with.
const DRAFTS_SETTING: &str = "model.drafts";

impl AppState {
    /// Loads the model at `path`, or the one that came with the app. Returns its path.
    ///
    /// # Errors
    /// Why the file can't be used, with its path; the model loaded before stays.
    pub async fn load_model(&self, path: Option<PathBuf>) -> CommandResult<PathBuf> {
        let Some(path) = path.or_else(|| self.default_model()) else {
            return Err(CommandError::new(
                ErrorCode::ModelMissing,
                "the model that comes with the app is not there",
            ));
        };
        let loaded = self.engine.load(&path, self.load_options()).await;
        loaded.map_err(|error| CommandError::about_file(&error, &path))?;
        self.pair_again().await;
        Ok(path)
    }

    /// Loads a model as [`Self::load_model`] does, and remembers the choice once it
    /// works.
    ///
    /// # Errors
    /// As [`Self::load_model`].
    pub async fn choose_model(&self, path: Option<PathBuf>) -> CommandResult<()> {
        let named = path.is_some();
        let path = self.load_model(path).await?;
        // The model that came with the app is no choice, however it was named:
        // the next version may bring another one, in another place.
        let chosen = named && Some(&path) != self.default_model.as_ref();
        // Remembering is a courtesy: a full disk must not undo a working model.
        if let Ok(store) = self.store().await {
            let chosen = chosen.then(|| serde_json::json!(path).to_string());
            let kept = store
                .set_setting(MODEL_SETTING, chosen.as_deref(), now())
                .await;
            if let Err(error) = kept {
                tracing::warn!(%error, "the choice of model can't be kept");
            }
        }
        Ok(())
    }

    /// Loads what was chosen last, or what came with the app, unless somebody was quicker
    /// to load another one.
    pub async fn load_remembered_model(&self) {
        let loading = matches!(*self.engine.watch().borrow(), EngineStatus::Loading { .. });
        if loading || self.engine.model().is_some() {
            return;
        }
        let remembered = match self.store().await {
            Ok(store) => store.setting(MODEL_SETTING).await.ok().flatten(),
            Err(_) => None,
        };
        let path = remembered.and_then(|json| serde_json::from_str(&json).ok());
        // Not chosen anew: the person may be choosing another one meanwhile.
        match self.load_model(path).await {
            Ok(_) => tracing::info!(model_ready_ms = startup::age_ms(), "the model is ready"),
            Err(error) => {
                tracing::warn!(code = ?error.code, %error, "the model can't be loaded");
            }
        }
    }

    /// The draft model that is paired with the loaded one.
    pub async fn draft_model(&self) -> DraftModel {
        let path = match self.model_key() {
            Some(key) => self.draft_models().await.remove(&key),
            None => None,
        };
        let error = self.draft_error.lock();
        DraftModel {
            // Remembering may have failed; what is at work is told anyway.
            path: self
                .engine
                .draft()
                .map(|draft| draft.path.clone())
                .or(path)
                .map(|path| path.display().to_string()),
            name: self.engine.draft().map(|draft| draft.name.clone()),
            error: error.unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// Pairs the loaded model with a draft model, or with none, and remembers it.
    ///
    /// # Errors
    /// Why the file can't be used, with its path; the draft before stays.
    pub async fn set_draft_model(&self, path: Option<PathBuf>) -> CommandResult<()> {
        let options = self.load_options();
        let set = self.engine.set_draft(path.as_deref(), options).await;
        set.map_err(|error| match &path {
            Some(path) => CommandError::about_file(&error, path),
            None => (&error).into(),
        })?;
        self.tell_draft_error(None);
        let Some(key) = self.model_key() else {
            return Ok(());
        };
        let mut drafts = self.draft_models().await;
        match path {
            Some(path) => drafts.insert(key, path),
            None => drafts.remove(&key),
        };
        if let Ok(store) = self.store().await {
            let json = (!drafts.is_empty()).then(|| serde_json::json!(drafts).to_string());
            let kept = store
                .set_setting(DRAFTS_SETTING, json.as_deref(), now())
                .await;
            if let Err(error) = kept {
                tracing::warn!(%error, "the choice of draft model can't be kept");
            }
        }
        Ok(())
    }

    /// Puts the draft model beside the model that was just loaded that was paired with it
    /// before. One that is no longer of use must not keep the model from working: why is
    /// told in the settings.
    async fn pair_again(&self) {
        self.tell_draft_error(None);
        let Some(key) = self.model_key() else {
            return;
        };
        let Some(path) = self.draft_models().await.remove(&key) else {
            return;
        };
        let set = self.engine.set_draft(Some(&path), self.load_options());
        if let Err(error) = set.await {
            tracing::warn!(%error, "the paired draft model can't be used");
            self.tell_draft_error(Some(CommandError::about_file(&error, &path)));
        }
    }

    fn tell_draft_error(&self, error: Option<CommandError>) {
        let told = self.draft_error.lock();
        *told.unwrap_or_else(PoisonError::into_inner) = error;
    }

    /// What the loaded model's pairing is remembered under: its path, or nothing for the
    /// model that came with the app, whose place may change.
    fn model_key(&self) -> Option<String> {
        let path = self.engine.model()?.info.path.clone();
        Some(if Some(&path) == self.default_model.as_ref() {
            String::new()
        } else {
            path.display().to_string()
        })
    }

    /// The draft models of all models.
    async fn draft_models(&self) -> BTreeMap<String, PathBuf> {
        let json = match self.store().await {
            Ok(store) => store.setting(DRAFTS_SETTING).await.ok().flatten(),
            Err(_) => None,
        };
        json.and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or_default()
    }

    fn load_options(&self) -> LoadOptions {
        LoadOptions {
            cache_dir: self.data_dir.join("cache"),
            ..LoadOptions::default()
        }
    }
}
