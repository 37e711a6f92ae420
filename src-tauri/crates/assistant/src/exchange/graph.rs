//! From messages that name the one above them to a tree that can be saved.

use std::collections::HashMap;

use llmos_store::{MessageStats, MessageStatus, NewNode, NodeSummary, Role, Timestamp};

use super::report::Reason;

/// A place in another app's conversation.
pub(super) struct Entry {
    pub(super) id: String,
    /// The place above; `None` at the beginning.
    pub(super) parent: Option<String>,
    /// What the app says follows, oldest first. May be empty.
    pub(super) children: Vec<String>,
    /// What was said here; `None` where nothing was (a hidden instruction, a
    /// step of a tool), and what follows then follows the place above.
    pub(super) said: Option<Said>,
}

/// What was said.
pub(super) struct Said {
    pub(super) role: Role,
    pub(super) text: String,
    pub(super) status: MessageStatus,
    pub(super) stats: Option<MessageStats>,
    pub(super) summary: Option<NodeSummary>,
    pub(super) created_at: Option<Timestamp>,
    pub(super) updated_at: Option<Timestamp>,
}

/// How a tree is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Joining {
    /// Message for message.
    Exact,
    /// Pieces of one answer, as tools cut them, become one message: a question
    /// has one answer here.
    Answers,
}

/// Messages in an order in which they can be saved.
pub(super) struct Tree {
    pub(super) messages: Vec<NewNode>,
    pub(super) leaf: Option<usize>,
}

/// Puts the entries in order and checks that they are a tree. `leaf` is the end
/// of the branch that the app showed; without one it is where the newest
/// messages lead. Messages without a time get `fallback`.
pub(super) fn tree(
    entries: Vec<Entry>,
    leaf: Option<&str>,
    joining: Joining,
    fallback: Timestamp,
) -> Result<Tree, Reason> {
    let order = in_order(&entries)?;
    let place_of_leaf = leaf.and_then(|leaf| entries.iter().position(|entry| entry.id == leaf));
    let above = spoken_above(&entries, &order);
    let mut followers = vec![0_u32; entries.len()];
    for &place in &order {
        if entries[place].said.is_some()
            && let Some(above) = above[place]
        {
            followers[above] += 1;
        }
    }

    let mut messages: Vec<NewNode> = Vec::with_capacity(entries.len());
    // Where each entry's words went: its own message, or one further up.
    let mut home: Vec<Option<usize>> = vec![None; entries.len()];
    let mut said: Vec<Option<Said>> = entries.into_iter().map(|entry| entry.said).collect();
    for &place in &order {
        let parent = above[place].and_then(|above| home[above]);
        let Some(said) = said[place].take() else {
            home[place] = parent;
            continue;
        };
        let alone = above[place].is_some_and(|above| followers[above] == 1);
        if joining == Joining::Answers
            && alone
            && said.role == Role::Assistant
            && let Some(parent) = parent
            && messages[parent].role == Role::Assistant
        {
            join(&mut messages[parent], said);
            home[place] = Some(parent);
            continue;
        }
        let created_at = said.created_at.unwrap_or(fallback);
        home[place] = Some(messages.len());
        messages.push(NewNode {
            parent,
            role: said.role,
            text: said.text,
            status: said.status,
            stats: said.stats,
            summary: said.summary,
            created_at,
            updated_at: said.updated_at.unwrap_or(created_at),
        });
    }
    if messages.is_empty() {
        return Err(Reason::Empty);
    }
    let leaf = place_of_leaf
        .and_then(|place| home[place])
        .or_else(|| newest(&messages));
    Ok(Tree { messages, leaf })
}

/// Adds the next piece of an answer to it.
fn join(answer: &mut NewNode, piece: Said) {
    answer.text.push_str("\n\n");
    answer.text.push_str(&piece.text);
    answer.status = piece.status;
    answer.stats = piece.stats.or(answer.stats.take());
    if let Some(time) = piece.updated_at.or(piece.created_at) {
        answer.updated_at = answer.updated_at.max(time);
    }
}

/// The places of the entries, each after the one above it and siblings in their
/// order.
fn in_order(entries: &[Entry]) -> Result<Vec<usize>, Reason> {
    let mut places = HashMap::with_capacity(entries.len());
    for (place, entry) in entries.iter().enumerate() {
        if places.insert(entry.id.as_str(), place).is_some() {
            return Err(Reason::Shape);
        }
    }
    // The order of the file is that of writing, where it is a possible one.
    let is_before = |(place, entry): (usize, &Entry)| {
        let parent = entry.parent.as_deref();
        let above = parent.map(|parent| places.get(parent).is_some_and(|above| *above < place));
        entry.children.is_empty() && above.unwrap_or(true)
    };
    if entries.iter().enumerate().all(is_before) {
        return Ok((0..entries.len()).collect());
    }
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); entries.len()];
    let mut roots = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        match &entry.parent {
            None => roots.push(place),
            Some(parent) => {
                let parent = places.get(parent.as_str()).ok_or(Reason::MissingParent)?;
                children[*parent].push(place);
            }
        }
    }
    for (entry, below) in entries.iter().zip(&mut children) {
        if below.len() > 1 {
            let rank: HashMap<&str, usize> =
                entry.children.iter().map(String::as_str).zip(0..).collect();
            // Stable: those that the list does not name keep the file's order, last.
            below.sort_by_key(|&child| {
                rank.get(entries[child].id.as_str())
                    .copied()
                    .unwrap_or(usize::MAX)
            });
        }
    }
    let mut order = Vec::with_capacity(entries.len());
    roots.reverse();
    let mut waiting = roots;
    while let Some(place) = waiting.pop() {
        order.push(place);
        waiting.extend(children[place].iter().rev());
    }
    // Every entry has one place above it, so what no beginning leads to is a circle.
    if order.len() < entries.len() {
        return Err(Reason::Cycle);
    }
    Ok(order)
}

