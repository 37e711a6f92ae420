//! Tokenising: the ids that the reference gives, from vocabulary-only files.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::path::PathBuf;

use support::{default_model, run_with, succeed, tree};

/// Records of one file that are tried here. All of them are in the tests of
/// the tokenizer itself; each one here starts a process that reads the file.
const TRIED: usize = 4;

#[test]
fn vocabulary_only_files_give_the_reference_ids() {
    let folder = std::env::var_os("LLMOS_VOCAB_DIR")
        .map_or_else(|| tree().join("../shared/vocab"), PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: no tokenizer vectors in {}", folder.display());
        return;
    }
    let mut tried = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let vocabulary = entry.unwrap().path();
        if vocabulary.extension().is_none_or(|ending| ending != "gguf") {
            continue;
        }
        let beside = |ending: &str| {
            let path = format!("{}.{ending}", vocabulary.display());
            std::fs::read_to_string(path).unwrap()
        };
        let (texts, ids) = (beside("inp"), beside("out"));
        let records = texts.split("\n__ggml_vocab_test__\n");
        let expected = ids.lines();
        let pairs: Vec<_> = records.zip(expected).collect();
        let step = pairs.len().div_ceil(TRIED).max(1);
        for (text, ids) in pairs.into_iter().step_by(step) {
            let file = vocabulary.to_str().unwrap();
            let arguments = ["tokenize", "--model", file, "--no-special", "--json"];
            let found: Vec<u32> = serde_json::from_str(&succeed(&arguments, text)).unwrap();
            let wanted: Vec<u32> = ids
                .split_whitespace()
                .map(|id| id.parse().unwrap())
                .collect();
            assert_eq!(found, wanted, "{file}: {text:?}");
            tried += 1;
        }
    }
    assert!(tried > 0, "{} has no vectors", folder.display());
}

#[test]
fn control_tokens_are_read_unless_told_not_to() {
    let model = default_model();
    let file = model.to_str().unwrap();
    let ids = |arguments: &[&str]| -> Vec<u32> {
        let mut all = vec!["tokenize", "--model", file, "--json"];
        all.extend(arguments);
        serde_json::from_str(&succeed(&all, "<|im_start|>user")).unwrap()
    };
    assert_eq!(ids(&[]).len(), 2);
    assert!(ids(&["--no-special"]).len() > 2);
}

#[test]
fn without_json_every_token_is_a_line_with_its_text() {
    let lines = succeed(&["tokenize"], "Hello\nworld");
    let pieces: String = lines
        .lines()
        .map(|line| {
            let (id, piece) = line.split_once('\t').unwrap();
            assert!(id.parse::<u32>().is_ok(), "{line}");
            serde_json::from_str::<String>(piece).unwrap()
        })
        .collect();
    assert_eq!(pieces, "Hello\nworld");
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    use std::io::Write;
    use std::process::Stdio;
    let mut child = support::program()
        .arg("tokenize")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"caf\xe9").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("UTF-8"));
}

#[test]
fn empty_text_has_no_tokens() {
    assert_eq!(succeed(&["tokenize", "--json"], "").trim(), "[]");
    assert!(run_with(&["tokenize", "--frobnicate"], "").status.code() == Some(2));
}
