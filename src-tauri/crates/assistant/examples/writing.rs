//! Measures what a model can do for a text: rewrites in every style, drafts and
//! continuations, with checks that a program can make. Prints a table, and with `-v`
//! the texts.
//!
//! `cargo build --release --workspace --example writing`, then
//! `target/release/examples/writing [MODEL.gguf] [-v]`
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_precision_loss,
    reason = "a measurement that fails has nothing to save"
)]

mod model;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use llmos_assistant::AssistantError;
use llmos_assistant::write::{
    self, Count, Diff, Doubt, Form, Kind, Length, PROMPTS_VERSION, Rewrite, Style, Tone,
};
use llmos_engine::{EngineHandle, LoadedModel};

/// Texts with mistakes, facts and structure, written for this measurement.
const TEXTS: &[&str] = &[
    "I writes to you because the heating in our flat do not work since 3 weeks, it is very cold and my childs are ill.",
    "The meeting with Anna and Peter was moved from Tuesday, 14 May to Friday, 17 May at 15:30. It takes place in room 204.",
    "Due to the fact that there was a significant amount of rain during the course of the weekend, the decision was taken by the club to postpone the match against Northfield until 21 June.",
    "hey can u send me the 12 fotos from saturday? i need them for the newsletter til tomorow, my adress is info@example.org. thx",
    "Our shop opens at 9:00 and closes at 18:30. On Sundays we are closed. Orders over 50 euros are delivered for free.",
    "# Moving day\n\nWe are moving on the 1st of August and needs helpers.\n\n- The van come at 8:00\n- There is pizza for everyone who help us\n\nSee https://example.org/map for the way.\n\nBest regards,\nMia",
];

const CHINESE: &[&str] = &[
    "会议改到5月17日星期五下午3点半，地点是204会议室，请王师傅和李老师准时参加。",
    "我因为家里的暖汽坏了三个星期了，所以非常很冷，希望您能尽快派人来修理一下。",
];

