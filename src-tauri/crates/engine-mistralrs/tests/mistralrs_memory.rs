//! Memory does not grow with the number of turns. A program of its own, because
//! it looks at the memory of the whole process.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "mistralrs/support.rs"]
#[expect(dead_code, reason = "shared with the other test program")]
mod support;

use llmos_engine::PREFILL_CHUNK;

use support::{Shape, load_directly, write_model};

/// 128 KiB of keys and values for each token: the 512 tokens that mistral.rs
/// allocates at once are 64 MiB, so one lost cache is seen at once.
const WIDE: Shape = Shape {
    blocks: 8,
    heads_kv: 4,
    head: 512,
};

/// Bytes of physical memory in use now, where the system says.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[test]
fn a_conversation_takes_the_memory_of_its_length_whatever_its_turns() {
    if resident().is_none() {
        eprintln!("skipped: this system does not tell the memory of a process");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("wide.gguf");
    write_model(&path, WIDE);
    let mut model = load_directly(&path);
    let before = resident().unwrap();
    let mut conversation: Vec<u32> = Vec::new();
    for turn in 0..30 {
        let known = conversation.len();
        conversation.extend((0..30).map(|i| (turn * 5 + i * 7) % 256));
        let reused = model.reuse(&conversation).unwrap();
        assert_eq!(reused, known, "turn {turn}");
        for chunk in conversation[reused..].chunks(PREFILL_CHUNK) {
            model.forward(chunk).unwrap();
        }
        for token in 0..6 {
            model.forward(&[token]).unwrap();
            conversation.push(token);
        }
    }
    let grown = resident().unwrap().saturating_sub(before) >> 20;
    // The last of the 30 caches has 135 MiB, all of them together 2,000.
    assert!(grown < 600, "{grown} MiB more after thirty turns");
}
