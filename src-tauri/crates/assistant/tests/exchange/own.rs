//! Our own format: what goes out comes in again, whole and once.

use llmos_assistant::exchange::{Cancel, Ending, ExchangeError, Format, Reason, Source, import};
use llmos_store::OWN_APP;

use crate::support::{NOW, bakery, home, node, origin, shape};

#[tokio::test]
async fn the_tree_survives_export_and_import() {
    let home = home().await;
    home.store.import_tree(&bakery(), NOW).await.unwrap();
    let mut untitled = bakery();
    untitled.title = None;
    untitled.system_prompt = None;
    untitled.leaf = None;
    (untitled.pinned, untitled.archived) = (false, false);
    untitled.tags = vec![];
    untitled.origins = vec![];
    home.store.import_tree(&untitled, NOW).await.unwrap();
    let exported = home.export(Format::Json, "all.json").await;
    assert_eq!(exported.conversations, 2);
    let size = std::fs::metadata(home.path("all.json")).unwrap().len();
    assert_eq!(exported.bytes, size);

    let other = crate::support::home().await;
    let report = other.import(&home.path("all.json")).await.unwrap();
    assert_eq!(report.source, Source::Own);
    assert_eq!(
        (report.added, report.known, report.skipped_total),
        (2, 0, 0)
    );
    assert!(matches!(report.ending, Ending::Whole));
    let (before, after) = (home.trees().await, other.trees().await);
    for (before, mut after) in before.iter().zip(after) {
        assert_eq!(after.conversation.id, before.conversation.id);
        // It also remembers that it was in this app.
        after.origins.retain(|origin| origin.app != OWN_APP);
        let mut expected = shape(before);
        // What no branch led to is shown from its newest message on.
        if expected.leaf.is_none() {
            expected.leaf = Some(3);
        }
        assert_eq!(shape(&after), expected);
    }

    for place in [&home, &other] {
        let again = place.import(&home.path("all.json")).await.unwrap();
        assert_eq!((again.added, again.known), (0, 2));
        assert_eq!(place.trees().await.len(), 2);
    }
    // From there and back again: still the same conversations.
    other.export(Format::Json, "back.json").await;
    let back = home.import(&other.path("back.json")).await.unwrap();
    assert_eq!((back.added, back.known), (0, 2));
}

#[tokio::test]
async fn what_is_in_the_trash_is_known_and_stays_there() {
    let home = home().await;
    home.store.import_tree(&bakery(), NOW).await.unwrap();
    home.export(Format::Json, "all.json").await;
    let id = home.store.conversation_ids().await.unwrap().remove(0);
    home.store
        .trash_conversations(std::slice::from_ref(&id), NOW)
        .await
        .unwrap();
    let report = home.import(&home.path("all.json")).await.unwrap();
    assert_eq!(
        (report.added, report.known, report.known_in_trash),
        (0, 1, 1)
    );
    assert!(home.trees().await.is_empty());
}

#[tokio::test]
async fn a_head_at_the_end_is_found_and_a_newer_version_refused() {
    let home = home().await;
    let conversation = r#"{"id":"x","title":"t","systemPrompt":null,"createdAt":1,"updatedAt":2,"activeLeaf":null,
        "messages":[{"id":"m","parent":null,"role":"user","status":"complete","text":"hi","createdAt":1,"updatedAt":1,"new":1}],"more":[]}"#;
    let file = |version: &str| {
        format!(
            r#" {{"conversations":[{conversation}],"extra":{{"a":[1]}},"version":{version},"format":"llmos-conversations"}} "#
        )
    };
    let report = home.import_text(file("1")).await.unwrap();
    assert_eq!((report.source, report.added), (Source::Own, 1));
    assert_eq!(home.shown().await, ["hi"]);
    let newer = home.import_text(file("2")).await;
    assert!(matches!(
        newer,
        Err(ExchangeError::Newer {
            found: 2,
            supported: 1
        })
    ));
    for odd in ["0", "\"1\"", "-1", "1e99", "[]"] {
        let refused = home.import_text(file(odd)).await;
        assert!(matches!(refused, Err(ExchangeError::Unrecognised)), "{odd}");
    }
}

