//! Where the store can't be: in use, read-only, unreadable places.

use std::fs;
use std::process::Command;

use llmos_store::StoreError;

use crate::crash::{Child, child_test};
use crate::support::{furnished, home, open};

#[tokio::test]
async fn a_second_store_in_one_process_is_refused() {
    let home = home().await;
    let error = open(home.dir.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    home.store.close().await.unwrap();
    open(home.dir.path()).await.unwrap();
    // What is left of the closed one says so.
    let error = home.store.conversations().await.unwrap_err();
    assert!(matches!(error, StoreError::Closed));
    home.store.close().await.unwrap();
}

#[tokio::test]
async fn another_process_is_refused_until_it_dies() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = Child::start("writes", dir.path());
    child.read_line();
    let error = open(dir.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    child.kill();
    open(dir.path()).await.unwrap();
}

#[tokio::test]
async fn a_dropped_store_can_be_opened_at_once() {
    let home = home().await;
    drop(home.store);
    open(home.dir.path()).await.unwrap();
}

#[tokio::test]
async fn a_place_that_is_no_directory_is_unreadable() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "x").unwrap();
    for place in [file.clone(), file.join("below")] {
        let error = open(&place).await.unwrap_err();
        assert!(matches!(error, StoreError::Unreadable { .. }), "{error}");
    }
    assert_eq!(fs::read(&file).unwrap(), b"x");
    let error = open(std::path::Path::new("a\0b")).await.unwrap_err();
    assert!(matches!(error, StoreError::Unreadable { .. }), "{error}");
}

#[tokio::test]
async fn a_database_that_is_a_directory_is_unreadable() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("llmos.db")).unwrap();
    let error = open(dir.path()).await.unwrap_err();
    let known = matches!(
        error,
        StoreError::Unreadable { .. } | StoreError::KeyMissing { .. }
    );
    assert!(known, "{error}");
}

#[tokio::test]
async fn directories_are_made_as_needed_and_private() {
    let dir = tempfile::tempdir().unwrap();
    let deep = dir.path().join("a/b c/数据 %20?x=1#y");
    open(&deep).await.unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&deep).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o700);
    }
}

/// Root may write anywhere, so the directory is made read-only by a mount that
/// only a child process sees.
#[tokio::test]
async fn a_read_only_disk_is_said_to_be_read_only() {
    let dir = furnished(1, 3).await;
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c"]).arg(
        "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" || exit 77; shift; exec \"$@\"",
    );
    let said = child_test(command, "opens_read_only", dir.path());
    match said.as_deref() {
        Some(said) => assert!(said.starts_with("ReadOnly"), "{said}"),
        None => println!("skipped: no mount namespace for a child process here"),
    }
}
