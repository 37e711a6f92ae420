//! Splitting a text where it is divided by itself: at headings, paragraphs, sentences.

use llmos_engine::LoadedModel;
use llmos_store::NewDigestPart;

use super::source::Block;
use super::{Length, Style, Wish, part, words};
use crate::ask::Question;
use crate::language::is_han;
use crate::prompts::{Tongue, summarise as prompts};
use crate::{AssistantError, tokens};

/// Largest part in tokens: a small model loses the thread of more.
const MOST: usize = 700;
/// A text is split into so many parts where it is long enough for that, so that a point
/// leads to a place and not to the whole.
const USUAL_PARTS: usize = 6;
/// Smallest part in tokens that a text is split into for that.
const LEAST: usize = 120;
/// Tokens between two paragraphs of a part.
const GAP: usize = 2;
/// Tokens that are kept free for how the template and the text grow together.
const MARGIN: usize = 16;

/// The parts of a text, each of which fits into the model's context with every prompt.
///
/// # Errors
/// `ContextOverflow` for a context in which nothing fits, `Prompt` when the tokenizer
/// fails.
pub(super) fn parts(
    model: &LoadedModel,
    blocks: &[Block],
) -> Result<Vec<NewDigestPart>, AssistantError> {
    let count = |text: &str| tokens::count(model, text);
    let mut total = 0;
    for block in blocks {
        total += count(block.text())?;
    }
    let room = room(model)?;
    let size = (total / USUAL_PARTS).max(LEAST).min(room);
    pack(blocks, size, &count)
}

/// Tokens that a part may have.
fn room(model: &LoadedModel) -> Result<usize, AssistantError> {
    let mut needed = 0;
    for style in Style::ALL {
        for tongue in [Tongue::English, Tongue::Chinese] {
            let wish = Wish {
                style,
                length: Length::Long,
                language: Some("pt".to_owned()),
                request: None,
            };
            let task = prompts::part(tongue, &wish, part::MOST_SENTENCES, "");
            let example: Vec<_> = task.example.into_iter().collect();
            let question = Question {
                system: &task.system,
                examples: &example,
                ..Question::new("", &task.user, 0)
            };
            needed = needed.max(question.encode(model)?.len());
        }
    }
    needed += part::MOST_TOKENS + MARGIN;
    let available = model.info.context_length;
    match available.checked_sub(needed) {
        Some(room) if room >= LEAST / 2 => Ok(room.min(MOST)),
        _ => Err(AssistantError::ContextOverflow {
            needed: needed + LEAST / 2,
            available,
        }),
    }
}

/// Puts blocks into parts of at most `size`, as `count` measures it.
fn pack(
    blocks: &[Block],
    size: usize,
    count: &impl Fn(&str) -> Result<usize, AssistantError>,
) -> Result<Vec<NewDigestPart>, AssistantError> {
    let mut packer = Packer::default();
    for block in blocks {
        match block {
            Block::Heading { text, .. } => {
                // Many small sections go into one part.
                if packer.tokens * 3 >= size {
                    packer.flush();
                }
                if packer.text.is_empty() {
                    packer.head(Some(text), block.page());
                } else {
                    packer.put(text, count(text)?, size, block.page());
                    packer.heading = Some(text.clone());
                }
            }
            Block::Text { text, .. } => {
                let whole = count(text)?;
                if whole <= size {
                    packer.put(text, whole, size, block.page());
                    continue;
                }
                for piece in pieces(text, size, count)? {
                    let tokens = count(&piece)?;
                    packer.put(&piece, tokens, size, block.page());
                }
            }
        }
    }
    packer.flush();
    Ok(packer.parts)
}

/// Parts, and the one that is being filled.
#[derive(Default)]
struct Packer {
    parts: Vec<NewDigestPart>,
    /// The heading that what comes next stands under.
    heading: Option<String>,
    /// That of the part that is being filled.
    part_heading: Option<String>,
    page: Option<u32>,
    text: String,
    tokens: usize,
}

impl Packer {
    fn head(&mut self, heading: Option<&str>, page: Option<u32>) {
        self.heading = heading.map(str::to_owned);
        self.part_heading.clone_from(&self.heading);
        self.page = page;
    }

    fn put(&mut self, text: &str, tokens: usize, size: usize, page: Option<u32>) {
        if !self.text.is_empty() && self.tokens + GAP + tokens > size {
            self.flush();
        }
        if self.text.is_empty() {
            self.page = page.or(self.page);
            self.part_heading.clone_from(&self.heading);
        } else {
            self.text.push_str("\n\n");
            self.tokens += GAP;
        }
        self.text.push_str(text);
        self.tokens += tokens;
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(NewDigestPart {
                heading: self.part_heading.clone(),
                page: self.page,
                text: std::mem::take(&mut self.text),
            });
        }
        self.tokens = 0;
        self.part_heading.clone_from(&self.heading);
    }
}

