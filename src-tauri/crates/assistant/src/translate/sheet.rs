//! A text on two sides: each segment of the source with its translation, saved as it
//! grows, so that nothing is translated twice and a run that was cut off goes on.

mod run;
mod segment;

use std::collections::{HashMap, VecDeque};

use llmos_store::{
    GlossaryTerm, LanguagePair, NewTranslation, SegmentState, StoredSegment, Timestamp,
    TranslationId,
};
use tokio::task;

pub use run::RunEvent;

use super::memory;
use super::{Document, Flag, Formality, Format, Glossary, Term, TextLanguage, Translator};
use crate::{Assistant, AssistantError};

/// Largest text in bytes.
const MAX_BYTES: usize = 4 << 20;
/// Longest title in characters.
const TITLE: usize = 60;

/// A text that is to be translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRequest {
    /// What it is called; the beginning of the text when there is nothing.
    pub title: Option<String>,
    /// Its format.
    pub format: Format,
    /// The text.
    pub source: String,
    /// Tag of its language.
    pub from: String,
    /// Tag of the translation's language.
    pub to: String,
    /// How the reader is addressed.
    pub formality: Formality,
}

/// A text with its segments.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Its id.
    pub id: TranslationId,
    /// What it is called.
    pub title: String,
    /// Its format.
    pub format: Format,
    /// The text.
    pub source: String,
    /// Its language.
    pub from: TextLanguage,
    /// The translation's language.
    pub to: TextLanguage,
    /// How the reader is addressed.
    pub formality: Formality,
    /// What is translated, in order.
    pub segments: Vec<SheetSegment>,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// One row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetSegment {
    /// As it stands in the source.
    pub source: String,
    /// As it will stand in the translation.
    pub target: Option<String>,
    /// Where that comes from.
    pub state: SegmentState,
    /// What may be wrong with it.
    pub flags: Vec<Flag>,
    /// Whether it begins a paragraph.
    pub begins: bool,
}

/// A sheet as it is worked on.
struct Open {
    sheet: Sheet,
    document: Document,
}

impl Assistant {
    /// Saves a text that is to be translated, a new one or other words for the one that
    /// is named. Segments that were there keep their translations, and those that were
    /// translated before get theirs.
    ///
    /// # Errors
    /// `EmptyText`, `TextTooLong`, `UnknownLanguage`, `Store`.
    pub async fn save_sheet(
        &self,
        id: Option<TranslationId>,
        request: SheetRequest,
    ) -> Result<Sheet, AssistantError> {
        check(&request.source)?;
        let pair = (language(&request.from)?, language(&request.to)?);
        let store = &self.inner.library;
        let (source, format) = (request.source.clone(), request.format);
        let document = take_apart(source, format).await?;

        let mut before: HashMap<String, VecDeque<StoredSegment>> = HashMap::new();
        if let Some(id) = &id {
            let old = store.translation(id).await?;
            if (old.text.from.as_str(), old.text.to.as_str()) == (pair.0.code(), pair.1.code()) {
                for segment in old.segments {
                    before
                        .entry(segment.source.clone())
                        .or_default()
                        .push_back(segment);
                }
            }
        }
        let translator = self.translator(pair, request.formality).await?;
        let mut segments = Vec::new();
        for source in raws(&document) {
            let known = before.get_mut(&source).and_then(VecDeque::pop_front);
            segments.push(
                match known.filter(|known| known.state != SegmentState::Waiting) {
                    Some(known) => known,
                    None => self.recall(translator.as_ref(), &source, pair).await?,
                },
            );
        }
        let text = NewTranslation {
            title: title(&request),
            format: request.format.name().to_owned(),
            source: request.source,
            from: pair.0.code().to_owned(),
            to: pair.1.code().to_owned(),
            formality: request.formality.name().to_owned(),
        };
        let now = (self.inner.clock)();
        let id = store
            .save_translation(id.as_ref(), &text, &segments, now)
            .await?;
        store.use_language_pair(&names(pair), now).await?;
        self.sheet(&id).await
    }

    /// A sheet as it is.
    ///
    /// # Errors
    /// `Store` when there is none of this id.
    pub async fn sheet(&self, id: &TranslationId) -> Result<Sheet, AssistantError> {
        Ok(self.open_sheet(id).await?.sheet)
    }

    /// The translation as a text of the source's format; segments without one stay as
    /// they are.
    ///
    /// # Errors
    /// `Store` when there is none of this id.
    pub async fn render_sheet(
        &self,
        id: &TranslationId,
    ) -> Result<(Sheet, String), AssistantError> {
        let Open { sheet, document } = self.open_sheet(id).await?;
        let text = document.render(|number| {
            sheet
                .segments
                .get(number)
                .and_then(|segment| segment.target.as_deref())
        });
        Ok((sheet, text))
    }

    /// The glossary of a pair of languages.
    ///
    /// # Errors
    /// `UnknownLanguage`, `Store`.
    pub async fn glossary(&self, from: &str, to: &str) -> Result<Glossary, AssistantError> {
        let pair = names((language(from)?, language(to)?));
        Ok(Glossary::new(
            self.inner
                .library
                .glossary(&pair)
                .await?
                .into_iter()
                .map(term)
                .collect(),
        ))
    }

