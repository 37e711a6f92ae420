//! Personas and conversation settings: what reaches the model, and what does not.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod support;

use llmos_assistant::persona::{DEFAULT_PERSONA, ProblemKind, SYSTEM_PROMPT};
use llmos_assistant::{Assistant, AssistantError, Language, Locale};
use llmos_store::{
    ConversationSettings, GenerationSettings, PersonaId, PersonaProfile, Store, StoreError,
};
use support::script::{Gate, Step};
use support::{Events, World};
use tokio::sync::mpsc;

fn poet() -> PersonaProfile {
    PersonaProfile {
        name: "Poet".to_owned(),
        colour: "rose".to_owned(),
        system_prompt: "Rhyme in {{language}}, {{never}}.".to_owned(),
        greeting: "Hail, wanderer!".to_owned(),
        prompts: vec!["An ode to rain".to_owned()],
        generation: GenerationSettings {
            max_tokens: Some(16),
            ..GenerationSettings::default()
        },
        model: None,
    }
}

fn with_persona(id: &PersonaId) -> ConversationSettings {
    ConversationSettings {
        persona: Some(id.clone()),
        ..ConversationSettings::default()
    }
}

/// Steps that never end by themselves.
fn endless(world: &World) -> Vec<Step> {
    world.steps(&"word ".repeat(100))
}

fn names(personas: &[llmos_assistant::persona::Persona]) -> Vec<&str> {
    personas
        .iter()
        .map(|persona| persona.profile.name.as_str())
        .collect()
}

#[tokio::test]
async fn a_new_conversation_is_answered_as_its_persona_says() {
    let world = World::new().await;
    let poet = world.assistant.save_persona(None, poet()).await.unwrap();
    world
        .assistant
        .set_conversation_settings(None, &with_persona(&poet.id))
        .await
        .unwrap();
    world.script.push(endless(&world));
    let events = world.ask(None, "Hi").await;

    let prompt = world.last_prompt();
    assert!(
        prompt.contains("Rhyme in English, {{never}}."),
        "{prompt:?}"
    );
    assert!(
        !prompt.contains("wanderer"),
        "the greeting is in {prompt:?}"
    );
    let stats = events.finished().message.stats.clone().unwrap();
    assert_eq!(stats.stop_reason, "max_tokens");
    assert_eq!(stats.completion_tokens, 16);
}

#[tokio::test]
async fn a_conversation_s_own_settings_come_before_its_persona_s() {
    let world = World::new().await;
    let poet = world.assistant.save_persona(None, poet()).await.unwrap();
    world.will_say("Hello.");
    world.will_say("Greeting");
    let id = world.ask(None, "Hi").await.conversation();
    let own = ConversationSettings {
        system_prompt: Some("Only haiku.".to_owned()),
        generation: GenerationSettings {
            max_tokens: Some(20),
            ..GenerationSettings::default()
        },
        ..with_persona(&poet.id)
    };
    world
        .assistant
        .set_conversation_settings(Some(&id), &own)
        .await
        .unwrap();
    let found = world.assistant.conversation_settings(Some(&id)).await;
    assert_eq!(found.unwrap(), own);
    world.script.push(endless(&world));
    let events = world.ask(Some(&id), "Again").await;
    let prompt = world.last_prompt();
    assert!(prompt.contains("Only haiku."), "{prompt:?}");
    assert!(!prompt.contains("Rhyme"), "{prompt:?}");
    let stats = events.finished().message.stats.clone().unwrap();
    assert_eq!(stats.completion_tokens, 20);

    // An empty prompt is one as well: nothing is said before the question.
    let silent = ConversationSettings {
        system_prompt: Some(String::new()),
        ..own
    };
    world
        .assistant
        .set_conversation_settings(Some(&id), &silent)
        .await
        .unwrap();
    world.will_say("Yes.");
    world.ask(Some(&id), "And now?").await;
    assert!(!world.last_prompt().contains("haiku"));
}

#[tokio::test]
async fn a_persona_that_is_gone_gives_way_to_the_app_s_own_and_comes_back() {
    let world = World::new().await;
    let poet = world.assistant.save_persona(None, poet()).await.unwrap();
    world
        .assistant
        .set_conversation_settings(None, &with_persona(&poet.id))
        .await
        .unwrap();
    world.will_say("Hello.");
    world.will_say("Greeting");
    let id = world.ask(None, "Hi").await.conversation();

    world.assistant.delete_persona(&poet.id).await.unwrap();
    assert!(!names(&world.assistant.personas().await.unwrap()).contains(&"Poet"));
    world.will_say("Hello.");
    world.ask(Some(&id), "Hi again").await;
    assert!(world.last_prompt().contains("You are LLMOS"));

    world.assistant.restore_persona(&poet.id).await.unwrap();
    world.will_say("Hello.");
    world.ask(Some(&id), "Hi again").await;
    assert!(world.last_prompt().contains("Rhyme in English"));
}

