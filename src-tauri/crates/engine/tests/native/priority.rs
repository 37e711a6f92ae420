//! The threads that compute stand back for the page's.

#![cfg(target_os = "linux")]

use std::fs;

use llmos_engine::{EngineHandle, LoadOptions, Native};

use crate::support::default_model;

/// The `nice` values of this process's threads with this name.
fn nice_of(name: &str) -> Vec<i32> {
    let mut found = Vec::new();
    for task in fs::read_dir("/proc/self/task").unwrap().flatten() {
        // A thread of another test may end meanwhile.
        let Ok(stat) = fs::read_to_string(task.path().join("stat")) else {
            continue;
        };
        if stat.contains(&format!("({name}) ")) {
            found.push(nice(&stat));
        }
    }
    found
}

/// The `nice` value in a thread's `stat` (`proc_pid_stat(5)`, field 19).
fn nice(stat: &str) -> i32 {
    // The second field holds the thread's name in brackets, which may hold spaces.
    let fields = stat.rsplit_once(") ").unwrap().1;
    fields.split(' ').nth(16).unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_engine_and_its_pool_leave_a_core_to_the_page() {
    let usual = nice(&fs::read_to_string("/proc/thread-self/stat").unwrap());
    let engine = EngineHandle::start(vec![Box::new(Native::new())]);
    let options = LoadOptions {
        threads: Some(2),
        ..LoadOptions::default()
    };
    engine.load(&default_model(), options).await.unwrap();

    let engines = nice_of("llmos-engine");
    assert!(!engines.is_empty());
    assert!(engines.iter().all(|nice| *nice > usual), "{engines:?}");
    // Other tests compute without an engine around them.
    let computing = nice_of("llmos-compute-1");
    assert!(
        computing.iter().any(|nice| *nice > usual),
        "{computing:?} beside {usual}"
    );
}
