//! Personas and settings, to the wire's types and back.

use llmos_assistant::persona::{self, ProblemKind, Ranges};
use llmos_assistant::{Language, Locale};
use llmos_store as store;

use crate::wire::{
    ConversationSettings, GenerationRanges, GenerationSettings, OwnModel, PageLanguage, Persona,
    PersonaColour, PersonaLibrary, PersonaProfile, PromptPreview, PromptProblem, PromptProblemKind,
};

impl PersonaLibrary {
    /// The personas with what the page needs to edit them.
    #[must_use]
    pub fn of(personas: Vec<persona::Persona>) -> Self {
        Self {
            personas: personas.into_iter().map(Into::into).collect(),
            defaults: persona::default_generation().into(),
            ranges: persona::RANGES.into(),
            variables: persona::VARIABLES.iter().map(|&it| it.to_owned()).collect(),
            default_persona: persona::DEFAULT_PERSONA.to_owned(),
        }
    }
}

impl From<persona::Persona> for Persona {
    fn from(persona: persona::Persona) -> Self {
        Self {
            id: persona.id.0,
            profile: persona.profile.into(),
            built_in: persona.built_in,
            changed: persona.changed,
            hidden: persona.hidden,
        }
    }
}

impl From<store::PersonaProfile> for PersonaProfile {
    fn from(profile: store::PersonaProfile) -> Self {
        Self {
            name: profile.name,
            colour: PersonaColour::named(&profile.colour),
            system_prompt: profile.system_prompt,
            greeting: profile.greeting,
            prompts: profile.prompts,
            generation: profile.generation.into(),
            model: profile.model.map(Into::into),
        }
    }
}

impl From<PersonaProfile> for store::PersonaProfile {
    fn from(profile: PersonaProfile) -> Self {
        Self {
            name: profile.name,
            colour: profile.colour.name().to_owned(),
            system_prompt: profile.system_prompt,
            greeting: profile.greeting,
            prompts: profile.prompts,
            generation: profile.generation.into(),
            model: profile.model.map(Into::into),
        }
    }
}

impl PersonaColour {
    const ALL: [Self; 6] = [
        Self::Green,
        Self::Blue,
        Self::Violet,
        Self::Rose,
        Self::Amber,
        Self::Slate,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Violet => "violet",
            Self::Rose => "rose",
            Self::Amber => "amber",
            Self::Slate => "slate",
        }
    }

    /// A name that a later version wrote shows as the app's own colour.
    fn named(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|colour| colour.name() == name);
        found.unwrap_or_default()
    }
}

impl From<store::GenerationSettings> for GenerationSettings {
    fn from(settings: store::GenerationSettings) -> Self {
        Self {
            temperature: settings.temperature,
            top_k: settings.top_k,
            top_p: settings.top_p,
            min_p: settings.min_p,
            repetition_penalty: settings.repetition_penalty,
            max_tokens: settings.max_tokens,
        }
    }
}

impl From<GenerationSettings> for store::GenerationSettings {
    fn from(settings: GenerationSettings) -> Self {
        Self {
            temperature: settings.temperature,
            top_k: settings.top_k,
            top_p: settings.top_p,
            min_p: settings.min_p,
            repetition_penalty: settings.repetition_penalty,
            max_tokens: settings.max_tokens,
        }
    }
}

impl From<Ranges> for GenerationRanges {
    fn from(ranges: Ranges) -> Self {
        Self {
            temperature: ranges.temperature,
            top_k: ranges.top_k,
            top_p: ranges.top_p,
            min_p: ranges.min_p,
            repetition_penalty: ranges.repetition_penalty,
            max_tokens: ranges.max_tokens,
        }
    }
}

impl From<store::OwnModel> for OwnModel {
    fn from(model: store::OwnModel) -> Self {
        match model {
            store::OwnModel::BuiltIn => Self::BuiltIn,
            store::OwnModel::File { path } => Self::File { path },
        }
    }
}

impl From<OwnModel> for store::OwnModel {
    fn from(model: OwnModel) -> Self {
        match model {
            OwnModel::BuiltIn => Self::BuiltIn,
            OwnModel::File { path } => Self::File { path },
        }
    }
}

impl From<store::ConversationSettings> for ConversationSettings {
    fn from(settings: store::ConversationSettings) -> Self {
        Self {
            persona: settings.persona.map(|id| id.0),
            system_prompt: settings.system_prompt,
            generation: settings.generation.into(),
            model: settings.model.map(Into::into),
            summaries: settings.summaries,
        }
    }
}

impl From<ConversationSettings> for store::ConversationSettings {
    fn from(settings: ConversationSettings) -> Self {
        Self {
            persona: settings.persona.map(Into::into),
            system_prompt: settings.system_prompt,
            generation: settings.generation.into(),
            model: settings.model.map(Into::into),
            summaries: settings.summaries,
        }
    }
}

impl From<persona::PromptPreview> for PromptPreview {
    fn from(preview: persona::PromptPreview) -> Self {
        let problem = |problem: persona::Problem| PromptProblem {
            kind: match problem.kind {
                ProblemKind::Unknown => PromptProblemKind::Unknown,
                ProblemKind::Unclosed => PromptProblemKind::Unclosed,
            },
            text: problem.text,
        };
        Self {
            text: preview.text,
            problems: preview.problems.into_iter().map(problem).collect(),
        }
    }
}

impl PageLanguage {
    /// The page's language with the person's clock.
    #[must_use]
    pub fn locale(self, utc_offset_minutes: i32) -> Locale {
        Locale {
            language: match self {
                Self::English => Language::English,
                Self::Chinese => Language::Chinese,
            },
            utc_offset_minutes,
        }
    }
}
