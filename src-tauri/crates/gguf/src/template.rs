//! Chat templates: from messages to the one text that a model was trained on.
//!
//! A template is a program that came with the model, in Jinja. It is run by
//! minijinja, which can reach neither files nor the network, on a leash: steps
//! and output are limited by the size of the conversation, and what lets a few
//! steps make much text (repetition, long ranges, padding) is not offered.
//!
//! **Known limit.** minijinja does not count the bytes that it holds. A template
//! made to attack can still double a text with `+` or `~` some thirty times within
//! its steps, or fill a captured block (`{% set x %}…{% endset %}`) with its own
//! long text in a loop, and exhaust the memory. Closing this takes an interpreter
//! that counts.

mod date;
mod environment;
mod filters;
mod json;
mod methods;
mod source;

use std::sync::Arc;

use minijinja::{Value, context};

use crate::error::{GgufError, TemplateError};
use crate::file::GgufFile;
use crate::limits::MAX_TEMPLATE_LEN;
use crate::prompt::Prompt;
use crate::tokenizer::{SpecialTokens, Tokenizer};
use date::Date;
use environment::{Limits, Run};

/// One message of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TemplateMessage<'m> {
    /// Who speaks: `system`, `user` or `assistant`.
    pub role: &'m str,
    /// What is said. Never read as control tokens.
    pub content: &'m str,
}

/// What a template is told besides the messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenderOptions {
    /// End with the beginning of the assistant's next message.
    pub add_generation_prompt: bool,
    /// Today's date as `YYYY-MM-DD`, for templates that tell the model
    /// (`strftime_now`). Templates fall back to a date of their own without it.
    pub today: Option<String>,
    /// Whether a model that can think aloud should (`enable_thinking`); its
    /// template decides without it.
    pub thinking: Option<bool>,
}

/// Where a template came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TemplateSource {
    /// The model's file.
    File,
    /// The file has none, but the vocabulary has the tokens of `ChatML`.
    ChatMl,
    /// The file has none; roles are written out.
    Plain,
}

/// `ChatML`, for models that know its tokens and bring no template.
const CHATML: &str = "\
{%- for message in messages -%}
{{ '<|im_start|>' ~ message.role ~ '\\n' ~ message.content ~ '<|im_end|>\\n' }}
{%- endfor -%}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif -%}";

/// For models that bring nothing: the roles in words.
const PLAIN: &str = "\
{%- for message in messages -%}
{{ message.role | capitalize ~ ': ' ~ message.content ~ '\\n\\n' }}
{%- endfor -%}
{%- if add_generation_prompt %}Assistant:{% endif -%}";

/// Steps that any rendering may take, and more for each message.
const FUEL: (u64, u64) = (100_000, 5_000);
/// Bytes that any rendering may write besides four times the conversation.
const OUTPUT_ALLOWANCE: usize = 256 << 10;

/// A chat template that was found to work.
#[derive(Debug, Clone)]
pub struct ChatTemplate {
    text: String,
    source: TemplateSource,
    takes_system: bool,
    bos: String,
    eos: String,
    specials: Arc<SpecialTokens>,
}

impl ChatTemplate {
    /// The template for the model in `file`: its own, or one that fits its vocabulary.
    ///
    /// The template is tried on a short conversation. An error means that the
    /// file's own template is of no use; [`Self::fallback`] is then a choice.
    pub fn from_gguf(file: &GgufFile, tokenizer: &Tokenizer) -> Result<Self, TemplateError> {
        match file.metadata().str("tokenizer.chat_template") {
            Ok(Some(text)) => Self::new(text, TemplateSource::File, tokenizer),
            Ok(None) => Self::fallback(tokenizer),
            Err(error) => Err(wrong_type(&error)),
        }
    }

    /// A template that fits the vocabulary, whatever the file says.
    pub fn fallback(tokenizer: &Tokenizer) -> Result<Self, TemplateError> {
        if tokenizer.control_token("<|im_start|>").is_some() {
            Self::new(CHATML, TemplateSource::ChatMl, tokenizer)
        } else {
            Self::new(PLAIN, TemplateSource::Plain, tokenizer)
        }
    }

