//! A backend that can be told what to do, and files it loads.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use llmos_engine::{
    Backend, EngineError, EngineHandle, GenerateEvent, GenerateRequest, GenerateStream, KvType,
    LoadError, LoadOptions, LoadRequest, Model, ModelFile, Outcome, Sampling, TokenId, Unsupported,
    reusable_prefix,
};
use llmos_gguf::build::{GgufWriter, sample_model};

/// `<|im_end|>` of the sample vocabulary, whose other ids are bytes.
pub const END: TokenId = 262;

/// What the test and the backend share.
#[derive(Default)]
pub struct Controls {
    /// Forward calls that may still run; `None` for any number.
    permits: Mutex<Option<usize>>,
    changed: Condvar,
    /// The tokens of every forward call.
    pub forwarded: Mutex<Vec<Vec<TokenId>>>,
    pub panic_in_forward: AtomicBool,
    pub panic_in_load: AtomicBool,
    pub fail_in_forward: AtomicBool,
    /// What the model was told about leaving part of the processor to others.
    pub easy: Mutex<Vec<bool>>,
    /// Bytes that a model is said to need, and more for each token of context.
    pub memory: Mutex<(u64, u64)>,
    /// Whether keys and values may be stored as bytes, which halves the latter.
    pub coarse: AtomicBool,
    /// How they were to be stored in the last load.
    pub kv_type: Mutex<Option<KvType>>,
}

impl Controls {
    /// From now on forward calls wait for permits, of which there are `n`.
    pub fn allow(&self, n: usize) {
        *self.permits.lock().unwrap() = Some(n);
        self.changed.notify_all();
    }

    /// Forward calls run freely.
    pub fn free(&self) {
        *self.permits.lock().unwrap() = None;
        self.changed.notify_all();
    }

    fn take_permit(&self) {
        let mut permits = self.permits.lock().unwrap();
        while *permits == Some(0) {
            permits = self.changed.wait(permits).unwrap();
        }
        if let Some(left) = permits.as_mut() {
            *left -= 1;
        }
    }
}

/// Runs a bigram table: every letter is followed by the next one, `z` by the
/// end of the turn, and `É` by the bytes of `é`.
pub struct Bigrams(pub Arc<Controls>);

impl Backend for Bigrams {
    fn name(&self) -> &'static str {
        "bigrams"
    }

    fn supports(&self, file: &ModelFile) -> Result<(), Unsupported> {
        let params = file.params();
        if params.architecture == "llama" {
            return Ok(());
        }
        Err(Unsupported {
            what: "architecture",
            found: params.architecture.clone(),
            supported: "llama".to_owned(),
        })
    }

    fn kv_types(&self) -> &'static [KvType] {
        if self.0.coarse.load(Ordering::SeqCst) {
            &KvType::ALL
        } else {
            &[KvType::F16]
        }
    }

    fn memory_needed(&self, _: &ModelFile, context_length: usize, kv_type: KvType) -> u64 {
        let (fixed, each) = *self.0.memory.lock().unwrap();
        let each = match kv_type {
            KvType::F16 => each,
            KvType::Q8_0 => each / 2,
        };
        fixed + each * context_length as u64
    }

    fn load(
        &self,
        request: &LoadRequest,
        progress: &mut dyn FnMut(f32),
    ) -> Result<Box<dyn Model>, LoadError> {
        progress(0.5);
        *self.0.kv_type.lock().unwrap() = Some(request.kv_type);
        assert!(
            !self.0.panic_in_load.load(Ordering::SeqCst),
            "asked to panic"
        );
        Ok(Box::new(BigramModel {
            controls: Arc::clone(&self.0),
            tokens: Vec::new(),
            logits: vec![0.0; request.file.params().vocab_size as usize],
        }))
    }
}

struct BigramModel {
    controls: Arc<Controls>,
    tokens: Vec<TokenId>,
    logits: Vec<f32>,
}

impl Model for BigramModel {
    fn tokens(&self) -> &[TokenId] {
        &self.tokens
    }

    fn reuse(&mut self, prompt: &[TokenId]) -> Result<usize, EngineError> {
        let keep = reusable_prefix(&self.tokens, prompt);
        self.tokens.truncate(keep);
        Ok(keep)
    }

    fn go_easy(&mut self, easy: bool) {
        self.controls.easy.lock().unwrap().push(easy);
    }

