//! The native engine with the real default model.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failure here is the test failing"
)]

mod answers;
mod drafting;
mod guessing;
mod hostile;
mod logits;
mod prefix;
mod priority;
mod split;
mod support;
mod tuning;
