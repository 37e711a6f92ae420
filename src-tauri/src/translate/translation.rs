//! Translations, to the wire's types and back.

use llmos_assistant::translate::{
    self as domain, Flag, Format, RunEvent, Sheet, SheetRequest, SheetSegment, Spoken,
};
use llmos_store as store;

use crate::wire::{
    Formality, GlossaryConflict, GlossaryTerm, LanguagePair, SegmentState, SourceFormat,
    SpeakerSide, TextLanguage, TranslatedText, TranslationEvent, TranslationFlag,
    TranslationRequest, TranslationSegment, TranslationSummary, TranslationView, Utterance,
};

impl From<domain::TextLanguage> for TextLanguage {
    fn from(language: domain::TextLanguage) -> Self {
        Self {
            code: language.code().to_owned(),
            english: language.english().to_owned(),
            chinese: language.chinese().to_owned(),
            own: language.own().to_owned(),
        }
    }
}

impl From<store::LanguagePair> for LanguagePair {
    fn from(pair: store::LanguagePair) -> Self {
        Self {
            from: pair.from,
            to: pair.to,
        }
    }
}

impl From<LanguagePair> for store::LanguagePair {
    fn from(pair: LanguagePair) -> Self {
        Self {
            from: pair.from,
            to: pair.to,
        }
    }
}

impl From<Format> for SourceFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Plain => Self::Plain,
            Format::Markdown => Self::Markdown,
            Format::Html => Self::Html,
            Format::Srt => Self::Srt,
        }
    }
}

impl From<SourceFormat> for Format {
    fn from(format: SourceFormat) -> Self {
        match format {
            SourceFormat::Plain => Self::Plain,
            SourceFormat::Markdown => Self::Markdown,
            SourceFormat::Html => Self::Html,
            SourceFormat::Srt => Self::Srt,
        }
    }
}

impl From<domain::Formality> for Formality {
    fn from(formality: domain::Formality) -> Self {
        match formality {
            domain::Formality::Same => Self::Same,
            domain::Formality::Formal => Self::Formal,
            domain::Formality::Informal => Self::Informal,
        }
    }
}

impl From<Formality> for domain::Formality {
    fn from(formality: Formality) -> Self {
        match formality {
            Formality::Same => Self::Same,
            Formality::Formal => Self::Formal,
            Formality::Informal => Self::Informal,
        }
    }
}

impl From<TranslationRequest> for SheetRequest {
    fn from(request: TranslationRequest) -> Self {
        Self {
            title: request.title,
            format: request.format.into(),
            source: request.source,
            from: request.from,
            to: request.to,
            formality: request.formality.into(),
        }
    }
}

impl From<Flag> for TranslationFlag {
    fn from(flag: Flag) -> Self {
        match flag {
            Flag::Lost { what } => Self::Lost { what },
            Flag::Doubled { what } => Self::Doubled { what },
            Flag::Numbers => Self::Numbers,
            Flag::Formatting => Self::Formatting,
            Flag::Term { source, target } => Self::Term { source, target },
            Flag::Empty => Self::Empty,
            Flag::Echo => Self::Echo,
            Flag::WrongLanguage => Self::WrongLanguage,
            Flag::Repetition => Self::Repetition,
            Flag::Answered => Self::Answered,
            Flag::Length => Self::Length,
            Flag::CutOff => Self::CutOff,
            Flag::TooLong => Self::TooLong,
        }
    }
}

fn flags(flags: Vec<Flag>) -> Vec<TranslationFlag> {
    flags.into_iter().map(Into::into).collect()
}

impl From<store::SegmentState> for SegmentState {
    fn from(state: store::SegmentState) -> Self {
        match state {
            store::SegmentState::Waiting => Self::Waiting,
            store::SegmentState::Machine => Self::Machine,
            store::SegmentState::Edited => Self::Edited,
            store::SegmentState::Kept => Self::Kept,
        }
    }
}

impl From<SheetSegment> for TranslationSegment {
    fn from(segment: SheetSegment) -> Self {
        Self {
            source: segment.source,
            target: segment.target,
            state: segment.state.into(),
            flags: flags(segment.flags),
            begins: segment.begins,
        }
    }
}

impl From<Sheet> for TranslationView {
    fn from(sheet: Sheet) -> Self {
        Self {
            id: sheet.id.0,
            title: sheet.title,
            format: sheet.format.into(),
            source: sheet.source,
            from: sheet.from.code().to_owned(),
            to: sheet.to.code().to_owned(),
            formality: sheet.formality.into(),
            segments: sheet.segments.into_iter().map(Into::into).collect(),
            updated_at: sheet.updated_at.0,
        }
    }
}

impl From<store::TranslationHeading> for TranslationSummary {
    fn from(heading: store::TranslationHeading) -> Self {
        Self {
            id: heading.id.0,
            title: heading.title,
            format: Format::named(&heading.format).into(),
            from: heading.from,
            to: heading.to,
            segments: heading.segments,
            done: heading.done,
            updated_at: heading.updated_at.0,
        }
    }
}

impl From<RunEvent> for TranslationEvent {
    fn from(event: RunEvent) -> Self {
        match event {
            RunEvent::Text { ordinal, text } => Self::Text { ordinal, text },
            RunEvent::Done { ordinal, segment } => Self::Done {
                ordinal,
                segment: segment.into(),
            },
        }
    }
}

impl From<domain::Translated> for TranslatedText {
    fn from(translated: domain::Translated) -> Self {
        Self {
            text: translated.text,
            flags: flags(translated.flags),
        }
    }
}

impl From<store::GlossaryTerm> for GlossaryTerm {
    fn from(term: store::GlossaryTerm) -> Self {
        Self {
            source: term.source,
            target: term.target,
            match_case: term.match_case,
        }
    }
}

impl From<GlossaryTerm> for store::GlossaryTerm {
    fn from(term: GlossaryTerm) -> Self {
        Self {
            source: term.source,
            target: term.target,
            match_case: term.match_case,
        }
    }
}

impl From<domain::Conflict> for GlossaryConflict {
    fn from(conflict: domain::Conflict) -> Self {
        Self {
            source: conflict.source,
            targets: conflict.targets,
        }
    }
}

impl From<store::UtteranceSide> for SpeakerSide {
    fn from(side: store::UtteranceSide) -> Self {
        match side {
            store::UtteranceSide::Near => Self::Near,
            store::UtteranceSide::Far => Self::Far,
        }
    }
}

impl From<SpeakerSide> for store::UtteranceSide {
    fn from(side: SpeakerSide) -> Self {
        match side {
            SpeakerSide::Near => Self::Near,
            SpeakerSide::Far => Self::Far,
        }
    }
}

impl From<Spoken> for Utterance {
    fn from(spoken: Spoken) -> Self {
        let said = spoken.utterance;
        Self {
            side: said.side.into(),
            from: said.from,
            to: said.to,
            source: said.source,
            target: said.target,
            flags: flags(spoken.flags),
            spoken_at: said.spoken_at.0,
        }
    }
}

impl From<Utterance> for store::Utterance {
    fn from(utterance: Utterance) -> Self {
        Self {
            side: utterance.side.into(),
            from: utterance.from,
            to: utterance.to,
            source: utterance.source,
            target: utterance.target,
            // The same shape on both sides; what could not be written is no flag.
            flags: serde_json::to_string(&utterance.flags).unwrap_or_else(|_| "[]".to_owned()),
            spoken_at: store::Timestamp(utterance.spoken_at),
        }
    }
}
