//! What the vocabulary of a model file must mean.

use llmos_gguf::build::OwnedValue;
use llmos_gguf::{GgufErrorKind as Kind, TensorType, ValueType};

use crate::model::{accepted, refused};

#[test]
fn vocabulary_sizes_agree() {
    refused(
        |w| {
            w.remove("tokenizer.ggml.tokens");
        },
        Kind::Invalid,
        &["tokenizer.ggml.tokens"],
    );
    refused(
        |w| {
            w.set("tokenizer.ggml.tokens", vec![1u32]);
        },
        Kind::Invalid,
        &["a list of strings"],
    );
    refused(
        |w| {
            w.set(
                "tokenizer.ggml.tokens",
                OwnedValue::Array(ValueType::Str, Vec::new()),
            );
        },
        Kind::Invalid,
        &["a list of strings"],
    );
    refused(
        |w| {
            w.set("llama.vocab_size", 263u32);
        },
        Kind::Invalid,
        &["vocab_size", "264", "263"],
    );
    refused(
        |w| {
            w.set("tokenizer.ggml.token_type", vec![1i32; 263]);
        },
        Kind::Invalid,
        &["token_type", "264", "263"],
    );
    refused(
        |w| {
            w.set("tokenizer.ggml.scores", vec![0f32; 265]);
        },
        Kind::Invalid,
        &["scores", "264", "265"],
    );
    refused(
        |w| {
            w.zeros("token_embd.weight", &[32, 263], TensorType::F32);
        },
        Kind::Invalid,
        &["token_embd.weight", "[32, 264]", "[32, 263]"],
    );
}

#[test]
fn token_types_and_scores_are_what_they_say() {
    refused(
        |w| {
            w.set("tokenizer.ggml.token_type", vec!["x"; 264]);
        },
        Kind::Invalid,
        &["list of integers"],
    );
    refused(
        |w| {
            w.set("tokenizer.ggml.token_type", vec![9i32; 264]);
        },
        Kind::Invalid,
        &["type of token 0", "1 to 6", "9"],
    );
    refused(
        |w| {
            w.set("tokenizer.ggml.scores", vec![0i32; 264]);
        },
        Kind::Invalid,
        &["list of floats"],
    );
    refused(
        |w| {
            w.set("tokenizer.ggml.model", "llama");
        },
        Kind::Invalid,
        &["scores", "nothing"],
    );
}

#[test]
fn special_ids_are_in_the_vocabulary() {
    for name in ["bos", "eos", "unknown", "padding", "eot", "fim_pre"] {
        let key = format!("tokenizer.ggml.{name}_token_id");
        accepted(|w| {
            w.set(&key, 263u32);
        });
        for id in [264, u32::MAX] {
            refused(
                |w| {
                    w.set(&key, id);
                },
                Kind::Invalid,
                &[&key, "below 264", &id.to_string()],
            );
        }
        refused(
            |w| {
                w.set(&key, -1i32);
            },
            Kind::Invalid,
            &[&key, "-1"],
        );
        refused(
            |w| {
                w.set(&key, "1");
            },
            Kind::Invalid,
            &[&key],
        );
    }
}

#[test]
fn merges_have_two_halves() {
    for merge in ["", " ", "ab", "a", " b", "a ", "a b c", "a  b"] {
        refused(
            |w| {
                w.set("tokenizer.ggml.merges", vec!["h e", merge]);
            },
            Kind::Invalid,
            &["merge 1", "one space"],
        );
    }
    refused(
        |w| {
            w.remove("tokenizer.ggml.merges");
        },
        Kind::Invalid,
        &["merges", "nothing"],
    );
    refused(
        |w| {
            w.set("tokenizer.ggml.merges", vec![1u32]);
        },
        Kind::Invalid,
        &["list of strings"],
    );
}

#[test]
fn tokenizers_that_are_not_known() {
    for model in ["bert", "t5", ""] {
        refused(
            |w| {
                w.set("tokenizer.ggml.model", model);
            },
            Kind::Unsupported,
            &["tokenizer", "gpt2 and llama"],
        );
    }
    refused(
        |w| {
            w.remove("tokenizer.ggml.model");
        },
        Kind::Invalid,
        &["tokenizer.ggml.model"],
    );
}
