//! Texts attached to a question: fenced blocks at its beginning, which the page
//! writes and shows as files (`ui/src/lib/attachments/attachment.ts`):
//!
//! ````text
//! ```file notes.txt
//! the text
//! ```
//!
//! What is this about?
//! ````
//!
//! A document that is too long to be read whole is a block that names it, empty
//! until the question is prepared and then filled with passages, of which the first
//! number is how many:
//!
//! ````text
//! ```passages 019a…4f 2/74 report.pdf
//! [p. 3 § Costs]
//! the text
//!
//! [p. 17]
//! the text
//! ```
//! ````
//!
//! The model reads all this as it stands, without the document's id. What is said
//! *about* a question, such as its title, comes from the words besides.

use std::fmt::Write;

/// A question taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts<'a> {
    /// The names of the attached texts.
    pub names: Vec<&'a str>,
    /// What the person wrote besides.
    pub words: &'a str,
}

/// Takes a question apart.
#[must_use]
pub fn split(question: &str) -> Parts<'_> {
    let mut names = Vec::new();
    let mut words = question;
    while let Some(block) = block(words) {
        names.push(block.name);
        words = block.rest;
    }
    Parts { names, words }
}

/// What a question is about, in the person's words: those besides the attached
/// texts, or else the first text's name.
#[must_use]
pub fn topic(question: &str) -> &str {
    let parts = split(question);
    match parts.names.first() {
        Some(name) if parts.words.trim().is_empty() => name,
        _ => parts.words,
    }
}

/// A block of a question that names a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted<'a> {
    /// The document's id.
    pub(crate) document: &'a str,
    /// Its name.
    pub(crate) name: &'a str,
    /// What was read of it; empty before that.
    pub(crate) text: &'a str,
}

/// A passage with where it is from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cited<'a> {
    pub(crate) page: Option<u32>,
    pub(crate) heading: Option<&'a str>,
    /// Its place in the document, from 0, for one without page and heading.
    pub(crate) ordinal: usize,
    pub(crate) text: &'a str,
}

/// The blocks of a question that name documents.
pub(crate) fn wanted(question: &str) -> Vec<Wanted<'_>> {
    let mut found = Vec::new();
    let mut rest = question;
    while let Some(block) = block(rest) {
        if let Some(document) = block.document {
            found.push(Wanted {
                document,
                name: block.name,
                text: block.text,
            });
        }
        rest = block.rest;
    }
    found
}

