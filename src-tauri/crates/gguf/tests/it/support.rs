//! Files that tests open, and where the test data is.

use std::io::Write;
use std::path::PathBuf;

use llmos_gguf::build::GgufWriter;
use llmos_gguf::{ChatTemplate, GgufError, GgufFile, ModelFile, TemplateSource, Tokenizer};
use tempfile::NamedTempFile;

/// A file with these bytes, there until it is dropped.
pub fn file(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file.flush().unwrap();
    file
}

pub fn open_container(bytes: &[u8]) -> Result<GgufFile, GgufError> {
    GgufFile::open(file(bytes).path())
}

pub fn open_model(writer: &GgufWriter<'_>) -> Result<ModelFile, GgufError> {
    ModelFile::open(file(&writer.to_bytes().unwrap()).path())
}

pub fn tokenizer(writer: &GgufWriter<'_>) -> Tokenizer {
    Tokenizer::from_gguf(&open_container(&writer.to_bytes().unwrap()).unwrap()).unwrap()
}

/// A template run with the sample model's vocabulary.
pub fn template(text: &str) -> ChatTemplate {
    let tokenizer = tokenizer(&llmos_gguf::build::sample_model());
    ChatTemplate::new(text, TemplateSource::File, &tokenizer).unwrap()
}

/// The root of the repository.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// The default model. Its tests don't skip: a missing model is a failure.
pub fn default_model() -> PathBuf {
    let path = std::env::var_os("LLMOS_MODEL").map_or_else(
        || repository().join("models/smollm2-135m-instruct-q4_1.gguf"),
        PathBuf::from,
    );
    assert!(
        path.exists(),
        "{} is missing: run `make model`",
        path.display()
    );
    path
}

/// The folder with the reference vectors, or `None` after saying why not.
pub fn vocabularies() -> Option<PathBuf> {
    let folder = std::env::var_os("LLMOS_VOCAB_DIR")
        .map_or_else(|| repository().join("../shared/vocab"), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!(
        "skipped: no reference vectors in {} (set LLMOS_VOCAB_DIR)",
        folder.display()
    );
    None
}
