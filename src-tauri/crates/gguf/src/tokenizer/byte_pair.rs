//! Byte-level byte-pair vocabularies, on the `tokenizers` crate's merging.

use std::collections::HashSet;
use std::fmt;

use tokenizers::Model;
use tokenizers::models::bpe::{BPE, Merges, Vocab};

use crate::error::{GgufError, TokenizerError, quoted};
use crate::tokenizer::pieces::is_control;
use crate::tokenizer::pretokenizer::Pretokenizer;
use crate::tokenizer::{TokenId, byte_level};
use crate::value::key_name;
use crate::vocabulary::{MERGES, TokenKind, Vocabulary};

/// Cuts text into words, then merges the bytes of each word by rank.
///
/// The library's merging is O(n log n) in the length of a word, so that a
/// megabyte without a space is no trouble.
pub(super) struct BytePair {
    pretokenizer: Pretokenizer,
    merging: BPE,
    /// Bytes that are tokens; others can't be written.
    known: [bool; 256],
}

impl fmt::Debug for BytePair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BytePair")
            .field("pretokenizer", &self.pretokenizer)
            .finish_non_exhaustive()
    }
}

impl BytePair {
    pub(super) fn new(vocabulary: &Vocabulary<'_>, kinds: &[TokenKind]) -> Result<Self, GgufError> {
        let pretokenizer = Pretokenizer::new(vocabulary.pre.unwrap_or("default"))?;
        // Control tokens are left out: no text can become one.
        let mut vocab = Vocab::with_capacity(kinds.len());
        for (id, (text, kind)) in (0..).zip(vocabulary.texts().zip(kinds)) {
            if !is_control(*kind) {
                vocab.entry(text.to_owned()).or_insert(id);
            }
        }
        let known = std::array::from_fn(|byte| {
            #[expect(clippy::cast_possible_truncation, reason = "below 256")]
            let character = byte_level::character(byte as u8);
            vocab.contains_key(character.encode_utf8(&mut [0; 4]) as &str)
        });
        let merges = merges(vocabulary, kinds, &vocab);
        let merging = BPE::builder()
            .vocab_and_merges(vocab, merges)
            .ignore_merges(pretokenizer.keeps_whole_words())
            .build()
            .map_err(|error| unknown_merge(vocabulary, &error.to_string()))?;
        Ok(Self {
            pretokenizer,
            merging,
            known,
        })
    }

    pub(super) fn adds_bos_by_default(&self) -> bool {
        self.pretokenizer.adds_bos()
    }

    /// Appends the tokens of `text`, which holds no special tokens.
    pub(super) fn encode(
        &self,
        text: &str,
        tokens: &mut Vec<TokenId>,
    ) -> Result<(), TokenizerError> {
        // The library would leave such bytes out without a word.
        if let Some(byte) = text.bytes().find(|byte| !self.known[usize::from(*byte)]) {
            return Err(TokenizerError::NoToken { byte });
        }
        let mut mapped = String::new();
        for word in self.pretokenizer.split(text) {
            mapped.clear();
            byte_level::map(word, &mut mapped);
            let merged =
                self.merging
                    .tokenize(&mapped)
                    .map_err(|error| TokenizerError::Library {
                        message: error.to_string(),
                    })?;
            tokens.extend(merged.iter().map(|token| token.id));
        }
        Ok(())
    }
}

/// The merges by rank, without those that touch a token which is left out of `vocab`
/// as control. Whether the others are in it is for the library to say: it looks up
/// all of them anyway.
fn merges(vocabulary: &Vocabulary<'_>, kinds: &[TokenKind], vocab: &Vocab) -> Merges {
    let control: HashSet<&str> = vocabulary
        .texts()
        .zip(kinds)
        .filter(|(_, kind)| is_control(**kind))
        .map(|(text, _)| text)
        .filter(|text| !vocab.contains_key(*text))
        .collect();
    // Nearly all merges are told apart by their first bytes.
    let mut first_bytes = [false; 256];
    for first in control.iter().filter_map(|text| text.bytes().next()) {
        first_bytes[usize::from(first)] = true;
    }
    let may_be_control = |text: &str| {
        text.bytes()
            .next()
            .is_some_and(|first| first_bytes[usize::from(first)])
    };
    let mut joined = String::new();
    let mut touches_control = |left: &str, right: &str| {
        if !may_be_control(left) && !may_be_control(right) {
            return false;
        }
        joined.clear();
        joined.push_str(left);
        joined.push_str(right);
        [left, right, joined.as_str()]
            .iter()
            .any(|text| control.contains(text))
    };
    vocabulary
        .merges()
        .filter(|(left, right)| !touches_control(left, right))
        .map(|(left, right)| (left.to_owned(), right.to_owned()))
        .collect()
}

/// Names the merge that the library refused with `reason`: the first of which a part is no
/// token. Looked for only then, since the library looks all of them up already.
fn unknown_merge(vocabulary: &Vocabulary<'_>, reason: &str) -> GgufError {
    let known: HashSet<&str> = vocabulary.texts().collect();
    let expected = "tokens of the vocabulary";
    for (rank, (left, right)) in vocabulary.merges().enumerate() {
        let joined = format!("{left}{right}");
        let parts = [left, right, joined.as_str()];
        if let Some(absent) = parts.iter().find(|part| !known.contains(**part)) {
            return GgufError::invalid(format!("merge {rank}"), expected, quoted(absent));
        }
    }
    GgufError::invalid(key_name(MERGES), expected, quoted(reason))
}
