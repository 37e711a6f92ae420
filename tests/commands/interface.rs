//! What the page may call: the same names everywhere, no plugin, no panic.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;

use crate::support::{TestApp, default_model};

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
