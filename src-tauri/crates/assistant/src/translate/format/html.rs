//! HTML: the text between tags, and the attributes that people read. Everything else
//! stays byte for byte, however the page is built; nothing here mends or refuses it.

use std::ops::Range;

use crate::translate::document::{Atom, Fixed, Pieces, Spelling};

/// Elements within a sentence; all others end it.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var", "wbr",
];
/// Elements whose content is for programs; inside a sentence they are fixed as a whole.
const OPAQUE: &[&str] = &[
    "code", "kbd", "samp", "var", "script", "style", "pre", "textarea", "svg", "math", "template",
    "object",
];
/// Of these, the ones in which `<` begins nothing but their end.
const RAW: &[&str] = &["script", "style", "textarea"];
/// Attributes that people read.
const READ: &[&str] = &["alt", "title", "placeholder", "aria-label"];

/// Takes a part of the source apart.
pub(super) fn split(pieces: &mut Pieces<'_>, range: Range<usize>) {
    let source = pieces.source;
    let mut run: Vec<Atom> = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let Some(tag) = Tag::read(source, at, range.end) else {
            // Text to the next tag; a `<` that begins none is text.
            let rest = &source[at..range.end];
            let skip = usize::from(rest.starts_with('<'));
            let end = rest[skip..]
                .find('<')
                .map_or(range.end, |next| at + skip + next);
            entities(source, at..end, &mut run);
            at = end;
            continue;
        };
        let mut end = tag.range.end;
        let opaque = !tag.closes
            && !tag.empty
            && (OPAQUE.contains(&tag.name.as_str()) || tag.not_translated(source));
        if opaque {
            end = end_of(source, &tag, range.end);
        }
        let read: Vec<Range<usize>> = tag.read_attributes(source).collect();
        if INLINE.contains(&tag.name.as_str()) && (read.is_empty() || opaque) {
            let kind = if opaque { Fixed::Literal } else { Fixed::Tag };
            run.push(Atom::Fixed(at..end, kind));
        } else {
            pieces.run(std::mem::take(&mut run), Spelling::Html);
            if !opaque || tag.name == "textarea" {
                for value in read {
                    let mark = source[..value.start].chars().next_back().unwrap_or('"');
                    let mut atoms = Vec::new();
                    entities(source, value, &mut atoms);
                    pieces.run(atoms, Spelling::Attribute(mark));
                }
            }
        }
        at = end;
    }
    pieces.run(run, Spelling::Html);
}

/// A tag, a comment or a declaration.
struct Tag {
    range: Range<usize>,
    /// In lower case; empty for what is no element.
    name: String,
    closes: bool,
    /// Has no content, by what it is or by its slash.
    empty: bool,
}

impl Tag {
    fn read(source: &str, at: usize, limit: usize) -> Option<Self> {
        let rest = &source[at..limit];
        let no_element = |length: usize| Self {
            range: at..at + length,
            name: String::new(),
            closes: false,
            empty: true,
        };
        let body = rest.strip_prefix('<')?;
        if body.starts_with("!--") {
            return Some(no_element(
                rest.find("-->").map_or(rest.len(), |end| end + 3),
            ));
        }
        if body.starts_with(['!', '?']) {
            return Some(no_element(rest.find('>').map_or(rest.len(), |end| end + 1)));
        }
        let closes = body.starts_with('/');
        let named = body.strip_prefix('/').unwrap_or(body);
        if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let name_end = named
            .find(|c: char| c.is_whitespace() || matches!(c, '/' | '>'))
            .unwrap_or(named.len());
        let end = tag_end(rest);
        let name = named[..name_end].to_ascii_lowercase();
        let empty = rest[..end].ends_with("/>")
            || matches!(
                name.as_str(),
                "area"
                    | "base"
                    | "br"
                    | "col"
                    | "embed"
                    | "hr"
                    | "img"
                    | "input"
                    | "link"
                    | "meta"
                    | "source"
                    | "track"
                    | "wbr"
            );
        Some(Self {
            range: at..at + end,
            name,
            closes,
            empty,
        })
    }

    /// Whether its author asked that it stays as it is.
    fn not_translated(&self, source: &str) -> bool {
        attributes(source, &self.range).any(|(name, value)| {
            let value = &source[value];
            (name.eq_ignore_ascii_case("translate") && value.eq_ignore_ascii_case("no"))
                || (name.eq_ignore_ascii_case("class")
                    && value.split_whitespace().any(|class| class == "notranslate"))
        })
    }

