//! Exports of other apps, in files made to their published shape.

use std::io::Write;

use llmos_assistant::exchange::{Ending, ExchangeError, Reason, Source};
use llmos_store::{MessageStatus, Role, Timestamp};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use crate::support::{home, origin, shape};

#[expect(
    clippy::needless_pass_by_value,
    reason = "the calls read as the tables that they are"
)]
fn node(id: &str, parent: Option<&str>, children: &[&str], message: Value) -> (String, Value) {
    let node = json!({ "id": id, "message": message, "parent": parent, "children": children });
    (id.to_owned(), node)
}

fn says(role: &str, text: &str) -> Value {
    json!({
        "id": "x", "author": { "role": role, "name": null, "metadata": {} },
        "create_time": 1_679_323_201.5, "update_time": null,
        "content": { "content_type": "text", "parts": [text] },
        "status": "finished_successfully", "end_turn": true, "weight": 1.0,
        "metadata": { "model_slug": "gpt-4" }, "recipient": "all"
    })
}

/// A conversation with a hidden beginning, an answer that was written twice, a
/// step of a tool and a picture.
pub fn chatgpt() -> Value {
    let mut call = says("assistant", "search(\"rye\")");
    call["recipient"] = json!("browser");
    let mut tool = says("tool", "");
    tool["content"] = json!({ "content_type": "tether_browsing_display", "result": "…" });
    let mut picture = says("user", "");
    picture["content"] = json!({ "content_type": "multimodal_text", "parts": [
        { "content_type": "image_asset_pointer", "asset_pointer": "file-service://x" }, "Which bread?"
    ] });
    let mut half = says("assistant", "It looks like");
    half["status"] = json!("in_progress");
    let mapping: serde_json::Map<String, Value> = [
        node("root", None, &["system"], Value::Null),
        node("system", Some("root"), &["q1"], says("system", "")),
        node(
            "q1",
            Some("system"),
            &["a1", "a2"],
            says("user", "How long does rye rise?"),
        ),
        node(
            "a2",
            Some("q1"),
            &["q2"],
            says("assistant", "Let me look.\u{e200}cite\u{e202}turn0\u{e201}"),
        ),
        node("a1", Some("q1"), &[], says("assistant", "An hour.")),
        node("q2", Some("a2"), &["call"], picture),
        node("call", Some("q2"), &["tool"], call),
        node("tool", Some("call"), &["a3"], tool),
        node("a3", Some("tool"), &[], half),
    ]
    .into_iter()
    .collect();
    json!({
        "title": "Rye\nbread", "create_time": 1_679_323_200.25, "update_time": 1_679_323_300,
        "mapping": mapping, "moderation_results": [], "current_node": "a3",
        "plugin_ids": null, "conversation_id": "6418-aa", "is_archived": false, "id": "6418-aa"
    })
}

#[tokio::test]
async fn chatgpt_s_tree_comes_in() {
    let home = home().await;
    let report = home
        .import_text(json!([chatgpt()]).to_string())
        .await
        .unwrap();
    assert_eq!((report.source, report.added), (Source::ChatGpt, 1));
    // The picture, the call and what the tool said.
    assert_eq!(report.omitted, 3);
    assert_eq!(
        home.shown().await,
        [
            "How long does rye rise?",
            "Let me look.",
            "Which bread?",
            "It looks like"
        ]
    );
    let tree = shape(&home.trees().await[0]);
    assert_eq!(tree.title.as_deref(), Some("Rye bread"));
    assert_eq!(tree.created_at, Timestamp(1_679_323_200_250));
    assert_eq!(tree.updated_at, Timestamp(1_679_323_300_000));
    assert_eq!(tree.origins, [origin("chatgpt", "6418-aa")]);
    let told: Vec<_> = tree
        .messages
        .iter()
        .map(|m| (m.parent, m.role, m.text.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (None, Role::User, "How long does rye rise?"),
            (Some(0), Role::Assistant, "An hour."),
            (Some(0), Role::Assistant, "Let me look."),
            (Some(2), Role::User, "Which bread?"),
            (Some(3), Role::Assistant, "It looks like"),
        ]
    );
    assert_eq!(tree.messages[4].status, MessageStatus::Interrupted);
    assert_eq!(tree.messages[1].stats.as_ref().unwrap().model, "gpt-4");
    assert_eq!(tree.messages[0].created_at, Timestamp(1_679_323_201_500));

    let again = home
        .import_text(json!([chatgpt()]).to_string())
        .await
        .unwrap();
    assert_eq!((again.added, again.known), (0, 1));
}

