//! Models of random weights: made, checked, run, and what goes wrong with them.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use llmos_gguf::{ModelFile, TensorType, Tokenizer};
use serde_json::Value;
use support::{refuse, run_with, succeed};

const ARCHITECTURES: [&str; 8] = [
    "llama", "llama3", "smollm3", "qwen2", "qwen3", "phi3", "gemma2", "gemma3",
];

/// Tokens in a tiny vocabulary.
const VOCABULARY: usize = 512;

fn synth(folder: &Path, arch: &str, recipe: &str) -> PathBuf {
    let path = folder.join(format!("{arch}-{recipe}.gguf"));
    let out = path.to_str().unwrap();
    succeed(&["synth", "--arch", arch, "--type", recipe, out], "");
    path
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&succeed(arguments, "")).unwrap()
}

/// The logits after each of eight tokens.
fn rows(path: &Path, more: &[&str]) -> Vec<Vec<f64>> {
    let file = path.to_str().unwrap();
    let mut arguments = vec!["logits", "--engine", "native", "--model", file, "--json"];
    arguments.extend(["--tokens", "5,100,9,300,77,12,480,3"]);
    arguments.extend(more);
    let report = json(&arguments);
    assert_eq!(report["engine"], "native");
    let numbers = |row: &Value| -> Vec<f64> {
        let row = row["logits"].as_array().unwrap();
        row.iter().map(|logit| logit.as_f64().unwrap()).collect()
    };
    report["positions"]
        .as_array()
        .unwrap()
        .iter()
        .map(numbers)
        .collect()
}

#[test]
fn every_architecture_runs_in_types_of_every_kind() {
    let folder = tempfile::tempdir().unwrap();
    for arch in ARCHITECTURES {
        for recipe in ["F32", "Q8_0", "Q4_1", "MXFP4", "Q4_K_M"] {
            let path = synth(folder.path(), arch, recipe);
            let file = ModelFile::open(&path).unwrap();
            Tokenizer::from_gguf(file.gguf()).unwrap();
            let rows = rows(&path, &[]);
            assert_eq!(rows.len(), 8);
            for row in rows {
                assert_eq!(row.len(), VOCABULARY);
                let squares: f64 = row.iter().map(|logit| logit * logit).sum();
                let spread = (squares / 512.0).sqrt();
                assert!((0.3..3.0).contains(&spread), "{arch} {recipe}: {spread}");
            }
            fs::remove_file(&path).unwrap();
        }
    }
}

#[test]
fn every_type_can_be_made_and_run() {
    let folder = tempfile::tempdir().unwrap();
    for recipe in [
        "F16", "BF16", "Q4_0", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL",
    ] {
        let path = synth(folder.path(), "llama", recipe);
        let file = ModelFile::open(&path).unwrap();
        assert_eq!(file.params().quantisation, recipe);
        assert_eq!(rows(&path, &["--batch", "8"]).len(), 1);
    }
}

/// One by one and together, and with the plainest kernels: the last logits are alike.
#[test]
fn batches_and_kernels_make_no_difference() {
    let folder = tempfile::tempdir().unwrap();
    for arch in ["qwen3", "gemma2"] {
        let path = synth(folder.path(), arch, "F32");
        let expected = rows(&path, &[]).pop().unwrap();
        for more in [&["--batch", "8"][..], &["--kernels", "portable"]] {
            let found = rows(&path, more).pop().unwrap();
            for (expected, found) in expected.iter().zip(found) {
                assert!(
                    (expected - found).abs() < 0.05,
                    "{arch} {more:?}: {expected} {found}"
                );
            }
        }
    }
}

#[test]
fn keys_and_values_in_bytes_are_rounded_otherwise_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = synth(folder.path(), "qwen3", "F32");
    let last = |more: &[&str]| rows(&path, more).pop().unwrap();
    let (halves, bytes) = (last(&["--kv", "f16"]), last(&["--kv", "q8_0"]));
    let apart = halves.iter().zip(bytes).map(|(a, b)| (a - b).abs());
    let largest = apart.fold(0.0, f64::max);
    assert!(largest > 0.0 && largest < 0.1, "{largest}");
}

#[test]
fn the_same_arguments_make_the_same_file_and_another_seed_another() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, seed: &str| {
        let path = folder.path().join(name);
        let out = path.to_str().unwrap();
        let arguments = ["synth", "--arch", "llama", "--type", "Q4_0"];
        succeed(&[&arguments[..], &["--seed", seed, out]].concat(), "");
        fs::read(path).unwrap()
    };
    let first = make("a.gguf", "1");
    assert!(first == make("b.gguf", "1"));
    assert!(first != make("c.gguf", "2"));
}

