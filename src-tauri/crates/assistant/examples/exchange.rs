//! Measures import and export of a large history: a file in the shape of
//! `ChatGPT`'s export is made, read into a fresh database, and written out again.
//!
//! `cargo run --release --workspace --example exchange -- 500` (megabytes).
#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a measurement that fails has nothing to save"
)]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use llmos_assistant::exchange::{self, Cancel, ExportJob, Format, Labels, Scope};
use llmos_store::{FileKeyProvider, Store, Timestamp};

const NOW: Timestamp = Timestamp(1_795_508_088_000);
const MB: u64 = 1_000_000;

#[tokio::main]
async fn main() {
    let megabytes = std::env::args().nth(1).and_then(|size| size.parse().ok());
    let size = megabytes.unwrap_or(500) * MB;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("conversations.json");
    let conversations = write_export(&path, size);
    let size = std::fs::metadata(&path).unwrap().len();
    println!(
        "file                {:>8.1} MB, {conversations} conversations",
        megabytes_of(size)
    );

    let keys = FileKeyProvider::in_dir(directory.path());
    let store = Store::open(directory.path(), &keys, NOW)
        .await
        .unwrap()
        .store;
    println!(
        "before              {:>8.1} MB at most in memory",
        megabytes_of(peak_memory())
    );
    for round in ["import", "import once more"] {
        let begun = Instant::now();
        let cancel = Cancel::default();
        let read = exchange::import(&store, path.clone(), NOW, Box::new(|_| {}), &cancel);
        let report = read.await.unwrap();
        tell(round, begun, size);
        println!(
            "  {} came in, {} were here, {} left out",
            report.added, report.known, report.skipped_total
        );
    }
    for format in [Format::Json, Format::Text] {
        let begun = Instant::now();
        let job = ExportJob {
            scope: Scope::All,
            format,
            labels: Labels {
                you: "You".to_owned(),
                assistant: "LLMOS".to_owned(),
                untitled: "New conversation".to_owned(),
            },
            path: directory.path().join(format!("all.{}", format.extension())),
            now: NOW,
        };
        let cancel = Cancel::default();
        let written = exchange::export(&store, job, Box::new(|_| {}), &cancel);
        let exported = written.await.unwrap();
        tell(format.extension(), begun, exported.bytes);
    }
    store.close().await.unwrap();
}

fn tell(what: &str, begun: Instant, bytes: u64) {
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{what:<19} {seconds:>8.1} s, {:.1} MB/s, {:.1} MB at most in memory",
        megabytes_of(bytes) / seconds,
        megabytes_of(peak_memory())
    );
}

/// Conversations of some 40 messages and 40 kB each, until the file is large enough.
fn write_export(path: &Path, size: u64) -> u64 {
    let mut file = BufWriter::new(File::create(path).unwrap());
    let mut number = 0_u64;
    let mut written = 0;
    while written < size {
        let mut mapping = serde_json::Map::new();
        for place in 0..40_u64 {
            let role = if place % 2 == 0 { "user" } else { "assistant" };
            let words =
                (0..180).map(|word| format!("w{}", (number * 31 + place * 7 + word * word) % 9973));
            let text = words.collect::<Vec<_>>().join(" ");
            let node = serde_json::json!({
                "id": place.to_string(),
                "parent": place.checked_sub(1).map(|above| above.to_string()),
                "children": [(place + 1).to_string()],
                "message": {
                    "id": place.to_string(), "author": { "role": role, "metadata": {} },
                    "create_time": 1_700_000_000 + number * 60 + place,
                    "content": { "content_type": "text", "parts": [text] },
                    "status": "finished_successfully", "recipient": "all",
                    "metadata": { "model_slug": "gpt-4", "timestamp_": "absolute" }
                }
            });
            mapping.insert(place.to_string(), node);
        }
        let conversation = serde_json::json!({
            "title": format!("Conversation {number}"), "create_time": 1_700_000_000 + number * 60,
            "mapping": mapping, "current_node": "39", "conversation_id": format!("c{number}")
        });
        let text = conversation.to_string();
        file.write_all(if number == 0 { b"[" } else { b"," })
            .unwrap();
        file.write_all(text.as_bytes()).unwrap();
        written += text.len() as u64 + 1;
        number += 1;
    }
    file.write_all(b"]").unwrap();
    file.flush().unwrap();
    number
}

fn megabytes_of(bytes: u64) -> f64 {
    bytes as f64 / MB as f64
}

/// The most memory that this process has had so far, in bytes; zero where the
/// system does not say.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| {
            line.strip_prefix("VmHWM:")?
                .trim()
                .strip_suffix(" kB")?
                .parse::<u64>()
                .ok()
        })
        .map_or(0, |kilobytes| kilobytes * 1024)
}
