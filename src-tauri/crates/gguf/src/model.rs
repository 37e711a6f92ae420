//! A model file: a container whose contents make a model that can be loaded.

mod architecture;
mod tensors;

use std::collections::BTreeMap;
use std::path::Path;

pub use architecture::Architecture;

use crate::error::{GgufError, at_most, quoted};
use crate::file::GgufFile;
use crate::limits::{
    EMBEDDING_RANGE, MAX_BLOCKS, MAX_CONTEXT, MAX_EXPERTS, MAX_FEED_FORWARD, MAX_HEAD_LEN,
    MAX_HEADS, MAX_TEMPLATE_LEN,
};
use crate::metadata::Metadata;
use crate::tensor::TensorType;
use crate::value::key_name;
use crate::vocabulary::{Vocabulary, missing};

/// A [`GgufFile`] that was found to hold a whole, consistent language model.
///
/// Backends are only handed these: the loaders behind them panic or abort on
/// files that are merely odd.
#[derive(Debug)]
pub struct ModelFile {
    gguf: GgufFile,
    params: ModelParams,
}

impl ModelFile {
    /// Opens `path` as [`GgufFile::open`] does and checks what it means.
    pub fn open(path: &Path) -> Result<Self, GgufError> {
        Self::from_gguf(GgufFile::open(path)?)
    }

    /// Checks what an open file means.
    pub fn from_gguf(gguf: GgufFile) -> Result<Self, GgufError> {
        let params = ModelParams::read(&gguf)?;
        tensors::check(&gguf, &params)?;
        Ok(Self { gguf, params })
    }

    /// The model's dimensions and names.
    #[must_use]
    pub fn params(&self) -> &ModelParams {
        &self.params
    }

    /// The container.
    #[must_use]
    pub fn gguf(&self) -> &GgufFile {
        &self.gguf
    }
}

/// The dimensions of a model, all within [`crate::limits`] and consistent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelParams {
    /// The architecture's name, such as `llama`. One of [`Architecture::ALL`].
    pub architecture: String,
    /// The model's own name, printable and at most 200 characters.
    pub name: Option<String>,
    /// Tags of the languages that it was made for (`general.languages`), as far as the
    /// file tells.
    pub languages: Vec<String>,
    /// Transformer blocks.
    pub block_count: u32,
    /// Width of the residual stream.
    pub embedding_length: u32,
    /// Width of the feed-forward layers.
    pub feed_forward_length: u32,
    /// Query heads a block.
    pub head_count: u32,
    /// Key and value heads a block; divides `head_count`.
    pub head_count_kv: u32,
    /// Width of a query or key head.
    pub key_length: u32,
    /// Width of a value head.
    pub value_length: u32,
    /// Longest context, in tokens, that the model was made for.
    pub context_length: u32,
    /// Tokens in the vocabulary.
    pub vocab_size: u32,
    /// Dimensions of a head that are rotated.
    pub rope_dimension_count: u32,
    /// Experts a layer; 0 for dense models.
    pub expert_count: u32,
    /// Width of an expert's feed-forward layer; 0 for dense models.
    pub expert_feed_forward_length: u32,
    /// Values in all tensors.
    pub parameter_count: u64,
    /// Name of the storage type that most values have, such as `Q4_1`.
    pub quantisation: String,
    /// `general.file_type`, the number of the recipe the file was made by.
    pub file_type: Option<u32>,
}

impl ModelParams {
    /// The architecture.
    #[must_use]
    pub fn architecture(&self) -> Option<Architecture> {
        Architecture::from_name(&self.architecture)
    }

    fn read(gguf: &GgufFile) -> Result<Self, GgufError> {
        let metadata = gguf.metadata();
        check_general(metadata)?;
        let architecture = read_architecture(metadata)?;
        let vocabulary = Vocabulary::read(gguf)?;
        let keys = Keys {
            metadata,
            architecture,
        };

        let block_count = keys.required("block_count", 1, MAX_BLOCKS)?;
        let (least, most) = EMBEDDING_RANGE;
        let embedding_length = keys.required("embedding_length", least, most)?;
        let feed_forward_length = keys.required("feed_forward_length", 1, MAX_FEED_FORWARD)?;
        let context_length = keys.required("context_length", 1, MAX_CONTEXT)?;

        let head_count = keys.required("attention.head_count", 1, MAX_HEADS)?;
        let head_count_kv = keys
            .optional("attention.head_count_kv", 1, MAX_HEADS)?
            .unwrap_or(head_count);
        if head_count % head_count_kv != 0 {
            return Err(GgufError::invalid(
                keys.what("attention.head_count_kv"),
                format!("a divisor of the {head_count} heads"),
                head_count_kv,
            ));
        }
        let key_length = keys.head_length("attention.key_length", embedding_length, head_count)?;
        let value_length =
            keys.head_length("attention.value_length", embedding_length, head_count)?;
        let rope_dimension_count = keys
            .optional("rope.dimension_count", 1, MAX_HEAD_LEN)?
            .unwrap_or(key_length);
        if rope_dimension_count % 2 != 0 || rope_dimension_count > key_length {
            return Err(GgufError::invalid(
                keys.what("rope.dimension_count"),
                format!("an even number up to the head's {key_length}"),
                rope_dimension_count,
            ));
        }
        keys.check_epsilon()?;
        keys.check_vocabulary(vocabulary.len())?;

        let expert_count = keys.optional("expert_count", 0, MAX_EXPERTS)?.unwrap_or(0);
        let expert_feed_forward_length = match expert_count {
            0 => 0,
            _ => keys
                .optional("expert_feed_forward_length", 1, MAX_FEED_FORWARD)?
                .unwrap_or(feed_forward_length),
        };
        if expert_count > 0 {
            keys.required("expert_used_count", 1, expert_count.into())?;
        }

        Ok(Self {
            architecture: architecture.name().to_owned(),
            name: metadata.str("general.name")?.and_then(printable_name),
            languages: languages(metadata),
            block_count,
            embedding_length,
            feed_forward_length,
            head_count,
            head_count_kv,
            key_length,
            value_length,
            context_length,
            vocab_size: vocabulary.len(),
            rope_dimension_count,
            expert_count,
            expert_feed_forward_length,
            parameter_count: gguf
                .tensors()
                .iter()
                .fold(0u64, |sum, tensor| sum.saturating_add(tensor.elements())),
            quantisation: dominant_type(gguf)
                .map_or("none", TensorType::name)
                .to_owned(),
            file_type: metadata.u32("general.file_type")?,
        })
    }
}

