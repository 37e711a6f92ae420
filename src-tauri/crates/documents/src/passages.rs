//! Passages: pieces of a document that are found and cited by themselves.

use std::ops::Range;

use crate::document::{Block, BlockKind, Document, Place, join};
use crate::words::{count_words, is_ideograph};

/// Words after which a passage ends at the next chance.
const ENOUGH: usize = 180;

/// Most words of a passage.
const MOST: usize = 260;

/// A piece of a document of some 200 words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Its text, as Markdown.
    pub text: String,
    /// Where it begins.
    pub place: Place,
    /// The blocks that it is made of.
    pub blocks: Range<usize>,
}

impl Document {
    /// The document in pieces, cut at headings and between paragraphs; a paragraph is
    /// cut only where it is longer than a passage. Nothing is left out or repeated.
    #[must_use]
    pub fn passages(&self) -> Vec<Passage> {
        let mut cut = Cut::default();
        for (index, block) in self.blocks.iter().enumerate() {
            cut.take(index, block);
        }
        cut.end();
        cut.done
    }
}

#[derive(Default)]
struct Cut {
    done: Vec<Passage>,
    /// What the passage in the making is of, each with its number in the document.
    blocks: Vec<(usize, Block)>,
    words: usize,
}

impl Cut {
    fn take(&mut self, index: usize, block: &Block) {
        let words = count_words(&block.text);
        let full = self.words >= ENOUGH || self.words + words > MOST;
        // A heading begins a passage, but belongs to what follows it.
        let section = is_heading(block) && self.words >= ENOUGH / 3;
        if full || section {
            self.end_unless_heading();
        }
        if words <= MOST {
            self.add(index, block.clone(), words);
            return;
        }
        for piece in pieces(&block.text) {
            let words = count_words(piece);
            if self.words + words > MOST {
                self.end_unless_heading();
            }
            let text = piece.to_owned();
            self.add(
                index,
                Block {
                    text,
                    ..block.clone()
                },
                words,
            );
        }
    }

    fn add(&mut self, index: usize, block: Block, words: usize) {
        self.words += words;
        self.blocks.push((index, block));
    }

    /// Ends the passage, unless it is only a heading so far.
    fn end_unless_heading(&mut self) {
        if !self.blocks.iter().all(|(_, block)| is_heading(block)) {
            self.end();
        }
    }

    fn end(&mut self) {
        let blocks = std::mem::take(&mut self.blocks);
        self.words = 0;
        let (Some((first, begin)), Some((last, end))) = (blocks.first(), blocks.last()) else {
            return;
        };
        let (first, last) = (*first, *last);
        // Under the last of the headings that it begins with.
        let body = blocks
            .iter()
            .map(|(_, block)| block)
            .find(|it| !is_heading(it));
        let place = Place {
            page: begin.place.page,
            headings: body.unwrap_or(end).place.headings.clone(),
        };
        let blocks: Vec<Block> = blocks.into_iter().map(|(_, block)| block).collect();
        self.done.push(Passage {
            text: join(&blocks),
            place,
            blocks: first..last + 1,
        });
    }
}

fn is_heading(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Heading(_))
}

/// A long text in pieces of no more words than a passage, cut after sentences where
/// there are any, or else between words.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut words = 0;
    let mut inside = false;
    // Where the piece could end: after a sentence, or after a word.
    let mut chance = None;
    let mut before = ' ';
    for (place, character) in text.char_indices() {
        let ideograph = is_ideograph(character);
        let begins = ideograph || (character.is_alphanumeric() && !inside);
        let breaks = ideograph || character.is_whitespace() || is_ideograph(before);
        let sentence = matches!(before, '。' | '！' | '？' | '\n')
            || (matches!(before, '.' | '!' | '?' | '"' | '”') && character.is_whitespace());
        if words >= ENOUGH && sentence {
            chance = Some(place);
        }
        if begins && words >= MOST && (breaks || before.is_whitespace()) {
            let end = chance.take().unwrap_or(place);
            pieces.push(text.get(start..end).unwrap_or_default().trim());
            words = count_words(text.get(end..place).unwrap_or_default());
            start = end;
        }
        words += usize::from(begins);
        inside =
            !ideograph && (character.is_alphanumeric() || (inside && "'’-".contains(character)));
        before = character;
    }
    pieces.push(text.get(start..).unwrap_or_default().trim());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}
