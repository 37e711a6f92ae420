//! What a model file must mean.

use llmos_gguf::build::{GgufWriter, sample_model};
use llmos_gguf::{Architecture, GgufErrorKind as Kind, TensorType};

use crate::support::open_model;

/// Asserts that the sample with one change is refused as `kind`, with a message
/// that holds all of `parts`.
pub fn refused(change: impl FnOnce(&mut GgufWriter<'_>), kind: Kind, parts: &[&str]) {
    let mut writer = sample_model();
    change(&mut writer);
    let error = open_model(&writer).expect_err("a refusal");
    let message = error.to_string();
    assert_eq!(error.kind(), kind, "{message}");
    for part in parts {
        assert!(message.contains(part), "{message:?} lacks {part:?}");
    }
    assert!(!message.contains('\n'), "{message:?}");
}

/// Asserts that the sample with one change is still a model.
pub fn accepted(change: impl FnOnce(&mut GgufWriter<'_>)) -> llmos_gguf::ModelFile {
    let mut writer = sample_model();
    change(&mut writer);
    open_model(&writer).unwrap()
}

#[test]
fn the_sample_says_what_it_is() {
    let model = open_model(&sample_model()).unwrap();
    let params = model.params();
    assert_eq!(params.architecture(), Some(Architecture::Llama));
    assert_eq!(params.name.as_deref(), Some("Sample"));
    assert_eq!(params.block_count, 1);
    assert_eq!(params.embedding_length, 32);
    assert_eq!(params.feed_forward_length, 64);
    assert_eq!((params.head_count, params.head_count_kv), (4, 2));
    assert_eq!((params.key_length, params.rope_dimension_count), (8, 8));
    assert_eq!(params.context_length, 256);
    assert_eq!(params.vocab_size, 264);
    assert_eq!(params.quantisation, "F32");
    assert_eq!(params.file_type, Some(0));
    assert_eq!(
        params.parameter_count,
        32 * 264 + 3 * 32 + 2 * 32 * 32 + 2 * 32 * 16 + 3 * 32 * 64
    );
}

#[test]
fn architectures() {
    refused(
        |w| {
            w.remove("general.architecture");
        },
        Kind::Invalid,
        &["general.architecture", "nothing"],
    );
    refused(
        |w| {
            w.set("general.architecture", 7u32);
        },
        Kind::Invalid,
        &["a string"],
    );
    refused(
        |w| {
            w.set("general.architecture", "mamba");
        },
        Kind::Unsupported,
        &["architecture", "\"mamba\"", "llama"],
    );
    for architecture in Architecture::ALL {
        assert_eq!(
            Architecture::from_name(architecture.name()),
            Some(*architecture)
        );
    }
}

#[test]
fn kinds_of_file_that_are_no_models() {
    refused(
        |w| {
            w.set("general.type", "adapter");
        },
        Kind::Unsupported,
        &["\"adapter\""],
    );
    accepted(|w| {
        w.set("split.count", 1u16);
    });
    refused(
        |w| {
            w.set("split.count", "3");
        },
        Kind::Invalid,
        &["split.count", "integer"],
    );
    refused(
        |w| {
            w.set("tokenizer.chat_template", "x".repeat((256 << 10) + 1));
        },
        Kind::TooLarge,
        &["chat template", "262145", "262144"],
    );
}

#[test]
fn dimensions_that_are_missing_or_out_of_bounds() {
    for key in [
        "block_count",
        "embedding_length",
        "feed_forward_length",
        "context_length",
        "attention.head_count",
    ] {
        let key = format!("llama.{key}");
        refused(
            |w| {
                w.remove(&key);
            },
            Kind::Invalid,
            &[&key, "nothing"],
        );
        refused(
            |w| {
                w.set(&key, 0u32);
            },
            Kind::Invalid,
            &[&key, "found 0"],
        );
        refused(
            |w| {
                w.set(&key, "1");
            },
            Kind::Invalid,
            &[&key, "integer"],
        );
        refused(
            |w| {
                w.set(&key, vec![1u32]);
            },
            Kind::Invalid,
            &[&key, "integer", "array"],
        );
        refused(
            |w| {
                w.set(&key, u32::MAX);
            },
            Kind::TooLarge,
            &[&key, "4294967295"],
        );
        refused(
            |w| {
                w.set(&key, u64::MAX);
            },
            Kind::TooLarge,
            &[&key],
        );
    }
    refused(
        |w| {
            w.set("llama.block_count", 257u32);
        },
        Kind::TooLarge,
        &["257", "256"],
    );
    refused(
        |w| {
            w.set("llama.embedding_length", 16u32);
        },
        Kind::Invalid,
        &["32 to 32768"],
    );
    refused(
        |w| {
            w.set("llama.context_length", (1u32 << 20) + 1);
        },
        Kind::TooLarge,
        &["1048577"],
    );
}

#[test]
fn heads_that_do_not_divide() {
    refused(
        |w| {
            w.set("llama.attention.head_count", 5u32)
                .remove("llama.attention.head_count_kv");
        },
        Kind::Invalid,
        &["embedding_length", "5 heads"],
    );
    refused(
        |w| {
            w.set("llama.attention.head_count_kv", 3u32);
        },
        Kind::Invalid,
        &["divisor", "found 3"],
    );
    refused(
        |w| {
            w.set("llama.attention.head_count_kv", 0u32);
        },
        Kind::Invalid,
        &["head_count_kv"],
    );
    refused(
        |w| {
            w.set("llama.attention.key_length", 1u64 << 33);
        },
        Kind::TooLarge,
        &["key_length"],
    );
}

const EPSILON: &str = "llama.attention.layer_norm_rms_epsilon";

#[test]
fn rotation_and_epsilon() {
    for (count, kind) in [
        (7u32, Kind::Invalid),
        (10, Kind::Invalid),
        (0, Kind::Invalid),
        (1 << 20, Kind::TooLarge),
    ] {
        refused(
            |w| {
                w.set("llama.rope.dimension_count", count);
            },
            kind,
            &["rope.dimension_count"],
        );
    }
    accepted(|w| {
        w.remove("llama.rope.dimension_count");
    });
    refused(
        |w| {
            w.remove(EPSILON);
        },
        Kind::Invalid,
        &[EPSILON],
    );
    for epsilon in [0.0f32, -1e-5, 1.0] {
        refused(
            |w| {
                w.set(EPSILON, epsilon);
            },
            Kind::Invalid,
            &[EPSILON, "above 0"],
        );
    }
}

#[test]
fn tensors_that_are_missing_or_of_the_wrong_shape() {
    for name in [
        "token_embd.weight",
        "output_norm.weight",
        "blk.0.attn_q.weight",
        "blk.0.ffn_down.weight",
        "blk.0.attn_norm.weight",
    ] {
        refused(
            |w| {
                w.remove_tensor(name);
            },
            Kind::Invalid,
            &[name, "nothing"],
        );
        refused(
            |w| {
                w.zeros(name, &[8, 8], TensorType::F32);
            },
            Kind::Invalid,
            &[name, "[8, 8]"],
        );
    }
    refused(
        |w| {
            w.zeros("output.weight", &[264, 32], TensorType::F32);
        },
        Kind::Invalid,
        &["output.weight"],
    );
    refused(
        |w| {
            w.zeros("blk.0.attn_q.bias", &[31], TensorType::F32);
        },
        Kind::Invalid,
        &["attn_q.bias"],
    );
    refused(
        |w| {
            w.set("llama.block_count", 2u32);
        },
        Kind::Invalid,
        &["blk.1."],
    );
    refused(
        |w| {
            w.zeros("blk.1.attn_q.weight", &[32, 32], TensorType::F32);
        },
        Kind::Invalid,
        &["below 1", "block 1"],
    );
    refused(
        |w| {
            w.zeros("blk.x.attn_q.weight", &[32, 32], TensorType::F32);
        },
        Kind::Invalid,
        &["blk.x"],
    );
    accepted(|w| {
        w.zeros("blk.0.attn_q.bias", &[32], TensorType::F32).zeros(
            "rope_freqs.weight",
            &[4],
            TensorType::F32,
        );
    });
}

#[test]
fn tensor_types_of_computations_are_refused() {
    refused(
        |w| {
            w.zeros("blk.0.attn_q.weight", &[32, 32], TensorType::Q8_1);
        },
        Kind::Unsupported,
        &["attn_q", "Q8_1"],
    );
    let model = accepted(|w| {
        w.zeros("token_embd.weight", &[32, 264], TensorType::IQ4_NL)
            .zeros("blk.0.attn_q.weight", &[32, 32], TensorType::MXFP4);
    });
    assert_eq!(model.params().quantisation, "IQ4_NL");
}

#[test]
fn names_are_made_printable() {
    let name = |name: &str| {
        accepted(|w| {
            w.set("general.name", name);
        })
        .params()
        .name
        .clone()
    };
    assert_eq!(name("a\u{1b}[31m\n\u{202E}b\0").as_deref(), Some("a[31mb"));
    assert_eq!(name(" \n "), None);
    assert_eq!(name(&"n".repeat(9999)).unwrap().len(), 200);
}

#[test]
fn experts() {
    let moe = |w: &mut GgufWriter<'_>| {
        w.set("llama.expert_count", 4u32)
            .set("llama.expert_used_count", 2u32)
            .zeros("blk.0.ffn_gate_inp.weight", &[32, 4], TensorType::F32)
            .zeros("blk.0.ffn_gate_exps.weight", &[32, 64, 4], TensorType::F32)
            .zeros("blk.0.ffn_up_exps.weight", &[32, 64, 4], TensorType::F32)
            .zeros("blk.0.ffn_down_exps.weight", &[64, 32, 4], TensorType::F32);
    };
    assert_eq!(accepted(moe).params().expert_count, 4);
    refused(
        |w| {
            moe(w);
            w.set("llama.expert_used_count", 5u32);
        },
        Kind::TooLarge,
        &["expert_used_count"],
    );
    refused(
        |w| {
            moe(w);
            w.remove_tensor("blk.0.ffn_up_exps.weight");
        },
        Kind::Invalid,
        &["ffn_up_exps"],
    );
}
