//! The vocabulary as the file holds it, checked for being whole.

use crate::error::{GgufError, quoted};
use crate::file::GgufFile;
use crate::metadata::Metadata;
use crate::value::{Array, key_name};

const TOKENS: &str = "tokenizer.ggml.tokens";
const TYPES: &str = "tokenizer.ggml.token_type";
const SCORES: &str = "tokenizer.ggml.scores";
pub(crate) const MERGES: &str = "tokenizer.ggml.merges";

/// How text becomes tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// Byte-level byte-pair encoding (`gpt2` in the file).
    BytePair,
    /// `SentencePiece` pieces joined by score (`llama` in the file).
    SentencePiece,
}

/// What a token is for, with its number in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A piece of text.
    Normal,
    /// Stands for what the vocabulary can't write.
    Unknown,
    /// Steers the model; has no text.
    Control,
    /// A piece of text that is never split.
    UserDefined,
    /// Reserved.
    Unused,
    /// One byte.
    Byte,
}

impl TokenKind {
    fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            1 => Self::Normal,
            2 => Self::Unknown,
            3 => Self::Control,
            4 => Self::UserDefined,
            5 => Self::Unused,
            6 => Self::Byte,
            _ => return None,
        })
    }
}

/// A checked view of a file's vocabulary.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vocabulary<'a> {
    pub(crate) algorithm: Algorithm,
    /// Name of the pre-tokenizer of byte-pair vocabularies.
    pub(crate) pre: Option<&'a str>,
    pub(crate) tokens: Array<'a>,
    types: Option<Array<'a>>,
    scores: Option<Array<'a>>,
    merges: Option<Array<'a>>,
    metadata: Metadata<'a>,
}

impl<'a> Vocabulary<'a> {
    /// Reads the vocabulary of `file` and checks that its parts agree.
    pub(crate) fn read(file: &'a GgufFile) -> Result<Self, GgufError> {
        let metadata = file.metadata();
        let algorithm = algorithm(metadata)?;
        let tokens = metadata
            .array(TOKENS)?
            .ok_or_else(|| missing(TOKENS, "the list of tokens"))?;
        if tokens.strings().is_none() || tokens.is_empty() {
            return Err(GgufError::invalid(
                key_name(TOKENS),
                "a list of strings",
                format!("{tokens:?}"),
            ));
        }
        let vocabulary = Self {
            algorithm,
            pre: metadata.str("tokenizer.ggml.pre")?,
            tokens,
            types: metadata.array(TYPES)?,
            scores: metadata.array(SCORES)?,
            merges: metadata.array(MERGES)?,
            metadata,
        };
        vocabulary.check_types()?;
        vocabulary.check_scores()?;
        vocabulary.check_merges()?;
        vocabulary.check_special_ids()?;
        Ok(vocabulary)
    }

