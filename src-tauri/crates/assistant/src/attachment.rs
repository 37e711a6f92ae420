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
//! The model reads them as they stand. What is said *about* a question, such as
//! its title, comes from the words besides.

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
    while let Some((name, rest)) = block(words) {
        names.push(name);
        words = rest;
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

/// The name of the block that `text` begins with, and what follows it.
fn block(text: &str) -> Option<(&str, &str)> {
    let ticks = text.len() - text.trim_start_matches('`').len();
    if ticks < 3 {
        return None;
    }
    let (fence, opening) = text.split_at(ticks);
    let (name, _) = opening.strip_prefix("file ")?.split_once('\n')?;
    if name.is_empty() || name.contains('`') {
        return None;
    }
    // From the line feed before the text, so that an empty one is found as well.
    let body = &opening["file ".len() + name.len()..];
    let (_, after) = body.split_once(&format!("\n{fence}"))?;
    // A question that was trimmed may end with the fence.
    let rest = if after.is_empty() {
        after
    } else {
        after.strip_prefix("\n\n")?
    };
    Some((name, rest))
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
    fn other_blocks_are_words() {
        for question in [
            "",
            "Hello",
            "```\ncode\n```\n\nrest",
            "```file a.txt\nno end",
            "```file a.txt\nx\n``` y",
            "```file a`b\nx\n```\n\n",
            "``file a\nx\n``\n\n",
        ] {
            assert_eq!(split(question).words, question);
            assert_eq!(topic(question), question);
        }
    }
}
