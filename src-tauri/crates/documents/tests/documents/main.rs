//! What is read out of documents of every kind, and what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::format_push_string,
    reason = "tests end by panicking and need not be fast"
)]

mod archives;
mod hostile;
mod markup;
mod passages;
mod pdf;
mod support;
mod text;
