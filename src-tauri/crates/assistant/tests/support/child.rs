//! A second process of a test program, to be killed in the middle of its work.
//!
//! The child is the test named `child`, which is ignored unless this starts it. It says
//! what it begins, line by line, and waits for a word of its parent before it does it, so
//! that the parent decides where it dies.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};

/// Names the folder that a child works in; its presence makes a child of a process.
const FOLDER: &str = "LLMOS_TEST_CHILD";
/// Begins the lines that are the child's own and not the test harness's.
const MARK: &str = "> ";

/// In a child, its folder.
pub fn folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// In a child, tells the parent.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{MARK}{line}").unwrap();
    out.flush().unwrap();
}

/// In a child, tells the parent and waits for its word, or for its end.
pub fn ask(line: &str) {
    say(line);
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

/// The process. It is killed when this is dropped.
pub struct Child {
    process: std::process::Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Child {
    /// Starts the test named `child` of this program in a folder.
    pub fn start(folder: &Path) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["child", "--exact", "--ignored", "--nocapture"])
            .env(FOLDER, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self {
            input: process.stdin.take().unwrap(),
            output: BufReader::new(process.stdout.take().unwrap()).lines(),
            process,
        }
    }

    /// What it says next; `None` once it is gone.
    pub fn hear(&mut self) -> Option<String> {
        loop {
            let line = self.output.next()?.unwrap();
            // The harness may have written the beginning of the line.
            if let Some((_, said)) = line.split_once(MARK) {
                return Some(said.to_owned());
            }
        }
    }

    /// The word that it waits for.
    pub fn go_on(&mut self) {
        writeln!(self.input, "go on").unwrap();
    }

    /// SIGKILL on Unix.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Gone already, as a rule.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
