//! Diagnostics on standard error: ids, sizes and times, never what a person wrote.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// What is shown unless `LLMOS_LOG` says otherwise. mistral.rs is kept silent
/// because it logs chat templates and file metadata.
const DEFAULT_FILTER: &str = "warn,llmos=info,llmos_lib=info,llmos_engine=info,llmos_store=info,llmos_assistant=info,\
     mistralrs_core=off,mistralrs_quant=off,sqlx=error";

/// Starts logging. A second call changes nothing.
pub fn start() {
    let filter =
        EnvFilter::try_from_env("LLMOS_LOG").unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    // Already started (tests start several apps in one process): keep the first.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
}
