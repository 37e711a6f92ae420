//! Loading, refusing, and keeping what was there before.

use std::path::Path;
use std::sync::atomic::Ordering;

use crate::support::{Bench, ask, run};
use llmos_engine::{EngineError, EngineKind, EngineStatus, GgufErrorKind, KvType, LoadOptions};

/// The model from before is current, named in the status beside the file that
/// failed, and answers.
async fn previous_is_intact(bench: &Bench, failed: &Path) {
    let EngineStatus::Failed { previous, path, .. } = bench.engine.status() else {
        panic!("the failed load is not told: {:?}", bench.engine.status());
    };
    assert_eq!(path.as_deref(), Some(failed));
    assert_eq!(previous.unwrap().info.name, "Sample");
    assert_eq!(run(&bench.engine, ask("x")).await.text(), "yz");
    assert!(matches!(bench.engine.status(), EngineStatus::Ready { .. }));
}

#[tokio::test]
async fn a_load_tells_what_was_loaded() {
    let bench = Bench::loaded().await;
    let info = bench.engine.model().unwrap().info.clone();
    assert_eq!(info.name, "Sample");
    assert_eq!(info.architecture, "llama");
    assert_eq!(info.engine, "bigrams");
    assert_eq!(info.context_length, 1024);
    assert_eq!(info.vocab_size, 264);
    assert!(info.file_size > 0 && info.parameter_count > 0 && info.load_ms > 0.0);
}

#[tokio::test]
async fn a_refused_file_leaves_the_previous_model_usable() {
    let bench = Bench::loaded().await;
    let missing = bench.dir.path().join("missing.gguf");
    let error = bench.load(&missing).await.unwrap_err();
    assert!(matches!(&error, EngineError::Model(e) if e.kind() == GgufErrorKind::Missing));
    previous_is_intact(&bench, &missing).await;

    let truncated = bench.dir.path().join("truncated.gguf");
    let whole = std::fs::read(bench.dir.path().join("sample.gguf")).unwrap();
    std::fs::write(&truncated, &whole[..whole.len() / 2]).unwrap();
    let error = bench.load(&truncated).await.unwrap_err();
    assert!(matches!(&error, EngineError::Model(e) if e.kind() == GgufErrorKind::Truncated));
    previous_is_intact(&bench, &truncated).await;

    let hostile = bench.model_file("hostile.gguf", |file| {
        file.set("llama.attention.head_count_kv", 3u32);
    });
    let error = bench.load(&hostile).await.unwrap_err();
    assert!(matches!(&error, EngineError::Model(e) if e.kind() == GgufErrorKind::Invalid));
    previous_is_intact(&bench, &hostile).await;

    let template = bench.model_file("template.gguf", |file| {
        file.set("tokenizer.chat_template", "{% if %}");
    });
    let error = bench.load(&template).await.unwrap_err();
    assert!(matches!(&error, EngineError::Model(e) if e.kind() == GgufErrorKind::Invalid));
    previous_is_intact(&bench, &template).await;
}

#[tokio::test]
async fn an_engine_that_is_not_there_is_refused_by_name() {
    let bench = Bench::loaded().await;
    let path = bench.dir.path().join("sample.gguf");
    let options = LoadOptions {
        engine: EngineKind::MistralRs,
        ..LoadOptions::default()
    };
    let error = bench.engine.load(&path, options).await.unwrap_err();
    let EngineError::Unsupported(unsupported) = error else {
        panic!("{error:?}");
    };
    assert_eq!(unsupported.found, "mistralrs");
    assert_eq!(unsupported.supported, "bigrams");
    previous_is_intact(&bench, &path).await;
}

#[tokio::test]
async fn a_model_that_does_not_fit_is_refused_before_the_old_one_goes() {
    let bench = Bench::with_memory(|| Some(100_000));
    let path = bench.model_file("sample.gguf", |_| {});
    *bench.controls.memory.lock().unwrap() = (10_000, 0);
    bench.load(&path).await.unwrap();
    *bench.controls.memory.lock().unwrap() = (200_000, 0);
    let error = bench.load(&path).await.unwrap_err();
    assert!(matches!(
        error,
        EngineError::TooLarge {
            needed: 200_000,
            // What is free, and what dropping the old one would free.
            available: 110_000
        }
    ));
    previous_is_intact(&bench, &path).await;
}

