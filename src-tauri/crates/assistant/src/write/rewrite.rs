//! A text in other words.

use llmos_engine::{EngineHandle, LoadedModel};

use super::diff::Diff;
use super::facts::Facts;
use super::passages::{self, Passage};
use super::reply::{self, Cleaned, Doubt};
use super::words::Count;
use super::{HOLDER, WriteEvent, careful};
use crate::AssistantError;
use crate::ask::{Question, ask};
use crate::assistant::check_text;
use crate::prompts::{self, Tongue};
use crate::tokens;

/// How a text is to be rewritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Style {
    /// Easier to understand.
    Clearer,
    /// In fewer words.
    Shorter,
    /// In more words.
    Longer,
    /// With more distance.
    Formal,
    /// With more warmth.
    Friendly,
    /// Without mistakes, and otherwise the same.
    Grammar,
    /// As the person says.
    Own(String),
}

impl Style {
    /// Whether paragraphs are rewritten one by one. A person's own instruction may mean
    /// the whole ("put the end first").
    fn by_passage(&self) -> bool {
        !matches!(self, Self::Own(_))
    }

    /// Tokens of the rewrite for each of the text, at most.
    fn growth(&self) -> f64 {
        match self {
            Self::Shorter => 1.0,
            Self::Grammar => 1.3,
            Self::Clearer => 1.5,
            Self::Formal | Self::Friendly => 1.6,
            Self::Own(_) => 2.5,
            Self::Longer => 3.0,
        }
    }

    /// The share of the text's words that the rewrite has at least, unless it strayed.
    fn least_kept(&self) -> f64 {
        match self {
            Self::Grammar => 0.6,
            Self::Own(_) => 0.0,
            _ => 0.35,
        }
    }
}

/// What is to be rewritten, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// The text.
    pub text: String,
    /// How.
    pub style: Style,
    /// 0 at first; another number gives another rewrite.
    pub attempt: u32,
}

/// A text beside its rewrite.
#[derive(Debug, Clone, PartialEq)]
pub struct Rewritten {
    /// The rewrite, whole.
    pub text: String,
    /// What it changes.
    pub diff: Diff,
    /// What a person should know before they take it, in order and once each.
    pub doubts: Vec<Doubt>,
    /// What it lost and what it made up.
    pub facts: Facts,
    /// Passages that were given to the model.
    pub passages: usize,
    /// How many of them stay as they were, because what the model wrote was useless: it
    /// repeated the task, went round in circles, did not end, or told of somebody else.
    pub kept: usize,
}

/// Tokens for a reply that grows out of almost nothing.
const LEAST_TOKENS: usize = 48;

/// Rewrites a text, paragraph by paragraph except for a person's own instruction. What
/// stands around the paragraphs stays byte for byte. The text goes to the model between
/// marks that it cannot end.
///
/// # Errors
/// `EmptyText`, `TextTooLong`, `ContextOverflow` when a sentence (or with a person's own
/// instruction the text) is too long for the model, `NothingWritten` when all that it
/// wrote is useless, and what the engine says.
pub async fn rewrite(
    engine: &EngineHandle,
    model: &LoadedModel,
    request: &Rewrite,
    mut on: impl FnMut(WriteEvent) + Send,
) -> Result<Rewritten, AssistantError> {
    let Rewrite { text, style, .. } = request;
    check_text(text)?;
    if let Style::Own(own) = style {
        check_text(own)?;
    }
    let task = prompts::write::rewrite(style, Tongue::of([text.as_str()]));
    let overhead = Question::new(HOLDER, &task.ask(""), 0).encode(model)?.len()
        + task.example().map_or(Ok(0), |(it, answer)| {
            tokens::count(model, &format!("{it}{answer}"))
        })?;
    let pieces = pieces(model, text, style, overhead)?;
    let total = pieces.iter().filter(|piece| piece.prose).count();

    let mut done = Rewritten {
        text: String::with_capacity(text.len()),
        diff: Diff::default(),
        doubts: Vec::new(),
        facts: Facts::default(),
        passages: 0,
        kept: 0,
    };
    for piece in pieces {
        if !piece.prose {
            done.text.push_str(piece.text);
            done.diff.same(piece.text);
            continue;
        }
        done.passages += 1;
        on(WriteEvent::Passage {
            number: done.passages,
            total,
        });
        let before = done.text.len();
        passage(
            engine, model, request, &task, piece.text, &mut done, &mut on,
        )
        .await?;
        debug_assert!(
            done.text.len() > before || piece.text.is_empty(),
            "a passage is lost"
        );
    }
    if total == 0 || done.kept == done.passages {
        return Err(AssistantError::NothingWritten);
    }
    done.facts = Facts::compare(text, &done.text);
    weigh(style, text, &mut done);
    Ok(done)
}