fn claude_message(id: &str, parent: Option<&str>, sender: &str, text: &str) -> Value {
    let mut message = json!({
        "uuid": id, "text": text, "content": [{ "type": "text", "text": text, "citations": [] }],
        "sender": sender, "created_at": "2024-03-20T10:00:00.000000Z",
        "updated_at": "2024-03-20T10:00:01.000000+00:00", "attachments": [], "files": []
    });
    if let Some(parent) = parent {
        message["parent_message_uuid"] = json!(parent);
    }
    message
}

#[tokio::test]
async fn claude_s_list_comes_in() {
    let home = home().await;
    let mut asked = claude_message("m1", None, "human", "Sum this up.");
    asked["attachments"] = json!([
        { "file_name": "notes.txt", "file_size": 9, "file_type": "txt", "extracted_content": "Flour, salt." }
    ]);
    asked["files"] = json!([{ "file_name": "photo.png" }]);
    let file = json!([{
        "uuid": "c1", "name": "", "created_at": "2024-03-20T10:00:00Z",
        "updated_at": "2024-03-20T10:05:00Z", "account": { "uuid": "u" },
        "chat_messages": [asked, claude_message("m2", None, "assistant", "Bread.")]
    }]);
    let report = home.import_text(file.to_string()).await.unwrap();
    assert_eq!(
        (report.source, report.added, report.omitted),
        (Source::Claude, 1, 1)
    );
    assert_eq!(
        home.shown().await,
        ["Sum this up.\n\nnotes.txt\n\nFlour, salt.", "Bread."]
    );
    let tree = shape(&home.trees().await[0]);
    assert_eq!(tree.title, None);
    assert_eq!(tree.created_at, Timestamp(1_710_928_800_000));
    assert_eq!(tree.messages[0].updated_at, Timestamp(1_710_928_801_000));
}

#[tokio::test]
async fn claude_s_tree_and_blocks_come_in() {
    let home = home().await;
    let root = "00000000-0000-4000-8000-000000000000";
    let mut thinking = claude_message("m3", Some("m1"), "assistant", "old field");
    thinking["content"] = json!([
        { "type": "thinking", "thinking": "Rye, then." },
        { "type": "tool_use", "name": "repl", "input": {} },
        { "type": "tool_result", "content": [] },
        { "type": "text", "text": "Rye." },
        { "type": "text", "text": "Surely." },
        { "type": "token_budget" }
    ]);
    let file = json!([{
        "uuid": "c2", "name": "Flour", "summary": "", "created_at": "2025-03-20T10:00:00Z",
        "updated_at": "2025-03-20T10:05:00Z", "current_leaf_message_uuid": "m3",
        "chat_messages": [
            claude_message("m1", Some(root), "human", "Which flour?"),
            claude_message("m2", Some("m1"), "assistant", "Wheat."),
            thinking,
            claude_message("m4", Some("m2"), "human", "Thanks")
        ]
    }]);
    let report = home.import_text(file.to_string()).await.unwrap();
    assert_eq!((report.added, report.omitted), (1, 2));
    assert_eq!(
        home.shown().await,
        [
            "Which flour?",
            "<think>\nRye, then.\n</think>\n\nRye.\n\nSurely."
        ]
    );
    assert_eq!(shape(&home.trees().await[0]).messages.len(), 4);
}

fn open_webui_message(
    id: &str,
    parent: Option<&str>,
    children: &[&str],
    role: &str,
    content: &str,
) -> Value {
    json!({
        "id": id, "parentId": parent, "childrenIds": children, "role": role, "content": content,
        "timestamp": 1_721_000_000, "model": "llama3:8b", "models": ["llama3:8b"], "done": true
    })
}

#[tokio::test]
async fn open_webui_s_chats_come_in() {
    let home = home().await;
    let question = open_webui_message("1", None, &["2", "3"], "user", "Tea or coffee?");
    let answer = open_webui_message(
        "2",
        Some("1"),
        &[],
        "assistant",
        "<details type=\"reasoning\" done=\"true\" duration=\"2\">\n<summary>Thought for 2 seconds</summary>\n> Hm.\n</details>\nTea.",
    );
    let other = open_webui_message("3", Some("1"), &[], "assistant", "Coffee.");
    let file = json!([
        {
            "id": "w1", "user_id": "u", "title": "Drinks", "updated_at": 1_721_000_100, "created_at": 1_721_000_000,
            "share_id": null, "archived": false, "pinned": false, "meta": { "tags": ["x"] }, "folder_id": null,
            "chat": {
                "id": "", "title": "Drinks", "models": ["llama3:8b"], "params": {}, "files": [], "tags": [],
                "system": "Be kind.", "timestamp": 1_721_000_000_000_i64,
                "history": { "currentId": "2", "messages": { "1": question, "2": answer, "3": other } },
                "messages": [question, answer]
            }
        },
        // As old versions wrote it: the list of the branch alone.
        { "id": "w2", "title": "Old", "chat": { "messages": [
            { "role": "user", "content": [{ "type": "text", "text": "Hi" }, { "type": "image_url", "image_url": {} }] },
            { "role": "assistant", "content": "Hello" }
        ] } }
    ]);
    let report = home.import_text(file.to_string()).await.unwrap();
    assert_eq!(
        (report.source, report.added, report.omitted),
        (Source::OpenWebUi, 2, 1)
    );
    let trees = home.trees().await;
    let tree = shape(&trees[0]);
    assert_eq!(tree.system_prompt.as_deref(), Some("Be kind."));
    assert_eq!(tree.created_at, Timestamp(1_721_000_000_000));
    assert_eq!(tree.leaf, Some(1));
    assert_eq!(tree.messages[1].text, "<think>\nHm.\n</think>\n\nTea.");
    assert_eq!(tree.messages[1].stats.as_ref().unwrap().model, "llama3:8b");
    assert_eq!(tree.messages[2].parent, Some(0));
    assert_eq!(shape(&trees[1]).messages[1].parent, Some(0));
}

