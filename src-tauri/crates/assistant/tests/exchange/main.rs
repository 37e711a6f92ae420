//! Conversations to files and from files, against a real database.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failure in a test is the test failing"
)]

mod apps;
mod export;
mod hostile;
mod own;
mod support;
