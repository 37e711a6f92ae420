//! The native backend: our own kernels on the processor, for the architectures
//! that most models have. Files it does not cover are left to other backends.

mod angles;
mod config;
mod memory;
mod model;
mod threads;
mod tuning;
mod weights;

use llmos_gguf::{Architecture, ModelFile};
use llmos_kernels::{Compute, KvType, Level, WeightType};

use crate::backend::{Backend, LoadRequest, Model};
use crate::error::{LoadError, Unsupported};
use config::Config;
use model::NativeModel;
use weights::Weights;

/// Architectures that the forward pass covers.
const ARCHITECTURES: [Architecture; 7] = [
    Architecture::Llama,
    Architecture::Smollm3,
    Architecture::Qwen2,
    Architecture::Qwen3,
    Architecture::Phi3,
    Architecture::Gemma2,
    Architecture::Gemma3,
];

/// The native backend.
#[derive(Debug, Clone, Copy)]
pub struct Native {
    level: Level,
}

impl Native {
    /// With the fastest kernels that this processor has.
    #[must_use]
    pub fn new() -> Self {
        Self::with_level(Level::detect())
    }

    /// With kernels of the caller's choice, for comparing them.
    #[must_use]
    pub fn with_level(level: Level) -> Self {
        Self { level }
    }

    /// Threads it computes with when nobody says: one for each fast core.
    #[must_use]
    pub fn default_threads() -> usize {
        threads::default_count()
    }
}

impl Default for Native {
    fn default() -> Self {
        Self::new()
    }
}

impl Backend for Native {
    fn name(&self) -> &'static str {
        "native"
    }

    fn supports(&self, file: &ModelFile) -> Result<(), Unsupported> {
        let params = file.params();
        let refuse = |what, found: String, supported: &str| {
            Err(Unsupported {
                what,
                found,
                supported: supported.to_owned(),
            })
        };
        let names = ARCHITECTURES.map(Architecture::name).join(", ");
        if !params
            .architecture()
            .is_some_and(|known| ARCHITECTURES.contains(&known))
        {
            return refuse("architecture", params.architecture.clone(), &names);
        }
        if params.expert_count > 0 {
            return refuse("number of experts", params.expert_count.to_string(), "0");
        }
        for (what, width, step) in [
            ("embedding width", params.embedding_length, 32),
            ("feed-forward width", params.feed_forward_length, 32),
            ("length of a key head", params.key_length, 16),
            ("length of a value head", params.value_length, 16),
            (
                "width of all value heads",
                params.head_count * params.value_length,
                32,
            ),
        ] {
            if !width.is_multiple_of(step) {
                return refuse(what, width.to_string(), &format!("multiples of {step}"));
            }
        }
        for tensor in file.gguf().tensors() {
            let known = weights::weight_type(tensor.tensor_type());
            let fits = match known {
                Some(weight_type) => weight_type.is_float() || tensor.shape().len() > 1,
                None => false,
            };
            if !fits {
                let types = WeightType::ALL.map(WeightType::name).join(", ");
                return refuse(
                    "tensor type",
                    tensor.tensor_type().name().to_owned(),
                    &types,
                );
            }
        }
        Ok(())
    }

    fn kv_types(&self) -> &'static [KvType] {
        &KvType::ALL
    }

    fn memory_needed(&self, file: &ModelFile, context_length: usize, kv_type: KvType) -> u64 {
        memory::needed(file, context_length, kv_type)
    }

    fn load(
        &self,
        request: &LoadRequest,
        progress: &mut dyn FnMut(f32),
    ) -> Result<Box<dyn Model>, LoadError> {
        let config = Config::read(&request.file).map_err(|error| LoadError::Backend {
            message: error.to_string(),
        })?;
        let threads = request.threads.unwrap_or_else(threads::default_count);
        let mut compute = Compute::new(threads, self.level);
        let (context, kv_type) = (request.context_length, request.kv_type);
        let weights = Weights::load(&request.file, &config, context, &mut compute, progress)?;
        let file = request.file.clone();
        let mut model = NativeModel::new(file, config, weights, compute, context, kv_type)?;
        if request.threads.is_none() {
            let key = tuning::key(request.file.params(), threads, self.level);
            tuning::tune(&mut model, &key, &request.cache_dir);
        }
        Ok(Box::new(model))
    }
}
