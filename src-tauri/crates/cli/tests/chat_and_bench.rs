//! Chat and bench on the default model.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::io::Read;
use std::process::Stdio;

use serde_json::Value;
use support::{program, refuse, run_with, succeed};

fn chat(arguments: &[&str], stdin: &str) -> Value {
    support::default_model();
    let mut all = vec!["chat", "--json", "--max-tokens", "12"];
    all.extend(arguments);
    serde_json::from_str(&succeed(&all, stdin)).unwrap()
}

#[test]
fn a_greedy_answer_is_reproducible_and_says_how_it_came_about() {
    let question = ["--prompt", "Name three rivers.", "--temperature", "0"];
    let first = chat(&question, "");
    assert!(!first["text"].as_str().unwrap().is_empty());
    assert!(first["prompt_tokens"].as_u64().unwrap() > 10);
    assert_eq!(first["completion_tokens"], 12);
    assert_eq!(first["stop_reason"], "max_tokens");
    assert_eq!(first["engine"], "native");
    for figure in ["ttft_ms", "prefill_tps", "decode_tps"] {
        assert!(first[figure].as_f64().unwrap() > 0.0, "{figure}: {first}");
    }
    assert_eq!(first.as_object().unwrap().len(), 8, "{first}");

    // From stdin, with another seed: greedy does not look at it.
    let from_stdin = ["--prompt", "-", "--temperature", "0", "--seed", "7"];
    assert_eq!(
        chat(&from_stdin, "Name three rivers.")["text"],
        first["text"]
    );
}

#[test]
fn the_same_seed_gives_the_same_answer() {
    let question = [
        "--prompt",
        "Tell me a story.",
        "--temperature",
        "1.2",
        "--seed",
        "42",
    ];
    assert_eq!(chat(&question, "")["text"], chat(&question, "")["text"]);
}

#[test]
fn the_system_prompt_replaces_the_apps_own() {
    let ours = chat(&["--prompt", "Hi", "--temperature", "0"], "");
    let none = chat(
        &["--prompt", "Hi", "--temperature", "0", "--system", "Hm."],
        "",
    );
    assert!(none["prompt_tokens"].as_u64() < ours["prompt_tokens"].as_u64());
}

#[test]
fn without_json_the_answer_and_nothing_else_is_on_stdout() {
    let arguments = [
        "chat",
        "--max-tokens",
        "12",
        "--temperature",
        "0",
        "--prompt",
        "Name three rivers.",
    ];
    let output = run_with(&arguments, "");
    assert!(output.status.success());
    let json = chat(
        &["--prompt", "Name three rivers.", "--temperature", "0"],
        "",
    );
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        text.trim_end_matches('\n'),
        json["text"].as_str().unwrap().trim_end_matches('\n')
    );
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn a_question_without_text_or_beyond_the_context_is_refused_in_one_line() {
    assert!(refuse(&["chat", "--prompt", " "]).contains("no text"));
    let long = "word ".repeat(20_000);
    let output = run_with(&["chat", "--prompt", "-"], &long);
    let line = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(line.contains("tokens"), "{line}");
}

#[test]
fn bench_prints_every_figure_once_for_each_depth() {
    support::default_model();
    let arguments = [
        "bench",
        "--prompt-tokens",
        "8",
        "--generate",
        "4",
        "--depth",
        "0,16",
        "--threads",
        "2",
        "--repeat",
        "1",
        "--json",
    ];
    let report: Value = serde_json::from_str(&succeed(&arguments, "")).unwrap();
    assert_eq!(report["engine"], "native");
    assert_eq!(report["threads"], 2);
    assert!(report["kernels"].is_string(), "{report}");
    assert!(report["load_ms"].as_f64().unwrap() > 0.0);
    if cfg!(target_os = "linux") {
        // More than the weights that every token reads.
        assert!(report["peak_rss_bytes"].as_u64().unwrap() > 50 << 20);
    }
    for (name, tokens) in [("prefill", 8), ("decode", 4)] {
        let speeds = report[name].as_array().unwrap();
        assert_eq!(speeds.len(), 2, "{report}");
        for (speed, depth) in speeds.iter().zip([0, 16]) {
            assert_eq!(speed["depth"], depth);
            assert_eq!(speed["tokens"], tokens);
            assert!(speed["tps"].as_f64().unwrap() > 0.0);
        }
    }
    assert_eq!(report.as_object().unwrap().len(), 8, "{report}");
}

#[test]
fn a_draft_model_changes_no_answer_and_bench_says_what_it_gains() {
    let model = support::default_model();
    let draft = model.to_str().unwrap();
    let question = ["--prompt", "Name three rivers.", "--temperature", "0"];
    let alone = chat(&question, "");
    let drafted = chat(&[&question[..], &["--draft", draft]].concat(), "");
    assert_eq!(alone["text"], drafted["text"]);

    let arguments = [
        "bench",
        "--prompt-tokens",
        "0",
        "--generate",
        "16",
        "--depth",
        "0",
        "--repeat",
        "1",
        "--draft",
        draft,
        "--json",
    ];
    let report: Value = serde_json::from_str(&succeed(&arguments, "")).unwrap();
    let report = &report["draft"];
    assert!(report["tps"].as_f64().unwrap() > 0.0, "{report}");
    assert!(report["plain_tps"].as_f64().unwrap() > 0.0, "{report}");
    assert_eq!(report["guessed"], report["accepted"], "its own draft");

    let line = refuse(&["chat", "--prompt", "x", "--draft", "none.gguf"]);
    assert!(line.contains("none.gguf"), "{line}");
}

#[test]
fn bench_refuses_what_the_model_cannot_hold_and_engines_that_there_are_not() {
    let line = refuse(&["bench", "--depth", "8192"]);
    assert!(line.contains("8192"), "{line}");
    assert_eq!(
        run_with(&["bench", "--engine", "abacus"], "").status.code(),
        Some(2)
    );
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = program()
        .args(["model", "inspect"])
        .arg(support::default_model())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut byte = [0];
    stdout.read_exact(&mut byte).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{:?}", output.status);
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_an_answer_and_keeps_what_there_is_of_it() {
    let mut child = program()
        .args(["chat", "--temperature", "0", "--prompt"])
        .arg("Write a very long story about a river.")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut text = vec![0];
    stdout.read_exact(&mut text).unwrap();
    let interrupt = std::process::Command::new("kill")
        .args(["-s", "INT", &child.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    stdout.read_to_end(&mut text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(text.ends_with(b"\n"), "{text:?}");
    assert!(output.stderr.is_empty());
}

#[test]
fn help_teaches_with_examples() {
    for arguments in [
        &["-h"][..],
        &["chat", "-h"],
        &["tokenize", "-h"],
        &["bench", "-h"],
        &["perplexity", "-h"],
        &["logits", "-h"],
        &["synth", "-h"],
    ] {
        assert!(
            succeed(arguments, "").contains("Examples:"),
            "{arguments:?}"
        );
    }
}
