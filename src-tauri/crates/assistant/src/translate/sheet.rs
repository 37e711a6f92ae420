//! A text on two sides: each segment of the source with its translation, saved as it
//! grows, so that nothing is translated twice and a run that was cut off goes on.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use llmos_store::{
    GlossaryTerm, LanguagePair, NewTranslation, Remembered, SegmentState, StoredSegment, Timestamp,
    TranslationId,
};
use tokio::task;

use super::{
    Document, Flag, Formality, Format, Glossary, Term, TextLanguage, Translated, Translator,
};
use super::{memory, protect};
use crate::{Assistant, AssistantError};

/// Largest text in bytes.
const MAX_BYTES: usize = 4 << 20;
/// Longest title in characters.
const TITLE: usize = 60;
/// How often a growing segment is reported at most.
const PACE: Duration = Duration::from_millis(40);

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

/// What happens while a sheet is translated.
#[derive(Debug, Clone, PartialEq)]
pub enum RunEvent {
    /// A segment's translation so far.
    Text {
        /// Its place.
        ordinal: usize,
        /// All of it so far.
        text: String,
    },
    /// A segment is done, and saved.
    Done {
        /// Its place.
        ordinal: usize,
        /// The segment.
        segment: SheetSegment,
    },
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

    /// Translates what has no translation yet, or once more the segments that are named.
    /// Every segment is saved before the next begins. True when nothing is left to do,
    /// false when it was stopped.
    ///
    /// # Errors
    /// `NoModel`, `Store`, and what the engine says; what was done until then is saved.
    pub async fn run_sheet(
        &self,
        id: &TranslationId,
        only: Option<Vec<usize>>,
        mut on: impl FnMut(RunEvent) + Send,
    ) -> Result<bool, AssistantError> {
        let mut stop = self.inner.translating.subscribe();
        let _guard = self.inner.foreground.enter();
        let Open { sheet, document } = self.open_sheet(id).await?;
        let again = only.is_some();
        let wanted = only.unwrap_or_else(|| {
            let waiting =
                |(_, segment): &(usize, &SheetSegment)| segment.state == SegmentState::Waiting;
            sheet
                .segments
                .iter()
                .enumerate()
                .filter(waiting)
                .map(|(at, _)| at)
                .collect()
        });
        self.inner.yield_prefix().await;
        for ordinal in wanted {
            let work = self.translate_into(&sheet, &document, ordinal, again, &mut on);
            tokio::select! {
                biased;
                _ = stop.changed() => return Ok(false),
                done = work => done?,
            }
        }
        Ok(true)
    }

    /// As [`Self::run_sheet`] for the segments of these places that have no translation
    /// yet, for work that nobody waits for: it neither holds others up nor is stopped by
    /// what is before the screen. A place that is no longer there is passed over.
    ///
    /// # Errors
    /// As [`Self::run_sheet`].
    pub(super) async fn run_behind(
        &self,
        id: &TranslationId,
        places: &[usize],
        mut on: impl FnMut(RunEvent) + Send,
    ) -> Result<(), AssistantError> {
        let Open { sheet, document } = self.open_sheet(id).await?;
        self.inner.yield_prefix().await;
        for &ordinal in places {
            let segment = sheet.segments.get(ordinal);
            if segment.is_some_and(|segment| segment.state == SegmentState::Waiting) {
                self.translate_into(&sheet, &document, ordinal, false, &mut on)
                    .await?;
            }
        }
        Ok(())
    }

    /// Ends whatever is being translated before the screen. What is done stays.
    pub fn stop_translating(&self) {
        self.inner.translating.send_modify(|count| *count += 1);
    }

    /// Puts a person's words in the place of a segment's translation, now and wherever
    /// the segment occurs again; no words for leaving the source as it is, empty ones for
    /// forgetting what there is.
    ///
    /// # Errors
    /// `NoSegment`, `TextTooLong`, `Store`.
    pub async fn edit_segment(
        &self,
        id: &TranslationId,
        ordinal: usize,
        text: Option<String>,
    ) -> Result<SheetSegment, AssistantError> {
        let Open { sheet, document } = self.open_sheet(id).await?;
        let segment = sheet
            .segments
            .get(ordinal)
            .ok_or(AssistantError::NoSegment { ordinal })?;
        let store = &self.inner.library;
        let now = (self.inner.clock)();
        let key = memory::person_key(&segment.source, (sheet.from, sheet.to));
        let stored = match text {
            Some(text) if text.trim().is_empty() => {
                store.forget(&key).await?;
                StoredSegment {
                    source: segment.source.clone(),
                    target: None,
                    state: SegmentState::Waiting,
                    flags: "[]".to_owned(),
                }
            }
            text => {
                let state = if text.is_some() {
                    SegmentState::Edited
                } else {
                    SegmentState::Kept
                };
                let target = text.unwrap_or_else(|| segment.source.clone());
                if target.len() > crate::MAX_TEXT_BYTES {
                    return Err(AssistantError::TextTooLong {
                        bytes: target.len(),
                        limit: crate::MAX_TEXT_BYTES,
                    });
                }
                let flags = match document.segments().nth(ordinal) {
                    Some(parts) => protect::mask(document.source(), parts).check(&target),
                    None => Vec::new(),
                };
                let flags = to_json(&flags);
                let known = Remembered {
                    target: target.clone(),
                    flags: flags.clone(),
                    edited: true,
                };
                store.remember(&key, &known, now).await?;
                StoredSegment {
                    source: segment.source.clone(),
                    target: Some(target),
                    state,
                    flags,
                }
            }
        };
        store.save_segment(id, ordinal, &stored, now).await?;
        Ok(shown(stored, segment.begins))
    }

