//! What a draft is made from.

use serde::{Deserialize, Serialize};

use super::reply::share_kept;
use crate::AssistantError;

/// What kind of text a draft is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An e-mail, with its subject.
    #[default]
    Email,
    /// A letter on paper.
    Letter,
    /// A few lines to somebody.
    Message,
    /// Something that many read.
    Post,
    /// A section of a report.
    Section,
    /// A list of ideas.
    Ideas,
    /// What the person's own instruction says.
    Own,
}

/// How a draft sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// As most people write.
    #[default]
    Plain,
    /// With distance.
    Formal,
    /// Warm.
    Friendly,
    /// Wants something of the reader.
    Persuasive,
}

/// How long a draft is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// A few sentences.
    #[default]
    Short,
    /// A paragraph or two.
    Medium,
    /// A page.
    Long,
}

impl Length {
    /// Words that are asked for.
    #[must_use]
    pub fn words(self) -> usize {
        match self {
            Self::Short => 60,
            Self::Medium => 150,
            Self::Long => 300,
        }
    }

    /// Ideas that are asked for.
    #[must_use]
    pub fn ideas(self) -> usize {
        match self {
            Self::Short => 5,
            Self::Medium => 8,
            Self::Long => 12,
        }
    }
}

/// A field of a person's own template.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FormField {
    /// Its name, which the instruction may hold as `{{name}}`.
    pub name: String,
    /// What is in it.
    pub value: String,
}

/// What a draft is made from; a template is one of these with a name. Kept as JSON: a
/// field that is lacking reads as its default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// What kind of text.
    pub kind: Kind,
    /// How it sounds.
    pub tone: Tone,
    /// How long it is.
    pub length: Length,
    /// Who reads it.
    pub audience: String,
    /// Its language as a BCP 47 tag.
    pub language: String,
    /// What is to be in it, one a line.
    pub points: String,
    /// The person's own words about what to write.
    pub instruction: String,
    /// The fields of the person's own template.
    pub fields: Vec<FormField>,
}

/// Fields that a template may have.
const MOST_FIELDS: usize = 20;
/// Bytes of one field, and of the instruction.
const MOST_BYTES: usize = 20_000;

impl Form {
    /// Refuses a form that says nothing, and one that says too much.
    ///
    /// # Errors
    /// `EmptyText`, `TextTooLong` and `OutOfRange`.
    pub fn check(&self) -> Result<(), AssistantError> {
        let fields = self.fields.iter().map(|field| &field.value);
        let texts = [&self.points, &self.instruction, &self.audience];
        if texts
            .into_iter()
            .chain(fields)
            .all(|text| text.trim().is_empty())
        {
            return Err(AssistantError::EmptyText);
        }
        self.check_size()
    }

    /// Refuses a form that is too large to be kept.
    ///
    /// # Errors
    /// `TextTooLong` and `OutOfRange`.
    pub fn check_size(&self) -> Result<(), AssistantError> {
        if self.fields.len() > MOST_FIELDS {
            return Err(AssistantError::OutOfRange {
                field: "fields",
                least: 0.0,
                #[expect(clippy::cast_precision_loss, reason = "a small number")]
                most: MOST_FIELDS as f64,
            });
        }
        let fields = self.fields.iter().flat_map(|it| [&it.name, &it.value]);
        let texts = [
            &self.points,
            &self.instruction,
            &self.audience,
            &self.language,
        ];
        let longest = texts.into_iter().chain(fields).map(String::len).max();
        match longest {
            Some(bytes) if bytes > MOST_BYTES => Err(AssistantError::TextTooLong {
                bytes,
                limit: MOST_BYTES,
            }),
            _ => Ok(()),
        }
    }

    /// The points, without blank lines and marks of a list.
    pub fn points(&self) -> impl Iterator<Item = &str> {
        let marks = |it: char| matches!(it, '-' | '*' | '•') || it.is_whitespace();
        let lines = self
            .points
            .lines()
            .map(move |line| line.trim_start_matches(marks).trim_end());
        lines.filter(|line| !line.is_empty())
    }

    /// The instruction with the values of the fields that it names, and the values that
    /// it does not name below it.
    #[must_use]
    pub fn filled(&self) -> String {
        let mut text = self.instruction.trim().to_owned();
        let mut rest = String::new();
        for FormField { name, value } in &self.fields {
            let (name, value) = (name.trim(), value.trim());
            let slot = format!("{{{{{name}}}}}");
            if !name.is_empty() && text.contains(&slot) {
                text = text.replace(&slot, value);
            } else if !value.is_empty() {
                rest = format!("{rest}\n{name}: {value}");
            }
        }
        format!("{text}{rest}").trim().to_owned()
    }

    /// The points that a draft says nothing about.
    #[must_use]
    pub fn left_out(&self, draft: &str) -> Vec<String> {
        let numbers = super::facts::numbers(draft);
        let missing = |point: &&str| {
            let number = super::facts::numbers(point)
                .iter()
                .any(|it| !numbers.contains(it));
            number || share_kept(point, draft) < 0.5
        };
        self.points().filter(missing).map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test failing")]
    use super::*;

    fn field(name: &str, value: &str) -> FormField {
        FormField {
            name: name.to_owned(),
            value: value.to_owned(),
        }
    }

    #[test]
    fn an_empty_form_is_refused_and_a_large_one() {
        assert!(matches!(
            Form::default().check(),
            Err(AssistantError::EmptyText)
        ));
        let points = "a".repeat(MOST_BYTES + 1);
        let large = Form {
            points,
            ..Form::default()
        };
        assert!(matches!(
            large.check(),
            Err(AssistantError::TextTooLong { .. })
        ));
        let many = Form {
            fields: vec![field("a", "b"); MOST_FIELDS + 1],
            ..Form::default()
        };
        assert!(matches!(
            many.check(),
            Err(AssistantError::OutOfRange { .. })
        ));
    }

    #[test]
    fn fields_go_where_the_instruction_names_them() {
        let form = Form {
            instruction: "Invite {{who}} to {{what}}.".to_owned(),
            fields: vec![
                field("who", "Anna"),
                field("what", "{{who}}'s party"),
                field("when", "8:00"),
            ],
            ..Form::default()
        };
        // A value is no instruction: what it names is not filled in again, save by a later field.
        assert_eq!(form.filled(), "Invite Anna to {{who}}'s party.\nwhen: 8:00");
    }

    #[test]
    fn points_are_looked_for_in_the_draft() {
        let form = Form {
            points: "- the meeting moves to 15:30\n\n* bring the signed contract".to_owned(),
            ..Form::default()
        };
        let draft = "Our meeting moves to 15:30.";
        assert_eq!(form.left_out(draft), ["bring the signed contract"]);
        assert_eq!(
            form.left_out("The meeting moves. Bring the signed contract.")
                .len(),
            1
        );
    }

    #[test]
    fn a_form_of_another_version_can_be_read() {
        let form: Form = serde_json::from_str(r#"{"kind":"letter","new":1}"#).unwrap();
        assert_eq!(form.kind, Kind::Letter);
    }
}
