//! How well the loaded model translates, as far as a program can tell: how many segments
//! pass every check, what is wrong with the others, and whether what must be kept was
//! kept or reported. For docs/BENCHMARKS.md:
//!
//! `cargo run --release --workspace --example translate_quality [MODEL]`
#![allow(clippy::print_stdout, reason = "this is what it is for")]

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Instant;

use llmos_assistant::translate::{Document, Flag, Format, TextLanguage, Translator};
use llmos_engine::{EngineHandle, LoadOptions, Native};

const LETTER: &str = "Dear Ms. Novak,\n\nThank you for your letter of 3 May. The rent of €1,240.50 is due on the first day of each month. \
Please send it to account 4711 or write to office@house.example.\n\nThe heating will be repaired on Tuesday between 9:00 and 11:30. \
You can find the plan at https://house.example/plan?week=21.\n\nKind regards,\nThe landlord\n";

const NOTES: &str = "---\ntitle: Set-up\n---\n\n# How to begin\n\nInstall the **program** with `make install` and open [the manual](https://docs.example/start).\n\n\
1. Choose a folder with at least 2 GB of space.\n2. Copy `config.toml` into it.\n\n```sh\nmake run\n```\n\n| Name | Meaning |\n|------|---------|\n| Fast | Takes 3 minutes |\n\n> It never sends {data} anywhere.\n";

const PAGE: &str = "<!DOCTYPE html><html><head><title>Opening hours</title></head><body><h1>Welcome</h1>\
<p>We are open from <b>8</b> to <b>18</b> &amp; closed on Sundays.</p><p>Call <a href=\"tel:+4912345\">our office</a> or write.</p>\
<img src=\"door.png\" alt=\"A blue door\"><script>var hours = 10;</script></body></html>";

const FILM: &str = "1\n00:00:01,000 --> 00:00:03,000\n<i>Where have you been?</i>\n\n2\n00:00:03,500 --> 00:00:05,000\n- At the station.\n- All night?\n\n\
3\n00:00:06,000 --> 00:00:08,000\nThe last train left at 11:45.\n";

const STRINGS: &str = "Hello {name}, you have %d new messages.\nDelete %s for ever?\nSaved to ${path}.\nPage {{page}} of {{pages}}\nWrite to help@app.example or see https://app.example/help.\n";

/// What has to come out as it went in, wherever it stands.
const FIXED: &[&str] = &[
    "office@house.example",
    "https://house.example/plan?week=21",
    "`make install`",
    "](https://docs.example/start)",
    "`config.toml`",
    "{data}",
    "<b>",
    "</b>",
    "<a href=\"tel:+4912345\">",
    "</a>",
    "<i>",
    "</i>",
    "{name}",
    "%d",
    "%s",
    "${path}",
    "{{page}}",
    "{{pages}}",
    "help@app.example",
    "https://app.example/help",
];

const TEXTS: &[(&str, Format, &str)] = &[
    ("letter", Format::Plain, LETTER),
    ("notes", Format::Markdown, NOTES),
    ("page", Format::Html, PAGE),
    ("film", Format::Srt, FILM),
    ("strings", Format::Plain, STRINGS),
];

#[derive(Default)]
struct Tally {
    segments: usize,
    clean: usize,
    kinds: BTreeMap<String, usize>,
    fixed: usize,
    kept: usize,
    reported: usize,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).map(Into::into);
    let path = path
        .or_else(llmos_assistant::default_model_path)
        .ok_or("no model")?;
    let engine = EngineHandle::start(vec![Box::new(Native::new())]);
    let model = engine.load(&path, LoadOptions::default()).await?;
    println!(
        "{} ({} weights)",
        model.info.name, model.info.parameter_count
    );
    let english = TextLanguage::find("en").ok_or("no English")?;
    for code in ["de", "fr", "es", "zh"] {
        let to = TextLanguage::find(code).ok_or("no such language")?;
        let translator = Translator::new(engine.clone(), model.clone(), english, to);
        let mut tally = Tally::default();
        let begun = Instant::now();
        for (name, format, text) in TEXTS {
            measure(&translator, name, *format, text, &mut tally).await?;
        }
        println!(
            "en → {code}: {} of {} segments pass every check, {:.1} s; of {} fixed spans {} kept, {} reported, {} lost in silence; {:?}",
            tally.clean,
            tally.segments,
            begun.elapsed().as_secs_f64(),
            tally.fixed,
            tally.kept,
            tally.reported,
            tally.fixed - tally.kept - tally.reported,
            tally.kinds
        );
    }
    Ok(())
}

async fn measure(
    translator: &Translator,
    name: &str,
    format: Format,
    text: &str,
    tally: &mut Tally,
) -> Result<(), Box<dyn Error>> {
    let document = Document::new(text.to_owned(), format);
    let sources: Vec<&str> = document
        .segments()
        .map(|segment| &text[segment.range()])
        .collect();
    let mut targets = Vec::new();
    for (number, source) in sources.iter().enumerate() {
        let done = translator.translate(&document, number, |_| {}).await?;
        tally.segments += 1;
        tally.clean += usize::from(done.flags.is_empty());
        for flag in &done.flags {
            *tally.kinds.entry(kind(flag)).or_default() += 1;
        }
        for fixed in FIXED {
            let wanted = source.matches(fixed).count();
            let kept = done.text.matches(fixed).count().min(wanted);
            tally.fixed += wanted;
            tally.kept += kept;
            if !done.flags.is_empty() {
                tally.reported += wanted - kept;
            }
        }
        if std::env::var_os("SHOW").is_some() {
            println!("{name} {source:?}\n  {:?} {:?}", done.text, done.flags);
        }
        targets.push(done.text);
    }
    let rendered = document.render(|number| targets.get(number).map(String::as_str));
    let back = Document::new(rendered, format);
    // Without blanks: a translation may have more sentences than its source.
    let outside = |document: &Document| -> String {
        document.render(|_| Some("")).split_whitespace().collect()
    };
    if outside(&document) != outside(&back) {
        println!("{name}: the structure differs");
    }
    Ok(())
}

fn kind(flag: &Flag) -> String {
    let text = format!("{flag:?}");
    text.split([' ', '{']).next().unwrap_or_default().to_owned()
}
