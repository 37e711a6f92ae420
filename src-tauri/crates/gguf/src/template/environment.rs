//! Runs one template once, within limits.

use std::fmt;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, ErrorKind, Value};

use super::date::Date;
use super::{filters, methods};
use crate::error::TemplateError;

/// Name that minijinja's messages carry.
const NAME: &str = "chat_template";
/// Deepest nesting of macro calls and recursive loops.
const DEEPEST: usize = 64;
/// Longest message that is passed on from a template.
const LONGEST_MESSAGE: usize = 300;

/// How much a template may do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Steps of the interpreter.
    pub(super) fuel: u64,
    /// Bytes written, to the prompt and to captured blocks.
    pub(super) output: usize,
}

/// One rendering.
pub(super) struct Run {
    environment: Environment<'static>,
    limits: Limits,
    /// What `raise_exception` was called with.
    refusal: Arc<OnceLock<String>>,
}

impl Run {
    pub(super) fn new(limits: Limits, today: Option<Date>) -> Self {
        let mut environment = Environment::new();
        environment.set_fuel(Some(limits.fuel));
        environment.set_recursion_limit(DEEPEST);
        // As transformers sets Jinja up.
        environment.set_trim_blocks(true);
        environment.set_lstrip_blocks(true);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment.set_unknown_method_callback(methods::call);
        filters::install(&mut environment);
        write_like_python(&mut environment, limits.output);

        let refusal = Arc::new(OnceLock::new());
        let raised = refusal.clone();
        environment.add_function("raise_exception", move |message: String| {
            // Only the first can be what ended the run.
            let _ = raised.set(message);
            Err::<Value, _>(Error::from(ErrorKind::InvalidOperation))
        });
        if let Some(today) = today {
            environment.add_function("strftime_now", move |format: &str| {
                today.format(format).map_err(|specifier| {
                    Error::new(
                        ErrorKind::InvalidOperation,
                        format!("strftime_now does not know %{specifier}"),
                    )
                })
            });
        }
        Self {
            environment,
            limits,
            refusal,
        }
    }

    pub(super) fn render(self, template: &str, values: Value) -> Result<String, TemplateError> {
        let mut output = Limited {
            bytes: Vec::new(),
            limit: self.limits.output,
        };
        // The interpreter is not ours and the program is not trusted: a panic in
        // there (numbers that overflow in a debug build, say) is one more error.
        let rendered = panic::catch_unwind(AssertUnwindSafe(|| {
            self.environment
                .template_from_named_str(NAME, template)
                .and_then(|template| template.render_captured_to(values, &mut output).map(drop))
        }));
        match rendered {
            Ok(Ok(())) => Ok(String::from_utf8_lossy(&output.bytes).into_owned()),
            Ok(Err(error)) => Err(self.failure(&error)),
            Err(_) => Err(TemplateError::Failed {
                line: 0,
                message: "the interpreter panicked".to_owned(),
            }),
        }
    }

    fn failure(&self, error: &Error) -> TemplateError {
        if let Some(message) = self.refusal.get() {
            return TemplateError::Refused {
                message: shortened(message),
            };
        }
        match root_kind(error) {
            ErrorKind::OutOfFuel => TemplateError::OutOfFuel,
            ErrorKind::WriteFailure => TemplateError::TooMuchOutput {
                limit: self.limits.output,
            },
            ErrorKind::SyntaxError | ErrorKind::UnknownFilter | ErrorKind::UnknownTest => {
                syntax(error)
            }
            _ => TemplateError::Failed {
                line: error.line().unwrap_or(0),
                message: message(error),
            },
        }
    }
}

/// Errors in macros and blocks come wrapped; the innermost says what happened.
fn root_kind(error: &Error) -> ErrorKind {
    let mut innermost = error;
    while let Some(cause) =
        std::error::Error::source(innermost).and_then(|cause| cause.downcast_ref::<Error>())
    {
        innermost = cause;
    }
    innermost.kind()
}

fn syntax(error: &Error) -> TemplateError {
    TemplateError::Syntax {
        line: error.line().unwrap_or(0),
        message: message(error),
    }
}

fn message(error: &Error) -> String {
    let kind = error.kind();
    shortened(&match error.detail() {
        Some(detail) => format!("{kind}: {detail}"),
        None => kind.to_string(),
    })
}

fn shortened(message: &str) -> String {
    message
        .chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .take(LONGEST_MESSAGE)
        .collect()
}

/// Prints truth and nothing with Python's capitals, and counts what is printed,
/// also into captured blocks, which never reach the output.
fn write_like_python(environment: &mut Environment<'_>, limit: usize) {
    let printed = AtomicUsize::new(0);
    environment.set_formatter(move |output, state, value| {
        let text = match value.kind() {
            ValueKind::Bool if value.is_true() => Some("True"),
            ValueKind::Bool => Some("False"),
            ValueKind::None => Some("None"),
            _ => value.as_str(),
        };
        let Some(text) = text else {
            return minijinja::escape_formatter(output, state, value);
        };
        let before = printed.fetch_add(text.len(), Ordering::Relaxed);
        if before.saturating_add(text.len()) > limit {
            return Err(Error::from(ErrorKind::WriteFailure));
        }
        fmt::Write::write_str(output, text)
            .map_err(|error| Error::new(ErrorKind::WriteFailure, "cannot write").with_source(error))
    });
}

/// A buffer that refuses to grow past its limit.
struct Limited {
    bytes: Vec<u8>,
    limit: usize,
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.limit {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
