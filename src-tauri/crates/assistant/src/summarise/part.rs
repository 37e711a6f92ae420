//! One question to the model: what a part says, or what several notes say together.

use std::sync::Arc;

use llmos_engine::LoadedModel;
use serde::{Deserialize, Serialize};

use super::kind::Input;
use super::{Coverage, Point, Style, Wish, fold, minutes, split, usable, words};
use crate::AssistantError;
use crate::ask::{Asked, Question, Reply};
use crate::assistant::Inner;
use crate::jobs::StepProgress;
use crate::language::is_han;
use crate::prompts::{Tongue, summarise as prompts};

/// Most sentences that are asked for at once.
pub(super) const MOST_SENTENCES: usize = 3;
/// Tokens that a sentence takes at most.
const SENTENCE_TOKENS: usize = 64;
/// Tokens of the longest reply.
pub(super) const MOST_TOKENS: usize = MOST_SENTENCES * SENTENCE_TOKENS + 24;
/// Longest quotation, in characters.
const MOST_QUOTED: usize = 240;
/// The share of a step that reading takes; writing takes the rest.
const READING: f32 = 0.5;

/// How a part was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reading {
    /// The model summed it up.
    Read,
    /// The model gave nothing of use: the part's own words are quoted.
    Quoted,
    /// There are no words in it.
    Empty,
}

/// What came of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Given {
    pub(super) points: Vec<Point>,
    pub(super) reading: Reading,
}

/// What every question of a summary shares.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) inner: &'a Inner,
    pub(super) model: &'a Arc<LoadedModel>,
    pub(super) wish: &'a Wish,
    /// Parts of the whole text.
    pub(super) parts: usize,
    pub(super) progress: &'a (dyn Fn(StepProgress<'_>) + Send + Sync),
}

