//! `llmos-cli chat`.

mod interactive;
mod session;

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use llmos_engine::{Outcome, Sampling};
use serde::Serialize;
use tokio::runtime;

use crate::args::ChatArguments;
use crate::error::CliError;
use crate::loading;
use crate::output::{Output, Progress};
use crate::tokenize::read_stdin;
use session::{Answer, Ending, Interrupts, Session};

/// Exit code of a program that was ended with Ctrl-C, by the shell's convention.
pub const INTERRUPTED: u8 = 130;

pub fn run(arguments: &ChatArguments, output: &mut Output) -> Result<ExitCode, CliError> {
    let interactive = arguments.prompt.is_none() && io::stdin().is_terminal();
    if interactive && arguments.json {
        return Err(CliError::Usage(
            "--json needs --prompt: it prints one answer as one object",
        ));
    }
    // Read before the model is loaded: a mistake should not cost that time.
    let question = match arguments.prompt.as_deref() {
        Some("-") => Some(read_stdin()?),
        Some(text) => Some(text.to_owned()),
        None if interactive => None,
        None => Some(read_stdin()?),
    };
    if question.as_ref().is_some_and(|text| text.trim().is_empty()) {
        return Err(llmos_assistant::AssistantError::EmptyText.into());
    }
    // The engine has a thread of its own; here one is enough.
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let path = loading::model_path(arguments.model.as_deref())?;
        let mut progress = Progress::new();
        let started = loading::start_engine(&path, arguments.kv, &mut progress);
        let (engine, model) = started.await?;
        if let Some(draft) = &arguments.draft {
            loading::set_draft(&engine, draft, loading::options(arguments.kv)).await?;
        }
        let session = Session::new(
            engine,
            model,
            arguments.system.clone(),
            sampling(arguments),
            arguments.max_tokens,
        );
        match question {
            Some(question) => once(session, question, arguments.json, output, progress).await,
            None => interactive::run(session, output, progress).await,
        }
    })
}

/// The app's sampling with what the command line changes. Temperature 0 means
/// greedy and nothing else: a penalty would make it something that no other
/// program calls greedy.
fn sampling(arguments: &ChatArguments) -> Sampling {
    let mut sampling = match arguments.temperature {
        Some(0.0) => Sampling::greedy(),
        Some(temperature) => Sampling {
            temperature,
            ..llmos_assistant::persona::chat_sampling()
        },
        None => llmos_assistant::persona::chat_sampling(),
    };
    sampling.seed = arguments.seed;
    sampling
}

/// One question, one answer.
async fn once(
    mut session: Session,
    question: String,
    json: bool,
    output: &mut Output,
    mut progress: Progress,
) -> Result<ExitCode, CliError> {
    let mut interrupts = Interrupts::new();
    let answer = session
        .answer(question, &mut interrupts, &mut progress, |text| {
            if json { Ok(()) } else { output.stream(text) }
        })
        .await?;
    if json {
        output.json(&Report::new(&answer, session.engine_name()))?;
    } else {
        if !answer.text.ends_with('\n') {
            output.stream("\n")?;
        }
        progress.summary(&summary(&answer.outcome));
    }
    Ok(match answer.ending {
        Ending::Whole => ExitCode::SUCCESS,
        Ending::Interrupted => ExitCode::from(INTERRUPTED),
    })
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report<'a> {
    text: &'a str,
    prompt_tokens: usize,
    completion_tokens: usize,
    ttft_ms: f64,
    prefill_tps: f64,
    decode_tps: f64,
    stop_reason: &'static str,
    engine: &'a str,
}

impl<'a> Report<'a> {
    fn new(answer: &'a Answer, engine: &'a str) -> Self {
        let Outcome { usage, reason } = &answer.outcome;
        Self {
            text: &answer.text,
            prompt_tokens: usage.prompt_tokens,
            completion_tokens: usage.completion_tokens,
            ttft_ms: usage.ttft_ms,
            prefill_tps: usage.prefill_tps,
            decode_tps: usage.decode_tps,
            stop_reason: reason.name(),
            engine,
        }
    }
}

/// The figures of an answer for a person.
fn summary(outcome: &Outcome) -> String {
    let usage = &outcome.usage;
    format!(
        "[{} tokens, {:.1} tokens/s, first after {:.0} ms, {}]",
        usage.completion_tokens,
        usage.decode_tps,
        usage.ttft_ms,
        outcome.reason.name(),
    )
}
