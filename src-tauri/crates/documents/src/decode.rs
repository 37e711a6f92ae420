//! Bytes to text.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use crate::budget::Budget;
use crate::build::Builder;
use crate::document::{DocumentKind, Encoding, Warning};
use crate::error::{DocumentError, Limit};

/// How much of a file is looked at to tell text from other things.
const SAMPLE: usize = 64 << 10;

/// Decodes a file and notes how.
pub(crate) fn decode(
    bytes: &[u8],
    kind: DocumentKind,
    budget: &Budget,
    build: &mut Builder,
) -> Result<String, DocumentError> {
    // Markup may be several times its text; what is left is counted again.
    let most = budget.limits.text_bytes.saturating_mul(match kind {
        DocumentKind::Html => 8,
        _ => 1,
    });
    if bytes.len() > most {
        return Err(DocumentError::TooLarge {
            limit: Limit::TextBytes,
            most: most as u64,
        });
    }
    let (encoding, guessed) = encoding_of(bytes, kind == DocumentKind::Html);
    let (text, _, damaged) = encoding.decode(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if damaged {
        build.warnings.push(Warning::DamagedText);
    }
    // The browsers' name of the older subset that is read in the same way.
    let name = if encoding == GBK || encoding == GB18030 {
        "GB18030"
    } else {
        encoding.name()
    };
    build.encoding = Some(Encoding {
        name: name.to_owned(),
        guessed,
    });
    budget.check()?;
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// The text of a part of an archive, which is in UTF-8 unless it says otherwise.
pub(crate) fn part(bytes: &[u8]) -> String {
    let encoding = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => wide(bytes).unwrap_or(UTF_8),
    };
    encoding.decode(bytes).0.into_owned()
}

/// An encoding, and whether it was concluded rather than stated.
fn encoding_of(bytes: &[u8], html: bool) -> (&'static encoding_rs::Encoding, bool) {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return (encoding, false);
    }
    if let Some(encoding) = wide(bytes) {
        return (encoding, true);
    }
    if std::str::from_utf8(bytes).is_ok() {
        return (UTF_8, false);
    }
    if html && let Some(stated) = stated_in_html(bytes) {
        return (stated, false);
    }
    // One wrong byte does not make another encoding of a text in UTF-8.
    if mostly_utf8(bytes) {
        return (UTF_8, true);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    (detector.guess(None, Utf8Detection::Deny), true)
}

/// What `<meta charset>` says.
fn stated_in_html(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let start = bytes.get(..2048).unwrap_or(bytes);
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let after = start.split("charset=").nth(1)?;
    let label: String = after
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|character| character.is_ascii_alphanumeric() || "-_:.".contains(*character))
        .collect();
    encoding_rs::Encoding::for_label(label.as_bytes())
}

/// Whether nearly all that is beyond ASCII is well-formed UTF-8.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let mut good = 0_usize;
    let mut bad = 0_usize;
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|it| !it.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad * 20
}

/// UTF-16 without a mark, told by the zeros in every other byte.
fn wide(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let pairs = sample.len() / 2;
    if pairs < 4 {
        return None;
    }
    let zeros = |from: usize| {
        let every_other = sample.iter().skip(from).step_by(2);
        every_other.filter(|byte| **byte == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 > pairs * 4 && even * 50 < pairs {
        Some(UTF_16LE)
    } else if even * 10 > pairs * 4 && odd * 50 < pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether bytes can be text in some encoding: no zeros, hardly a control character.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes)
        && encoding != UTF_8
    {
        return sample.len() > mark;
    }
    if let Some(encoding) = wide(bytes) {
        // Sounds and pictures have zeros in every other byte too.
        let (text, _, _) = encoding.decode(sample);
        return !text.chars().any(is_odd);
    }
    let controls = sample
        .iter()
        .filter(|byte| is_odd(char::from(**byte)))
        .count();
    !sample.contains(&0) && controls * 200 <= sample.len()
}

/// Whether a character has no place in a text.
fn is_odd(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{e}'..='\u{1a}' | '\u{1c}'..='\u{1f}' | '\u{7f}')
}
