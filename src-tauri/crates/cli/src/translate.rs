//! `llmos-cli translate`.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use llmos_assistant::AssistantError;
use llmos_assistant::translate::{
    Coverage, Document, Flag, Formality, Format, TextLanguage, Translated, Translator, coverage,
    detect,
};
use llmos_documents::{Control, Limits, extract};
use serde::Serialize;
use tokio::{runtime, signal};

use crate::args::{Address, TextFormat, TranslateArguments};
use crate::error::CliError;
use crate::loading;
use crate::output::{Output, Progress};
use crate::tokenize::read_stdin;

/// Exit code of a program that was ended with Ctrl-C, by the shell's convention.
const INTERRUPTED: u8 = 130;

#[derive(Serialize)]
struct Report<'a> {
    model: &'a str,
    from: &'a str,
    to: &'a str,
    text: String,
    flagged: usize,
    segments: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    source: &'a str,
    target: &'a str,
    flags: &'a [Flag],
}

pub fn run(arguments: &TranslateArguments, output: &mut Output) -> Result<ExitCode, CliError> {
    // Everything that can be wrong is found before the model is loaded.
    let to = language(&arguments.to)?;
    let (source, format) = read(arguments)?;
    if source.trim().is_empty() {
        return Err(AssistantError::EmptyText.into());
    }
    let from = match &arguments.from {
        Some(name) => language(name)?,
        None => found(&source)?,
    };
    let document = Document::new(source, format);
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        tokio::select! {
            done = translate(arguments, output, &document, from, to) => done.map(|()| ExitCode::SUCCESS),
            _ = signal::ctrl_c() => Ok(ExitCode::from(INTERRUPTED)),
        }
    })
}

async fn translate(
    arguments: &TranslateArguments,
    output: &mut Output,
    document: &Document,
    from: TextLanguage,
    to: TextLanguage,
) -> Result<(), CliError> {
    let path = loading::model_path(arguments.model.as_deref())?;
    let mut progress = Progress::new();
    let (engine, model) = loading::start_engine(&path, None, &mut progress).await?;
    for language in [from, to] {
        if coverage(&model.info, language) == Coverage::Unknown {
            progress.line(&format!(
                "{} was not made for {}: what it writes will be of little use",
                model.info.name,
                language.english()
            ));
        }
    }
    let translator =
        Translator::new(engine, model.clone(), from, to).formality(match arguments.formality {
            Address::Same => Formality::Same,
            Address::Formal => Formality::Formal,
            Address::Informal => Formality::Informal,
        });
    let sources: Vec<&str> = document
        .segments()
        .map(|segment| &document.source()[segment.range()])
        .collect();
    let mut done: Vec<Translated> = Vec::with_capacity(sources.len());
    // The same segment is not translated twice.
    let mut known: HashMap<&str, Translated> = HashMap::new();
    for (number, source) in sources.iter().enumerate() {
        let translated = if let Some(known) = known.get(source) {
            known.clone()
        } else {
            progress.show(&format!("translating: {} of {}", number + 1, sources.len()));
            translator.translate(document, number, |_| {}).await?
        };
        known.insert(source, translated.clone());
        done.push(translated);
    }
    progress.clear();
    for (number, translated) in done.iter().enumerate() {
        for flag in &translated.flags {
            progress.line(&format!("part {}: {flag}", number + 1));
        }
    }
    let text =
        document.render(|number| done.get(number).map(|translated| translated.text.as_str()));
    if !arguments.json {
        return output.stream(&text);
    }
    output.json(&Report {
        model: &model.info.name,
        from: from.code(),
        to: to.code(),
        text,
        flagged: done
            .iter()
            .filter(|translated| !translated.flags.is_empty())
            .count(),
        segments: sources
            .iter()
            .zip(&done)
            .map(|(source, translated)| Row {
                source,
                target: &translated.text,
                flags: &translated.flags,
            })
            .collect(),
    })
}

fn language(name: &str) -> Result<TextLanguage, CliError> {
    TextLanguage::named(name).ok_or_else(|| CliError::UnknownLanguage {
        name: name.to_owned(),
    })
}

/// The language of a text, where it is certain.
fn found(source: &str) -> Result<TextLanguage, CliError> {
    match detect(source) {
        Some(found) if found.sure => Ok(found.language),
        Some(found) => Err(CliError::LanguageUnclear {
            guess: format!(" (perhaps {})", found.language.english()),
        }),
        None => Err(CliError::LanguageUnclear {
            guess: String::new(),
        }),
    }
}

/// The text to translate and its format. What is no text by its name is read as a
/// document, and its text comes out as Markdown.
fn read(arguments: &TranslateArguments) -> Result<(String, Format), CliError> {
    let file = &arguments.file;
    let extension = file.extension().and_then(|ending| ending.to_str());
    let by_name = extension.and_then(Format::of_extension);
    let named = arguments.format.map(|format| match format {
        TextFormat::Plain => Format::Plain,
        TextFormat::Markdown => Format::Markdown,
        TextFormat::Html => Format::Html,
        TextFormat::Srt => Format::Srt,
    });
    if file == Path::new("-") {
        return Ok((read_stdin()?, named.unwrap_or(Format::Plain)));
    }
    let refused = |reason: String| CliError::File {
        path: file.clone(),
        reason,
    };
    if let Some(format) = named.or(by_name) {
        let bytes = fs::read(file).map_err(|error| refused(error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|_| refused("not text in UTF-8".to_owned()))?;
        return Ok((text, format));
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let document = extract(
        file.as_path(),
        &name,
        &Limits::default(),
        &Control::default(),
    )
    .map_err(|error| refused(error.to_string()))?;
    Ok((document.text(), Format::Markdown))
}
