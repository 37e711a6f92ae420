//! Conversations, their versions and their order.

use serde_json::{Value, json};

use crate::support::{CHANNEL, TestApp, default_model};

#[test]
fn a_conversation_from_the_first_question_to_the_trash() {
    let directory = tempfile::tempdir().unwrap();
    let app = TestApp::start(directory.path(), Some(default_model()));
    assert_eq!(app.call("app_info", json!({}))["firstRun"], true);

    // Returns once the model is ready.
    app.call("model_load", json!({ "path": null, "remember": true }));
    app.call("model_watch", json!({ "channel": CHANNEL }));
    app.call(
        "chat_send",
        json!({ "conversation": null, "text": "Name a colour.", "channel": CHANNEL }),
    );
    let list = app.call("conversations_list", json!({}));
    let id = list[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(app.call("app_info", json!({}))["firstRun"], false);

    let view = app.call("conversation_open", json!({ "id": id }));
    let messages = view["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0]["text"], "Name a colour.");
    assert_eq!(messages[1]["role"], "assistant");
    assert_eq!(messages[1]["status"], "complete");
    assert!(!messages[1]["text"].as_str().unwrap().is_empty());
    assert!(messages[1]["stats"]["decodeTps"].as_f64().unwrap() > 0.0);
    let answer = messages[1]["id"].as_str().unwrap().to_owned();
    let before = app.call("branch_before", json!({ "message": answer }));
    assert_eq!(before, json!([messages[0]]));
    let before = app.call("branch_before", json!({ "message": messages[0]["id"] }));
    assert_eq!(before, json!([]));

    // Written again: the first answer stays as a sibling and can be chosen.
    app.call(
        "chat_regenerate",
        json!({ "message": answer, "channel": CHANNEL }),
    );
    let view = app.call("conversation_open", json!({ "id": id }));
    let siblings = view["messages"][1]["siblings"].as_array().unwrap().clone();
    assert_eq!(siblings.len(), 2);
    assert_eq!(siblings[0], Value::String(answer.clone()));
    assert_ne!(view["messages"][1]["id"], Value::String(answer.clone()));
    let view = app.call("branch_select", json!({ "message": answer }));
    assert_eq!(view["messages"][1]["id"], Value::String(answer.clone()));

    versions_and_copies(&app, &id, &answer);

    app.call("draft_save", json!({ "key": id, "text": "and one m" }));
    assert_eq!(app.call("draft_load", json!({ "key": id })), "and one m");
    let view = app.call("conversation_open", json!({ "id": id }));
    assert_eq!(view["draft"], "and one m");

    let hits = app.call("search", json!({ "query": "colo" }));
    assert_eq!(hits[0]["conversationId"], Value::String(id.clone()));

    let renamed = app.call(
        "conversation_rename",
        json!({ "id": id, "title": " 颜色 " }),
    );
    assert_eq!(renamed["title"], "颜色");
    assert_eq!(
        app.refusal("conversation_rename", json!({ "id": id, "title": "  " })),
        "invalid_argument"
    );

    order_in_the_list(&app, &id);

    app.call("conversations_trash", json!({ "ids": [id] }));
    assert_eq!(app.call("conversations_list", json!({})), json!([]));
    assert_eq!(app.call("search", json!({ "query": "colo" })), json!([]));
    assert_eq!(
        app.call("conversations_trashed", json!({}))[0]["id"],
        Value::String(id.clone())
    );
    app.call("conversations_restore", json!({ "ids": [id] }));
    assert_eq!(
        app.call("conversations_list", json!({}))[0]["id"],
        Value::String(id.clone())
    );
    app.call("conversations_trash", json!({ "ids": [id] }));
    app.call("conversation_purge", json!({ "id": id }));
    assert_eq!(
        app.refusal("conversation_open", json!({ "id": id })),
        "not_found"
    );
}

#[test]
fn what_can_t_start_is_refused_and_saves_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("no.gguf");
    let app = TestApp::start(directory.path(), Some(missing));
    assert_eq!(
        app.refusal("model_load", json!({ "path": null, "remember": true })),
        "model_missing"
    );
    let send = |text: &str| json!({ "conversation": null, "text": text, "channel": CHANNEL });
    assert_eq!(app.refusal("chat_send", send("Hello")), "no_model");
    assert_eq!(
        app.refusal("chat_send", send(&"a".repeat(9 << 20))),
        "text_too_long"
    );
    assert_eq!(
        app.refusal(
            "draft_save",
            json!({ "key": "new", "text": "a".repeat(9 << 20) })
        ),
        "text_too_long"
    );
    assert_eq!(
        app.refusal("link_open", json!({ "url": "file:///etc/passwd" })),
        "link_refused"
    );
    for (command, argument) in [
        ("branch_before", "message"),
        ("conversation_fork", "message"),
        ("message_delete", "message"),
        ("conversation_open", "id"),
        ("conversation_purge", "id"),
    ] {
        assert_eq!(
            app.refusal(command, json!({ argument: "no-such" })),
            "not_found",
            "{command}"
        );
    }
    for command in [
        "conversations_archive",
        "conversations_pin",
        "conversations_restore",
        "conversations_trash",
    ] {
        let arguments = json!({ "ids": ["no-such"], "archived": true, "pinned": true });
        assert_eq!(app.refusal(command, arguments), "not_found", "{command}");
    }
    assert_eq!(
        app.refusal(
            "chat_regenerate",
            json!({ "message": "no-such", "channel": CHANNEL })
        ),
        "not_found"
    );
    assert_eq!(
        app.refusal(
            "chat_continue",
            json!({ "message": "no-such", "channel": CHANNEL })
        ),
        "not_found"
    );
    assert_eq!(
        app.refusal("branch_select", json!({ "message": "no-such" })),
        "not_found"
    );
    let counted = app.call("text_tokens", json!({ "text": "one two three" }));
    assert_eq!(counted, json!(null), "no model, no count");
    let labels = json!({ "you": "You", "assistant": "LLMOS", "untitled": "New" });
    let copy = json!({ "id": "no-such", "format": "text", "labels": labels });
    assert_eq!(app.refusal("conversation_copy", copy), "not_found");
    let copy = json!({ "message": "no-such", "format": "markdown" });
    assert_eq!(app.refusal("message_copy", copy), "not_found");
    app.call("exchange_cancel", json!({}));
    app.call("chat_stop", json!({}));
    assert_eq!(app.call("conversations_list", json!({})), json!([]));
}

/// Editing, deleting with undo and forking, on a conversation of one exchange.
fn versions_and_copies(app: &TestApp, id: &str, answer: &str) {
    let text = |view: &Value, place: usize| view["messages"][place]["text"].clone();
    let edited = app.call("answer_edit", json!({ "message": answer, "text": "Teal." }));
    assert_eq!(text(&edited, 1), "Teal.");
    let teal = edited["messages"][1]["id"].clone();
    let left = app.call("message_delete", json!({ "message": teal }));
    assert_ne!(text(&left, 1), "Teal.");
    let back = app.call("message_restore", json!({ "message": teal, "leaf": teal }));
    assert_eq!(back["messages"], edited["messages"]);

    app.call(
        "question_edit",
        json!({ "message": edited["messages"][0]["id"], "text": "Name a fruit.", "channel": CHANNEL }),
    );
    let asked = app.call("conversation_open", json!({ "id": id }));
    assert_eq!(text(&asked, 0), "Name a fruit.");
    assert_eq!(
        asked["messages"][0]["siblings"].as_array().unwrap().len(),
        2
    );

    let fork = app.call(
        "conversation_fork",
        json!({ "message": teal, "title": "Colours (copy)" }),
    );
    assert_eq!(fork["title"], "Colours (copy)");
    let copy = app.call("conversation_open", json!({ "id": fork["id"] }));
    assert_eq!(text(&copy, 1), "Teal.");
    app.call("conversation_purge", json!({ "id": fork["id"] }));
    app.call("branch_select", json!({ "message": answer }));
}

/// Pins, the archive and tags, of one conversation.
fn order_in_the_list(app: &TestApp, id: &str) {
    let first = || app.call("conversations_list", json!({}))[0].clone();
    app.call("conversations_pin", json!({ "ids": [id], "pinned": true }));
    app.call(
        "conversations_archive",
        json!({ "ids": [id], "archived": true }),
    );
    assert_eq!(first()["pinned"], true);
    assert_eq!(first()["archived"], true);
    app.call("conversations_pin", json!({ "ids": [id], "pinned": false }));
    app.call(
        "conversations_archive",
        json!({ "ids": [id], "archived": false }),
    );
    assert_eq!(first()["pinned"], false);
    assert_eq!(first()["archived"], false);

    let change = json!({ "tag": " 颜色 ", "conversations": [id], "on": true });
    let undo = app.call("conversations_tag", json!({ "changes": [change] }));
    assert_eq!(first()["tags"], json!(["颜色"]));
    let back = app.call("tag_rename", json!({ "tag": "颜色", "name": "Colour" }));
    assert_eq!(first()["tags"], json!(["Colour"]));
    app.call("conversations_tag", json!({ "changes": back }));
    assert_eq!(first()["tags"], json!(["颜色"]));
    app.call("tag_remove", json!({ "tag": "颜色" }));
    assert_eq!(first()["tags"], json!([]));
    app.call("conversations_tag", json!({ "changes": undo }));
    assert_eq!(
        app.refusal("tag_rename", json!({ "tag": "none", "name": "x" })),
        "not_found"
    );
    let long = json!([{ "tag": "x".repeat(41), "conversations": [id], "on": true }]);
    assert_eq!(
        app.refusal("conversations_tag", json!({ "changes": long })),
        "tag_name"
    );

    let view = app.call("conversation_open", json!({ "id": id }));
    let question = &view["messages"][0];
    let words = question["text"].as_str().unwrap();
    let found = app.call("conversation_search", json!({ "id": id, "query": words }));
    assert_eq!(found[0], question["id"]);
}
