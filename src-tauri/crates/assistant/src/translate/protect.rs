//! What must come out of a translation as it went in: placeholders, code, addresses,
//! tags. The model reads short marks in their place, `[1]`, `[2]`; afterwards each is put
//! back, and what the model lost is put back where that can be done, or reported.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::document::{Atom, Fixed, Segment, Spelling};
use super::flag::Flag;

/// Finds what is fixed in running text.
static FIXED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r#"(?x)
        \{\{[^{}\n]{1,80}\}\}                                   # {{name}}
      | \$\{[^{}\n]{1,80}\}                                     # ${name}
      | \{\\[^{}\n]{1,80}\}                                     # {\an8} in subtitles
      | \{[A-Za-z0-9_.,:+\#\-]{0,60}\}                          # {name}, {0}
      | %\([A-Za-z_]\w{0,60}\)[sdifx]                           # %(name)s
      | %(?:\d{1,2}\$)?[-+\#0]?\d{0,3}(?:\.\d{1,3})?(?:l{1,2}|h{1,2})?[sdiufxXcoeEgGp]\b
      | `[^`\n]+`                                               # code
      | (?:https?|ftp)://[^\s<>"'`，。；、）】》」]+ | \bwww\.[^\s<>"'`，。；、）】》」]+
      | (?:mailto:)?[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+             # addresses
      | </?[A-Za-z][^<>\n]{0,200}>                              # tags
      | [\[［【]\s?\d{1,3}\s?[\]］】]                            # [1]
        "#,
    )
});

/// What the model may have made of a mark.
static MARK: LazyLock<Option<Regex>> =
    LazyLock::new(|| compile(r"[\[［【〔]\s*(\d{1,3})\s*[\]］】〕]"));

/// Numbers, with what people put between their digits.
static NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| compile(r"\d(?:[\d.,:'’\u{A0}\u{202F}/]*\d)?"));

/// The patterns above are right, which a test sees to; a wrong one would find nothing.
fn compile(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// Divides the text among atoms where something fixed stands in it.
pub(crate) fn find(source: &str, atoms: Vec<Atom>, spelling: Spelling) -> Vec<Atom> {
    let Some(pattern) = FIXED.as_ref() else {
        return atoms;
    };
    let mut divided = Vec::with_capacity(atoms.len());
    for atom in atoms {
        let Atom::Text(range) = atom else {
            divided.push(atom);
            continue;
        };
        let mut at = range.start;
        for found in pattern.find_iter(&source[range.clone()]) {
            let start = range.start + found.start();
            let text = found.as_str();
            let (length, kind) = if text.starts_with('<') {
                (text.len(), Fixed::Tag)
            } else if text.contains("://") || text.starts_with("www.") {
                (address_length(text), Fixed::Literal)
            } else {
                (text.len(), Fixed::Literal)
            };
            // In HTML a tag is one already, and this is text.
            if kind == Fixed::Tag && matches!(spelling, Spelling::Html | Spelling::Attribute(_)) {
                continue;
            }
            if at < start {
                divided.push(Atom::Text(at..start));
            }
            at = start + length;
            divided.push(Atom::Fixed(start..at, kind));
        }
        if at < range.end {
            divided.push(Atom::Text(at..range.end));
        }
    }
    divided
}

/// The length of an address without the full stop or bracket of the sentence around it.
fn address_length(text: &str) -> usize {
    let mut address = text;
    loop {
        let shorter = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_', ']']);
        let shorter = match shorter.strip_suffix(')') {
            Some(inner) if !inner.contains('(') => inner,
            _ => shorter,
        };
        if shorter.len() == address.len() {
            return address.len();
        }
        address = shorter;
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    source: String,
    kind: Fixed,
}

/// A segment as the model reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Masked {
    /// What stands before and behind it and never goes through the model.
    lead: String,
    tail: String,
    /// The text with a mark for each span.
    pub(crate) text: String,
    spans: Vec<Span>,
    spelling: Spelling,
    /// The source of the whole segment.
    source: String,
    /// How the document ends its lines.
    newline: &'static str,
}

