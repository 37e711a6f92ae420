//! Fonts of up to 256 characters: what their bytes mean.

use std::collections::HashMap;
use std::sync::LazyLock;

use encoding_rs::{MACINTOSH, WINDOWS_1252};
use hayro_syntax::object::dict::keys::{BASE_ENCODING, DIFFERENCES, ENCODING, FONT_DESC, SUBTYPE};
use hayro_syntax::object::{Array, Dict, Name, Object, Stream};

/// What the bytes of a font mean.
pub(super) fn meanings(dict: &Dict<'_>, name: &str) -> Vec<Option<String>> {
    let encoding = dict.get::<Object<'_>>(ENCODING);
    let base = match &encoding {
        Some(Object::Name(name)) => Some(name.as_ref().to_owned()),
        Some(Object::Dict(dict)) => dict
            .get::<Name<'_>>(BASE_ENCODING)
            .map(|name| name.as_ref().to_owned()),
        _ => None,
    };
    let mut meanings = match base.as_deref() {
        Some(b"WinAnsiEncoding") => of_alphabet(WINDOWS_1252),
        Some(b"MacRomanEncoding") => of_alphabet(MACINTOSH),
        Some(_) => standard(),
        None => built_in(dict),
    };
    let differences = match &encoding {
        Some(Object::Dict(dict)) => dict.get::<Array<'_>>(DIFFERENCES),
        _ => None,
    };
    if let Some(differences) = differences {
        let mut at = 0_usize;
        for item in differences.iter::<Object<'_>>() {
            match item {
                Object::Number(number) => at = usize::try_from(number.as_i64()).unwrap_or(256),
                Object::Name(name) => {
                    if let Some(meaning) = meanings.get_mut(at) {
                        *meaning = of_name(name.as_str());
                    }
                    at = at.saturating_add(1);
                }
                _ => {}
            }
        }
    } else if ["symbol", "dingbats", "wingdings"]
        .iter()
        .any(|it| name.contains(it))
    {
        // Pictures, of which one is common.
        meanings = vec![None; 256];
        for bullet in [0x6c, 0x6e, 0xa7, 0xb7] {
            if let Some(meaning) = meanings.get_mut(bullet) {
                *meaning = Some("•".into());
            }
        }
    }
    meanings
}

