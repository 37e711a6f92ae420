//! `llmos-cli model check` and `llmos-cli model inspect`.

use std::path::Path;

use llmos_engine::EngineKind;
use llmos_gguf::{ChatTemplate, ModelFile, ModelParams, TensorInfo, Tokenizer, Value};
use serde::Serialize;
use serde_json::{Map, json};

use crate::error::CliError;
use crate::loading;
use crate::output::Output;

/// Longest piece of a metadata value that is shown, in characters.
const PREVIEW: usize = 72;

/// Everything short of loading: the file, its tokenizer, its template, and an
/// engine that takes it.
pub fn check(path: &Path, output: &mut Output) -> Result<(), CliError> {
    let checked = Checked::open(path)?;
    let params = checked.file.params();
    output.line(&format!(
        "{}: usable: {}, {}, {} parameters, {} tokens of context, engine {}",
        path.display(),
        params.architecture,
        params.quantisation,
        rounded(params.parameter_count),
        params.context_length,
        checked.engine,
    ))
}

/// What is in the file.
pub fn inspect(path: &Path, json: bool, output: &mut Output) -> Result<(), CliError> {
    let checked = Checked::open(path)?;
    if json {
        return output.json(&Inspection::of(&checked));
    }
    let file = &checked.file;
    let gguf = file.gguf();
    output.line(&path.display().to_string())?;
    for (name, value) in parameters(file.params()) {
        output.line(&format!("  {name:<22} {value}"))?;
    }
    output.line(&format!("  {:<22} {}", "engine", checked.engine))?;
    output.line(&format!("  {:<22} {}", "files", gguf.part_count()))?;
    output.line(&format!("  {:<22} {}", "file size in bytes", gguf.len()))?;
    output.line(&format!("  {:<22} {}", "GGUF version", gguf.version()))?;
    output.line("")?;
    output.line(&format!("metadata ({})", gguf.metadata().len()))?;
    for (key, value) in gguf.metadata().iter() {
        output.line(&format!("  {key} = {}", value.preview(PREVIEW)))?;
    }
    output.line("")?;
    output.line(&format!("tensors ({})", gguf.tensors().len()))?;
    for tensor in gguf.tensors() {
        output.line(&format!(
            "  {:<32} {:<6} {:?}",
            tensor.name(),
            tensor.tensor_type().name(),
            tensor.shape()
        ))?;
    }
    Ok(())
}

/// A file that can be used.
struct Checked {
    file: ModelFile,
    engine: &'static str,
}

impl Checked {
    fn open(path: &Path) -> Result<Self, CliError> {
        let file = loading::open(path)?;
        let tokenizer =
            Tokenizer::from_gguf(file.gguf()).map_err(|error| CliError::in_file(path, &error))?;
        ChatTemplate::from_gguf(file.gguf(), &tokenizer).map_err(|error| CliError::File {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
        let engine = loading::backend_for(&file, EngineKind::Auto)?.name();
        Ok(Self { file, engine })
    }
}

/// The parameters with names for a person.
fn parameters(params: &ModelParams) -> Vec<(&'static str, String)> {
    vec![
        ("name", params.name.clone().unwrap_or_default()),
        ("architecture", params.architecture.clone()),
        ("quantisation", params.quantisation.clone()),
        ("parameters", params.parameter_count.to_string()),
        ("blocks", params.block_count.to_string()),
        ("embedding length", params.embedding_length.to_string()),
        (
            "feed-forward length",
            params.feed_forward_length.to_string(),
        ),
        ("heads", params.head_count.to_string()),
        ("key-value heads", params.head_count_kv.to_string()),
        ("context in tokens", params.context_length.to_string()),
        ("vocabulary", params.vocab_size.to_string()),
    ]
}

/// What `inspect --json` prints.
#[derive(Debug, Serialize)]
struct Inspection<'a> {
    path: String,
    name: Option<&'a str>,
    architecture: &'a str,
    quantisation: &'a str,
    engine: &'static str,
    files: usize,
    file_size: u64,
    parameter_count: u64,
    block_count: u64,
    embedding_length: u64,
    feed_forward_length: u64,
    head_count: u64,
    head_count_kv: u64,
    context_length: u64,
    vocab_size: u64,
    gguf_version: u32,
    metadata: Map<String, serde_json::Value>,
    tensors: Vec<TensorEntry<'a>>,
}

#[derive(Debug, Serialize)]
struct TensorEntry<'a> {
    name: &'a str,
    r#type: &'static str,
    shape: &'a [u64],
    bytes: u64,
}

impl<'a> Inspection<'a> {
    fn of(checked: &'a Checked) -> Self {
        let gguf = checked.file.gguf();
        let params = checked.file.params();
        Self {
            path: gguf.path().display().to_string(),
            name: params.name.as_deref(),
            architecture: &params.architecture,
            quantisation: &params.quantisation,
            engine: checked.engine,
            files: gguf.part_count(),
            file_size: gguf.len(),
            parameter_count: params.parameter_count,
            block_count: params.block_count.into(),
            embedding_length: params.embedding_length.into(),
            feed_forward_length: params.feed_forward_length.into(),
            head_count: params.head_count.into(),
            head_count_kv: params.head_count_kv.into(),
            context_length: params.context_length.into(),
            vocab_size: params.vocab_size.into(),
            gguf_version: gguf.version(),
            metadata: gguf
                .metadata()
                .iter()
                .map(|(key, value)| (key.to_owned(), as_json(&value)))
                .collect(),
            tensors: gguf.tensors().iter().map(TensorEntry::of).collect(),
        }
    }
}

impl<'a> TensorEntry<'a> {
    fn of(tensor: &'a TensorInfo) -> Self {
        Self {
            name: tensor.name(),
            r#type: tensor.tensor_type().name(),
            shape: tensor.shape(),
            bytes: tensor.byte_len(),
        }
    }
}

/// A metadata value; of an array, its type and length: a vocabulary of a
/// hundred thousand strings helps nobody here.
fn as_json(value: &Value<'_>) -> serde_json::Value {
    if let Some(array) = value.as_array() {
        return json!({ "array_of": array.element_type().name(), "length": array.len() });
    }
    if let Some(text) = value.as_str() {
        return json!(text);
    }
    if let Some(flag) = value.as_bool() {
        return json!(flag);
    }
    if let Some(number) = value.as_u64() {
        return json!(number);
    }
    if let Some(number) = value.as_f32() {
        return json!(number);
    }
    json!(value.preview(PREVIEW))
}

/// A count in three digits: 135M, 1.24B.
#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn rounded(count: u64) -> String {
    let (scaled, unit) = match count {
        0..1_000 => return count.to_string(),
        1_000..1_000_000 => (count as f64 / 1e3, "K"),
        1_000_000..1_000_000_000 => (count as f64 / 1e6, "M"),
        _ => (count as f64 / 1e9, "B"),
    };
    let digits = if scaled < 10.0 {
        2
    } else {
        usize::from(scaled < 100.0)
    };
    format!("{scaled:.digits$}{unit}")
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn counts_have_three_digits() {
        assert_eq!(rounded(950), "950");
        assert_eq!(rounded(134_515_008), "135M");
        assert_eq!(rounded(1_240_000_000), "1.24B");
        assert_eq!(rounded(70_600_000_000), "70.6B");
    }
}
