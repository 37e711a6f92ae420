//! What is written, to the wire's types and back.

use llmos_assistant::write::{self, Doubt, Piece, Style};
use llmos_store as store;

use crate::error::CommandError;
use crate::wire::{
    CarriedOn, DiffPiece, DraftField, DraftForm, DraftKind, DraftLength, DraftTemplate, DraftTone,
    Drafted, RewriteStyle, Rewritten, TextCause, TextSummary, TextThen, TextVersion, WriteDoubt,
    WriteEvent, WrittenText,
};

/// Two enums with the same names, to each other.
macro_rules! same_names {
    ($wire:ty, $own:ty, $($name:ident),+) => {
        impl From<$own> for $wire {
            fn from(own: $own) -> Self {
                match own { $(<$own>::$name => Self::$name),+ }
            }
        }
        impl From<$wire> for $own {
            fn from(wire: $wire) -> Self {
                match wire { $(<$wire>::$name => Self::$name),+ }
            }
        }
    };
}

same_names!(TextCause, store::TextCause, Pause, Model, Restore);
same_names!(
    DraftKind,
    write::Kind,
    Email,
    Letter,
    Message,
    Post,
    Section,
    Ideas,
    Own
);
same_names!(DraftTone, write::Tone, Plain, Formal, Friendly, Persuasive);
same_names!(DraftLength, write::Length, Short, Medium, Long);

impl From<Doubt> for WriteDoubt {
    fn from(doubt: Doubt) -> Self {
        match doubt {
            Doubt::Unchanged => Self::Unchanged,
            Doubt::CutOff => Self::CutOff,
            Doubt::Strayed => Self::Strayed,
            Doubt::OtherLanguage => Self::OtherLanguage,
            Doubt::NotShorter => Self::NotShorter,
            Doubt::NotLonger => Self::NotLonger,
        }
    }
}

impl RewriteStyle {
    /// The style, of which `instruction` is one's own.
    pub(crate) fn with(self, instruction: String) -> Style {
        match self {
            Self::Clearer => Style::Clearer,
            Self::Shorter => Style::Shorter,
            Self::Longer => Style::Longer,
            Self::Formal => Style::Formal,
            Self::Friendly => Style::Friendly,
            Self::Grammar => Style::Grammar,
            Self::Own => Style::Own(instruction),
        }
    }
}

impl From<write::Form> for DraftForm {
    fn from(form: write::Form) -> Self {
        let field = |it: write::FormField| DraftField {
            name: it.name,
            value: it.value,
        };
        Self {
            kind: form.kind.into(),
            tone: form.tone.into(),
            length: form.length.into(),
            audience: form.audience,
            language: form.language,
            points: form.points,
            instruction: form.instruction,
            fields: form.fields.into_iter().map(field).collect(),
        }
    }
}

impl From<DraftForm> for write::Form {
    fn from(form: DraftForm) -> Self {
        let field = |it: DraftField| write::FormField {
            name: it.name,
            value: it.value,
        };
        Self {
            kind: form.kind.into(),
            tone: form.tone.into(),
            length: form.length.into(),
            audience: form.audience,
            language: form.language,
            points: form.points,
            instruction: form.instruction,
            fields: form.fields.into_iter().map(field).collect(),
        }
    }
}

impl DraftForm {
    /// A form as it is stored. One that can't be read is an empty one: it only fills in
    /// fields.
    fn stored(json: &str) -> Self {
        let form: Result<write::Form, _> = serde_json::from_str(json);
        form.unwrap_or_default().into()
    }

    /// The form as it is stored.
    ///
    /// # Errors
    /// When it says too much.
    pub(crate) fn store(self) -> Result<String, CommandError> {
        let form = write::Form::from(self);
        form.check_size()?;
        serde_json::to_string(&form).map_err(CommandError::internal)
    }
}

impl From<store::TextSummary> for TextSummary {
    fn from(text: store::TextSummary) -> Self {
        Self {
            id: text.id.0,
            title: text.title,
            beginning: text.beginning,
            updated_at: text.updated_at.0,
        }
    }
}

impl From<store::Text> for WrittenText {
    fn from(text: store::Text) -> Self {
        Self {
            id: text.id.0,
            title: text.title,
            body: text.body,
            form: text.form.as_deref().map(DraftForm::stored),
            updated_at: text.updated_at.0,
        }
    }
}

impl From<store::TextVersion> for TextVersion {
    fn from(version: store::TextVersion) -> Self {
        Self {
            number: version.number,
            cause: version.cause.into(),
            made_at: version.made_at.0,
            characters: version.characters,
        }
    }
}

impl From<store::TextThen> for TextThen {
    fn from(then: store::TextThen) -> Self {
        Self {
            title: then.title,
            body: then.body,
        }
    }
}

impl From<store::Template> for DraftTemplate {
    fn from(template: store::Template) -> Self {
        Self {
            id: template.id.0,
            name: template.name,
            form: DraftForm::stored(&template.form),
        }
    }
}

impl From<write::WriteEvent> for WriteEvent {
    fn from(event: write::WriteEvent) -> Self {
        match event {
            write::WriteEvent::Reading { done, total } => Self::Reading { done, total },
            write::WriteEvent::Passage { number, total } => Self::Passage { number, total },
            write::WriteEvent::Text(text) => Self::Text { text },
        }
    }
}

fn doubts(doubts: Vec<Doubt>) -> Vec<WriteDoubt> {
    doubts.into_iter().map(Into::into).collect()
}

impl From<write::Rewritten> for Rewritten {
    fn from(rewritten: write::Rewritten) -> Self {
        let piece = |piece: &Piece| match piece {
            Piece::Same(text) => DiffPiece::Same { text: text.clone() },
            Piece::Change { old, new } => DiffPiece::Change {
                old: old.clone(),
                new: new.clone(),
            },
        };
        Self {
            pieces: rewritten.diff.pieces().iter().map(piece).collect(),
            doubts: doubts(rewritten.doubts),
            lost: rewritten.facts.lost,
            added: rewritten.facts.added,
            passages: rewritten.passages,
            kept: rewritten.kept,
        }
    }
}

impl From<write::Drafted> for Drafted {
    fn from(drafted: write::Drafted) -> Self {
        Self {
            text: drafted.text,
            doubts: doubts(drafted.doubts),
            left_out: drafted.left_out,
            blanks: drafted.blanks,
        }
    }
}

impl From<write::CarriedOn> for CarriedOn {
    fn from(more: write::CarriedOn) -> Self {
        Self {
            text: more.text,
            doubts: doubts(more.doubts),
        }
    }
}
