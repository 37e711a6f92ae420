//! Folding what was noted of the parts together, until it is as short as wished.
//!
//! Neighbours are merged in groups of about the same size, level by level. What a group
//! becomes is looked up, so that this can be asked again after every merge: it is a
//! function of the notes, and a job that was killed finds itself where it was.

use super::{Length, Matter, Point, Style, Wish, words};

/// Most notes that are merged at once: a small model keeps no more in mind.
pub(super) const MOST_MERGED: usize = 5;

/// What folding needs, or what it comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fold {
    /// These groups have to be merged first.
    Merge(Vec<Vec<Point>>),
    /// These are the points.
    Done(Vec<Point>),
}

/// How many points a summary has at most; in minutes, beside what was decided, is to be
/// done and is open, of which nothing is left out.
pub(super) fn most_points(wish: &Wish) -> usize {
    let (short, medium, long) = match wish.style {
        Style::Sentence => (1, 1, 1),
        Style::KeyPoints => (3, 7, 15),
        Style::Paragraphs => (1, 3, 6),
        Style::Minutes => (2, 5, 10),
        Style::Child => (1, 2, 4),
    };
    match wish.length {
        Length::Short => short,
        Length::Medium => medium,
        Length::Long => long,
    }
}

/// Folds `notes`; `merged` tells what a group became, once it is merged.
pub(super) fn fold(
    notes: &[Point],
    wish: &Wish,
    merged: impl Fn(&[Point]) -> Option<Point>,
) -> Fold {
    let (matters, mut level): (Vec<Point>, Vec<Point>) = notes
        .iter()
        .cloned()
        .partition(|point| point.matter.is_some());
    let most = most_points(wish);
    while level.len() > most {
        let groups = groups(level.len(), most);
        let (mut next, mut missing, mut from) = (Vec::new(), Vec::new(), 0);
        for size in groups {
            let group = &level[from..from + size];
            from += size;
            match (group, merged(group)) {
                ([alone], _) => next.push(alone.clone()),
                (_, Some(point)) => next.push(point),
                (_, None) => missing.push(group.to_vec()),
            }
        }
        if !missing.is_empty() {
            return Fold::Merge(missing);
        }
        level = next;
    }
    let mut points = distinct(matters);
    points.extend(level);
    points.sort_by_key(|point| (matter_order(point.matter), point.parts.first().copied()));
    Fold::Done(points)
}

/// How many merges folding so many notes takes.
pub(super) fn merges(notes: usize, wish: &Wish) -> usize {
    let most = most_points(wish);
    let (mut level, mut count) = (notes, 0);
    while level > most {
        let groups = groups(level, most);
        count += groups.iter().filter(|size| **size > 1).count();
        level = groups.len();
    }
    count
}

/// The sizes of the groups that so many notes are merged in, to come closer to `most`.
fn groups(notes: usize, most: usize) -> Vec<usize> {
    let count = notes.div_ceil(MOST_MERGED).max(most);
    (0..count)
        .map(|group| (group + 1) * notes / count - group * notes / count)
        .collect()
}

/// The order in which a summary tells what happened.
fn matter_order(matter: Option<Matter>) -> u8 {
    match matter {
        Some(Matter::Decision) => 0,
        Some(Matter::Action) => 1,
        Some(Matter::Question) => 2,
        None => 3,
    }
}

/// Points that say the same are one, with the parts of both.
fn distinct(points: Vec<Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for point in points {
        let telling = words::telling(&point.text);
        let same = kept.iter_mut().find(|other| {
            other.matter == point.matter
                && (other.text == point.text || words::telling(&other.text) == telling)
        });
        match same {
            Some(other) => {
                other.parts.extend(&point.parts);
                other.parts.sort_unstable();
                other.parts.dedup();
            }
            None => kept.push(point),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::HashMap;

    use super::*;

    fn note(part: usize) -> Point {
        Point {
            text: format!("Note number {part}."),
            parts: vec![part],
            matter: None,
            quoted: false,
        }
    }

    fn wish(style: Style, length: Length) -> Wish {
        Wish {
            style,
            length,
            ..Wish::default()
        }
    }

    /// Folds to the end and counts the merges.
    fn fold_all(notes: &[Point], wish: &Wish) -> (Vec<Point>, usize) {
        let merged = RefCell::new(HashMap::new());
        loop {
            match fold(notes, wish, |group| merged.borrow().get(group).cloned()) {
                Fold::Done(points) => return (points, merged.into_inner().len()),
                Fold::Merge(groups) => {
                    for group in groups {
                        assert!((2..=MOST_MERGED).contains(&group.len()));
                        let point = Point {
                            text: format!("{} together.", group[0].text),
                            parts: group.iter().flat_map(|p| p.parts.clone()).collect(),
                            matter: None,
                            quoted: false,
                        };
                        merged.borrow_mut().insert(group, point);
                    }
                }
            }
        }
    }

    #[test]
    fn every_part_of_a_long_text_is_behind_a_point() {
        for style in Style::ALL {
            for length in [Length::Short, Length::Medium, Length::Long] {
                let wish = wish(style, length);
                for parts in [1, 2, 3, 7, 8, 36, 145, 1000] {
                    let notes: Vec<_> = (0..parts).map(note).collect();
                    let (points, count) = fold_all(&notes, &wish);
                    let covered: Vec<_> = points.iter().flat_map(|p| p.parts.clone()).collect();
                    assert_eq!(covered, (0..parts).collect::<Vec<_>>(), "{wish:?}");
                    assert!(points.len() <= most_points(&wish));
                    assert_eq!(count, merges(parts, &wish));
                }
            }
        }
    }

    #[test]
    fn nothing_that_is_to_be_done_is_merged_away() {
        let mut notes: Vec<_> = (0..40).map(note).collect();
        for point in &mut notes[10..40] {
            point.matter = Some(Matter::Action);
        }
        notes[11].text = notes[10].text.clone();
        let (points, _) = fold_all(&notes, &wish(Style::Minutes, Length::Short));
        let actions: Vec<_> = points.iter().filter(|p| p.matter.is_some()).collect();
        assert_eq!(actions.len(), 29);
        assert_eq!(actions[0].parts, [10, 11]);
        assert_eq!(points.len(), 29 + 2);
    }
}
