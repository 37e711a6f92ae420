//! A disk that fills up while the store writes.

use std::process::Command;

use crate::crash::child_test;

/// A real small disk, mounted where only a child process sees it. The file
/// `ballast` is what the child removes to make room again: enough for a merge in the search
/// index, which comes when it comes.
#[test]
fn a_full_disk_loses_nothing_and_is_survived() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c"]).arg(
        "mount -t tmpfs -o size=3m llmos \"$1\" || exit 77
         head -c 786432 /dev/zero > \"$1/ballast\"; shift; exec \"$@\"",
    );
    match child_test(command, "fills_the_disk", dir.path()) {
        Some(said) => assert!(said.starts_with("Full after"), "{said}"),
        // The unit test in `open.rs` covers the same with a page limit.
        None => println!("skipped: no mount namespace for a child process here"),
    }
}
