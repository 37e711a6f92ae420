//! How byte-pair vocabularies cut text into words before merging.
//!
//! A model's words are defined by regular expressions that its makers published;
//! `tokenizer.ggml.pre` names them. They are run here by an engine whose time is
//! linear in the text. The one construct it lacks is `\s+(?!\S)`, a run of white
//! space without its last character if a word follows: [`Stage`] matches the
//! whole run and gives the last character back.

use std::fmt;

use regex_automata::Input;
use regex_automata::meta::Regex;

use crate::error::{GgufError, quoted};

/// Apostrophe endings, letters, numbers, others: the words of GPT-2.
const GPT2: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+";
/// GPT-4's: any case of endings, numbers of up to three digits, line ends apart.
const LLAMA3: &str = r"'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+";
/// As before, with single digits.
const QWEN2: &str = r"'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+";
/// Words also end before a capital.
const TEKKEN: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+";
/// As before, with endings kept on the word.
const GPT4O: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?:'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE]))?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?:'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE]))?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+";
const DEEPSEEK3: &str = r##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+"##;
/// Everything between white space and the punctuation of many languages.
const BLOOM: &str = r" ?[^(\s|.,!?…。，、।۔،)]+";
/// Han in the widest sense, as `DeepSeek` counts it.
const CJK: &str = r"[一-龥\x{800}-一가-\x{D7FF}]+";

/// Cuts text into words.
pub(super) struct Pretokenizer {
    name: &'static str,
    stages: Vec<Stage>,
    keeps_whole_words: bool,
    adds_bos: bool,
}

/// What a name in `tokenizer.ggml.pre` stands for.
struct Recipe {
    names: &'static [&'static str],
    stages: &'static [(&'static str, Spaces)],
    /// A word that is a token is that token, even if the merges don't lead there.
    keeps_whole_words: bool,
    /// The model expects a beginning-of-sequence token unless its file denies it.
    adds_bos: bool,
}

/// Whether an expression goes on with `|\s+(?!\S)` (and `|\s+`, which makes no
/// difference: a single space before a word is a piece of its own either way).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spaces {
    Runs,
    Ignored,
}
use Spaces::{Ignored, Runs};

impl Recipe {
    const fn new(
        names: &'static [&'static str],
        stages: &'static [(&'static str, Spaces)],
    ) -> Self {
        Self {
            names,
            stages,
            keeps_whole_words: false,
            adds_bos: false,
        }
    }

    const fn whole_words(mut self) -> Self {
        self.keeps_whole_words = true;
        self
    }

    const fn with_bos(mut self) -> Self {
        self.adds_bos = true;
        self
    }
}

const RECIPES: &[Recipe] = &[
    Recipe::new(
        &["default"],
        &[
            (r"[\p{P}$+<=>^~|]+", Ignored),
            (GPT2, Runs),
            (r"\p{N}+", Ignored),
            ("[0-9][0-9][0-9]", Ignored),
        ],
    ),
    Recipe::new(
        &[
            "gpt-2",
            "phi-2",
            "mpt",
            "olmo",
            "jais",
            "jina-es",
            "jina-de",
            "jina-v2-es",
            "jina-v2-de",
            "jina-v2-code",
            "gigachat",
            "roberta-bpe",
            "exaone4",
            "trillion",
            "granite-docling",
        ],
        &[(GPT2, Runs)],
    ),
    Recipe::new(
        &[
            "smollm",
            "starcoder",
            "refact",
            "command-r",
            "codeshell",
            "exaone",
            "minerva-7b",
        ],
        &[(r"\p{N}", Ignored), (GPT2, Runs)],
    ),
    Recipe::new(
        &[
            "llama-bpe",
            "llama3",
            "llama-v3",
            "falcon3",
            "falcon-h1",
            "pixtral",
        ],
        &[(LLAMA3, Runs)],
    )
    .whole_words()
    .with_bos(),
    Recipe::new(
        &["dbrx", "smaug-bpe", "chatglm-bpe", "glm4"],
        &[(LLAMA3, Runs)],
    ),
    Recipe::new(
        &[
            "qwen2",
            "stablelm2",
            "deepseek-r1-qwen",
            "megrez",
            "hunyuan",
            "kormo",
        ],
        &[(QWEN2, Runs)],
    ),
    Recipe::new(
        &["falcon"],
        &[
            (r"[\p{P}$+<=>^~|`]+", Ignored),
            (GPT2, Runs),
            ("[0-9][0-9][0-9]", Ignored),
        ],
    ),
    Recipe::new(&["tekken"], &[(TEKKEN, Runs)])
        .whole_words()
        .with_bos(),
    Recipe::new(&["gpt-4o", "llama4", "kanana2"], &[(GPT4O, Runs)]),
    Recipe::new(
        &["deepseek-coder"],
        &[
            (r"[\r\n]", Ignored),
            (r"\s?\p{L}+", Ignored),
            (r"\s?\p{P}+", Ignored),
            (CJK, Ignored),
            (r"\p{N}", Ignored),
        ],
    ),
    Recipe::new(
        &["deepseek-v3"],
        &[
            (r"\p{N}{1,3}", Ignored),
            ("[一-龥぀-ゟ゠-ヿ]+", Ignored),
            (DEEPSEEK3, Runs),
        ],
    ),
    Recipe::new(&["bloom", "poro-chat", "gpt3-finnish"], &[(BLOOM, Ignored)]),
    Recipe::new(&["viking"], &[(BLOOM, Ignored), (r"\p{N}", Ignored)]),
];

