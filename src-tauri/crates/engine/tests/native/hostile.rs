//! Files that passed the checker load or are refused; nothing panics.

use std::path::PathBuf;
use std::sync::Arc;

use llmos_engine::{Backend, KvType, LoadRequest, ModelFile, Native};
use llmos_gguf::TensorType;
use llmos_gguf::build::{GgufWriter, sample_model};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The smallest model that the native engine runs.
fn small() -> GgufWriter<'static> {
    let mut writer = sample_model();
    writer
        .set("llama.attention.head_count", 2u32)
        .set("llama.attention.head_count_kv", 1u32)
        .set("llama.rope.dimension_count", 16u32);
    writer
}

/// Loads the bytes and computes a few tokens, if the checker lets them through.
/// Returns whether it came so far.
fn run(directory: &tempfile::TempDir, bytes: &[u8]) -> bool {
    let path = directory.path().join("model.gguf");
    std::fs::write(&path, bytes).unwrap();
    let Ok(file) = ModelFile::open(&path) else {
        return false;
    };
    let native = Native::new();
    if native.supports(&file).is_err() {
        return false;
    }
    let context_length = native.longest_context(file.params()).min(64);
    let mut request = LoadRequest {
        file: Arc::new(file),
        context_length,
        threads: Some(1),
        cache_dir: PathBuf::new(),
        kv_type: KvType::F16,
    };
    for kv_type in KvType::ALL {
        request.kv_type = kv_type;
        native.memory_needed(&request.file, context_length, kv_type);
        let Ok(mut model) = native.load(&request, &mut |_| {}) else {
            return false;
        };
        let tokens: Vec<u32> = (0..20).take(context_length).collect();
        let logits = model.forward(&tokens).unwrap();
        assert_eq!(logits.len(), request.file.params().vocab_size as usize);
    }
    true
}

#[test]
fn damaged_headers_load_or_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let sample = small().to_bytes().unwrap();
    assert!(run(&directory, &sample));
    let header = sample.len() - 40_000;
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let mut loaded = 0;
    for _ in 0..1500 {
        let mut bytes = sample.clone();
        for _ in 0..random.random_range(1..4) {
            let at = random.random_range(0..header - 8);
            match random.random_range(0..3) {
                0 => bytes[at] = random.random(),
                1 => bytes[at] ^= 1 << random.random_range(0..8),
                _ => {
                    let number = [0, 1, 2, 3, 16, 32, 48, 64, 1 << 20, u32::MAX];
                    let number = number[random.random_range(0..number.len())];
                    bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
                }
            }
        }
        loaded += u32::from(run(&directory, &bytes));
    }
    assert!(
        loaded > 100,
        "{loaded} got through: the damage is too great to learn from"
    );
}

#[test]
fn any_weights_are_computed_with() {
    let directory = tempfile::tempdir().unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(4);
    for tensor_type in [
        TensorType::F32,
        TensorType::F16,
        TensorType::BF16,
        TensorType::Q4_0,
        TensorType::Q4_1,
        TensorType::Q5_0,
        TensorType::Q5_1,
        TensorType::Q8_0,
        TensorType::IQ4_NL,
        TensorType::MXFP4,
    ] {
        let mut writer = small();
        for (name, rows) in [
            ("ffn_gate", 64),
            ("ffn_up", 64),
            ("attn_q", 32),
            ("attn_output", 32),
        ] {
            let name = format!("blk.0.{name}.weight");
            writer.remove_tensor(&name);
            writer.zeros(&name, &[32, rows], tensor_type);
        }
        let mut bytes = writer.to_bytes().unwrap();
        // Noise over all the data: infinities and numbers that are none among it.
        let data = bytes.len() - 30_000;
        random.fill(&mut bytes[data..]);
        assert!(run(&directory, &bytes), "{}", tensor_type.name());
    }
}

#[test]
fn a_gate_beside_a_matrix_that_holds_both_does_no_harm() {
    let directory = tempfile::tempdir().unwrap();
    let mut writer = small();
    writer.set("general.architecture", "phi3");
    for key in [
        "block_count",
        "context_length",
        "embedding_length",
        "feed_forward_length",
        "attention.head_count",
        "attention.head_count_kv",
        "rope.dimension_count",
    ] {
        let number = match key {
            "block_count" | "attention.head_count_kv" => 1u32,
            "context_length" => 256,
            "embedding_length" => 32,
            "feed_forward_length" => 64,
            "attention.head_count" => 2,
            _ => 16,
        };
        writer.set(&format!("phi3.{key}"), number);
    }
    writer.set("phi3.attention.layer_norm_rms_epsilon", 1e-5f32);
    writer.zeros("blk.0.attn_qkv.weight", &[32, 64], TensorType::F32);
    writer.remove_tensor("blk.0.ffn_up.weight");
    writer.zeros("blk.0.ffn_up.weight", &[32, 128], TensorType::F32);
    assert!(run(&directory, &writer.to_bytes().unwrap()));
}
