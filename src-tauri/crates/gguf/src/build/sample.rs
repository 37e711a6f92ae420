//! A complete model of the smallest kind, for tests here and in the layers above.

use crate::build::GgufWriter;
use crate::tensor::TensorType;

/// Width of everything in the sample.
const WIDTH: u64 = 32;

/// A `llama` model of one block, 32 wide, with all weights zero and a vocabulary
/// that can write any text.
///
/// [`crate::ModelFile`], [`crate::Tokenizer`] and [`crate::ChatTemplate`] accept
/// it. Tests change one thing with [`GgufWriter::set`], [`GgufWriter::remove`] and
/// the like, and see that it no longer passes.
///
/// The vocabulary: the 256 bytes in byte order at ids 0–255, `he` 256, `ll` 257,
/// `hell` 258, `hello` 259, then the control tokens `<|endoftext|>` 260,
/// `<|im_start|>` 261 and `<|im_end|>` 262, and the user-defined `<think>` 263.
#[must_use]
pub fn sample_model() -> GgufWriter<'static> {
    let mut tokens: Vec<String> = (0..=u8::MAX)
        .map(|byte| crate::tokenizer::byte_character(byte).to_string())
        .collect();
    tokens.extend(["he", "ll", "hell", "hello"].map(str::to_owned));
    let normal = tokens.len();
    tokens.extend(["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>"].map(str::to_owned));
    let mut types = vec![1i32; normal];
    types.extend([3, 3, 3, 4]);
    let vocabulary = tokens.len() as u64;

    let mut writer = GgufWriter::new();
    writer
        .set("general.architecture", "llama")
        .set("general.type", "model")
        .set("general.name", "Sample")
        .set("general.file_type", 0u32)
        .set("llama.block_count", 1u32)
        .set("llama.context_length", 256u32)
        .set("llama.embedding_length", 32u32)
        .set("llama.feed_forward_length", 64u32)
        .set("llama.attention.head_count", 4u32)
        .set("llama.attention.head_count_kv", 2u32)
        .set("llama.attention.layer_norm_rms_epsilon", 1e-5f32)
        .set("llama.rope.dimension_count", 8u32)
        .set("llama.rope.freq_base", 10_000.0f32)
        .set("llama.vocab_size", u32::try_from(vocabulary).unwrap_or(0))
        .set("tokenizer.ggml.model", "gpt2")
        .set("tokenizer.ggml.pre", "gpt-2")
        .set("tokenizer.ggml.tokens", tokens)
        .set("tokenizer.ggml.token_type", types)
        .set(
            "tokenizer.ggml.merges",
            vec!["h e", "l l", "he ll", "hell o"],
        )
        .set("tokenizer.ggml.bos_token_id", 260u32)
        .set("tokenizer.ggml.eos_token_id", 262u32)
        .zeros("token_embd.weight", &[WIDTH, vocabulary], TensorType::F32)
        .zeros("output_norm.weight", &[WIDTH], TensorType::F32);
    for (suffix, dimensions) in [
        ("attn_norm", [WIDTH, 1]),
        ("attn_q", [WIDTH, WIDTH]),
        ("attn_k", [WIDTH, WIDTH / 2]),
        ("attn_v", [WIDTH, WIDTH / 2]),
        ("attn_output", [WIDTH, WIDTH]),
        ("ffn_norm", [WIDTH, 1]),
        ("ffn_gate", [WIDTH, 2 * WIDTH]),
        ("ffn_up", [WIDTH, 2 * WIDTH]),
        ("ffn_down", [2 * WIDTH, WIDTH]),
    ] {
        // Norms are vectors.
        let dimensions = if dimensions[1] == 1 {
            &dimensions[..1]
        } else {
            &dimensions[..]
        };
        writer.zeros(
            &format!("blk.0.{suffix}.weight"),
            dimensions,
            TensorType::F32,
        );
    }
    writer
}
