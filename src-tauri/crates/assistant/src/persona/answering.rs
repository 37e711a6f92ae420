//! How one turn is answered: the settings of its conversation, its persona and
//! the app, in this order.

use llmos_engine::{LoadedModel, Sampling};
use llmos_store::{ConversationId, GenerationSettings, PersonaId};

use super::variables::{self, Values};
use super::{DEFAULT_PERSONA, MAX_ANSWER_TOKENS, library};
use crate::assistant::Inner;
use crate::{AssistantError, model_path};

/// What a turn is generated with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AnswerSettings {
    /// The system prompt with its variables filled in; empty for none.
    pub(crate) system: String,
    pub(crate) sampling: Sampling,
    pub(crate) max_tokens: usize,
}

impl AnswerSettings {
    /// Those of a conversation, `None` being the one to come. A persona that is
    /// gone counts as none.
    pub(crate) async fn resolve(
        inner: &Inner,
        conversation: Option<&ConversationId>,
        model: &LoadedModel,
    ) -> Result<Self, AssistantError> {
        let locale = inner.locale();
        let own = inner.store.conversation_settings(conversation).await?;
        let default = PersonaId::from(DEFAULT_PERSONA);
        let chosen = match &own.persona {
            Some(id) => library::find(&inner.library, id, locale.language).await?,
            None => None,
        };
        let persona = match chosen {
            Some(persona) => Some(persona),
            None => library::find(&inner.library, &default, locale.language).await?,
        };
        let persona = persona.map(|persona| persona.profile).unwrap_or_default();
        let prompt = own.system_prompt.unwrap_or(persona.system_prompt);
        let values = Values {
            locale,
            now: (inner.clock)(),
            model: model_path::display_name(&model.info),
        };
        let generation = own.generation.or(persona.generation);
        Ok(Self {
            system: variables::fill(&prompt, &values),
            sampling: sampling(&inner.sampling, &generation),
            max_tokens: generation
                .max_tokens
                .map_or(MAX_ANSWER_TOKENS, |tokens| tokens as usize),
        })
    }
}

/// The app's sampling with what is set in its place.
fn sampling(base: &Sampling, set: &GenerationSettings) -> Sampling {
    Sampling {
        temperature: set.temperature.unwrap_or(base.temperature),
        top_k: set.top_k.map_or(base.top_k, |count| count as usize),
        top_p: set.top_p.unwrap_or(base.top_p),
        min_p: set.min_p.unwrap_or(base.min_p),
        repetition_penalty: set.repetition_penalty.unwrap_or(base.repetition_penalty),
        ..base.clone()
    }
}
