//! The reference implementation's token ids, for four vocabularies.

use std::path::Path;
use std::time::Instant;

use llmos_gguf::{GgufFile, Specials, TokenId, Tokenizer};

use crate::support::vocabularies;

/// Texts and ids of one vocabulary: texts are separated by a marker line, ids
/// stand one line for each text.
fn vectors(folder: &Path, name: &str) -> Vec<(String, Vec<TokenId>)> {
    let file = folder.join(format!("ggml-vocab-{name}.gguf"));
    let read = |ending: &str| {
        let path = format!("{}{ending}", file.display());
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let texts = read(".inp");
    let ids = read(".out");
    let ids = ids.lines().map(|line| {
        line.split_whitespace()
            .map(|id| id.parse().unwrap())
            .collect()
    });
    let texts = texts.split("\n__ggml_vocab_test__\n").map(str::to_owned);
    let vectors: Vec<_> = texts.zip(ids).collect();
    assert!(vectors.len() > 40, "{name}: {} vectors", vectors.len());
    vectors
}

fn check(name: &str) {
    let Some(folder) = vocabularies() else {
        return;
    };
    let file = GgufFile::open(&folder.join(format!("ggml-vocab-{name}.gguf"))).unwrap();
    let tokenizer = Tokenizer::from_gguf(&file).unwrap();
    for (text, expected) in vectors(&folder, name) {
        let tokens = tokenizer.encode(&text, Specials::Text).unwrap();
        assert_eq!(tokens, expected, "{name}: {text:?}");
        assert_eq!(tokenizer.decode(&tokens), text, "{name}: decoded");
        let mut stream = tokenizer.stream();
        let mut streamed: String = tokens.iter().filter_map(|id| stream.push(*id)).collect();
        streamed.extend(stream.finish());
        assert_eq!(streamed, text, "{name}: streamed");
    }
}

#[test]
fn gpt_2_is_exact() {
    check("gpt-2");
}

#[test]
fn llama_bpe_is_exact() {
    check("llama-bpe");
}

#[test]
fn llama_spm_is_exact() {
    check("llama-spm");
}

#[test]
fn qwen2_is_exact() {
    check("qwen2");
}

/// Megabytes of text that slow tokenizers down.
fn long_texts() -> Vec<(&'static str, String)> {
    const LEN: usize = 1 << 20;
    let repeated = |unit: &str| unit.repeat(LEN / unit.len());
    vec![
        ("one letter", repeated("a")),
        ("one word", repeated("supercalifragilistic")),
        ("spaces", repeated(" ")),
        ("spaces, then a word", repeated(" ") + "x"),
        ("line ends", repeated("\n")),
        ("spaces and line ends", repeated("  \n")),
        ("digits", repeated("1234567890")),
        ("signs", repeated("#")),
        ("Han", repeated("汉字")),
        ("emoji", repeated("👩🏽‍🚀")),
        ("control tokens' names", repeated("<|im_start|>")),
        ("halves of names", repeated("<|im_")),
        (
            "prose",
            repeated("The quick brown fox jumps over the lazy dog, twice. "),
        ),
    ]
}

/// A megabyte of anything is tokenised and comes back. The times, which
/// `--nocapture` shows, are measured in docs/BENCHMARKS.md.
#[test]
fn a_megabyte_of_anything_comes_back() {
    let Some(folder) = vocabularies() else {
        return;
    };
    for name in ["llama-bpe", "llama-spm"] {
        let file = GgufFile::open(&folder.join(format!("ggml-vocab-{name}.gguf"))).unwrap();
        let started = Instant::now();
        let tokenizer = Tokenizer::from_gguf(&file).unwrap();
        eprintln!("{name}: built in {:?}", started.elapsed());
        for (what, text) in long_texts() {
            let started = Instant::now();
            let tokens = tokenizer.encode(&text, Specials::Text).unwrap();
            eprintln!(
                "{name}: {what}: {} tokens in {:?}",
                tokens.len(),
                started.elapsed()
            );
            assert!(tokenizer.decode(&tokens) == text, "{name}: {what}");
        }
    }
}