#[tokio::test]
async fn one_conversation_alone_is_read_too() {
    let home = home().await;
    let report = home.import_text(chatgpt().to_string()).await.unwrap();
    assert_eq!((report.source, report.added), (Source::ChatGpt, 1));
    let alone = json!({ "title": "T", "messages": [], "history": { "currentId": "1", "messages": {
        "1": open_webui_message("1", None, &[], "user", "Alone")
    } } });
    let report = home.import_text(alone.to_string()).await.unwrap();
    assert_eq!((report.source, report.added), (Source::OpenWebUi, 1));
}

#[tokio::test]
async fn a_conversation_without_an_id_is_known_by_what_it_holds() {
    let home = home().await;
    let mut nameless = chatgpt();
    nameless["id"] = Value::Null;
    nameless["conversation_id"] = Value::Null;
    let file = json!([nameless]).to_string();
    assert_eq!(home.import_text(&file).await.unwrap().added, 1);
    assert_eq!(home.import_text(&file).await.unwrap().known, 1);
}

#[tokio::test]
async fn the_archive_is_read_as_it_was_sent() {
    let home = home().await;
    let mut second = chatgpt();
    second["id"] = json!("2");
    second["conversation_id"] = json!("2");
    let path = home.path("export.zip");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, text) in [
        ("user.json", json!({ "id": "u" }).to_string()),
        ("chat.html", "<html>".to_owned()),
        ("data/conversations-001.json", json!([second]).to_string()),
        (
            "data/conversations-000.json",
            json!([chatgpt()]).to_string(),
        ),
    ] {
        archive.start_file(name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.set_comment("PK\u{5}\u{6} is not the end").unwrap();
    archive.finish().unwrap();
    let report = home.import(&path).await.unwrap();
    assert_eq!((report.source, report.added), (Source::ChatGpt, 2));
    assert!(matches!(report.ending, Ending::Whole));

    // Cut off, or with nothing of use in it.
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(matches!(
        home.import(&path).await,
        Err(ExchangeError::Unrecognised)
    ));
    let empty = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    empty.finish().unwrap();
    assert!(matches!(
        home.import(&path).await,
        Err(ExchangeError::Unrecognised)
    ));
}

#[tokio::test]
async fn bad_entries_are_named_and_the_rest_comes_in() {
    let home = home().await;
    let broken = |change: fn(&mut Value)| {
        let mut conversation = chatgpt();
        conversation["conversation_id"] = Value::Null;
        conversation["id"] = Value::Null;
        change(&mut conversation);
        conversation
    };
    let file = json!([
        7,
        broken(|c| c["mapping"]["system"]["parent"] = json!("a1")),
        broken(|c| c["mapping"]["q1"]["parent"] = json!("nowhere")),
        broken(|c| c["mapping"]["a1"]["message"]["author"]["role"] = json!("critic")),
        broken(|c| c["mapping"] = json!([])),
        broken(|c| c["mapping"]["a1"]["message"]["content"] = json!("text")),
        broken(|c| c["mapping"] = json!({})),
        { "uuid": "a Claude conversation", "chat_messages": [] },
        chatgpt(),
    ]);
    let report = home.import_text(file.to_string()).await.unwrap();
    assert_eq!((report.source, report.added), (Source::ChatGpt, 1));
    let reasons: Vec<_> = report
        .skipped
        .iter()
        .map(|it| (it.number, it.reason))
        .collect();
    assert_eq!(
        reasons,
        [
            (1, Reason::Shape),
            (2, Reason::Cycle),
            (3, Reason::MissingParent),
            (4, Reason::UnknownRole),
            (5, Reason::Shape),
            (6, Reason::Shape),
            (7, Reason::Empty),
            (8, Reason::Shape),
        ]
    );
    assert_eq!(report.skipped[1].title.as_deref(), Some("Rye bread"));
}
