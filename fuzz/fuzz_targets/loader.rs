//! Any bytes as a model file: checked, and if they pass, loaded and computed with.

#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use llmos_engine::{
    Backend, ChatTemplate, KvType, Level, LoadRequest, ModelFile, Native, RenderOptions, Specials,
    TemplateMessage, Tokenizer,
};

/// Models that take more are left alone: here is no place for them, and the app asks
/// the system first.
const MEMORY: u64 = 256 << 20;

/// Tokens of context.
const CONTEXT: usize = 48;

/// Where the bytes become a file; in memory where the system has such a place.
static PATH: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = PathBuf::from("/dev/shm");
    let directory = if memory.is_dir() { memory } else { std::env::temp_dir() };
    directory.join(format!("llmos-fuzz-{}.gguf", std::process::id()))
});

fuzz_target!(|data: &[u8]| {
    fs::write(&*PATH, data).expect("a place for the file");
    if let Ok(file) = ModelFile::open(&PATH) {
        read_and_write(&file);
        compute(file, data.len());
    }
});

/// What the engine does with a vocabulary and a template.
fn read_and_write(file: &ModelFile) {
    let Ok(tokenizer) = Tokenizer::from_gguf(file.gguf()) else {
        return;
    };
    if let Ok(tokens) = tokenizer.encode("hello <|im_end|> wörld", Specials::Parse) {
        assert!(tokens.iter().all(|token| *token < tokenizer.vocab_size()));
        let _ = tokenizer.decode(&tokens);
    }
    if let Ok(template) = ChatTemplate::from_gguf(file.gguf(), &tokenizer) {
        let message = TemplateMessage {
            role: "user",
            content: "hello",
        };
        let _ = template.render(&[message], &RenderOptions::default());
    }
}

/// Loads the model and runs a batch and a step, with one of the instruction sets and one
/// of the caches.
fn compute(file: ModelFile, choice: usize) {
    let levels = Level::available();
    let kv_type = KvType::ALL[choice / levels.len() % KvType::ALL.len()];
    let native = Native::with_level(levels[choice % levels.len()]);
    if native.supports(&file).is_err() {
        return;
    }
    let context_length = native.longest_context(file.params()).min(CONTEXT);
    if native.memory_needed(&file, context_length, kv_type) > MEMORY {
        return;
    }
    let vocabulary = file.params().vocab_size;
    let request = LoadRequest {
        file: Arc::new(file),
        context_length,
        threads: Some(1),
        cache_dir: PathBuf::new(),
        kv_type,
    };
    let Ok(mut model) = native.load(&request, &mut |_| {}) else {
        return;
    };
    let tokens: Vec<u32> = (0..20).map(|token| token % vocabulary).collect();
    let batch = &tokens[..tokens.len().min(context_length)];
    let logits = model.forward(batch).expect("tokens that are in the vocabulary");
    assert_eq!(logits.len(), vocabulary as usize);
    if context_length > batch.len() {
        model.forward(&[0]).expect("room for one more");
    }
}
