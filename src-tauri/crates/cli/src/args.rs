//! The command line, which is also its manual.
#![expect(
    clippy::doc_markdown,
    reason = "what is documented here is read in a terminal"
)]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use llmos_engine::{EngineKind, KvType, Level, TokenId};

use crate::synth::{Family, Recipe, Size};

const EXAMPLES: &str = "\
Examples:
  llmos-cli chat                                     talk in the terminal
  llmos-cli chat --prompt 'Name three rivers.'       one answer, then done
  cat mail.txt | llmos-cli chat --prompt - --system 'Summarise in two sentences.'
  llmos-cli model check model.gguf && echo usable
  printf 'Hello world' | llmos-cli tokenize --no-special --json
  llmos-cli bench --depth 0,1024 --repeat 3 --json
  llmos-cli perplexity README.md

Where no --model is given, the default model is used: the file that LLMOS_MODEL
names, or the one that came with the program, or models/ in the source tree.
Nothing you type leaves this device and nothing is saved.";

/// LLMOS in a terminal: chat with a local model, check model files, measure.
#[derive(Debug, Parser)]
#[command(name = "llmos-cli", version, after_help = EXAMPLES)]
pub struct Arguments {
    /// Log what the parts do to stderr (never what you type)
    #[arg(long, short, global = true)]
    pub verbose: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Talk to a model, or get one answer with --prompt
    Chat(ChatArguments),
    /// Look at model files
    Model {
        #[command(subcommand)]
        command: ModelCommand,
    },
    /// Turn text from stdin into token ids
    Tokenize(TokenizeArguments),
    /// Measure load time, prompt speed and generation speed
    Bench(BenchArguments),
    /// Measure how well a model foresees a text
    Perplexity(PerplexityArguments),
    /// Show what a model says after each token, a diagnostic
    Logits(LogitsArguments),
    /// Make a model file of random weights, for tests and measurements
    Synth(SynthArguments),
}

/// Which model, and what computes it.
#[derive(Debug, Args)]
pub struct EngineArguments {
    /// Model file (GGUF) [default: the default model]
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Threads [default: all the processor has]
    #[arg(long, value_name = "N", value_parser = positive)]
    pub threads: Option<usize>,
    /// Engine: native, mistralrs, or auto for the first of them that takes the file
    #[arg(long, value_name = "NAME", default_value_t = EngineKind::Auto)]
    pub engine: EngineKind,
    /// Instruction set of the native engine's kernels: avx512, avx2, i8mm, dotprod
    /// or portable [default: the best the processor has]
    #[arg(long, value_name = "LEVEL")]
    pub kernels: Option<Level>,
    /// How the native engine stores keys and values: f16, or q8_0 in half the memory
    #[arg(long, value_name = "TYPE", default_value_t = KvType::F16)]
    pub kv: KvType,
}

