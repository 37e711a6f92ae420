//! `SentencePiece` vocabularies: characters joined pairwise, best score first.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};

use crate::error::TokenizerError;
use crate::tokenizer::TokenId;
use crate::tokenizer::pieces::byte_token;
use crate::vocabulary::{TokenKind, Vocabulary};

/// How `SentencePiece` writes a space.
const SPACE: char = '\u{2581}';

/// Joins the neighbours whose union is the token with the best score until none
/// is left; what is then no token is written byte by byte.
///
/// A heap of candidate pairs keeps this at O(n log n) for a text of n characters.
#[derive(Debug)]
pub(super) struct SentencePiece {
    /// Tokens that text can become.
    tokens: HashMap<String, TokenId>,
    scores: Vec<f32>,
    bytes: [Option<TokenId>; 256],
    unknown: Option<TokenId>,
    /// Bytes of the longest token.
    longest: usize,
}

impl SentencePiece {
    pub(super) fn new(vocabulary: &Vocabulary<'_>, kinds: &[TokenKind]) -> Self {
        let mut tokens = HashMap::new();
        let mut bytes = [None; 256];
        for (id, (text, kind)) in (0..).zip(vocabulary.texts().zip(kinds)) {
            match kind {
                TokenKind::Byte => {
                    if let Some(byte) = byte_token(text) {
                        bytes[usize::from(byte)].get_or_insert(id);
                    }
                }
                TokenKind::Control | TokenKind::Unknown => {}
                TokenKind::Normal | TokenKind::UserDefined | TokenKind::Unused => {
                    tokens.entry(text.to_owned()).or_insert(id);
                }
            }
        }
        let unknown = vocabulary.special_id("unknown");
        Self {
            longest: tokens.keys().map(String::len).max().unwrap_or(0),
            tokens,
            // Adding zero makes -0 and 0 the same score, as they compare in the reference.
            scores: vocabulary.scores().map(|score| score + 0.0).collect(),
            bytes,
            unknown,
        }
    }

    /// Appends the tokens of `text`, which holds no special tokens.
    pub(super) fn encode(
        &self,
        text: &str,
        space_first: bool,
        tokens: &mut Vec<TokenId>,
    ) -> Result<(), TokenizerError> {
        let mut escaped = String::with_capacity(text.len() + SPACE.len_utf8());
        if space_first {
            escaped.push(SPACE);
        }
        for character in text.chars() {
            escaped.push(if character == ' ' { SPACE } else { character });
        }
        for piece in Joiner::new(self, &escaped).join() {
            self.push_piece(piece, tokens)?;
        }
        Ok(())
    }

    fn push_piece(&self, piece: &str, tokens: &mut Vec<TokenId>) -> Result<(), TokenizerError> {
        if let Some(id) = self.tokens.get(piece) {
            tokens.push(*id);
            return Ok(());
        }
        for byte in piece.bytes() {
            let id = self.bytes[usize::from(byte)].or(self.unknown);
            tokens.push(id.ok_or(TokenizerError::NoToken { byte })?);
        }
        Ok(())
    }

    fn score(&self, piece: &str) -> Option<f32> {
        if piece.len() > self.longest {
            return None;
        }
        let id = *self.tokens.get(piece)?;
        self.scores.get(id as usize).copied()
    }
}

/// A run of characters that were joined so far; a link of a list.
#[derive(Debug, Clone, Copy)]
struct Symbol {
    start: usize,
    /// In bytes; 0 once it is part of the symbol before it.
    len: usize,
    previous: Option<usize>,
    next: Option<usize>,
}

/// Two neighbours that could be joined.
#[derive(Debug, Clone, Copy)]
struct Pair {
    left: usize,
    right: usize,
    score: f32,
    /// Bytes of both, to notice that one has changed since.
    len: usize,
}

impl Ord for Pair {
    /// The best score is greatest; of equal scores, the leftmost.
    fn cmp(&self, other: &Self) -> Ordering {
        self.score
            .total_cmp(&other.score)
            .then_with(|| other.left.cmp(&self.left))
    }
}

impl PartialOrd for Pair {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Pair {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Pair {}

struct Joiner<'m, 't> {
    model: &'m SentencePiece,
    text: &'t str,
    symbols: Vec<Symbol>,
    candidates: BinaryHeap<Pair>,
}

impl<'m, 't> Joiner<'m, 't> {
    fn new(model: &'m SentencePiece, text: &'t str) -> Self {
        let mut symbols: Vec<Symbol> = text
            .char_indices()
            .enumerate()
            .map(|(index, (start, character))| Symbol {
                start,
                len: character.len_utf8(),
                previous: index.checked_sub(1),
                next: Some(index + 1),
            })
            .collect();
        if let Some(last) = symbols.last_mut() {
            last.next = None;
        }
        Self {
            model,
            text,
            symbols,
            candidates: BinaryHeap::new(),
        }
    }

    /// The pieces that are left when nothing can be joined any more.
    fn join(mut self) -> impl Iterator<Item = &'t str> {
        for left in 0..self.symbols.len().saturating_sub(1) {
            self.propose(left, left + 1);
        }
        while let Some(pair) = self.candidates.pop() {
            let (left, right) = (self.symbols[pair.left], self.symbols[pair.right]);
            if left.len == 0 || right.len == 0 || left.len + right.len != pair.len {
                continue;
            }
            self.symbols[pair.left].len = pair.len;
            self.symbols[pair.left].next = right.next;
            self.symbols[pair.right].len = 0;
            if let Some(next) = right.next {
                self.symbols[next].previous = Some(pair.left);
                self.propose(pair.left, next);
            }
            if let Some(previous) = left.previous {
                self.propose(previous, pair.left);
            }
        }
        let text = self.text;
        self.symbols
            .into_iter()
            .filter(|symbol| symbol.len > 0)
            .map(move |symbol| &text[symbol.start..symbol.start + symbol.len])
    }

    fn propose(&mut self, left: usize, right: usize) {
        let start = self.symbols[left].start;
        let len = self.symbols[left].len + self.symbols[right].len;
        if let Some(score) = self.model.score(&self.text[start..start + len]) {
            self.candidates.push(Pair {
                left,
                right,
                score,
                len,
            });
        }
    }
}
