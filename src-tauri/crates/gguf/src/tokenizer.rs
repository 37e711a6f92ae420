//! Text to tokens and back, by the vocabulary in the model's file.

mod byte_level;
mod byte_pair;
mod pieces;
mod pretokenizer;
mod sentence_piece;
mod special;
mod stream;

use std::borrow::Cow;
use std::sync::Arc;

pub use stream::DecodeStream;

use crate::error::{GgufError, TokenizerError};
use crate::file::GgufFile;
use crate::prompt::Prompt;
use crate::vocabulary::{Algorithm, TokenKind, Vocabulary};
pub(crate) use byte_level::character as byte_character;
use byte_pair::BytePair;
use pieces::Pieces;
use sentence_piece::SentencePiece;
use special::Fragment;
pub(crate) use special::{GUARD, SpecialTokens};

/// A token's place in the vocabulary.
pub type TokenId = u32;

/// What the names of control tokens mean in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Specials {
    /// Nothing: `<|im_start|>` is ten characters that somebody typed. The only
    /// right choice for text from people, documents and models.
    Text,
    /// They are control tokens. For text that the program itself wrote.
    Parse,
}

/// The tokenizer of a model.
///
/// Gives the token ids of the reference implementation (llama.cpp), which the
/// tests compare on its published vectors. The one deviation is on purpose:
/// with [`Specials::Text`] no text ever becomes a control token, whatever the
/// vocabulary's pieces would join to.
#[derive(Debug)]
pub struct Tokenizer {
    engine: Engine,
    pieces: Pieces,
    specials: Arc<SpecialTokens>,
    bos: Option<TokenId>,
    eos: Option<TokenId>,
    /// Sorted.
    end_of_generation: Vec<TokenId>,
    adds_bos: bool,
    /// A space is put before text that starts or follows a control token.
    space_prefix: bool,
}

#[derive(Debug)]
enum Engine {
    BytePair(Box<BytePair>),
    SentencePiece(Box<SentencePiece>),
}

/// Tokens after which an answer is over, by the text that model makers gave them.
const END_OF_GENERATION: &[&str] = &[
    "<|endoftext|>",
    "<|end_of_text|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|im_end|>",
    "<|end|>",
    "<|return|>",
    "<|call|>",
    "<|calls|>",
    "<|end_of_turn|>",
    "<end_of_turn>",
    "<|endofsentence|>",
    "<｜end▁of▁sentence｜>",
    "<|END_OF_TURN_TOKEN|>",
    "<|assistant_end|>",
    "<EOT>",
    "_<EOT>",
    "< EOT >",
];

impl Tokenizer {
    /// Builds the tokenizer that the file describes. Works on files that hold a
    /// vocabulary and no tensors, too.
    pub fn from_gguf(file: &GgufFile) -> Result<Self, GgufError> {
        let vocabulary = Vocabulary::read(file)?;
        let kinds = control_kinds(&vocabulary);
        let specials = Arc::new(SpecialTokens::new(&vocabulary, &kinds)?);
        let pieces = Pieces::new(&vocabulary, &kinds);

        let (engine, bos_by_default, space_prefix) = match vocabulary.algorithm {
            Algorithm::BytePair => {
                let engine = BytePair::new(&vocabulary, &kinds)?;
                let adds_bos = engine.adds_bos_by_default();
                (Engine::BytePair(Box::new(engine)), adds_bos, false)
            }
            Algorithm::SentencePiece => (
                Engine::SentencePiece(Box::new(SentencePiece::new(&vocabulary, &kinds))),
                true,
                vocabulary.flag("add_space_prefix")?.unwrap_or(true),
            ),
        };
        let bos = vocabulary.special_id("bos");
        let adds_bos = vocabulary.flag("add_bos_token")?.unwrap_or(bos_by_default);

        Ok(Self {
            engine,
            pieces,
            specials,
            bos,
            eos: vocabulary.special_id("eos"),
            end_of_generation: end_of_generation(&vocabulary, &kinds),
            adds_bos: adds_bos && bos.is_some(),
            space_prefix,
        })
    }

    /// The tokens of `text`. No beginning-of-sequence token is added.
    pub fn encode(&self, text: &str, specials: Specials) -> Result<Vec<TokenId>, TokenizerError> {
        let mut tokens = Vec::new();
        let matcher = match specials {
            Specials::Text => &self.specials.user_defined,
            Specials::Parse => &self.specials.all,
        };
        let mut after_special = true;
        for fragment in matcher.split(text) {
            match fragment {
                Fragment::Token(id) => {
                    tokens.push(id);
                    after_special = true;
                }
                Fragment::Text(text) => {
                    self.encode_plain(text, after_special, &mut tokens)?;
                    after_special = false;
                }
            }
        }
        Ok(tokens)
    }

