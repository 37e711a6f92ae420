//! Chat turns on a disk that is full.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod support;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use llmos_assistant::jobs::{
    Done, JobEvent, JobKind, JobPlan, Next, Step as JobStep, StepProgress, Trouble, Work,
};
use llmos_assistant::{AssistantError, ChatEvent};
use llmos_store::{JobState, MessageStatus, StoreError};
use support::script::{Gate, Step};
use support::{Events, World};
use tokio::sync::{Semaphore, mpsc};

/// Names the small disk that the child test works on.
const DISK: &str = "LLMOS_ASSISTANT_TEST_DISK";

/// What the child prints at its end, so that a test that did not run can't pass.
const DONE: &str = "the small disk was survived";

/// What the wrapper exits with when it may not mount anything.
const NO_MOUNT: i32 = 77;

/// A real small disk, mounted where only a child process sees it.
#[test]
fn a_full_disk_is_told_and_survived() {
    let place = tempfile::tempdir().unwrap();
    let script =
        format!("mount -t tmpfs -o size=2m llmos \"$1\" || exit {NO_MOUNT}; shift; exec \"$@\"");
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", &script, "sh"])
        .arg(place.path())
        .arg(std::env::current_exe().unwrap())
        .args(["on_a_small_disk", "--exact", "--ignored", "--nocapture"])
        .env(DISK, place.path())
        .output();
    let Ok(output) = output else {
        println!("skipped: no `unshare` here");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    let refused = output.status.code() == Some(NO_MOUNT) || complaints.starts_with("unshare:");
    if refused && !said.contains("running") {
        println!("skipped: no mount namespace for a child process here");
        return;
    }
    assert!(
        output.status.success() && said.contains(DONE),
        "{said}{complaints}"
    );
}

/// Takes all the room there is; dropping it gives it back.
struct Ballast(PathBuf);

impl Ballast {
    fn fill(disk: &Path) -> Self {
        let path = disk.join("ballast");
        let mut file = std::fs::File::create(&path).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
        Self(path)
    }
}

impl Drop for Ballast {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

fn is_full(error: &AssistantError) -> bool {
    matches!(error, AssistantError::Store(StoreError::Full))
}

#[tokio::test]
#[ignore = "run by the test above, on a disk of its own"]
async fn on_a_small_disk() {
    let Some(disk) = std::env::var_os(DISK).map(PathBuf::from) else {
        return;
    };
    let world = World::in_folder(&disk).await;
    let store = &world.store;
    store
        .save_draft("new", "Hello?", support::clock())
        .await
        .unwrap();

    // Full before the question: nothing begins, the draft stays, and the model
    // is not asked.
    let full = Ballast::fill(&disk);
    let (sink, mut events) = mpsc::unbounded_channel();
    let refused = world.assistant.send(None, "Hello?".to_owned(), sink).await;
    assert!(is_full(&refused.unwrap_err()));
    assert!(events.recv().await.is_none());
    assert!(store.conversations().await.unwrap().is_empty());
    assert!(world.script.prompts().is_empty());
    let draft = store.draft("new").await.unwrap();
    assert_eq!(draft.as_deref(), Some("Hello?"));
    drop(full);

    // Room again: the same assistant answers.
    world.will_say("Hello.");
    world.will_say("Greeting");
    let events = world.ask(None, "Hello?").await;
    assert_eq!(events.finished().message.status, MessageStatus::Complete);
    assert_eq!(store.draft("new").await.unwrap(), None);
    let conversation = events.conversation();

    // Full in the middle of an answer: the end can't be saved, and the event
    // that says so holds the text.
    let gate = Gate::default();
    let mut steps = world.steps("All of the answer");
    steps.push(Step::Wait(gate.clone()));
    world.script.push(steps);
    let (sink, receiver) = mpsc::unbounded_channel();
    let sent = world
        .assistant
        .send(Some(conversation.clone()), "More?".to_owned(), sink)
        .await;
    sent.unwrap();
    let mut events = Events::new(receiver);
    events.until_text("All").await;
    let full = Ballast::fill(&disk);
    gate.open();
    let events = events.rest().await;
    let failed = events.seen.iter().find_map(|event| match event {
        ChatEvent::Failed { error, message } => Some((error, message)),
        _ => None,
    });
    let (error, message) = failed.expect("a failure");
    assert!(is_full(error), "{error:?}");
    assert_eq!(message.message.text, "All of the answer");
    drop(full);

    // And on it goes.
    world.will_say("Yes.");
    let events = world.ask(Some(&conversation), "Still there?").await;
    assert_eq!(events.text(), "Yes.");
    assert_eq!(world.branch(&conversation).await.len(), 6);
    a_job_waits_for_room(&world, &disk).await;
    println!("{DONE}");
}

/// Gives its input back once there is a permit.
struct Echo(Semaphore);

impl JobKind for Echo {
    fn name(&self) -> &'static str {
        "echo"
    }

    fn step<'a>(&'a self, step: JobStep<'a>) -> Work<'a, String> {
        Box::pin(async move {
            (step.progress)(StepProgress {
                share: 0.5,
                text: "",
            });
            let Ok(permit) = self.0.acquire().await else {
                return Err(AssistantError::Abandoned);
            };
            permit.forget();
            Ok(step.input.to_owned())
        })
    }

    fn next<'a>(&'a self, _: Done<'a>) -> Work<'a, Next> {
        Box::pin(async { Ok(Next::Finished("1".to_owned())) })
    }
}

/// What a step gave can't be saved: the job stands still, says why, and goes on when
/// there is room.
async fn a_job_waits_for_room(world: &World, disk: &Path) {
    let jobs = world.assistant.jobs();
    let kind = Arc::new(Echo(Semaphore::new(0)));
    jobs.add_kind(Arc::clone(&kind) as Arc<dyn JobKind>);
    let mut events = jobs.watch();
    let plan = JobPlan {
        kind: "echo",
        title: "a long text".to_owned(),
        subject: None,
        spec: String::new(),
        steps: vec!["x".repeat(50_000)],
    };
    let id = jobs.start(plan).await.unwrap().id;
    while !matches!(events.recv().await.unwrap(), JobEvent::Progress(_)) {}
    let full = Ballast::fill(disk);
    kind.0.add_permits(2);
    loop {
        if let JobEvent::Changed(job) = events.recv().await.unwrap()
            && job.trouble.is_some()
        {
            assert_eq!(job.state, JobState::Paused);
            assert_eq!(job.trouble, Some(Trouble::DiskFull));
            break;
        }
    }
    drop(full);
    jobs.resume(&id).await.unwrap();
    loop {
        if let JobEvent::Changed(job) = events.recv().await.unwrap()
            && job.state == JobState::Finished
        {
            break;
        }
    }
}
