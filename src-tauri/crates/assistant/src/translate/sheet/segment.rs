//! One segment of a sheet: a person's words for it, other translations, the way back.

use llmos_store::{Remembered, SegmentState, StoredSegment, TranslationId};

use super::{Open, SheetSegment, shown, to_json, waiting};
use crate::translate::{Translated, memory, protect};
use crate::{Assistant, AssistantError};

impl Assistant {
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
                waiting(segment.source.clone())
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
}