#[tokio::test]
async fn built_in_personas_are_changed_hidden_and_reset_but_never_lost() {
    let world = World::new().await;
    let assistant = &world.assistant;
    let before = assistant.personas().await.unwrap();
    assert_eq!(before[0].profile.system_prompt, SYSTEM_PROMPT);
    assert!(before.iter().all(|persona| persona.built_in));
    let tutor = PersonaId::from("tutor");
    let mut profile = before
        .iter()
        .find(|it| it.id == tutor)
        .unwrap()
        .profile
        .clone();
    profile.name = "My tutor".to_owned();
    let changed = assistant
        .save_persona(Some(tutor.clone()), profile)
        .await
        .unwrap();
    assert!(changed.changed && changed.built_in);
    assistant.delete_persona(&tutor).await.unwrap();
    let hidden = assistant.personas().await.unwrap();
    let found = hidden.iter().find(|it| it.id == tutor).unwrap();
    assert!(found.hidden);
    assert_eq!(found.profile.name, "My tutor");
    assistant.reset_persona(&tutor).await.unwrap();
    assert_eq!(assistant.personas().await.unwrap(), before);

    let own = assistant.save_persona(None, poet()).await.unwrap().id;
    let default = PersonaId::from(DEFAULT_PERSONA);
    for refused in [
        assistant.delete_persona(&default).await.map(drop),
        assistant.reset_persona(&own).await.map(drop),
    ] {
        assert!(matches!(refused, Err(AssistantError::WrongPersona { .. })));
    }
    let unknown = PersonaId::from("none");
    assert!(matches!(
        assistant.save_persona(Some(unknown), poet()).await,
        Err(AssistantError::Store(StoreError::NotFound { .. }))
    ));
}

#[tokio::test]
async fn built_in_personas_speak_the_language_of_the_window() {
    let world = World::new().await;
    world.assistant.set_locale(Locale {
        language: Language::Chinese,
        utc_offset_minutes: 480,
    });
    assert_eq!(
        names(&world.assistant.personas().await.unwrap()),
        ["助手", "写作", "家教", "翻译", "编程"]
    );
    let translator = PersonaId::from("translator");
    world
        .assistant
        .set_conversation_settings(None, &with_persona(&translator))
        .await
        .unwrap();
    world.will_say("Hello.");
    world.ask(None, "你好").await;
    assert!(world.last_prompt().contains("译成简体中文"));
}

#[tokio::test]
async fn settings_outside_their_range_are_refused_and_change_nothing() {
    let world = World::new().await;
    let wrong = ConversationSettings {
        generation: GenerationSettings {
            temperature: Some(7.0),
            ..GenerationSettings::default()
        },
        ..ConversationSettings::default()
    };
    let refused = world.assistant.set_conversation_settings(None, &wrong);
    assert!(matches!(
        refused.await,
        Err(AssistantError::OutOfRange {
            field: "temperature",
            ..
        })
    ));
    let found = world.assistant.conversation_settings(None).await.unwrap();
    assert_eq!(found, ConversationSettings::default());
    let nameless = PersonaProfile {
        name: " ".to_owned(),
        ..poet()
    };
    assert!(world.assistant.save_persona(None, nameless).await.is_err());
    assert_eq!(world.assistant.personas().await.unwrap().len(), 5);
}

#[tokio::test]
async fn a_preview_shows_what_is_filled_in_and_what_is_wrong() {
    let world = World::new().await;
    let preview = world
        .assistant
        .preview_prompt("Speak {{language}} like {{who}}.");
    assert_eq!(preview.text, "Speak English like {{who}}.");
    assert_eq!(preview.problems.len(), 1);
    assert_eq!(preview.problems[0].kind, ProblemKind::Unknown);
    assert_eq!(preview.problems[0].text, "who");
}

async fn ask(assistant: &Assistant, text: &str) -> Events {
    let (sink, events) = mpsc::unbounded_channel();
    assistant.send(None, text.to_owned(), sink).await.unwrap();
    Events::new(events)
}

#[tokio::test]
async fn a_conversation_in_memory_has_the_personas_and_is_kept_when_asked() {
    let world = World::new().await;
    let poet = world.assistant.save_persona(None, poet()).await.unwrap();
    let memory = Store::in_memory().await.unwrap();
    let temporary = world.assistant.beside(memory.clone());
    temporary
        .set_conversation_settings(None, &with_persona(&poet.id))
        .await
        .unwrap();
    world.will_say("Hello.");
    world.will_say("Greeting");
    let events = ask(&temporary, "Hi").await.rest().await;
    let id = events.conversation();
    assert!(world.script.prompts().len() >= 2);
    assert!(world.store.conversations().await.unwrap().is_empty());
    let settings = world.assistant.conversation_settings(None).await.unwrap();
    assert_eq!(settings, ConversationSettings::default());

    let kept = temporary.keep_in(&world.store, &id).await.unwrap();
    assert_eq!(kept.id, id);
    assert_eq!(world.branch(&id).await.len(), 2);
    let settings = world.assistant.conversation_settings(Some(&id)).await;
    assert_eq!(settings.unwrap().persona, Some(poet.id));
    assert!(memory.conversations().await.unwrap().is_empty());
    world.will_say("Verse.");
    world.ask(Some(&id), "More").await;
    assert!(world.last_prompt().contains("Rhyme in English"));
}

#[tokio::test]
async fn the_two_stores_share_one_turn_at_a_time() {
    let world = World::new().await;
    let memory = Store::in_memory().await.unwrap();
    let temporary = world.assistant.beside(memory);
    let gate = Gate::default();
    world.script.push(vec![Step::Wait(gate.clone())]);
    let mut events = ask(&temporary, "Hi").await;
    events.next().await;
    let id = events.conversation();
    let (sink, _events) = mpsc::unbounded_channel();
    let refused = world.assistant.send(None, "Hello".to_owned(), sink).await;
    assert!(matches!(refused, Err(AssistantError::Busy { .. })));
    let refused = temporary.keep_in(&world.store, &id).await;
    assert!(matches!(refused, Err(AssistantError::Busy { .. })));
    world.assistant.stop();
    gate.open();
    events.until_finished().await;
}
