//! Files that come out: whole or not at all.

use std::fs;
use std::path::Path;

use llmos_assistant::exchange::{Cancel, ExchangeError, Format, conversation_text};

use crate::support::{Home, NOW, bakery, home, labels, origin};

/// Everything in a directory but the database.
fn files(directory: &Path) -> Vec<String> {
    let names = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("llmos."))
        .collect();
    names.sort();
    names
}

async fn with_bakery() -> Home {
    let home = home().await;
    home.store.import_tree(&bakery(), NOW).await.unwrap();
    home
}

#[tokio::test]
async fn markdown_shows_the_branch_as_it_was_written() {
    let home = with_bakery().await;
    let exported = home.export(Format::Markdown, "all.md").await;
    assert_eq!(exported.conversations, 1);
    assert_eq!(
        fs::read_to_string(home.path("all.md")).unwrap(),
        "# Names for a bakery 🥐\n\n*2026-11-24*\n\n---\n\n**You**\n\nNames for a bakery?\n# not a heading\n\n---\n\n**LLMOS** (SmolLM2)\n\nSalt & **Crumb**\n\n- Tide \"Oven\"\n"
    );
}

#[tokio::test]
async fn plain_text_has_no_marks_and_no_thoughts() {
    let home = home().await;
    let mut tree = bakery();
    tree.title = None;
    tree.messages[1].text = format!("<think>\nhm\n</think>\n\n{}", tree.messages[1].text);
    home.store.import_tree(&tree, NOW).await.unwrap();
    let tree = home.trees().await.remove(0);
    assert_eq!(
        conversation_text(&tree, Format::Text, &labels()),
        "New conversation\n================\n2026-11-24\n\nYou:\nNames for a bakery?\n# not a heading\n\nLLMOS (SmolLM2):\nSalt & Crumb\n\n- Tide \"Oven\"\n"
    );
}

#[tokio::test]
async fn all_conversations_go_into_one_file() {
    let home = with_bakery().await;
    let mut second = bakery();
    second.title = Some("Second *one*".to_owned());
    second.origins = vec![origin("claude", "2")];
    home.store.import_tree(&second, NOW).await.unwrap();
    let exported = home.export(Format::Markdown, "all.md").await;
    assert_eq!(exported.conversations, 2);
    let text = fs::read_to_string(home.path("all.md")).unwrap();
    assert!(text.contains("\n\n---\n\n# Second \\*one\\*\n"), "{text}");
    home.export(Format::Json, "all.json").await;
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(home.path("all.json")).unwrap()).unwrap();
    assert_eq!(json["format"], "llmos-conversations");
    assert_eq!(json["conversations"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_empty_history_makes_a_sound_file() {
    let home = home().await;
    let exported = home.export(Format::Json, "all.json").await;
    assert_eq!(exported.conversations, 0);
    let report = home.import(&home.path("all.json")).await.unwrap();
    assert_eq!((report.added, report.skipped_total), (0, 0));
}

#[tokio::test]
async fn an_export_that_is_stopped_leaves_what_was_there() {
    let home = with_bakery().await;
    fs::write(home.path("all.json"), "mine").unwrap();
    let cancel = Cancel::default();
    cancel.request();
    let path = home.path("all.json");
    let stopped = home.try_export(Format::Json, &path, &cancel).await;
    assert!(matches!(stopped, Err(ExchangeError::Cancelled)));
    assert_eq!(fs::read_to_string(path).unwrap(), "mine");
    assert_eq!(files(home.dir.path()), ["all.json"]);
}

#[tokio::test]
async fn a_place_that_can_t_be_written_is_named() {
    let home = with_bakery().await;
    fs::create_dir(home.path("folder")).unwrap();
    for place in ["no/such/folder/all.json", "folder"] {
        let path = home.path(place);
        let refused = home
            .try_export(Format::Json, &path, &Cancel::default())
            .await;
        match refused {
            Err(ExchangeError::Unwritable { path: named, .. }) => assert_eq!(named, path),
            other => panic!("{place}: {other:?}"),
        }
    }
    assert_eq!(files(home.dir.path()), ["folder"]);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_an_export() {
    use std::os::unix::fs::PermissionsExt;
    let home = with_bakery().await;
    home.export(Format::Text, "all.txt").await;
    let mode = fs::metadata(home.path("all.txt"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}
