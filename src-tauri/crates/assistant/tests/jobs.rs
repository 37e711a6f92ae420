//! Jobs: done step by step, paused, taken up again, and giving way to who waits.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use llmos_assistant::jobs::{
    Done, Job, JobEvent, JobKind, JobPlan, Jobs, Next, Step, StepProgress, Trouble, Work,
    from_json, to_json,
};
use llmos_assistant::{Assistant, AssistantError};
use llmos_engine::{LoadOptions, Sampling};
use llmos_store::{JobId, JobState, NewJob};
use support::child::{self, Child, say};
use support::script::{Gate, Step as Scripted};
use support::{Events, World};
use tokio::sync::{Semaphore, broadcast, mpsc};

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// Doubles numbers, then adds them up: one step each, and one for the sum.
struct Doubling {
    /// A step waits for a permit before it is done.
    permits: Semaphore,
    /// How many steps were begun, done or not.
    begun: AtomicUsize,
    /// Each step says so on standard output.
    says: bool,
}

impl Doubling {
    fn new(permits: usize) -> Arc<Self> {
        Arc::new(Self {
            permits: Semaphore::new(permits),
            begun: AtomicUsize::new(0),
            says: false,
        })
    }

    fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }
}

impl JobKind for Doubling {
    fn name(&self) -> &'static str {
        "doubling"
    }

    fn step<'a>(&'a self, step: Step<'a>) -> Work<'a, String> {
        Box::pin(async move {
            self.begun.fetch_add(1, Ordering::SeqCst);
            (step.progress)(StepProgress {
                share: 0.5,
                text: step.input,
            });
            if self.says {
                say(step.input);
            }
            self.permits.acquire().await.unwrap().forget();
            let numbers: Vec<u64> = from_json(step.input, "input")?;
            to_json(&numbers.iter().sum::<u64>())
        })
    }

    fn next<'a>(&'a self, done: Done<'a>) -> Work<'a, Next> {
        Box::pin(async move {
            let steps = done.steps().await?;
            let outputs = steps
                .iter()
                .map(|step| from_json(step.output.as_deref().unwrap(), "output"))
                .collect::<Result<Vec<u64>, _>>()?;
            let doubled: usize = from_json(done.spec, "spec")?;
            Ok(match outputs.get(doubled) {
                Some(sum) => Next::Finished(to_json(sum)?),
                None => Next::Steps(vec![to_json(&outputs)?]),
            })
        })
    }

    fn expected(&self, _: &str, known: usize) -> usize {
        known + 1
    }
}

fn plan(title: &str, numbers: &[u64]) -> JobPlan {
    JobPlan {
        kind: "doubling",
        title: title.to_owned(),
        subject: Some("numbers".to_owned()),
        spec: to_json(&numbers.len()).unwrap(),
        steps: numbers
            .iter()
            .map(|number| to_json(&[number, number]).unwrap())
            .collect(),
    }
}

/// A world with the kind above.
async fn world(permits: usize) -> (World, Jobs, Arc<Doubling>) {
    let world = World::new().await;
    let kind = Doubling::new(permits);
    let jobs = world.assistant.jobs();
    jobs.add_kind(Arc::clone(&kind) as Arc<dyn JobKind>);
    (world, jobs, kind)
}

/// Waits until a job is in a state.
async fn until(events: &mut broadcast::Receiver<JobEvent>, id: &JobId, state: JobState) -> Job {
    loop {
        if let JobEvent::Changed(job) = next(events).await
            && job.id == *id
            && job.state == state
        {
            return job;
        }
    }
}

/// Waits until a step of a job is being done.
async fn until_step(events: &mut broadcast::Receiver<JobEvent>, id: &JobId, step: usize) {
    loop {
        if let JobEvent::Progress(progress) = next(events).await
            && progress.id == *id
            && progress.step == step
        {
            return;
        }
    }
}

async fn next(events: &mut broadcast::Receiver<JobEvent>) -> JobEvent {
    tokio::time::timeout(PATIENCE, events.recv())
        .await
        .expect("an event")
        .unwrap()
}

#[tokio::test]
async fn a_job_is_done_step_by_step_and_tells_how_far_it_is() {
    let (_world, jobs, kind) = world(100).await;
    let mut events = jobs.watch();
    let job = jobs.start(plan("sum", &[1, 2, 3])).await.unwrap();
    assert_eq!((job.done, job.total), (0, 4));
    let mut counts = Vec::new();
    let done = loop {
        match next(&mut events).await {
            JobEvent::Changed(job) if job.state == JobState::Finished => break job,
            JobEvent::Changed(job) => {
                counts.push((job.done, job.remaining.is_some()));
            }
            JobEvent::Progress(progress) => assert!(progress.text.starts_with('[')),
            JobEvent::Removed(_) => panic!("removed"),
        }
    };
    assert_eq!(done.result.as_deref(), Some("12"));
    assert_eq!((done.done, done.total, kind.begun()), (4, 4, 4));
    // Once a step is done, there is a forecast.
    assert!(
        counts.contains(&(1, true)) && counts.contains(&(3, true)),
        "{counts:?}"
    );
    assert!(jobs.list().await.unwrap() == [done.clone()]);
    jobs.remove(&done.id).await.unwrap();
    assert_eq!(next(&mut events).await, JobEvent::Removed(done.id));
    assert_eq!(jobs.list().await.unwrap(), []);
}