#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Say whether a GGUF file can be used; exit code 1 if it can't
    Check {
        /// The model file
        file: PathBuf,
    },
    /// Show what is in a GGUF file that can be used
    Inspect {
        /// The model file
        file: PathBuf,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

const CHAT_HELP: &str = "\
In the conversation: /new starts over, /help lists commands, /quit or Ctrl-D ends,
Ctrl-C stops an answer and, at the prompt, ends. A line that ends in \\ goes on.

Examples:
  llmos-cli chat --system 'You are a patient teacher.'
  llmos-cli chat --prompt 'What is a monad?' --max-tokens 100
  llmos-cli chat --prompt - --temperature 0 --json < question.txt";

#[derive(Debug, Args)]
#[command(after_help = CHAT_HELP)]
pub struct ChatArguments {
    /// Model file (GGUF) [default: the default model]
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// How keys and values are stored: f16, or q8_0 in half the memory [default: f16,
    /// q8_0 where the context fits into memory only so]
    #[arg(long, value_name = "TYPE")]
    pub kv: Option<KvType>,
    /// A smaller model of the same vocabulary that guesses ahead (GGUF): the answers stay
    /// the same and may come sooner
    #[arg(long, value_name = "FILE")]
    pub draft: Option<PathBuf>,
    /// Ask this and end; `-` reads it from stdin, and so does a pipe without it
    #[arg(long, value_name = "TEXT")]
    pub prompt: Option<String>,
    /// System prompt instead of the app's own; empty for none
    #[arg(long, value_name = "TEXT")]
    pub system: Option<String>,
    /// Longest answer in tokens
    #[arg(long, value_name = "N", default_value_t = llmos_assistant::persona::MAX_ANSWER_TOKENS,
          value_parser = positive)]
    pub max_tokens: usize,
    /// Randomness, from 0 (always the likeliest token, no penalties) to about 1.5
    #[arg(long, value_name = "F", value_parser = temperature)]
    pub temperature: Option<f32>,
    /// Makes the same question give the same answer
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Print one JSON object: text, prompt_tokens, completion_tokens, ttft_ms,
    /// prefill_tps, decode_tps, stop_reason, engine
    #[arg(long)]
    pub json: bool,
}

const TOKENIZE_HELP: &str = "\
Without --json every token is a line: its id, a tab, its text as a JSON string.
Works on vocabulary-only files too.

Examples:
  printf 'Hello world' | llmos-cli tokenize
  llmos-cli tokenize --model vocab.gguf --no-special --json < book.txt | jq length";

#[derive(Debug, Args)]
#[command(after_help = TOKENIZE_HELP)]
pub struct TokenizeArguments {
    /// Model or vocabulary file (GGUF) [default: the default model]
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Take control tokens in the text as plain text, and add none at the start
    #[arg(long)]
    pub no_special: bool,
    /// Print one JSON array of ids
    #[arg(long)]
    pub json: bool,
}

const BENCH_HELP: &str = "\
Prefill at depth D: speed of reading --prompt-tokens tokens after D tokens.
Decode at depth D: speed of generating --generate tokens after D tokens, greedy.
Every figure is the median of --repeat runs after one that is not counted. The
tokens are made up: speed does not depend on which they are.

Examples:
  llmos-cli bench
  llmos-cli bench --prompt-tokens 512 --generate 64 --depth 0,1024 --threads 2 --json
  llmos-cli bench --engine native --kernels avx2
  llmos-cli bench --kv q8_0 --depth 4096
  llmos-cli bench --model large.gguf --draft small.gguf --generate 128";

#[derive(Debug, Args)]
#[command(after_help = BENCH_HELP)]
pub struct BenchArguments {
    #[command(flatten)]
    pub engine: EngineArguments,
    /// Tokens to read for each prefill figure; 0 leaves prefill out
    #[arg(long, value_name = "N", default_value_t = 512)]
    pub prompt_tokens: usize,
    /// Tokens to generate for each decode figure; 0 leaves decode out
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub generate: usize,
    /// Tokens already in the context, a list
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "0,1024"
    )]
    pub depth: Vec<usize>,
    /// Runs per figure
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = positive)]
    pub repeat: usize,
    /// Also write --generate tokens after a real text, greedily, with this draft model
    /// and without
    #[arg(long, value_name = "FILE")]
    pub draft: Option<PathBuf>,
    /// Print one JSON object: engine, kernels, model, threads, load_ms,
    /// peak_rss_bytes, prefill and decode as lists of depth, tokens, tps; with --draft
    /// also draft as model, tps, plain_tps, guessed, accepted
    #[arg(long)]
    pub json: bool,
}

const PERPLEXITY_HELP: &str = "\
The lower the better: a model of perplexity 20 is as unsure of the next token as if
it threw a die of 20 sides. Figures of different vocabularies can't be compared.
Computed as by llama.cpp's tool: the text in chunks of --context tokens, each read
from its start, tokens of its second half counted.

