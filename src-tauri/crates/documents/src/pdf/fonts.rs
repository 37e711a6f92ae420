//! What the codes of a font mean, and how wide they are. How they look is nobody's
//! business here.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use hayro_cmap::{BfString, CMap, CMapName, CidFamily, WritingMode, load_embedded};
use hayro_syntax::object::dict::keys::{
    BASE_FONT, DESCENDANT_FONTS, DW, ENCODING, FIRST_CHAR, FONT_DESC, FONT_MATRIX, MISSING_WIDTH,
    SUBTYPE, TO_UNICODE, W, WIDTHS,
};
use hayro_syntax::object::{Array, Dict, Name, Object, Stream};

use super::simple;

/// A font's own measures are in thousandths of its size.
const UNIT: f64 = 0.001;

/// The fonts of a document, each read once.
#[derive(Default)]
pub(super) struct Fonts(RefCell<HashMap<Address, Option<Rc<Font>>>>);

/// Where a dictionary lies: it is in the file, or in what was unpacked once.
type Address = (usize, usize);

impl Fonts {
    /// The font that a dictionary describes; `None` where it can't be read.
    pub(super) fn get(&self, dict: &Dict<'_>) -> Option<Rc<Font>> {
        let data = dict.data();
        let key = (data.as_ptr().addr(), data.len());
        if let Some(font) = self.0.borrow().get(&key) {
            return font.clone();
        }
        let font = Font::read(dict).map(Rc::new);
        self.0.borrow_mut().insert(key, font.clone());
        font
    }
}

/// A font.
pub(super) struct Font {
    codes: Codes,
    to_unicode: Option<CMap>,
    pub(super) bold: bool,
}

enum Codes {
    /// One byte is one character.
    Bytes {
        /// What each byte means.
        meanings: Vec<Option<String>>,
        /// As shares of the font's size.
        widths: Vec<f64>,
    },
    /// Codes of several bytes stand for numbers of a large set.
    Numbers {
        numbers: Box<CMap>,
        /// What the numbers mean, for the sets that are known by name.
        meanings: Option<Box<CMap>>,
        widths: HashMap<u32, f64>,
        width: f64,
        vertical: bool,
    },
}

/// A code of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Code {
    pub(super) value: u32,
    /// How many bytes it takes, at least 1.
    pub(super) length: usize,
}

impl Font {
    fn read(dict: &Dict<'_>) -> Option<Self> {
        let subtype = dict.get::<Name<'_>>(SUBTYPE)?;
        let name = dict.get::<Name<'_>>(BASE_FONT);
        let name = name
            .map(|name| name.as_str().to_ascii_lowercase())
            .unwrap_or_default();
        let codes = match subtype.as_ref() {
            b"Type0" => read_composite(dict)?,
            _ => Codes::Bytes {
                meanings: simple::meanings(dict, &name),
                widths: read_widths(dict, subtype.as_ref() == b"Type3", &name),
            },
        };
        Some(Self {
            codes,
            to_unicode: read_to_unicode(dict),
            bold: ["bold", "black", "heavy"]
                .iter()
                .any(|it| name.contains(it)),
        })
    }

    /// The code at the beginning of some bytes, which are not empty.
    pub(super) fn code(&self, bytes: &[u8]) -> Code {
        let value = |length: usize| {
            let bytes = bytes.get(..length).unwrap_or(bytes);
            bytes
                .iter()
                .fold(0, |value, byte| (value << 8) | u32::from(*byte))
        };
        let Codes::Numbers { numbers, .. } = &self.codes else {
            return Code {
                value: value(1),
                length: 1,
            };
        };
        let longest = bytes.len().min(4);
        let known = (1..=longest).find(|length| {
            let count = u8::try_from(*length).unwrap_or(1);
            numbers.lookup_cid_code(value(*length), count).is_some()
        });
        let length = known.unwrap_or(2.min(longest)).max(1);
        Code {
            value: value(length),
            length,
        }
    }

    /// How far a code moves along the line, as a share of the font's size.
    pub(super) fn width(&self, code: Code) -> f64 {
        match &self.codes {
            Codes::Bytes { widths, .. } => {
                widths.get(code.value as usize).copied().unwrap_or_default()
            }
            // The usual height of a character; others are rare.
            Codes::Numbers { vertical: true, .. } => -1.0,
            Codes::Numbers { widths, width, .. } => self
                .number(code)
                .and_then(|number| widths.get(&number).copied())
                .unwrap_or(*width),
        }
    }

    /// What a code means.
    pub(super) fn meaning(&self, code: Code) -> Option<BfString> {
        let stated = self.to_unicode.as_ref();
        let stated = stated.and_then(|map| map.lookup_bf_string(code.value));
        if let Some(text) = stated.filter(is_meaning) {
            return Some(text);
        }
        match &self.codes {
            Codes::Bytes { meanings, .. } => {
                let text = meanings.get(code.value as usize)?.clone()?;
                Some(BfString::String(text))
            }
            Codes::Numbers { meanings, .. } => {
                let number = self.number(code)?;
                meanings
                    .as_ref()?
                    .lookup_bf_string(number)
                    .filter(is_meaning)
            }
        }
    }

