//! `llmos-cli tokenize`.

use std::io::{self, Read};

use llmos_gguf::{GgufFile, Specials, Tokenizer};

use crate::args::TokenizeArguments;
use crate::error::CliError;
use crate::loading;
use crate::output::{Output, json_string};

pub fn run(arguments: &TokenizeArguments, output: &mut Output) -> Result<(), CliError> {
    let path = loading::model_path(arguments.model.as_deref())?;
    // Only the structure is checked here: a vocabulary-only file is no model.
    let file = GgufFile::open(&path).map_err(|error| CliError::in_file(&path, &error))?;
    let tokenizer =
        Tokenizer::from_gguf(&file).map_err(|error| CliError::in_file(&path, &error))?;
    let text = read_stdin()?;

    let specials = if arguments.no_special {
        Specials::Text
    } else {
        Specials::Parse
    };
    let mut ids = Vec::new();
    if !arguments.no_special && tokenizer.adds_bos() {
        ids.extend(tokenizer.bos());
    }
    ids.extend(tokenizer.encode(&text, specials)?);

    if arguments.json {
        return output.json(&ids);
    }
    for id in ids {
        // Half a character shows as U+FFFD.
        let piece = json_string(&tokenizer.decode(&[id]))?;
        output.line(&format!("{id}\t{piece}"))?;
    }
    Ok(())
}

/// All of stdin as text, line breaks at its end included.
pub fn read_stdin() -> Result<String, CliError> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|source| CliError::Input {
            what: "stdin",
            source,
        })?;
    String::from_utf8(bytes).map_err(|_| CliError::NotText)
}