#[tokio::test]
async fn jobs_are_done_one_after_the_other() {
    let (_world, jobs, kind) = world(0).await;
    let mut events = jobs.watch();
    let first = jobs.start(plan("first", &[1])).await.unwrap();
    until_step(&mut events, &first.id, 0).await;
    let second = jobs.start(plan("second", &[2])).await.unwrap();
    assert_eq!(jobs.get(&second.id).await.unwrap().state, JobState::Queued);
    // The first makes room, and the second is done.
    jobs.pause(&first.id).await.unwrap();
    kind.permits.add_permits(10);
    until(&mut events, &second.id, JobState::Finished).await;
    assert_eq!(jobs.get(&first.id).await.unwrap().state, JobState::Paused);
}

#[tokio::test]
async fn a_paused_job_keeps_its_steps_and_goes_on_when_told() {
    let (_world, jobs, kind) = world(1).await;
    let mut events = jobs.watch();
    let id = jobs.start(plan("sum", &[1, 2])).await.unwrap().id;
    until_step(&mut events, &id, 1).await;
    let paused = jobs.pause(&id).await.unwrap();
    assert_eq!((paused.state, paused.done), (JobState::Paused, 1));
    assert_eq!(paused.trouble, None);
    let again = jobs.pause(&id).await.unwrap_err();
    assert!(matches!(again, AssistantError::WrongJob { .. }), "{again}");

    kind.permits.add_permits(10);
    jobs.resume(&id).await.unwrap();
    let done = until(&mut events, &id, JobState::Finished).await;
    assert_eq!(done.result.as_deref(), Some("6"));
    // Two steps and the sum; the second was perhaps begun twice.
    assert!((3..=4).contains(&kind.begun()));
    assert!(jobs.resume(&id).await.is_err() && jobs.cancel(&id).await.is_err());
}

#[tokio::test]
async fn a_cancelled_job_can_be_taken_up_again() {
    let (_world, jobs, kind) = world(1).await;
    let mut events = jobs.watch();
    let id = jobs.start(plan("sum", &[1, 2])).await.unwrap().id;
    until_step(&mut events, &id, 1).await;
    jobs.cancel(&id).await.unwrap();
    until(&mut events, &id, JobState::Cancelled).await;
    kind.permits.add_permits(10);
    jobs.resume(&id).await.unwrap();
    let done = until(&mut events, &id, JobState::Finished).await;
    assert_eq!(done.result.as_deref(), Some("6"));
}

#[tokio::test]
async fn who_waits_before_the_screen_goes_first() {
    let (world, jobs, kind) = world(0).await;
    let mut events = jobs.watch();
    let id = jobs.start(plan("sum", &[1])).await.unwrap().id;
    until_step(&mut events, &id, 0).await;

    // A turn begins: the step is given up, and not begun again while the turn runs.
    let gate = Gate::default();
    let mut steps = world.steps("Hello");
    steps.push(Scripted::Wait(gate.clone()));
    world.script.push(steps);
    world.will_say("Greeting");
    let (sink, receiver) = mpsc::unbounded_channel();
    let sent = world.assistant.send(None, "Hello?".to_owned(), sink).await;
    sent.unwrap();
    let mut turn = Events::new(receiver);
    turn.until_text("Hel").await;
    kind.permits.add_permits(10);
    assert_eq!(jobs.get(&id).await.unwrap().done, 0);
    assert_eq!(kind.begun(), 1);
    gate.open();
    turn.rest().await;
    let done = until(&mut events, &id, JobState::Finished).await;
    assert_eq!(done.result.as_deref(), Some("2"));
    assert_eq!(kind.begun(), 3);
}

#[tokio::test]
async fn another_model_is_not_used_before_a_person_says_so() {
    let (world, jobs, _kind) = world(10).await;
    let mut events = jobs.watch();
    let old = NewJob {
        kind: "doubling".to_owned(),
        title: "begun with another".to_owned(),
        subject: None,
        spec: "1".to_owned(),
        model: Some("Another Model".to_owned()),
        steps: vec!["[4,4]".to_owned()],
    };
    let old = world.store.add_job(old, support::clock()).await.unwrap().id;
    let unknown = NewJob {
        kind: "of a later version".to_owned(),
        title: "strange".to_owned(),
        subject: None,
        spec: String::new(),
        model: None,
        steps: Vec::new(),
    };
    let unknown = world
        .store
        .add_job(unknown, support::clock())
        .await
        .unwrap()
        .id;
    let good = jobs.start(plan("good", &[1])).await.unwrap().id;

    let paused = until(&mut events, &old, JobState::Paused).await;
    let wanted = "Another Model".to_owned();
    assert_eq!(paused.trouble, Some(Trouble::OtherModel { wanted }));
    let failed = until(&mut events, &unknown, JobState::Failed).await;
    assert_eq!(failed.trouble, Some(Trouble::Broken));
    until(&mut events, &good, JobState::Finished).await;

    jobs.resume(&old).await.unwrap();
    let done = until(&mut events, &old, JobState::Finished).await;
    assert_eq!(done.result.as_deref(), Some("8"));
    assert_ne!(done.model.as_deref(), Some("Another Model"));
}