/// A text in pieces of at most `size`: whole sentences, as far as they fit.
fn pieces(
    text: &str,
    size: usize,
    count: &impl Fn(&str) -> Result<usize, AssistantError>,
) -> Result<Vec<String>, AssistantError> {
    let mut found: Vec<(String, usize)> = Vec::new();
    let mut waiting: Vec<&str> = words::sentences(text);
    waiting.reverse();
    while let Some(sentence) = waiting.pop() {
        let tokens = count(sentence)?;
        if tokens > size
            && let Some((first, second)) = halves(sentence)
        {
            waiting.extend([second, first]);
            continue;
        }
        match found.last_mut() {
            Some((piece, used)) if *used + 1 + tokens <= size => {
                let gap = if piece.ends_with(|c| is_han(c) || "。！？".contains(c)) {
                    ""
                } else {
                    " "
                };
                piece.push_str(gap);
                piece.push_str(sentence);
                *used += 1 + tokens;
            }
            _ => found.push((sentence.to_owned(), tokens)),
        }
    }
    Ok(found.into_iter().map(|(piece, _)| piece).collect())
}

/// A text in two, near its middle: at a blank, or between two characters.
pub(super) fn halves(text: &str) -> Option<(&str, &str)> {
    let middle = text.len() / 2;
    let blank = text[..text.floor_char_boundary(middle)].rfind(char::is_whitespace);
    let at = match blank {
        Some(at) if at >= middle / 2 => at,
        _ => text.floor_char_boundary(middle),
    };
    let (first, second) = (text[..at].trim(), text[at..].trim());
    (!first.is_empty() && !second.is_empty()).then_some((first, second))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test failing")]
    use super::*;

    /// Words stand for tokens.
    fn split(blocks: &[Block], size: usize) -> Vec<NewDigestPart> {
        pack(blocks, size, &|text: &str| {
            Ok(text.split_whitespace().count())
        })
        .unwrap()
    }

    fn text(text: &str) -> Block {
        Block::Text {
            text: text.to_owned(),
            page: None,
        }
    }

    fn heading(text: &str) -> Block {
        Block::Heading {
            text: text.to_owned(),
            page: Some(7),
        }
    }

    /// A sentence.
    fn words(count: usize) -> String {
        "Word ".repeat(count).trim_end().to_owned() + "."
    }

    #[test]
    fn parts_end_at_headings_and_paragraphs() {
        let blocks = [
            heading("One"),
            text(&words(6)),
            text(&words(6)),
            heading("Two"),
            text(&words(5)),
        ];
        let parts = split(&blocks, 10);
        let shape: Vec<_> = parts
            .iter()
            .map(|part| {
                (
                    part.heading.as_deref(),
                    part.text.split_whitespace().count(),
                )
            })
            .collect();
        assert_eq!(
            shape,
            [(Some("One"), 6), (Some("One"), 6), (Some("Two"), 5)]
        );
        assert_eq!(parts[0].page, Some(7));
    }

    #[test]
    fn many_small_sections_share_a_part() {
        let blocks: Vec<_> = (0..10)
            .flat_map(|_| [heading("A"), text("two words")])
            .collect();
        let parts = split(&blocks, 20);
        assert!(parts.len() <= 5, "{parts:?}");
        let all: usize = parts
            .iter()
            .map(|part| part.text.matches("two words").count())
            .sum();
        assert_eq!(all, 10);
    }

    #[test]
    fn what_is_too_long_is_split_at_sentences_and_then_anywhere() {
        let sentences = format!("{} {} {}", words(6), words(5), words(3));
        let parts = split(&[text(&sentences)], 10);
        let sizes: Vec<_> = parts
            .iter()
            .map(|p| p.text.split_whitespace().count())
            .collect();
        assert_eq!(sizes, [6, 8]);
        // One sentence of a hundred words, and one word of a megabyte.
        for long in [words(100), "杭".repeat(300_000)] {
            let parts = pack(&[text(&long)], 10, &|text: &str| {
                Ok(text.split_whitespace().count().max(text.len() / 4000))
            })
            .unwrap();
            let bare = |text: &str| text.replace(char::is_whitespace, "");
            let joined: String = parts.iter().map(|part| bare(&part.text)).collect();
            assert_eq!(joined, bare(&long));
            assert!(parts.len() >= 10);
        }
    }

    #[test]
    fn a_heading_without_text_is_nothing_to_read() {
        assert_eq!(split(&[heading("Alone")], 10), []);
        assert_eq!(halves("a"), None);
        assert_eq!(halves("ab cd ef"), Some(("ab", "cd ef")));
    }
}
