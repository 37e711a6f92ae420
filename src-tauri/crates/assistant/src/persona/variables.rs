//! Variables in system prompts: `{{date}}` and its kind.
//!
//! Not the chat template's language: a prompt is a person's text, in which a
//! variable is looked up and nothing else happens. What is no variable stays as
//! it was typed, and is reported to the editor.

use crate::Locale;
use llmos_store::Timestamp;

/// The names that are filled in.
pub const VARIABLES: &[&str] = &["date", "time", "weekday", "language", "model"];

/// Longest piece of a prompt that a problem repeats, in characters.
const QUOTED_CHARS: usize = 24;

/// What variables stand for at one moment.
pub(super) struct Values<'a> {
    pub(super) locale: Locale,
    pub(super) now: Timestamp,
    /// Name of the loaded model; empty when there is none.
    pub(super) model: &'a str,
}

impl Values<'_> {
    fn get(&self, name: &str) -> Option<String> {
        let Self { locale, now, model } = *self;
        Some(match name {
            "date" => locale.date(now),
            "time" => locale.time(now),
            "weekday" => locale.weekday(now),
            "language" => locale.language_name().to_owned(),
            "model" => model.to_owned(),
            _ => return None,
        })
    }
}

/// Why a piece of a prompt is not filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// No variable has this name.
    Unknown,
    /// `{{` that nothing closes.
    Unclosed,
}

/// A piece of a prompt that looks like a variable and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong with it.
    pub kind: ProblemKind,
    /// The name, or what follows the braces; cut short when it is long.
    pub text: String,
}

/// A prompt as the model would read it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptPreview {
    /// With its variables filled in.
    pub text: String,
    /// What was left as it was typed.
    pub problems: Vec<Problem>,
}

/// The prompt with its variables filled in.
pub(super) fn fill(prompt: &str, values: &Values<'_>) -> String {
    let mut filled = String::with_capacity(prompt.len());
    for piece in pieces(prompt) {
        match piece {
            Piece::Text(text) | Piece::Unclosed(text) => filled.push_str(text),
            Piece::Variable { name, typed } => match values.get(&name.to_ascii_lowercase()) {
                Some(value) => filled.push_str(&value),
                None => filled.push_str(typed),
            },
        }
    }
    filled
}

/// What looks like a variable and is none, in the order of the prompt.
pub(super) fn problems(prompt: &str) -> Vec<Problem> {
    pieces(prompt)
        .filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Unclosed(text) => Some(Problem {
                kind: ProblemKind::Unclosed,
                text: quoted(text),
            }),
            Piece::Variable { name, .. } => {
                let known = VARIABLES.contains(&name.to_ascii_lowercase().as_str());
                (!known).then(|| Problem {
                    kind: ProblemKind::Unknown,
                    text: quoted(name),
                })
            }
        })
        .collect()
}

enum Piece<'a> {
    Text(&'a str),
    /// `{{` and the rest of its line.
    Unclosed(&'a str),
    Variable {
        name: &'a str,
        typed: &'a str,
    },
}

/// Cuts a prompt into text and variables. A variable ends on its own line, and
/// before the next one begins.
fn pieces(prompt: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = prompt;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some(open) = rest.find("{{") else {
            return Some(Piece::Text(std::mem::take(&mut rest)));
        };
        if open > 0 {
            let (text, more) = rest.split_at(open);
            rest = more;
            return Some(Piece::Text(text));
        }
        let inside = rest.get(2..).unwrap_or_default();
        let end = inside.find(['{', '}', '\n']).unwrap_or(inside.len());
        let closed = inside.get(end..).is_some_and(|tail| tail.starts_with("}}"));
        let (typed, more) = rest.split_at(2 + end + if closed { 2 } else { 0 });
        rest = more;
        Some(if closed {
            Piece::Variable {
                name: inside.get(..end).unwrap_or_default().trim(),
                typed,
            }
        } else {
            Piece::Unclosed(typed)
        })
    })
}

fn quoted(text: &str) -> String {
    let mut cut: String = text.chars().take(QUOTED_CHARS).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(prompt: &str) -> String {
        let values = Values {
            locale: Locale::default(),
            now: Timestamp(1_795_824_300_000),
            model: "Tiny",
        };
        fill(prompt, &values)
    }

    #[test]
    fn variables_are_filled_in_whatever_their_case_and_spaces() {
        assert_eq!(
            filled("It is {{time}} on {{weekday}}, {{ date }}. 用{{Language}}。"),
            "It is 00:05 on Saturday, 28 November 2026. 用English。"
        );
        assert_eq!(filled("I am {{MODEL}}{{model}}"), "I am TinyTiny");
        assert_eq!(problems("{{ date }} {{Time}}"), []);
    }

    #[test]
    fn what_is_no_variable_stays_and_is_reported() {
        let prompt = "{{name}} {{}} {{date {{time}} } }} {a} {{{date}}} {{ 日期 }}\n{{language\n}}";
        let same = "{{name}} {{}} {{date 00:05 } }} {a} {{{date}}} {{ 日期 }}\n{{language\n}}";
        assert_eq!(filled(prompt), same);
        let found: Vec<_> = problems(prompt)
            .into_iter()
            .map(|problem| (problem.kind, problem.text))
            .collect();
        let expected = [
            (ProblemKind::Unknown, "name"),
            (ProblemKind::Unknown, ""),
            (ProblemKind::Unclosed, "{{date "),
            (ProblemKind::Unclosed, "{{"),
            (ProblemKind::Unknown, "日期"),
            (ProblemKind::Unclosed, "{{language"),
        ];
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(kind, text)| (kind, text.to_owned()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn any_text_comes_through_and_long_names_are_cut() {
        for prompt in [
            "", "{", "{{", "}}", "{{{{{{", "a{{", "{{\n", "杭{{州", "{{{}}}",
        ] {
            assert_eq!(filled(prompt), prompt, "{prompt:?}");
            problems(prompt);
        }
        let long = format!("{{{{{}}}}}", "杭".repeat(1000));
        assert_eq!(filled(&long), long);
        assert_eq!(problems(&long)[0].text.chars().count(), QUOTED_CHARS + 1);
    }
}
