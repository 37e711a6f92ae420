//! Rewriting on the default model.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use serde_json::Value;
use support::{default_model, refuse, run_with, succeed};

const TEXT: &str = "# Notice\n\nThe childs was playing in the garden, when it begin to rain they has run into the house.\n\n```\nlet a = 1;\n```\n";

#[test]
fn a_text_is_rewritten_and_the_rest_stays() {
    default_model();
    let arguments = ["rewrite", "--style", "grammar", "--json"];
    let report: Value = serde_json::from_str(&succeed(&arguments, TEXT)).unwrap();
    let text = report["text"].as_str().unwrap();
    assert!(text.starts_with("# Notice\n\n"), "{text:?}");
    assert!(text.ends_with("\n\n```\nlet a = 1;\n```\n"), "{text:?}");
    assert_eq!(report["passages"], 1);
    assert!(report["changes"].as_u64().unwrap() > 0, "{report}");
    assert_eq!(report.as_object().unwrap().len(), 11, "{report}");

    let plain = run_with(&["rewrite", "--style", "grammar", "-"], TEXT);
    assert!(plain.status.success());
    assert_eq!(String::from_utf8(plain.stdout).unwrap(), text);
}

#[test]
fn what_can_not_be_rewritten_is_refused_in_words() {
    default_model();
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("empty.txt"), " \n").unwrap();
    std::fs::write(path("binary.txt"), [0xff, 0xfe, 0x00]).unwrap();
    let said = |file: &str| refuse(&["rewrite", "--style", "clearer", &path(file)]);
    assert!(said("empty.txt").contains("no text"));
    assert!(said("binary.txt").contains("not a text"));
    assert!(said("none.txt").contains("none.txt"));
    // One sentence that no model of this size can hold.
    std::fs::write(path("long.txt"), "word ".repeat(20_000)).unwrap();
    assert!(said("long.txt").contains("tokens"));
}