impl Pretokenizer {
    /// The pre-tokenizer called `name` in `tokenizer.ggml.pre`.
    pub(super) fn new(name: &str) -> Result<Self, GgufError> {
        let recipe = RECIPES
            .iter()
            .find(|recipe| recipe.names.contains(&name))
            .ok_or_else(|| {
                let known: Vec<_> = RECIPES
                    .iter()
                    .flat_map(|recipe| recipe.names)
                    .copied()
                    .collect();
                GgufError::unsupported("pre-tokenizer", known.join(", "), quoted(name))
            })?;
        let stages = recipe
            .stages
            .iter()
            .map(|(words, spaces)| Stage::new(words, *spaces))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            name: recipe.names[0],
            stages,
            keeps_whole_words: recipe.keeps_whole_words,
            adds_bos: recipe.adds_bos,
        })
    }

    pub(super) fn keeps_whole_words(&self) -> bool {
        self.keeps_whole_words
    }

    pub(super) fn adds_bos(&self) -> bool {
        self.adds_bos
    }

    /// The words of `text`, which together are all of it.
    pub(super) fn split<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let mut words = vec![text];
        for stage in &self.stages {
            let mut finer = Vec::with_capacity(words.len());
            for word in words {
                stage.split(word, &mut finer);
            }
            words = finer;
        }
        words
    }
}

impl fmt::Debug for Pretokenizer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Pretokenizer")
            .field(&self.name)
            .finish()
    }
}

/// One expression: cuts text into its matches and what lies between them.
struct Stage {
    /// Pattern 0 is the words, pattern 1 (if there) runs of white space. Earlier
    /// patterns go first, as alternatives of one expression would.
    regex: Regex,
}

impl Stage {
    fn new(words: &str, spaces: Spaces) -> Result<Self, GgufError> {
        let mut patterns = vec![words];
        if spaces == Runs {
            patterns.push(r"\s+");
        }
        let regex = Regex::new_many(&patterns).map_err(|error| {
            GgufError::unsupported("pre-tokenizer", "expressions that can be built", error)
        })?;
        Ok(Self { regex })
    }

    fn split<'t>(&self, text: &'t str, words: &mut Vec<&'t str>) {
        let mut done = 0;
        while let Some(found) = self.regex.search(&Input::new(text).range(done..)) {
            if found.start() > done {
                words.push(&text[done..found.start()]);
            }
            let mut end = found.end();
            if found.pattern().as_usize() == 1 && end < text.len() {
                end = without_last_character(text, found.start(), end);
            }
            words.push(&text[found.start()..end]);
            done = end;
        }
        if done < text.len() {
            words.push(&text[done..]);
        }
    }
}

/// The end of `text[start..end]` without its last character, unless that is its only one.
fn without_last_character(text: &str, start: usize, end: usize) -> usize {
    text[start..end]
        .char_indices()
        .next_back()
        .map_or(end, |(last, _)| if last == 0 { end } else { start + last })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn split<'t>(name: &str, text: &'t str) -> Vec<&'t str> {
        Pretokenizer::new(name).unwrap().split(text)
    }

    #[test]
    fn a_run_of_spaces_leaves_its_last_to_the_word() {
        assert_eq!(split("gpt-2", "a   b"), ["a", "  ", " b"]);
        assert_eq!(split("gpt-2", "a \tb "), ["a", " ", "\t", "b", " "]);
        assert_eq!(
            split("llama-bpe", "a   b\n\n c"),
            ["a", "  ", " b", "\n\n", " c"]
        );
        assert_eq!(split("qwen2", "  \n  x"), ["  \n", " ", " x"]);
    }

    #[test]
    fn numbers_are_cut_as_each_model_wants_them() {
        assert_eq!(split("gpt-2", "x 12345"), ["x", " 12345"]);
        assert_eq!(split("smollm", "x 123"), ["x", " ", "1", "2", "3"]);
        assert_eq!(split("llama-bpe", "12345"), ["123", "45"]);
        assert_eq!(split("qwen2", "12"), ["1", "2"]);
        assert_eq!(split("falcon", "12345"), ["123", "45"]);
    }

    #[test]
    fn capitals_start_words_for_tekken_and_gpt_4o() {
        assert_eq!(split("tekken", "fooBar's"), ["foo", "Bar", "'s"]);
        assert_eq!(split("gpt-4o", "fooBar's X"), ["foo", "Bar's", " X"]);
    }

    #[test]
    fn every_recipe_builds_and_loses_nothing() {
        let text = "Hello, wörld! 123 4567\r\n\t 你好，世界 ½ don't I'LL  a...b \u{200D}👩🏽 \n\n  x";
        for recipe in RECIPES {
            for name in recipe.names {
                assert_eq!(split(name, text).concat(), text, "{name}");
            }
        }
    }

    #[test]
    fn an_unknown_name_is_said() {
        let error = Pretokenizer::new("no-such").unwrap_err();
        assert_eq!(error.kind(), crate::GgufErrorKind::Unsupported);
        assert!(error.to_string().contains("\"no-such\""), "{error}");
    }
}
