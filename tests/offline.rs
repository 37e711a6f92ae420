//! The network filter, tried for real: a child installs it, then knocks.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests end by panicking")]

use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;
use std::process::Command;

const INSIDE: &str = "LLMOS_TEST_INSIDE_FILTER";

/// The filter can't be taken off again, so it is tried in a process of its own:
/// this very test, run once more with a variable set.
#[test]
fn the_app_and_its_children_get_no_network_socket() {
    if std::env::var_os(INSIDE).is_some() {
        knock();
        return;
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "the_app_and_its_children_get_no_network_socket",
            "--nocapture",
        ])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && printed.contains("knocked on every door"),
        "{printed}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn knock() {
    let before = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = before.local_addr().unwrap();
    llmos_lib::refuse_network().unwrap();

    let refused = |result: std::io::Result<()>, door: &str| {
        assert_eq!(
            result.unwrap_err().kind(),
            ErrorKind::PermissionDenied,
            "{door}"
        );
    };
    refused(
        TcpStream::connect(address).map(drop),
        "TCP to a listener that is there",
    );
    refused(
        TcpListener::bind("127.0.0.1:0").map(drop),
        "listening on IPv4",
    );
    refused(TcpListener::bind("[::1]:0").map(drop), "listening on IPv6");
    refused(UdpSocket::bind("127.0.0.1:0").map(drop), "UDP");

    // A child inherits it. bash opens the socket itself for this path.
    let script = format!("exec 3<>/dev/tcp/127.0.0.1/{}", address.port());
    let child = Command::new("bash").args(["-c", &script]).output().unwrap();
    assert!(!child.status.success(), "a child got a socket");

    // Local sockets, which the window system and D-Bus need, still open.
    UnixStream::pair().unwrap();
    println!("knocked on every door");
}