#[test]
fn the_mix_is_what_quantisers_make() {
    let folder = tempfile::tempdir().unwrap();
    let path = synth(folder.path(), "gemma3", "Q4_K_M");
    let file = ModelFile::open(&path).unwrap();
    let of = |name: &str| file.gguf().tensor(name).unwrap().tensor_type();
    assert_eq!(of("token_embd.weight"), TensorType::Q6_K);
    assert_eq!(of("blk.0.attn_v.weight"), TensorType::Q4_K);
    assert_eq!(of("blk.2.attn_v.weight"), TensorType::Q6_K);
    assert_eq!(of("blk.6.ffn_down.weight"), TensorType::Q6_K);
    assert_eq!(of("blk.6.ffn_up.weight"), TensorType::Q4_K);
    assert_eq!(of("blk.6.attn_q_norm.weight"), TensorType::F32);
}

#[test]
fn perplexity_of_random_weights_is_near_the_vocabulary() {
    let folder = tempfile::tempdir().unwrap();
    let model = synth(folder.path(), "llama", "Q8_0");
    let text = folder.path().join("text.txt");
    fs::write(
        &text,
        "The river runs to the sea, and the sea is wide.\n".repeat(20),
    )
    .unwrap();
    let report = json(&[
        "perplexity",
        "--engine",
        "native",
        "--model",
        model.to_str().unwrap(),
        "--context",
        "64",
        "--json",
        text.to_str().unwrap(),
    ]);
    assert_eq!(report["engine"], "native");
    assert_eq!(report["context"], 64);
    let chunks = report["chunks"].as_u64().unwrap();
    assert!(chunks >= 10, "{report}");
    // Of 64 tokens 32 to 62 foresee one.
    assert_eq!(report["tokens"], chunks * 31);
    let perplexity = report["perplexity"].as_f64().unwrap();
    assert!((300.0..2000.0).contains(&perplexity), "{report}");
    let error = report["standard_error"].as_f64().unwrap();
    assert!(error > 0.0 && error < perplexity / 5.0, "{report}");
    assert_eq!(report.as_object().unwrap().len(), 8, "{report}");
}

#[test]
fn what_cannot_be_done_is_said_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let model = synth(folder.path(), "llama", "Q8_0");
    let file = model.to_str().unwrap();
    let short = folder.path().join("short.txt");
    fs::write(&short, "Too short.").unwrap();
    let short = short.to_str().unwrap();
    let line = refuse(&["perplexity", "--model", file, short]);
    assert!(
        line.contains("1024") && line.contains("--context"),
        "{line}"
    );
    let line = refuse(&["perplexity", "--model", file, "absent.txt"]);
    assert!(line.contains("absent.txt"), "{line}");
    let line = refuse(&["perplexity", "--model", file, file]);
    assert!(line.contains("UTF-8"), "{line}");

    let line = refuse(&["logits", "--model", file, "--tokens", "1,512"]);
    assert!(line.contains("512"), "{line}");
    let line = refuse(&[
        "logits",
        "--model",
        file,
        "--tokens",
        "1",
        "--generate",
        "2048",
    ]);
    assert!(line.contains("2049"), "{line}");
    let line = refuse(&[
        "bench",
        "--model",
        file,
        "--engine",
        "mistralrs",
        "--kernels",
        "portable",
    ]);
    assert!(line.contains("--kernels"), "{line}");

    let nowhere = folder.path().join("no/such/folder.gguf");
    let nowhere = nowhere.to_str().unwrap();
    let line = refuse(&["synth", "--arch", "llama", "--type", "Q8_0", nowhere]);
    assert!(line.contains(nowhere), "{line}");
}

#[test]
fn names_that_there_are_not_are_answered_with_those_that_there_are() {
    for (arguments, names) in [
        (
            &["synth", "--arch", "abacus", "--type", "F32", "x"][..],
            "gemma3",
        ),
        (&["synth", "--arch", "llama", "--type", "Q9", "x"], "Q4_K_M"),
        (&["bench", "--kernels", "abacus"], "portable"),
        (&["bench", "--kv", "abacus"], "q8_0"),
        (&["perplexity", "--context", "2", "x"], "at least 4"),
    ] {
        let output = run_with(arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains(names), "{arguments:?}: {stderr}");
    }
}

#[test]
fn logits_for_a_person_are_a_line_for_each_token() {
    let folder = tempfile::tempdir().unwrap();
    let model = synth(folder.path(), "qwen2", "Q8_0");
    let file = model.to_str().unwrap();
    let arguments = [
        "logits",
        "--model",
        file,
        "--tokens",
        "97,98",
        "--generate",
        "2",
    ];
    let text = succeed(&arguments, "");
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(lines.len(), 4);
    assert!(lines.iter().all(|columns| columns.len() == 7), "{text}");
    assert_eq!(lines[0][..2], ["0", "97 \"a\""]);
    // The likeliest after the second is the third.
    let likeliest = lines[1][2].split_once(' ').unwrap().1;
    assert_eq!(likeliest, lines[2][1]);
}
