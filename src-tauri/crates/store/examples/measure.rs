//! Measures the store: listing and searching a large history, and opening a long
//! conversation. Prints a table; asserts nothing.
//!
//!     cargo run --release --workspace --example measure -- [MESSAGES [DIR]]
//!
//! `MESSAGES` is 100,000 unless given, in some 2,000 conversations: one of 5,000,
//! the others of 48, some pinned, archived and tagged. With `DIR` the store is kept there and
//! used again by the next run.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that fails should say where"
)]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use llmos_store::{
    ConversationId, FileKeyProvider, MessageId, MessageStatus, NewMessage, Role, Store, TagChange,
    Timestamp,
};

const NOW: Timestamp = Timestamp(1_795_508_088_000);
const LONG: usize = 5_000;
const SHORT: usize = 48;
const REPEATS: usize = 15;

/// What is looked for, and why it is interesting.
const QUERIES: [(&str, &str); 11] = [
    ("the", "common word, in nearly every message"),
    ("t", "one letter, beginning of many words"),
    ("mou", "prefix"),
    ("the mountain river", "three words"),
    ("xylophone", "rare word, in a few messages"),
    ("absentword", "in no message"),
    ("杭州", "Chinese word"),
    ("的", "one Chinese character, common"),
    ("西湖 春天", "two Chinese words"),
    ("the 的", "two common words, never together"),
    ("州杭", "two common characters, never in this order"),
];

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let messages = arguments.next().map_or(100_000, |n| n.parse().unwrap());
    let temporary = tempfile::tempdir().unwrap();
    let dir = arguments
        .next()
        .map_or(temporary.path().to_owned(), PathBuf::from);

    let store = open(&dir).await;
    if store.conversations().await.unwrap().is_empty() {
        let start = Instant::now();
        fill(&store, messages).await;
        tidy_up(&store).await;
        println!(
            "write: {messages} messages, each committed and synced: {:.1} s",
            start.elapsed().as_secs_f64()
        );
    }
    store.close().await.unwrap();
    let size = std::fs::metadata(store.path()).unwrap().len();
    println!("database: {:.1} MiB", mebibytes(size));

    let start = Instant::now();
    let store = open(&dir).await;
    println!("open after a clean close: {:.1} ms", millis(start));
    drop(store);
    let start = Instant::now();
    let store = open(&dir).await;
    println!(
        "open after a crash (checks every page): {:.1} ms",
        millis(start)
    );

    println!("\n| query | what | hits | first ms | p50 ms | max ms |\n|---|---|---|---|---|---|");
    for (query, what) in QUERIES {
        let mut times = Vec::new();
        let mut hits = 0;
        for _ in 0..REPEATS {
            let start = Instant::now();
            hits = store.search(query, 50).await.unwrap().len();
            times.push(millis(start));
        }
        let first = times[0];
        let (median, most) = spread(&mut times);
        println!("| {query} | {what} | {hits} | {first:.1} | {median:.1} | {most:.1} |");
    }

    let long = longest(&store).await;
    measure("open a conversation of 5,000 messages", async || {
        assert!(store.branch(&long).await.unwrap().len() > 1);
    })
    .await;
    measure("its last 100", async || {
        store.branch_end(&long, 100).await.unwrap();
    })
    .await;
    for query in ["the", "xylophone", "的"] {
        measure(&format!("find “{query}” in it"), async || {
            store.search_branch(&long, query).await.unwrap();
        })
        .await;
    }
    let all = store.conversations().await.unwrap();
    let all: Vec<_> = all.into_iter().map(|c| c.id).collect();
    measure(&format!("list {} conversations", all.len()), async || {
        store.conversations().await.unwrap();
    })
    .await;
    let archived = AtomicUsize::new(0);
    measure("archive all of them, and take them out again", async || {
        let on = archived.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
        store.archive_conversations(&all, on, NOW).await.unwrap();
    })
    .await;
    let typed = AtomicUsize::new(0);
    measure("save a draft (committed and synced)", async || {
        let text = "x".repeat(100 + typed.fetch_add(1, Ordering::Relaxed));
        store.save_draft("new", &text, NOW).await.unwrap();
    })
    .await;
    let doomed = store.conversations().await.unwrap().into_iter();
    let doomed = Mutex::new(doomed.take(REPEATS).map(|c| c.id).collect::<Vec<_>>());
    measure(
        "delete a conversation of 48 messages for good",
        async || {
            let id = doomed.lock().unwrap().pop().unwrap();
            store.purge_conversation(&id).await.unwrap();
        },
    )
    .await;
    let start = Instant::now();
    store.tidy().await.unwrap();
    println!(
        "\nerase deleted words from the index: {:.1} ms",
        millis(start)
    );
    store.close().await.unwrap();
}

