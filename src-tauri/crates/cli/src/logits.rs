//! `llmos-cli logits`: what a model says after each token, as numbers.
//!
//! A diagnostic: for comparing engines, kernels and other programs.

use llmos_engine::{Model, TokenId};
use serde::Serialize;

use crate::args::LogitsArguments;
use crate::direct::{Direct, Found};
use crate::error::CliError;
use crate::output::{Output, Progress, json_string};

/// How many are shown where nobody says.
const SHOWN: usize = 5;

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report {
    engine: &'static str,
    kernels: Option<&'static str>,
    model: String,
    positions: Vec<After>,
}

/// What follows a token.
#[derive(Debug, Serialize)]
struct After {
    /// Tokens before this one.
    position: usize,
    token: TokenId,
    /// All of them, without `--top`.
    #[serde(skip_serializing_if = "Option::is_none")]
    logits: Option<Vec<f32>>,
    /// Id and logit of the likeliest, with `--top`.
    #[serde(skip_serializing_if = "Option::is_none")]
    top: Option<Vec<(TokenId, f32)>>,
}

pub fn run(arguments: &LogitsArguments, output: &mut Output) -> Result<(), CliError> {
    let found = Found::new(&arguments.engine)?;
    let vocabulary = found.file.params().vocab_size;
    if let Some(id) = arguments.tokens.iter().find(|id| **id >= vocabulary) {
        return Err(CliError::NoSuchToken {
            id: *id,
            vocabulary,
        });
    }
    let mut progress = Progress::new();
    progress.show("loading the model");
    let context = arguments.tokens.len() + arguments.generate;
    let mut direct = found.load(context)?;
    progress.clear();

    // A whole vocabulary is nothing to look at.
    let top = match arguments.top {
        None if !arguments.json => Some(SHOWN),
        top => top,
    };
    let positions = positions(&mut *direct.model, arguments, top)?;
    if arguments.json {
        return output.json(&Report {
            engine: direct.engine,
            kernels: direct.kernels,
            model: direct.name,
            positions,
        });
    }
    show(&direct, &positions, output)
}

/// Runs the tokens, then those that the model goes on with.
fn positions(
    model: &mut dyn Model,
    arguments: &LogitsArguments,
    top: Option<usize>,
) -> Result<Vec<After>, CliError> {
    let mut positions = Vec::new();
    let mut done = 0;
    let mut next = 0;
    let given = arguments.tokens.chunks(arguments.batch).map(Some);
    let own = std::iter::repeat_n(None, arguments.generate);
    for batch in given.chain(own) {
        let own = [next];
        let batch = batch.unwrap_or(&own);
        let logits = model.forward(batch)?;
        done += batch.len();
        let likeliest = likeliest(logits, top.unwrap_or(1).max(1));
        next = likeliest.first().map_or(0, |(id, _)| *id);
        positions.push(After {
            position: done - 1,
            token: batch.last().copied().unwrap_or_default(),
            logits: top.is_none().then(|| logits.to_vec()),
            top: top.is_some().then_some(likeliest),
        });
    }
    Ok(positions)
}

/// The ids with the highest logits, the highest first; of equal ones, the lower id.
fn likeliest(logits: &[f32], count: usize) -> Vec<(TokenId, f32)> {
    let mut all: Vec<(TokenId, f32)> = (0..).zip(logits.iter().copied()).collect();
    let before = |a: &(TokenId, f32), b: &(TokenId, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if count < all.len() {
        all.select_nth_unstable_by(count, before);
        all.truncate(count);
    }
    all.sort_unstable_by(before);
    all
}

fn show(direct: &Direct, positions: &[After], output: &mut Output) -> Result<(), CliError> {
    // A model whose tokenizer is of no use still has logits.
    let tokenizer = llmos_gguf::Tokenizer::from_gguf(direct.file.gguf()).ok();
    let text = |id: TokenId| match &tokenizer {
        Some(tokenizer) => json_string(&tokenizer.decode(&[id])),
        None => Ok(String::new()),
    };
    for position in positions {
        let token = position.token;
        let mut columns = vec![
            position.position.to_string(),
            format!("{token} {}", text(token)?),
        ];
        for (id, logit) in position.top.iter().flatten() {
            columns.push(format!("{logit:.3} {id} {}", text(*id)?));
        }
        output.line(&columns.join("\t"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::likeliest;

    #[test]
    fn the_likeliest_come_first_and_no_more_than_there_are() {
        let logits = [1.0, 3.0, -2.0, 3.0];
        assert_eq!(likeliest(&logits, 3), [(1, 3.0), (3, 3.0), (0, 1.0)]);
        assert_eq!(likeliest(&logits, 9).len(), 4);
        assert_eq!(likeliest(&logits, 1), [(1, 3.0)]);
    }
}
