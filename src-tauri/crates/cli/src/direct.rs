//! A model driven through its contract, one call after the other: no queue, no
//! sampling, no thread between. What measurements and diagnostics work on.

use std::path::PathBuf;
use std::sync::Arc;

use llmos_engine::{
    Backend, EngineError, EngineKind, KvType, Level, LoadRequest, Model, Native, PREFILL_CHUNK,
    TokenId,
};
use llmos_gguf::ModelFile;

use crate::args::EngineArguments;
use crate::error::CliError;
use crate::loading;

/// A loaded model and where it came from.
pub struct Direct {
    pub file: Arc<ModelFile>,
    /// The model's own name, or its file's.
    pub name: String,
    pub engine: &'static str,
    /// The instruction set of the native engine's kernels.
    pub kernels: Option<&'static str>,
    pub threads: usize,
    pub model: Box<dyn Model>,
}

/// A checked file and the engine that would run it.
pub struct Found {
    path: PathBuf,
    pub file: Arc<ModelFile>,
    backend: Box<dyn Backend>,
    kernels: Option<Level>,
    kv_type: KvType,
    threads: usize,
}

impl Found {
    /// Opens the file that the arguments name and finds its engine.
    pub fn new(arguments: &EngineArguments) -> Result<Self, CliError> {
        let path = loading::model_path(arguments.model.as_deref())?;
        let file = Arc::new(loading::open(&path)?);
        let backend = backend(&file, arguments)?;
        if !backend.kv_types().contains(&arguments.kv) {
            return Err(CliError::Usage(
                "only the native engine stores keys and values as q8_0: leave --kv out",
            ));
        }
        let kernels = (backend.name() == EngineKind::Native.name())
            .then(|| arguments.kernels.unwrap_or_else(Level::detect));
        Ok(Self {
            path,
            file,
            backend,
            kernels,
            kv_type: arguments.kv,
            threads: arguments.threads.unwrap_or_else(all_threads),
        })
    }

    /// Loads the model with room for `context` tokens.
    pub fn load(self, context: usize) -> Result<Direct, CliError> {
        let params = self.file.params();
        let available = self.backend.longest_context(params);
        if context > available {
            return Err(CliError::TooLong {
                needed: context,
                available,
            });
        }
        let request = LoadRequest {
            file: Arc::clone(&self.file),
            context_length: context.max(1),
            threads: Some(self.threads),
            cache_dir: loading::cache_dir(),
            kv_type: self.kv_type,
        };
        let model = self.backend.load(&request, &mut |_| {})?;
        let name = params.name.clone().unwrap_or_else(|| {
            let stem = self.path.file_stem();
            stem.map(|stem| stem.to_string_lossy().into_owned())
                .unwrap_or_default()
        });
        Ok(Direct {
            name,
            engine: self.backend.name(),
            kernels: self.kernels.map(Level::name),
            threads: self.threads,
            file: self.file,
            model,
        })
    }
}

/// The engine for a file; the native one where kernels were chosen.
fn backend(file: &ModelFile, arguments: &EngineArguments) -> Result<Box<dyn Backend>, CliError> {
    let Some(level) = arguments.kernels else {
        return loading::backend_for(file, arguments.engine);
    };
    if !matches!(arguments.engine, EngineKind::Auto | EngineKind::Native) {
        return Err(CliError::Usage(
            "--kernels belongs to the native engine: leave --engine out, or name that one",
        ));
    }
    let native = Native::with_level(level);
    match native.supports(file) {
        Ok(()) => Ok(Box::new(native)),
        Err(unsupported) => Err(CliError::File {
            path: file.gguf().path().to_owned(),
            reason: unsupported.to_string(),
        }),
    }
}

