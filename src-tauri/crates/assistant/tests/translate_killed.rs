//! The translation of a document goes on where it was after its process is killed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod support;

use std::fmt::Write;
use std::path::Path;

use llmos_assistant::Assistant;
use llmos_assistant::jobs::{JobEvent, Jobs};
use llmos_assistant::translate::{Formality, Format, SheetRequest};
use llmos_engine::Specials;
use llmos_store::{JobState, SegmentState, TranslationId};
use support::child::{self, Child};
use support::script::{Script, Step};

/// Segments of the document: two whole steps of a job and a half one.
const SEGMENTS: usize = 20;
/// Segments that a job takes in a step.
const STEP: usize = 8;
/// The child is killed in the course of its sixth segment, three times.
const SEGMENTS_BEFORE_KILL: usize = 6;
const KILLS: usize = 3;

/// Each line has a placeholder of its own, so that the same reply of the model gives
/// each another translation.
fn document(begins: &str, ends: &str) -> String {
    let mut text = String::new();
    for number in 0..SEGMENTS {
        writeln!(text, "{begins}{{person{number}}}{ends}").unwrap();
    }
    text
}

async fn at(folder: &Path) -> (Assistant, Jobs, Script) {
    let (engine, script) = support::scripted(4096).await;
    let tokenizer = &engine.model().unwrap().tokenizer;
    let reply = tokenizer.encode("Gib das [1] heute.", Specials::Text);
    for _ in 0..SEGMENTS {
        let mut steps = vec![Step::Call(|| child::ask("begun"))];
        steps.extend(reply.as_ref().unwrap().iter().copied().map(Step::Token));
        steps.push(Step::EndOfTurn);
        script.push(steps);
    }
    let store = support::open(folder).await;
    let assistant = Assistant::new(store, engine, support::clock);
    let jobs = assistant.jobs();
    (assistant, jobs, script)
}

/// Translates the document of its folder, or goes on with it, and asks before the model
/// says anything about a segment.
#[tokio::test]
#[ignore = "run by the next test"]
async fn child() {
    let Some(folder) = child::folder() else {
        return;
    };
    let (assistant, jobs, _script) = at(&folder).await;
    let mut events = jobs.watch();
    let id = if let Some(job) = jobs.list().await.unwrap().pop() {
        assert_eq!(job.state, JobState::Interrupted);
        let sheet = job.subject.clone().map(TranslationId).unwrap();
        let sheet = assistant.sheet(&sheet).await.unwrap();
        let done = sheet
            .segments
            .iter()
            .filter(|segment| segment.state == SegmentState::Machine)
            .count();
        child::say(&format!("resumed {done} {}", job.done));
        jobs.resume(&job.id).await.unwrap().id
    } else {
        let request = SheetRequest {
            title: None,
            format: Format::Plain,
            source: document("Give this to ", " today."),
            from: "en".to_owned(),
            to: "de".to_owned(),
            formality: Formality::Formal,
        };
        let sheet = assistant.save_sheet(None, request).await.unwrap();
        assert_eq!(sheet.segments.len(), SEGMENTS);
        assistant.start_sheet(&sheet.id).await.unwrap().id
    };
    loop {
        if let JobEvent::Changed(job) = events.recv().await.unwrap()
            && job.id == id
        {
            assert_eq!(job.trouble, None);
            if job.state == JobState::Finished {
                return child::say("finished");
            }
        }
    }
}

/// The model is asked once for each segment, and once more for the one that was being
/// translated when the process died. No step that was done is done again.
#[tokio::test]
async fn a_killed_translation_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (mut begun, mut kills) = (0_usize, 0_usize);
    loop {
        let mut process = Child::start(folder.path());
        let (mut here, mut finished) = (0, false);
        while let Some(said) = process.hear() {
            let mut words = said.split(' ');
            match words.next() {
                Some("resumed") => {
                    let mut number = || words.next().unwrap().parse::<usize>().unwrap();
                    let (segments, steps) = (number(), number());
                    // All but the segment that was being translated at each end.
                    assert!(
                        segments + kills >= begun,
                        "{segments} done of {begun} begun"
                    );
                    // The step that was begun, and none before it.
                    assert!(
                        steps * STEP + STEP >= segments,
                        "{steps} steps done with {segments} segments"
                    );
                }
                Some("finished") => finished = true,
                _ => {
                    begun += 1;
                    here += 1;
                    let dies = here == SEGMENTS_BEFORE_KILL && kills < KILLS;
                    // In the middle of a segment, or while one is being saved.
                    if !dies || kills.is_multiple_of(2) {
                        process.go_on();
                    }
                    if dies {
                        process.kill();
                    }
                }
            }
        }
        if finished {
            break;
        }
        kills += 1;
        assert!(kills <= KILLS, "it does not come to its end");
    }
    assert_eq!(kills, KILLS);
    assert!(
        (SEGMENTS..=SEGMENTS + KILLS).contains(&begun),
        "{begun} segments begun"
    );

    let (assistant, jobs, script) = at(folder.path()).await;
    let job = jobs.list().await.unwrap().pop().unwrap();
    assert_eq!((job.done, job.total), (3, 3));
    let sheet = job.subject.map(TranslationId).unwrap();
    let (_, text) = assistant.render_sheet(&sheet).await.unwrap();
    assert_eq!(text, document("Gib das ", " heute."));
    assert_eq!(script.prompts().len(), 0);
}
