//! Personas, and what a conversation sets for itself.

use std::fs;

use llmos_store::{
    ConversationSettings, GenerationSettings, NewTurn, OwnModel, PersonaId, PersonaProfile,
    StoreError,
};

use crate::support::{chain, database, home, later, open};

fn profile(name: &str) -> PersonaProfile {
    PersonaProfile {
        name: name.to_owned(),
        colour: "blue".to_owned(),
        system_prompt: "Rhyme. 押韵。".to_owned(),
        greeting: "Hail!".to_owned(),
        prompts: vec!["An ode".to_owned(), "A limerick".to_owned()],
        generation: GenerationSettings {
            temperature: Some(0.9),
            max_tokens: Some(200),
            ..GenerationSettings::default()
        },
        model: Some(OwnModel::File {
            path: "/models/poet.gguf".to_owned(),
        }),
    }
}

fn settings(persona: &PersonaId) -> ConversationSettings {
    ConversationSettings {
        persona: Some(persona.clone()),
        system_prompt: Some("Only haiku.".to_owned()),
        generation: GenerationSettings {
            top_p: Some(0.5),
            ..GenerationSettings::default()
        },
        model: Some(OwnModel::BuiltIn),
        summaries: Some(false),
    }
}

fn question(text: &str) -> NewTurn {
    NewTurn {
        conversation: None,
        parent: None,
        text: text.to_owned(),
        draft: None,
    }
}

#[tokio::test]
async fn a_persona_is_made_changed_deleted_and_brought_back() {
    let mut home = home().await;
    let made = home
        .store
        .create_persona(&profile("Poet"), later(1))
        .await
        .unwrap();
    assert_eq!(made.profile, Some(profile("Poet")));
    assert!(!made.built_in);
    home.reopen().await;
    let store = &home.store;
    assert_eq!(store.personas().await.unwrap(), std::slice::from_ref(&made));

    let changed = store
        .change_persona(&made.id, false, &profile("Bard"), later(2))
        .await
        .unwrap();
    assert_eq!(changed.profile.unwrap().name, "Bard");
    assert_eq!(changed.created_at, later(1));
    store
        .delete_persona(&made.id, false, later(3))
        .await
        .unwrap();
    let deleted = store.persona(&made.id).await.unwrap().unwrap();
    assert_eq!(deleted.deleted_at, Some(later(3)));
    store.restore_persona(&made.id).await.unwrap();
    let back = store.persona(&made.id).await.unwrap().unwrap();
    assert_eq!(back.deleted_at, None);

    let unknown = PersonaId::from("none");
    for refused in [
        store
            .change_persona(&unknown, false, &profile("x"), later(4))
            .await
            .map(drop),
        store.delete_persona(&unknown, false, later(4)).await,
        store.restore_persona(&unknown).await,
    ] {
        assert!(matches!(
            refused,
            Err(StoreError::NotFound {
                what: "persona",
                ..
            })
        ));
    }
}

#[tokio::test]
async fn what_was_changed_about_a_built_in_persona_outlives_the_trash() {
    let home = home().await;
    let store = &home.store;
    let own = store
        .create_persona(&profile("Own"), later(0))
        .await
        .unwrap()
        .id;
    let tutor = PersonaId::from("tutor");
    store.delete_persona(&own, false, later(1)).await.unwrap();
    store.delete_persona(&tutor, true, later(1)).await.unwrap();
    assert_eq!(store.persona(&tutor).await.unwrap().unwrap().profile, None);
    store
        .change_persona(&tutor, true, &profile("My tutor"), later(2))
        .await
        .unwrap();

    store.empty_trash(later(10)).await.unwrap();
    assert_eq!(store.persona(&own).await.unwrap(), None);
    let kept = store.persona(&tutor).await.unwrap().unwrap();
    assert_eq!(kept.deleted_at, Some(later(1)), "hidden until shown again");
    assert_eq!(kept.profile.unwrap().name, "My tutor");

    store.reset_persona(&own).await.unwrap();
    store.reset_persona(&tutor).await.unwrap();
    assert_eq!(store.persona(&tutor).await.unwrap(), None);
}

