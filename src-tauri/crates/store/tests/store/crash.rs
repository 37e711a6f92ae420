//! Processes that die: SIGKILL at random moments, and helpers that run this test
//! program as a child.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{self, ChildStdout, Command, Stdio};
use std::time::Duration;

use llmos_store::{MessageId, MessageStatus, NewMessage, Role, StoreError};

use crate::support::{later, message, open};

/// Names the directory that a child works in; its presence makes a child of a
/// test process.
const CHILD_DIR: &str = "LLMOS_STORE_TEST_CHILD";

/// Rounds of the kill test; 1,000 before a release.
const ROUNDS: &str = "LLMOS_KILL_ROUNDS";

/// A running child test.
pub struct Child {
    process: process::Child,
    output: BufReader<ChildStdout>,
}

impl Child {
    /// Starts the child test `name` below in `dir`.
    pub fn start(name: &str, dir: &Path) -> Self {
        let mut process = child_command(Command::new(program()), name, dir)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self { process, output }
    }

    /// The next line that the child says for its parent; `None` at its end.
    pub fn read_line(&mut self) -> Option<String> {
        let mut line = String::new();
        while self.output.read_line(&mut line).unwrap_or(0) > 0 {
            if let Some(said) = line.split_once("> ").filter(|_| line.ends_with('\n')) {
                return Some(said.1.trim_end().to_owned());
            }
            line.clear();
        }
        None
    }

