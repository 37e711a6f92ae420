//! Preferences.

use serde_json::json;

use crate::support::{TestApp, default_model};

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
