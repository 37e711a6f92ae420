//! Tests at the crate's public face, by topic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod container;
mod crafted;
mod default_model;
mod model;
mod mutations;
mod split;
mod support;
mod templates;
mod tokenizer;
mod vectors;
mod vocabulary;
mod writer;
