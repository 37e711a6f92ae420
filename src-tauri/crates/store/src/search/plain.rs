//! Takes the marks of Markdown out of the text around a hit, so that an excerpt
//! reads as the message looks.
//!
//! Not a parser: only marks that surely are marks go, and never a letter or a
//! digit, so that every word that the index knows is still there to highlight.
//! The one exception is the target of a link, which nobody sees either; it stays
//! where it is what was found.

use std::ops::Range;

/// How far around the hit is looked, in bytes: far enough for the other end of
/// an emphasis or a link, and for what is left to fill an excerpt.
const REACH: usize = 2048;

/// Most brackets inside one another that are followed.
const DEEPEST: usize = 8;

/// Text without marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plain {
    /// The text around the hit.
    pub text: String,
    /// Where in it the hit is.
    pub hit: usize,
    /// Whether something stands before it.
    pub cut_before: bool,
    /// Whether something follows it.
    pub cut_after: bool,
}

/// The text around `hit`, a byte offset, without marks.
pub(super) fn around(text: &str, hit: usize) -> Plain {
    let from = start_of_line(
        text,
        text.ceil_char_boundary(hit.saturating_sub(REACH)),
        hit,
    );
    let to = text.floor_char_boundary(hit.saturating_add(REACH));
    let mut marks = Marks {
        text,
        at: from,
        end: to,
        hit,
        open: Vec::new(),
        found: Vec::new(),
    };
    marks.find(is_in_fence(&text[..from]));
    let mut found = marks.found;
    found.sort_unstable_by_key(|mark| mark.start);

    let mut plain = Plain {
        text: String::with_capacity(to - from),
        hit: hit - from,
        cut_before: from > 0,
        cut_after: to < text.len(),
    };
    let mut at = from;
    for mark in found {
        // Marks inside a link's target are gone with it.
        let start = mark.start.max(at);
        if mark.end <= start {
            continue;
        }
        plain.text.push_str(&text[at..start]);
        plain.hit -= mark.end.min(hit).saturating_sub(start);
        at = mark.end;
    }
    plain.text.push_str(&text[at..to]);
    plain
}

/// The beginning of the first line in `from..hit`; `from` when there is none.
fn start_of_line(text: &str, from: usize, hit: usize) -> usize {
    if from == 0 {
        return 0;
    }
    let line = text[from..hit].find('\n');
    line.map_or(from, |line| from + line + 1)
}

/// Whether what follows `before` is inside a block of code.
fn is_in_fence(before: &str) -> bool {
    let fences = before.lines().filter(|line| fence(line).is_some());
    fences.count() % 2 == 1
}

/// The range of a line's fence of backticks, if it begins with one.
fn fence(line: &str) -> Option<Range<usize>> {
    let indent = line.len() - line.trim_start().len();
    let ticks = run(&line[indent..], '`');
    let is_fence = ticks >= 3 && !line[indent + ticks..].contains('`');
    is_fence.then_some(indent..indent + ticks)
}

/// How often `mark` stands at the beginning of `text`.
fn run(text: &str, mark: char) -> usize {
    text.chars().take_while(|c| *c == mark).count()
}

/// A run of emphasis marks whose other end has not come yet.
struct Opener {
    mark: char,
    at: usize,
    count: usize,
}

/// Walks over a part of a text and notes what is a mark.
struct Marks<'a> {
    text: &'a str,
    at: usize,
    end: usize,
    hit: usize,
    open: Vec<Opener>,
    found: Vec<Range<usize>>,
}