fn styles() -> [(&'static str, Style); 7] {
    [
        ("grammar", Style::Grammar),
        ("clearer", Style::Clearer),
        ("shorter", Style::Shorter),
        ("longer", Style::Longer),
        ("formal", Style::Formal),
        ("friendly", Style::Friendly),
        (
            "own",
            Style::Own("Rewrite this text as a question.".to_owned()),
        ),
    ]
}

struct Bench {
    engine: EngineHandle,
    model: Arc<LoadedModel>,
    verbose: bool,
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let verbose = arguments.iter().any(|argument| argument == "-v");
    let named = arguments.iter().find(|argument| *argument != "-v");
    let path = named.map(PathBuf::from);
    let (engine, model) = model::load(path.as_deref()).await.unwrap();
    println!("prompts {PROMPTS_VERSION}");
    let bench = Bench {
        engine,
        model,
        verbose,
    };
    bench.rewrites("English", TEXTS).await;
    bench.rewrites("Chinese", CHINESE).await;
    bench.drafts().await;
    bench.continuations().await;
}

impl Bench {
    async fn rewrites(&self, language: &str, texts: &[&str]) {
        println!(
            "\n{language:<9} passages  useless  unchanged  strayed  cut  other language  facts kept  clean diffs  length  s/text"
        );
        for (name, style) in styles() {
            let mut row = Row::default();
            for text in texts {
                self.one(text, &style, &mut row).await;
            }
            row.print(name, texts.len());
        }
    }

    async fn one(&self, text: &str, style: &Style, row: &mut Row) {
        let request = Rewrite {
            text: text.to_owned(),
            style: style.clone(),
            attempt: 0,
        };
        let begun = Instant::now();
        let done = write::rewrite(&self.engine, &self.model, &request, |_| {}).await;
        row.seconds += begun.elapsed().as_secs_f64();
        row.before += Count::of(text).words;
        let done = match done {
            Ok(done) => done,
            Err(AssistantError::NothingWritten) => {
                row.nothing += 1;
                row.after += Count::of(text).words;
                if self.verbose {
                    println!("  {style:?}: nothing that can be used\n");
                }
                return;
            }
            Err(error) => panic!("{error}"),
        };
        if self.verbose {
            println!(
                "  {style:?}: {}\n  {:?}, lost {:?}, added {:?}\n",
                done.text, done.doubts, done.facts.lost, done.facts.added
            );
        }
        row.passages += done.passages;
        row.useless += done.kept;
        row.after += Count::of(&done.text).words;
        for doubt in &done.doubts {
            match doubt {
                Doubt::Unchanged => row.unchanged += 1,
                Doubt::Strayed => row.strayed += 1,
                Doubt::CutOff => row.cut += 1,
                Doubt::OtherLanguage => row.foreign += 1,
                Doubt::NotShorter | Doubt::NotLonger => {}
            }
        }
        // Against nothing, everything that the program takes for a fact is lost.
        let facts = write::Facts::compare(text, "");
        row.facts += facts.lost.len();
        row.lost += done.facts.lost.len();
        row.diffs += 1;
        row.clean += usize::from(is_clean(&done.diff, text, &done.text));
    }

    async fn drafts(&self) {
        println!("\ndraft          points kept  words asked  words  blanks  cut  s");
        let forms = [
            (
                Kind::Email,
                Tone::Formal,
                Length::Short,
                "my landlord",
                "the heating is broken since Monday\nplease send somebody before Friday",
            ),
            (
                Kind::Letter,
                Tone::Formal,
                Length::Medium,
                "the town council",
                "the street lamp at 12 Mill Street is dark\nit is dangerous for children",
            ),
            (
                Kind::Message,
                Tone::Friendly,
                Length::Short,
                "a friend",
                "I will be 20 minutes late\norder a coffee for me",
            ),
            (
                Kind::Post,
                Tone::Persuasive,
                Length::Short,
                "the neighbours",
                "street party on 6 July at 15:00\nbring a cake",
            ),
            (
                Kind::Section,
                Tone::Plain,
                Length::Medium,
                "the board",
                "sales rose by 12 percent in March\nthe new shop opened",
            ),
            (
                Kind::Ideas,
                Tone::Plain,
                Length::Short,
                "",
                "presents for a grandfather who likes birds",
            ),
        ];
        for (kind, tone, length, audience, points) in forms {
            let form = Form {
                kind,
                tone,
                length,
                audience: audience.to_owned(),
                language: "en".to_owned(),
                points: points.to_owned(),
                ..Form::default()
            };
            let begun = Instant::now();
            let drafted = write::draft(&self.engine, &self.model, &form, 0, |_| {}).await;
            let seconds = begun.elapsed().as_secs_f64();
            let Ok(drafted) = drafted else {
                println!("{:<14} nothing that can be used", format!("{kind:?}"));
                continue;
            };
            let points = form.points().count();
            println!(
                "{:<14} {:>5} of {points}  {:>11}  {:>5}  {:>6}  {:>3}  {seconds:.1}",
                format!("{kind:?}"),
                points - drafted.left_out.len(),
                length.words(),
                Count::of(&drafted.text).words,
                drafted.blanks.len(),
                u8::from(drafted.doubts.contains(&Doubt::CutOff)),
            );
            if self.verbose {
                println!("{}\n", drafted.text);
            }
        }
    }

    async fn continuations(&self) {
        let begun = Instant::now();
        let (mut usable, mut foreign) = (0, 0);
        for text in TEXTS {
            let more = write::carry_on(&self.engine, &self.model, text, 0, |_| {}).await;
            let Ok(more) = more else {
                continue;
            };
            usable += 1;
            foreign += usize::from(more.doubts.contains(&Doubt::OtherLanguage));
            if self.verbose {
                println!("  …{}\n", more.text);
            }
        }
        println!(
            "\ncontinue: {usable} of {} usable, {foreign} in another language, {:.1} s each",
            TEXTS.len(),
            begun.elapsed().as_secs_f64() / TEXTS.len() as f64
        );
    }
}

/// Whether all changes make the rewrite, none the text, and each alone a text of its own.
fn is_clean(diff: &Diff, old: &str, new: &str) -> bool {
    let ends = diff.apply(|_| true) == new && diff.apply(|_| false) == old;
    let singles = (0..diff.changes()).all(|chosen| {
        let one = diff.apply(|number| number == chosen);
        one != old && Diff::between(old, &one).changes() > 0
    });
    ends && singles
}

#[derive(Default)]
struct Row {
    passages: usize,
    useless: usize,
    nothing: usize,
    unchanged: usize,
    strayed: usize,
    cut: usize,
    foreign: usize,
    facts: usize,
    lost: usize,
    diffs: usize,
    clean: usize,
    before: usize,
    after: usize,
    seconds: f64,
}

impl Row {
    fn print(&self, name: &str, texts: usize) {
        println!(
            "{name:<9} {:>8}  {:>7}  {:>9}  {:>7}  {:>3}  {:>14}  {:>4} of {:<3}  {:>5} of {:<3}  {:>5.0} %  {:.1}",
            self.passages + self.nothing,
            self.useless + self.nothing,
            self.unchanged,
            self.strayed,
            self.cut,
            self.foreign,
            self.facts - self.lost,
            self.facts,
            self.clean,
            self.diffs,
            100.0 * self.after as f64 / self.before as f64,
            self.seconds / texts as f64
        );
    }
}
