//! The first stores of a process, opened at once: what the library sets up for
//! the process must be ready for all of them.

use crate::crash::Child;
use crate::support::open;

/// Stores opened at once.
const STORES: usize = 8;

/// Processes that open them. The overlap is a matter of luck: unguarded, about
/// one process in 160 failed on two cores.
const PROCESSES: usize = 160;

#[tokio::test]
async fn the_first_stores_of_a_process_open_at_once() {
    let dir = tempfile::tempdir().unwrap();
    for number in 0..STORES {
        let place = dir.path().join(number.to_string());
        std::fs::create_dir(&place).unwrap();
        open(&place).await.unwrap().store.close().await.unwrap();
    }
    for process in 0..PROCESSES {
        let mut child = Child::start("opens_all_at_once", dir.path());
        let said = child.read_line();
        assert_eq!(said.as_deref(), Some("opened"), "process {process}");
    }
}
