//! `llmos-cli`: the parts of the app from a terminal, for scripts, tests and
//! measurements.
//!
//! Results go to stdout, everything else to stderr, so that output can be piped
//! and kept. Exit codes: 0 done, 1 could not be done (one line on stderr says
//! why), 2 the command line makes no sense, 130 ended with Ctrl-C.
#![forbid(unsafe_code)]

mod args;
mod bench;
mod chat;
mod direct;
mod error;
mod loading;
mod logits;
mod model;
mod output;
mod perplexity;
mod rewrite;
mod summarize;
mod synth;
mod tokenize;
mod translate;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Arguments, Command, ModelCommand};
use crate::error::CliError;
use crate::output::Output;

fn main() -> ExitCode {
    // Before anything that may be compiled to instructions this processor lacks.
    if let Err(error) = llmos_engine::cpu::check() {
        output::report(&error.to_string());
        return ExitCode::FAILURE;
    }
    let arguments = Arguments::parse();
    start_logging(arguments.verbose);
    match run(arguments.command) {
        Ok(code) => code,
        // Whoever read our output has enough of it.
        Err(error) if error.is_closed_output() => ExitCode::SUCCESS,
        Err(error) => {
            output::report(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode, CliError> {
    let mut output = Output::stdout();
    match command {
        Command::Chat(arguments) => return chat::run(&arguments, &mut output),
        Command::Model { command } => match command {
            ModelCommand::Check { file } => model::check(&file, &mut output)?,
            ModelCommand::Inspect { file, json } => model::inspect(&file, json, &mut output)?,
        },
        Command::Translate(arguments) => return translate::run(&arguments, &mut output),
        Command::Tokenize(arguments) => tokenize::run(&arguments, &mut output)?,
        Command::Bench(arguments) => bench::run(&arguments, &mut output)?,
        Command::Perplexity(arguments) => perplexity::run(&arguments, &mut output)?,
        Command::Rewrite(arguments) => return rewrite::run(&arguments, &mut output),
        Command::Summarize(arguments) => return summarize::run(&arguments, &mut output),
        Command::Logits(arguments) => logits::run(&arguments, &mut output)?,
        Command::Synth(arguments) => synth::run(&arguments, &mut output)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Logs to stderr: nothing but errors unless asked. Logs never hold text.
fn start_logging(verbose: bool) {
    let level = if verbose { "llmos=debug" } else { "off" };
    let filter = tracing_subscriber::EnvFilter::new(level);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
