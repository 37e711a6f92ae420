//! What a persona and a conversation's settings may hold.

use std::ops::RangeInclusive;

use llmos_store::{ConversationSettings, GenerationSettings, OwnModel, PersonaProfile};

use crate::AssistantError;

/// The values that generation settings may take. Narrower than what the engine
/// takes: beyond these nothing useful comes out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranges {
    /// Least and largest temperature.
    pub temperature: (f32, f32),
    /// Least and largest count of candidates.
    pub top_k: (u32, u32),
    /// Least and largest share.
    pub top_p: (f32, f32),
    /// Least and largest share.
    pub min_p: (f32, f32),
    /// Least and largest divisor.
    pub repetition_penalty: (f32, f32),
    /// Fewest and most tokens of an answer.
    pub max_tokens: (u32, u32),
}

/// The ranges.
pub const RANGES: Ranges = Ranges {
    temperature: (0.0, 2.0),
    top_k: (0, 1000),
    top_p: (0.05, 1.0),
    min_p: (0.0, 0.9),
    repetition_penalty: (0.5, 2.0),
    max_tokens: (16, 32_768),
};

const NAME_CHARS: RangeInclusive<usize> = 1..=60;
const GREETING_CHARS: usize = 1000;
const PROMPTS: usize = 8;
const PROMPT_CHARS: usize = 400;
const COLOUR_CHARS: usize = 24;
const PATH_BYTES: usize = 4096;
/// Largest system prompt in bytes: more than most models can read.
const SYSTEM_PROMPT_BYTES: usize = 64 << 10;

/// The profile as it will be kept: spaces around texts taken off, empty prompts
/// left out.
///
/// # Errors
/// `OutOfRange` with the field, `TextTooLong` for a system prompt.
pub(super) fn checked(profile: PersonaProfile) -> Result<PersonaProfile, AssistantError> {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut checked = PersonaProfile {
        name: one_line(&profile.name),
        greeting: profile.greeting.trim().to_owned(),
        ..profile
    };
    // A space at the end of a prompt is where the person goes on typing.
    checked.prompts.retain(|prompt| !prompt.trim().is_empty());
    let (least, most) = (*NAME_CHARS.start(), *NAME_CHARS.end());
    length("name", checked.name.chars().count(), least, most)?;
    length(
        "greeting",
        checked.greeting.chars().count(),
        0,
        GREETING_CHARS,
    )?;
    length("colour", checked.colour.chars().count(), 0, COLOUR_CHARS)?;
    length("prompts", checked.prompts.len(), 0, PROMPTS)?;
    for prompt in &checked.prompts {
        length("prompt", prompt.chars().count(), 1, PROMPT_CHARS)?;
    }
    system_prompt(&checked.system_prompt)?;
    generation(&checked.generation)?;
    model(checked.model.as_ref())?;
    Ok(checked)
}

/// Checks what a conversation sets for itself.
///
/// # Errors
/// As [`checked`].
pub(super) fn check_settings(settings: &ConversationSettings) -> Result<(), AssistantError> {
    if let Some(prompt) = &settings.system_prompt {
        system_prompt(prompt)?;
    }
    generation(&settings.generation)?;
    model(settings.model.as_ref())
}

fn system_prompt(prompt: &str) -> Result<(), AssistantError> {
    if prompt.len() > SYSTEM_PROMPT_BYTES {
        return Err(AssistantError::TextTooLong {
            bytes: prompt.len(),
            limit: SYSTEM_PROMPT_BYTES,
        });
    }
    Ok(())
}

fn generation(settings: &GenerationSettings) -> Result<(), AssistantError> {
    let shares = [
        ("temperature", settings.temperature, RANGES.temperature),
        ("topP", settings.top_p, RANGES.top_p),
        ("minP", settings.min_p, RANGES.min_p),
        (
            "repetitionPenalty",
            settings.repetition_penalty,
            RANGES.repetition_penalty,
        ),
    ];
    for (field, value, (least, most)) in shares {
        // A NaN is in no range.
        if value.is_some_and(|value| !(least..=most).contains(&value)) {
            return Err(out_of_range(field, least.into(), most.into()));
        }
    }
    let counts = [
        ("topK", settings.top_k, RANGES.top_k),
        ("maxTokens", settings.max_tokens, RANGES.max_tokens),
    ];
    for (field, value, (least, most)) in counts {
        if value.is_some_and(|value| !(least..=most).contains(&value)) {
            return Err(out_of_range(field, least.into(), most.into()));
        }
    }
    Ok(())
}

fn model(model: Option<&OwnModel>) -> Result<(), AssistantError> {
    match model {
        Some(OwnModel::File { path }) => length("model", path.len(), 1, PATH_BYTES),
        Some(OwnModel::BuiltIn) | None => Ok(()),
    }
}

fn length(
    field: &'static str,
    found: usize,
    least: usize,
    most: usize,
) -> Result<(), AssistantError> {
    if (least..=most).contains(&found) {
        return Ok(());
    }
    #[expect(clippy::cast_precision_loss, reason = "limits of a few thousand")]
    Err(out_of_range(field, least as f64, most as f64))
}

fn out_of_range(field: &'static str, least: f64, most: f64) -> AssistantError {
    AssistantError::OutOfRange { field, least, most }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]
    use super::*;

    fn named(name: &str) -> PersonaProfile {
        PersonaProfile {
            name: name.to_owned(),
            ..PersonaProfile::default()
        }
    }

    fn field(profile: PersonaProfile) -> &'static str {
        match checked(profile) {
            Err(AssistantError::OutOfRange { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn texts_are_tidied() {
        let profile = PersonaProfile {
            name: "  My\n tutor ".to_owned(),
            greeting: " Hello ".to_owned(),
            prompts: vec!["Shorten this: ".to_owned(), "  ".to_owned()],
            ..PersonaProfile::default()
        };
        let tidy = checked(profile).unwrap();
        assert_eq!(tidy.name, "My tutor");
        assert_eq!(tidy.greeting, "Hello");
        assert_eq!(tidy.prompts, ["Shorten this: "]);
    }

    #[test]
    fn what_is_outside_its_range_is_named() {
        assert_eq!(field(named(" \n ")), "name");
        assert_eq!(field(named(&"名".repeat(61))), "name");
        assert!(checked(named(&"名".repeat(60))).is_ok());
        let with = |generation| PersonaProfile {
            generation,
            ..named("x")
        };
        for wrong in [-0.1, 2.1, f32::NAN, f32::INFINITY] {
            let generation = GenerationSettings {
                temperature: Some(wrong),
                ..GenerationSettings::default()
            };
            assert_eq!(field(with(generation)), "temperature");
        }
        let generation = GenerationSettings {
            max_tokens: Some(0),
            ..GenerationSettings::default()
        };
        assert_eq!(field(with(generation)), "maxTokens");
        let model = Some(OwnModel::File {
            path: String::new(),
        });
        assert_eq!(
            field(PersonaProfile {
                model,
                ..named("x")
            }),
            "model"
        );
        let prompts = vec!["p".to_owned(); 9];
        assert_eq!(
            field(PersonaProfile {
                prompts,
                ..named("x")
            }),
            "prompts"
        );
        let system_prompt = "x".repeat(SYSTEM_PROMPT_BYTES + 1);
        let long = checked(PersonaProfile {
            system_prompt,
            ..named("x")
        });
        assert!(matches!(long, Err(AssistantError::TextTooLong { .. })));
    }
}
