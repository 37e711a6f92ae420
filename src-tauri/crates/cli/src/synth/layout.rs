//! What a made-up model consists of: its keys and its tensors, family by family.
//!
//! Keys and tensors are those that llama.cpp writes and wants. Sizes that decide how
//! a model computes are small in the tiny shape, so that forty tokens meet them: a
//! window that ends, a bound that bends, a layer of every kind.

use clap::ValueEnum;
use llmos_gguf::build::{GgufWriter, set_vocabulary};

use super::recipe::Role;

/// An architecture, or a variant of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Family {
    Llama,
    /// Llama with factors for its rotation, as from 3.1 on
    Llama3,
    Smollm3,
    Qwen2,
    /// With norms of queries and keys, and a stretched rotation
    Qwen3,
    Phi3,
    Gemma2,
    Gemma3,
}

/// How large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Size {
    /// A few layers of 256, for tests
    Tiny,
    /// 80 million weights in layers of 1,024, for measuring in little time
    Small,
    /// 1.2 billion weights in the shape of Llama 3.2 1B, for measurements
    #[value(name = "1b")]
    OneB,
}

/// The dimensions of a model.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    family: Family,
    size: Size,
    pub blocks: u32,
    pub width: u32,
    feed_forward: u32,
    heads: u32,
    kv_heads: u32,
    head_len: u32,
    context: u32,
    vocabulary: u32,
    window: u32,
    /// Dimensions of a head that are rotated.
    rotated: u32,
    /// Logits come from the embeddings.
    tied: bool,
}

/// What a tensor's numbers are like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Matrix(Role),
    /// Near 1.
    Norm,
    /// Near 0.
    Bias,
    /// From 1 up to this.
    Factors(f32),
}

/// A tensor to be made.
#[derive(Debug, Clone)]
pub struct Tensor {
    pub name: String,
    pub dimensions: Vec<u64>,
    pub kind: Kind,
    /// The block it is in.
    pub block: usize,
}

impl Family {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Llama3 => "llama3",
            _ => self.architecture(),
        }
    }

    /// The architecture's name in files.
    pub fn architecture(self) -> &'static str {
        match self {
            Self::Llama | Self::Llama3 => "llama",
            Self::Smollm3 => "smollm3",
            Self::Qwen2 => "qwen2",
            Self::Qwen3 => "qwen3",
            Self::Phi3 => "phi3",
            Self::Gemma2 => "gemma2",
            Self::Gemma3 => "gemma3",
        }
    }

    fn is_gemma(self) -> bool {
        matches!(self, Self::Gemma2 | Self::Gemma3)
    }

    /// Heads have a length of their own.
    fn names_head_len(self) -> bool {
        self == Self::Qwen3 || self.is_gemma()
    }

    fn norms_heads(self) -> bool {
        matches!(self, Self::Qwen3 | Self::Gemma3)
    }
}

impl Size {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tiny => "tiny",
            Self::Small => "small",
            Self::OneB => "1b",
        }
    }
}

impl Layout {
    pub fn new(family: Family, size: Size) -> Self {
        let tiny = size == Size::Tiny;
        let head_len = if tiny && family.names_head_len() {
            128
        } else {
            64
        };
        let base = Self {
            family,
            size,
            blocks: match family {
                // One with full attention after five without, one more with a window.
                Family::Gemma3 => 7,
                // Every fourth does not rotate.
                Family::Smollm3 => 5,
                _ => 3,
            },
            width: 256,
            feed_forward: 512,
            heads: 4,
            kv_heads: 2,
            head_len,
            context: 2048,
            vocabulary: 512,
            window: 16,
            rotated: if family == Family::Phi3 { 48 } else { head_len },
            tied: !matches!(family, Family::Llama | Family::Qwen2 | Family::Phi3),
        };
        match size {
            Size::Tiny => return base,
            Size::Small => {
                return Self {
                    // One with full attention in gemma3, too.
                    blocks: 6,
                    width: 1024,
                    feed_forward: 3072,
                    heads: 16,
                    kv_heads: 8,
                    vocabulary: 8192,
                    window: 512,
                    tied: true,
                    ..base
                };
            }
            Size::OneB => {}
        }
        Self {
            blocks: 16,
            width: 2048,
            feed_forward: 8192,
            heads: 32,
            kv_heads: 8,
            context: 8192,
            vocabulary: 128_256,
            window: 1024,
            tied: true,
            ..base
        }
    }

