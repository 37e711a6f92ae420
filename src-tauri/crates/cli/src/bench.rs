//! `llmos-cli bench`: how fast an engine runs a model.
//!
//! The engine's model is driven directly, one call of its contract after the
//! other: no sampling, no text, no thread between. What the application adds to
//! that is seen by comparing with the figures of `chat`.

mod measure;
mod memory;

use std::sync::Arc;
use std::time::Instant;

use llmos_engine::LoadRequest;
use serde::Serialize;

use crate::args::BenchArguments;
use crate::error::CliError;
use crate::loading;
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
    model: String,
    threads: usize,
    /// From opening the file to a usable model.
    load_ms: f64,
    /// Most memory the process had resident; null where the system does not tell.
    peak_rss_bytes: Option<u64>,
    prefill: Vec<Speed>,
    decode: Vec<Speed>,
}

pub fn run(arguments: &BenchArguments, output: &mut Output) -> Result<(), CliError> {
    let report = measure_all(arguments)?;
    if arguments.json {
        return output.json(&report);
    }
    output.line(&format!(
        "{}, engine {}, {} threads",
        report.model, report.engine, report.threads
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
    Ok(())
}

fn measure_all(arguments: &BenchArguments) -> Result<Report, CliError> {
    let path = loading::model_path(arguments.model.as_deref())?;
    let threads = arguments
        .threads
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    let mut progress = Progress::new();

    progress.show("loading the model");
    let start = Instant::now();
    let file = Arc::new(loading::open(&path)?);
    let backend = loading::backend_for(&file, arguments.engine)?;
    let params = file.params();
    let deepest = arguments.depth.iter().max().copied().unwrap_or(0);
    let needed = deepest.saturating_add(arguments.prompt_tokens.max(arguments.generate).max(1));
    let available = backend.longest_context(params);
    if needed > available {
        return Err(CliError::BenchTooLong { needed, available });
    }
    let request = LoadRequest {
        file: Arc::clone(&file),
        context_length: needed,
        threads: Some(threads),
        cache_dir: loading::cache_dir(),
    };
    let model = backend.load(&request, &mut |_| {})?;
    let load_ms = start.elapsed().as_secs_f64() * 1000.0;

    let mut bench = Bench::new(model, params.vocab_size);
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
    progress.clear();
    Ok(Report {
        engine: backend.name(),
        model: params.name.clone().unwrap_or_else(|| {
            path.file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
                .unwrap_or_default()
        }),
        threads,
        load_ms,
        peak_rss_bytes: memory::peak_rss_bytes(),
        prefill,
        decode,
    })
}

/// One measurement: tokens per second at a depth.
type Run = fn(&mut Bench, usize, usize) -> Result<f64, CliError>;