    fn read_attributes<'a>(&self, source: &'a str) -> impl Iterator<Item = Range<usize>> + use<'a> {
        let closes = self.closes;
        attributes(source, &self.range)
            .filter(move |(name, _)| {
                !closes && READ.iter().any(|read| name.eq_ignore_ascii_case(read))
            })
            // Without marks around it a value can't hold a blank, and so no translation.
            .filter(|(_, value)| source[..value.start].ends_with(['"', '\'']))
            .map(|(_, value)| value)
    }
}

/// Where a tag that begins the text ends: at the first `>` outside quotation marks.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    let mut after_equals = false;
    for (at, c) in text.char_indices() {
        match quote {
            Some(mark) if c == mark => quote = None,
            None if c == '>' => return at + 1,
            None if after_equals && matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        if !c.is_whitespace() {
            after_equals = c == '=';
        }
    }
    text.len()
}

/// Names and values of a tag's attributes; those without a value are left out.
fn attributes<'a>(
    source: &'a str,
    tag: &Range<usize>,
) -> impl Iterator<Item = (&'a str, Range<usize>)> + use<'a> {
    let end = tag.end;
    let mut at = tag.start
        + source[tag.clone()]
            .find(char::is_whitespace)
            .unwrap_or(tag.len());
    std::iter::from_fn(move || {
        loop {
            let rest = source.get(at..end)?;
            let start = at + rest.find(|c: char| !c.is_whitespace() && c != '/')?;
            let rest = &source[start..end];
            let length = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>'))?;
            let name = &rest[..length];
            let after = rest[length..].trim_start();
            let Some(value) = after.strip_prefix('=') else {
                at = start + length.max(1);
                continue;
            };
            let value = value.trim_start();
            let mut from = end - value.len();
            let length = if let Some(mark @ ('"' | '\'')) = value.chars().next() {
                from += 1;
                let length = value[1..].find(mark)?;
                at = from + length + 1;
                length
            } else {
                let length = value.find(|c: char| c.is_whitespace() || c == '>')?;
                at = from + length;
                length
            };
            return Some((name, from..from + length));
        }
    })
}

/// Where the element that a tag opens ends, its closing tag included.
fn end_of(source: &str, open: &Tag, limit: usize) -> usize {
    let raw = RAW.contains(&open.name.as_str());
    let mut depth = 1_usize;
    let mut at = open.range.end;
    while let Some(next) = source[at..limit].find('<') {
        at += next;
        match Tag::read(source, at, limit) {
            Some(tag) if tag.name == open.name && tag.closes => {
                at = tag.range.end;
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            Some(tag) if !raw => {
                depth += usize::from(tag.name == open.name && !tag.empty);
                at = tag.range.end;
            }
            _ => at += 1,
        }
    }
    limit
}

/// Text with its entities resolved, as atoms.
fn entities(source: &str, range: Range<usize>, atoms: &mut Vec<Atom>) {
    let mut start = range.start;
    let mut at = range.start;
    while let Some(found) = source[at..range.end].find('&') {
        let begin = at + found;
        let rest = &source[begin..range.end];
        let end = rest
            .find(';')
            .filter(|&end| end <= 32 && !rest[1..end].contains(['&', ' ', '\n']));
        at = begin + 1;
        if let Some(end) = end {
            if start < begin {
                atoms.push(Atom::Text(start..begin));
            }
            let whole = begin..begin + end + 1;
            atoms.push(match resolve(&rest[1..end]) {
                Some(text) => Atom::Spelled(whole.clone(), text.to_string()),
                None => Atom::Fixed(whole.clone(), Fixed::Literal),
            });
            start = whole.end;
            at = start;
        }
    }
    if start < range.end {
        atoms.push(Atom::Text(start..range.end));
    }
}

/// The character of an entity; of the named ones those that occur in running text.
fn resolve(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| !c.is_control());
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{A0}',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "laquo" => '«',
        "raquo" => '»',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "Auml" => 'Ä',
        "Ouml" => 'Ö',
        "Uuml" => 'Ü',
        "szlig" => 'ß',
        "eacute" => 'é',
        "egrave" => 'è',
        "agrave" => 'à',
        "ccedil" => 'ç',
        "ntilde" => 'ñ',
        "euro" => '€',
        _ => return None,
    })
}
