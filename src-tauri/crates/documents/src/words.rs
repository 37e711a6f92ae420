//! Counting words.

/// How many words a text has. Where words are not separated by spaces, each
/// character counts.
#[must_use]
pub fn count_words(text: &str) -> usize {
    let mut words = 0;
    let mut inside = false;
    for character in text.chars() {
        if is_ideograph(character) {
            words += 1;
            inside = false;
        } else if character.is_alphanumeric() {
            words += usize::from(!inside);
            inside = true;
        } else if !matches!(character, '\'' | '’' | '-') {
            inside = false;
        }
    }
    words
}

/// Chinese characters and kana: written without spaces between words.
pub(crate) fn is_ideograph(character: char) -> bool {
    matches!(character,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// Whether a line break after or before this character stands for no space.
pub(crate) fn joins_without_space(character: char) -> bool {
    is_ideograph(character)
        || matches!(character, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_both_scripts_are_counted() {
        assert_eq!(count_words("It’s a well-known fact, isn't it?"), 6);
        assert_eq!(count_words("我们 sind 3 Leute。"), 5);
        assert_eq!(count_words(" … — "), 0);
    }
}
