//! Lines to paragraphs, headings, lists and tables.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::lines::Line;
use crate::budget::Budget;
use crate::build::Builder;
use crate::document::BlockKind;
use crate::error::DocumentError;
use crate::words::joins_without_space;

/// How much larger than the text a heading is.
const HEADING: f64 = 1.12;

/// Longest heading, in characters.
const LONGEST_HEADING: usize = 200;

/// Longest heading that is only bold.
const LONGEST_BOLD: usize = 100;

/// Levels of headings that are told by their size.
const LEVELS: usize = 4;

/// Puts lines together and adds the blocks.
pub(super) fn lay_out(
    mut lines: Vec<Line>,
    pages: u32,
    budget: &Budget,
    build: &mut Builder,
) -> Result<(), DocumentError> {
    budget.check()?;
    drop_running_titles(&mut lines, pages);
    let look = Look::of(&lines);
    let mut paragraph: Vec<&Line> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let neighbours = [index.checked_sub(1), index.checked_add(1)];
        let row = line.text.contains('\t')
            && neighbours.into_iter().flatten().any(|at| {
                lines
                    .get(at)
                    .is_some_and(|it| it.page == line.page && it.text.contains('\t'))
            });
        let leader = around_leader(&line.text);
        if row || leader.is_some() {
            end(&mut paragraph, &look, budget, build)?;
            build.set_page(line.page);
            let cells = leader.map_or_else(|| line.text.split('\t').collect(), Vec::from);
            build.push_row(budget, &cells)?;
            continue;
        }
        if paragraph
            .last()
            .is_some_and(|before| look.begins(before, line, paragraph.first()))
        {
            end(&mut paragraph, &look, budget, build)?;
        }
        paragraph.push(line);
    }
    end(&mut paragraph, &look, budget, build)
}

fn end(
    paragraph: &mut Vec<&Line>,
    look: &Look,
    budget: &Budget,
    build: &mut Builder,
) -> Result<(), DocumentError> {
    let lines = std::mem::take(paragraph);
    let Some(first) = lines.first() else {
        return Ok(());
    };
    let mut text = String::new();
    for line in &lines {
        join(&mut text, &line.text.replace('\t', " "));
    }
    build.set_page(first.page);
    let mut kind = look.kind(&lines, &text);
    if kind == BlockKind::Paragraph
        && let Some(rest) = without_bullet(&text)
    {
        text = rest.to_owned();
        kind = BlockKind::ListItem(1);
    }
    build.push(budget, kind, &text)
}

/// What the text of a document looks like.
struct Look {
    /// The size of most characters, in half points.
    body: u32,
    /// Sizes of headings, the largest first.
    headings: Vec<u32>,
    /// The distance of lines in a paragraph, as a share of their size.
    leading: f64,
    /// Whether most of the text is bold, so that being bold says nothing.
    bold: bool,
}

impl Look {
    fn of(lines: &[Line]) -> Self {
        let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
        let mut bold = 0;
        let mut all = 0;
        for line in lines {
            *sizes.entry(half_points(line.size)).or_default() += line.text.len();
            all += line.text.len();
            bold += if line.bold { line.text.len() } else { 0 };
        }
        let body = sizes.iter().max_by_key(|(_, count)| **count);
        let body = body.map_or(20, |(size, _)| *size);
        let is_large = |size: &u32| f64::from(*size) > f64::from(body) * HEADING;
        let headings = sizes.keys().rev().copied().filter(is_large).collect();
        let mut distances: BTreeMap<u32, usize> = BTreeMap::new();
        for pair in lines.windows(2) {
            let [above, below] = pair else { continue };
            let distance = (above.height - below.height) / below.size;
            if above.page == below.page
                && half_points(above.size) == half_points(below.size)
                && (0.8..3.0).contains(&distance)
            {
                *distances.entry(rounded(distance * 20.0)).or_default() += 1;
            }
        }
        let leading = distances.iter().max_by_key(|(_, count)| **count);
        Self {
            body,
            headings,
            leading: leading.map_or(1.3, |(distance, _)| f64::from(*distance) / 20.0),
            bold: bold * 2 > all,
        }
    }

    /// Whether a line begins another paragraph than the line before belongs to.
    fn begins(&self, before: &Line, line: &Line, first: Option<&&Line>) -> bool {
        if before.page != line.page
            || !before.is_parallel(line)
            || before.heading != line.heading
            || half_points(before.size) != half_points(line.size)
            || (before.bold != line.bold && !self.bold)
            || without_bullet(&line.text).is_some()
        {
            return true;
        }
        let distance = (before.height - line.height) / line.size;
        if distance < -0.5 {
            // The next column: a sentence may go on there.
            return before
                .text
                .ends_with(['.', '!', '?', ':', '。', '！', '？', '：']);
        }
        if distance > self.leading.max(1.0) * 1.25 + 0.05 {
            return true;
        }
        let indent = (line.start - before.start) / line.size;
        let item = first.is_some_and(|first| without_bullet(&first.text).is_some());
        let large = half_points(line.size) > self.body;
        (0.8..6.0).contains(&indent) && !item && !large && line.heading.is_none()
    }

