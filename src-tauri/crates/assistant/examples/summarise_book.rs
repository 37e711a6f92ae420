//! Sums up a made-up book of 100,000 words as a job, with its memory and its times. Killed
//! and started again on the same folder, it goes on where it was.
//!
//! `cargo run --release --workspace --example summarise_book -- FOLDER [WORDS [PARTS]]`:
//! with PARTS it ends, by itself, after so many more parts, as `kill -9` would end it.
#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a measurement that fails has nothing to save"
)]

mod model;

use std::path::PathBuf;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use llmos_assistant::jobs::{JobEvent, Jobs};
use llmos_assistant::summarise::{Length, Source, Style, Wish};
use llmos_assistant::{Assistant, Timestamp};
use llmos_store::{FileKeyProvider, JobId, JobState, Store};

const SUBJECTS: [&str; 8] = [
    "The keeper of the lighthouse",
    "A merchant from the south",
    "The captain's daughter",
    "An old friend of the family",
    "The doctor",
    "The schoolmaster",
    "A stranger in a grey coat",
    "The miller's son",
];
const DEEDS: [&str; 8] = [
    "wrote a long letter to the governor about the harbour",
    "bought three sacks of corn at the market and hid them in the barn",
    "heard at the inn that the war in the mountains was over",
    "found a map of the island between the pages of an old book",
    "refused to sell the house by the river at any price",
    "walked through the snow for two days to reach the village",
    "counted the silver coins and locked them in the iron chest",
    "told nobody what had happened on the bridge that night",
];
const ENDS: [&str; 6] = [
    "because the winter had been long and the money was nearly spent.",
    "although everybody advised against it.",
    "and nothing in the town was as it had been before.",
    "while the bells were ringing for the feast.",
    "so that the quarrel with the neighbours began anew.",
    "before the ships came back from the north.",
];

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.unwrap_or_default().as_millis();
    Timestamp(i64::try_from(millis).unwrap_or(i64::MAX))
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next().map(PathBuf::from) else {
        println!("usage: summarise_book FOLDER [WORDS [PARTS]]");
        return;
    };
    let words: usize = arguments.next().map_or(100_000, |n| n.parse().unwrap());
    let most: usize = arguments.next().map_or(usize::MAX, |n| n.parse().unwrap());

    let (engine, _) = model::load(None).await.unwrap();
    let keys = FileKeyProvider::in_dir(&folder);
    let store = Store::open(&folder, &keys, now()).await.unwrap().store;
    let assistant = Assistant::new(store, engine, now);
    // The model's own memory, cache of keys and values included, is there after one use.
    let wish = Wish {
        style: Style::KeyPoints,
        length: Length::Long,
        ..Wish::default()
    };
    let warm = Source::text(None, book(600));
    assistant
        .summarise_now(warm, &wish, |_, _, _| {})
        .await
        .unwrap();
    let before = memory();

    let jobs = assistant.jobs();
    let mut events = jobs.watch();
    let begun = Instant::now();
    let (id, from) = begin_or_go_on(&assistant, &jobs, words, wish).await;
    let mut peak = memory();
    let last = loop {
        peak = peak.max(memory());
        match events.recv().await {
            Ok(JobEvent::Changed(job)) if job.id == id => {
                let enough = job.done >= from.saturating_add(most);
                if job.state == JobState::Finished || enough {
                    break job;
                }
                assert!(job.trouble.is_none(), "{:?}", job.trouble);
            }
            _ => {}
        }
    };
    let seconds = begun.elapsed().as_secs_f64();
    println!("steps           {} of {}", last.done, last.total);
    println!(
        "time            {seconds:.1} s, {:.2} s a step",
        seconds / (last.done - from).max(1) as f64
    );
    println!(
        "memory          {:.0} MB before, {:.0} MB above it at most",
        before,
        peak - before
    );
    if last.state != JobState::Finished {
        // No goodbye: what is not saved by now is lost.
        std::process::exit(137);
    }
    tell(&assistant).await;
    assistant.shut_down().await;
}

/// Takes up the work that was begun here, or begins it. Returns the job, and how many of
/// its steps are done.
async fn begin_or_go_on(
    assistant: &Assistant,
    jobs: &Jobs,
    words: usize,
    wish: Wish,
) -> (JobId, usize) {
    if let Some(job) = jobs.list().await.unwrap().pop() {
        println!(
            "goes on         {:?}, {} of {} steps done",
            job.state, job.done, job.total
        );
        if job.state == JobState::Finished {
            println!("nothing is left to do; another folder begins anew");
            std::process::exit(0);
        }
        jobs.resume(&job.id).await.unwrap();
        return (job.id, job.done);
    }
    let begun = Instant::now();
    let source = Source::text(None, book(words));
    let (digest, job) = assistant.summarise(source, wish).await.unwrap();
    println!(
        "divided         {words} words into {} parts in {:.1} s",
        digest.parts,
        begun.elapsed().as_secs_f64()
    );
    (job.id, 0)
}

/// Says what the finished summary covers.
async fn tell(assistant: &Assistant) {
    let digest = assistant.digests().await.unwrap().pop().unwrap();
    let summary = assistant
        .digest(&digest.id)
        .await
        .unwrap()
        .versions
        .pop()
        .unwrap()
        .summary;
    let coverage = &summary.coverage;
    println!(
        "covered         {} of {} parts read, {} quoted; {} points",
        coverage.read(),
        coverage.parts,
        coverage.quoted.len(),
        summary.points.len()
    );
    let mut behind: Vec<usize> = summary
        .points
        .iter()
        .flat_map(|p| p.parts.clone())
        .collect();
    behind.sort_unstable();
    behind.dedup();
    println!(
        "behind points   {} of {} parts",
        behind.len(),
        coverage.parts
    );
}

/// A book of so many words, in chapters.
fn book(words: usize) -> String {
    let (mut text, mut written, mut number) = (String::new(), 0, 0_usize);
    while written < words {
        if number.is_multiple_of(120) {
            let chapter = format!("Chapter {}\n\n", number / 120 + 1);
            text.push_str(&chapter);
        }
        let place = number.wrapping_mul(2_654_435_761) >> 7;
        let sentence = [
            SUBJECTS[place % SUBJECTS.len()],
            DEEDS[(place / 8) % DEEDS.len()],
            ENDS[(place / 64) % ENDS.len()],
        ]
        .join(" ");
        written += sentence.split_whitespace().count();
        text.push_str(&sentence);
        number += 1;
        text.push_str(if number.is_multiple_of(6) {
            "\n\n"
        } else {
            " "
        });
    }
    text
}

/// Megabytes of this process that are in memory.
fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1000.0
}
