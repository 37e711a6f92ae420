//! Model files that are chosen.

use llmos_store::{FileKeyProvider, Store, Timestamp};
use serde_json::json;

use crate::support::{CHANNEL, TestApp, default_model};

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