    pub fn kill(&mut self) {
        // SIGKILL on Unix.
        let _ = self.process.kill();
        self.process.wait().unwrap();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs the child test `name` in `dir` behind a wrapper that sets the stage and
/// ends with `exec "$@"`, where `$1` is `dir`. Returns the last thing that it
/// said; `None` when the wrapper could not set the stage.
pub fn child_test(mut wrapper: Command, name: &str, dir: &Path) -> Option<String> {
    wrapper.arg("sh").arg(dir).arg(program());
    let Ok(output) = child_command(wrapper, name, dir).output() else {
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !text.contains("running 1 test") {
        return None;
    }
    let mut lines = text.lines().filter_map(|line| line.split_once("> "));
    let said = lines.next_back().map(|(_, said)| said.to_owned());
    Some(said.unwrap_or_else(|| {
        panic!("{text}{}", String::from_utf8_lossy(&output.stderr));
    }))
}

fn program() -> PathBuf {
    std::env::current_exe().unwrap()
}

fn child_command(mut command: Command, name: &str, dir: &Path) -> Command {
    command
        .arg(format!("crash::child::{name}"))
        .args(["--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env(CHILD_DIR, dir);
    command
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "> {line}").unwrap();
    out.flush().unwrap();
}

/// What children do. Ignored, because they only mean something to their parent.
mod child {
    use std::sync::Barrier;
    use std::thread;

    use tokio::runtime;

    use super::*;

    fn dir() -> Option<PathBuf> {
        std::env::var_os(CHILD_DIR).map(PathBuf::from)
    }

    /// Writes for ever and says each id once it is acknowledged.
    #[tokio::test]
    #[ignore = "run by other tests"]
    async fn writes() {
        let Some(dir) = dir() else { return };
        let store = open(&dir).await.unwrap().store;
        say("open");
        let id = store.create_conversation(None, later(0)).await.unwrap().id;
        let mut parent: Option<MessageId> = None;
        for number in 0_i64.. {
            let text = format!(
                "number {number} {}",
                "text ".repeat(usize::try_from(number % 97).unwrap() * 20)
            );
            let new = message(&id, parent.as_ref(), Role::User, &text);
            let user = store.add_message(new, later(number)).await.unwrap().id;
            say(&format!("{user} number {number}"));
            let new = NewMessage {
                status: MessageStatus::Streaming,
                ..message(&id, Some(&user), Role::Assistant, "")
            };
            let answer = store.add_message(new, later(number)).await.unwrap().id;
            say(&format!("{answer} "));
            for part in 1..4 {
                let text = format!("answer {number} {}", "part ".repeat(part * 50));
                store
                    .checkpoint_message(&answer, &text, later(number))
                    .await
                    .unwrap();
                say(&format!(
                    "{answer} answer {number} {}",
                    "part ".repeat(part * 50).trim_end()
                ));
            }
            let text = format!("answer {number} whole");
            store
                .finish_message(&answer, &text, MessageStatus::Complete, None, later(number))
                .await
                .unwrap();
            say(&format!("{answer} {text}"));
            parent = Some(answer);
        }
    }

    #[tokio::test]
    #[ignore = "run by other tests"]
    async fn opens_read_only() {
        let Some(dir) = dir() else { return };
        say(&match open(&dir).await {
            Ok(_) => "opened".to_owned(),
            Err(error) => format!("{error:?}"),
        });
    }

    /// Opens and closes the stores in all directories of `dir` at the same time.
    #[test]
    #[ignore = "run by other tests"]
    fn opens_all_at_once() {
        let Some(dir) = dir() else { return };
        let places: Vec<_> = std::fs::read_dir(dir).unwrap().collect();
        let barrier = Barrier::new(places.len());
        let opened: Vec<_> = thread::scope(|scope| {
            let open_one = |place: PathBuf| {
                let runtime = runtime::Builder::new_current_thread().build().unwrap();
                barrier.wait();
                runtime.block_on(async { open(&place).await?.store.close().await })
            };
            let threads: Vec<_> = places
                .into_iter()
                .map(|place| scope.spawn(move || open_one(place.unwrap().path())))
                .collect();
            threads.into_iter().map(|it| it.join().unwrap()).collect()
        });
        let failed = opened.into_iter().find_map(Result::err);
        say(&failed.map_or("opened".to_owned(), |error| format!("{error:?}")));
    }

    /// Writes until the disk is full, then checks that the store still works.
    #[tokio::test]
    #[ignore = "run by other tests"]
    async fn fills_the_disk() {
        let Some(dir) = dir() else { return };
        let store = open(&dir).await.unwrap().store;
        let id = store.create_conversation(None, later(0)).await.unwrap().id;
        store.save_draft("new", "kept", later(0)).await.unwrap();
        let mut saved: Vec<MessageId> = Vec::new();
        let error = loop {
            let text = "a message of some length ".repeat(200);
            let new = message(&id, saved.last(), Role::User, &text);
            match store.add_message(new, later(0)).await {
                Ok(added) => saved.push(added.id),
                Err(error) => break error,
            }
            assert!(saved.len() < 100_000, "the disk never fills");
        };
        assert!(matches!(error, StoreError::Full), "{error:?}");
        // Reading works, and all that was acknowledged is there.
        assert_eq!(store.branch(&id).await.unwrap().len(), saved.len());
        assert_eq!(store.draft("new").await.unwrap().as_deref(), Some("kept"));
        store.close().await.unwrap();
        // It opens on the full disk as well.
        let opened = open(&dir).await.unwrap();
        assert_eq!(opened.notice, None);
        assert_eq!(opened.store.branch(&id).await.unwrap().len(), saved.len());
        // Room is made: writing works again and is kept.
        std::fs::remove_file(dir.join("ballast")).unwrap();
        let new = message(&id, saved.last(), Role::User, "after");
        opened.store.add_message(new, later(1)).await.unwrap();
        opened.store.close().await.unwrap();
        let store = open(&dir).await.unwrap().store;
        assert_eq!(store.branch(&id).await.unwrap().len(), saved.len() + 1);
        say(&format!("Full after {}", saved.len()));
    }
}

/// A small generator, so that a failing run can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Kills a writing process at random moments, again and again on the same store.
/// What it had acknowledged must be there each time, and a half-written answer
/// must be marked.
#[tokio::test]
async fn nothing_acknowledged_is_lost_to_sigkill() {
    let rounds: u32 = std::env::var(ROUNDS).map_or(50, |text| text.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    // The last text that was acknowledged for each message.
    let mut acknowledged: HashMap<MessageId, String> = HashMap::new();
    for round in 0..rounds {
        let mut child = Child::start("writes", dir.path());
        if round % 5 == 4 {
            // While it opens.
            std::thread::sleep(Duration::from_micros(random.below(60_000)));
            child.kill();
        } else {
            assert_eq!(child.read_line().as_deref(), Some("open"), "round {round}");
        }
        // Kill while it writes: this many lines, then some hundreds of microseconds.
        for _ in 0..random.below(12) {
            let Some(line) = child.read_line() else { break };
            note(&mut acknowledged, &line);
        }
        std::thread::sleep(Duration::from_micros(random.below(4000)));
        child.kill();
        while let Some(line) = child.read_line() {
            note(&mut acknowledged, &line);
        }

        let opened = open(dir.path()).await.unwrap();
        assert_eq!(opened.notice, None, "round {round}");
        opened.store.check().await.unwrap();
        for (id, text) in &acknowledged {
            let found = opened.store.message(id).await.unwrap();
            assert_ne!(found.status, MessageStatus::Streaming);
            // Later text than the last acknowledged one may have been committed.
            let older = text.split_whitespace().next().unwrap_or("");
            assert!(
                found.text.starts_with(older),
                "round {round}: {text:?} {:?}",
                found.text
            );
            if text.ends_with("whole") {
                assert_eq!(found.text, *text);
                assert_eq!(found.status, MessageStatus::Complete);
            } else if !text.starts_with("number") && !found.text.ends_with("whole") {
                assert_eq!(found.status, MessageStatus::Interrupted);
                assert!(
                    found.text.len() >= text.len(),
                    "round {round}: text was lost"
                );
            }
        }
        for conversation in opened.store.conversations().await.unwrap() {
            opened.store.branch(&conversation.id).await.unwrap();
        }
        opened.store.close().await.unwrap();
    }
    assert!(
        acknowledged.len() >= rounds as usize / 2,
        "the children hardly wrote"
    );
    println!(
        "{rounds} rounds, {} messages acknowledged",
        acknowledged.len()
    );
}

fn note(acknowledged: &mut HashMap<MessageId, String>, line: &str) {
    if line == "open" {
        return;
    }
    let (id, text) = line.split_once(' ').unwrap_or((line, ""));
    acknowledged.insert(MessageId::from(id), text.to_owned());
}