impl Marks<'_> {
    fn find(&mut self, mut in_fence: bool) {
        while self.at < self.end {
            let rest = &self.text[self.at..self.end];
            let line = rest.split_inclusive('\n').next().unwrap_or(rest);
            let next = self.at + line.len();
            if let Some(ticks) = fence(line) {
                self.found.push(self.at + ticks.start..self.at + ticks.end);
                in_fence = !in_fence;
                self.open.clear();
            } else if !in_fence {
                if line.trim().is_empty() {
                    // No emphasis goes over the end of a paragraph.
                    self.open.clear();
                }
                self.at += self.line_marks(line.trim_end());
                self.inline(next);
            }
            self.at = next;
        }
    }

    /// Notes what stands at the beginning of a line: quotes, headings, bullets;
    /// and lines that are nothing but marks. Returns how long that is.
    fn line_marks(&mut self, line: &str) -> usize {
        let mut rest = line.trim_start();
        if rest.len() >= 3 && rest.chars().all(|c| "-*_=|: ".contains(c)) {
            rest = "";
        }
        while let Some(quoted) = rest.strip_prefix('>') {
            rest = quoted.trim_start();
        }
        let level = run(rest, '#');
        let after = if (1..=6).contains(&level) {
            &rest[level..]
        } else {
            rest.strip_prefix(['-', '*', '+']).unwrap_or(rest)
        };
        // A mark stands apart from the text that it marks.
        if after.starts_with([' ', '\t']) {
            rest = after.trim_start();
        }
        let length = line.len() - rest.len();
        self.found.push(self.at..self.at + length);
        length
    }

    /// Notes the marks inside one line, which ends at `end`.
    fn inline(&mut self, end: usize) {
        while self.at < end {
            let rest = &self.text[self.at..end];
            let Some(c) = rest.chars().next() else { return };
            let length = match c {
                // The next character stands for itself.
                '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
                '`' => self.code(rest),
                '*' | '_' | '~' => self.emphasis(rest, c),
                '[' => self.link(rest),
                _ => c.len_utf8(),
            };
            self.at += length;
        }
    }

    /// Code between backticks loses them; inside, nothing is a mark.
    fn code(&mut self, rest: &str) -> usize {
        let ticks = run(rest, '`');
        let mut at = ticks;
        while let Some(next) = rest[at..].find('`') {
            at += next;
            let closing = run(&rest[at..], '`');
            if closing == ticks {
                self.found.push(self.at..self.at + ticks);
                self.found.push(self.at + at..self.at + at + ticks);
                return at + ticks;
            }
            at += closing;
        }
        ticks
    }

    /// A run of marks goes once both of its ends are seen. Between letters it is
    /// part of a name or a sum: `snake_case`, `2*3*4`.
    fn emphasis(&mut self, rest: &str, mark: char) -> usize {
        let count = run(rest, mark);
        let before = self.text[..self.at].chars().next_back();
        let after = rest[count..].chars().next();
        let is_word = if mark == '_' {
            char::is_alphanumeric
        } else {
            is_word
        };
        let inside_word = before.is_some_and(is_word) && after.is_some_and(is_word);
        // One tilde is "about".
        if inside_word || (mark == '~' && count != 2) {
            return count;
        }
        let mut left = count;
        if leans_on(before, after) {
            while left > 0 {
                let fits = |open: &Opener| open.mark == mark && open.count <= left;
                let Some(place) = self.open.iter().rposition(fits) else {
                    break;
                };
                let open = self.open.swap_remove(place);
                self.open.truncate(place);
                self.found.push(open.at..open.at + open.count);
                let closing = self.at + count - left;
                self.found.push(closing..closing + open.count);
                left -= open.count;
            }
        }
        if left > 0 && leans_on(after, before) {
            self.open.push(Opener {
                mark,
                at: self.at + count - left,
                count: left,
            });
        }
        count
    }

    /// `[text](target)` and `![text](target)` leave their text, which may hold
    /// marks of its own.
    fn link(&mut self, rest: &str) -> usize {
        let before = self.text[..self.at].chars().next_back();
        let target = closing(rest, '[', ']').and_then(|end| {
            let length = closing(&rest[end + 1..], '(', ')')?;
            Some(self.at + end..self.at + end + 1 + length + 1)
        });
        // `table[row](cell)` is a program's.
        if let Some(target) = target.filter(|_| !before.is_some_and(is_word))
            && !target.contains(&self.hit)
        {
            let bang = usize::from(before == Some('!'));
            self.found.push(self.at - bang..self.at + 1);
            self.found.push(target);
        }
        1
    }
}

/// Where the bracket that `text` begins with is closed.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
        }
        match depth {
            0 => return (c == close).then_some(at),
            1..=DEEPEST => {}
            _ => return None,
        }
    }
    None
}

/// Whether a mark belongs to the text on this side of it, as `CommonMark` has it:
/// it touches a letter, or punctuation that has no letter on the other side.
fn leans_on(this: Option<char>, other: Option<char>) -> bool {
    let apart = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !apart(this) && (letter(this) || !letter(other))
}

/// A letter or digit of a script that puts spaces between words.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() && !super::tokens::is_unspaced(c)
}

#[cfg(test)]
mod tests;
