//! Texts on two sides: translated segment by segment, kept, found again, and checked.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod support;

use llmos_assistant::AssistantError;
use llmos_assistant::jobs::JobEvent;
use llmos_assistant::translate::{
    Flag, Formality, Format, RunEvent, Sheet, SheetRequest, SheetSegment, Side,
};
use llmos_store::{GlossaryTerm, JobState, LanguagePair, SegmentState};
use support::World;
use support::script::{Gate, Step};

const LEASE: &str = "The rent of {amount} is due on day 1. Pets are allowed here.\n";

fn request(source: &str) -> SheetRequest {
    SheetRequest {
        title: None,
        format: Format::Plain,
        source: source.to_owned(),
        from: "en".to_owned(),
        to: "de".to_owned(),
        formality: Formality::Formal,
    }
}

async fn run(world: &World, sheet: &Sheet, only: Option<Vec<usize>>) -> bool {
    world
        .assistant
        .run_sheet(&sheet.id, only, |_| {})
        .await
        .unwrap()
}

fn states(segments: &[SheetSegment]) -> Vec<SegmentState> {
    segments.iter().map(|segment| segment.state).collect()
}

fn targets(sheet: &Sheet) -> Vec<&str> {
    sheet
        .segments
        .iter()
        .map(|segment| segment.target.as_deref().unwrap_or(""))
        .collect()
}

#[tokio::test]
async fn a_text_is_translated_checked_and_put_together() {
    let world = World::new().await;
    let sheet = world
        .assistant
        .save_sheet(None, request(LEASE))
        .await
        .unwrap();
    assert_eq!(
        sheet.title,
        "The rent of {amount} is due on day 1. Pets are allowed here."
    );
    assert_eq!(states(&sheet.segments), [SegmentState::Waiting; 2]);

    world.will_say("Die Miete von [1] ist am 1. fällig.");
    world.will_say("Hunde und Katzen sind erlaubt.");
    let mut events = Vec::new();
    let whole = world
        .assistant
        .run_sheet(&sheet.id, None, |event| events.push(event))
        .await
        .unwrap();
    assert!(whole);
    let done: Vec<usize> = events
        .iter()
        .filter_map(|event| match event {
            RunEvent::Done { ordinal, .. } => Some(*ordinal),
            RunEvent::Text { .. } => None,
        })
        .collect();
    assert_eq!(done, [0, 1]);
    let (sheet, text) = world.assistant.render_sheet(&sheet.id).await.unwrap();
    assert_eq!(
        text,
        "Die Miete von {amount} ist am 1. fällig. Hunde und Katzen sind erlaubt.\n"
    );
    assert!(
        sheet
            .segments
            .iter()
            .all(|segment| segment.flags.is_empty()),
        "{sheet:?}"
    );

    // What the model read: the task, the example, and the text between marks.
    let prompts = world.script.prompts();
    let first = world.engine.model().unwrap().tokenizer.decode(&prompts[0]);
    assert!(first.contains("Address the reader formally"), "{first}");
    assert!(
        first.contains("<<<\nThe rent of [1] is due on day 1.\n>>>"),
        "{first}"
    );
    assert!(first.contains("Guten Morgen, [1]!"), "{first}");
}

