//! Conversations that are only in memory.

use std::path::Path;

use serde_json::json;

use crate::send;
use crate::support::{CHANNEL, TestApp, default_model};

/// The whole way of a conversation in memory, with every file of the app read
/// afterwards. What is encrypted can't be read, so the sizes are compared as well.
#[test]
fn a_temporary_conversation_is_in_no_file() {
    let directory = tempfile::tempdir().unwrap();
    let app = TestApp::start(directory.path(), Some(default_model()));
    app.call("model_load", json!({ "path": null, "remember": true }));
    let database = directory.path().join("llmos.db");
    let before = std::fs::read(&database).unwrap();

    let secret = "qqplatypus ".repeat(200);
    let settings = json!({
        "persona": "tutor", "systemPrompt": secret, "model": null,
        "generation": { "temperature": 0, "topK": null, "topP": null, "minP": null,
                        "repetitionPenalty": null, "maxTokens": 16 }
    });
    let new = json!({ "conversation": null, "temporary": true, "settings": settings });
    app.call("conversation_settings_set", new);
    app.call("draft_save", json!({ "key": "temporary", "text": secret }));
    send(
        &app,
        &json!({ "conversation": null, "text": secret, "temporary": true, "channel": CHANNEL }),
    );
    let list = app.call("conversations_list", json!({}));
    assert_eq!(list[0]["temporary"], true);
    let id = list[0]["id"].clone();
    app.call("draft_save", json!({ "key": id, "text": secret }));
    assert_eq!(app.call("draft_load", json!({ "key": id })), json!(secret));
    let view = app.call("conversation_open", json!({ "id": id }));
    assert_eq!(view["conversation"]["temporary"], true);
    assert_eq!(view["messages"][1]["stats"]["completionTokens"], 16);
    let question = view["messages"][0]["id"].clone();
    app.call(
        "draft_save",
        json!({ "key": format!("edit:{}", question.as_str().unwrap()), "text": secret }),
    );
    app.call(
        "question_edit",
        json!({ "message": question, "text": format!("{secret}?"), "channel": CHANNEL }),
    );
    app.call(
        "conversation_rename",
        json!({ "id": id, "title": "qqplatypus" }),
    );
    assert_eq!(
        app.call("search", json!({ "query": "qqplatypus" })),
        json!([])
    );
    assert_eq!(app.call("app_info", json!({}))["firstRun"], true);
    let now = std::fs::read(&database).unwrap();
    assert!(now == before, "the database has changed");
    assert!(!holds(directory.path(), "qqplatypus"));

    // Forgotten, it is nowhere, and what is still typed for it goes nowhere.
    app.call("conversation_purge", json!({ "id": id }));
    assert_eq!(
        app.refusal("conversation_open", json!({ "id": id })),
        "not_found"
    );
    assert_eq!(app.call("conversations_trashed", json!({})), json!([]));
    assert_eq!(
        app.refusal("draft_save", json!({ "key": id, "text": secret })),
        "not_found"
    );
    assert_eq!(std::fs::read(&database).unwrap(), before);
}

#[test]
fn a_temporary_conversation_is_kept_when_the_person_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let app = TestApp::start(directory.path(), Some(default_model()));
    app.call("model_load", json!({ "path": null, "remember": true }));
    send(
        &app,
        &json!({ "conversation": null, "text": "Name a colour.", "temporary": true, "channel": CHANNEL }),
    );
    let id = app.call("conversations_list", json!({}))[0]["id"].clone();
    let before = app.call("conversation_open", json!({ "id": id }));
    let kept = app.call("conversation_keep", json!({ "id": id }));
    assert_eq!(kept["id"], id);
    assert_eq!(kept["temporary"], false);
    let after = app.call("conversation_open", json!({ "id": id }));
    assert_eq!(after["messages"], before["messages"]);
    assert_eq!(
        app.call("conversations_list", json!({}))
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        app.call("search", json!({ "query": "colour" }))[0]["conversationId"],
        id
    );
    assert_eq!(
        app.refusal("conversation_keep", json!({ "id": id })),
        "not_found"
    );
}

/// Whether a text is in some file below a folder.
fn holds(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, text);
        }
        let bytes = std::fs::read(&path).unwrap();
        bytes.windows(text.len()).any(|at| at == text.as_bytes())
    })
}