/// Checks the keys that say what kind of file this is.
fn check_general(metadata: Metadata<'_>) -> Result<(), GgufError> {
    if let Some(kind) = metadata.str("general.type")?
        && kind != "model"
    {
        return Err(GgufError::unsupported(
            "kind of file",
            "model",
            quoted(kind),
        ));
    }
    if let Some(template) = metadata.str("tokenizer.chat_template")? {
        at_most(
            "length of the chat template",
            MAX_TEMPLATE_LEN,
            template.len() as u64,
        )?;
    }
    Ok(())
}

fn read_architecture(metadata: Metadata<'_>) -> Result<Architecture, GgufError> {
    const KEY: &str = "general.architecture";
    let name = metadata
        .str(KEY)?
        .ok_or_else(|| missing(KEY, "the name of an architecture"))?;
    Architecture::from_name(name).ok_or_else(|| {
        let known: Vec<_> = Architecture::ALL.iter().map(|known| known.name()).collect();
        GgufError::unsupported("architecture", known.join(", "), quoted(name))
    })
}

/// The keys under the architecture's name.
struct Keys<'a> {
    metadata: Metadata<'a>,
    architecture: Architecture,
}

impl Keys<'_> {
    fn key(&self, suffix: &str) -> String {
        format!("{}.{suffix}", self.architecture.name())
    }

    fn what(&self, suffix: &str) -> String {
        key_name(&self.key(suffix))
    }

    /// A number from `least` to `most`, or `None` when the key is absent.
    fn optional(&self, suffix: &str, least: u64, most: u64) -> Result<Option<u32>, GgufError> {
        let Some(number) = self.metadata.u64(&self.key(suffix))? else {
            return Ok(None);
        };
        at_most(self.what(suffix), most, number)?;
        match u32::try_from(number) {
            Ok(number) if u64::from(number) >= least => Ok(Some(number)),
            _ => Err(GgufError::invalid(
                self.what(suffix),
                format!("a number from {least} to {most}"),
                number,
            )),
        }
    }

    fn required(&self, suffix: &str, least: u64, most: u64) -> Result<u32, GgufError> {
        self.optional(suffix, least, most)?.ok_or_else(|| {
            missing(
                &self.key(suffix),
                &format!("a number from {least} to {most}"),
            )
        })
    }

    /// Width of a head: named in the file, or an equal share of the embedding.
    fn head_length(&self, suffix: &str, embedding: u32, heads: u32) -> Result<u32, GgufError> {
        if let Some(length) = self.optional(suffix, 1, MAX_HEAD_LEN)? {
            return Ok(length);
        }
        if !embedding.is_multiple_of(heads) {
            return Err(GgufError::invalid(
                self.what("embedding_length"),
                format!("a multiple of the {heads} heads"),
                embedding,
            ));
        }
        Ok(embedding / heads)
    }

    /// The epsilon of the norms is there and above zero.
    fn check_epsilon(&self) -> Result<(), GgufError> {
        let suffix = self.architecture.norm_epsilon();
        let epsilon = self
            .metadata
            .f32(&self.key(suffix))?
            .ok_or_else(|| missing(&self.key(suffix), "a number above 0"))?;
        if epsilon > 0.0 && epsilon < 1.0 {
            return Ok(());
        }
        Err(GgufError::invalid(
            self.what(suffix),
            "a number above 0 and below 1",
            epsilon,
        ))
    }

    fn check_vocabulary(&self, tokens: u32) -> Result<(), GgufError> {
        match self.metadata.u32(&self.key("vocab_size"))? {
            Some(size) if size != tokens => Err(GgufError::invalid(
                self.what("vocab_size"),
                format!("{tokens}, the number of tokens"),
                size,
            )),
            _ => Ok(()),
        }
    }
}

/// `name` without control characters and text-direction marks, cut to a length
/// that fits a line.
fn printable_name(name: &str) -> Option<String> {
    const LONGEST: usize = 200;
    let turns_text =
        |character| matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let name: String = name
        .chars()
        .filter(|character| !character.is_control() && !turns_text(*character))
        .take(LONGEST)
        .collect();
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// What the file says of its languages. It decides nothing, so a list that is no list of
/// texts is no reason to refuse the file.
fn languages(metadata: Metadata<'_>) -> Vec<String> {
    const MOST: usize = 200;
    let array = metadata
        .get("general.languages")
        .and_then(|value| value.as_array());
    array
        .into_iter()
        .flat_map(|array| array.iter().take(MOST))
        .filter_map(|value| value.as_str().and_then(printable_name))
        .collect()
}

/// The storage type of most values.
fn dominant_type(gguf: &GgufFile) -> Option<TensorType> {
    let mut values = BTreeMap::<TensorType, u64>::new();
    for tensor in gguf.tensors() {
        let sum = values.entry(tensor.tensor_type()).or_default();
        *sum = sum.saturating_add(tensor.elements());
    }
    values
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map(|(tensor_type, _)| tensor_type)
}
