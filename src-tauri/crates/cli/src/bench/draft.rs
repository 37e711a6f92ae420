//! What a draft model gains, measured through the engine as the app uses it.

use std::path::Path;

use llmos_engine::{
    Backend, EngineHandle, GenerateEvent, GenerateRequest, LoadOptions, Native, Sampling, Specials,
    Usage,
};
use serde::Serialize;
use tokio::runtime;

use super::measure::median;
use crate::args::BenchArguments;
use crate::error::CliError;
use crate::loading;
use crate::output::Progress;

/// What is gone on with: made-up tokens would be followed by nothing that can be guessed.
const TEXT: &str = "The old lighthouse stood at the end of the harbour wall, and everybody in the \
town knew its keeper. In the morning she swept the stairs, at noon she wrote down the weather, and \
when it grew dark she climbed up to light the lamp. One evening in autumn, when the fog was so \
thick that the boats could not be seen from the quay,";

/// Speeds with and without a draft model.
#[derive(Debug, Clone, Serialize)]
pub struct Drafting {
    /// The draft model's name.
    pub model: String,
    /// Tokens per second with it, the median of the runs …
    pub tps: f64,
    /// … and without it.
    pub plain_tps: f64,
    /// Tokens that it guessed in the last run, …
    pub guessed: usize,
    /// … and how many of them came.
    pub accepted: usize,
}

/// Measures both.
pub fn measure(
    arguments: &BenchArguments,
    draft: &Path,
    progress: &mut Progress,
) -> Result<Drafting, CliError> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let path = loading::model_path(arguments.engine.model.as_deref())?;
    let options = LoadOptions {
        threads: arguments.engine.threads,
        ..loading::options(Some(arguments.engine.kv))
    };
    let backends: Vec<Box<dyn Backend>> = match arguments.engine.kernels {
        Some(level) => vec![Box::new(Native::with_level(level))],
        None => loading::backends(),
    };
    let engine = EngineHandle::start(backends);
    let load = LoadOptions {
        engine: arguments.engine.engine,
        ..options.clone()
    };
    let model = runtime.block_on(engine.load(&path, load))?;
    let mut run = |what: &str| -> Result<(f64, Usage), CliError> {
        let mut rates = Vec::with_capacity(arguments.repeat);
        let mut last = Usage::default();
        for round in 0..=arguments.repeat {
            progress.show(&format!("{what}: run {round} of {}", arguments.repeat));
            last = generate(
                &engine,
                model.tokenizer.encode(TEXT, Specials::Text)?,
                arguments,
            )?;
            if round > 0 {
                rates.push(last.decode_tps);
            }
        }
        Ok((median(&mut rates), last))
    };
    let (plain_tps, _) = run("without a draft model")?;
    runtime.block_on(loading::set_draft(&engine, draft, options))?;
    let (tps, usage) = run("with a draft model")?;
    Ok(Drafting {
        model: engine
            .draft()
            .map_or_else(String::new, |info| info.name.clone()),
        tps,
        plain_tps,
        guessed: usage.draft_model_tokens,
        accepted: usage.draft_model_accepted,
    })
}

fn generate(
    engine: &EngineHandle,
    prompt: Vec<u32>,
    arguments: &BenchArguments,
) -> Result<Usage, CliError> {
    let mut stream = engine.generate(GenerateRequest {
        sampling: Sampling::greedy(),
        max_tokens: Some(arguments.generate.max(2)),
        ends_turn: false,
        ..GenerateRequest::new("a measurement", prompt)
    })?;
    loop {
        match stream.blocking_next() {
            Some(GenerateEvent::Finished(outcome)) => return Ok(outcome.usage),
            Some(GenerateEvent::Failed(error)) => return Err(error.into()),
            Some(_) => {}
            None => return Err(llmos_engine::EngineError::Gone.into()),
        }
    }
}
