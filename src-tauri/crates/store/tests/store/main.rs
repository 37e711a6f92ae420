//! The store at its public face. One binary: linking the cipher takes longer
//! than the tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failure in a test is the test failing"
)]

mod conversations;
mod crash;
mod damage;
mod deletion;
mod digests;
mod documents;
mod first_open;
mod full_disk;
mod jobs;
mod keys;
mod memory;
mod messages;
mod order;
mod personas;
mod places;
mod prefixes;
mod search;
mod summaries;
mod support;
mod tags;
mod texts;
mod translation;
mod tree;
mod works;
