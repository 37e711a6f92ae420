//! One segment through the model, and what is known of the result.

use std::sync::Arc;

use llmos_engine::{EngineHandle, LoadedModel, Sampling, Specials};

use super::Format;
use super::document::{Document, Segment};
use super::flag::Flag;
use super::glossary::{self, Glossary, Term};
use super::languages::TextLanguage;
use super::memory::{self, Formality};
use super::protect::{self, Masked};
use super::rubbish;
use crate::AssistantError;
use crate::ask::{Asked, Question, ask};
use crate::prompts::translate::{Task, words};

/// Who asks, for others who find the engine taken.
const HOLDER: &str = "translation";
/// Weights from which a model profits from the sentences around: a smaller one
/// translates those as well.
const CONTEXT_PARAMETERS: u64 = 1_000_000_000;
/// How much of a neighbour is shown, in characters.
const NEIGHBOUR: usize = 160;
/// How much longer than its source a translation may be, in tokens: other writings take
/// several tokens for a character.
const GROWTH: usize = 4;
const LEAST_TOKENS: usize = 32;
/// How often something else than what is there already is tried for.
const TRIES: usize = 2;

/// What came of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translated {
    /// As it stands in the translated document.
    pub text: String,
    /// What may be wrong with it.
    pub flags: Vec<Flag>,
}

/// Translates from one language into another with the loaded model.
#[derive(Clone)]
pub struct Translator {
    engine: EngineHandle,
    model: Arc<LoadedModel>,
    from: TextLanguage,
    to: TextLanguage,
    formality: Formality,
    glossary: Glossary,
}

impl Translator {
    /// A translator without a glossary, which addresses the reader as the source does.
    #[must_use]
    pub fn new(
        engine: EngineHandle,
        model: Arc<LoadedModel>,
        from: TextLanguage,
        to: TextLanguage,
    ) -> Self {
        Self {
            engine,
            model,
            from,
            to,
            formality: Formality::default(),
            glossary: Glossary::default(),
        }
    }

    /// The same with another way to address the reader.
    #[must_use]
    pub fn formality(self, formality: Formality) -> Self {
        Self { formality, ..self }
    }

    /// The same with a glossary.
    #[must_use]
    pub fn glossary(self, glossary: Glossary) -> Self {
        Self { glossary, ..self }
    }

    /// Under what a translation of this text by this translator is remembered.
    #[must_use]
    pub fn key(&self, text: &str) -> String {
        let terms = self.glossary.matching(text);
        memory::machine_key(
            text,
            (self.from, self.to),
            self.formality,
            &terms,
            &self.model.state_id,
        )
    }

    /// Translates a segment of a document. `on` gets the text as it grows. To drop the
    /// future is to stop.
    ///
    /// # Errors
    /// What the engine says. A segment that is too long for the model is none: it comes
    /// back as it is, flagged.
    pub async fn translate(
        &self,
        document: &Document,
        number: usize,
        on: impl FnMut(&str),
    ) -> Result<Translated, AssistantError> {
        self.segment(
            document,
            number,
            Sampling {
                repetition_penalty: 1.05,
                ..Sampling::greedy()
            },
            on,
        )
        .await
    }

    /// Other translations of a segment than `known`, at most `count`: fewer where the
    /// model finds no more.
    ///
    /// # Errors
    /// As [`Self::translate`].
    pub async fn alternatives(
        &self,
        document: &Document,
        number: usize,
        known: &[String],
        count: usize,
        mut on: impl FnMut(&Translated),
    ) -> Result<Vec<Translated>, AssistantError> {
        let mut found: Vec<Translated> = Vec::new();
        for seed in 0..count * TRIES {
            if found.len() == count {
                break;
            }
            let sampling = Sampling {
                temperature: 0.8,
                seed: Some(seed as u64 + 1),
                repetition_penalty: 1.05,
                ..Sampling::default()
            };
            let other = self.segment(document, number, sampling, |_| {}).await?;
            let is_known =
                known.contains(&other.text) || found.iter().any(|found| found.text == other.text);
            if !is_known && !other.flags.iter().any(Flag::is_rubbish) {
                on(&other);
                found.push(other);
            }
        }
        Ok(found)
    }

