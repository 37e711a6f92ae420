//! A turn and a translation from end to end: the default model, the real engine, the real
//! store.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod support;

use llmos_assistant::translate::{
    Document, Flag, Formality, Format, Segment, Sheet, SheetRequest, SheetSegment,
};
use llmos_engine::{Backend, EngineHandle, LoadOptions, Sampling};
use llmos_engine_mistralrs::MistralRs;
use llmos_store::{MessageStatus, SegmentState};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use support::World;
use support::counting::{Count, Counting};
use support::script::Script;

async fn loaded(backend: Box<dyn Backend>) -> EngineHandle {
    let engine = EngineHandle::start(vec![backend]);
    let cache = tempfile::tempdir().unwrap();
    let options = LoadOptions {
        context_length: Some(1024),
        cache_dir: cache.path().to_owned(),
        ..LoadOptions::default()
    };
    engine
        .load(&support::default_model(), options)
        .await
        .unwrap();
    engine
}

#[tokio::test]
async fn a_greedy_turn_answers_is_titled_and_can_be_reproduced() {
    let engine = loaded(Box::new(MistralRs::new())).await;
    let mut answers = Vec::new();
    for _ in 0..2 {
        let world = World::on(engine.clone(), Script::default(), Sampling::greedy()).await;
        let events = world
            .ask(None, "What is the capital of France? One word.")
            .await;
        let answer = &events.finished().message;
        assert_eq!(answer.status, MessageStatus::Complete);
        assert!(answer.text.contains("Paris"), "{:?}", answer.text);
        let stats = answer.stats.as_ref().unwrap();
        assert!(stats.ttft_ms > 0.0 && stats.completion_tokens > 0);
        let title = events.title().unwrap_or_default().to_owned();
        assert!(!title.is_empty() && !title.contains('\n'), "{title:?}");
        println!("answer {:?}, title {title:?}", answer.text);
        answers.push((answer.text.clone(), title));
    }
    assert_eq!(answers[0], answers[1]);
}

const NOTICE: &str = "# How to fetch your parcel\n\nRun `make fetch` and write to {name} before noon. Read [the manual](https://docs.example/start?page=2) first.\n\n\
    - The parcel weighs 12 kilograms.\n- Wait at the door.\n\n```sh\nmake fetch --all 7\n```\n";

/// What of the notice's text has to be there again, or be reported.
const LITERALS: [&str; 2] = ["`make fetch`", "{name}"];
const LINK: &str = "](https://docs.example/start?page=2)";
const NUMBER: &str = "12";

fn request(source: &str) -> SheetRequest {
    SheetRequest {
        title: None,
        format: Format::Markdown,
        source: source.to_owned(),
        from: "en".to_owned(),
        to: "fr".to_owned(),
        formality: Formality::Same,
    }
}

/// The notice as it is after a run, and as a text.
async fn translated(world: &World) -> (Sheet, String) {
    let assistant = &world.assistant;
    let sheet = assistant.save_sheet(None, request(NOTICE)).await.unwrap();
    let whole = assistant.run_sheet(&sheet.id, None, |_| {}).await.unwrap();
    assert!(whole);
    assistant.render_sheet(&sheet.id).await.unwrap()
}

/// Headings, lists, code and where links lead, as a parser of Markdown finds them.
fn structure(text: &str) -> Vec<String> {
    let (mut found, mut code) = (Vec::new(), false);
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => code = true,
            Event::End(TagEnd::CodeBlock) => code = false,
            // The words, with what they stress.
            Event::Text(_) if !code => continue,
            Event::Start(Tag::Emphasis | Tag::Strong)
            | Event::End(TagEnd::Emphasis | TagEnd::Strong)
            | Event::Code(_) => continue,
            _ => {}
        }
        found.push(format!("{event:?}"));
    }
    found
}

/// What the default model writes is its own affair; that a text stays whole around it, and
/// that nothing is lost in silence, is ours.
#[tokio::test]
async fn a_translation_keeps_what_is_no_text_and_is_remembered() {
    let count = Count::default();
    let engine = loaded(Box::new(Counting::new(count.clone()))).await;
    let world = World::on(engine.clone(), Script::default(), Sampling::greedy()).await;
    let (sheet, text) = translated(&world).await;
    println!("{text}");
    assert_eq!(sheet.segments.len(), 5);
    assert_eq!(count.get(), 5);

    // Byte for byte the source around the segments, and the same to a reader of Markdown.
    let document = Document::new(NOTICE.to_owned(), Format::Markdown);
    let (mut rest, mut at) = (text.as_str(), 0);
    for (range, segment) in document.segments().map(Segment::range).zip(&sheet.segments) {
        for part in [&NOTICE[at..range.start], segment.target.as_deref().unwrap()] {
            rest = rest.strip_prefix(part).unwrap_or_else(|| {
                panic!("{part:?} is not at the beginning of {rest:?}");
            });
        }
        at = range.end;
    }
    assert_eq!(rest, &NOTICE[at..]);
    assert!(rest.ends_with("```sh\nmake fetch --all 7\n```\n"), "{rest}");
    assert_eq!(structure(&text), structure(NOTICE));

    // Kept, or reported by what says that this is lost.
    for segment in &sheet.segments {
        assert_eq!(segment.state, SegmentState::Machine);
        let target = segment.target.as_deref().unwrap();
        let is_lost = |what: &str| segment.source.contains(what) && !target.contains(what);
        for what in LITERALS {
            let flag = Flag::Lost {
                what: what.to_owned(),
            };
            assert!(
                !is_lost(what) || segment.flags.contains(&flag),
                "{segment:?}"
            );
        }
        let numbers = segment.flags.contains(&Flag::Numbers);
        assert!(!is_lost(NUMBER) || numbers, "{segment:?}");
        assert!(!is_lost(LINK), "{segment:?}");
    }

    // What is of use comes from the memory, and the model is asked for the rest alone.
    let useless = |segment: &&SheetSegment| segment.flags.iter().any(Flag::is_rubbish);
    let useless = sheet.segments.iter().filter(useless).count();
    assert!(useless < sheet.segments.len(), "nothing to be remembered");
    let before = count.get();
    let (again, same) = translated(&world).await;
    assert_eq!(count.get() - before, useless);
    assert_ne!(again.id, sheet.id);
    assert_eq!((&again.segments, &same), (&sheet.segments, &text));

    // Where nothing is remembered the model says the same again.
    let other = World::on(engine, Script::default(), Sampling::greedy()).await;
    assert_eq!(translated(&other).await.1, text);
    assert_eq!(count.get() - before, useless + sheet.segments.len());
}
