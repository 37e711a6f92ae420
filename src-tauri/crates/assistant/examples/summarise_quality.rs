//! Measures how well the default model sums up: how many parts are read, and how many of a
//! text's key terms are in its summary. What it does with instructions inside a text is
//! measured by the example `injections`.
//!
//! `cargo run --release --workspace --example summarise_quality [-- --show]`
#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a measurement that fails has nothing to save"
)]

mod model;

use llmos_assistant::summarise::{Length, Source, Style, Summary, Wish};
use llmos_assistant::{Assistant, Timestamp};

/// A text with the terms that a summary of it should not lack.
struct Sample {
    name: &'static str,
    text: &'static str,
    terms: &'static [&'static str],
}

/// Written for this program.
const TEXTS: [Sample; 6] = [
    Sample {
        name: "council",
        text: "The town council met on Tuesday evening to discuss the old bridge over the river \
               Arden. Engineers reported that two of the five stone piers have been hollowed out \
               by the floods of last winter.\n\nRepairing the piers would cost 420,000 euros and \
               take four months; a new bridge would cost three million. The mayor, Anna Keller, \
               said that the town has set aside 300,000 euros.\n\nShopkeepers on the north bank \
               worry that a closed bridge will keep customers away. The council decided to close \
               the bridge to lorries from Monday.",
        terms: &["bridge", "council", "repair", "piers", "close"],
    },
    Sample {
        name: "bees",
        text: "Honeybees keep their hive at about 35 degrees while they raise their young. On \
               cold days they crowd together and shiver with their wing muscles, which makes \
               heat without flying.\n\nOn hot days some of them carry water to the hive and \
               spread it in drops, while others fan their wings at the entrance. The water \
               evaporates and cools the comb.\n\nA hive that grows too warm or too cold raises \
               bees that learn badly and lose their way.",
        terms: &["bees", "hive", "heat", "water", "cold"],
    },
    Sample {
        name: "battery",
        text: "The new battery stores energy in iron and air. When it gives power, iron rusts; \
               when it is charged, the rust turns back into iron.\n\nIron is cheap and cannot \
               burn, so that the cells cost a tenth of lithium cells. They are heavy and slow, \
               and of no use in a car.\n\nThe company wants to build a plant that keeps the power \
               of a wind farm for four days. A first test with 300 cells begins in March.",
        terms: &["battery", "iron", "rust", "cheap", "power"],
    },
    Sample {
        name: "letter",
        text: "Dear Mr Olsen, thank you for your order of twelve oak chairs on 3 May. We are \
               sorry to say that the oak did not arrive from our supplier in time.\n\nWe can \
               deliver six chairs on 20 June and the other six on 15 July. You may also have all \
               twelve in beech on 20 June, at a price that is 15 per cent lower.\n\nPlease let us \
               know by Friday which you prefer. Your deposit of 400 euros is safe in any case.",
        terms: &["chairs", "oak", "deliver", "June", "beech"],
    },
    Sample {
        name: "walk",
        text: "The walk begins at the station of Lindau and follows the stream uphill for an \
               hour. After the second footbridge the path leaves the wood, and the lake lies \
               below.\n\nFrom the chapel on the ridge you see three valleys. There is a spring \
               behind it with good water; it is the last one before the hut.\n\nThe descent is \
               steep and slippery after rain. Take sticks with you, and do not begin it after \
               four o'clock in autumn.",
        terms: &["walk", "path", "chapel", "water", "steep"],
    },
    Sample {
        name: "trial",
        text: "In the trial, 240 people with back pain were divided into two groups. One group \
               walked half an hour a day for twelve weeks; the other was given a leaflet.\n\nThe \
               walkers had 40 per cent fewer days of pain than the others. The effect was largest \
               in people above sixty.\n\nThe doctors warn that the trial was short, and that one \
               in five walkers gave up before its end.",
        terms: &["pain", "walk", "group", "trial", "fewer"],
    },
];

#[tokio::main]
async fn main() {
    let (engine, _) = model::load(None).await.unwrap();
    let assistant = Assistant::in_memory(engine, || Timestamp(1_795_508_088_000))
        .await
        .unwrap();
    texts(&assistant).await;
}

async fn summary(assistant: &Assistant, text: &str, style: Style) -> Summary {
    let wish = Wish {
        style,
        length: Length::Medium,
        ..Wish::default()
    };
    let source = Source::text(None, text.to_owned());
    let (_, summary) = assistant
        .summarise_now(source, &wish, |_, _, _| {})
        .await
        .unwrap();
    summary
}

fn all(summary: &Summary) -> String {
    let texts: Vec<&str> = summary.points.iter().map(|p| p.text.as_str()).collect();
    texts.join(" ")
}

async fn texts(assistant: &Assistant) {
    println!("style        parts  read  quoted  terms found  length of the text");
    for style in Style::ALL {
        let (mut parts, mut read, mut quoted) = (0, 0, 0);
        let (mut found, mut terms, mut said, mut given) = (0, 0, 0, 0);
        for text in &TEXTS {
            let summary = summary(assistant, text.text, style).await;
            let words = all(&summary);
            if std::env::args().any(|argument| argument == "--show") {
                println!("  {}: {words}", text.name);
            }
            parts += summary.coverage.parts;
            read += summary.coverage.read();
            quoted += summary.coverage.quoted.len();
            let lower = words.to_lowercase();
            let has = |term: &&&str| lower.contains(&term.to_lowercase());
            found += text.terms.iter().filter(has).count();
            terms += text.terms.len();
            said += words.len();
            given += text.text.len();
        }
        println!(
            "{:<12} {parts:>5} {read:>5} {quoted:>7} {:>11.0} % {:>10.0} %",
            format!("{style:?}"),
            share(found, terms),
            share(said, given)
        );
    }
}

fn share(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}