    /// Translates a translation back, so that a person who does not read it can compare.
    ///
    /// # Errors
    /// As [`Self::translate`].
    pub async fn back(&self, translation: &str) -> Result<Translated, AssistantError> {
        let back = Self {
            from: self.to,
            to: self.from,
            glossary: Glossary::default(),
            formality: Formality::Same,
            ..self.clone()
        };
        let document = Document::new(translation.to_owned(), Format::Plain);
        let (mut texts, mut flags) = (Vec::new(), Vec::new());
        for number in 0..document.segments().count() {
            let translated = back.translate(&document, number, |_| {}).await?;
            texts.push(translated.text);
            flags.extend(translated.flags);
        }
        let text = document.render(|number| texts.get(number).map(String::as_str));
        Ok(Translated { text, flags })
    }

    async fn segment(
        &self,
        document: &Document,
        number: usize,
        sampling: Sampling,
        mut on: impl FnMut(&str),
    ) -> Result<Translated, AssistantError> {
        let segments: Vec<&Segment> = document.segments().collect();
        let Some(segment) = segments.get(number) else {
            return Ok(Translated {
                text: String::new(),
                flags: vec![Flag::Empty],
            });
        };
        let masked = protect::mask(document.source(), segment);
        let terms = self.glossary.matching(&masked.text);
        let (before, after) = if self.model.info.parameter_count >= CONTEXT_PARAMETERS {
            let shown = |at: Option<usize>| {
                at.and_then(|at| segments.get(at))
                    .map(|near| near.shown(document.source()))
                    .unwrap_or_default()
            };
            (
                last_of(&shown(number.checked_sub(1))),
                first_of(&shown(number.checked_add(1))),
            )
        } else {
            Default::default()
        };
        for (before, after) in [(before.as_str(), after.as_str()), ("", "")] {
            let task = Task {
                from: self.from,
                to: self.to,
                formality: self.formality,
                terms: &terms,
                before,
                after,
                text: &masked.text,
            };
            match self
                .ask(&task, sampling.clone(), |text| on(&masked.preview(text)))
                .await
            {
                Ok((reply, whole)) => return Ok(self.judge(&masked, &terms, &reply, whole)),
                Err(AssistantError::ContextOverflow { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Translated {
            text: document.source()[segment.range()].to_owned(),
            flags: vec![Flag::TooLong],
        })
    }

    /// The model's own words, and whether it ended by itself.
    async fn ask(
        &self,
        task: &Task<'_>,
        sampling: Sampling,
        mut on: impl FnMut(&str),
    ) -> Result<(String, bool), AssistantError> {
        let words = words(task);
        let tokens = self
            .model
            .tokenizer
            .encode(task.text, Specials::Text)
            .map_or(task.text.len(), |ids| ids.len());
        let most = (tokens * GROWTH + LEAST_TOKENS).min(self.model.info.context_length / 2);
        let examples = [(words.example.0.as_str(), words.example.1.as_str())];
        let lines = task.text.contains('\n');
        let stop: &[&str] = if lines {
            &["\n\n", "<<<", ">>>"]
        } else {
            &["\n", "<<<", ">>>"]
        };
        let question = Question {
            system: &words.system,
            examples: &examples,
            sampling,
            stop,
            ..Question::new(HOLDER, &words.user, most)
        };
        let mut growing = String::new();
        let reply = ask(&self.engine, &self.model, &question, |asked| {
            if let Asked::Text(more) = asked {
                growing.push_str(more);
                on(&growing);
            }
        })
        .await?;
        let whole = reply.whole();
        let text = match reply.text.rsplit_once("</think>") {
            Some((_, text)) => text.trim().to_owned(),
            None => reply.text,
        };
        Ok((text, whole))
    }

    /// A reply as it goes into the document, with everything that may be wrong with it.
    fn judge(&self, masked: &Masked, terms: &[&Term], reply: &str, whole: bool) -> Translated {
        let reply = rubbish::clean(&masked.text, reply);
        let mut found = rubbish::inspect(&masked.text, reply, self.from, self.to, whole);
        let (text, mut flags) = masked.restore(reply);
        flags.append(&mut found);
        flags.extend(glossary::check(terms, &text));
        Translated { text, flags }
    }
}

fn first_of(text: &str) -> String {
    text.chars().take(NEIGHBOUR).collect()
}

fn last_of(text: &str) -> String {
    let skip = text.chars().count().saturating_sub(NEIGHBOUR);
    text.chars().skip(skip).collect()
}