/// Takes out what is fixed.
pub(crate) fn mask(source: &str, segment: &Segment) -> Masked {
    let atoms = &segment.atoms;
    let inner = edges(source, atoms);
    let range = segment.range();
    let start = atoms
        .get(inner.start)
        .map_or(range.end, |atom| atom.range().start);
    let end = atoms
        .get(inner.end.wrapping_sub(1))
        .map_or(start, |atom| atom.range().end);
    let mut masked = Masked {
        lead: source[range.start..start].to_owned(),
        tail: source[end..range.end].to_owned(),
        text: String::new(),
        spans: Vec::new(),
        spelling: segment.spelling,
        source: source[range].to_owned(),
        newline: match source.find('\n') {
            Some(at) if source[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        },
    };
    let mut joins = false;
    for atom in &atoms[inner] {
        match atom {
            Atom::Text(range) => masked.text.push_str(&source[range.clone()]),
            Atom::Spelled(_, text) => masked.text.push_str(text),
            Atom::Fixed(range, kind) => {
                let text = &source[range.clone()];
                match masked.spans.last_mut() {
                    // Two that touch are one mark fewer to keep.
                    Some(last) if joins && last.kind == *kind => last.source.push_str(text),
                    _ => {
                        masked.spans.push(Span {
                            source: text.to_owned(),
                            kind: *kind,
                        });
                        let number = masked.spans.len().to_string();
                        masked.text.extend(["[", &number, "]"]);
                    }
                }
            }
        }
        joins = matches!(atom, Atom::Fixed(..));
    }
    masked
}

/// The atoms between those at the ends that are fixed or without letters. Marks that
/// open and close around the whole segment go with the ends; one without its partner
/// stays inside.
fn edges(source: &str, atoms: &[Atom]) -> Range<usize> {
    let fixed = |atom: &Atom| match atom {
        Atom::Fixed(..) => true,
        Atom::Text(range) => source[range.clone()].trim().is_empty(),
        Atom::Spelled(_, text) => text.trim().is_empty(),
    };
    let start = atoms.iter().take_while(|atom| fixed(atom)).count();
    let end = atoms.len()
        - atoms[start..]
            .iter()
            .rev()
            .take_while(|atom| fixed(atom))
            .count();
    start..end.max(start)
}

impl Masked {
    /// Puts a translation of [`Masked::text`] into the source's spelling, with what was
    /// taken out, and says what could not be kept.
    pub(crate) fn restore(&self, translation: &str) -> (String, Vec<Flag>) {
        let mut flags = Vec::new();
        let (mut parts, mut used) = self.pieces(translation);
        self.mend(&mut parts, &mut used, &mut flags);
        flags.extend(self.strays(&parts));
        if !same_numbers(&self.text, translation) {
            flags.push(Flag::Numbers);
        }
        let mut text = String::new();
        for part in &parts {
            match part {
                Ok(words) => text.push_str(&self.spell(words, text.is_empty())),
                Err(number) => self.join(&mut text, &self.spans[*number].source),
            }
        }
        self.join(&mut text, &self.tail);
        let text = format!("{}{text}", self.lead);
        if self.unchanged(translation) {
            // The same words in the same order: in the source's own spelling.
            return (self.source.clone(), flags);
        }
        (text, flags)
    }

    /// Puts what is fixed behind a text. In Markdown an exclamation mark before a link
    /// would make an image of it, so it is escaped.
    fn join(&self, text: &mut String, fixed: &str) {
        if self.spelling == Spelling::Markdown
            && fixed.starts_with('[')
            && let Some(before) = text.strip_suffix('!')
        {
            let escapes = before.len() - before.trim_end_matches('\\').len();
            if escapes.is_multiple_of(2) {
                text.insert(before.len(), '\\');
            }
        }
        text.push_str(fixed);
    }

    /// What there is of a translation while it grows: marks stand for what they stand for,
    /// and nothing is checked yet.
    pub(crate) fn preview(&self, growing: &str) -> String {
        let parts = self.pieces(growing).0;
        parts
            .into_iter()
            .map(|part| part.unwrap_or_else(|number| &self.spans[number].source))
            .collect()
    }

    /// Checks a text that a person wrote against the source: what of the spans is not in
    /// it as often as it was.
    pub(crate) fn check(&self, written: &str) -> Vec<Flag> {
        let mut flags: Vec<Flag> = Vec::new();
        for span in &self.spans {
            let wanted = self
                .spans
                .iter()
                .filter(|other| other.source == span.source)
                .count();
            let flag = Flag::Lost {
                what: span.source.clone(),
            };
            if written.matches(span.source.as_str()).count() < wanted && !flags.contains(&flag) {
                flags.push(flag);
            }
        }
        flags
    }

    /// What is fixed and stands between words.
    #[cfg(test)]
    pub(crate) fn fixed(&self) -> impl Iterator<Item = &str> {
        self.spans.iter().map(|span| span.source.as_str())
    }

    /// Whether a translation is the source again, marks and all.
    pub(crate) fn unchanged(&self, translation: &str) -> bool {
        self.text == translation
    }

    /// Words and marks of a translation in turn, and how often each mark occurs.
    fn pieces<'t>(&self, translation: &'t str) -> (Vec<Result<&'t str, usize>>, Vec<usize>) {
        let mut used = vec![0; self.spans.len()];
        let mut parts = Vec::new();
        let mut at = 0;
        if let Some(pattern) = MARK.as_ref().filter(|_| !self.spans.is_empty()) {
            for found in pattern.captures_iter(translation) {
                let (Some(whole), Some(number)) = (found.get(0), found.get(1)) else {
                    continue;
                };
                let number = number
                    .as_str()
                    .parse::<usize>()
                    .unwrap_or(0)
                    .wrapping_sub(1);
                let Some(count) = used.get_mut(number) else {
                    continue;
                };
                *count += 1;
                parts.push(Ok(&translation[at..whole.start()]));
                parts.push(Err(number));
                at = whole.end();
            }
        }
        parts.push(Ok(&translation[at..]));
        (parts, used)
    }

    /// Sets right what can be: tags are all there in order or stand at the end, marks of
    /// emphasis are all there or gone. What else is lost or doubled is reported.
    fn mend(
        &self,
        parts: &mut Vec<Result<&str, usize>>,
        used: &mut [usize],
        flags: &mut Vec<Flag>,
    ) {
        for kind in [Fixed::Tag, Fixed::Emphasis] {
            let of_kind = |number: usize| self.spans[number].kind == kind;
            let wanted: Vec<usize> = (0..self.spans.len())
                .filter(|&number| of_kind(number))
                .collect();
            let found: Vec<usize> = parts
                .iter()
                .filter_map(|part| part.err())
                .filter(|&number| of_kind(number))
                .collect();
            if wanted == found {
                continue;
            }
            parts.retain(|part| !part.is_err_and(of_kind));
            if kind == Fixed::Tag || !self.balanced() {
                parts.extend(wanted.iter().map(|&number| Err(number)));
            }
            for number in wanted {
                used[number] = 1;
            }
            flags.push(Flag::Formatting);
        }
        for (span, &count) in self.spans.iter().zip(used.iter()) {
            let what = span.source.clone();
            match count {
                0 => flags.push(Flag::Lost { what }),
                1 => {}
                _ => flags.push(Flag::Doubled { what }),
            }
        }
    }

    /// Marks that stand for nothing: small models copy them from the example, and in
    /// Markdown one could become a link.
    fn strays(&self, parts: &[Result<&str, usize>]) -> Vec<Flag> {
        let mut flags = Vec::new();
        for words in parts.iter().filter_map(|part| part.ok()) {
            for found in MARK.iter().flat_map(|pattern| pattern.find_iter(words)) {
                let what = found.as_str().to_owned();
                let is_own = self.text.contains(&what);
                let flag = Flag::Doubled { what };
                if !is_own && !flags.contains(&flag) {
                    flags.push(flag);
                }
            }
        }
        flags
    }

    /// Whether the marks of emphasis within the text pair up: as much of each character.
    fn balanced(&self) -> bool {
        let marks: Vec<&str> = self
            .spans
            .iter()
            .filter(|span| span.kind == Fixed::Emphasis)
            .map(|span| span.source.as_str())
            .collect();
        marks.len().is_multiple_of(2)
            && marks.iter().all(|mark| {
                marks
                    .iter()
                    .filter(|other| other == &mark)
                    .count()
                    .is_multiple_of(2)
            })
    }

    /// Words as they are spelled in the source's format.
    fn spell(&self, words: &str, first: bool) -> String {
        match self.spelling {
            Spelling::Plain => one_line(words),
            Spelling::Markdown => {
                let words = one_line(words);
                if first && self.lead.is_empty() {
                    unmarked(&words)
                } else {
                    words
                }
            }
            Spelling::Html => escaped(&one_line(words)),
            Spelling::Attribute(mark) => {
                let entity = if mark == '\'' { "&#39;" } else { "&quot;" };
                escaped(&one_line(words)).replace(mark, entity)
            }
            Spelling::Subtitle => {
                // An empty line would end the block, an arrow begin another.
                let lines = words
                    .split('\n')
                    .map(str::trim_end)
                    .filter(|line| !line.is_empty());
                let mut text = lines.collect::<Vec<_>>().join(self.newline);
                if words.ends_with(' ') {
                    text.push(' ');
                }
                text.replace("-->", "→")
            }
        }
    }
}

