//! Personas.

use serde_json::json;

use crate::send;
use crate::support::{CHANNEL, TestApp, default_model};

#[test]
fn personas_and_what_a_conversation_sets_for_itself() {
    let directory = tempfile::tempdir().unwrap();
    let app = TestApp::start(directory.path(), Some(default_model()));
    app.call("model_load", json!({ "path": null, "remember": true }));
    app.call(
        "locale_set",
        json!({ "language": "en", "offsetMinutes": 60 }),
    );
    let library = app.call("personas_list", json!({}));
    assert_eq!(library["defaultPersona"], "assistant");
    assert_eq!(library["personas"][0]["profile"]["name"], "Assistant");
    assert_eq!(library["ranges"]["temperature"], json!([0.0, 2.0]));

    let mut profile = library["personas"][0]["profile"].clone();
    profile["name"] = json!("Poet");
    profile["colour"] = json!("rose");
    profile["systemPrompt"] = json!("Rhyme in {{language}}.");
    profile["generation"]["maxTokens"] = json!(16);
    let poet = app.call("persona_save", json!({ "id": null, "profile": profile }));
    assert_eq!(poet["profile"], profile);
    let id = poet["id"].clone();
    profile["generation"]["temperature"] = json!(9);
    let refused = app
        .invoke("persona_save", json!({ "id": id, "profile": profile }))
        .unwrap_err();
    assert_eq!(refused["code"], "out_of_range");
    assert_eq!(refused["details"]["field"], "temperature");
    let preview = app.call("prompt_preview", json!({ "text": "{{language}}, {{who}}" }));
    assert_eq!(preview["text"], "English, {{who}}");
    assert_eq!(
        preview["problems"],
        json!([{ "kind": "unknown", "text": "who" }])
    );

    let none = json!({ "conversation": null, "temporary": false });
    let mut settings = app.call("conversation_settings_get", none);
    settings["persona"] = id.clone();
    app.call(
        "conversation_settings_set",
        json!({ "conversation": null, "temporary": false, "settings": settings }),
    );
    send(
        &app,
        &json!({ "conversation": null, "text": "Tell me a very long story.", "channel": CHANNEL }),
    );
    let conversation = app.call("conversations_list", json!({}))[0]["id"].clone();
    let view = app.call("conversation_open", json!({ "id": conversation }));
    assert_eq!(view["settings"], settings);
    assert_eq!(view["messages"][1]["stats"]["completionTokens"], 16);

    app.call("persona_delete", json!({ "id": id }));
    app.call("persona_restore", json!({ "id": id }));
    assert_eq!(
        app.refusal("persona_reset", json!({ "id": id })),
        "invalid_argument"
    );
    app.call("persona_delete", json!({ "id": "tutor" }));
    let tutor = app.call("persona_reset", json!({ "id": "tutor" }));
    assert_eq!(tutor["hidden"], false);
}
