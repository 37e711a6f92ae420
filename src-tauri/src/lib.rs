//! The shell: the only Rust that knows Tauri.
//!
//! It opens the window, keeps the parts together and passes calls between the
//! page and them. Nothing is decided here that a part could decide.

#![forbid(unsafe_code)]

mod app;
mod closing;
mod commands;
mod dialogs;
mod documents;
mod error;
mod exchange;
#[cfg(all(unix, desktop))]
mod instance;
mod lifecycle;
mod links;
mod logging;
mod offline;
mod power;
mod preferences;
mod spelling;
mod startup;
mod state;
mod translate;
mod window;
pub mod wire;

use std::process::ExitCode;

pub use app::{AppOptions, builder, context};
pub use commands::COMMANDS;
pub use error::{CommandError, CommandResult, ErrorCode};
pub use offline::refuse_network;

/// Runs the app until its window is closed.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() -> ExitCode {
    startup::mark_process_start();
    logging::start();
    if window::is_automated() {
        // WebKitGTK's driver reaches the page over the loopback interface.
        tracing::warn!("driven by a test: the network filter is left out");
    } else if let Err(error) = refuse_network() {
        tracing::warn!(%error, "this system has no network filter");
    }
    let options = AppOptions::from_environment();
    let app = app::with_desktop_plugins(tauri::Builder::default(), &options);
    let app = app::builder(app, options);
    match app.build(context()) {
        Ok(app) => {
            app.run(lifecycle::on_run_event);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("LLMOS could not start: {error}");
            ExitCode::FAILURE
        }
    }
}