    /// Whether the head of a low-bit model stays finer. In a tiny model everything
    /// has the type under test.
    pub fn has_fine_head(&self) -> bool {
        self.size != Size::Tiny
    }

    /// Sets the keys that say how the model computes, and its vocabulary.
    pub fn set_keys(&self, writer: &mut GgufWriter<'_>) {
        let architecture = self.family.architecture();
        let key = |suffix: &str| format!("{architecture}.{suffix}");
        writer
            .set(&key("block_count"), self.blocks)
            .set(&key("context_length"), self.context)
            .set(&key("embedding_length"), self.width)
            .set(&key("feed_forward_length"), self.feed_forward)
            .set(&key("attention.head_count"), self.heads)
            .set(&key("attention.head_count_kv"), self.kv_heads)
            .set(&key("attention.layer_norm_rms_epsilon"), 1e-5f32)
            .set(&key("vocab_size"), self.vocabulary);
        if self.family.names_head_len() {
            writer
                .set(&key("attention.key_length"), self.head_len)
                .set(&key("attention.value_length"), self.head_len);
        }
        if !self.family.is_gemma() {
            writer.set(&key("rope.dimension_count"), self.rotated);
        }
        self.set_rotation(writer, &key);
        self.set_bounds(writer, &key);
        set_vocabulary(writer, self.vocabulary as usize);
        let adds_bos = matches!(
            self.family,
            Family::Llama | Family::Llama3 | Family::Gemma2 | Family::Gemma3
        );
        writer.set("tokenizer.ggml.add_bos_token", adds_bos);
    }

    fn set_rotation(&self, writer: &mut GgufWriter<'_>, key: &dyn Fn(&str) -> String) {
        let base = match self.family {
            Family::Llama | Family::Phi3 | Family::Gemma2 => 10_000.0f32,
            Family::Llama3 => 500_000.0,
            Family::Smollm3 => 5_000_000.0,
            Family::Qwen2 | Family::Qwen3 | Family::Gemma3 => 1_000_000.0,
        };
        writer.set(&key("rope.freq_base"), base);
        let original = key("rope.scaling.original_context_length");
        match self.family {
            Family::Qwen3 => {
                writer
                    .set(&key("rope.scaling.type"), "yarn")
                    .set(&key("rope.scaling.factor"), 4.0f32)
                    .set(&original, self.context / 4);
            }
            Family::Phi3 => {
                writer
                    .set(&key("rope.scaling.attn_factor"), 1.19f32)
                    .set(&original, self.context / 2);
            }
            Family::Gemma3 => {
                writer
                    .set(&key("rope.scaling.type"), "linear")
                    .set(&key("rope.scaling.factor"), 8.0f32)
                    // Not the default, so that it is seen whether anybody reads it.
                    .set(&key("rope.freq_base_swa"), 20_000.0f32);
            }
            _ => {}
        }
    }

    /// Windows and bounds.
    fn set_bounds(&self, writer: &mut GgufWriter<'_>, key: &dyn Fn(&str) -> String) {
        let window = key("attention.sliding_window");
        match self.family {
            // llama.cpp reads it and goes without; longer than any test's text.
            Family::Phi3 => writer.set(&window, self.context - 1),
            Family::Gemma2 => {
                let (scores, logits) = match self.size {
                    Size::Tiny => (2.0f32, 3.0f32),
                    Size::Small | Size::OneB => (50.0, 30.0),
                };
                writer
                    .set(&window, self.window)
                    .set(&key("attn_logit_softcapping"), scores)
                    .set(&key("final_logit_softcapping"), logits)
            }
            Family::Gemma3 => writer.set(&window, self.window),
            _ => writer,
        };
    }

