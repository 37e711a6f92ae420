//! Loading a file into mistral.rs without anything else happening.

use std::path::PathBuf;
use std::sync::Arc;

use candle_core::{DType, Device};
use llmos_engine::{EngineError, LoadError, LoadRequest, Model, TokenId};
use mistralrs_core::{
    AdapterPaths, DefaultSchedulerMethod, DeviceMapSetting, GGUFLoaderBuilder, GGUFSpecificConfig,
    LocalModelPaths, MistralRsBuilder, ModelPaths, Pipeline, SchedulerConfig,
};

use crate::model::{Core, MistralModel};
use crate::stop_ids;

/// The pipeline as mistral.rs shares it between its thread and us.
pub(crate) type SharedPipeline = Arc<tokio::sync::Mutex<dyn Pipeline>>;

/// Loads the model and computes one token to see that it works.
pub(crate) fn load(
    request: &LoadRequest,
    progress: &mut dyn FnMut(f32),
) -> Result<Box<dyn Model>, LoadError> {
    limit_threads(request.threads);
    progress(0.05);
    let pipeline = open_pipeline(request)?;
    progress(0.85);
    let core = start_engine(pipeline, request)?;
    let mut model = MistralModel::new(core);
    warm_up(&mut model)?;
    progress(1.0);
    Ok(Box::new(model))
}

/// Sets the size of rayon's global pool, on which the quantised matrix
/// products run. It can be set once in a process, before its first use; the
/// pool of the attention kernel is private to mistral.rs and follows
/// `RAYON_NUM_THREADS` alone, which also overrides nothing here.
fn limit_threads(threads: Option<usize>) {
    let Some(threads) = threads else { return };
    let built = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global();
    if built.is_err() && rayon::current_num_threads() != threads {
        tracing::warn!(
            asked = threads,
            used = rayon::current_num_threads(),
            "the number of threads is fixed for this process already"
        );
    }
}

/// Reads the tensors. Goes in below the loader that resolves model names, so
/// no code that knows of a network or a home directory runs.
fn open_pipeline(request: &LoadRequest) -> Result<SharedPipeline, LoadError> {
    let file = request.file.gguf().path();
    // Only the name is relative to nothing: it is opened as it is.
    let paths: Box<dyn ModelPaths> = Box::new(LocalModelPaths {
        // Empty: the tokenizer comes from the GGUF file.
        tokenizer_filename: PathBuf::new(),
        config_filename: PathBuf::new(),
        template_filename: None,
        filenames: vec![file.to_owned()],
        adapter_paths: AdapterPaths::None,
        gen_conf: None,
        preprocessor_config: None,
        processor_config: None,
        chat_template_json_filename: None,
    });
    let loader = GGUFLoaderBuilder::new(
        // Anything that is no `.json` keeps the file's own template out: a
        // template can switch on reasoning parsers, one of which downloads
        // its vocabulary.
        Some("none".to_owned()),
        None,
        String::new(),
        Vec::new(),
        GGUFSpecificConfig::default(),
        false,
        None,
    )
    .build();
    let pipeline = loader
        .load_model_from_path(
            &paths,
            &DType::F32,
            &Device::Cpu,
            true,
            DeviceMapSetting::dummy(),
            None,
            None,
        )
        .map_err(|error| LoadError::Backend {
            message: first_line(&error.to_string()),
        })?;
    Ok(pipeline)
}

/// Starts mistral.rs' thread on the pipeline.
fn start_engine(pipeline: SharedPipeline, request: &LoadRequest) -> Result<Core, LoadError> {
    let failed = |message: &str| LoadError::Backend {
        message: message.to_owned(),
    };
    let vocab_size = request.file.params().vocab_size;
    let stops = {
        let pipeline = pipeline.try_lock().map_err(|_| failed("it is in use"))?;
        let plain = pipeline
            .cache()
            .normal()
            .0
            .iter()
            .all(|layer| !layer.is_rotating() && !layer.is_shared());
        if !plain {
            return Err(failed("its KV cache is not of the plain kind"));
        }
        let tokens = pipeline
            .get_metadata()
            .tok_env()
            .ok_or_else(|| failed("it has no vocabulary"))?;
        let trie = tokens.tok_trie();
        let special = |id: TokenId| trie.is_special_token(id);
        let extended = |id: TokenId| trie.has_extensions(trie.token(id));
        stop_ids::choose(request.file.gguf(), vocab_size, special, extended)
            .ok_or_else(|| failed("its vocabulary has no token to stop with"))?
    };
    let one = std::num::NonZeroUsize::MIN;
    let scheduler = SchedulerConfig::DefaultScheduler {
        method: DefaultSchedulerMethod::Fixed(one),
    };
    let builder = MistralRsBuilder::new(Arc::clone(&pipeline), scheduler, false, None)
        .with_disable_eos_stop(true);
    // On a runtime of one thread it leaves out its own dummy run, whose prompt
    // would stay in the prefix cache.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|error| failed(&error.to_string()))?;
    let engine = runtime.block_on(builder.build());
    let requests = engine
        .get_sender(None)
        .map_err(|error| failed(&error.to_string()))?;
    Ok(Core {
        _engine: engine,
        requests,
        pipeline,
        stops,
        vocab_size,
    })
}

/// A first token touches every weight, so that the first answer does not pay
/// for it, and shows that the file works before anyone relies on it.
fn warm_up(model: &mut MistralModel) -> Result<(), LoadError> {
    let prompt = [0];
    let tried = model.reuse(&prompt).and_then(|_| {
        let width = model.forward(&prompt)?.len();
        model.forget()?;
        Ok(width)
    });
    match tried {
        Ok(width) if width == model.vocab_size() => Ok(()),
        Ok(width) => Err(LoadError::Backend {
            message: format!(
                "it computes {width} logits for a vocabulary of {}",
                model.vocab_size()
            ),
        }),
        Err(EngineError::Panicked { .. }) => Err(LoadError::Panicked),
        Err(error) => Err(LoadError::Backend {
            message: error.to_string(),
        }),
    }
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}