#[tokio::test]
async fn a_short_memory_gives_a_short_context() {
    let bench = Bench::with_memory(|| Some(100_000));
    let path = bench.model_file("sample.gguf", |_| {});
    *bench.controls.memory.lock().unwrap() = (10_000, 150);
    bench.load(&path).await.unwrap();
    // 1024 tokens would take 163,600 bytes.
    assert_eq!(bench.engine.model().unwrap().info.context_length, 512);
}

#[tokio::test]
async fn a_short_memory_stores_keys_and_values_as_bytes_where_the_backend_can() {
    for (coarse, each, stored, length) in [
        (false, 150, KvType::F16, 512),
        (true, 150, KvType::Q8_0, 1024),
        // Where there is room, nothing is made coarser.
        (true, 50, KvType::F16, 1024),
    ] {
        let bench = Bench::with_memory(|| Some(100_000));
        let path = bench.model_file("sample.gguf", |_| {});
        bench.controls.coarse.store(coarse, Ordering::SeqCst);
        *bench.controls.memory.lock().unwrap() = (10_000, each);
        bench.load(&path).await.unwrap();
        assert_eq!(*bench.controls.kv_type.lock().unwrap(), Some(stored));
        assert_eq!(bench.engine.model().unwrap().info.context_length, length);
    }
}

#[tokio::test]
async fn a_type_of_keys_and_values_that_the_backend_has_not_is_refused_by_name() {
    let bench = Bench::loaded().await;
    let path = bench.dir.path().join("sample.gguf");
    let options = LoadOptions {
        kv_type: Some(KvType::Q8_0),
        ..LoadOptions::default()
    };
    let error = bench.engine.load(&path, options.clone()).await.unwrap_err();
    let EngineError::Unsupported(unsupported) = error else {
        panic!("{error:?}");
    };
    assert_eq!(unsupported.found, "q8_0");
    assert_eq!(unsupported.supported, "f16");
    previous_is_intact(&bench, &path).await;
    bench.controls.coarse.store(true, Ordering::SeqCst);
    bench.engine.load(&path, options).await.unwrap();
    assert_eq!(*bench.controls.kv_type.lock().unwrap(), Some(KvType::Q8_0));
}

#[tokio::test]
async fn the_old_model_goes_first_where_both_do_not_fit() {
    let bench = Bench::with_memory(|| Some(100_000));
    let path = bench.model_file("sample.gguf", |_| {});
    *bench.controls.memory.lock().unwrap() = (80_000, 0);
    bench.load(&path).await.unwrap();
    // It fits only with the 80,000 of the old one, which is therefore gone
    // when this load fails.
    *bench.controls.memory.lock().unwrap() = (120_000, 0);
    bench.controls.panic_in_load.store(true, Ordering::SeqCst);
    let error = bench.load(&path).await.unwrap_err();
    assert!(matches!(error, EngineError::Panicked { .. }));
    assert!(bench.engine.model().is_none());
    bench.controls.panic_in_load.store(false, Ordering::SeqCst);
    *bench.controls.memory.lock().unwrap() = (80_000, 0);
    bench.load(&path).await.unwrap();
    assert_eq!(run(&bench.engine, ask("x")).await.text(), "yz");
}

#[tokio::test]
async fn a_panic_while_loading_leaves_the_previous_model_usable() {
    let bench = Bench::loaded().await;
    bench.controls.panic_in_load.store(true, Ordering::SeqCst);
    let path = bench.dir.path().join("sample.gguf");
    let error = bench.load(&path).await.unwrap_err();
    assert!(matches!(error, EngineError::Panicked { .. }));
    previous_is_intact(&bench, &path).await;
}
