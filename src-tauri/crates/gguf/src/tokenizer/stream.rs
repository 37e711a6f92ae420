//! Decoding token by token.

use crate::tokenizer::{TokenId, Tokenizer};

/// Turns tokens into text as they come, never emitting half a character.
///
/// The texts put together are what [`Tokenizer::decode`] gives for all tokens.
#[derive(Debug)]
pub struct DecodeStream<'t> {
    tokenizer: &'t Tokenizer,
    /// The beginning of a character whose other bytes have not come: at most three.
    pending: Vec<u8>,
    /// The next space was put there by the tokenizer.
    drop_space: bool,
}

impl<'t> DecodeStream<'t> {
    pub(super) fn new(tokenizer: &'t Tokenizer, starts_text: bool) -> Self {
        Self {
            tokenizer,
            pending: Vec::new(),
            drop_space: starts_text && tokenizer.space_prefix,
        }
    }

    /// The text that became certain with `token`, if any.
    #[must_use]
    pub fn push(&mut self, token: TokenId) -> Option<String> {
        let mut text = String::new();
        self.push_to(token, &mut text);
        (!text.is_empty()).then_some(text)
    }

    /// What is left when no more tokens come: U+FFFD for an unfinished character.
    #[must_use]
    pub fn finish(mut self) -> Option<String> {
        let mut text = String::new();
        self.flush(&mut text);
        (!text.is_empty()).then_some(text)
    }

    pub(super) fn push_to(&mut self, token: TokenId, text: &mut String) {
        if self.tokenizer.is_control(token) {
            self.flush(text);
            self.drop_space = self.tokenizer.space_prefix;
            return;
        }
        let mut bytes = self.tokenizer.pieces.bytes(token);
        if bytes.is_empty() {
            return;
        }
        if std::mem::take(&mut self.drop_space) {
            bytes = bytes.strip_prefix(b" ").unwrap_or(bytes);
        }
        self.pending.extend(bytes);
        self.emit(text);
    }

    /// Moves whole characters from `pending` to `text`.
    fn emit(&mut self, text: &mut String) {
        let mut rest = self.pending.as_slice();
        loop {
            match std::str::from_utf8(rest) {
                Ok(valid) => {
                    text.push_str(valid);
                    rest = &[];
                    break;
                }
                Err(error) => {
                    let (valid, broken) = rest.split_at(error.valid_up_to());
                    text.push_str(&String::from_utf8_lossy(valid));
                    rest = broken;
                    // Without a length the bytes may be the beginning of a character.
                    let Some(len) = error.error_len() else {
                        break;
                    };
                    text.push(char::REPLACEMENT_CHARACTER);
                    rest = &rest[len..];
                }
            }
        }
        self.pending = rest.to_vec();
    }

    fn flush(&mut self, text: &mut String) {
        if !std::mem::take(&mut self.pending).is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
}