    /// Number of tokens: at most the longest array, 2^20.
    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.tokens.len()).unwrap_or(u32::MAX)
    }

    /// The tokens' texts by id.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.tokens.strings().into_iter().flatten()
    }

    /// The tokens' kinds by id; all normal when the file has none.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = TokenKind> + use<'a> {
        let listed = self.types.and_then(|types| types.integers());
        let absent = if listed.is_none() {
            self.tokens.len()
        } else {
            0
        };
        listed
            .into_iter()
            .flatten()
            .map(|number| TokenKind::from_number(number).unwrap_or(TokenKind::Normal))
            .chain(std::iter::repeat_n(TokenKind::Normal, absent))
    }

    /// The tokens' scores by id; none for byte-pair vocabularies.
    pub(crate) fn scores(&self) -> impl Iterator<Item = f32> + use<'a> {
        self.scores
            .and_then(|scores| scores.floats())
            .into_iter()
            .flatten()
    }

    /// The merges by rank, both halves of each; none for `SentencePiece` vocabularies.
    pub(crate) fn merges(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        self.merges
            .and_then(|merges| merges.strings())
            .into_iter()
            .flatten()
            .filter_map(split_merge)
    }

    /// The id under `tokenizer.ggml.{name}_token_id`.
    pub(crate) fn special_id(&self, name: &str) -> Option<u32> {
        self.metadata
            .get(&format!("tokenizer.ggml.{name}_token_id"))?
            .as_u32()
    }

    /// The flag `tokenizer.ggml.{name}`.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, GgufError> {
        self.metadata.bool(&format!("tokenizer.ggml.{name}"))
    }

    fn check_types(&self) -> Result<(), GgufError> {
        let Some(types) = self.types else {
            return Ok(());
        };
        self.check_len(TYPES, types)?;
        let Some(numbers) = types.integers() else {
            return Err(GgufError::invalid(
                key_name(TYPES),
                "a list of integers",
                format!("{types:?}"),
            ));
        };
        for (id, number) in numbers.enumerate() {
            if TokenKind::from_number(number).is_none() {
                return Err(GgufError::invalid(
                    format!("type of token {id}"),
                    "a number from 1 to 6",
                    number,
                ));
            }
        }
        Ok(())
    }

    fn check_scores(&self) -> Result<(), GgufError> {
        match self.scores {
            Some(scores) => {
                if scores.floats().is_none() {
                    return Err(GgufError::invalid(
                        key_name(SCORES),
                        "a list of floats",
                        format!("{scores:?}"),
                    ));
                }
                self.check_len(SCORES, scores)
            }
            None if self.algorithm == Algorithm::SentencePiece => {
                Err(missing(SCORES, "a score for each token"))
            }
            None => Ok(()),
        }
    }

    fn check_merges(&self) -> Result<(), GgufError> {
        let Some(merges) = self.merges else {
            return match self.algorithm {
                Algorithm::BytePair => Err(missing(MERGES, "the list of merges")),
                Algorithm::SentencePiece => Ok(()),
            };
        };
        let Some(texts) = merges.strings() else {
            return Err(GgufError::invalid(
                key_name(MERGES),
                "a list of strings",
                format!("{merges:?}"),
            ));
        };
        for (rank, text) in texts.enumerate() {
            if split_merge(text).is_none() {
                return Err(GgufError::invalid(
                    format!("merge {rank}"),
                    "two tokens with one space between them",
                    quoted(text),
                ));
            }
        }
        Ok(())
    }

    fn check_special_ids(&self) -> Result<(), GgufError> {
        for (key, value) in self.metadata.iter() {
            if !key.starts_with("tokenizer.ggml.") || !key.ends_with("_token_id") {
                continue;
            }
            if value.as_u32().is_none_or(|id| id >= self.len()) {
                return Err(GgufError::invalid(
                    key_name(key),
                    format!("a token id below {}", self.len()),
                    value.preview(24),
                ));
            }
        }
        Ok(())
    }

    fn check_len(&self, key: &str, array: Array<'_>) -> Result<(), GgufError> {
        if array.len() == self.tokens.len() {
            return Ok(());
        }
        Err(GgufError::invalid(
            format!("length of {}", key_name(key)),
            format!("{}, one for each token", self.tokens.len()),
            array.len(),
        ))
    }
}

fn algorithm(metadata: Metadata<'_>) -> Result<Algorithm, GgufError> {
    const KEY: &str = "tokenizer.ggml.model";
    match metadata.str(KEY)? {
        Some("gpt2") => Ok(Algorithm::BytePair),
        Some("llama") => Ok(Algorithm::SentencePiece),
        Some(other) => Err(GgufError::unsupported(
            "tokenizer",
            "gpt2 and llama",
            quoted(other),
        )),
        None => Err(missing(KEY, "the name of a tokenizer")),
    }
}

/// Both halves of a merge: there is exactly one space, and it is inside.
fn split_merge(text: &str) -> Option<(&str, &str)> {
    let (left, right) = text.split_once(' ')?;
    let whole = !left.is_empty() && !right.is_empty() && !right.contains(' ');
    whole.then_some((left, right))
}

pub(crate) fn missing(key: &str, expected: &str) -> GgufError {
    GgufError::invalid(key_name(key), expected, "nothing")
}