    /// The tokens of a rendered prompt. Names of control tokens count where the
    /// template wrote them and are text where a message brought them. Starts
    /// with the beginning-of-sequence token if the model wants one and the
    /// template has not written it.
    pub fn encode_prompt(&self, prompt: &Prompt) -> Result<Vec<TokenId>, TokenizerError> {
        let mut tokens = Vec::new();
        for fragment in self.specials.control.split(prompt.guarded()) {
            match fragment {
                Fragment::Token(id) => tokens.push(id),
                Fragment::Text(text) => {
                    let text: Cow<'_, str> = if text.contains(GUARD) {
                        text.replace(GUARD, "").into()
                    } else {
                        text.into()
                    };
                    tokens.extend(self.encode(&text, Specials::Text)?);
                }
            }
        }
        if self.adds_bos
            && let Some(bos) = self.bos
            && tokens.first() != Some(&bos)
        {
            tokens.insert(0, bos);
        }
        Ok(tokens)
    }

    /// The text of `tokens`. Control tokens have none; bytes that are not UTF-8
    /// become U+FFFD.
    #[must_use]
    pub fn decode(&self, tokens: &[TokenId]) -> String {
        let mut stream = self.stream();
        let mut text = String::new();
        for token in tokens {
            stream.push_to(*token, &mut text);
        }
        text.extend(stream.finish());
        text
    }

    /// Decodes a new text token by token.
    #[must_use]
    pub fn stream(&self) -> DecodeStream<'_> {
        DecodeStream::new(self, true)
    }

    /// Decodes the continuation of a text: like [`Self::stream`], but a leading
    /// space belongs to the text and is kept.
    #[must_use]
    pub fn continuation(&self) -> DecodeStream<'_> {
        DecodeStream::new(self, false)
    }

    /// The beginning-of-sequence token.
    #[must_use]
    pub fn bos(&self) -> Option<TokenId> {
        self.bos
    }

    /// The end-of-sequence token.
    #[must_use]
    pub fn eos(&self) -> Option<TokenId> {
        self.eos
    }

    /// Whether the model expects [`Self::bos`] before everything else.
    #[must_use]
    pub fn adds_bos(&self) -> bool {
        self.adds_bos
    }

    /// Whether an answer ends with this token: end of sequence, of turn or of message.
    #[must_use]
    pub fn is_end_of_generation(&self, token: TokenId) -> bool {
        self.end_of_generation.binary_search(&token).is_ok()
    }

    /// Whether this token steers the model and has no text.
    #[must_use]
    pub fn is_control(&self, token: TokenId) -> bool {
        self.pieces.is_control(token)
    }

    /// Number of tokens; ids are below it.
    #[must_use]
    pub fn vocab_size(&self) -> u32 {
        self.pieces.len()
    }

    /// The id of the control token called `name`, such as `<|im_start|>`.
    #[must_use]
    pub fn control_token(&self, name: &str) -> Option<TokenId> {
        self.specials.control_token(name)
    }

    /// The name of a control token, such as `<|im_start|>`.
    pub(crate) fn control_name(&self, token: TokenId) -> Option<&str> {
        self.specials.control_name(token)
    }

    pub(crate) fn specials(&self) -> &Arc<SpecialTokens> {
        &self.specials
    }

    fn encode_plain(
        &self,
        text: &str,
        after_special: bool,
        tokens: &mut Vec<TokenId>,
    ) -> Result<(), TokenizerError> {
        match &self.engine {
            Engine::BytePair(engine) => engine.encode(text, tokens),
            Engine::SentencePiece(engine) => {
                engine.encode(text, self.space_prefix && after_special, tokens)
            }
        }
    }
}

/// The kinds of all tokens, with control tokens told apart that files label as
/// something else: a text that looks like one must not be a piece that anybody
/// can type.
fn control_kinds(vocabulary: &Vocabulary<'_>) -> Vec<TokenKind> {
    let named = ["bos", "eos", "eot", "eom"].map(|name| vocabulary.special_id(name));
    vocabulary
        .kinds()
        .zip(vocabulary.texts())
        .zip(0..)
        .map(|((kind, text), id)| {
            let looks_like_control = kind == TokenKind::UserDefined && has_control_look(text);
            let ends = kind != TokenKind::Byte && ends_generation(text);
            if looks_like_control || ends || named.contains(&Some(id)) {
                TokenKind::Control
            } else {
                kind
            }
        })
        .collect()
}

fn ends_generation(text: &str) -> bool {
    // Said first, because it is asked of every token.
    text.starts_with(['<', '_']) && END_OF_GENERATION.contains(&text)
}

/// `<|…|>` and its full-width form, and the markers of Gemma and Mistral.
fn has_control_look(text: &str) -> bool {
    let wrapped = |open: &str, close: &str| {
        text.len() > open.len() + close.len() && text.starts_with(open) && text.ends_with(close)
    };
    wrapped("<|", "|>")
        || wrapped("<｜", "｜>")
        || matches!(
            text,
            "<start_of_turn>"
                | "<end_of_turn>"
                | "[INST]"
                | "[/INST]"
                | "[SYSTEM_PROMPT]"
                | "[/SYSTEM_PROMPT]"
                | "[AVAILABLE_TOOLS]"
                | "[/AVAILABLE_TOOLS]"
                | "[TOOL_CALLS]"
                | "[TOOL_RESULTS]"
                | "[/TOOL_RESULTS]"
        )
}

fn end_of_generation(vocabulary: &Vocabulary<'_>, kinds: &[TokenKind]) -> Vec<TokenId> {
    let named = ["eos", "eot", "eom"]
        .into_iter()
        .filter_map(|name| vocabulary.special_id(name));
    let known = (0..)
        .zip(vocabulary.texts().zip(kinds))
        .filter(|(_, (text, kind))| **kind == TokenKind::Control && ends_generation(text))
        .map(|(id, _)| id);
    let mut ids: Vec<TokenId> = named.chain(known).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
