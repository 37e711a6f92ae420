//! `llmos-cli summarize`, with the default model.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod support;

use serde_json::Value;
use support::run_with;

const TEXT: &str = "The old bridge over the river Arden is in danger because floods have hollowed \
                    out two of its piers. Repairing them would cost 420,000 euros. From Monday \
                    the bridge is closed to lorries.";

#[test]
fn a_text_on_stdin_is_summed_up() {
    let output = run_with(&["summarize", "--style", "sentence", "--json", "-"], TEXT);
    assert!(output.status.success(), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["coverage"]["parts"], 1);
    let points = report["points"].as_array().unwrap();
    assert_eq!(points.len(), 1);
    assert!(points[0]["text"].as_str().unwrap().contains("bridge"));
    assert_eq!(points[0]["parts"], serde_json::json!([0]));
}

#[test]
fn what_can_not_be_summed_up_is_said_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("picture.txt");
    std::fs::write(&picture, [0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 0, 0]).unwrap();
    let picture = picture.to_str().unwrap();
    for (arguments, stdin) in [
        (vec!["summarize", "-"], " \n"),
        (vec!["summarize", "no-such-file.pdf"], ""),
        (vec!["summarize", picture], ""),
        (vec!["summarize", "--language", "tlh", "-"], TEXT),
    ] {
        let output = run_with(&arguments, stdin);
        assert_eq!(output.status.code(), Some(1), "{arguments:?} {output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(output.stdout.is_empty());
    }
}
