//! The mistral.rs backend on real files: the default model where words matter,
//! small models with random weights where only numbers do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod agreement;
mod answers;
mod isolation;
mod refusals;
mod reuse;
mod support;
