//! Running the built program.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests fail by panicking, and not every test file uses everything"
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The program with nothing of the tester's own settings but the model's path.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_llmos-cli"));
    // Wherever the tests are built, they mean the tree's own default model.
    if std::env::var_os("LLMOS_MODEL").is_none() {
        command.env("LLMOS_MODEL", tree().join(MODEL));
    }
    command.stdin(Stdio::null());
    command
}

const MODEL: &str = "models/smollm2-135m-instruct-q4_1.gguf";

/// The root of the source tree.
pub fn tree() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../..")
        .canonicalize()
        .unwrap()
}

/// The default model's file.
pub fn default_model() -> PathBuf {
    let path = std::env::var_os("LLMOS_MODEL").map_or_else(|| tree().join(MODEL), PathBuf::from);
    assert!(
        path.is_file(),
        "the default model is not at {}: run `make model`",
        path.display()
    );
    path
}

/// Runs with arguments and with text on stdin.
pub fn run_with(arguments: &[&str], stdin: &str) -> Output {
    let mut child = program()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let text = stdin.to_owned();
    let writer = std::thread::spawn(move || {
        // A program that refuses its arguments does not read.
        let _ = pipe.write_all(text.as_bytes());
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// Runs with arguments and expects success; returns stdout.
pub fn succeed(arguments: &[&str], stdin: &str) -> String {
    let output = run_with(arguments, stdin);
    assert!(
        output.status.success(),
        "{arguments:?}: {:?}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Runs with arguments and expects exit code 1 and one line on stderr; returns it.
pub fn refuse(arguments: &[&str]) -> String {
    let output = run_with(arguments, "");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {stderr}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert_eq!(stderr.lines().count(), 1, "{arguments:?}: {stderr}");
    assert!(stderr.starts_with("llmos-cli: "), "{stderr}");
    stderr.trim_end().to_owned()
}