#[tokio::test]
async fn the_same_segment_is_never_translated_twice() {
    let world = World::new().await;
    let sheet = world
        .assistant
        .save_sheet(None, request("Pets are allowed here."))
        .await
        .unwrap();
    world.will_say("Tiere sind hier erlaubt.");
    run(&world, &sheet, None).await;
    let asked = world.script.prompts().len();

    // In another text it is there at once, and so are two of it.
    let other = request("Pets are allowed here.\nPets  are allowed here.");
    let other = world.assistant.save_sheet(None, other).await.unwrap();
    assert_eq!(targets(&other), ["Tiere sind hier erlaubt."; 2]);
    assert!(run(&world, &other, None).await);
    assert_eq!(
        world.script.prompts().len(),
        asked,
        "the model was not asked again"
    );

    // A person's words go before, everywhere and whatever the glossary says.
    world
        .assistant
        .edit_segment(&sheet.id, 0, Some("Haustiere: ja.".to_owned()))
        .await
        .unwrap();
    let pair = LanguagePair {
        from: "en".to_owned(),
        to: "de".to_owned(),
    };
    let term = GlossaryTerm {
        source: "pets".to_owned(),
        target: "Haustiere".to_owned(),
        match_case: false,
    };
    world
        .store
        .set_glossary(&pair, &[term], support::clock())
        .await
        .unwrap();
    let third = world
        .assistant
        .save_sheet(None, request("Pets are allowed here. And so on and on."))
        .await
        .unwrap();
    assert_eq!(
        states(&third.segments),
        [SegmentState::Edited, SegmentState::Waiting]
    );
    assert_eq!(targets(&third)[0], "Haustiere: ja.");

    // Forgotten, the model is asked again, and the glossary is in the question.
    world
        .assistant
        .edit_segment(&sheet.id, 0, Some(String::new()))
        .await
        .unwrap();
    world.will_say("Die Tiere dürfen hier sein.");
    run(&world, &sheet, None).await;
    let sheet = world.assistant.sheet(&sheet.id).await.unwrap();
    assert_eq!(
        sheet.segments[0].flags,
        [Flag::Term {
            source: "pets".to_owned(),
            target: "Haustiere".to_owned()
        }]
    );
    let prompts = world.script.prompts();
    let last = world
        .engine
        .model()
        .unwrap()
        .tokenizer
        .decode(prompts.last().unwrap());
    assert!(last.contains("pets = Haustiere"), "{last}");
}

#[tokio::test]
async fn what_is_no_translation_is_flagged_and_not_remembered() {
    let world = World::new().await;
    let sheet = world
        .assistant
        .save_sheet(None, request(LEASE))
        .await
        .unwrap();
    world.will_say("The rent of [1] is due on day 1.");
    world.will_say("Sure, I can help you with that text.");
    run(&world, &sheet, None).await;
    let sheet = world.assistant.sheet(&sheet.id).await.unwrap();
    assert_eq!(sheet.segments[0].flags, [Flag::Echo]);
    assert!(
        sheet.segments[1].flags.contains(&Flag::Answered),
        "{sheet:?}"
    );
    let again = world
        .assistant
        .save_sheet(None, request(LEASE))
        .await
        .unwrap();
    assert_eq!(states(&again.segments), [SegmentState::Waiting; 2]);
    // A placeholder that a person leaves out is said, too.
    let edited = world
        .assistant
        .edit_segment(&sheet.id, 0, Some("Miete fällig.".to_owned()))
        .await
        .unwrap();
    assert_eq!(
        edited.flags,
        [Flag::Lost {
            what: "{amount}".to_owned()
        }]
    );
}

#[tokio::test]
async fn other_words_keep_the_translations_of_the_sentences_that_stay() {
    let world = World::new().await;
    let sheet = world
        .assistant
        .save_sheet(None, request(LEASE))
        .await
        .unwrap();
    world.will_say("Die Miete von [1] ist am 1. fällig.");
    world.will_say("Tiere sind hier erlaubt.");
    run(&world, &sheet, None).await;
    world
        .assistant
        .edit_segment(&sheet.id, 1, None)
        .await
        .unwrap();
    let mut changed = request("Welcome to your new home, dear tenant.\nPets are allowed here.");
    changed.title = Some("lease.txt".to_owned());
    let sheet = world
        .assistant
        .save_sheet(Some(sheet.id), changed.clone())
        .await
        .unwrap();
    assert_eq!(
        states(&sheet.segments),
        [SegmentState::Waiting, SegmentState::Kept]
    );
    assert_eq!(targets(&sheet)[1], "Pets are allowed here.");
    assert_eq!(sheet.title, "lease.txt");

    // Into another language nothing of it holds.
    changed.to = "fr".to_owned();
    let french = world
        .assistant
        .save_sheet(Some(sheet.id), changed)
        .await
        .unwrap();
    assert_eq!(states(&french.segments), [SegmentState::Waiting; 2]);
}

