//! The command line, which is also its manual.
#![expect(
    clippy::doc_markdown,
    reason = "what is documented here is read in a terminal"
)]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use llmos_engine::{EngineKind, KvType, Level, TokenId};

use crate::synth::{Family, Recipe, Size};

const EXAMPLES: &str = "\
Examples:
  llmos-cli chat                                     talk in the terminal
  llmos-cli chat --prompt 'Name three rivers.'       one answer, then done
  cat mail.txt | llmos-cli chat --prompt - --system 'Summarise in two sentences.'
  llmos-cli translate --to de letter.txt > brief.txt
  llmos-cli rewrite --style clearer letter.txt
  llmos-cli summarize --style minutes meeting.docx
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
    /// Put a text into other words
    Rewrite(RewriteArguments),
    /// Sum up a text or a document of any length
    Summarize(SummarizeArguments),
    /// Look at model files
    Model {
        #[command(subcommand)]
        command: ModelCommand,
    },
    /// Translate a text or a document
    Translate(TranslateArguments),
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

const TRANSLATE_HELP: &str = "\
Markdown, HTML and subtitles (.srt) keep their structure. Placeholders, numbers, links
and code are kept, or a line on stderr says what was lost and where. A language is a
tag (de, zh, pt-BR) or a name (German, 德语).

Examples:
  llmos-cli translate --to de letter.txt > brief.txt
  llmos-cli translate --from en --to zh README.md > README.zh.md
  echo 'Where is the station?' | llmos-cli translate --to fr --formality formal --json";

#[derive(Debug, Args)]
#[command(after_help = TRANSLATE_HELP)]
pub struct TranslateArguments {
    /// Model file (GGUF) [default: the default model]
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Language to translate into
    #[arg(long, value_name = "LANG")]
    pub to: String,
    /// Language of the text [default: found out from the text]
    #[arg(long, value_name = "LANG")]
    pub from: Option<String>,
    /// How the reader is addressed
    #[arg(long, value_enum, default_value_t = Address::Same)]
    pub formality: Address,
    /// Format of the text [default: by the file's ending; plain for stdin]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<TextFormat>,
    /// Text file in UTF-8, or a document (.pdf, .docx, .odt, .epub), whose text comes out as
    /// Markdown; `-` reads stdin
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// Print one JSON object: model, from, to, text, flagged, segments as a list of
    /// source, target and flags
    #[arg(long)]
    pub json: bool,
}

/// How the reader is addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Address {
    /// As in the text
    Same,
    /// As a stranger
    Formal,
    /// As a friend
    Informal,
}

/// The format of a text to translate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextFormat {
    Plain,
    Markdown,
    Html,
    Srt,
}

const REWRITE_HELP: &str = "\
Paragraphs and items of lists are rewritten one by one; headings, code, tables and the
blanks between them stay as they are. Numbers, names and links that are lost or new are
named on stderr, as is everything else that is doubtful. A small model makes mistakes:
compare before you use what it wrote.

Examples:
  llmos-cli rewrite --style grammar letter.txt
  pbpaste | llmos-cli rewrite --style shorter -
  llmos-cli rewrite --style formal --attempt 2 --json mail.txt";

/// How a text is rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RewriteStyle {
    /// Easier to understand
    Clearer,
    /// In fewer words
    Shorter,
    /// In more words
    Longer,
    /// With more distance
    Formal,
    /// With more warmth
    Friendly,
    /// Without mistakes, and otherwise the same
    Grammar,
}

#[derive(Debug, Args)]
#[command(after_help = REWRITE_HELP)]
pub struct RewriteArguments {
    /// Model file (GGUF) [default: the default model]
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// How
    #[arg(long, value_enum)]
    pub style: RewriteStyle,
    /// Text file in UTF-8; `-` reads stdin
    #[arg(value_name = "FILE", default_value = "-")]
    pub text: PathBuf,
    /// 0 takes the likeliest words; each other number gives another rewrite
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub attempt: u32,
    /// Print one JSON object: text, changes, words_before, words_after, passages,
    /// kept, doubts, lost, added, engine, prompts
    #[arg(long)]
    pub json: bool,
}

const SUMMARIZE_HELP: &str = "\
The text is read part by part, and what is said of the parts is folded together. Each
point ends with the numbers of the parts that it came from. What could not be summed up
is quoted, and how much was read is said on stderr. A small model makes mistakes.

Examples:
  llmos-cli summarize report.pdf
  llmos-cli summarize --style sentence --json notes.md
  pbpaste | llmos-cli summarize --length short -";

/// How a summary is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SummaryStyle {
    /// One sentence
    Sentence,
    /// Key points, one sentence each
    Points,
    /// Paragraphs
    Paragraphs,
    /// Decisions, actions and open questions of a meeting
    Minutes,
    /// In simple words, for a child
    Child,
}

/// How long a summary is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SummaryLength {
    /// As short as it goes
    Short,
    /// In between
    Medium,
    /// With details
    Long,
}

#[derive(Debug, Args)]
#[command(after_help = SUMMARIZE_HELP)]
pub struct SummarizeArguments {
    /// Model file (GGUF) [default: the default model]
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// How it is written
    #[arg(long, value_enum, default_value_t = SummaryStyle::Points)]
    pub style: SummaryStyle,
    /// How long it is
    #[arg(long, value_enum, default_value_t = SummaryLength::Medium)]
    pub length: SummaryLength,
    /// Language to write in, as a code of two letters [default: the text's own]
    #[arg(long, value_name = "CODE")]
    pub language: Option<String>,
    /// What else is wished, in your own words
    #[arg(long, value_name = "TEXT")]
    pub request: Option<String>,
    /// Text, Markdown, HTML, PDF, DOCX, ODT, EPUB, SRT or CSV file; `-` reads text from stdin
    #[arg(value_name = "FILE", default_value = "-")]
    pub file: PathBuf,
    /// Print one JSON object: points (text, parts, matter, quoted), parts (heading,
    /// page), coverage (parts, read, quoted, empty), model, prompts
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
