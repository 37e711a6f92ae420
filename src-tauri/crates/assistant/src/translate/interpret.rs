//! Two people, two languages, one device: what one says is shown to the other in theirs.

use llmos_store::{Utterance, UtteranceSide};

use super::sheet::{from_json, language, names, to_json};
use super::{Document, Flag, Formality, Format};
use crate::assistant::check_text;
use crate::{Assistant, AssistantError};

/// Who speaks.
pub type Side = UtteranceSide;

/// What was said, with its translation.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    /// As it is saved.
    pub utterance: Utterance,
    /// What may be wrong with the translation.
    pub flags: Vec<Flag>,
}

impl Assistant {
    /// Translates what one of two people says, and keeps both. `on` gets the translation
    /// as it grows; `None` when it was stopped, and then nothing is kept.
    ///
    /// # Errors
    /// `EmptyText`, `TextTooLong`, `UnknownLanguage`, `NoModel`, `Store`, and what the
    /// engine says.
    pub async fn interpret(
        &self,
        side: Side,
        (from, to): (&str, &str),
        text: String,
        mut on: impl FnMut(&str),
    ) -> Result<Option<Spoken>, AssistantError> {
        check_text(&text)?;
        let pair = (language(from)?, language(to)?);
        let mut stop = self.inner.translating.subscribe();
        let _guard = self.inner.foreground.enter();
        let translator = self.ready(pair, Formality::Same).await?;
        self.inner.yield_prefix().await;
        let document = Document::new(text.clone(), Format::Plain);
        let (mut texts, mut flags) = (Vec::new(), Vec::new());
        for number in 0..document.segments().count() {
            let done: Vec<String> = texts.clone();
            let growing = |part: &str| {
                let so_far = done.iter().map(String::as_str).chain([part]);
                on(&so_far.collect::<Vec<_>>().join(" "));
            };
            let translated = tokio::select! {
                biased;
                _ = stop.changed() => return Ok(None),
                translated = translator.translate(&document, number, growing) => translated?,
            };
            texts.push(translated.text);
            flags.extend(translated.flags);
        }
        let utterance = Utterance {
            side,
            from: pair.0.code().to_owned(),
            to: pair.1.code().to_owned(),
            target: document.render(|number| texts.get(number).map(String::as_str)),
            source: text,
            flags: to_json(&flags),
            spoken_at: (self.inner.clock)(),
        };
        let store = &self.inner.library;
        store
            .add_utterances(std::slice::from_ref(&utterance))
            .await?;
        store
            .use_language_pair(&names(pair), utterance.spoken_at)
            .await?;
        Ok(Some(Spoken { utterance, flags }))
    }

    /// Everything that was said so far, oldest first.
    ///
    /// # Errors
    /// `Store`.
    pub async fn spoken(&self) -> Result<Vec<Spoken>, AssistantError> {
        let said = self.inner.library.utterances().await?;
        Ok(said
            .into_iter()
            .map(|utterance| Spoken {
                flags: from_json(&utterance.flags),
                utterance,
            })
            .collect())
    }
}
