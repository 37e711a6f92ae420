//! Files that can't be used: exit code 1, one line that says what is wrong.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::fs;
use std::path::Path;

use llmos_gguf::GgufFile;
use llmos_gguf::build::{part_name, split_at};
use support::{default_model, refuse, succeed};

/// Every command that opens a model file.
fn commands(file: &str) -> Vec<Vec<&str>> {
    vec![
        vec!["model", "check", file],
        vec!["model", "inspect", file],
        vec!["model", "inspect", file, "--json"],
        vec!["tokenize", "--model", file],
        vec!["chat", "--model", file, "--prompt", "Hi"],
        vec!["chat", "--model", file, "--prompt", "Hi", "--json"],
        vec!["bench", "--model", file, "--json"],
        vec!["logits", "--model", file, "--tokens", "1"],
        vec!["perplexity", "--model", file, "-"],
    ]
}

fn refused_by_all(path: &Path, says: &str) {
    let file = path.to_str().unwrap();
    for command in commands(file) {
        let line = refuse(&command);
        assert!(line.contains(file), "{command:?}: {line}");
        assert!(line.contains(says), "{command:?}: {line}");
        assert_eq!(
            line.matches(file).count(),
            1,
            "the file is named twice: {line}"
        );
    }
}

#[test]
fn a_missing_file() {
    let directory = tempfile::tempdir().unwrap();
    refused_by_all(&directory.path().join("absent.gguf"), "no such file");
}

#[test]
fn a_folder_and_an_empty_file() {
    let directory = tempfile::tempdir().unwrap();
    let empty = directory.path().join("empty.gguf");
    fs::write(&empty, b"").unwrap();
    for path in [directory.path(), &empty] {
        for command in commands(path.to_str().unwrap()) {
            refuse(&command);
        }
    }
}

#[test]
fn a_file_that_is_no_gguf() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("text.gguf");
    fs::write(&path, "This is a text and not a model.\n".repeat(10)).unwrap();
    refused_by_all(&path, "GGUF");
}

#[test]
fn a_model_that_was_cut_off() {
    let directory = tempfile::tempdir().unwrap();
    let whole = fs::read(default_model()).unwrap();
    for (name, length) in [("half.gguf", whole.len() / 2), ("header.gguf", 20)] {
        let path = directory.path().join(name);
        fs::write(&path, &whole[..length]).unwrap();
        for command in commands(path.to_str().unwrap()) {
            if command[0] != "tokenize" || name == "header.gguf" {
                refuse(&command);
            }
        }
    }
}

/// Lengths that would have a trusting reader allocate until it dies.
#[test]
fn a_file_that_announces_more_than_there_is() {
    let directory = tempfile::tempdir().unwrap();
    let header = |tensors: u64, pairs: u64| {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(3_u32.to_le_bytes());
        bytes.extend(tensors.to_le_bytes());
        bytes.extend(pairs.to_le_bytes());
        bytes
    };
    let mut long_key = header(0, 1);
    long_key.extend(u64::MAX.to_le_bytes());
    long_key.extend([0; 64]);
    let mut long_array = header(0, 1);
    long_array.extend(3_u64.to_le_bytes());
    long_array.extend(b"abc");
    long_array.extend(9_u32.to_le_bytes());
    long_array.extend(0_u32.to_le_bytes());
    long_array.extend((1_u64 << 36).to_le_bytes());
    long_array.extend([0; 64]);
    let hostile = [
        ("tensors.gguf", header(u64::MAX, 0)),
        ("pairs.gguf", header(0, u64::MAX)),
        ("key.gguf", long_key),
        ("array.gguf", long_array),
    ];
    for (name, bytes) in hostile {
        let path = directory.path().join(name);
        fs::write(&path, bytes).unwrap();
        for command in commands(path.to_str().unwrap()) {
            refuse(&command);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_name_with_control_characters_stays_on_one_line() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("two\nlines\u{1b}[2J.gguf");
    let line = refuse(&["model", "check", path.to_str().unwrap()]);
    assert!(line.contains("two\\nlines\\u{1b}[2J.gguf"), "{line}");
}

#[test]
fn the_default_model_is_usable_and_can_be_looked_at() {
    let model = default_model();
    let file = model.to_str().unwrap();
    let line = succeed(&["model", "check", file], "");
    assert!(line.contains("usable") && line.contains("llama"), "{line}");
    assert_eq!(line.lines().count(), 1);

    let text = succeed(&["model", "inspect", file], "");
    assert!(text.contains("tokenizer.chat_template") && text.contains("blk.0.attn_q.weight"));

    let json: serde_json::Value =
        serde_json::from_str(&succeed(&["model", "inspect", file, "--json"], "")).unwrap();
    assert_eq!(json["architecture"], "llama");
    assert_eq!(json["block_count"], 30);
    assert_eq!(json["context_length"], 8192);
    assert_eq!(json["files"], 1);
    assert_eq!(json["file_size"], fs::metadata(&model).unwrap().len());
    assert_eq!(
        json["metadata"]["tokenizer.ggml.tokens"]["length"],
        json["vocab_size"]
    );
    let tensors = json["tensors"].as_array().unwrap();
    assert!(
        tensors
            .iter()
            .any(|tensor| tensor["name"] == "token_embd.weight")
    );
}

#[test]
fn any_part_of_a_split_model_shows_the_whole_model() {
    let directory = tempfile::tempdir().unwrap();
    let whole = GgufFile::open(&default_model()).unwrap();
    let part = |number| directory.path().join(part_name("model", number, 3));
    let mut bytes = 0;
    for (number, writer) in (0..).zip(split_at(&whole, &[0, 100])) {
        let written = writer.to_bytes().unwrap();
        bytes += written.len();
        fs::write(part(number), written).unwrap();
    }
    let path = part(1);
    let file = path.to_str().unwrap();
    let line = succeed(&["model", "check", file], "");
    assert!(line.contains("usable") && line.contains("135M"), "{line}");

    let text = succeed(&["model", "inspect", file], "");
    let row = |name: &str, value: &str| text.contains(&format!("  {name:<22} {value}\n"));
    assert!(row("files", "3"), "{text}");
    assert!(row("file size in bytes", &bytes.to_string()), "{text}");
    let json: serde_json::Value =
        serde_json::from_str(&succeed(&["model", "inspect", file, "--json"], "")).unwrap();
    assert_eq!(json["files"], 3);
    assert_eq!(json["file_size"], bytes);
    let tensors = json["tensors"].as_array().unwrap();
    assert_eq!(tensors.len(), whole.tensors().len());

    let ids = |model: &str| succeed(&["tokenize", "--json", "--model", model], "Hi");
    assert_eq!(ids(file), ids(default_model().to_str().unwrap()));

    fs::remove_file(part(2)).unwrap();
    refused_by_all(&path, "part 3 of 3 is missing");
}
