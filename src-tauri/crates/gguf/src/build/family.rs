//! A complete model of the smallest kind in each architecture that the native engine
//! runs, for tests and for the fuzzer's first files.

use crate::build::{GgufWriter, set_vocabulary};
use crate::model::Architecture;
use crate::tensor::TensorType;

/// Width of the embeddings and of all value heads: a block of the simple storage types.
const WIDTH: u64 = 32;
/// Width of the feed-forward layer: a block of every storage type.
const HIDDEN: u64 = 256;
/// Length of a head; two of queries, one of keys and values.
const HEAD: u64 = 16;
const VOCABULARY: u32 = 264;

/// A model of one block (of `gemma3`, two: with and without a window), 32 wide, with all
/// weights zero. The matrix with the longest rows is stored as `down`, the other matrices
/// as `others`, which must come in blocks of at most 32.
///
/// It has what makes its architecture different: biases, norms of heads, fused matrices,
/// windows, soft caps, scaled rotations. The vocabulary is that of [`set_vocabulary`].
#[must_use]
pub fn sample_of(
    architecture: Architecture,
    others: TensorType,
    down: TensorType,
) -> GgufWriter<'static> {
    let mut writer = GgufWriter::new();
    set_keys(&mut writer, architecture);
    set_vocabulary(&mut writer, VOCABULARY as usize);
    writer
        .zeros("token_embd.weight", &[WIDTH, VOCABULARY.into()], others)
        .zeros("output_norm.weight", &[WIDTH], TensorType::F32);
    match architecture {
        Architecture::Llama => {
            ones(&mut writer, "rope_freqs.weight", HEAD / 2);
            writer.zeros("output.weight", &[WIDTH, VOCABULARY.into()], others);
        }
        Architecture::Phi3 => {
            ones(&mut writer, "rope_factors_long.weight", HEAD / 2);
            ones(&mut writer, "rope_factors_short.weight", HEAD / 2);
        }
        _ => {}
    }
    for block in 0..blocks(architecture) {
        for (suffix, dimensions, tensor_type) in tensors(architecture, others, down) {
            writer.zeros(&format!("blk.{block}.{suffix}"), &dimensions, tensor_type);
        }
    }
    writer
}

fn blocks(architecture: Architecture) -> u32 {
    match architecture {
        Architecture::Gemma2 | Architecture::Gemma3 => 2,
        _ => 1,
    }
}

fn ones(writer: &mut GgufWriter<'_>, name: &str, count: u64) {
    let data: Vec<u8> = (0..count).flat_map(|_| 1f32.to_le_bytes()).collect();
    writer.tensor(name, &[count], TensorType::F32, data);
}

fn set_keys(writer: &mut GgufWriter<'_>, architecture: Architecture) {
    let key = |suffix: &str| format!("{}.{suffix}", architecture.name());
    // Widths above are small.
    let number = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    writer
        .set("general.architecture", architecture.name())
        .set("general.name", "Sample")
        .set(&key("block_count"), blocks(architecture))
        .set(&key("context_length"), 256u32)
        .set(&key("embedding_length"), number(WIDTH))
        .set(&key("feed_forward_length"), number(HIDDEN))
        .set(&key("attention.head_count"), 2u32)
        .set(&key("attention.head_count_kv"), 1u32)
        .set(&key("attention.key_length"), number(HEAD))
        .set(&key("attention.value_length"), number(HEAD))
        .set(&key("attention.layer_norm_rms_epsilon"), 1e-5f32)
        .set(&key("rope.dimension_count"), number(HEAD))
        .set(&key("rope.freq_base"), 10_000.0f32)
        .set(&key("vocab_size"), VOCABULARY);
    let original = key("rope.scaling.original_context_length");
    match architecture {
        Architecture::Qwen3 => {
            writer
                .set(&key("rope.scaling.type"), "yarn")
                .set(&key("rope.scaling.factor"), 4.0f32)
                .set(&original, 64u32);
        }
        Architecture::Phi3 => {
            writer
                .set(&key("rope.scaling.attn_factor"), 1.19f32)
                .set(&original, 128u32);
        }
        Architecture::Gemma2 => {
            writer
                .set(&key("attention.sliding_window"), 16u32)
                .set(&key("attn_logit_softcapping"), 50.0f32)
                .set(&key("final_logit_softcapping"), 30.0f32);
        }
        Architecture::Gemma3 => {
            writer
                .set(&key("attention.sliding_window"), 16u32)
                .set(&key("rope.scaling.type"), "linear")
                .set(&key("rope.scaling.factor"), 8.0f32)
                .set(&key("rope.freq_base_swa"), 20_000.0f32);
        }
        _ => {}
    }
}

/// The tensors of a block.
fn tensors(
    architecture: Architecture,
    others: TensorType,
    down: TensorType,
) -> Vec<(&'static str, Vec<u64>, TensorType)> {
    let vector = |name, width| (name, vec![width], TensorType::F32);
    let mut tensors = vec![
        vector("attn_norm.weight", WIDTH),
        vector("ffn_norm.weight", WIDTH),
        ("attn_output.weight", vec![WIDTH, WIDTH], others),
        ("ffn_down.weight", vec![HIDDEN, WIDTH], down),
    ];
    if architecture.fuses_attention() {
        tensors.push(("attn_qkv.weight", vec![WIDTH, 4 * HEAD], others));
    } else {
        tensors.extend([
            ("attn_q.weight", vec![WIDTH, 2 * HEAD], others),
            ("attn_k.weight", vec![WIDTH, HEAD], others),
            ("attn_v.weight", vec![WIDTH, HEAD], others),
        ]);
    }
    if architecture.fuses_gate() {
        tensors.push(("ffn_up.weight", vec![WIDTH, 2 * HIDDEN], others));
    } else {
        tensors.extend([
            ("ffn_gate.weight", vec![WIDTH, HIDDEN], others),
            ("ffn_up.weight", vec![WIDTH, HIDDEN], others),
        ]);
    }
    match architecture {
        Architecture::Qwen2 => tensors.extend([
            vector("attn_q.bias", 2 * HEAD),
            vector("attn_k.bias", HEAD),
            vector("attn_v.bias", HEAD),
        ]),
        Architecture::Qwen3 | Architecture::Gemma3 => tensors.extend([
            vector("attn_q_norm.weight", HEAD),
            vector("attn_k_norm.weight", HEAD),
        ]),
        _ => {}
    }
    if matches!(architecture, Architecture::Gemma2 | Architecture::Gemma3) {
        tensors.extend([
            vector("post_attention_norm.weight", WIDTH),
            vector("post_ffw_norm.weight", WIDTH),
        ]);
    }
    tensors
}
