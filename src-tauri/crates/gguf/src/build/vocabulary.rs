//! Vocabularies of any size for models that were made up.

use crate::build::GgufWriter;
use crate::tokenizer::byte_character;

/// Control tokens, at the end of the vocabulary.
const CONTROL: [&str; 3] = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
/// Numbers of the token types in a file.
const NORMAL: i32 = 1;
const CONTROL_TYPE: i32 = 3;
/// Single bytes.
const BYTES: usize = 256;
/// Pairs of them.
const PAIRS: usize = BYTES * BYTES;

/// Sets the keys of a byte-level vocabulary with `size` tokens, at least 259: the
/// bytes in byte order, then pairs and triples of bytes with the merges that make
/// them, then the control tokens `<|endoftext|>` (which begins a text), `<|im_start|>`
/// and `<|im_end|>` (which ends one). It can write any text.
pub fn set_vocabulary(writer: &mut GgufWriter<'_>, size: usize) {
    let joined = size.saturating_sub(BYTES + CONTROL.len());
    let mut tokens: Vec<String> = (0..=u8::MAX)
        .map(|byte| byte_character(byte).to_string())
        .collect();
    let mut merges = Vec::with_capacity(joined);
    for index in 0..joined {
        let (left, right) = match index.checked_sub(PAIRS) {
            None => (character(index / BYTES), character(index % BYTES)),
            Some(triple) => {
                let pair = triple / BYTES;
                let left = character(pair / BYTES) + &character(pair % BYTES);
                (left, character(triple % BYTES))
            }
        };
        merges.push(format!("{left} {right}"));
        tokens.push(left + &right);
    }
    let mut types = vec![NORMAL; tokens.len()];
    types.extend([CONTROL_TYPE; CONTROL.len()]);
    tokens.extend(CONTROL.map(str::to_owned));
    // A list is at most 2^20 long.
    let last = u32::try_from(tokens.len() - 1).unwrap_or(u32::MAX);
    writer
        .set("tokenizer.ggml.model", "gpt2")
        .set("tokenizer.ggml.pre", "gpt-2")
        .set("tokenizer.ggml.tokens", tokens)
        .set("tokenizer.ggml.token_type", types)
        .set("tokenizer.ggml.merges", merges)
        .set("tokenizer.ggml.bos_token_id", last - 2)
        .set("tokenizer.ggml.eos_token_id", last);
}

/// Byte number `index`, counted from `a` so that short vocabularies join letters.
fn character(index: usize) -> String {
    let byte = u8::try_from(index % BYTES).unwrap_or(0);
    byte_character(byte.wrapping_add(b'a')).to_string()
}