/// The question with the blocks of one document filled; `all` is how many passages
/// the document has.
pub(crate) fn fill(question: &str, document: &str, passages: &[Cited<'_>], all: usize) -> String {
    let mut filled = String::new();
    let mut rest = question;
    while let Some(block) = block(rest) {
        if block.document == Some(document) {
            filled.push_str(&written(document, block.name, passages, all));
        } else {
            let whole = rest.len() - block.rest.len();
            filled.push_str(rest.get(..whole).unwrap_or_default());
        }
        rest = block.rest;
    }
    filled.push_str(rest);
    filled
}

fn written(document: &str, name: &str, passages: &[Cited<'_>], all: usize) -> String {
    let mut body = String::new();
    for passage in passages {
        if !body.is_empty() {
            body.push_str("\n\n");
        }
        body.push_str(&place(passage));
        for line in passage.text.lines() {
            // Only what stands here says where a passage is from.
            let gap = if line.starts_with('[') { " " } else { "" };
            let _ = write!(body, "\n{gap}{line}");
        }
    }
    let mut fence = String::from("```");
    while body.contains(&fence) {
        fence.push('`');
    }
    let count = passages.len();
    format!("{fence}passages {document} {count}/{all} {name}\n{body}\n{fence}\n\n")
}

fn place(passage: &Cited<'_>) -> String {
    let heading = passage
        .heading
        .map(|heading| heading.replace(['[', ']', '\n'], " "));
    match (passage.page, heading) {
        (Some(page), Some(heading)) => format!("[p. {page} § {heading}]"),
        (Some(page), None) => format!("[p. {page}]"),
        (None, Some(heading)) => format!("[§ {heading}]"),
        (None, None) => format!("[¶ {}]", passage.ordinal + 1),
    }
}

/// A question as the model reads it: the ids of documents say nothing to it.
pub(crate) fn without_ids(question: &str) -> String {
    let mut read = String::with_capacity(question.len());
    let mut rest = question;
    while let Some(block) = block(rest) {
        let whole = rest
            .get(..rest.len() - block.rest.len())
            .unwrap_or_default();
        match block.document {
            Some(document) => read.push_str(&whole.replacen(&format!("{document} "), "", 1)),
            None => read.push_str(whole),
        }
        rest = block.rest;
    }
    read.push_str(rest);
    read
}

/// The block that a text begins with, and what follows it.
struct Block<'a> {
    /// The document, where it names one.
    document: Option<&'a str>,
    name: &'a str,
    text: &'a str,
    rest: &'a str,
}

fn block(text: &str) -> Option<Block<'_>> {
    let ticks = text.len() - text.trim_start_matches('`').len();
    if ticks < 3 {
        return None;
    }
    let (fence, opening) = text.split_at(ticks);
    let (head, _) = opening.split_once('\n')?;
    let (document, name) = if let Some(name) = head.strip_prefix("file ") {
        (None, name)
    } else {
        let (document, name) = head.strip_prefix("passages ")?.split_once(' ')?;
        // How many of how many.
        let (_, name) = name.split_once(' ')?;
        (Some(document), name)
    };
    if name.is_empty() || name.contains('`') {
        return None;
    }
    // From the line feed before the text, so that an empty one is found as well.
    let body = opening.get(head.len()..)?;
    let (body, after) = body.split_once(&format!("\n{fence}"))?;
    // A question that was trimmed may end with the fence.
    let rest = if after.is_empty() {
        after
    } else {
        after.strip_prefix("\n\n")?
    };
    Some(Block {
        document,
        name,
        text: body.strip_prefix('\n').unwrap_or(body),
        rest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_from_attached_texts() {
        let question = "```file notes.txt\nBuy milk.\n```\n\n````file b.md\n```\n````\n\nWhat?";
        let parts = split(question);
        assert_eq!(parts.names, ["notes.txt", "b.md"]);
        assert_eq!(parts.words, "What?");
        assert_eq!(topic(question), "What?");
    }

    #[test]
    fn a_text_alone_is_about_its_name() {
        assert_eq!(topic("```file lease.txt\n\n```\n\n"), "lease.txt");
        assert_eq!(topic("```file lease.txt\nx\n```"), "lease.txt");
    }

    #[test]
    fn a_block_that_names_a_document_is_filled() {
        let question = "```passages id-1 0/0 a.pdf\n\n```\n\n```file b.md\nB\n```\n\nWhat?";
        assert_eq!(split(question).names, ["a.pdf", "b.md"]);
        assert_eq!(wanted(question)[0].text, "");
        let passage = |page, heading, text| Cited {
            page,
            heading,
            ordinal: 4,
            text,
        };
        let cited = [
            passage(Some(3), Some("Costs [2]"), "one\n[p. 99]\n```rust\n```"),
            passage(None, None, "two"),
        ];
        let filled = fill(question, "id-1", &cited, 74);
        assert_eq!(
            filled,
            "````passages id-1 2/74 a.pdf\n[p. 3 § Costs  2 ]\none\n [p. 99]\n```rust\n```\n\n\
             [¶ 5]\ntwo\n````\n\n```file b.md\nB\n```\n\nWhat?"
        );
        // Again, for the same question in other words.
        assert_eq!(fill(&filled, "id-1", &cited, 74), filled);
        assert_eq!(split(&filled).words, "What?");
        let read = without_ids(&filled);
        assert!(read.starts_with("````passages 2/74 a.pdf\n[p. 3"), "{read}");
        assert!(read.ends_with("What?"));
    }

    #[test]
    fn other_blocks_are_words() {
        for question in [
            "",
            "Hello",
            "```\ncode\n```\n\nrest",
            "```file a.txt\nno end",
            "```file a.txt\nx\n``` y",
            "```file a`b\nx\n```\n\n",
            "``file a\nx\n``\n\n",
            "```passages id a.pdf\nx\n```\n\n",
        ] {
            assert_eq!(split(question).words, question);
            assert_eq!(topic(question), question);
        }
    }
}
