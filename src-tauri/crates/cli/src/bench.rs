//! `llmos-cli bench`: how fast an engine runs a model.
//!
//! The engine's model is driven directly, one call of its contract after the
//! other: no sampling, no text, no thread between. What the application adds to
//! that is seen by comparing with the figures of `chat`.

mod draft;
mod measure;
mod memory;

use std::time::Instant;

use serde::Serialize;

use crate::args::BenchArguments;
use crate::direct::Found;
use crate::error::CliError;
use crate::output::{Output, Progress};
use measure::{Bench, median};

/// One speed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
struct Speed {
    /// Tokens in the cache before.
    depth: usize,
    /// Tokens that were timed.
    tokens: usize,
    /// Tokens per second, the median of the runs.
    tps: f64,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report {
    engine: &'static str,
    /// The instruction set of the native engine's kernels.
    kernels: Option<&'static str>,
    model: String,
    threads: usize,
    /// From opening the file to a usable model.
    load_ms: f64,
    /// Most memory the process had resident; null where the system does not tell.
    peak_rss_bytes: Option<u64>,
    prefill: Vec<Speed>,
    decode: Vec<Speed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    draft: Option<draft::Drafting>,
}

pub fn run(arguments: &BenchArguments, output: &mut Output) -> Result<(), CliError> {
    let report = measure_all(arguments)?;
    if arguments.json {
        return output.json(&report);
    }
    let kernels = report.kernels.map(|name| format!(" ({name})"));
    output.line(&format!(
        "{}, engine {}{}, {} threads",
        report.model,
        report.engine,
        kernels.unwrap_or_default(),
        report.threads
    ))?;
    output.line(&format!("load     {:>10.0} ms", report.load_ms))?;
    match report.peak_rss_bytes {
        Some(bytes) => output.line(&format!("peak RSS {:>10} KiB", bytes / 1024))?,
        None => output.line("peak RSS    unknown")?,
    }
    for (name, speeds) in [("prefill", &report.prefill), ("decode", &report.decode)] {
        for speed in speeds {
            output.line(&format!(
                "{name:<8} {:>10.1} tokens/s ({} tokens at depth {})",
                speed.tps, speed.tokens, speed.depth
            ))?;
        }
    }
    if let Some(draft) = &report.draft {
        output.line(&format!(
            "draft    {:>10.1} tokens/s instead of {:.1} ({} of {} guesses by {} were right)",
            draft.tps, draft.plain_tps, draft.accepted, draft.guessed, draft.model
        ))?;
    }
    Ok(())
}

fn measure_all(arguments: &BenchArguments) -> Result<Report, CliError> {
    let mut progress = Progress::new();
    progress.show("loading the model");
    let start = Instant::now();
    let found = Found::new(&arguments.engine)?;
    let vocabulary = found.file.params().vocab_size;
    let deepest = arguments.depth.iter().max().copied().unwrap_or(0);
    let direct = found
        .load(deepest.saturating_add(arguments.prompt_tokens.max(arguments.generate).max(1)))?;
    let load_ms = start.elapsed().as_secs_f64() * 1000.0;

    let mut bench = Bench::new(direct.model, vocabulary);
    let mut repeat = |what: &str, depth: usize, tokens: usize, bench: &mut Bench, run: Run| {
        let mut rates = Vec::with_capacity(arguments.repeat);
        // One more than is counted: the first one meets cold caches.
        for round in 0..=arguments.repeat {
            progress.show(&format!(
                "{what} at depth {depth}: run {round} of {}",
                arguments.repeat
            ));
            let rate = run(bench, depth, tokens)?;
            if round > 0 {
                rates.push(rate);
            }
        }
        Ok::<_, CliError>(Speed {
            depth,
            tokens,
            tps: median(&mut rates),
        })
    };
    let mut prefill = Vec::new();
    let mut decode = Vec::new();
    for &depth in &arguments.depth {
        if arguments.prompt_tokens > 0 {
            let tokens = arguments.prompt_tokens;
            prefill.push(repeat(
                "prefill",
                depth,
                tokens,
                &mut bench,
                Bench::prefill,
            )?);
        }
        if arguments.generate > 0 {
            let tokens = arguments.generate;
            decode.push(repeat("decode", depth, tokens, &mut bench, Bench::decode)?);
        }
    }
    // The model that was measured is let go before it is loaded once more.
    drop(bench);
    let draft = match &arguments.draft {
        Some(path) => Some(draft::measure(arguments, path, &mut progress)?),
        None => None,
    };
    progress.clear();
    Ok(Report {
        engine: direct.engine,
        kernels: direct.kernels,
        model: direct.name,
        threads: direct.threads,
        load_ms,
        peak_rss_bytes: memory::peak_rss_bytes(),
        prefill,
        decode,
        draft,
    })
}

/// One measurement: tokens per second at a depth.
type Run = fn(&mut Bench, usize, usize) -> Result<f64, CliError>;