    fn forward(&mut self, tokens: &[TokenId]) -> Result<&[f32], EngineError> {
        self.controls.take_permit();
        let controls = &self.controls;
        controls.forwarded.lock().unwrap().push(tokens.to_vec());
        assert!(
            !controls.panic_in_forward.load(Ordering::SeqCst),
            "asked to panic"
        );
        if controls.fail_in_forward.load(Ordering::SeqCst) {
            return Err(EngineError::Backend {
                message: "asked to fail".to_owned(),
            });
        }
        self.tokens.extend_from_slice(tokens);
        let last = self.tokens.last().copied().unwrap();
        self.logits.fill(0.0);
        self.logits[next(last) as usize] = 20.0;
        Ok(&self.logits)
    }
}

fn next(token: TokenId) -> TokenId {
    match u8::try_from(token) {
        Ok(letter @ b'a'..=b'y') => TokenId::from(letter) + 1,
        Ok(0xC9) => 0xC3,
        Ok(0xC3) => 0xA9,
        Ok(b'!') => TokenId::from(b'!'),
        _ => END,
    }
}

/// An engine with the bigram backend, and files for it to load.
pub struct Bench {
    pub engine: EngineHandle,
    pub controls: Arc<Controls>,
    pub dir: tempfile::TempDir,
}

impl Bench {
    /// With nothing loaded and memory that does not matter.
    pub fn empty() -> Self {
        Self::with_memory(|| None)
    }

    pub fn with_memory(available: fn() -> Option<u64>) -> Self {
        let controls = Arc::new(Controls::default());
        let backend = Bigrams(Arc::clone(&controls));
        Self {
            engine: EngineHandle::start_with_memory(vec![Box::new(backend)], available),
            controls,
            dir: tempfile::tempdir().unwrap(),
        }
    }

    /// With a sound model loaded.
    pub async fn loaded() -> Self {
        let bench = Self::empty();
        let path = bench.model_file("sample.gguf", |_| {});
        bench.load(&path).await.unwrap();
        bench
    }

    /// Writes a sample model with some changes.
    pub fn model_file(&self, name: &str, change: impl FnOnce(&mut GgufWriter<'_>)) -> PathBuf {
        let mut writer = sample_model();
        writer.set("llama.context_length", 1024u32);
        change(&mut writer);
        let path = self.dir.path().join(name);
        std::fs::write(&path, writer.to_bytes().unwrap()).unwrap();
        path
    }

    pub async fn load(&self, path: &Path) -> Result<(), EngineError> {
        let options = LoadOptions {
            cache_dir: self.dir.path().to_owned(),
            ..LoadOptions::default()
        };
        self.engine.load(path, options).await.map(|_| ())
    }
}

/// A greedy request whose prompt are the bytes of a text.
pub fn ask(prompt: &str) -> GenerateRequest {
    GenerateRequest {
        sampling: Sampling::greedy(),
        ..GenerateRequest::new("test", prompt.bytes().map(TokenId::from).collect())
    }
}

/// Everything a generation said.
#[derive(Debug, Default)]
pub struct Told {
    pub pieces: Vec<String>,
    pub progress: Vec<(usize, usize)>,
    pub end: Option<Result<Outcome, EngineError>>,
}

impl Told {
    pub fn text(&self) -> String {
        self.pieces.concat()
    }

    pub fn outcome(&self) -> Outcome {
        self.end.clone().unwrap().unwrap()
    }

    pub fn error(&self) -> EngineError {
        self.end.clone().unwrap().unwrap_err()
    }
}

/// Listens to the end.
pub async fn listen(stream: &mut GenerateStream) -> Told {
    let mut told = Told::default();
    while let Some(event) = stream.next().await {
        match event {
            GenerateEvent::PromptProgress { done, total } => told.progress.push((done, total)),
            GenerateEvent::Text { text } => told.pieces.push(text),
            GenerateEvent::Finished(outcome) => told.end = Some(Ok(outcome)),
            GenerateEvent::Failed(error) => told.end = Some(Err(error)),
        }
    }
    told
}

/// Asks and listens to the end.
pub async fn run(engine: &EngineHandle, request: GenerateRequest) -> Told {
    let mut stream = engine.generate(request).unwrap();
    listen(&mut stream).await
}