impl Task<'_> {
    /// Sums up a part of the text.
    pub(super) async fn read(&self, part: usize, text: &str) -> Result<Given, AssistantError> {
        if !text.chars().any(char::is_alphanumeric) {
            return Ok(Given {
                points: Vec::new(),
                reading: Reading::Empty,
            });
        }
        // A model with a smaller context than the text was split for reads it in pieces.
        let (mut points, mut reading) = (Vec::new(), Reading::Read);
        let mut waiting = vec![text];
        while let Some(piece) = waiting.pop() {
            match self.read_piece(part, piece).await {
                Ok(given) => {
                    points.extend(given.points);
                    if given.reading == Reading::Quoted {
                        reading = Reading::Quoted;
                    }
                }
                Err(AssistantError::ContextOverflow { needed, available }) => {
                    let Some((first, second)) = split::halves(piece) else {
                        return Err(AssistantError::ContextOverflow { needed, available });
                    };
                    waiting.extend([second, first]);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Given { points, reading })
    }

    async fn read_piece(&self, part: usize, text: &str) -> Result<Given, AssistantError> {
        let tongue = Tongue::of([text]);
        let sentences = sentences(self.wish, self.parts);
        let source = self.comparable(tongue, text);
        let task = prompts::part(tongue, self.wish, sentences, text);
        let reply = self.ask(&task, sentences).await?;
        if self.wish.style == Style::Minutes {
            let found = minutes::read(&reply.text, part, source);
            if !found.is_empty() {
                return Ok(read(found));
            }
            let found = minutes::by_wording(text, part);
            if !found.is_empty() {
                return Ok(Given {
                    points: found,
                    reading: Reading::Quoted,
                });
            }
        } else if let Some(text) = self.usable(&reply, sentences, source) {
            return Ok(read(points(self.wish, part, &text)));
        }
        let task = prompts::part_again(tongue, self.wish, text);
        let reply = self.ask(&task, 1).await?;
        if let Some(text) = self.usable(&reply, 1, source) {
            return Ok(read(points(self.wish, part, &text)));
        }
        Ok(Given {
            points: vec![Point {
                text: first_sentence(text),
                parts: vec![part],
                matter: None,
                quoted: true,
            }],
            reading: Reading::Quoted,
        })
    }

    /// Says in one point what several notes say.
    pub(super) async fn merge(&self, notes: &[Point]) -> Result<Point, AssistantError> {
        let mut parts: Vec<usize> = notes.iter().flat_map(|note| note.parts.clone()).collect();
        parts.sort_unstable();
        parts.dedup();
        let text = joined(notes);
        let tongue = Tongue::of([text.as_str()]);
        let sentences = sentences(self.wish, self.parts);
        let source = self.comparable(tongue, &text);
        // What is left to merge of a meeting is what was talked about.
        let plain;
        let wish = if self.wish.style == Style::Minutes {
            plain = Wish {
                style: Style::KeyPoints,
                ..self.wish.clone()
            };
            &plain
        } else {
            self.wish
        };
        for again in [false, true] {
            let task = if again {
                prompts::part_again(tongue, wish, &text)
            } else {
                prompts::part(tongue, wish, sentences, &text)
            };
            let reply = match self.ask(&task, sentences).await {
                // A model with a smaller context: one of the notes has to do.
                Err(AssistantError::ContextOverflow { .. }) => break,
                reply => reply?,
            };
            if let Some(text) = self.usable(&reply, sentences, source) {
                return Ok(Point {
                    text,
                    parts,
                    matter: None,
                    quoted: false,
                });
            }
        }
        Ok(central(notes))
    }

    /// Writes notes anew as the wish says in its own words.
    pub(super) async fn rewrite(&self, notes: &[Point]) -> Result<Vec<Point>, AssistantError> {
        let Some(request) = self.wish.request.as_deref() else {
            return Ok(notes.to_vec());
        };
        let mut parts: Vec<usize> = notes.iter().flat_map(|note| note.parts.clone()).collect();
        parts.sort_unstable();
        parts.dedup();
        let text = joined(notes);
        let tongue = Tongue::of([text.as_str()]);
        let task = prompts::rewrite(tongue, self.wish, request, &text);
        let reply = self.ask(&task, MOST_SENTENCES).await?;
        let source = self.comparable(tongue, &text);
        let Some(text) = self.usable(&reply, MOST_SENTENCES, source) else {
            // As they were is better than lost.
            return Ok(notes.to_vec());
        };
        Ok(words::sentences(&text)
            .into_iter()
            .map(|sentence| Point {
                parts: closest(sentence, notes).unwrap_or_else(|| parts.clone()),
                text: sentence.to_owned(),
                matter: None,
                quoted: false,
            })
            .collect())
    }

    /// The text to compare a reply with, if the reply is to be in the same language.
    fn comparable<'t>(&self, tongue: Tongue, text: &'t str) -> Option<&'t str> {
        let own = match tongue {
            Tongue::English => "en",
            Tongue::Chinese => "zh",
        };
        let wished = self.wish.language.as_deref();
        wished.is_none_or(|wished| wished == own).then_some(text)
    }

    fn usable(&self, reply: &Reply, sentences: usize, source: Option<&str>) -> Option<String> {
        let text = usable::read(&reply.text, reply.whole(), sentences, source)?;
        // A wish for Chinese that the model cannot fulfil is not fulfilled by English.
        let wants_chinese = self.wish.language.as_deref() == Some("zh");
        (!wants_chinese || text.contains(is_han)).then_some(text)
    }

    async fn ask(&self, task: &prompts::Task, sentences: usize) -> Result<Reply, AssistantError> {
        let most = if self.wish.style == Style::Minutes {
            MOST_TOKENS
        } else {
            sentences.min(MOST_SENTENCES) * SENTENCE_TOKENS + 24
        };
        let example: Vec<_> = task.example.into_iter().collect();
        let question = Question {
            system: &task.system,
            examples: &example,
            begins: task.begins,
            ..Question::new("a summary", &task.user, most)
        };
        let (mut written, mut pieces) = (String::new(), 0);
        self.inner
            .ask(self.model, &question, |asked| {
                let share = match asked {
                    Asked::Reading { done, total } => READING * ratio(done, total),
                    Asked::Text(text) => {
                        written.push_str(text);
                        pieces += 1;
                        READING + (1.0 - READING) * ratio(pieces, most)
                    }
                };
                (self.progress)(StepProgress {
                    share,
                    text: &written,
                });
            })
            .await
    }
}

