//! Talking in a terminal.

use std::io::{self, BufRead};
use std::process::ExitCode;

use tokio::sync::mpsc;

use super::session::{Interrupts, Session};
use super::{INTERRUPTED, summary};
use crate::error::CliError;
use crate::output::{Output, Progress};

const HELP: &str = "\
/new    forget what was said and start over
/help   show this
/quit   end (so does Ctrl-D, and Ctrl-C at the prompt)
Ctrl-C  stop an answer
A line that ends in \\ goes on in the next one.";

/// A line that is not for the model.
#[derive(Debug, PartialEq, Eq)]
enum Order {
    New,
    Help,
    Quit,
    Unknown,
}

/// Asks and answers until the person has enough.
pub async fn run(
    mut session: Session,
    output: &mut Output,
    mut progress: Progress,
) -> Result<ExitCode, CliError> {
    let info = &session.model().info;
    progress.line(&format!(
        "{} ({}, {}, {} tokens of context)",
        info.name, info.quantisation, info.engine, info.context_length
    ));
    progress.line("Nothing leaves this device and nothing is saved. /help shows the commands.");
    let mut lines = read_lines();
    let mut interrupts = Interrupts::new();
    loop {
        output.stream("\n> ")?;
        let message = tokio::select! {
            message = next_message(&mut lines, output) => message?,
            () = interrupts.next() => {
                output.stream("\n")?;
                return Ok(ExitCode::from(INTERRUPTED));
            }
        };
        let Some(message) = message else {
            output.stream("\n")?;
            return Ok(ExitCode::SUCCESS);
        };
        match order(&message) {
            Some(Order::Quit) => return Ok(ExitCode::SUCCESS),
            Some(Order::Help) => progress.line_block(HELP),
            Some(Order::New) => {
                session.clear();
                progress.line("A new conversation.");
            }
            Some(Order::Unknown) => progress.line("There is no such command; /help lists them."),
            None if message.trim().is_empty() => {}
            None => {
                let answer = session
                    .answer(message, &mut interrupts, &mut progress, |text| {
                        output.stream(text)
                    })
                    .await;
                match answer {
                    Ok(answer) => {
                        output.stream("\n")?;
                        progress.line(&summary(&answer.outcome));
                    }
                    Err(error) if error.is_closed_output() => return Err(error),
                    // Too long a message, for example: the next one may do.
                    Err(error) => progress.line(&error.to_string()),
                }
            }
        }
    }
}

/// One word that starts with a slash; a sentence or a path is for the model.
fn order(message: &str) -> Option<Order> {
    let word = message.trim().strip_prefix('/')?;
    match word {
        "new" => Some(Order::New),
        "help" => Some(Order::Help),
        "quit" | "exit" => Some(Order::Quit),
        _ if !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase()) => {
            Some(Order::Unknown)
        }
        _ => None,
    }
}

/// The next message: a line with those that it goes on in. `None` at the end.
async fn next_message(
    lines: &mut mpsc::UnboundedReceiver<io::Result<String>>,
    output: &mut Output,
) -> Result<Option<String>, CliError> {
    let mut message = String::new();
    while let Some(line) = lines.recv().await {
        let line = line.map_err(|source| CliError::Input {
            what: "the terminal",
            source,
        })?;
        let Some(part) = line.strip_suffix('\\') else {
            message.push_str(&line);
            return Ok(Some(message));
        };
        message.push_str(part);
        message.push('\n');
        output.stream("… ")?;
    }
    Ok((!message.is_empty()).then_some(message))
}

/// Reads stdin on a thread of its own: a read cannot be given up, and the
/// program must be able to end while one waits.
fn read_lines() -> mpsc::UnboundedReceiver<io::Result<String>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let failed = line.is_err();
            if sender.send(line).is_err() || failed {
                break;
            }
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_lone_word_is_a_command() {
        assert_eq!(order("/new "), Some(Order::New));
        assert_eq!(order("/nwe"), Some(Order::Unknown));
        assert_eq!(order("/etc/hosts, what is it?"), None);
        assert_eq!(order("what does /new do"), None);
    }
}
