//! What was decided, is to be done and is open, in the reply of a model or, where it
//! gives none, in the text's own wording.

use super::usable::{bare, is_grounded, is_of_use};
use super::{Matter, Point, words};

/// Most points of one part: beyond that a model is going in circles.
const MOST: usize = 8;

const LABELS: [(&str, Matter); 9] = [
    ("decision", Matter::Decision),
    ("决定", Matter::Decision),
    ("决议", Matter::Decision),
    ("action", Matter::Action),
    ("task", Matter::Action),
    ("任务", Matter::Action),
    ("行动", Matter::Action),
    ("question", Matter::Question),
    ("问题", Matter::Question),
];

/// Wordings by which a matter is known; each with blanks around whole words.
const CUES: [(&str, Matter); 24] = [
    (" decided ", Matter::Decision),
    (" decide to ", Matter::Decision),
    (" agreed ", Matter::Decision),
    (" agree to ", Matter::Decision),
    (" approved ", Matter::Decision),
    (" resolved to ", Matter::Decision),
    (" decision ", Matter::Decision),
    ("决定", Matter::Decision),
    ("一致同意", Matter::Decision),
    ("通过了", Matter::Decision),
    (" action item", Matter::Action),
    (" to do ", Matter::Action),
    (" will prepare ", Matter::Action),
    (" will send ", Matter::Action),
    (" will ask ", Matter::Action),
    (" will do ", Matter::Action),
    (" will write ", Matter::Action),
    (" will check ", Matter::Action),
    (" will call ", Matter::Action),
    (" is to ", Matter::Action),
    ("负责", Matter::Action),
    (" open question", Matter::Question),
    (" not clear ", Matter::Question),
    (" to be clarified ", Matter::Question),
];

/// The labelled lines of a reply that speak of the text.
pub(super) fn read(reply: &str, part: usize, source: Option<&str>) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    for line in reply.lines() {
        let Some((label, text)) = bare(line).split_once([':', '：']) else {
            continue;
        };
        let label = label.trim().to_lowercase();
        let known = LABELS.iter().find(|(name, _)| label.starts_with(name));
        let text = bare(text);
        let Some((_, matter)) = known
            .filter(|_| is_of_use(text) && source.is_none_or(|source| is_grounded(text, source)))
        else {
            continue;
        };
        let is_new = !points.iter().any(|point| point.text == text);
        if is_new && points.len() < MOST {
            points.push(Point {
                text: text.to_owned(),
                parts: vec![part],
                matter: Some(*matter),
                quoted: false,
            });
        }
    }
    points
}

/// The sentences of a text that are worded as a decision, a task or a question.
pub(super) fn by_wording(text: &str, part: usize) -> Vec<Point> {
    let matter = |sentence: &str| {
        if sentence.ends_with(['?', '？']) {
            return Some(Matter::Question);
        }
        let padded = format!(" {} ", sentence.to_lowercase());
        let cue = CUES.iter().find(|(cue, _)| padded.contains(cue));
        cue.map(|(_, matter)| *matter)
    };
    words::sentences(text)
        .into_iter()
        .filter_map(|sentence| {
            Some(Point {
                matter: Some(matter(sentence)?),
                text: sentence.to_owned(),
                parts: vec![part],
                quoted: true,
            })
        })
        .take(MOST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEETING: &str = "We agreed to keep the 12th as the date. Ben will ask finance for the \
                           server. Who pays for it? The weather was nice.";

    fn shape(points: &[Point]) -> Vec<(Option<Matter>, &str)> {
        points.iter().map(|p| (p.matter, p.text.as_str())).collect()
    }

    #[test]
    fn labelled_lines_are_read_and_inventions_are_not() {
        let reply = "Decision: The date stays the 12th.\n- Action: Ben asks finance for the \
                     server.\nQuestion: Who pays for it?\nAction: Eva calls the printer on \
                     Monday about copies.\nNothing else.";
        assert_eq!(
            shape(&read(reply, 3, Some(MEETING))),
            [
                (Some(Matter::Decision), "The date stays the 12th."),
                (Some(Matter::Action), "Ben asks finance for the server."),
                (Some(Matter::Question), "Who pays for it?"),
            ]
        );
    }

    #[test]
    fn the_wording_tells_where_the_model_does_not() {
        assert_eq!(
            shape(&by_wording(MEETING, 0)),
            [
                (
                    Some(Matter::Decision),
                    "We agreed to keep the 12th as the date."
                ),
                (Some(Matter::Action), "Ben will ask finance for the server."),
                (Some(Matter::Question), "Who pays for it?"),
            ]
        );
        assert!(by_wording(MEETING, 0).iter().all(|point| point.quoted));
    }
}