#[tokio::test]
async fn a_job_whose_model_is_unloaded_waits_for_it_with_what_it_has() {
    let (world, jobs, kind) = world(1).await;
    let mut events = jobs.watch();
    let id = jobs.start(plan("sum", &[1, 2, 3])).await.unwrap().id;
    until_step(&mut events, &id, 1).await;
    world.engine.unload().await.unwrap();
    kind.permits.add_permits(10);
    let paused = until(&mut events, &id, JobState::Paused).await;
    assert_eq!((paused.done, paused.trouble), (2, Some(Trouble::NoModel)));
    let refused = jobs.resume(&id).await;
    assert!(matches!(refused, Err(AssistantError::NoModel)));

    let (model, options) = (support::default_model(), LoadOptions::default());
    world.engine.load(&model, options).await.unwrap();
    jobs.resume(&id).await.unwrap();
    let done = until(&mut events, &id, JobState::Finished).await;
    assert_eq!(done.result.as_deref(), Some("12"));
    assert_eq!(kind.begun(), 4);
}

#[tokio::test]
async fn an_end_in_good_order_interrupts_and_loses_nothing() {
    let (world, jobs, _kind) = world(1).await;
    let mut events = jobs.watch();
    let id = jobs.start(plan("sum", &[1, 2])).await.unwrap().id;
    until_step(&mut events, &id, 1).await;
    world.assistant.shut_down().await;
    let job = jobs.get(&id).await.unwrap();
    assert_eq!((job.state, job.done), (JobState::Interrupted, 1));
}

#[tokio::test]
async fn no_model_no_job() {
    let world = World::on(
        llmos_engine::EngineHandle::start(Vec::new()),
        support::script::Script::default(),
        Sampling::greedy(),
    )
    .await;
    let refused = world.assistant.jobs().start(plan("sum", &[1])).await;
    assert!(matches!(refused, Err(AssistantError::NoModel)));
    assert_eq!(world.assistant.jobs().list().await.unwrap(), []);
}

async fn at(directory: &Path) -> (Assistant, Jobs) {
    let (engine, _) = support::scripted(4096).await;
    let store = support::open(directory).await;
    let assistant = Assistant::new(store, engine, support::clock);
    let jobs = assistant.jobs();
    (assistant, jobs)
}

/// Takes up the one job of a directory, or starts it, and says each step.
#[tokio::test]
#[ignore = "run by the next test"]
async fn child() {
    let Some(directory) = child::folder() else {
        return;
    };
    let (_assistant, jobs) = at(&directory).await;
    let kind = Arc::new(Doubling {
        permits: Semaphore::new(0),
        begun: AtomicUsize::new(0),
        says: true,
    });
    jobs.add_kind(Arc::clone(&kind) as Arc<dyn JobKind>);
    // The parent gives the word for each step.
    std::thread::spawn(move || {
        for _ in std::io::stdin().lines() {
            kind.permits.add_permits(1);
        }
    });
    let mut events = jobs.watch();
    let id = match jobs.list().await.unwrap().pop() {
        Some(job) => {
            assert_eq!(job.state, JobState::Interrupted);
            say(&format!("resumed {}", job.done));
            jobs.resume(&job.id).await.unwrap().id
        }
        None => jobs.start(plan("sum", &[1; 40])).await.unwrap().id,
    };
    until(&mut events, &id, JobState::Finished).await;
    say("finished");
}

/// Kills a process in the middle of its steps, again and again. No step whose successor
/// was begun is ever done again.
#[tokio::test]
async fn a_killed_job_repeats_at_most_one_step() {
    let directory = tempfile::tempdir().unwrap();
    let (mut begun, mut kills) = (0_usize, 0_usize);
    let finished = loop {
        let mut process = Child::start(directory.path());
        let (mut here, mut finished) = (0, false);
        while let Some(said) = process.hear() {
            match said.split_once(' ') {
                Some(("resumed", done)) => {
                    let done: usize = done.parse().unwrap();
                    // All but the step that was being done.
                    assert!(done + kills >= begun, "{done} done of {begun} begun");
                }
                _ if said == "finished" => finished = true,
                _ => {
                    begun += 1;
                    here += 1;
                    // Done, and killed while that is saved.
                    process.go_on();
                    if here == 7 && kills < 4 {
                        process.kill();
                    }
                }
            }
        }
        if finished {
            break true;
        }
        kills += 1;
        assert!(kills <= 4, "it does not come to its end");
    };
    assert!(finished && kills == 4);
    assert!((41..=41 + kills).contains(&begun), "{begun} steps begun");
    let (_assistant, jobs) = at(directory.path()).await;
    let job = jobs.list().await.unwrap().pop().unwrap();
    assert_eq!(job.result.as_deref(), Some("80"));
}
