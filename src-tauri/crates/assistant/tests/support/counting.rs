//! The native engine with a count of what it was asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use llmos_engine::{
    Backend, EngineError, KvType, LoadError, LoadRequest, Model, ModelFile, Native, TokenId,
    Unsupported,
};

/// How many prompts the model was given.
#[derive(Debug, Clone, Default)]
pub struct Count(Arc<AtomicUsize>);

impl Count {
    pub fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

pub struct Counting {
    native: Native,
    count: Count,
}

impl Counting {
    pub fn new(count: Count) -> Self {
        Self {
            native: Native::new(),
            count,
        }
    }
}

impl Backend for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn supports(&self, file: &ModelFile) -> Result<(), Unsupported> {
        self.native.supports(file)
    }

    fn memory_needed(&self, file: &ModelFile, context_length: usize, kv_type: KvType) -> u64 {
        self.native.memory_needed(file, context_length, kv_type)
    }

    fn load(
        &self,
        request: &LoadRequest,
        progress: &mut dyn FnMut(f32),
    ) -> Result<Box<dyn Model>, LoadError> {
        Ok(Box::new(Counted {
            model: self.native.load(request, progress)?,
            count: self.count.clone(),
        }))
    }
}

struct Counted {
    model: Box<dyn Model>,
    count: Count,
}

impl Model for Counted {
    fn tokens(&self) -> &[TokenId] {
        self.model.tokens()
    }

    fn reuse(&mut self, prompt: &[TokenId]) -> Result<usize, EngineError> {
        self.count.0.fetch_add(1, Ordering::SeqCst);
        self.model.reuse(prompt)
    }

    fn forward(&mut self, tokens: &[TokenId]) -> Result<&[f32], EngineError> {
        self.model.forward(tokens)
    }

    fn prefill(&mut self, tokens: &[TokenId]) -> Result<(), EngineError> {
        self.model.prefill(tokens)
    }
}
