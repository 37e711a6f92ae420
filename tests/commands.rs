//! Every command through Tauri's own dispatch, with the permissions that ship.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests end by panicking")]

// One program for all of it: each that holds the whole shell takes minutes to link.
#[path = "commands/documents.rs"]
mod documents;
mod support;

use std::collections::BTreeSet;
use std::path::Path;

use llmos_store::{FileKeyProvider, Store, Timestamp};
use serde_json::{Value, json};
use support::{CHANNEL, TestApp, default_model};

fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

#[test]
fn permissions_handler_and_page_name_the_same_commands() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = set(llmos_lib::COMMANDS.iter().copied());

    let permissions: toml::Table =
        std::fs::read_to_string(root.join("src-tauri/permissions/commands.toml"))
            .unwrap()
            .parse()
            .unwrap();
    let allowed = permissions["permission"][0]["commands"]["allow"]
        .as_array()
        .unwrap();
    assert_eq!(
        set(allowed.iter().map(|name| name.as_str().unwrap())),
        listed
    );

    let handler = std::fs::read_to_string(root.join("src-tauri/src/commands.rs")).unwrap();
    let registered = handler
        .lines()
        .skip_while(|line| !line.contains("generate_handler!"))
        .filter_map(|line| line.trim().strip_suffix(',')?.split_once("::"))
        .map(|(_, name)| name);
    assert_eq!(set(registered), listed);

    let page = std::fs::read_to_string(root.join("ui/src/lib/host/tauri.ts")).unwrap();
    for command in &listed {
        assert!(
            page.contains(&format!("'{command}'")) || page.contains(&format!("\"{command}\"")),
            "the page never calls {command}"
        );
    }
}

#[test]
fn the_page_holds_our_commands_and_no_plugin() {
    let directory = tempfile::tempdir().unwrap();
    let app = TestApp::start(directory.path(), Some(default_model()));
    assert!(app.invoke("app_info", json!({})).is_ok());
    for command in [
        "plugin:store|load",
        "plugin:dialog|open",
        "plugin:opener|open_url",
        "plugin:clipboard-manager|read_text",
        "plugin:clipboard-manager|write_text",
        "plugin:fs|read_text_file",
        "plugin:webview|create_webview_window",
        "plugin:window|set_title",
        "plugin:event|listen",
        "no_such_command",
    ] {
        let error = app.invoke(command, json!({})).unwrap_err().to_string();
        assert!(
            error.contains("not allowed") || error.contains("not found"),
            "{command}: {error}"
        );
    }
}

#[test]
fn preferences_come_back_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let wanted = json!({
        "theme": "dark", "language": "zh-CN", "lastConversation": "abc", "welcomed": true,
        "enter": "newLine", "listHidden": true, "onBattery": "gentle"
    });
    {
        let app = TestApp::start(directory.path(), Some(default_model()));
        let first = app.call("preferences_get", json!({}));
        assert_eq!(first["theme"], "system");
        app.call("preferences_set", json!({ "preferences": wanted }));
    }
    let app = TestApp::start(directory.path(), Some(default_model()));
    assert_eq!(app.call("preferences_get", json!({})), wanted);
    assert!(
        app.invoke(
            "preferences_set",
            json!({ "preferences": { "theme": "pink" } })
        )
        .is_err()
    );
    assert_eq!(app.call("preferences_get", json!({})), wanted);
}

#[test]
fn a_damaged_preferences_file_is_set_aside() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("preferences.json"), b"{ not json").unwrap();
    let app = TestApp::start(directory.path(), Some(default_model()));
    assert_eq!(app.call("preferences_get", json!({}))["theme"], "system");
    assert_eq!(
        std::fs::read(directory.path().join("preferences.json.damaged")).unwrap(),
        b"{ not json"
    );
}

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