    pub(super) fn is_vertical(&self) -> bool {
        matches!(self.codes, Codes::Numbers { vertical: true, .. })
    }

    fn number(&self, code: Code) -> Option<u32> {
        let Codes::Numbers { numbers, .. } = &self.codes else {
            return None;
        };
        numbers.lookup_cid_code(code.value, u8::try_from(code.length).ok()?)
    }
}

/// Some programs write a zero where they know nothing.
fn is_meaning(text: &BfString) -> bool {
    !matches!(text, BfString::Char('\0' | '\u{fffd}'))
}

fn read_to_unicode(dict: &Dict<'_>) -> Option<CMap> {
    let stream = dict.get::<Stream<'_>>(TO_UNICODE)?;
    CMap::parse(&stream.decoded_data().ok()?, load_embedded)
}

fn read_composite(dict: &Dict<'_>) -> Option<Codes> {
    let numbers = match dict.get::<Object<'_>>(ENCODING)? {
        Object::Name(name) => match name.as_ref() {
            b"Identity-H" => CMap::identity_h(),
            b"Identity-V" => CMap::identity_v(),
            name => CMap::parse(load_embedded(CMapName::from_bytes(name))?, load_embedded)?,
        },
        Object::Stream(stream) => CMap::parse(&stream.decoded_data().ok()?, load_embedded)?,
        _ => return None,
    };
    let fonts = dict.get::<Array<'_>>(DESCENDANT_FONTS)?;
    let font = fonts.iter::<Dict<'_>>().next()?;
    let family = numbers
        .metadata()
        .character_collection
        .as_ref()
        .map(|collection| collection.family.clone())
        .filter(|family| *family != CidFamily::AdobeIdentity)
        .or_else(|| stated_family(&font));
    let meanings = family
        .and_then(|family| family.ucs2_cmap())
        .and_then(load_embedded)
        .and_then(|data| CMap::parse(data, load_embedded));
    let vertical = numbers.metadata().writing_mode == Some(WritingMode::Vertical);
    Some(Codes::Numbers {
        numbers: Box::new(numbers),
        meanings: meanings.map(Box::new),
        widths: font
            .get::<Array<'_>>(W)
            .map(|ranges| read_ranges(&ranges))
            .unwrap_or_default(),
        width: font.get::<f64>(DW).unwrap_or(1000.0) * UNIT,
        vertical,
    })
}

/// The set of characters that a font says it has.
fn stated_family(font: &Dict<'_>) -> Option<CidFamily> {
    let info = font.get::<Dict<'_>>("CIDSystemInfo")?;
    let registry = info.get::<hayro_syntax::object::String<'_>>("Registry")?;
    let ordering = info.get::<hayro_syntax::object::String<'_>>("Ordering")?;
    Some(CidFamily::from_registry_ordering(
        registry.as_bytes(),
        ordering.as_bytes(),
    ))
}

/// Widths as `first [w w w]` or `first last w`.
fn read_ranges(ranges: &Array<'_>) -> HashMap<u32, f64> {
    /// Most characters of the sets that there are.
    const MOST: u32 = 0xffff;
    let mut widths = HashMap::new();
    let mut items = ranges.iter::<Object<'_>>();
    while let Some(Object::Number(first)) = items.next() {
        let Ok(first) = u32::try_from(first.as_i64()) else {
            break;
        };
        match items.next() {
            Some(Object::Array(each)) => {
                for (number, width) in (first..=MOST).zip(each.iter::<f64>()) {
                    widths.insert(number, width * UNIT);
                }
            }
            Some(Object::Number(last)) => {
                let Some(Object::Number(width)) = items.next() else {
                    break;
                };
                let last = u32::try_from(last.as_i64()).unwrap_or(0).min(MOST);
                for number in first..=last {
                    widths.insert(number, width.as_f64() * UNIT);
                }
            }
            _ => break,
        }
    }
    widths
}

/// The widths of the 256 bytes.
fn read_widths(dict: &Dict<'_>, own_measure: bool, name: &str) -> Vec<f64> {
    // A font of drawings measures as it likes.
    let unit = if own_measure {
        dict.get::<[f64; 6]>(FONT_MATRIX)
            .map_or(UNIT, |matrix| matrix[0])
    } else {
        UNIT
    };
    let Some(list) = dict.get::<Array<'_>>(WIDTHS) else {
        return simple::standard_widths(name);
    };
    let missing = dict
        .get::<Dict<'_>>(FONT_DESC)
        .and_then(|descriptor| descriptor.get::<f64>(MISSING_WIDTH))
        .unwrap_or_default();
    let mut widths = vec![missing * unit; 256];
    let first = dict.get::<i32>(FIRST_CHAR).unwrap_or_default();
    let first = usize::try_from(first).unwrap_or_default();
    for (place, width) in widths.iter_mut().skip(first).zip(list.iter::<f64>()) {
        *place = width * unit;
    }
    widths
}
