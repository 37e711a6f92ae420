//! The engine at its public face, with a backend that does what it is told.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod generating;
mod loading;
mod sharing;
mod support;