/// Asks, once the model that the app loads by itself is there.
fn send(app: &TestApp, arguments: &Value) {
    loop {
        match app.invoke("chat_send", arguments.clone()) {
            Ok(_) => return,
            Err(error) => assert_eq!(error["code"], "engine_busy", "{error}"),
        }
        std::thread::yield_now();
    }
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

#[test]
fn a_model_that_one_conversation_wants_is_not_loaded_at_the_next_start() {
    let directory = tempfile::tempdir().unwrap();
    let copies = ["chosen.gguf", "wanted.gguf"].map(|name| directory.path().join(name));
    for copy in &copies {
        std::fs::copy(default_model(), copy).unwrap();
    }
    let app = TestApp::start(directory.path(), Some(default_model()));
    for (path, remember) in [(&copies[0], true), (&copies[1], false)] {
        app.call("model_load", json!({ "path": path, "remember": remember }));
    }
    // The app holds its database; what is committed in it can be read in a copy.
    let copy = tempfile::tempdir().unwrap();
    for name in ["llmos.db", "llmos.key"] {
        std::fs::copy(directory.path().join(name), copy.path().join(name)).unwrap();
    }
    let kept = tauri::async_runtime::block_on(async {
        let keys = FileKeyProvider::in_dir(copy.path());
        let opened = Store::open(copy.path(), &keys, Timestamp(0)).await;
        opened.unwrap().store.setting("model.path").await.unwrap()
    });
    assert_eq!(kept, Some(json!(copies[0]).to_string()));
}

#[test]
fn a_bad_model_file_leaves_the_good_one_working() {
    let directory = tempfile::tempdir().unwrap();
    let app = TestApp::start(directory.path(), Some(default_model()));
    app.call("model_load", json!({ "path": null, "remember": true }));

    let truncated = directory.path().join("truncated.gguf");
    let head = std::fs::read(default_model()).unwrap()[..1 << 20].to_vec();
    std::fs::write(&truncated, head).unwrap();
    let garbage = directory.path().join("garbage.gguf");
    std::fs::write(&garbage, b"this is no model at all, only a text").unwrap();

    // Each error names the file, so that the page can offer to try it again.
    for (path, code) in [
        (truncated.as_path(), "model_truncated"),
        (&garbage, "model_invalid"),
        (directory.path(), "model_unreadable"),
        (&directory.path().join("no.gguf"), "model_missing"),
    ] {
        let path = path.to_str().unwrap();
        let error = app
            .invoke("model_load", json!({ "path": path, "remember": true }))
            .unwrap_err();
        assert_eq!(error["code"], code);
        assert_eq!(error["details"]["path"], path, "{error}");
    }

    app.call(
        "chat_send",
        json!({ "conversation": null, "text": "Say hello.", "channel": CHANNEL }),
    );
    let id = app.call("conversations_list", json!({}))[0]["id"].clone();
    let view = app.call("conversation_open", json!({ "id": id }));
    assert_eq!(view["messages"][1]["status"], "complete");
    let counted = app.call("text_tokens", json!({ "text": "one two three" }));
    assert_eq!(counted, json!(3));
}

#[test]
fn strange_arguments_are_errors_and_never_a_panic() {
    let directory = tempfile::tempdir().unwrap();
    let app = TestApp::start(directory.path(), Some(default_model()));
    let values = [
        json!(null),
        json!(7),
        json!("\u{0}"),
        json!([]),
        json!({}),
        json!("x".repeat(100_000)),
        json!(-1.5e300),
    ];
    for command in llmos_lib::COMMANDS {
        // These would open a dialog or a program on the machine that runs the tests.
        if [
            "model_choose",
            "link_open",
            "clipboard_write",
            "conversations_export",
            "conversations_import",
            "text_file_save",
            "text_export",
            "document_open",
            "document_save",
            "draft_model_choose",
            "translation_export",
            "document_text_open",
        ]
        .contains(command)
        {
            continue;
        }
        for value in &values {
            let arguments = json!({
                "id": value, "key": value, "text": value, "title": value, "query": value,
                "message": value, "conversation": value, "path": value, "preferences": value,
                "channel": value, "firstPaintMs": value, "profile": value, "settings": value,
                "language": value, "offsetMinutes": value, "temporary": value,
                "ids": value, "pinned": value, "format": value, "labels": value,
                "archived": value, "tag": value, "name": value, "changes": value,
                "wish": value, "base": value,
                "body": value, "form": value, "version": value, "cause": value,
                "attempt": value, "style": value, "instruction": value, "document": value
            });
            // Success or refusal, both are answers; a panic would hang up.
            let _ = app.invoke(command, arguments);
        }
    }
    assert!(app.invoke("app_info", json!({})).is_ok());
}

#[test]
fn a_text_is_taken_apart_put_into_a_person_s_words_and_kept() {
    let directory = tempfile::tempdir().unwrap();
    let app = TestApp::start(directory.path(), Some(default_model()));
    let info = app.call("translate_info", json!({}));
    assert!(info["languages"].as_array().unwrap().len() > 40);
    let found = app.call(
        "language_detect",
        json!({ "text": "Der Mieter zahlt die Miete am ersten Tag jedes Monats." }),
    );
    assert_eq!(found, json!({ "code": "de", "sure": true }));
    assert_eq!(
        app.call("language_detect", json!({ "text": "42" })),
        json!(null)
    );

    let request = json!({
        "title": "notes.md", "format": "markdown", "source": "# Pets\n\nThey are allowed. `x = 1`\n",
        "from": "en", "to": "de", "formality": "same"
    });
    let view = app.call(
        "translation_save",
        json!({ "id": null, "request": request }),
    );
    let id = view["id"].as_str().unwrap();
    assert_eq!(view["segments"][1]["source"], "They are allowed.");
    assert_eq!(view["segments"][1]["state"], "waiting");
    let edit = |ordinal: usize, text: Value| {
        app.call(
            "segment_edit",
            json!({ "id": id, "ordinal": ordinal, "text": text }),
        )
    };
    assert_eq!(edit(1, json!("Sie sind erlaubt."))["state"], "edited");
    assert_eq!(edit(0, json!(null))["state"], "kept");
    let list = app.call("translations_list", json!({}));
    assert_eq!(
        (&list[0]["done"], &list[0]["segments"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(
        app.refusal(
            "segment_edit",
            json!({ "id": id, "ordinal": 9, "text": "x" })
        ),
        "not_found"
    );
    let mut unknown = request.clone();
    unknown["to"] = json!("tlh");
    assert_eq!(
        app.refusal(
            "translation_save",
            json!({ "id": null, "request": unknown })
        ),
        "invalid_argument"
    );

    let pair = json!({ "from": "en", "to": "de" });
    let term = |target: &str| json!({ "source": "pet", "target": target, "matchCase": false });
    let terms = json!([term("Haustier"), term("Tier"), { "source": " ", "target": "x", "matchCase": false }]);
    let glossary = app.call("glossary_set", json!({ "pair": pair, "terms": terms }));
    assert_eq!(glossary["terms"].as_array().unwrap().len(), 2);
    assert_eq!(
        glossary["conflicts"][0]["targets"],
        json!(["Haustier", "Tier"])
    );
    assert_eq!(app.call("glossary_get", json!({ "pair": pair })), glossary);

    app.call("translation_delete", json!({ "id": id }));
    assert_eq!(
        app.refusal("translation_open", json!({ "id": id })),
        "not_found"
    );
    app.call("translation_restore", json!({ "id": id }));
    let back = app.call("translation_open", json!({ "id": id }));
    assert_eq!(back["segments"][1]["target"], "Sie sind erlaubt.");
    assert_eq!(app.call("translate_info", json!({}))["remembered"], 2);
    app.call("translation_memory_clear", json!({}));
    assert_eq!(app.call("translate_info", json!({}))["remembered"], 0);
    app.call("translation_stop", json!({}));
    assert_eq!(app.call("utterances_list", json!({})), json!([]));
}
