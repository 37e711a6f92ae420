//! Loading and answering touches neither the network, nor the home directory,
//! nor the terminal.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::loaded;

/// Set for the child, which is this test program again.
const CHILD: &str = "LLMOS_ISOLATED_CHILD";

/// What the child prints, and nothing else.
const ANSWER: &str = "the answer was: ";

#[test]
fn nothing_leaves_and_nothing_is_printed() {
    let dir = tempfile::tempdir().unwrap();
    let [home, temporary, work] = ["home", "tmp", "work"].map(|name| {
        let path = dir.path().join(name);
        std::fs::create_dir(&path).unwrap();
        path
    });
    let output = run_child(&home, &temporary, &work);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}{stderr}");
    let printed: Vec<_> = stdout
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("running 1 test"))
        .filter(|line| !line.starts_with("test result: ok."))
        // The harness's own line; the child's first one follows on it.
        .map(|line| line.trim_start_matches("test isolation::child ... "))
        .filter(|line| !["", "ok"].contains(line))
        .collect();
    assert!(
        matches!(printed[..], [line] if line.starts_with(ANSWER) && line.contains("Tokyo")),
        "{stdout}"
    );
    assert_eq!(stderr, "");
    for path in [home, temporary, work] {
        assert_eq!(entries(&path), 0, "{} was written to", path.display());
    }
}

/// Runs [`child`] in a network namespace with nothing in it, where
/// the kernel allows that, and says so where it does not.
fn run_child(home: &Path, temporary: &Path, work: &Path) -> Output {
    let program = std::env::current_exe().unwrap();
    let isolated = Command::new("unshare").args(["-rn", "true"]).output();
    let mut command = match isolated {
        Ok(output) if output.status.success() => {
            let mut command = Command::new("unshare");
            command.arg("-rn").arg(program);
            command
        }
        refused => {
            let why = refused.map_or_else(
                |error| error.to_string(),
                |output| String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            );
            eprintln!("without an empty network namespace: {why}");
            Command::new(program)
        }
    };
    let model = crate::support::default_model().canonicalize().unwrap();
    command
        .args(["--exact", "isolation::child", "--ignored", "--nocapture"])
        .env_clear()
        .env(CHILD, "1")
        .env("LLMOS_MODEL", model)
        .env("HOME", home)
        .env("TMPDIR", temporary)
        .current_dir(work)
        .output()
        .unwrap()
}

fn entries(path: &Path) -> usize {
    std::fs::read_dir(path).unwrap().count()
}

#[test]
#[ignore = "run by `nothing_leaves_and_nothing_is_printed`"]
fn child() {
    if std::env::var_os(CHILD).is_none() {
        eprintln!("skipped: only a part of another test");
        return;
    }
    let loaded = loaded();
    let prompt = loaded.prompt(&[("user", "What is the capital of Japan?")]);
    println!("{ANSWER}{:?}", loaded.answer(prompt, 24).0);
}