    /// Other translations of a segment, at most `count`. `on` gets each as it is found.
    ///
    /// # Errors
    /// `NoSegment`, `NoModel`, and what the engine says.
    pub async fn segment_alternatives(
        &self,
        id: &TranslationId,
        ordinal: usize,
        count: usize,
        on: impl FnMut(&Translated),
    ) -> Result<Vec<Translated>, AssistantError> {
        let mut stop = self.inner.translating.subscribe();
        let _guard = self.inner.foreground.enter();
        let Open { sheet, document } = self.open_sheet(id).await?;
        let segment = sheet
            .segments
            .get(ordinal)
            .ok_or(AssistantError::NoSegment { ordinal })?;
        let known: Vec<String> = segment.target.iter().cloned().collect();
        let translator = self.ready((sheet.from, sheet.to), sheet.formality).await?;
        self.inner.yield_prefix().await;
        tokio::select! {
            biased;
            _ = stop.changed() => Ok(Vec::new()),
            found = translator.alternatives(&document, ordinal, &known, count, on) => found,
        }
    }

    /// A segment's translation, translated back; `None` when it was stopped.
    ///
    /// # Errors
    /// `NoSegment` also when it has no translation, `NoModel`, and what the engine says.
    pub async fn segment_back(
        &self,
        id: &TranslationId,
        ordinal: usize,
    ) -> Result<Option<Translated>, AssistantError> {
        let mut stop = self.inner.translating.subscribe();
        let _guard = self.inner.foreground.enter();
        let sheet = self.sheet(id).await?;
        let target = sheet
            .segments
            .get(ordinal)
            .and_then(|segment| segment.target.clone());
        let target = target.ok_or(AssistantError::NoSegment { ordinal })?;
        let translator = self.ready((sheet.from, sheet.to), sheet.formality).await?;
        self.inner.yield_prefix().await;
        tokio::select! {
            biased;
            _ = stop.changed() => Ok(None),
            back = translator.back(&target) => back.map(Some),
        }
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

    /// Translates a segment and saves what comes of it.
    async fn translate_into(
        &self,
        sheet: &Sheet,
        document: &Document,
        ordinal: usize,
        again: bool,
        on: &mut (impl FnMut(RunEvent) + Send),
    ) -> Result<(), AssistantError> {
        let segment = sheet
            .segments
            .get(ordinal)
            .ok_or(AssistantError::NoSegment { ordinal })?;
        let done = self
            .translate_segment(sheet, document, ordinal, again, on)
            .await?;
        let now = (self.inner.clock)();
        self.inner
            .library
            .save_segment(&sheet.id, ordinal, &done, now)
            .await?;
        on(RunEvent::Done {
            ordinal,
            segment: shown(done, segment.begins),
        });
        Ok(())
    }

    /// What a segment's translation comes to, from the memory or by the model.
    async fn translate_segment(
        &self,
        sheet: &Sheet,
        document: &Document,
        ordinal: usize,
        again: bool,
        on: &mut (impl FnMut(RunEvent) + Send),
    ) -> Result<StoredSegment, AssistantError> {
        let pair = (sheet.from, sheet.to);
        // Anew for each segment: the model may have been replaced.
        let translator = self.ready(pair, sheet.formality).await?;
        let segment = &sheet.segments[ordinal];
        if !again {
            let known = self
                .recall(Some(&translator), &segment.source, pair)
                .await?;
            if known.state != SegmentState::Waiting {
                return Ok(known);
            }
        }
        let mut last = Instant::now();
        let mut done = translator
            .translate(document, ordinal, |text| {
                if last.elapsed() >= PACE {
                    last = Instant::now();
                    on(RunEvent::Text {
                        ordinal,
                        text: text.to_owned(),
                    });
                }
            })
            .await?;
        if again && Some(&done.text) == segment.target.as_ref() {
            // The likeliest words are there already: others, if there are any.
            let known = [done.text.clone()];
            let others = translator
                .alternatives(document, ordinal, &known, 1, |_| {})
                .await?;
            if let Some(other) = others.into_iter().next() {
                done = other;
            }
        }
        let flags = to_json(&done.flags);
        if !done.flags.iter().any(Flag::is_rubbish) {
            let known = Remembered {
                target: done.text.clone(),
                flags: flags.clone(),
                edited: false,
            };
            let key = translator.key(&segment.source);
            self.inner
                .library
                .remember(&key, &known, (self.inner.clock)())
                .await?;
        }
        Ok(StoredSegment {
            source: segment.source.clone(),
            target: Some(done.text),
            state: SegmentState::Machine,
            flags,
        })
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
            None => StoredSegment {
                source: source.to_owned(),
                target: None,
                state: SegmentState::Waiting,
                flags: "[]".to_owned(),
            },
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
                segments.push(old.unwrap_or(StoredSegment {
                    source,
                    target: None,
                    state: SegmentState::Waiting,
                    flags: "[]".to_owned(),
                }));
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