    /// Every tensor, in file order.
    pub fn tensors(&self) -> Vec<Tensor> {
        let width = u64::from(self.width);
        let vocabulary = u64::from(self.vocabulary);
        let mut tensors = vec![outside(
            "token_embd.weight",
            &[width, vocabulary],
            Kind::Matrix(Role::Head),
        )];
        tensors.extend(self.factors());
        for block in 0..self.blocks as usize {
            tensors.extend(self.block(block));
        }
        tensors.push(outside("output_norm.weight", &[width], Kind::Norm));
        if !self.tied {
            tensors.push(outside(
                "output.weight",
                &[width, vocabulary],
                Kind::Matrix(Role::Head),
            ));
        }
        tensors
    }

    /// The factors of the rotation.
    fn factors(&self) -> Vec<Tensor> {
        let pairs = [u64::from(self.rotated / 2)];
        match self.family {
            Family::Llama3 => vec![outside("rope_freqs.weight", &pairs, Kind::Factors(8.0))],
            Family::Phi3 => vec![
                outside("rope_factors_long.weight", &pairs, Kind::Factors(16.0)),
                outside("rope_factors_short.weight", &pairs, Kind::Factors(2.0)),
            ],
            _ => Vec::new(),
        }
    }

    fn block(&self, block: usize) -> Vec<Tensor> {
        let [width, hidden, head, queries, keys] = [
            self.width,
            self.feed_forward,
            self.head_len,
            self.heads * self.head_len,
            self.kv_heads * self.head_len,
        ]
        .map(u64::from);
        let (other, careful) = (Kind::Matrix(Role::Other), Kind::Matrix(Role::Careful));
        let mut parts: Vec<(&str, Vec<u64>, Kind)> =
            vec![("attn_norm.weight", vec![width], Kind::Norm)];
        if self.family == Family::Phi3 {
            let fused = Kind::Matrix(Role::Fused);
            parts.push(("attn_qkv.weight", vec![width, queries + 2 * keys], fused));
        } else {
            parts.extend([
                ("attn_q.weight", vec![width, queries], other),
                ("attn_k.weight", vec![width, keys], other),
                ("attn_v.weight", vec![width, keys], careful),
            ]);
        }
        if self.family == Family::Qwen2 {
            parts.extend([
                ("attn_q.bias", vec![queries], Kind::Bias),
                ("attn_k.bias", vec![keys], Kind::Bias),
                ("attn_v.bias", vec![keys], Kind::Bias),
            ]);
        }
        if self.family.norms_heads() {
            parts.extend([
                ("attn_q_norm.weight", vec![head], Kind::Norm),
                ("attn_k_norm.weight", vec![head], Kind::Norm),
            ]);
        }
        parts.push(("attn_output.weight", vec![queries, width], other));
        if self.family.is_gemma() {
            parts.push(("post_attention_norm.weight", vec![width], Kind::Norm));
        }
        parts.push(("ffn_norm.weight", vec![width], Kind::Norm));
        if self.family == Family::Phi3 {
            // Gate and up projection in one.
            parts.push(("ffn_up.weight", vec![width, 2 * hidden], other));
        } else {
            parts.extend([
                ("ffn_gate.weight", vec![width, hidden], other),
                ("ffn_up.weight", vec![width, hidden], other),
            ]);
        }
        parts.push(("ffn_down.weight", vec![hidden, width], careful));
        if self.family.is_gemma() {
            parts.push(("post_ffw_norm.weight", vec![width], Kind::Norm));
        }
        parts
            .into_iter()
            .map(|(suffix, dimensions, kind)| Tensor {
                name: format!("blk.{block}.{suffix}"),
                dimensions,
                kind,
                block,
            })
            .collect()
    }
}

fn outside(name: &str, dimensions: &[u64], kind: Kind) -> Tensor {
    Tensor {
        name: name.to_owned(),
        dimensions: dimensions.to_vec(),
        kind,
        block: 0,
    }
}
