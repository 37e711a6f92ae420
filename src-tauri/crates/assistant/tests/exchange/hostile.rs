//! Files that break off, lie or try to exhaust the machine.

use std::fs;

use llmos_assistant::exchange::{Ending, ExchangeError, Format, Reason};
use serde_json::{Value, json};

use crate::apps::chatgpt;
use crate::support::{NOW, bakery, home, origin};

#[tokio::test]
async fn what_is_no_export_is_refused() {
    let home = home().await;
    for text in [
        "",
        " ",
        "null",
        "12",
        "\"text\"",
        "[]",
        "{}",
        "[1,2,3]",
        "[[[[[[",
        "{\"a\":",
        "{\"format\":\"llmos-conversations\"}",
        "{\"format\":\"something else\",\"version\":1,\"conversations\":[]}",
        "<html>",
        "PK\u{3}\u{4} and no archive",
        "\u{0}\u{0}",
    ] {
        let refused = home.import_text(text).await;
        assert!(
            matches!(refused, Err(ExchangeError::Unrecognised)),
            "{text:?}: {refused:?}"
        );
    }
    for path in [home.path("missing.json"), home.dir.path().to_owned()] {
        let refused = home.import(&path).await;
        assert!(matches!(refused, Err(ExchangeError::Unreadable { .. })));
    }
    assert!(home.trees().await.is_empty());
}

#[tokio::test]
async fn a_file_cut_anywhere_gives_what_was_whole() {
    let home = home().await;
    for number in 0..3 {
        let mut tree = bakery();
        tree.origins = vec![origin("chatgpt", &number.to_string())];
        home.store.import_tree(&tree, NOW).await.unwrap();
    }
    home.export(Format::Json, "all.json").await;
    let own = fs::read(home.path("all.json")).unwrap();
    // Each conversation has a line of its own.
    let mut ends = Vec::new();
    let mut begin = 0;
    for line in own.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b"{\"id\"") {
            let after = line.iter().rposition(|byte| *byte == b'}').unwrap() + 1;
            ends.push(begin + after);
        }
        begin += line.len();
    }
    assert_eq!(ends.len(), 3);
    let other = crate::support::home().await;
    let mut most = 0;
    for cut in (0..own.len()).step_by(13) {
        match other.import_text(&own[..cut]).await {
            Ok(report) => {
                most = most.max(report.added + report.known);
                let whole = ends.iter().filter(|end| **end <= cut).count() as u64;
                // Behind the last one only brackets can be missing.
                let truncated = matches!(report.ending, Ending::Truncated);
                assert!(truncated || whole == 3, "{cut}");
                assert_eq!(report.added + report.known, whole, "{cut}");
                assert_eq!(report.skipped_total, 0);
            }
            Err(ExchangeError::Unrecognised) => assert!(cut < 60, "{cut}"),
            Err(error) => panic!("{cut}: {error}"),
        }
    }
    assert!(most >= 2);
    other.store.check().await.unwrap();
}

#[tokio::test]
async fn a_byte_changed_anywhere_never_panics() {
    let home = home().await;
    let whole = json!([chatgpt(), chatgpt()]).to_string().into_bytes();
    for (round, place) in (0..whole.len()).step_by(3).enumerate() {
        let mut bytes = whole.clone();
        bytes[place] = b"\"{}[]\\,:0\xff\x00u"[round % 12];
        match home.import_text(&bytes).await {
            Ok(_) | Err(ExchangeError::Unrecognised) => {}
            Err(error) => panic!("{place}: {error}"),
        }
    }
    home.store.check().await.unwrap();
}

#[tokio::test]
async fn depth_and_size_are_bounded() {
    let home = home().await;
    // Deeper than any parser's stack, and a message larger than a message may be.
    let deep = format!("{}1{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let mut large = chatgpt();
    large["id"] = json!("large");
    large["conversation_id"] = json!("large");
    large["mapping"]["a1"]["message"]["content"]["parts"] = json!(["x".repeat(9 << 20)]);
    let nested = format!("{{\"mapping\":{{\"a\":{{\"message\":{{\"metadata\":{deep}}}}}}}}}");
    let file = format!("[{},{deep},{nested},{large},{}]", chatgpt(), huge());
    let report = home.import_text(file).await.unwrap();
    assert_eq!(report.added, 1);
    let reasons: Vec<_> = report.skipped.iter().map(|it| it.reason).collect();
    assert_eq!(
        reasons,
        [
            Reason::Shape,
            Reason::Unreadable,
            Reason::TooLarge,
            Reason::TooLarge
        ]
    );
    assert!(matches!(report.ending, Ending::Whole));
}

/// A conversation of more than 64 MiB.
fn huge() -> Value {
    json!({ "title": "huge", "mapping": {}, "rest": "y".repeat(65 << 20) })
}

#[tokio::test]
async fn times_that_can_t_be_are_held_back() {
    let home = home().await;
    let mut strange = chatgpt();
    strange["create_time"] = json!(-1e300);
    strange["update_time"] = json!(1e300);
    strange["mapping"]["q1"]["message"]["create_time"] = json!("soon");
    let report = home
        .import_text(json!([strange]).to_string())
        .await
        .unwrap();
    assert_eq!(report.added, 1);
    let conversation = home.trees().await.remove(0).conversation;
    assert!(conversation.created_at <= NOW);
    assert_eq!(conversation.updated_at, NOW);
}
