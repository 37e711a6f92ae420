//! Models to test with.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use llmos_engine::{
    Backend, EngineError, EngineHandle, GenerateEvent, GenerateRequest, KvType, LoadOptions,
    LoadRequest, LoadedModel, Model, ModelFile, Outcome, RenderOptions, Sampling, TemplateMessage,
    TokenId,
};
use llmos_engine_mistralrs::MistralRs;
use llmos_gguf::TensorType;
use llmos_gguf::build::sample_model;

/// The default model's file.
pub fn default_model() -> PathBuf {
    let path = std::env::var_os("LLMOS_MODEL").map_or_else(
        || {
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../../../models/smollm2-135m-instruct-q4_1.gguf")
        },
        PathBuf::from,
    );
    assert!(
        path.is_file(),
        "{}: no default model; run `make model`",
        path.display()
    );
    path
}

/// The default model in an engine, loaded once for all tests, one at a time.
pub struct Loaded {
    pub engine: EngineHandle,
    runtime: tokio::runtime::Runtime,
}

pub fn loaded() -> MutexGuard<'static, Loaded> {
    static LOADED: OnceLock<Mutex<Loaded>> = OnceLock::new();
    let loaded = LOADED.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let engine = EngineHandle::start(vec![Box::new(MistralRs::new())]);
        runtime
            .block_on(engine.load(&default_model(), LoadOptions::default()))
            .unwrap();
        Mutex::new(Loaded { engine, runtime })
    });
    loaded.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Loaded {
    pub fn load(&self, path: &Path) -> Result<Arc<LoadedModel>, EngineError> {
        self.runtime
            .block_on(self.engine.load(path, LoadOptions::default()))
    }

    /// The tokens of a conversation, ready for the next answer.
    pub fn prompt(&self, turns: &[(&str, &str)]) -> Vec<TokenId> {
        let model = self.engine.model().unwrap();
        let messages: Vec<_> = turns
            .iter()
            .map(|(role, content)| TemplateMessage { role, content })
            .collect();
        let options = RenderOptions {
            add_generation_prompt: true,
            ..RenderOptions::default()
        };
        let prompt = model.template.render(&messages, &options).unwrap();
        model.tokenizer.encode_prompt(&prompt).unwrap()
    }

    /// A greedy answer of at most `tokens` tokens.
    pub fn answer(&self, prompt: Vec<TokenId>, tokens: usize) -> (String, Outcome) {
        let request = GenerateRequest {
            sampling: Sampling::greedy(),
            max_tokens: Some(tokens),
            ..GenerateRequest::new("test", prompt)
        };
        let mut stream = self.engine.generate(request).unwrap();
        let mut answer = String::new();
        while let Some(event) = stream.blocking_next() {
            match event {
                GenerateEvent::Text { text } => answer.push_str(&text),
                GenerateEvent::Finished(outcome) => return (answer, outcome),
                GenerateEvent::Failed(error) => panic!("{error}"),
                GenerateEvent::PromptProgress { .. } => {}
            }
        }
        unreachable!("a generation always ends with an event");
    }
}

/// The shape of a model with random weights.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub blocks: u32,
    pub heads_kv: u32,
    /// Width of a head.
    pub head: u32,
}

/// Small enough to compute thousands of tokens in a test.
pub const SMALL: Shape = Shape {
    blocks: 2,
    heads_kv: 2,
    head: 8,
};

const WIDTH: u64 = 32;
const QUERY_HEADS: u32 = 4;

/// Writes a `llama` model of that shape whose weights are random but always
/// the same.
pub fn write_model(path: &Path, shape: Shape) {
    let mut state = 1u64;
    // xorshift64*; the top bits as a value between -0.5 and 0.5.
    let mut random = move || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        let bits = state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 48;
        f32::from(u16::try_from(bits).unwrap()) / 65536.0 - 0.5
    };
    let mut floats = |dimensions: &[u64], scale: f32| {
        let n: u64 = dimensions.iter().product();
        (0..n)
            .flat_map(|_| (random() * scale).to_le_bytes())
            .collect::<Vec<u8>>()
    };
    let head = u64::from(shape.head);
    let queries = u64::from(QUERY_HEADS) * head;
    let keys = u64::from(shape.heads_kv) * head;

    let mut writer = sample_model();
    writer
        .set("llama.context_length", 2048u32)
        .set("llama.block_count", shape.blocks)
        .set("llama.attention.head_count", QUERY_HEADS)
        .set("llama.attention.head_count_kv", shape.heads_kv)
        .set("llama.attention.key_length", shape.head)
        .set("llama.attention.value_length", shape.head)
        .set("llama.rope.dimension_count", shape.head);
    let mut tensor = |name: String, dimensions: &[u64], scale: f32| {
        let data = floats(dimensions, scale);
        writer.tensor(&name, dimensions, TensorType::F32, data);
    };
    tensor("token_embd.weight".to_owned(), &[WIDTH, 264], 2.0);
    tensor("output_norm.weight".to_owned(), &[WIDTH], 4.0);
    for block in 0..shape.blocks {
        for (name, dimensions) in [
            ("attn_norm", &[WIDTH][..]),
            ("ffn_norm", &[WIDTH]),
            ("attn_q", &[WIDTH, queries]),
            ("attn_k", &[WIDTH, keys]),
            ("attn_v", &[WIDTH, keys]),
            ("attn_output", &[queries, WIDTH]),
            ("ffn_gate", &[WIDTH, 64]),
            ("ffn_up", &[WIDTH, 64]),
            ("ffn_down", &[64, WIDTH]),
        ] {
            tensor(format!("blk.{block}.{name}.weight"), dimensions, 2.0);
        }
    }
    std::fs::write(path, writer.to_bytes().unwrap()).unwrap();
}

/// Loads a model file past the engine, to drive the model itself.
pub fn load_directly(path: &Path) -> Box<dyn Model> {
    let file = Arc::new(ModelFile::open(path).unwrap());
    let backend = MistralRs::new();
    backend.supports(&file).unwrap();
    let request = LoadRequest {
        context_length: backend.longest_context(file.params()),
        file,
        threads: None,
        cache_dir: PathBuf::new(),
        kv_type: KvType::F16,
    };
    backend.load(&request, &mut |_| {}).unwrap()
}
