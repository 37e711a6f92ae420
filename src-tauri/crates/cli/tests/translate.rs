//! `llmos-cli translate`: structure kept, what is wrong said, and bad input refused.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use serde_json::Value;
use support::{refuse, succeed};

#[test]
fn a_document_keeps_everything_but_its_sentences() {
    let source = "# Notes\n\n```\nlet x = 1;\n```\n\n> See https://a.example/b for {name}.\n";
    let arguments = [
        "translate",
        "--from",
        "en",
        "--to",
        "de",
        "--format",
        "markdown",
        "--json",
    ];
    let report: Value = serde_json::from_str(&succeed(&arguments, source)).unwrap();
    let text = report["text"].as_str().unwrap();
    assert!(
        text.starts_with("# ") && text.contains("\n\n```\nlet x = 1;\n```\n\n> "),
        "{text}"
    );
    assert!(text.ends_with('\n'));
    let rows = report["segments"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1]["source"], "See https://a.example/b for {name}.");
    // Kept, or reported: one of the two, whatever the model can do.
    for fixed in ["https://a.example/b", "{name}"] {
        let kept = rows[1]["target"].as_str().unwrap().contains(fixed);
        assert!(
            kept || !rows[1]["flags"].as_array().unwrap().is_empty(),
            "{report}"
        );
    }
    assert_eq!(
        (&report["from"], &report["to"]),
        (&"en".into(), &"de".into())
    );
}

#[test]
fn what_makes_no_sense_is_refused_before_the_model_is_loaded() {
    let line = refuse(&["translate", "--to", "Klingon"]);
    assert!(line.contains("Klingon"), "{line}");
    let line = refuse(&["translate", "--to", "de", "/no/such/file.txt"]);
    assert!(line.contains("/no/such/file.txt"), "{line}");
}