/// Line breaks become blanks: they would change what the text is part of.
fn one_line(text: &str) -> String {
    text.replace("\r\n", " ").replace(['\n', '\r'], " ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// A text whose beginning means nothing in Markdown.
fn unmarked(text: &str) -> String {
    let rest = text.trim_start();
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if rest.starts_with(['#', '>', '-', '+', '*', '=', '|', '~', '`']) {
        format!("\\{rest}")
    } else if digits > 0 && rest[digits..].starts_with(['.', ')']) {
        format!("{}\\{}", &rest[..digits], &rest[digits..])
    } else {
        text.to_owned()
    }
}

/// Whether two texts hold the same numbers, whatever stands between their digits.
fn same_numbers(a: &str, b: &str) -> bool {
    let numbers = |text: &str| {
        let text = MARK
            .as_ref()
            .map_or(text.into(), |pattern| pattern.replace_all(text, " "));
        let mut found: Vec<String> = NUMBER
            .as_ref()
            .map(|pattern| {
                pattern
                    .find_iter(&text)
                    .map(|number| {
                        number
                            .as_str()
                            .chars()
                            .filter(char::is_ascii_digit)
                            .collect()
                    })
                    .collect()
            })
            .unwrap_or_default();
        found.sort_unstable();
        found
    };
    numbers(a) == numbers(b)
}

#[cfg(test)]
mod tests;
