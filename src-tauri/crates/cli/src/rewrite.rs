//! `llmos-cli rewrite`.

use std::process::ExitCode;

use llmos_assistant::AssistantError;
use llmos_assistant::write::{
    self, Count, Doubt, PROMPTS_VERSION, Rewrite, Rewritten, Style, WriteEvent,
};
use serde::Serialize;
use tokio::runtime;

use crate::args::{RewriteArguments, RewriteStyle};
use crate::chat::INTERRUPTED;
use crate::error::CliError;
use crate::loading;
use crate::output::{Output, Progress};
use crate::perplexity::read;

pub fn run(arguments: &RewriteArguments, output: &mut Output) -> Result<ExitCode, CliError> {
    // Read before the model is loaded: a mistake should not cost that time.
    let text = read(&arguments.text)?;
    if text.trim().is_empty() {
        return Err(AssistantError::EmptyText.into());
    }
    let request = Rewrite {
        text,
        style: style(arguments.style),
        attempt: arguments.attempt,
    };
    // The engine has a thread of its own; here one is enough.
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(rewrite(arguments, &request, output))
}

async fn rewrite(
    arguments: &RewriteArguments,
    request: &Rewrite,
    output: &mut Output,
) -> Result<ExitCode, CliError> {
    let path = loading::model_path(arguments.model.as_deref())?;
    let mut progress = Progress::new();
    let (engine, model) = loading::start_engine(&path, None, &mut progress).await?;
    let work = write::rewrite(&engine, &model, request, |event| {
        if let WriteEvent::Passage { number, total } = event {
            progress.show(&format!("passage {number} of {total}"));
        }
    });
    let rewritten = tokio::select! {
        rewritten = work => Some(rewritten),
        _ = tokio::signal::ctrl_c() => None,
    };
    progress.clear();
    let Some(rewritten) = rewritten else {
        return Ok(ExitCode::from(INTERRUPTED));
    };
    let rewritten = rewritten?;
    if arguments.json {
        output.json(&Report::new(&request.text, &rewritten, &model.info.engine))?;
    } else {
        output.stream(&rewritten.text)?;
        if !rewritten.text.ends_with('\n') {
            output.stream("\n")?;
        }
        for note in notes(&rewritten) {
            progress.line(&format!("note: {note}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn style(style: RewriteStyle) -> Style {
    match style {
        RewriteStyle::Clearer => Style::Clearer,
        RewriteStyle::Shorter => Style::Shorter,
        RewriteStyle::Longer => Style::Longer,
        RewriteStyle::Formal => Style::Formal,
        RewriteStyle::Friendly => Style::Friendly,
        RewriteStyle::Grammar => Style::Grammar,
    }
}

/// What a person should know before they take it.
fn notes(rewritten: &Rewritten) -> Vec<String> {
    let doubt = |doubt: &Doubt| match doubt {
        Doubt::Unchanged => "nothing was changed",
        Doubt::CutOff => "a passage ends at the model's limit",
        Doubt::Strayed => "a passage has little to do with the text",
        Doubt::OtherLanguage => "a passage is in another language",
        Doubt::NotShorter => "it is no shorter",
        Doubt::NotLonger => "it is no longer",
    };
    let mut notes: Vec<String> = rewritten
        .doubts
        .iter()
        .map(|it| doubt(it).to_owned())
        .collect();
    if rewritten.kept > 0 {
        notes.push(format!(
            "{} of {} passages stay as they were: what the model wrote was useless",
            rewritten.kept, rewritten.passages
        ));
    }
    let listed = |what: &str, items: &[String]| {
        (!items.is_empty()).then(|| format!("{what}: {}", items.join(", ")))
    };
    notes.extend(listed("no longer there", &rewritten.facts.lost));
    notes.extend(listed("not in the text", &rewritten.facts.added));
    notes
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report<'a> {
    text: &'a str,
    changes: usize,
    words_before: usize,
    words_after: usize,
    passages: usize,
    kept: usize,
    doubts: &'a [Doubt],
    lost: &'a [String],
    added: &'a [String],
    engine: &'a str,
    prompts: u32,
}

impl<'a> Report<'a> {
    fn new(before: &str, rewritten: &'a Rewritten, engine: &'a str) -> Self {
        Self {
            text: &rewritten.text,
            changes: rewritten.diff.changes(),
            words_before: Count::of(before).words,
            words_after: Count::of(&rewritten.text).words,
            passages: rewritten.passages,
            kept: rewritten.kept,
            doubts: &rewritten.doubts,
            lost: &rewritten.facts.lost,
            added: &rewritten.facts.added,
            engine,
            prompts: PROMPTS_VERSION,
        }
    }
}
