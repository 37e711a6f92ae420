//! Every command through Tauri's own dispatch, with the permissions that ship.
//!
//! One program for all of it: each that holds the whole shell takes minutes to link.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests end by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod conversations;
mod documents;
mod interface;
mod models;
mod personas;
mod preferences;
mod temporary;
mod translations;

use serde_json::Value;
use support::TestApp;

/// Asks, once the model that the app loads by itself is there.
fn send(app: &TestApp, arguments: &Value) {
    loop {
        match app.invoke("chat_send", arguments.clone()) {
            Ok(_) => return,
            Err(error) => assert_eq!(error["code"], "engine_busy", "{error}"),
        }
        std::thread::yield_now();
    }
}
