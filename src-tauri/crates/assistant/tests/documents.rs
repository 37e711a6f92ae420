//! Documents beside a chat: whole where they fit, by passages where they don't.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::format_push_string,
    reason = "tests fail by panicking and need not be fast"
)]

mod support;

use llmos_assistant::{Assistant, AssistantError, OpenDocument, Original};
use llmos_documents::{Control, Limits, extract};
use llmos_store::StoreError;
use support::World;
use support::clock;
use tokio::sync::mpsc;

/// A text of sections that are about different things.
fn lease() -> String {
    let mut text = String::from("# Lease\n\n");
    for (section, line) in [
        ("Rent", "The rent is due on the first day of each month."),
        (
            "Pets",
            "A hedgehog may live in the kitchen, and nowhere else.",
        ),
        ("Garden", "The tenant waters the roses in summer."),
        (
            "Notice",
            "Either side ends the lease with three months of notice.",
        ),
    ] {
        text.push_str(&format!(
            "## {section}\n\n{line} {}\n\n",
            "So it was agreed. ".repeat(60)
        ));
    }
    text
}

async fn open(world: &World, text: &str) -> OpenDocument {
    let limits = Limits::default();
    let read = extract(text.as_bytes(), "lease.md", &limits, &Control::default()).unwrap();
    let bytes = text.len() as u64;
    let original = Original::of_bytes(text.as_bytes());
    world
        .assistant
        .open_document(&read, "lease.md", bytes, original)
        .await
        .unwrap()
}

fn about(open: &OpenDocument, question: &str) -> String {
    let id = &open.document.id;
    format!("```passages {id} 0/0 lease.md\n\n```\n\n{question}")
}

#[tokio::test]
async fn a_document_is_whole_where_it_fits() {
    let world = World::new().await;
    let short = open(&world, "# Note\n\nBuy milk.").await;
    assert_eq!(short.whole.as_deref(), Some("# Note\n\nBuy milk."));
    assert!(short.tokens.is_some_and(|tokens| tokens < 20));
    let world = World::with_context(1024).await;
    let long = open(&world, &lease()).await;
    assert_eq!(long.whole, None);
    assert_eq!(long.document.details.kind, "md");
    let passages = world
        .assistant
        .document_passages(&long.document.id)
        .await
        .unwrap();
    assert!(passages.len() >= 4);
}

#[tokio::test]
async fn the_passages_of_a_question_are_in_it_and_in_the_prompt() {
    let world = World::with_context(2048).await;
    let long = open(&world, &lease()).await;
    world.will_say("In the kitchen.");
    let question = about(&long, "Where may a hedgehog live?");
    let used = world
        .assistant
        .context_use(None, &question)
        .await
        .unwrap()
        .unwrap();
    assert!(used.used > 200, "{used:?}");
    world.ask(None, &question).await;
    let prompt = world.last_prompt();
    assert!(prompt.contains("A hedgehog may live in the kitchen"));
    assert!(prompt.contains("[§ Pets]"));
    assert!(!prompt.contains(long.document.id.as_str()));
    let conversation = world.store.conversations().await.unwrap()[0].id.clone();
    let saved = world.branch(&conversation).await[0].0.clone();
    assert!(saved.contains(&format!("```passages {} ", long.document.id)));
    assert!(saved.contains("A hedgehog may live in the kitchen"));
    assert!(saved.ends_with("Where may a hedgehog live?"));
}

#[tokio::test]
async fn a_document_that_is_gone_is_said_before_anything_is_saved() {
    let world = World::new().await;
    let (sink, _events) = mpsc::unbounded_channel();
    let question = "```passages nowhere 0/0 lease.md\n\n```\n\nWhat?".to_owned();
    let refused = world.assistant.send(None, question, sink).await;
    let Err(AssistantError::DocumentGone { name }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(name, "lease.md");
    assert!(world.store.conversations().await.unwrap().is_empty());
    // What was read before is read again, though the document is gone.
    world.will_say("One.");
    world
        .ask(
            None,
            "```passages nowhere 1/9 lease.md\n[p. 3]\none\n```\n\nWhat?",
        )
        .await;
    assert!(world.last_prompt().contains("[p. 3]"));
}

#[tokio::test]
async fn a_document_is_kept_with_its_file_as_long_as_that_is_the_same() {
    let world = World::new().await;
    let assistant = &world.assistant;
    let dropped = open(&world, &lease()).await.document.id;
    assert!(assistant.keep_document(&dropped).await.unwrap().file);
    let file = world.store.document_file(&dropped).await.unwrap();
    assert_eq!(file.as_deref(), Some(lease().as_bytes()));

    // A file on the disk, of which a second document is changed before it is kept.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("note.txt");
    let note = async |kept: &str, then: &str| {
        std::fs::write(&path, kept).unwrap();
        let original = Original::of_file(&path);
        let limits = Limits::default();
        let read = extract(path.clone(), "note.txt", &limits, &Control::default()).unwrap();
        let bytes = kept.len() as u64;
        let open = assistant.open_document(&read, "note.txt", bytes, original);
        let id = open.await.unwrap().document.id;
        std::fs::write(&path, then).unwrap();
        assistant.keep_document(&id).await.unwrap()
    };
    let changed = note("Buy milk.", "Buy milk and bread.").await;
    assert!(!changed.file);
    assert_eq!(world.store.document_file(&changed.id).await.unwrap(), None);
    let passages = assistant.document_passages(&changed.id).await.unwrap();
    assert_eq!(passages[0].text, "Buy milk.");
}

#[tokio::test]
async fn only_what_is_kept_is_there_after_a_restart() {
    let world = World::new().await;
    let kept = open(&world, &lease()).await;
    let other = open(&world, "Buy milk.").await;
    assert!(!kept.kept);
    world
        .assistant
        .keep_document(&kept.document.id)
        .await
        .unwrap();
    assert!(
        world
            .assistant
            .document(&kept.document.id)
            .await
            .unwrap()
            .kept
    );
    let names = world.store.documents().await.unwrap();
    assert_eq!(names.len(), 1);

    let again = Assistant::new(world.store.clone(), world.engine.clone(), clock);
    assert!(again.document(&kept.document.id).await.unwrap().kept);
    let gone = again.document(&other.document.id).await;
    assert!(matches!(
        gone,
        Err(AssistantError::Store(StoreError::NotFound { .. }))
    ));
}
