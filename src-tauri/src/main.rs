//! The app's entry point: check the processor, then open the window.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything that was compiled for newer instructions runs.
    if let Err(error) = llmos_engine::cpu::check() {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    llmos_lib::run()
}