    fn kind(&self, lines: &[&Line], text: &str) -> BlockKind {
        let Some(first) = lines.first() else {
            return BlockKind::Paragraph;
        };
        if let Some(level) = first.heading {
            return BlockKind::Heading(level);
        }
        let characters = text.chars().count();
        let size = half_points(first.size);
        let level = self.headings.iter().position(|it| *it == size);
        if let Some(level) = level
            && characters <= LONGEST_HEADING
            && text.chars().any(char::is_alphabetic)
        {
            let level = u8::try_from(level.min(LEVELS - 1) + 1).unwrap_or(1);
            return BlockKind::Heading(level);
        }
        let bold = first.bold && !self.bold && size >= self.body;
        if bold
            && characters <= LONGEST_BOLD
            && !text.ends_with(['.', ',', ';', '。', '，'])
            && text.chars().any(char::is_alphabetic)
        {
            let level = u8::try_from(self.headings.len().min(LEVELS) + 1).unwrap_or(2);
            return BlockKind::Heading(level);
        }
        BlockKind::Paragraph
    }
}

fn half_points(size: f64) -> u32 {
    rounded(size * 2.0)
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the nearest number there is will do"
)]
fn rounded(number: f64) -> u32 {
    number.round() as u32
}

/// A paragraph's next line: a word that was divided becomes whole.
fn join(text: &mut String, line: &str) {
    let Some(last) = text.chars().last() else {
        text.push_str(line);
        return;
    };
    let next = line.chars().next().unwrap_or(' ');
    if last == '-' && next.is_lowercase() {
        let before = text.chars().rev().nth(1);
        if before.is_some_and(char::is_lowercase) {
            text.pop();
        }
    } else if !(joins_without_space(last) && joins_without_space(next)) {
        text.push(' ');
    }
    text.push_str(line);
}

/// What stands before and after a row of dots, as in a table of contents.
fn around_leader(line: &str) -> Option<[&str; 2]> {
    let (title, after) = line
        .split_once("....")
        .or_else(|| line.split_once(". . . ."))?;
    let page = after.trim_start_matches(['.', ' ', '\t']);
    let title = title.trim_end_matches(['.', ' ', '\t']);
    let short = page.chars().count() <= 6 && !page.is_empty();
    (short && !title.is_empty()).then_some([title, page])
}

/// What follows the mark of a list's entry.
fn without_bullet(text: &str) -> Option<&str> {
    let mut characters = text.chars();
    let first = characters.next()?;
    let rest = characters.as_str();
    if matches!(
        first,
        '•' | '◦' | '▪' | '■' | '●' | '○' | '‣' | '⁃' | '·' | '\u{f0b7}'
    ) {
        return Some(rest.trim_start()).filter(|rest| !rest.is_empty());
    }
    if matches!(first, '-' | '–' | '*') {
        return rest.strip_prefix([' ', '\t']).map(str::trim_start);
    }
    None
}

/// Takes out what stands at the top or bottom of most pages, whatever number is in
/// it. Programs that mark such lines are heeded before; this is for the others.
fn drop_running_titles(lines: &mut Vec<Line>, pages: u32) {
    /// Lines from the edge that can be running titles.
    const NEAR: usize = 2;
    if pages < 4 {
        return;
    }
    let mut by_page: HashMap<u32, Vec<usize>> = HashMap::new();
    for (index, line) in lines.iter().enumerate() {
        if line.is_upright() {
            by_page.entry(line.page).or_default().push(index);
        }
    }
    let height = |index: &usize| lines.get(*index).map_or(0.0, |line| line.height);
    let mut seen: HashMap<String, Vec<usize>> = HashMap::new();
    for indices in by_page.values_mut() {
        // On a page of a few lines, all of them are at an edge.
        if indices.len() <= 2 * NEAR {
            continue;
        }
        indices.sort_by(|a, b| height(b).total_cmp(&height(a)));
        let top = indices.iter().take(NEAR);
        let bottom = indices.iter().rev().take(NEAR);
        let edges: HashSet<usize> = top.chain(bottom).copied().collect();
        for index in edges {
            if let Some(line) = lines.get(index) {
                seen.entry(shape(&line.text)).or_default().push(index);
            }
        }
    }
    let most = (pages as usize * 2 / 5).max(3);
    let dropped: HashSet<usize> = seen
        .into_values()
        .filter(|indices| indices.len() >= most)
        .flatten()
        .collect();
    let mut index = 0;
    lines.retain(|_| {
        index += 1;
        !dropped.contains(&(index - 1))
    });
}

/// A line with every number alike.
fn shape(text: &str) -> String {
    let mut shape = String::new();
    for character in text.chars() {
        if !character.is_ascii_digit() {
            shape.push(character);
        } else if !shape.ends_with('#') {
            shape.push('#');
        }
    }
    shape
}
