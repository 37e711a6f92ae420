//! `llmos-cli perplexity`: how well a model foresees a text.
//!
//! Defined as by llama.cpp's tool of that name, so that figures can be compared: the
//! text is cut into chunks of so many tokens, each is read from the start, and only
//! tokens of its second half count, which have at least half a chunk before them.

use std::fs;
use std::path::Path;

use llmos_engine::TokenId;
use llmos_gguf::{Specials, Tokenizer};
use serde::Serialize;

use crate::args::PerplexityArguments;
use crate::direct::{Direct, Found, each_position};
use crate::error::CliError;
use crate::output::{Output, Progress};
use crate::tokenize::read_stdin;

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report {
    engine: &'static str,
    kernels: Option<&'static str>,
    model: String,
    /// Tokens in a chunk.
    context: usize,
    chunks: usize,
    /// Tokens that counted.
    tokens: u64,
    perplexity: f64,
    /// Of the perplexity, as if tokens were independent of each other.
    standard_error: f64,
}

pub fn run(arguments: &PerplexityArguments, output: &mut Output) -> Result<(), CliError> {
    // Read before the model is loaded: a mistake should not cost that time.
    let text = read(&arguments.text)?;
    let found = Found::new(&arguments.engine)?;
    let path = found.file.gguf().path().to_owned();
    let tokenizer = Tokenizer::from_gguf(found.file.gguf())
        .map_err(|error| CliError::in_file(&path, &error))?;
    let bos = tokenizer.bos().filter(|_| tokenizer.adds_bos());
    let mut tokens: Vec<TokenId> = bos.into_iter().collect();
    tokens.extend(tokenizer.encode(&text, Specials::Text)?);
    let context = arguments.context;
    if tokens.len() < 2 * context {
        return Err(CliError::TooShort {
            found: tokens.len(),
            needed: 2 * context,
        });
    }
    let mut progress = Progress::new();
    progress.show("loading the model");
    let mut direct = found.load(context)?;
    let surprise = measure(&mut direct, &mut tokens, context, bos, &mut progress)?;
    progress.clear();
    let report = Report {
        engine: direct.engine,
        kernels: direct.kernels,
        model: direct.name,
        context,
        chunks: tokens.len() / context,
        tokens: surprise.count,
        perplexity: surprise.perplexity(),
        standard_error: surprise.standard_error(),
    };
    if arguments.json {
        return output.json(&report);
    }
    output.line(&format!("{}, engine {}", report.model, report.engine))?;
    output.line(&format!(
        "perplexity {:.4} ± {:.4} ({} tokens in {} chunks of {context})",
        report.perplexity, report.standard_error, report.tokens, report.chunks
    ))
}

/// The text of a file, or of stdin for `-`.
pub fn read(path: &Path) -> Result<String, CliError> {
    if path.as_os_str() == "-" {
        return read_stdin();
    }
    let failed = |reason: String| CliError::File {
        path: path.to_owned(),
        reason,
    };
    let bytes = fs::read(path).map_err(|error| failed(error.to_string()))?;
    String::from_utf8(bytes).map_err(|_| failed("not a text in UTF-8".to_owned()))
}

/// Reads all whole chunks. Where the model wants one, each begins with a
/// beginning-of-sequence token in place of its first.
fn measure(
    direct: &mut Direct,
    tokens: &mut [TokenId],
    context: usize,
    bos: Option<TokenId>,
    progress: &mut Progress,
) -> Result<Surprise, CliError> {
    let mut surprise = Surprise::default();
    let chunks = tokens.len() / context;
    for (number, chunk) in (1..).zip(tokens.chunks_exact_mut(context)) {
        if let (Some(first), Some(bos)) = (chunk.first_mut(), bos) {
            *first = bos;
        }
        // The last token has none after it to be foreseen.
        let read = &chunk[..context - 1];
        each_position(&mut *direct.model, read, context / 2, |position, logits| {
            surprise.add(logits, chunk[position + 1]);
        })?;
        progress.show(&format!(
            "chunk {number} of {chunks}: perplexity {:.4}",
            surprise.perplexity()
        ));
    }
    Ok(surprise)
}

/// Negative logarithms of the probabilities that tokens had, summed.
#[derive(Debug, Default)]
struct Surprise {
    count: u64,
    sum: f64,
    /// Of squares.
    squares: f64,
}

impl Surprise {
    /// Adds the token that came where the model had said `logits`.
    fn add(&mut self, logits: &[f32], came: TokenId) {
        let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f64 = logits
            .iter()
            .map(|logit| f64::from(logit - highest).exp())
            .sum();
        let logit = logits.get(came as usize).copied().unwrap_or(f32::NAN);
        let surprise = sum.ln() - f64::from(logit - highest);
        self.count += 1;
        self.sum += surprise;
        self.squares += surprise * surprise;
    }

    fn perplexity(&self) -> f64 {
        self.mean().exp()
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "texts are far below 2^53 tokens"
    )]
    fn mean(&self) -> f64 {
        self.sum / self.count as f64
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "texts are far below 2^53 tokens"
    )]
    fn standard_error(&self) -> f64 {
        let variance = self.squares / self.count as f64 - self.mean().powi(2);
        let others = self.count.saturating_sub(1).max(1) as f64;
        (variance.max(0.0) / others).sqrt() * self.perplexity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_knows_nothing_is_as_surprised_as_its_vocabulary_is_large() {
        let mut surprise = Surprise::default();
        for token in 0..8 {
            surprise.add(&[2.5; 8], token);
        }
        assert!((surprise.perplexity() - 8.0).abs() < 1e-9);
        assert!(surprise.standard_error() < 1e-6);
    }

    #[test]
    fn the_error_is_that_of_the_mean() {
        // Probabilities of a half and a quarter.
        let logits = [0.5f32, 0.25, 0.25].map(f32::ln);
        let mut surprise = Surprise::default();
        surprise.add(&logits, 0);
        surprise.add(&logits, 1);
        let mean = 1.5 * 2f64.ln();
        assert!((surprise.perplexity() - mean.exp()).abs() < 1e-6);
        let error = 0.5 * 2f64.ln() * mean.exp();
        assert!((surprise.standard_error() - error).abs() < 1e-6);
    }
}