/// What a font's bytes mean where the file does not say: as its program does.
fn built_in(dict: &Dict<'_>) -> Vec<Option<String>> {
    let subtype = dict.get::<Name<'_>>(SUBTYPE);
    if subtype.is_some_and(|subtype| subtype.as_ref() == b"TrueType") {
        return of_alphabet(WINDOWS_1252);
    }
    let mut meanings = standard();
    let program = dict
        .get::<Dict<'_>>(FONT_DESC)
        .and_then(|descriptor| descriptor.get::<Stream<'_>>("FontFile"))
        .and_then(|program| program.decoded_data().ok());
    if let Some(program) = program {
        for (code, name) in stated_in_program(&program) {
            if let Some(meaning) = meanings.get_mut(code) {
                *meaning = of_name(&name);
            }
        }
    }
    meanings
}

/// Lines such as `dup 12 /fi put` of a Type 1 font's readable part.
fn stated_in_program(program: &[u8]) -> Vec<(usize, String)> {
    let end = program.windows(5).position(|it| it == b"eexec");
    let readable = String::from_utf8_lossy(program.get(..end.unwrap_or(0)).unwrap_or_default());
    let Some((_, encoding)) = readable.split_once("/Encoding") else {
        return Vec::new();
    };
    let mut stated = Vec::new();
    let mut words = encoding.split_ascii_whitespace();
    while let Some(word) = words.next() {
        match word {
            "dup" => {
                let code = words.next().and_then(|code| code.parse().ok());
                let name = words.next().and_then(|name| name.strip_prefix('/'));
                if let (Some(code), Some(name)) = (code, name) {
                    stated.push((code, name.to_owned()));
                }
            }
            "def" | "readonly" if !stated.is_empty() => break,
            _ => {}
        }
    }
    stated
}

/// What a character's name means, by Adobe's list and its rules.
fn of_name(name: &str) -> Option<String> {
    static NAMES: LazyLock<HashMap<String, char>> = LazyLock::new(|| {
        let named = ('\u{20}'..='\u{ffff}').rev().filter_map(|character| {
            let name = glyph_names::glyph_name(u32::from(character));
            Some((name?.into_owned(), character))
        });
        named.collect()
    });
    let base = name.split('.').next().filter(|base| !base.is_empty())?;
    let mut text = String::new();
    for part in base.split('_') {
        let hexadecimal = |digits: &str| {
            let code = u32::from_str_radix(digits, 16).ok()?;
            char::from_u32(code)
        };
        let character = NAMES.get(part).copied().or_else(|| {
            let digits = part.strip_prefix("uni").filter(|digits| digits.len() == 4);
            let digits = digits.or_else(|| part.strip_prefix('u').filter(|it| it.len() >= 4));
            digits.and_then(hexadecimal)
        });
        match (part, character) {
            // Ligatures of fonts that are older than the list.
            ("ff" | "fi" | "fl" | "ffi" | "ffl", _) => text.push_str(part),
            ("nbspace", _) => text.push(' '),
            ("sfthyphen", _) => text.push('-'),
            (_, Some(character)) => text.push(character),
            (_, None) => {}
        }
    }
    Some(text).filter(|text| !text.is_empty())
}

fn of_alphabet(alphabet: &'static encoding_rs::Encoding) -> Vec<Option<String>> {
    (0..=u8::MAX)
        .map(|byte| {
            (byte >= 0x20).then(|| alphabet.decode_without_bom_handling(&[byte]).0.into_owned())
        })
        .collect()
}

/// Adobe's standard alphabet: ASCII, and above it what printers need.
fn standard() -> Vec<Option<String>> {
    const ABOVE: &[(u8, &str)] = &[
        (0xa1, "¡¢£⁄¥ƒ§¤'“«‹›"),
        (0xb1, "–†‡·"),
        (0xb6, "¶•‚„”»…‰"),
        (0xbf, "¿"),
        (0xc1, "`´ˆ˜¯˘˙¨"),
        (0xca, "˚¸"),
        (0xcd, "˝˛ˇ—"),
        (0xe1, "Æ"),
        (0xe3, "ª"),
        (0xe8, "ŁØŒº"),
        (0xf1, "æ"),
        (0xf5, "ı"),
        (0xf8, "łøœß"),
    ];
    let mut meanings = vec![None; 256];
    for (byte, meaning) in (0_u8..0x7f).zip(meanings.iter_mut()).skip(0x20) {
        *meaning = Some(match byte {
            b'\'' => "’".to_owned(),
            b'`' => "‘".to_owned(),
            byte => char::from(byte).to_string(),
        });
    }
    for (from, characters) in ABOVE {
        let places = meanings.iter_mut().skip(usize::from(*from));
        for (meaning, character) in places.zip(characters.chars()) {
            *meaning = Some(character.to_string());
        }
    }
    for (byte, ligature) in [(0xae, "fi"), (0xaf, "fl")] {
        if let Some(meaning) = meanings.get_mut(byte) {
            *meaning = Some(ligature.to_owned());
        }
    }
    meanings
}

/// The widths of the fonts that every reader is expected to have, near enough to see
/// where words end.
pub(super) fn standard_widths(name: &str) -> Vec<f64> {
    /// Of Helvetica, from the space to the tilde, in thousandths.
    const PROPORTIONAL: [u16; 95] = [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556,
        556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722,
        722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722,
        667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556,
        556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,
        500, 334, 260, 334, 584,
    ];
    if name.contains("courier") || name.contains("mono") {
        return vec![0.6; 256];
    }
    let mut widths = vec![0.556; 256];
    for (width, known) in widths.iter_mut().skip(0x20).zip(PROPORTIONAL) {
        *width = f64::from(known) / 1000.0;
    }
    widths
}
