//! How well the default model translates, as far as a program can tell: how many segments
//! pass every check, how many are of no use, and whether what must be kept was kept or
//! reported. For docs/BENCHMARKS.md:
//!
//! `cargo run --release --workspace --example translate_quality [-- --show]`
//!
//! *Reported* means that a flag of the segment says what is lost: that another flag is
//! there does not count. *In silence* must be 0 whatever the model writes, and every
//! document must have the structure of its source; the program ends with an error
//! otherwise.
#![allow(clippy::print_stdout, reason = "this is what it is for")]

mod model;

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Instant;

use llmos_assistant::translate::{
    Document, Flag, Format, Segment, TextLanguage, Translated, Translator,
};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use regex::Regex;

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
    "**",
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

/// What became of things that had to be kept.
#[derive(Default)]
struct Fates {
    all: usize,
    kept: usize,
    reported: usize,
}

impl Fates {
    fn count(&mut self, wanted: usize, found: usize, reported: bool) {
        let kept = found.min(wanted);
        self.all += wanted;
        self.kept += kept;
        self.reported += if reported { wanted - kept } else { 0 };
    }

    fn in_silence(&self) -> usize {
        self.all - self.kept - self.reported
    }

    fn row(&self) -> String {
        format!(
            "{}, {} kept, {} reported, {} in silence",
            self.all,
            self.kept,
            self.reported,
            self.in_silence()
        )
    }
}

#[derive(Default)]
struct Tally {
    segments: usize,
    clean: usize,
    useless: usize,
    kinds: BTreeMap<String, usize>,
    fixed: Fates,
    numbers: Fates,
    broken: usize,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (engine, model) = model::load(None).await?;
    let show = std::env::args().any(|argument| argument == "--show");
    let english = TextLanguage::find("en").ok_or("no English")?;
    let mut bad = 0;
    for code in ["de", "fr", "es", "zh"] {
        let to = TextLanguage::find(code).ok_or("no such language")?;
        let translator = Translator::new(engine.clone(), model.clone(), english, to);
        let mut tally = Tally::default();
        let begun = Instant::now();
        for (name, format, text) in TEXTS {
            let document = Document::new((*text).to_owned(), *format);
            measure(&translator, name, &document, &mut tally, show).await?;
        }
        println!(
            "en → {code}: {} segments, {} pass every check, {} of no use, {:.1} s",
            tally.segments,
            tally.clean,
            tally.useless,
            begun.elapsed().as_secs_f64()
        );
        println!("  fixed spans: {}", tally.fixed.row());
        println!("  numbers: {}", tally.numbers.row());
        println!("  structure: {} of {} differ", tally.broken, TEXTS.len());
        println!("  flags: {:?}", tally.kinds);
        bad += tally.fixed.in_silence() + tally.numbers.in_silence() + tally.broken;
    }
    if bad == 0 {
        Ok(())
    } else {
        Err(format!("{bad} lost in silence").into())
    }
}

async fn measure(
    translator: &Translator,
    name: &str,
    document: &Document,
    tally: &mut Tally,
    show: bool,
) -> Result<(), Box<dyn Error>> {
    let text = document.source();
    let mut targets = Vec::new();
    for (number, segment) in document.segments().enumerate() {
        let source = &text[segment.range()];
        let done = translator.translate(document, number, |_| {}).await?;
        tally.segments += 1;
        tally.clean += usize::from(done.flags.is_empty());
        tally.useless += usize::from(done.flags.iter().any(Flag::is_rubbish));
        for flag in &done.flags {
            *tally.kinds.entry(kind(flag)).or_default() += 1;
        }
        for fixed in FIXED {
            let (wanted, found) = (source.matches(fixed), done.text.matches(fixed));
            let reported = says_lost(&done, fixed);
            tally.fixed.count(wanted.count(), found.count(), reported);
        }
        let found = numbers(&done.text)?;
        for (digits, wanted) in numbers(source)? {
            let found = found.get(&digits).copied().unwrap_or(0);
            let reported = done.flags.contains(&Flag::Numbers);
            tally.numbers.count(wanted, found, reported);
        }
        if show {
            println!("{name} {source:?}\n  {:?} {:?}", done.text, done.flags);
        }
        targets.push(done.text);
    }
    let rendered = document.render(|number| targets.get(number).map(String::as_str));
    let (before, after) = (
        shape(text, document.format())?,
        shape(&rendered, document.format())?,
    );
    if !same_around(document, &targets, &rendered) || before != after {
        println!("{name}: the structure differs\n  {before:?}\n  {after:?}");
        tally.broken += 1;
    }
    Ok(())
}

