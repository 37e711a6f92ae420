//! Documents through Tauri's own dispatch: bytes in, text, passages and refusals out.

use crate::support::TestApp;
use serde_json::{Value, json};

/// What the page sends: the length of the name, the name, the file.
fn body(name: &str, file: &[u8]) -> Value {
    let length = u32::try_from(name.len()).unwrap().to_le_bytes();
    json!([&length[..], name.as_bytes(), file].concat())
}

#[test]
fn a_document_is_read_kept_found_renamed_and_deleted() {
    let directory = tempfile::tempdir().unwrap();
    let app = TestApp::start(directory.path(), None);
    let text = "# Lease\n\nThe rent is due on the first.\n";
    let open = app.call("document_read", body("lease.md", text.as_bytes()));
    assert_eq!(open["document"]["name"], "lease.md");
    assert_eq!(open["document"]["kind"], "md");
    assert_eq!(open["document"]["encoding"], "UTF-8");
    assert_eq!(open["kept"], false);
    assert_eq!(open["whole"], text.trim());
    assert_eq!(app.call("documents_list", json!({})), json!([]));

    let id = open["document"]["id"].clone();
    assert_eq!(open["document"]["file"], false);
    assert_eq!(
        app.refusal("document_save", json!({ "id": id })),
        "not_found"
    );
    let kept = app.call("document_keep", json!({ "id": id }));
    assert_eq!(kept["file"], true);
    assert_eq!(app.call("document_info", json!({ "id": id }))["kept"], true);
    let hits = app.call(
        "documents_search",
        json!({ "document": null, "query": "rent" }),
    );
    assert_eq!(hits[0]["headings"], json!(["Lease"]));

    app.call("document_rename", json!({ "id": id, "name": " Flat " }));
    assert_eq!(app.call("documents_list", json!({}))[0]["name"], "Flat");
    app.call("documents_delete", json!({ "ids": [id] }));
    assert_eq!(app.call("documents_list", json!({})), json!([]));
    app.call("documents_restore", json!({ "ids": [id] }));
    assert_eq!(app.call("documents_list", json!({}))[0]["name"], "Flat");
}

#[test]
fn what_can_not_be_read_is_refused_with_a_code() {
    let directory = tempfile::tempdir().unwrap();
    let app = TestApp::start(directory.path(), None);
    let cases: [(&str, &[u8], &str); 5] = [
        ("a.txt", b"", "document_empty"),
        ("a.txt", b"\x89PNG\0\0\0\r", "document_binary"),
        ("a.png", b"\x89PNG\0\0\0\r", "document_unsupported"),
        ("a.pdf", b"just words", "document_broken"),
        ("a.docx", b"PK\x03\x04broken", "document_broken"),
    ];
    for (name, file, code) in cases {
        assert_eq!(
            app.refusal("document_read", body(name, file)),
            code,
            "{name}"
        );
    }
    assert_eq!(
        app.refusal("document_read", json!([9, 0])),
        "invalid_argument"
    );
    assert_eq!(
        app.refusal("document_info", json!({ "id": "nobody" })),
        "not_found"
    );
    // Nothing is read: nothing happens.
    app.call("document_cancel", json!({}));
}

#[test]
fn the_text_of_a_document_is_read_and_nothing_kept_of_it() {
    let directory = tempfile::tempdir().unwrap();
    let app = TestApp::start(directory.path(), None);
    let text = "合同\n\n租金每月一日到期。";
    let file: Vec<u8> = "\u{FEFF}"
        .encode_utf16()
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let read = app.call("document_text_read", body("合同.txt", &file));
    assert_eq!(read["name"], "合同.txt");
    assert_eq!(read["text"], text);
    assert_eq!(app.call("documents_list", json!({})), json!([]));
    assert_eq!(
        app.refusal("document_text_read", body("a.pdf", b"just words")),
        "document_broken"
    );
}
