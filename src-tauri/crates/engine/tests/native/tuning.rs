//! The number of threads that is measured when a model is first loaded.

use std::path::PathBuf;
use std::sync::Arc;

use llmos_engine::{Backend, KvType, Level, LoadRequest, Model, ModelFile, Native};

use crate::support::{default_model, tokens};

fn load(cache_dir: PathBuf, threads: Option<usize>) -> Box<dyn Model> {
    let request = LoadRequest {
        file: Arc::new(ModelFile::open(&default_model()).unwrap()),
        context_length: 64,
        threads,
        cache_dir,
        kv_type: KvType::F16,
    };
    Native::with_level(Level::detect())
        .load(&request, &mut |_| {})
        .unwrap()
}

#[test]
fn a_first_load_measures_and_remembers_and_changes_no_logit() {
    let cache = tempfile::tempdir().unwrap();
    let memory = cache.path().join("threads.txt");
    let text = tokens("The lighthouse keeper");
    let logits = |model: &mut dyn Model| model.forward(&text).unwrap().to_vec();

    let asked = logits(&mut *load(cache.path().to_owned(), Some(1)));
    assert!(
        !memory.exists(),
        "a number that was asked for is not measured"
    );

    let mut first = load(cache.path().to_owned(), None);
    assert!(
        first.tokens().is_empty(),
        "the measurement left tokens behind"
    );
    assert_eq!(logits(&mut *first), asked);
    if Native::default_threads() == 1 {
        println!("skipped: one core leaves nothing to choose");
        return;
    }
    let found = std::fs::read_to_string(&memory).unwrap();
    assert_eq!(found.lines().count(), 1, "{found}");

    // The second load reads it and does not measure again.
    let marked = found.replace('\n', "\n1\tanother model\n");
    std::fs::write(&memory, &marked).unwrap();
    let mut second = load(cache.path().to_owned(), None);
    assert_eq!(logits(&mut *second), asked);
    assert_eq!(std::fs::read_to_string(&memory).unwrap(), marked);
}