/// Whether a translation says that it lacks something that is fixed.
fn says_lost(done: &Translated, fixed: &str) -> bool {
    done.flags.iter().any(|flag| match flag {
        // Spans that touch are one.
        Flag::Lost { what } => what.contains(fixed),
        Flag::Formatting => fixed == "**",
        _ => false,
    })
}

/// The numbers between what is fixed, by their digits, and how often each is there.
fn numbers(text: &str) -> Result<BTreeMap<String, usize>, Box<dyn Error>> {
    let mut bare = text.to_owned();
    for fixed in FIXED {
        bare = bare.replace(fixed, " ");
    }
    let mut found = BTreeMap::new();
    for number in Regex::new(r"\d(?:[\d.,:]*\d)?")?.find_iter(&bare) {
        let digits = number.as_str().replace(['.', ',', ':'], "");
        *found.entry(digits).or_default() += 1;
    }
    Ok(found)
}

/// Whether all that stands around the segments is there byte for byte.
fn same_around(document: &Document, targets: &[String], rendered: &str) -> bool {
    let (mut rest, mut at) = (rendered, 0);
    for (range, target) in document.segments().map(Segment::range).zip(targets) {
        let around = &document.source()[at..range.start];
        let Some(after) = rest
            .strip_prefix(around)
            .and_then(|rest| rest.strip_prefix(target.as_str()))
        else {
            return false;
        };
        (rest, at) = (after, range.end);
    }
    rest == &document.source()[at..]
}

/// What another program would make of a text, less its words: the structure that no
/// translation may change, found without the code that takes texts apart here.
fn shape(text: &str, format: Format) -> Result<Vec<String>, Box<dyn Error>> {
    let matches = |pattern: &str| -> Result<Vec<String>, Box<dyn Error>> {
        let pattern = Regex::new(pattern)?;
        let found = pattern.find_iter(text);
        Ok(found.map(|found| found.as_str().to_owned()).collect())
    };
    match format {
        Format::Markdown => Ok(blocks(text)),
        // Descriptions are translated, too; they hold no mark that would end the tag.
        Format::Html => {
            let described = Regex::new(r#"alt="[^"]*""#)?;
            let tags = matches(r"<[^>]*>")?;
            let bare = |tag: String| described.replace(&tag, "alt").into_owned();
            Ok(tags.into_iter().map(bare).collect())
        }
        Format::Srt => matches(r"(?m)^\d+$|^.*-->.*$|^$"),
        Format::Plain => matches(r"\n+"),
    }
}

/// The blocks of a Markdown text with their code, and where its links lead. Emphasis is
/// the words' own.
fn blocks(text: &str) -> Vec<String> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let (mut found, mut verbatim) = (Vec::new(), false);
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::Emphasis | Tag::Strong)
            | Event::End(TagEnd::Emphasis | TagEnd::Strong)
            | Event::SoftBreak
            | Event::Code(_) => continue,
            Event::Text(_) if !verbatim => continue,
            Event::Start(Tag::CodeBlock(_) | Tag::MetadataBlock(_)) => verbatim = true,
            Event::End(TagEnd::CodeBlock | TagEnd::MetadataBlock(_)) => verbatim = false,
            _ => {}
        }
        found.push(format!("{event:?}"));
    }
    found
}

fn kind(flag: &Flag) -> String {
    let text = format!("{flag:?}");
    text.split([' ', '{']).next().unwrap_or_default().to_owned()
}