fn all_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Passes `visit` the logits that follow each token of `tokens` from position `from`
/// on, with that position.
///
/// What lies before `from` is read in chunks; the others go a few at a time where
/// the model gives the logits after each, else one by one.
pub fn each_position(
    model: &mut dyn Model,
    tokens: &[TokenId],
    from: usize,
    mut visit: impl FnMut(usize, &[f32]),
) -> Result<(), EngineError> {
    let from = from.min(tokens.len());
    // Asked for no more than this, a cache cannot hold what has yet to give logits.
    let start = tokens.get(..=from).unwrap_or(tokens);
    let cached = if start.is_empty() {
        0
    } else {
        model.reuse(start)?
    };
    for chunk in tokens[cached..from].chunks(PREFILL_CHUNK) {
        model.prefill(chunk)?;
    }
    let mut position = from;
    if let Some(verifier) = model.verifier() {
        for chunk in tokens[from..].chunks(verifier.most_rows().max(1)) {
            verifier.verify(chunk)?;
            for index in 0..chunk.len() {
                visit(position, verifier.row(index));
                position += 1;
            }
        }
    }
    for token in &tokens[position..] {
        visit(position, model.forward(&[*token])?);
        position += 1;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use llmos_engine::Verify;

    use super::*;

    /// Logits that say after how many tokens they come.
    #[derive(Default)]
    struct Counter {
        tokens: Vec<TokenId>,
        calls: Vec<usize>,
        rows: Vec<[f32; 1]>,
        verifies: bool,
    }

    impl Counter {
        #[expect(clippy::cast_precision_loss, reason = "small")]
        fn append(&mut self, tokens: &[TokenId]) {
            let before = self.tokens.len();
            self.tokens.extend(tokens);
            self.calls.push(tokens.len());
            self.rows = (before..self.tokens.len())
                .map(|count| [count as f32 + 1.0])
                .collect();
        }
    }

    impl Model for Counter {
        fn tokens(&self) -> &[TokenId] {
            &self.tokens
        }

        fn reuse(&mut self, prompt: &[TokenId]) -> Result<usize, EngineError> {
            let kept = llmos_engine::reusable_prefix(&self.tokens, prompt);
            self.tokens.truncate(kept);
            Ok(kept)
        }

        fn forward(&mut self, tokens: &[TokenId]) -> Result<&[f32], EngineError> {
            self.append(tokens);
            Ok(self.rows.last().map_or(&[], |row| &row[..]))
        }

        fn verifier(&mut self) -> Option<&mut dyn Verify> {
            self.verifies.then_some(self as &mut dyn Verify)
        }
    }

    impl Verify for Counter {
        fn most_rows(&self) -> usize {
            2
        }

        fn verify(&mut self, tokens: &[TokenId]) -> Result<(), EngineError> {
            self.append(tokens);
            Ok(())
        }

        fn row(&self, index: usize) -> &[f32] {
            &self.rows[index]
        }

        fn truncate(&mut self, length: usize) {
            self.tokens.truncate(length);
        }
    }

    fn seen(model: &mut Counter, from: usize) -> Vec<(usize, f32)> {
        model.calls.clear();
        let mut seen = Vec::new();
        let visited = each_position(model, &[7, 7, 8, 9, 9], from, |at, logits| {
            seen.push((at, logits[0]));
        });
        assert!(visited.is_ok());
        seen
    }

    #[test]
    fn every_position_from_the_first_on_is_seen_once_whatever_is_cached() {
        let all = [(0, 1.0), (1, 2.0), (2, 3.0), (3, 4.0), (4, 5.0)];
        let mut model = Counter::default();
        for (from, calls) in [(3, vec![3, 1, 1]), (2, vec![1, 1, 1]), (5, vec![1])] {
            assert_eq!(seen(&mut model, from), all[from..]);
            assert_eq!(model.calls, calls);
        }
        let mut model = Counter {
            verifies: true,
            ..Counter::default()
        };
        for (from, calls) in [(0, vec![2, 2, 1]), (1, vec![2, 2])] {
            assert_eq!(seen(&mut model, from), all[from..]);
            assert_eq!(model.calls, calls);
        }
    }
}