    /// The template `text`, tried on a short conversation.
    pub fn new(
        text: &str,
        source: TemplateSource,
        tokenizer: &Tokenizer,
    ) -> Result<Self, TemplateError> {
        if text.len() as u64 > MAX_TEMPLATE_LEN {
            return Err(TemplateError::TooLong {
                limit: MAX_TEMPLATE_LEN,
                found: text.len() as u64,
            });
        }
        let name = |token: Option<_>| {
            token
                .and_then(|token| tokenizer.control_name(token))
                .unwrap_or_default()
                .to_owned()
        };
        let mut template = Self {
            text: source::prepare(text)?,
            source,
            takes_system: true,
            bos: name(tokenizer.bos()),
            eos: name(tokenizer.eos()),
            specials: tokenizer.specials().clone(),
        };
        template.probe()?;
        Ok(template)
    }

    /// Where the template came from.
    #[must_use]
    pub fn source(&self) -> TemplateSource {
        self.source
    }

    /// Whether the template has a place for a system message. Where it has none,
    /// [`Self::render`] puts the system message before the first user message.
    #[must_use]
    pub fn takes_system(&self) -> bool {
        self.takes_system
    }

    /// Writes `messages` as the model expects them.
    pub fn render(
        &self,
        messages: &[TemplateMessage<'_>],
        options: &RenderOptions,
    ) -> Result<Prompt, TemplateError> {
        let rendered = match messages {
            [system, user, later @ ..] if !self.takes_system && system.role == "system" => {
                let first = TemplateMessage {
                    role: user.role,
                    content: &format!("{}\n\n{}", system.content, user.content),
                };
                self.run(std::iter::once(first).chain(later.iter().copied()), options)?
            }
            _ => self.run(messages.iter().copied(), options)?,
        };
        Ok(Prompt::rendered(rendered, self.specials.clone()))
    }

    /// Renders a short conversation, and finds out about system messages.
    fn probe(&mut self) -> Result<(), TemplateError> {
        const SYSTEM: &str = "Probe system.";
        let user = TemplateMessage {
            role: "user",
            content: "Probe user.",
        };
        let system = TemplateMessage {
            role: "system",
            content: SYSTEM,
        };
        let options = RenderOptions {
            add_generation_prompt: true,
            ..RenderOptions::default()
        };
        self.run([user].into_iter(), &options)?;
        self.takes_system = self
            .run([system, user].into_iter(), &options)
            .is_ok_and(|text| text.contains(SYSTEM));
        Ok(())
    }

    fn run<'m>(
        &self,
        messages: impl Iterator<Item = TemplateMessage<'m>>,
        options: &RenderOptions,
    ) -> Result<String, TemplateError> {
        let mut bytes = 0;
        let messages: Vec<Value> = messages
            .map(|message| {
                let role = self.specials.guard_names(message.role);
                let content = self.specials.guard(message.content);
                bytes += role.len() + content.len();
                context! { role, content }
            })
            .collect();
        let limits = Limits {
            fuel: FUEL.0 + FUEL.1 * messages.len() as u64,
            output: OUTPUT_ALLOWANCE + 4 * bytes,
        };
        let mut values = vec![
            ("messages", Value::from(messages)),
            (
                "add_generation_prompt",
                Value::from(options.add_generation_prompt),
            ),
            ("bos_token", Value::from(self.bos.as_str())),
            ("eos_token", Value::from(self.eos.as_str())),
            ("tools", Value::from(())),
            ("documents", Value::from(())),
        ];
        if let Some(thinking) = options.thinking {
            values.push(("enable_thinking", Value::from(thinking)));
        }
        let today = options.today.as_deref().and_then(Date::parse);
        Run::new(limits, today).render(&self.text, Value::from_iter(values))
    }
}

fn wrong_type(error: &GgufError) -> TemplateError {
    TemplateError::Syntax {
        line: 0,
        message: error.to_string(),
    }
}
