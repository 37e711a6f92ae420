//! Loading the default model, with and without the engine around it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use llmos_engine::{
    Backend, EngineHandle, GenerateEvent, GenerateRequest, KvType, Level, LoadError, LoadOptions,
    LoadRequest, Model, ModelFile, Native, Outcome, TokenId, Tokenizer, Unsupported,
};

/// The model that set-up fetches.
pub fn default_model() -> PathBuf {
    std::env::var_os("LLMOS_MODEL").map_or_else(
        || {
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../../../models/smollm2-135m-instruct-q4_1.gguf")
        },
        PathBuf::from,
    )
}

pub fn tokenizer() -> Tokenizer {
    let file = ModelFile::open(&default_model()).unwrap();
    Tokenizer::from_gguf(file.gguf()).unwrap()
}

/// The token ids of plain text.
pub fn tokens(text: &str) -> Vec<TokenId> {
    tokenizer()
        .encode(text, llmos_engine::Specials::Text)
        .unwrap()
}

/// The default model past the engine.
pub fn model(level: Level, threads: usize, context_length: usize) -> Box<dyn Model> {
    load(default_file(), KvType::F16, level, threads, context_length)
}

/// The default model past the engine, with this kind of cache.
pub fn model_with(
    kv_type: KvType,
    level: Level,
    threads: usize,
    context_length: usize,
) -> Box<dyn Model> {
    load(default_file(), kv_type, level, threads, context_length)
}

fn default_file() -> ModelFile {
    ModelFile::open(&default_model()).unwrap()
}

/// A model past the engine.
pub fn load(
    file: ModelFile,
    kv_type: KvType,
    level: Level,
    threads: usize,
    context_length: usize,
) -> Box<dyn Model> {
    let request = LoadRequest {
        file: Arc::new(file),
        context_length,
        threads: Some(threads),
        cache_dir: PathBuf::new(),
        kv_type,
    };
    Native::with_level(level)
        .load(&request, &mut |_| {})
        .unwrap()
}

/// The native engine without a look at several tokens at once.
pub struct OneByOne;

struct Plain(Box<dyn Model>);

impl Model for Plain {
    fn tokens(&self) -> &[TokenId] {
        self.0.tokens()
    }

    fn reuse(&mut self, prompt: &[TokenId]) -> Result<usize, llmos_engine::EngineError> {
        self.0.reuse(prompt)
    }

    fn forward(&mut self, tokens: &[TokenId]) -> Result<&[f32], llmos_engine::EngineError> {
        self.0.forward(tokens)
    }
}

impl Backend for OneByOne {
    fn name(&self) -> &'static str {
        "native"
    }

    fn supports(&self, file: &ModelFile) -> Result<(), Unsupported> {
        Native::new().supports(file)
    }

    fn kv_types(&self) -> &'static [KvType] {
        &KvType::ALL
    }

    fn memory_needed(&self, file: &ModelFile, context_length: usize, kv_type: KvType) -> u64 {
        Native::new().memory_needed(file, context_length, kv_type)
    }

    fn load(
        &self,
        request: &LoadRequest,
        progress: &mut dyn FnMut(f32),
    ) -> Result<Box<dyn Model>, LoadError> {
        Ok(Box::new(Plain(Native::new().load(request, progress)?)))
    }
}

/// An engine with the default model.
pub fn engine(backend: Box<dyn Backend>) -> EngineHandle {
    engine_with(backend, KvType::F16)
}

pub fn engine_with(backend: Box<dyn Backend>, kv_type: KvType) -> EngineHandle {
    let engine = EngineHandle::start(vec![backend]);
    let options = LoadOptions {
        kv_type: Some(kv_type),
        ..LoadOptions::default()
    };
    runtime()
        .block_on(engine.load(&default_model(), options))
        .unwrap();
    engine
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

/// The whole answer and how it ended.
pub fn answer(engine: &EngineHandle, request: GenerateRequest) -> (String, Outcome) {
    let mut stream = engine.generate(request).unwrap();
    let mut text = String::new();
    loop {
        match stream.blocking_next().unwrap() {
            GenerateEvent::Text { text: more } => text.push_str(&more),
            GenerateEvent::PromptProgress { .. } => {}
            GenerateEvent::Finished(outcome) => return (text, outcome),
            GenerateEvent::Failed(error) => panic!("{error}"),
        }
    }
}
