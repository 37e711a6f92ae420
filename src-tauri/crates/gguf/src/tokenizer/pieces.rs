//! What each token writes.

use crate::tokenizer::{TokenId, byte_level};
use crate::vocabulary::{Algorithm, TokenKind, Vocabulary};

/// The bytes of every token in one buffer.
#[derive(Debug)]
pub(super) struct Pieces {
    bytes: Vec<u8>,
    /// Where each token's bytes end in `bytes`.
    ends: Vec<usize>,
    control: Vec<bool>,
}

impl Pieces {
    pub(super) fn new(vocabulary: &Vocabulary<'_>, kinds: &[TokenKind]) -> Self {
        let mut pieces = Self {
            bytes: Vec::new(),
            ends: Vec::with_capacity(kinds.len()),
            control: kinds.iter().map(|kind| is_control(*kind)).collect(),
        };
        for (text, kind) in vocabulary.texts().zip(kinds) {
            pieces.append(text, *kind, vocabulary.algorithm);
            pieces.ends.push(pieces.bytes.len());
        }
        pieces
    }

    fn append(&mut self, text: &str, kind: TokenKind, algorithm: Algorithm) {
        match (kind, algorithm) {
            (TokenKind::Control | TokenKind::Unknown, _) => {}
            (TokenKind::UserDefined, _) => self.bytes.extend(text.bytes()),
            (TokenKind::Byte, _) if byte_token(text).is_some() => {
                self.bytes.extend(byte_token(text));
            }
            (_, Algorithm::BytePair) => match byte_level::unmap(text) {
                Some(bytes) => self.bytes.extend(bytes),
                None => self.bytes.extend(text.bytes()),
            },
            (_, Algorithm::SentencePiece) => {
                self.bytes.extend(text.replace('\u{2581}', " ").bytes());
            }
        }
    }

    /// The bytes that `token` writes: none for control tokens and ids that don't exist.
    pub(super) fn bytes(&self, token: TokenId) -> &[u8] {
        let index = token as usize;
        let Some(end) = self.ends.get(index) else {
            return &[];
        };
        let start = match index.checked_sub(1) {
            Some(previous) => self.ends[previous],
            None => 0,
        };
        &self.bytes[start..*end]
    }

    pub(super) fn is_control(&self, token: TokenId) -> bool {
        self.control.get(token as usize).copied().unwrap_or(false)
    }

    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.ends.len()).unwrap_or(u32::MAX)
    }
}

/// Whether tokens of this kind steer the model and have no text.
pub(super) fn is_control(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Control | TokenKind::Unknown)
}

/// The byte of a token such as `<0x0A>`.
pub(super) fn byte_token(text: &str) -> Option<u8> {
    let digits = text.strip_prefix("<0x")?.strip_suffix('>')?;
    let hexadecimal = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    hexadecimal
        .then(|| u8::from_str_radix(digits, 16).ok())
        .flatten()
}
