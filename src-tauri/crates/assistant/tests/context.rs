//! Fitting a history into the context: what drops, what never does, and where
//! prompts begin from one turn to the next.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod support;

use std::sync::Arc;

use llmos_assistant::AssistantError;
use llmos_assistant::context::{Conversation, FittedContext, Room, fit};
use llmos_assistant::history::Turn;
use llmos_engine::LoadedModel;
use support::World;

const SYSTEM: &str = "You are a test.";

async fn model() -> Arc<LoadedModel> {
    World::new().await.engine.model().unwrap()
}

/// `count` exchanges that can be told apart, and a last question.
fn history(count: usize) -> Vec<(String, String)> {
    let mut turns: Vec<_> = (0..count)
        .map(|n| {
            (
                format!("Question number {n:05}?"),
                format!("Answer number {n:05}."),
            )
        })
        .collect();
    turns.push(("The last question?".to_owned(), String::new()));
    turns
}

fn fit_in(
    model: &LoadedModel,
    history: &[(String, String)],
    comfortable: usize,
    most: usize,
    previous_first: Option<usize>,
) -> Result<FittedContext, AssistantError> {
    let turns: Vec<Turn<'_>> = history
        .iter()
        .map(|(user, answer)| Turn { user, answer })
        .collect();
    let conversation = Conversation {
        system: SYSTEM,
        turns: &turns,
    };
    fit(
        model,
        conversation,
        Room { comfortable, most },
        previous_first,
    )
}

fn text(model: &LoadedModel, fitted: &FittedContext) -> String {
    model.tokenizer.decode(&fitted.tokens)
}

#[tokio::test]
async fn what_fits_is_kept_whole() {
    let model = model().await;
    let history = history(10);
    let all = fit_in(&model, &history, 4000, 4000, None).unwrap();
    assert_eq!(all.first_turn, 0);
    // The limit is exact: one token less and something drops.
    let length = all.tokens.len();
    let exact = fit_in(&model, &history, length, length, None).unwrap();
    assert_eq!(exact, all);
    let less = fit_in(&model, &history, length - 1, length - 1, None).unwrap();
    assert!(less.first_turn > 0);
}

#[tokio::test]
async fn the_oldest_turns_drop_whole_and_the_system_prompt_never() {
    let model = model().await;
    let history = history(50);
    let fitted = fit_in(&model, &history, 400, 450, None).unwrap();
    let shown = text(&model, &fitted);
    let first = fitted.first_turn;
    assert!(first > 0 && first < 50, "{first}");
    assert!(fitted.tokens.len() <= 400);
    assert!(shown.contains(SYSTEM) && shown.contains("The last question?"));
    for n in 0..50 {
        let question = shown.contains(&format!("Question number {n:05}?"));
        let answer = shown.contains(&format!("Answer number {n:05}."));
        assert_eq!((question, answer), (n >= first, n >= first), "turn {n}");
    }
}

#[tokio::test]
async fn room_is_made_for_more_than_one_turn_so_that_prompts_keep_their_start() {
    let model = model().await;
    let long = history(60);
    let first = fit_in(&model, &long, 600, 700, None).unwrap().first_turn;
    let mut same = 0;
    for count in 61..80 {
        let next = fit_in(&model, &history(count), 600, 700, Some(first)).unwrap();
        assert!(next.tokens.len() <= 600);
        if next.first_turn == first {
            same += 1;
        }
    }
    assert!((3..19).contains(&same), "the start held for {same} turns");
}

#[tokio::test]
async fn the_exchange_before_a_question_does_not_drop_just_to_make_room() {
    let model = model().await;
    let mut history = history(5);
    history[4].1 = "long ".repeat(300);
    let fitted = fit_in(&model, &history, 390, 400, None).unwrap();
    assert_eq!(fitted.first_turn, 4);
}

#[tokio::test]
async fn a_last_question_that_does_not_fit_says_by_how_much() {
    let model = model().await;
    let mut history = history(3);
    history[3].0 = "long ".repeat(500);
    let alone = fit_in(&model, &history[3..], 4000, 4000, None).unwrap();
    let length = alone.tokens.len();
    match fit_in(&model, &history, 100, length - 1, None) {
        Err(AssistantError::ContextOverflow { needed, available }) => {
            assert_eq!((needed, available), (length, length - 1));
        }
        other => panic!("{other:?}"),
    }
    // The answer's comfort gives way before the question does.
    assert_eq!(
        fit_in(&model, &history, 100, length, None)
            .unwrap()
            .tokens
            .len(),
        length
    );
}

#[tokio::test]
async fn unanswered_questions_are_read_together_with_the_next() {
    let model = model().await;
    let history = [
        ("First try".to_owned(), String::new()),
        ("Second try".to_owned(), String::new()),
    ];
    let fitted = fit_in(&model, &history, 4000, 4000, None).unwrap();
    assert!(text(&model, &fitted).contains("First try\n\nSecond try"));
}

#[tokio::test]
async fn a_partial_answer_ends_the_prompt() {
    let model = model().await;
    let history = [("Question".to_owned(), "The answer begins".to_owned())];
    let fitted = fit_in(&model, &history, 4000, 4000, None).unwrap();
    assert!(text(&model, &fitted).ends_with("The answer begins"));
}

#[tokio::test]
async fn a_long_history_is_not_encoded_again_and_again() {
    let model = model().await;
    let short = history(200);
    let long = history(20_000);
    let timed = |history: &[(String, String)]| {
        let start = std::time::Instant::now();
        let fitted = fit_in(&model, history, 1500, 1600, None).unwrap();
        (start.elapsed(), history.len() - fitted.first_turn)
    };
    let (_, kept_of_short) = timed(&short);
    let (took, kept_of_long) = timed(&long);
    // No timed assertion: what is kept shows that only the end was looked at,
    // and the time is printed for whoever wonders.
    println!("fitting 20,000 turns took {took:?}");
    assert_eq!(kept_of_long, kept_of_short);
}
