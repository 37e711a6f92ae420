//! The personas that there are: the built-in ones as a person left them, and a
//! person's own.

use llmos_store::{
    ConversationId, ConversationSettings, PersonaId, PersonaProfile, Store, StoredPersona,
};

use super::variables::{self, PromptPreview, Values};
use super::{DEFAULT_PERSONA, built_in, limits};
use crate::{Assistant, AssistantError, Language, Locale, model_path};

/// A persona that can be chosen, or a built-in one that is hidden.
#[derive(Debug, Clone, PartialEq)]
pub struct Persona {
    /// Its id.
    pub id: PersonaId,
    /// What it is.
    pub profile: PersonaProfile,
    /// Whether it comes with the app.
    pub built_in: bool,
    /// Whether a person changed it, if it comes with the app.
    pub changed: bool,
    /// Whether a person hid it.
    pub hidden: bool,
}

impl Persona {
    /// What a row makes of a persona; `None` when no such persona is left.
    fn of(id: PersonaId, row: Option<StoredPersona>, language: Language) -> Option<Self> {
        let original = built_in::profile(&id, language);
        let built_in = original.is_some();
        let hidden = row.as_ref().is_some_and(|row| row.deleted_at.is_some());
        if hidden && !built_in {
            return None;
        }
        let own = row.and_then(|row| row.profile);
        Some(Self {
            id,
            changed: built_in && own.is_some(),
            profile: own.or(original)?,
            built_in,
            hidden,
        })
    }
}

/// One persona as it is now.
pub(super) async fn find(
    library: &Store,
    id: &PersonaId,
    language: Language,
) -> Result<Option<Persona>, AssistantError> {
    let row = library.persona(id).await?;
    Ok(Persona::of(id.clone(), row, language))
}

impl Assistant {
    /// Tells the language of the window and the person's clock.
    pub fn set_locale(&self, locale: Locale) {
        self.inner.locale.send_replace(locale);
    }

    /// Every persona: the built-in ones, then a person's own, oldest first.
    ///
    /// # Errors
    /// `Store` when they can't be read.
    pub async fn personas(&self) -> Result<Vec<Persona>, AssistantError> {
        let language = self.inner.locale().language;
        let mut rows = self.inner.library.personas().await?;
        let mut personas = Vec::with_capacity(rows.len() + 8);
        for id in built_in::ids() {
            let row = rows.iter().position(|row| row.id == id);
            let row = row.map(|place| rows.remove(place));
            personas.extend(Persona::of(id, row, language));
        }
        let own = rows.into_iter().filter(|row| !row.built_in);
        personas.extend(own.filter_map(|row| Persona::of(row.id.clone(), Some(row), language)));
        Ok(personas)
    }

    /// Makes a persona, or changes one.
    ///
    /// # Errors
    /// `OutOfRange`, `TextTooLong`, or `Store` when there is no such persona.
    pub async fn save_persona(
        &self,
        id: Option<PersonaId>,
        profile: PersonaProfile,
    ) -> Result<Persona, AssistantError> {
        let profile = limits::checked(profile)?;
        let (library, language) = (&self.inner.library, self.inner.locale().language);
        let now = (self.inner.clock)();
        let row = match id {
            None => library.create_persona(&profile, now).await?,
            Some(id) => {
                let built_in = built_in::profile(&id, language).is_some();
                library.change_persona(&id, built_in, &profile, now).await?
            }
        };
        let id = row.id.clone();
        Persona::of(id.clone(), Some(row), language).ok_or_else(|| wrong(&id, "changed"))
    }

    /// Deletes a person's own persona, which can be taken back, or hides a
    /// built-in one. Conversations that have it go on with the app's own.
    ///
    /// # Errors
    /// `WrongPersona` for the app's own; `Store` when there is no such persona.
    pub async fn delete_persona(&self, id: &PersonaId) -> Result<(), AssistantError> {
        if id.as_str() == DEFAULT_PERSONA {
            return Err(wrong(id, "hidden"));
        }
        let built_in = built_in::profile(id, Language::default()).is_some();
        let now = (self.inner.clock)();
        self.inner.library.delete_persona(id, built_in, now).await?;
        Ok(())
    }

    /// Takes that back.
    ///
    /// # Errors
    /// `Store` when there is no such persona.
    pub async fn restore_persona(&self, id: &PersonaId) -> Result<Persona, AssistantError> {
        self.inner.library.restore_persona(id).await?;
        let found = find(&self.inner.library, id, self.inner.locale().language).await?;
        found.ok_or_else(|| wrong(id, "restored"))
    }

    /// Makes a built-in persona what it was when it came.
    ///
    /// # Errors
    /// `WrongPersona` when it did not come with the app.
    pub async fn reset_persona(&self, id: &PersonaId) -> Result<Persona, AssistantError> {
        let language = self.inner.locale().language;
        if built_in::profile(id, language).is_none() {
            return Err(wrong(id, "reset"));
        }
        self.inner.library.reset_persona(id).await?;
        Persona::of(id.clone(), None, language).ok_or_else(|| wrong(id, "reset"))
    }

    /// What a conversation sets for itself; `None` asks for the one to come.
    ///
    /// # Errors
    /// `Store` when there is no such conversation.
    pub async fn conversation_settings(
        &self,
        id: Option<&ConversationId>,
    ) -> Result<ConversationSettings, AssistantError> {
        Ok(self.inner.store.conversation_settings(id).await?)
    }

    /// Sets that.
    ///
    /// # Errors
    /// `OutOfRange`, `TextTooLong`, or `Store` when there is no such conversation.
    pub async fn set_conversation_settings(
        &self,
        id: Option<&ConversationId>,
        settings: &ConversationSettings,
    ) -> Result<(), AssistantError> {
        limits::check_settings(settings)?;
        let now = (self.inner.clock)();
        self.inner
            .store
            .set_conversation_settings(id, settings, now)
            .await?;
        Ok(())
    }

    /// A system prompt as the model would read it now, with what is wrong with
    /// its variables.
    #[must_use]
    pub fn preview_prompt(&self, prompt: &str) -> PromptPreview {
        let model = self.inner.engine.model();
        let values = Values {
            locale: self.inner.locale(),
            now: (self.inner.clock)(),
            model: model
                .as_ref()
                .map_or("", |model| model_path::display_name(&model.info)),
        };
        PromptPreview {
            text: variables::fill(prompt, &values),
            problems: variables::problems(prompt),
        }
    }
}

fn wrong(id: &PersonaId, action: &'static str) -> AssistantError {
    AssistantError::WrongPersona {
        id: id.0.clone(),
        action,
    }
}