async fn measure(what: &str, work: impl AsyncFn()) {
    let mut times = Vec::new();
    for _ in 0..REPEATS {
        let start = Instant::now();
        work().await;
        times.push(millis(start));
    }
    let first = times[0];
    let (median, most) = spread(&mut times);
    println!("\n{what}: first {first:.1} ms, p50 {median:.1} ms, max {most:.1} ms");
}

fn spread(times: &mut [f64]) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() - 1])
}

fn millis(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "a size for people")]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

async fn open(dir: &Path) -> Store {
    Store::open(dir, &FileKeyProvider::in_dir(dir), NOW)
        .await
        .unwrap()
        .store
}

/// The long conversation is the first that was made.
async fn longest(store: &Store) -> ConversationId {
    store.conversations().await.unwrap().pop().unwrap().id
}

/// Keeps order as a person might: ten pins, a tenth archived, two tags on a third.
/// The long conversation stays where it is.
async fn tidy_up(store: &Store) {
    let all = store.conversations().await.unwrap();
    let mut ids: Vec<_> = all.into_iter().map(|c| c.id).collect();
    ids.pop();
    let some = |each: usize| ids.iter().step_by(each).cloned().collect::<Vec<_>>();
    let pinned = &ids[..ids.len().min(10)];
    store.pin_conversations(pinned, true, NOW).await.unwrap();
    store
        .archive_conversations(&some(10), true, NOW)
        .await
        .unwrap();
    let changes = ["work", "旅行"].map(|tag| TagChange {
        tag: tag.to_owned(),
        conversations: some(3),
        on: true,
    });
    store.change_tags(&changes, NOW).await.unwrap();
}

async fn fill(store: &Store, messages: usize) {
    let mut words = Words(0x2545_f491_4f6c_dd1d);
    let mut written = 0;
    while written < messages {
        let count = if written == 0 { LONG } else { SHORT }.min(messages - written);
        let title = words.sentence(4);
        let at = Timestamp(NOW.0 + i64::try_from(written).unwrap());
        let id = store
            .create_conversation(Some(&title), at)
            .await
            .unwrap()
            .id;
        let mut parent: Option<MessageId> = None;
        for number in 0..count {
            let role = if number % 2 == 0 {
                Role::User
            } else {
                Role::Assistant
            };
            let length = if role == Role::User { 12 } else { 70 };
            let new = NewMessage {
                conversation: id.clone(),
                parent: parent.take(),
                role,
                text: words.sentence(length),
                status: MessageStatus::Complete,
            };
            parent = Some(store.add_message(new, at).await.unwrap().id);
        }
        written += count;
    }
}

/// Made-up text: common words often, rare ones seldom, a third of it Chinese.
struct Words(u64);

impl Words {
    const ENGLISH: [&str; 40] = [
        "the",
        "of",
        "and",
        "to",
        "a",
        "in",
        "is",
        "that",
        "it",
        "for",
        "mountain",
        "river",
        "model",
        "answer",
        "question",
        "because",
        "though",
        "translate",
        "summary",
        "write",
        "letter",
        "meeting",
        "tomorrow",
        "about",
        "which",
        "there",
        "their",
        "people",
        "table",
        "number",
        "garden",
        "window",
        "music",
        "kitchen",
        "market",
        "travel",
        "station",
        "simple",
        "method",
        "result",
    ];
    const CHINESE: [&str; 20] = [
        "的",
        "是",
        "我",
        "你",
        "在",
        "杭州",
        "西湖",
        "春天",
        "天气",
        "翻译",
        "模型",
        "问题",
        "因为",
        "所以",
        "学习",
        "工作",
        "朋友",
        "火车站",
        "北京",
        "上海",
    ];

    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap()
    }

    fn sentence(&mut self, length: usize) -> String {
        let chinese = self.next().is_multiple_of(3);
        let mut text = String::new();
        for _ in 0..length {
            let dice = self.next();
            if dice.is_multiple_of(500_000) {
                text.push_str("xylophone ");
            } else if chinese {
                text.push_str(Self::CHINESE[dice % Self::CHINESE.len()]);
            } else if dice.is_multiple_of(10) {
                let _ = write!(text, "w{:x} ", self.next() % 50_000);
            } else {
                // The product leans to the front of the list.
                let size = Self::ENGLISH.len();
                text.push_str(Self::ENGLISH[(dice % size) * (self.next() % size) / size]);
                text.push(' ');
            }
        }
        text
    }
}