    /// A segment with what is remembered of it: a person's words first, whatever the
    /// model.
    async fn recall(
        &self,
        translator: Option<&Translator>,
        source: &str,
        pair: (TextLanguage, TextLanguage),
    ) -> Result<StoredSegment, AssistantError> {
        let person = memory::person_key(source, pair);
        let machine = translator.map(|translator| translator.key(source));
        let keys: Vec<&str> = std::iter::once(person.as_str())
            .chain(machine.as_deref())
            .collect();
        let known = self.inner.library.remembered(&keys).await?;
        Ok(match known {
            Some(known) => StoredSegment {
                state: match known.edited {
                    true if known.target == source => SegmentState::Kept,
                    true => SegmentState::Edited,
                    false => SegmentState::Machine,
                },
                source: source.to_owned(),
                target: Some(known.target),
                flags: known.flags,
            },
            None => waiting(source.to_owned()),
        })
    }

    /// A translator on the loaded model with the pair's glossary; none without a model.
    async fn translator(
        &self,
        pair: (TextLanguage, TextLanguage),
        formality: Formality,
    ) -> Result<Option<Translator>, AssistantError> {
        match self.ready(pair, formality).await {
            Ok(translator) => Ok(Some(translator)),
            Err(AssistantError::NoModel | AssistantError::Busy { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// As [`Self::translator`], for work that needs one.
    pub(super) async fn ready(
        &self,
        pair: (TextLanguage, TextLanguage),
        formality: Formality,
    ) -> Result<Translator, AssistantError> {
        let model = self.inner.model()?;
        let glossary = self.glossary(pair.0.code(), pair.1.code()).await?;
        Ok(
            Translator::new(self.inner.engine.clone(), model, pair.0, pair.1)
                .formality(formality)
                .glossary(glossary),
        )
    }

    async fn open_sheet(&self, id: &TranslationId) -> Result<Open, AssistantError> {
        let stored = self.inner.library.translation(id).await?;
        let text = stored.text;
        let format = Format::named(&text.format);
        let document = take_apart(text.source.clone(), format).await?;
        let begins = document.paragraphs();
        // Made by another version of the app, the parts may be others: those that are
        // no longer there have no translation.
        let mut known: HashMap<String, VecDeque<StoredSegment>> = HashMap::new();
        let sources = raws(&document);
        let same = stored
            .segments
            .iter()
            .map(|segment| &segment.source)
            .eq(&sources);
        let mut segments = stored.segments;
        if !same {
            for segment in std::mem::take(&mut segments) {
                known
                    .entry(segment.source.clone())
                    .or_default()
                    .push_back(segment);
            }
            for source in sources {
                let old = known.get_mut(&source).and_then(VecDeque::pop_front);
                segments.push(old.unwrap_or_else(|| waiting(source)));
            }
        }
        let sheet = Sheet {
            id: stored.id,
            title: text.title,
            format,
            source: text.source,
            from: language(&text.from)?,
            to: language(&text.to)?,
            formality: Formality::named(&text.formality),
            segments: segments
                .into_iter()
                .zip(begins)
                .map(|(segment, begins)| shown(segment, begins))
                .collect(),
            updated_at: stored.updated_at,
        };
        Ok(Open { sheet, document })
    }
}

/// Takes a text apart where nobody waits for the thread.
async fn take_apart(source: String, format: Format) -> Result<Document, AssistantError> {
    task::spawn_blocking(move || Document::new(source, format))
        .await
        .map_err(|_| AssistantError::Abandoned)
}

fn check(source: &str) -> Result<(), AssistantError> {
    if source.trim().is_empty() {
        return Err(AssistantError::EmptyText);
    }
    if source.len() > MAX_BYTES {
        return Err(AssistantError::TextTooLong {
            bytes: source.len(),
            limit: MAX_BYTES,
        });
    }
    Ok(())
}

pub(super) fn language(tag: &str) -> Result<TextLanguage, AssistantError> {
    TextLanguage::find(tag).ok_or_else(|| AssistantError::UnknownLanguage {
        tag: tag.to_owned(),
    })
}

pub(super) fn names(pair: (TextLanguage, TextLanguage)) -> LanguagePair {
    LanguagePair {
        from: pair.0.code().to_owned(),
        to: pair.1.code().to_owned(),
    }
}

fn term(term: GlossaryTerm) -> Term {
    Term {
        source: term.source,
        target: term.target,
        match_case: term.match_case,
    }
}

/// The segments as they stand in the source.
fn raws(document: &Document) -> Vec<String> {
    document
        .segments()
        .map(|segment| document.source()[segment.range()].to_owned())
        .collect()
}

/// A segment that has no translation yet.
fn waiting(source: String) -> StoredSegment {
    StoredSegment {
        source,
        target: None,
        state: SegmentState::Waiting,
        flags: "[]".to_owned(),
    }
}

fn shown(segment: StoredSegment, begins: bool) -> SheetSegment {
    SheetSegment {
        source: segment.source,
        target: segment.target,
        state: segment.state,
        flags: from_json(&segment.flags),
        begins,
    }
}

pub(super) fn to_json(flags: &[Flag]) -> String {
    serde_json::to_string(flags).unwrap_or_else(|_| "[]".to_owned())
}

/// What a later version wrote and this one does not know counts for nothing.
pub(super) fn from_json(flags: &str) -> Vec<Flag> {
    serde_json::from_str(flags).unwrap_or_default()
}

/// The title that was given, or the first words.
fn title(request: &SheetRequest) -> String {
    let given = request
        .title
        .as_deref()
        .map(str::trim)
        .filter(|title| !title.is_empty());
    let first = || {
        request
            .source
            .lines()
            .map(str::trim)
            .find(|line| line.chars().any(char::is_alphanumeric))
    };
    given
        .or_else(first)
        .unwrap_or_default()
        .chars()
        .take(TITLE)
        .collect()
}
