//! `llmos-cli summarize`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use llmos_assistant::summarise::{
    Coverage, LANGUAGE_CODES, Length, Matter, PROMPTS_VERSION, Part, Point, Source, Style, Summary,
    Wish,
};
use llmos_assistant::{Assistant, Timestamp};
use llmos_documents::{Control, Limits, extract};
use serde::Serialize;
use tokio::runtime;

use crate::args::{SummarizeArguments, SummaryLength, SummaryStyle};
use crate::chat::INTERRUPTED;
use crate::error::CliError;
use crate::loading;
use crate::output::{Output, Progress};
use crate::tokenize::read_stdin;

pub fn run(arguments: &SummarizeArguments, output: &mut Output) -> Result<ExitCode, CliError> {
    if let Some(code) = &arguments.language
        && !LANGUAGE_CODES.contains(&code.as_str())
    {
        return Err(CliError::Usage(
            "--language is one of en, zh, de, fr, es, it, pt, nl, pl, ru, ja, ko",
        ));
    }
    // Read before the model is loaded: a mistake should not cost that time.
    let source = source(&arguments.file)?;
    let wish = Wish {
        style: style(arguments.style),
        length: length(arguments.length),
        language: arguments.language.clone(),
        request: arguments.request.clone(),
    };
    // The engine has a thread of its own; here one is enough.
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(summarize(arguments, source, &wish, output))
}

/// The text of stdin, or of a document.
fn source(file: &Path) -> Result<Source, CliError> {
    if file == Path::new("-") {
        return Ok(Source::text(None, read_stdin()?));
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let document = extract(file, &name, &Limits::default(), &Control::default());
    let document = document.map_err(|source| CliError::Document {
        path: file.to_owned(),
        source,
    })?;
    Ok(Source::from_document(document, Some(name.into_owned())))
}

async fn summarize(
    arguments: &SummarizeArguments,
    source: Source,
    wish: &Wish,
    output: &mut Output,
) -> Result<ExitCode, CliError> {
    let path = loading::model_path(arguments.model.as_deref())?;
    let mut progress = Progress::new();
    let (engine, model) = loading::start_engine(&path, None, &mut progress).await?;
    let assistant = Assistant::in_memory(engine, now).await?;
    let shown = Mutex::new(progress);
    let work = assistant.summarise_now(source, wish, |done, total, step| {
        if let Ok(mut progress) = shown.lock() {
            let part = done + 1;
            let share = step.share * 100.0;
            progress.show(&format!("part {part} of {total}: {share:.0} %"));
        }
    });
    let summed_up = tokio::select! {
        summed_up = work => Some(summed_up),
        _ = tokio::signal::ctrl_c() => None,
    };
    let mut progress = shown.into_inner().unwrap_or_else(|_| Progress::new());
    progress.clear();
    let Some(summed_up) = summed_up else {
        return Ok(ExitCode::from(INTERRUPTED));
    };
    let (parts, summary) = summed_up?;
    if arguments.json {
        output.json(&Report::new(&parts, &summary, &model.info.name))?;
    } else {
        write(&summary, wish.style, output)?;
        progress.line(&covered(&summary.coverage));
    }
    Ok(ExitCode::SUCCESS)
}

/// The points, those of a meeting under what they are.
fn write(summary: &Summary, style: Style, output: &mut Output) -> Result<(), CliError> {
    let mut matter = None;
    for point in &summary.points {
        if style == Style::Minutes && matter != Some(point.matter) {
            matter = Some(point.matter);
            output.line(heading(point.matter))?;
        }
        let mark = match style {
            Style::KeyPoints | Style::Minutes => "- ",
            Style::Sentence | Style::Paragraphs | Style::Child => "",
        };
        output.line(&format!("{mark}{}", line(point)))?;
    }
    Ok(())
}

fn line(point: &Point) -> String {
    let numbers: Vec<String> = point
        .parts
        .iter()
        .map(|part| (part + 1).to_string())
        .collect();
    let numbers = numbers.join(", ");
    if point.quoted {
        format!("\"{}\" [{numbers}]", point.text)
    } else {
        format!("{} [{numbers}]", point.text)
    }
}

fn heading(matter: Option<Matter>) -> &'static str {
    match matter {
        Some(Matter::Decision) => "Decisions",
        Some(Matter::Action) => "Actions",
        Some(Matter::Question) => "Open questions",
        None => "Also discussed",
    }
}

/// What was read, and what was not.
fn covered(coverage: &Coverage) -> String {
    let mut words = format!("{} of {} parts read", coverage.read(), coverage.parts);
    if !coverage.quoted.is_empty() {
        let _ = write!(words, ", {} only quoted", coverage.quoted.len());
    }
    if !coverage.empty.is_empty() {
        let _ = write!(words, ", {} without words", coverage.empty.len());
    }
    words
}

fn style(style: SummaryStyle) -> Style {
    match style {
        SummaryStyle::Sentence => Style::Sentence,
        SummaryStyle::Points => Style::KeyPoints,
        SummaryStyle::Paragraphs => Style::Paragraphs,
        SummaryStyle::Minutes => Style::Minutes,
        SummaryStyle::Child => Style::Child,
    }
}

fn length(length: SummaryLength) -> Length {
    match length {
        SummaryLength::Short => Length::Short,
        SummaryLength::Medium => Length::Medium,
        SummaryLength::Long => Length::Long,
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.unwrap_or_default().as_millis();
    Timestamp(i64::try_from(millis).unwrap_or(i64::MAX))
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report<'a> {
    points: &'a [Point],
    parts: Vec<ReportPart<'a>>,
    coverage: ReportCoverage<'a>,
    model: &'a str,
    prompts: u32,
}

#[derive(Debug, Serialize)]
struct ReportPart<'a> {
    heading: Option<&'a str>,
    page: Option<u32>,
}

#[derive(Debug, Serialize)]
struct ReportCoverage<'a> {
    parts: usize,
    read: usize,
    quoted: &'a [usize],
    empty: &'a [usize],
}

impl<'a> Report<'a> {
    fn new(parts: &'a [Part], summary: &'a Summary, model: &'a str) -> Self {
        let coverage = &summary.coverage;
        Self {
            points: &summary.points,
            parts: parts
                .iter()
                .map(|part| ReportPart {
                    heading: part.heading.as_deref(),
                    page: part.page,
                })
                .collect(),
            coverage: ReportCoverage {
                parts: coverage.parts,
                read: coverage.read(),
                quoted: &coverage.quoted,
                empty: &coverage.empty,
            },
            model,
            prompts: PROMPTS_VERSION,
        }
    }
}
