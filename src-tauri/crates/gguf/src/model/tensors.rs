//! Checks that a model's tensors are the ones that its dimensions call for.

use crate::error::{GgufError, quoted};
use crate::file::GgufFile;
use crate::model::{Architecture, ModelParams};
use crate::tensor::{TensorInfo, shape};

/// Checks every tensor's type and shape, and that none that the architecture
/// needs is missing. Tensors with names that are not known are left alone:
/// loaders look tensors up by name.
pub(super) fn check(gguf: &GgufFile, params: &ModelParams) -> Result<(), GgufError> {
    let layout = Layout::new(params);
    for tensor in gguf.tensors() {
        if tensor.tensor_type().is_intermediate() {
            return Err(GgufError::unsupported(
                format!("type of tensor {}", quoted(tensor.name())),
                "the types that models are stored in",
                tensor.tensor_type().name(),
            ));
        }
        let expected = match block_and_suffix(tensor.name()) {
            Some((block, _)) if block >= u64::from(params.block_count) => {
                return Err(GgufError::invalid(
                    format!("tensor {}", quoted(tensor.name())),
                    format!("blocks below {}", params.block_count),
                    format!("block {block}"),
                ));
            }
            Some((_, suffix)) => layout.in_block(suffix),
            None => layout.outside(tensor.name()),
        };
        if let Some(expected) = expected {
            check_shape(tensor, &expected)?;
        }
    }
    for name in ["token_embd.weight", "output_norm.weight"] {
        require(gguf, name)?;
    }
    for block in 0..params.block_count {
        for suffix in layout.required() {
            require(gguf, &format!("blk.{block}.{suffix}"))?;
        }
    }
    Ok(())
}

fn require(gguf: &GgufFile, name: &str) -> Result<(), GgufError> {
    if gguf.tensor(name).is_some() {
        return Ok(());
    }
    Err(GgufError::invalid(
        format!("tensor {}", quoted(name)),
        "to be there",
        "nothing",
    ))
}

fn check_shape(tensor: &TensorInfo, expected: &[u64]) -> Result<(), GgufError> {
    // Trailing ones are how some writers fill up to a fixed number of dimensions.
    let found = tensor.shape();
    let (same, rest) = found.split_at(expected.len().min(found.len()));
    if same == expected && rest.iter().all(|dimension| *dimension == 1) {
        return Ok(());
    }
    Err(GgufError::invalid(
        format!("shape of tensor {}", quoted(tensor.name())),
        shape(expected),
        shape(found),
    ))
}

/// `blk.3.attn_q.weight` is `(3, "attn_q.weight")`.
fn block_and_suffix(name: &str) -> Option<(u64, &str)> {
    let (block, suffix) = name.strip_prefix("blk.")?.split_once('.')?;
    // A block number that is no number is above every limit.
    Some((block.parse().unwrap_or(u64::MAX), suffix))
}

/// The widths that shapes are made of.
struct Layout {
    architecture: Option<Architecture>,
    embedding: u64,
    vocabulary: u64,
    feed_forward: u64,
    key: u64,
    queries: u64,
    keys: u64,
    values: u64,
    attended: u64,
    experts: u64,
    expert_feed_forward: u64,
}

impl Layout {
    fn new(params: &ModelParams) -> Self {
        let wide = |width: u32| u64::from(width);
        let (heads, kv_heads) = (wide(params.head_count), wide(params.head_count_kv));
        let (key, value) = (wide(params.key_length), wide(params.value_length));
        Self {
            architecture: params.architecture(),
            embedding: wide(params.embedding_length),
            vocabulary: wide(params.vocab_size),
            feed_forward: wide(params.feed_forward_length),
            key,
            queries: heads * key,
            keys: kv_heads * key,
            values: kv_heads * value,
            attended: heads * value,
            experts: wide(params.expert_count),
            expert_feed_forward: wide(params.expert_feed_forward_length),
        }
    }

    /// The shape of a tensor outside the blocks, if its name is known.
    fn outside(&self, name: &str) -> Option<Vec<u64>> {
        Some(match name {
            "token_embd.weight" | "output.weight" => vec![self.embedding, self.vocabulary],
            "output_norm.weight" | "output_norm.bias" => vec![self.embedding],
            "output.bias" => vec![self.vocabulary],
            _ => return None,
        })
    }

    /// The shape of a tensor inside a block, if its name is known.
    fn in_block(&self, suffix: &str) -> Option<Vec<u64>> {
        let (layer, part) = suffix.rsplit_once('.')?;
        let [input, output] = match layer {
            "attn_norm" | "attn_norm_2" | "ffn_norm" | "post_attention_norm" | "post_ffw_norm" => {
                return Some(vec![self.embedding]);
            }
            "attn_q_norm" | "attn_k_norm" => return Some(vec![self.key]),
            "attn_q" => [self.embedding, self.queries],
            "attn_k" => [self.embedding, self.keys],
            "attn_v" => [self.embedding, self.values],
            "attn_qkv" => [self.embedding, self.queries + self.keys + self.values],
            "attn_output" => [self.attended, self.embedding],
            "ffn_up" if self.architecture.is_some_and(Architecture::fuses_gate) => {
                [self.embedding, 2 * self.feed_forward]
            }
            "ffn_gate" | "ffn_up" => [self.embedding, self.feed_forward],
            "ffn_down" => [self.feed_forward, self.embedding],
            "ffn_gate_inp" => [self.embedding, self.experts],
            "ffn_gate_exps" | "ffn_up_exps" => {
                return Some(vec![self.embedding, self.expert_feed_forward, self.experts]);
            }
            "ffn_down_exps" => {
                return Some(vec![self.expert_feed_forward, self.embedding, self.experts]);
            }
            _ => return None,
        };
        match part {
            "weight" => Some(vec![input, output]),
            "bias" => Some(vec![output]),
            _ => None,
        }
    }

    /// What every block must have.
    fn required(&self) -> Vec<&'static str> {
        let is = |test: fn(Architecture) -> bool| self.architecture.is_some_and(test);
        let mut names = vec!["attn_norm.weight", "attn_output.weight"];
        if is(Architecture::fuses_attention) {
            names.push("attn_qkv.weight");
        } else {
            names.extend(["attn_q.weight", "attn_k.weight", "attn_v.weight"]);
        }
        if is(Architecture::norms_feed_forward) {
            names.push("ffn_norm.weight");
        }
        if self.experts > 0 {
            names.extend([
                "ffn_gate_inp.weight",
                "ffn_gate_exps.weight",
                "ffn_up_exps.weight",
                "ffn_down_exps.weight",
            ]);
            return names;
        }
        names.extend(["ffn_up.weight", "ffn_down.weight"]);
        if is(Architecture::gates_feed_forward) {
            names.push("ffn_gate.weight");
        }
        names
    }
}