#[tokio::test]
async fn a_deletion_that_can_still_be_taken_back_survives_the_emptying() {
    let home = home().await;
    let own = home
        .store
        .create_persona(&profile("Own"), later(0))
        .await
        .unwrap()
        .id;
    home.store
        .delete_persona(&own, false, later(20))
        .await
        .unwrap();
    home.store.empty_trash(later(10)).await.unwrap();
    home.store.restore_persona(&own).await.unwrap();
}

#[tokio::test]
async fn settings_made_for_the_conversation_to_come_go_to_the_first_one() {
    let mut home = home().await;
    let wanted = settings(&PersonaId::from("tutor"));
    home.store
        .set_conversation_settings(None, &wanted, later(1))
        .await
        .unwrap();
    home.reopen().await;
    let store = &home.store;
    assert_eq!(store.conversation_settings(None).await.unwrap(), wanted);

    let first = store.begin_turn(question("Hi"), later(2)).await.unwrap();
    assert_eq!(
        first.conversation.system_prompt.as_deref(),
        Some("Only haiku.")
    );
    let id = first.conversation.id;
    assert_eq!(
        store.conversation_settings(Some(&id)).await.unwrap(),
        wanted
    );
    let none = ConversationSettings::default();
    assert_eq!(store.conversation_settings(None).await.unwrap(), none);
    let second = store.begin_turn(question("Ho"), later(3)).await.unwrap();
    let second = second.conversation.id;
    assert_eq!(
        store.conversation_settings(Some(&second)).await.unwrap(),
        none
    );

    // Taken back, nothing of them is left.
    store
        .set_conversation_settings(Some(&id), &none, later(4))
        .await
        .unwrap();
    assert_eq!(store.conversation_settings(Some(&id)).await.unwrap(), none);
    assert_eq!(store.conversation(&id).await.unwrap().system_prompt, None);
}

#[tokio::test]
async fn a_copy_has_the_settings_of_its_origin_and_an_erased_conversation_leaves_none() {
    let home = home().await;
    let store = &home.store;
    let id = store.create_conversation(None, later(0)).await.unwrap().id;
    let all = chain(store, &id, &["q", "a"]).await;
    let wanted = settings(&PersonaId::from("own"));
    store
        .set_conversation_settings(Some(&id), &wanted, later(1))
        .await
        .unwrap();
    let fork = store
        .fork_conversation(&all[1].id, None, later(2))
        .await
        .unwrap()
        .id;
    store.purge_conversation(&id).await.unwrap();
    assert_eq!(
        store.conversation_settings(Some(&fork)).await.unwrap(),
        wanted
    );
    for refused in [
        store.conversation_settings(Some(&id)).await.map(drop),
        store
            .set_conversation_settings(Some(&id), &wanted, later(3))
            .await,
    ] {
        assert!(matches!(refused, Err(StoreError::NotFound { .. })));
    }
}

#[tokio::test]
async fn personas_and_settings_are_salvaged_from_a_damaged_file() {
    let home = home().await;
    let persona = home
        .store
        .create_persona(&profile("Poet"), later(0))
        .await
        .unwrap();
    let id = home
        .store
        .create_conversation(Some("kept"), later(0))
        .await
        .unwrap()
        .id;
    let wanted = settings(&persona.id);
    home.store
        .set_conversation_settings(Some(&id), &wanted, later(1))
        .await
        .unwrap();
    // Something to lose at the end of the file.
    let filler = "x".repeat(60_000);
    home.store
        .save_draft("filler", &filler, later(2))
        .await
        .unwrap();
    home.store.close().await.unwrap();
    let path = database(home.dir.path());
    let mut bytes = fs::read(&path).unwrap();
    let end = bytes.len();
    bytes[end - 2000] ^= 1;
    fs::write(&path, bytes).unwrap();

    let opened = open(home.dir.path()).await.unwrap();
    assert!(opened.notice.is_some(), "the damage was not noticed");
    assert_eq!(opened.store.personas().await.unwrap(), [persona]);
    assert_eq!(
        opened.store.conversation_settings(Some(&id)).await.unwrap(),
        wanted
    );
}
