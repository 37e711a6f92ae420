//! What every mode has to see of a text: its script, and where sentences end.

mod sentences;

pub(crate) use sentences::sentences;

/// Whether a character is Chinese.
pub(crate) fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}')
}