/// For each entry the nearest place above it where something was said.
fn spoken_above(entries: &[Entry], order: &[usize]) -> Vec<Option<usize>> {
    let places: HashMap<&str, usize> = entries
        .iter()
        .map(|entry| entry.id.as_str())
        .zip(0..)
        .collect();
    let mut above: Vec<Option<usize>> = vec![None; entries.len()];
    for &place in order {
        let parent = entries[place].parent.as_deref();
        let parent = parent.and_then(|parent| places.get(parent).copied());
        above[place] = parent.and_then(|parent| match entries[parent].said {
            Some(_) => Some(parent),
            None => above[parent],
        });
    }
    above
}

/// The end of the way down along the newest messages.
fn newest(messages: &[NewNode]) -> Option<usize> {
    let mut last_child: HashMap<Option<usize>, usize> = HashMap::with_capacity(messages.len());
    for (place, message) in messages.iter().enumerate() {
        last_child.insert(message.parent, place);
    }
    let mut end = None;
    while let Some(&below) = last_child.get(&end) {
        end = Some(below);
    }
    end
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests end by panicking")]

    use super::*;

    fn entry(id: &str, parent: Option<&str>, said: Option<(Role, &str)>) -> Entry {
        Entry {
            id: id.to_owned(),
            parent: parent.map(str::to_owned),
            children: Vec::new(),
            said: said.map(|(role, text)| Said {
                role,
                text: text.to_owned(),
                status: MessageStatus::Complete,
                stats: None,
                summary: None,
                created_at: None,
                updated_at: None,
            }),
        }
    }

    const USER: Role = Role::User;
    const MODEL: Role = Role::Assistant;

    fn build(entries: Vec<Entry>, leaf: Option<&str>) -> Result<Tree, Reason> {
        tree(entries, leaf, Joining::Answers, Timestamp(7))
    }

    fn told(tree: &Tree) -> Vec<(Option<usize>, &str)> {
        let messages = tree.messages.iter();
        messages.map(|m| (m.parent, m.text.as_str())).collect()
    }

    #[test]
    fn silent_places_are_passed_through_and_pieces_join() {
        let built = build(
            vec![
                entry("system", None, None),
                entry("q", Some("system"), Some((USER, "q"))),
                entry("call", Some("q"), Some((MODEL, "let me look"))),
                entry("tool", Some("call"), None),
                entry("a", Some("tool"), Some((MODEL, "it is so"))),
                entry("q2", Some("a"), Some((USER, "thanks"))),
            ],
            Some("a"),
        )
        .unwrap();
        assert_eq!(
            told(&built),
            [
                (None, "q"),
                (Some(0), "let me look\n\nit is so"),
                (Some(1), "thanks")
            ]
        );
        assert_eq!(built.leaf, Some(1));
        assert_eq!(built.messages[0].created_at, Timestamp(7));
    }

    #[test]
    fn versions_stay_apart_and_in_the_app_s_order() {
        let mut question = entry("q", None, Some((USER, "q")));
        question.children = vec!["second".to_owned(), "first".to_owned()];
        let built = build(
            vec![
                entry("first", Some("q"), Some((MODEL, "first"))),
                entry("second", Some("q"), Some((MODEL, "second"))),
                question,
            ],
            None,
        )
        .unwrap();
        assert_eq!(
            told(&built),
            [(None, "q"), (Some(0), "second"), (Some(0), "first")]
        );
        assert_eq!(built.leaf, Some(2));
    }

    #[test]
    fn what_is_no_tree_is_refused() {
        let said = Some((USER, "x"));
        let cases = [
            (vec![entry("a", Some("b"), said)], Reason::MissingParent),
            (vec![entry("a", Some("a"), said)], Reason::Cycle),
            (
                vec![
                    entry("root", None, said),
                    entry("a", Some("b"), said),
                    entry("b", Some("a"), said),
                ],
                Reason::Cycle,
            ),
            (
                vec![entry("a", None, said), entry("a", None, said)],
                Reason::Shape,
            ),
            (vec![entry("a", None, None)], Reason::Empty),
            (vec![], Reason::Empty),
        ];
        for (entries, reason) in cases {
            assert_eq!(build(entries, None).err(), Some(reason));
        }
    }

    #[test]
    fn a_chain_as_long_as_a_book_needs_no_stack() {
        let entries = (0..100_000)
            .map(|n: u32| {
                let parent = n.checked_sub(1).map(|n| n.to_string());
                entry(&n.to_string(), parent.as_deref(), Some((USER, "x")))
            })
            .collect();
        assert_eq!(build(entries, None).unwrap().leaf, Some(99_999));
    }
}
