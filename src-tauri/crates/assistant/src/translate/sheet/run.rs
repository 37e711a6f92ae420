//! Translating a sheet, segment by segment, each saved before the next begins.

use std::time::{Duration, Instant};

use llmos_store::{Remembered, SegmentState, StoredSegment, TranslationId};

use super::{Open, Sheet, SheetSegment, shown, to_json};
use crate::translate::{Document, Flag};
use crate::{Assistant, AssistantError};

/// How often a growing segment is reported at most.
const PACE: Duration = Duration::from_millis(40);

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

impl Assistant {
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
    pub(in crate::translate) async fn run_behind(
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
}