#[tokio::test]
async fn it_is_stopped_between_tokens_and_goes_on_where_it_was() {
    let world = World::new().await;
    let sheet = world
        .assistant
        .save_sheet(None, request(LEASE))
        .await
        .unwrap();
    world.will_say("Die Miete von [1] ist am 1. fällig.");
    let gate = Gate::default();
    let mut steps = world.steps("Tiere");
    steps.push(Step::Wait(gate.clone()));
    steps.extend(world.steps(" sind erlaubt."));
    world.script.push(steps);
    let stopper = world.assistant.clone();
    let whole = world
        .assistant
        .run_sheet(&sheet.id, None, move |event| {
            if matches!(event, RunEvent::Done { ordinal: 0, .. }) {
                stopper.stop_translating();
            }
        })
        .await
        .unwrap();
    gate.open();
    assert!(!whole);
    let half = world.assistant.sheet(&sheet.id).await.unwrap();
    assert_eq!(
        states(&half.segments),
        [SegmentState::Machine, SegmentState::Waiting]
    );
}

#[tokio::test]
async fn a_document_is_translated_by_a_job_in_its_own_format() {
    let world = World::new().await;
    let film = "1\n00:00:01,000 --> 00:00:02,000\n<i>Where is the station, please?</i>\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo streets straight ahead.\n";
    let mut asked = request(film);
    asked.format = Format::Srt;
    let sheet = world.assistant.save_sheet(None, asked).await.unwrap();
    world.will_say("Wo ist bitte der Bahnhof?");
    world.will_say("Zwei Straßen geradeaus.");
    let jobs = world.assistant.jobs();
    let mut events = jobs.watch();
    let job = world.assistant.start_sheet(&sheet.id).await.unwrap();
    assert_eq!(
        (job.kind.as_str(), job.subject.as_deref()),
        ("translate", Some(sheet.id.as_str()))
    );
    loop {
        match events.recv().await.unwrap() {
            JobEvent::Changed(job) if job.state == JobState::Finished => break,
            JobEvent::Changed(job) => assert_eq!(job.trouble, None),
            _ => {}
        }
    }
    let (_, text) = world.assistant.render_sheet(&sheet.id).await.unwrap();
    assert_eq!(
        text,
        "1\n00:00:01,000 --> 00:00:02,000\n<i>Wo ist bitte der Bahnhof?</i>\n\n2\n00:00:03,000 --> 00:00:04,000\nZwei Straßen geradeaus.\n"
    );
    let nothing = world.assistant.start_sheet(&sheet.id).await;
    assert!(matches!(nothing, Err(AssistantError::NoSegment { .. })));
}

#[tokio::test]
async fn two_people_are_understood_and_what_they_said_is_kept() {
    let world = World::new().await;
    world.will_say("Wo ist der Bahnhof?");
    let mut grown = String::new();
    let said = world
        .assistant
        .interpret(
            Side::Near,
            ("en", "de"),
            "Where is the station?".to_owned(),
            |text| grown = text.to_owned(),
        )
        .await
        .unwrap()
        .unwrap();
    assert_eq!(said.utterance.target, "Wo ist der Bahnhof?");
    assert_eq!(grown, "Wo ist der Bahnhof?");
    assert_eq!(world.assistant.spoken().await.unwrap(), [said]);
    world.store.clear_utterances().await.unwrap();
    assert_eq!(world.assistant.spoken().await.unwrap(), []);
}

#[tokio::test]
async fn what_can_not_be_translated_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let save = |request| world.assistant.save_sheet(None, request);
    assert!(matches!(
        save(request(" \n ")).await,
        Err(AssistantError::EmptyText)
    ));
    let mut klingon = request(LEASE);
    klingon.to = "tlh".to_owned();
    assert!(matches!(
        save(klingon).await,
        Err(AssistantError::UnknownLanguage { .. })
    ));
    let long = request(&"word ".repeat(1 << 20));
    assert!(matches!(
        save(long).await,
        Err(AssistantError::TextTooLong { .. })
    ));
    assert!(world.store.translations().await.unwrap().is_empty());

    let sheet = save(request(LEASE)).await.unwrap();
    let run = world
        .assistant
        .run_sheet(&sheet.id, Some(vec![7]), |_| {})
        .await;
    assert!(matches!(run, Err(AssistantError::NoSegment { ordinal: 7 })));
    world.engine.unload().await.unwrap();
    let run = world.assistant.run_sheet(&sheet.id, None, |_| {}).await;
    assert!(matches!(run, Err(AssistantError::NoModel)));
}