/// What is given to the model one after another, and what stays.
fn pieces<'a>(
    model: &LoadedModel,
    text: &'a str,
    style: &Style,
    overhead: usize,
) -> Result<Vec<Passage<'a>>, AssistantError> {
    if !style.by_passage() {
        return Ok(vec![Passage { text, prose: true }]);
    }
    let room = model
        .info
        .context_length
        .saturating_sub(overhead + LEAST_TOKENS);
    let fits = |part: &str| {
        let needed = tokens::count(model, part).unwrap_or(usize::MAX);
        needed.saturating_add(allowed(needed, style)) <= room
    };
    let mut pieces = Vec::new();
    for passage in passages::split(text) {
        if !passage.prose || fits(passage.text) {
            pieces.push(passage);
            continue;
        }
        for part in passages::stretches(passage.text, fits) {
            if !fits(part) {
                return Err(AssistantError::ContextOverflow {
                    needed: tokens::count(model, part)?,
                    available: room / 2,
                });
            }
            pieces.push(Passage {
                text: part,
                prose: true,
            });
        }
    }
    Ok(pieces)
}

/// Tokens that the rewrite of so many may have.
fn allowed(tokens: usize, style: &Style) -> usize {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts of tokens are small and positive"
    )]
    let grown = (tokens as f64 * style.growth()) as usize;
    grown + LEAST_TOKENS
}

/// Rewrites one passage and adds it to what is done.
async fn passage(
    engine: &EngineHandle,
    model: &LoadedModel,
    request: &Rewrite,
    task: &prompts::write::Task,
    text: &str,
    done: &mut Rewritten,
    on: &mut (impl FnMut(WriteEvent) + Send),
) -> Result<(), AssistantError> {
    // Blanks around the words stay where they are.
    let words = text.trim();
    let lead = &text[..text.len() - text.trim_start().len()];
    let trail = &text[text.trim_end().len()..];
    let asked = task.ask(words);
    let example = task.example();
    let examples: Vec<(&str, &str)> = example
        .iter()
        .map(|(it, answer)| (it.as_str(), *answer))
        .collect();
    let question = Question {
        examples: &examples,
        sampling: careful(request.attempt),
        stop: prompts::write::STOP,
        ..Question::new(
            HOLDER,
            &asked,
            allowed(tokens::count(model, words)?, &request.style),
        )
    };
    let reply = ask(engine, model, &question, |asked| on(asked.into())).await?;
    let by_passage = request.style.by_passage();
    let usable = match reply::clean(&reply.text, words, &task.instruction) {
        // A part of a passage would take the rest of it away.
        Cleaned::Usable(_) if by_passage && !reply.whole() => None,
        Cleaned::Usable(new) => {
            let made_up = by_passage && reply::is_made_up(&new, words, &task.example_words());
            (!made_up).then_some(new)
        }
        Cleaned::Useless => None,
    };
    done.text.push_str(lead);
    done.diff.same(lead);
    if let Some(new) = usable {
        if !reply.whole() {
            done.doubts.push(Doubt::CutOff);
        }
        if by_passage && reply::other_language(words, &new) {
            done.doubts.push(Doubt::OtherLanguage);
        } else if reply::share_kept(words, &new) < request.style.least_kept() {
            done.doubts.push(Doubt::Strayed);
        }
        done.diff.append(Diff::between(words, &new));
        done.text.push_str(&new);
    } else {
        done.kept += 1;
        done.diff.same(words);
        done.text.push_str(words);
    }
    done.diff.same(trail);
    done.text.push_str(trail);
    Ok(())
}

/// Says what is doubtful about the whole.
fn weigh(style: &Style, text: &str, done: &mut Rewritten) {
    let (before, after) = (Count::of(text).characters, Count::of(&done.text).characters);
    if reply::unchanged(text, &done.text) {
        done.doubts.push(Doubt::Unchanged);
    } else if *style == Style::Shorter && after >= before {
        done.doubts.push(Doubt::NotShorter);
    } else if *style == Style::Longer && after <= before {
        done.doubts.push(Doubt::NotLonger);
    }
    done.doubts.sort_unstable();
    done.doubts.dedup();
}
