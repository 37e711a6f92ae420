//! What is done to a template's text before it is run.

use crate::error::TemplateError;

/// Refuses what is not offered and replaces what minijinja does not know.
///
/// - `*` (repetition and multiplication) is refused: chat templates have no use
///   for it, and it lets one step make a text or list of any size.
/// - `{% generation %}`, a marker for training, becomes a block that does nothing.
pub(super) fn prepare(template: &str) -> Result<String, TemplateError> {
    let mut prepared = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let (text, tag) = rest.split_at(start);
        prepared.push_str(text);
        let end = match tag.as_bytes().get(1) {
            Some(b'#') => tag.find("#}").map(|end| end + 2),
            Some(b'%') => code_end(tag, "%}"),
            Some(b'{') => code_end(tag, "}}"),
            _ => Some(1),
        };
        // A tag without an end is minijinja's to complain about.
        let (tag, after) = tag.split_at(end.unwrap_or(tag.len()));
        let is_statement = tag.starts_with("{%");
        if (is_statement || tag.starts_with("{{"))
            && let Some((place, _)) = unquoted(tag).find(|(_, byte)| *byte == b'*')
        {
            let before = &template[..template.len() - rest.len() + start + place];
            return Err(TemplateError::Syntax {
                line: 1 + before.matches('\n').count(),
                message: "the operator * is not offered to chat templates".to_owned(),
            });
        }
        if is_statement {
            prepared.push_str(&without_generation(tag));
        } else {
            prepared.push_str(tag);
        }
        rest = after;
    }
    prepared.push_str(rest);
    Ok(prepared)
}

/// Where the code that `tag` starts with ends, `close` included.
fn code_end(tag: &str, close: &str) -> Option<usize> {
    unquoted(tag)
        .skip(2)
        .find(|(place, _)| tag.as_bytes()[*place..].starts_with(close.as_bytes()))
        .map(|(place, _)| place + close.len())
}

/// The bytes of `code` that are not part of a string, with their places.
fn unquoted(code: &str) -> impl Iterator<Item = (usize, u8)> {
    let mut quote = None;
    let mut escaped = false;
    code.bytes().enumerate().filter(move |(_, byte)| {
        let Some(open) = quote else {
            if matches!(byte, b'"' | b'\'') {
                quote = Some(*byte);
            }
            return quote.is_none();
        };
        if escaped {
            escaped = false;
        } else if *byte == b'\\' {
            escaped = true;
        } else if *byte == open {
            quote = None;
        }
        false
    })
}

/// `tag`, or a harmless one in place of `generation` and `endgeneration`.
fn without_generation(tag: &str) -> String {
    let inside = tag
        .trim_start_matches("{%")
        .trim_end_matches("%}")
        .trim_matches(['-', '+'])
        .trim();
    match inside {
        "generation" => tag.replacen("generation", "if true", 1),
        "endgeneration" => tag.replacen("endgeneration", "endif", 1),
        _ => tag.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn ordinary_templates_are_left_as_they_are() {
        for text in [
            "",
            "{",
            "a * b {# 2 * 3 #} {{ '*' }} {% if x == \"*\" %}{% endif %}",
            "{{ 'it\\'s * fine' }}",
            "{% unclosed",
            "{{ '}}' }} * {{ \"%}\" }}",
        ] {
            assert_eq!(prepare(text).unwrap(), text);
        }
    }

    #[test]
    fn repetition_is_refused_with_its_line() {
        let error = prepare("a\n{% set x = 'a' * 99 %}").unwrap_err();
        assert!(
            matches!(error, TemplateError::Syntax { line: 2, .. }),
            "{error}"
        );
        prepare("{{ [0] * 10 }}").unwrap_err();
        prepare("{{ 2 ** 10 }}").unwrap_err();
    }

    #[test]
    fn training_markers_vanish() {
        assert_eq!(
            prepare("{%- generation %}x{% endgeneration -%}").unwrap(),
            "{%- if true %}x{% endif -%}"
        );
    }
}