#[tokio::test]
async fn what_a_file_says_of_list_and_summary_is_bounded() {
    let home = home().await;
    let message = |summary: &str| {
        format!(
            r#"{{"id":"m","parent":null,"role":"user","status":"complete","text":"hi","createdAt":1,"updatedAt":1,"summary":{summary}}}"#
        )
    };
    let conversation = |id: &str, list: &str, summary: &str| {
        let message = message(summary);
        format!(
            r#"{{"id":"{id}","title":null,"systemPrompt":null,"createdAt":1,"updatedAt":2,"activeLeaf":null,{list}"messages":[{message}]}}"#
        )
    };
    let long = "long ".repeat(10_000);
    let later = NOW.0 + 1_000_000;
    let entries = [
        conversation(
            "long",
            &format!(r#""pinned":true,"tags":["{long}","x","X"],"#),
            &format!(r#"{{"text":"{long}","covered":7,"edited":false,"updatedAt":{later}}}"#),
        ),
        conversation(
            "blank",
            "",
            r#"{"text":" ","covered":1,"edited":false,"updatedAt":1}"#,
        ),
        conversation(
            "less",
            "",
            r#"{"text":"x","covered":-1,"edited":false,"updatedAt":1}"#,
        ),
        conversation("kind", r#""archived":"yes","#, "null"),
    ];
    let file = format!(
        r#"{{"format":"llmos-conversations","version":1,"conversations":[{}]}}"#,
        entries.join(",")
    );
    let report = home.import_text(file).await.unwrap();
    assert_eq!((report.added, report.skipped_total), (2, 2));
    let skipped = report.skipped.iter().map(|skipped| skipped.reason);
    assert!(skipped.eq([Reason::Shape, Reason::Shape]));
    let [bounded, blank] = &home.trees().await[..] else {
        panic!("two came in");
    };
    let [summary] = &bounded.summaries[..] else {
        panic!("one summary");
    };
    assert_eq!(summary.text.len(), 8_000 - 1);
    assert_eq!(summary.updated_at, NOW);
    assert!(bounded.conversation.pinned && !bounded.conversation.archived);
    assert_eq!(bounded.conversation.tags, ["x"]);
    assert!(blank.summaries.is_empty() && !blank.conversation.pinned);
}

#[tokio::test]
async fn an_entry_that_contradicts_itself_is_left_out_and_named() {
    let home = home().await;
    let message = |id: &str, parent: &str, role: &str| {
        format!(
            r#"{{"id":"{id}","parent":{parent},"role":"{role}","status":"complete","text":"x","createdAt":1,"updatedAt":1}}"#
        )
    };
    let conversation = |title: &str, messages: &str| {
        format!(
            r#"{{"id":"{title}","title":"{title}","systemPrompt":null,"createdAt":1,"updatedAt":2,"activeLeaf":null,"messages":[{messages}]}}"#
        )
    };
    let entries = [
        conversation("good", &message("a", "null", "user")),
        conversation(
            "circle",
            &[
                message("a", "\"b\"", "user"),
                message("b", "\"a\"", "assistant"),
            ]
            .join(","),
        ),
        conversation("orphan", &message("a", "\"z\"", "user")),
        conversation("who", &message("a", "null", "narrator")),
        conversation("empty", ""),
        r#"{"id":1,"title":"types"}"#.to_owned(),
        "{nonsense}".to_owned(),
        conversation("also good", &message("a", "null", "user")),
    ];
    let file = format!(
        r#"{{"format":"llmos-conversations","version":1,"conversations":[{}]}}"#,
        entries.join(",")
    );
    let report = home.import_text(file).await.unwrap();
    assert_eq!(report.added, 2);
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|skipped| (skipped.number, skipped.title.as_deref(), skipped.reason))
        .collect();
    assert_eq!(
        skipped,
        [
            (2, Some("circle"), Reason::Cycle),
            (3, Some("orphan"), Reason::MissingParent),
            (4, Some("who"), Reason::UnknownRole),
            (5, Some("empty"), Reason::Empty),
            (6, Some("types"), Reason::Shape),
            (7, None, Reason::Unreadable),
        ]
    );
    assert_eq!(report.skipped_total, 6);
    assert!(matches!(report.ending, Ending::Whole));
}

#[tokio::test]
async fn what_was_in_before_a_stop_stays() {
    let home = home().await;
    for number in 0..40 {
        let mut tree = bakery();
        tree.origins = vec![origin("chatgpt", &number.to_string())];
        tree.messages.push(node(
            Some(1),
            llmos_store::Role::User,
            &"long ".repeat(50_000),
        ));
        home.store.import_tree(&tree, NOW).await.unwrap();
    }
    home.export(Format::Json, "all.json").await;
    let other = crate::support::home().await;
    let cancel = Cancel::default();
    let wish = cancel.clone();
    // Progress is told the first time it can be.
    let stop = Box::new(move |_| wish.request());
    let report = import(&other.store, home.path("all.json"), NOW, stop, &cancel);
    let report = report.await.unwrap();
    assert!(matches!(report.ending, Ending::Cancelled));
    assert!(report.added < 40, "{}", report.added);
    assert_eq!(other.trees().await.len() as u64, report.added);
    let rest = other.import(&home.path("all.json")).await.unwrap();
    assert_eq!(rest.known, report.added);
    assert_eq!(rest.added + rest.known, 40);

    let begun = Cancel::default();
    begun.request();
    let nothing = import(
        &other.store,
        home.path("all.json"),
        NOW,
        Box::new(|_| {}),
        &begun,
    );
    assert!(matches!(nothing.await, Err(ExchangeError::Cancelled)));
}
