//! The alphabet in which byte-level vocabularies write bytes.
//!
//! Vocabularies of the GPT-2 kind hold each byte as one printable character:
//! printable Latin-1 bytes stand for themselves, the other 68 are numbered from
//! U+0100 on in byte order (so a space is `Ġ`).

/// The character that stands for each byte.
const CHARACTERS: [char; 256] = characters();

const fn stands_for_itself(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF)
}

const fn characters() -> [char; 256] {
    let mut characters = ['\0'; 256];
    let mut next = 0x100;
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let value = byte as u8;
        if stands_for_itself(value) {
            characters[byte] = value as char;
        } else if let Some(character) = char::from_u32(next) {
            characters[byte] = character;
            next += 1;
        }
        byte += 1;
    }
    characters
}

/// The character that stands for `byte`.
pub(crate) fn character(byte: u8) -> char {
    CHARACTERS[usize::from(byte)]
}

/// Writes `text` in the alphabet, appending to `mapped`.
pub(super) fn map(text: &str, mapped: &mut String) {
    mapped.extend(text.bytes().map(character));
}

/// The bytes that `mapped` stands for; `None` when a character is not of the alphabet.
pub(super) fn unmap(mapped: &str) -> Option<Vec<u8>> {
    mapped.chars().map(byte).collect()
}

fn byte(character: char) -> Option<u8> {
    let code = u32::from(character);
    if let Ok(byte) = u8::try_from(code) {
        return stands_for_itself(byte).then_some(byte);
    }
    // The three ranges that are numbered from U+0100 on.
    match code - 0x100 {
        rank @ 0..=32 => u8::try_from(rank).ok(),
        rank @ 33..=66 => u8::try_from(rank - 33 + 0x7F).ok(),
        67 => Some(0xAD),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_a_character_and_comes_back() {
        for value in 0..=u8::MAX {
            assert_eq!(byte(character(value)), Some(value));
        }
        assert_eq!(character(b' '), 'Ġ');
        assert_eq!(character(b'\n'), 'Ċ');
        assert_eq!(byte('中'), None);
        assert_eq!(byte(' '), None);
    }
}