Examples:
  llmos-cli perplexity README.md
  llmos-cli perplexity --model small.gguf --context 256 --json book.txt
  cat docs/*.md | llmos-cli perplexity --kernels portable -";

#[derive(Debug, Args)]
#[command(after_help = PERPLEXITY_HELP)]
pub struct PerplexityArguments {
    #[command(flatten)]
    pub engine: EngineArguments,
    /// Text file in UTF-8, at least two chunks long; `-` reads stdin
    pub text: PathBuf,
    /// Tokens in a chunk
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = chunk)]
    pub context: usize,
    /// Print one JSON object: engine, kernels, model, context, chunks, tokens,
    /// perplexity, standard_error
    #[arg(long)]
    pub json: bool,
}

const LOGITS_HELP: &str = "\
Without --json every token is a line: its position, its id and text, then the
likeliest to follow, each with its logit. `llmos-cli tokenize --json` makes ids.

Examples:
  llmos-cli logits --tokens 504,3575,282,4649 --generate 8
  llmos-cli logits --model tiny.gguf --tokens 1,2,3 --kernels portable --json
  llmos-cli logits --tokens 1,2,3,4,5,6,7,8 --batch 8    only after the last, as in prefill";

#[derive(Debug, Args)]
#[command(after_help = LOGITS_HELP)]
pub struct LogitsArguments {
    #[command(flatten)]
    pub engine: EngineArguments,
    /// Token ids, exactly as the model gets them
    #[arg(long, value_name = "LIST", value_delimiter = ',', required = true)]
    pub tokens: Vec<TokenId>,
    /// Go on with so many tokens, each the likeliest after the one before
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub generate: usize,
    /// Tokens that go through the model together; logits come after each batch
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = positive)]
    pub batch: usize,
    /// Only so many, the highest [default: 5, with --json all]
    #[arg(long, value_name = "N", value_parser = positive)]
    pub top: Option<usize>,
    /// Print one JSON object: engine, kernels, model, positions as a list of
    /// position, token and logits, or top as pairs of id and logit
    #[arg(long)]
    pub json: bool,
}

const SYNTH_HELP: &str = "\
Weights are random, so the model talks nonsense; it is as large, as fast and as hard
to compute as a real one. The same arguments give the same file. In a tiny model all
matrices have the type; in a large one the head is finer, as quantisers leave it.
K types and the mix Q4_K_M are stored in superblocks of 256 weights.

Examples:
  llmos-cli synth --arch gemma3 --type Q4_K tiny.gguf
  llmos-cli synth --arch llama --type Q4_K_M --shape 1b large.gguf
  llmos-cli bench --model large.gguf --threads 2";

#[derive(Debug, Args)]
#[command(after_help = SYNTH_HELP)]
pub struct SynthArguments {
    /// Architecture
    #[arg(long, value_enum)]
    pub arch: Family,
    /// Storage type of the matrices, such as F16, Q8_0, Q4_K, MXFP4; or the mix Q4_K_M
    #[arg(long = "type", value_name = "TYPE")]
    pub recipe: Recipe,
    /// How large
    #[arg(long, value_enum, default_value_t = Size::Tiny)]
    pub shape: Size,
    /// Other weights
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// File to write; one that is there is replaced
    pub out: PathBuf,
}

/// A length that leaves something to count in its second half.
fn chunk(text: &str) -> Result<usize, String> {
    match positive(text)? {
        0..4 => Err("must be at least 4".to_owned()),
        length => Ok(length),
    }
}

/// A whole number from 1.
fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("must be at least 1".to_owned()),
        Ok(number) => Ok(number),
        Err(error) => Err(format!("{error}")),
    }
}

/// A finite number from 0.
fn temperature(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(value) if value.is_finite() && value >= 0.0 => Ok(value),
        Ok(_) => Err("must be 0 or more".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Arguments::command().debug_assert();
    }
}