fn read(points: Vec<Point>) -> Given {
    Given {
        points,
        reading: Reading::Read,
    }
}

/// How many sentences a part is summed up in: more where there are few parts for many
/// points.
pub(super) fn sentences(wish: &Wish, parts: usize) -> usize {
    match wish.style {
        Style::Sentence => 1,
        Style::KeyPoints | Style::Minutes => fold::most_points(wish)
            .div_ceil(parts.max(1))
            .clamp(1, MOST_SENTENCES),
        Style::Paragraphs => MOST_SENTENCES,
        Style::Child => 2,
    }
}

/// What was written of a part, as points: one a sentence, or one in all.
fn points(wish: &Wish, part: usize, text: &str) -> Vec<Point> {
    let point = |text: &str| Point {
        text: text.to_owned(),
        parts: vec![part],
        matter: None,
        quoted: false,
    };
    match wish.style {
        Style::KeyPoints | Style::Minutes => {
            words::sentences(text).into_iter().map(point).collect()
        }
        Style::Sentence | Style::Paragraphs | Style::Child => vec![point(text)],
    }
}

/// The notes of all parts, and what they cover.
pub(super) fn gather(read: &[Given]) -> (Vec<Point>, Coverage) {
    let numbers = |wanted: Reading| {
        let found = read.iter().enumerate();
        let found = found.filter(|(_, given)| given.reading == wanted);
        found.map(|(number, _)| number).collect()
    };
    let coverage = Coverage {
        parts: read.len(),
        quoted: numbers(Reading::Quoted),
        empty: numbers(Reading::Empty),
    };
    let notes = read.iter().flat_map(|given| given.points.clone()).collect();
    (notes, coverage)
}

/// The steps that write notes anew; none when only their number is to change.
pub(super) fn rewrites(notes: &[Point], wish: &Wish) -> Vec<Input> {
    if wish.request.is_none() {
        return Vec::new();
    }
    notes
        .chunks(fold::MOST_MERGED)
        .map(|notes| Input::Rewrite {
            notes: notes.to_vec(),
        })
        .collect()
}

fn joined(notes: &[Point]) -> String {
    let texts: Vec<&str> = notes.iter().map(|note| note.text.as_str()).collect();
    texts.join("\n")
}

/// The first sentence of a text, not too long.
fn first_sentence(text: &str) -> String {
    let sentence = words::sentences(text).first().copied().unwrap_or(text);
    let mut quoted: String = sentence.chars().take(MOST_QUOTED).collect();
    if quoted.len() < sentence.len() {
        quoted.push('…');
    }
    quoted
}

/// The note that shares most with the others.
fn central(notes: &[Point]) -> Point {
    let telling: Vec<_> = notes
        .iter()
        .map(|note| words::telling(&note.text))
        .collect();
    let shared = |at: usize| -> usize {
        let others = telling.iter().enumerate().filter(|(other, _)| *other != at);
        others
            .map(|(_, other)| other.intersection(&telling[at]).count())
            .sum()
    };
    let best = (0..notes.len()).max_by_key(|at| (shared(*at), std::cmp::Reverse(*at)));
    best.map_or_else(
        || Point {
            text: String::new(),
            parts: Vec::new(),
            matter: None,
            quoted: true,
        },
        |at| notes[at].clone(),
    )
}

/// The parts of the note that a sentence shares most with; `None` when it shares nothing.
fn closest(sentence: &str, notes: &[Point]) -> Option<Vec<usize>> {
    let telling = words::telling(sentence);
    let shared = |note: &&Point| words::telling(&note.text).intersection(&telling).count();
    let best = notes.iter().max_by_key(shared)?;
    (shared(&best) > 0).then(|| best.parts.clone())
}

#[expect(clippy::cast_precision_loss, reason = "a share for a bar")]
fn ratio(part: usize, whole: usize) -> f32 {
    (part as f32 / whole.max(1) as f32).min(1.0)
}
