//! Conversations from a file into the database.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use llmos_store::{Imported, Store, StoreError, Timestamp};
use tokio::sync::mpsc;

use super::reader::{self, Outcome, Step};
use super::report::{Ending, ImportReport};
use super::{Cancel, ExchangeError, Progress, ProgressSink};

/// How often progress is told.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// Whether progress is to be told, the first time at once.
pub(super) fn is_due(told: &mut Option<Instant>) -> bool {
    let due = told.is_none_or(|told| told.elapsed() >= PROGRESS_EVERY);
    if due {
        *told = Some(Instant::now());
    }
    due
}

/// Reads the conversations of an export into the database, each in a transaction
/// of its own; those that came in before are left alone. `now` is the time of
/// the import: nothing in the file can be later.
///
/// # Errors
/// When the file is not an export that can be read, or `Cancelled` before that
/// was known. What happens after its first conversation is in the report instead:
/// what came in stays.
pub async fn import(
    store: &Store,
    path: PathBuf,
    now: Timestamp,
    mut progress: ProgressSink,
    cancel: &Cancel,
) -> Result<ImportReport, ExchangeError> {
    // One in hand and one in waiting: what is in memory does not grow with the file.
    let (sender, mut steps) = mpsc::channel(1);
    let wish = cancel.clone();
    let reading = tokio::task::spawn_blocking(move || reader::read(&path, now, wish, sender));
    let taken = take(store, &mut steps, now, &mut progress, cancel).await;
    // A reader that still has something to say learns that nobody listens.
    drop(steps);
    let read = reading.await.map_err(|_| ExchangeError::Abandoned)?;
    match (taken, read) {
        (Some(report), Ok(())) => Ok(report),
        (Some(mut report), Err(ExchangeError::Unreadable { .. })) => {
            // The drive is gone: what had come is in.
            report.ending = Ending::Truncated;
            Ok(report)
        }
        (_, Err(error)) => Err(error),
        // Stopped before it was known what the file is.
        (None, Ok(())) => Err(ExchangeError::Cancelled),
    }
}

/// Takes conversation after conversation; `None` when there was not even a kind.
async fn take(
    store: &Store,
    steps: &mut mpsc::Receiver<Step>,
    now: Timestamp,
    progress: &mut ProgressSink,
    cancel: &Cancel,
) -> Option<ImportReport> {
    let mut report = None;
    let mut so_far = Progress::default();
    let mut told = None;
    while let Some(step) = steps.recv().await {
        match step {
            Step::Begun { source, total } => {
                so_far.total = total;
                report = Some(ImportReport::new(source));
            }
            Step::Conversation { outcome, position } => {
                let report = report.as_mut()?;
                if let Err(error) = take_one(store, *outcome, now, report).await {
                    report.ending = Ending::Failed(error);
                    break;
                }
                // An archive may hold more than it says.
                so_far.done = position.min(so_far.total);
                so_far.conversations = report.added;
            }
            Step::End { truncated } => {
                if truncated {
                    report.as_mut()?.ending = Ending::Truncated;
                }
                return report;
            }
        }
        if is_due(&mut told) {
            progress(so_far);
        }
        if cancel.requested() {
            break;
        }
    }
    if let Some(report) = &mut report
        && matches!(report.ending, Ending::Whole)
    {
        report.ending = Ending::Cancelled;
    }
    report
}

async fn take_one(
    store: &Store,
    outcome: Outcome,
    now: Timestamp,
    report: &mut ImportReport,
) -> Result<(), StoreError> {
    match outcome {
        Outcome::Bad(skipped) => {
            tracing::debug!(number = skipped.number, reason = %skipped.reason, "left out");
            report.skip(skipped);
        }
        Outcome::Good { tree, omitted } => match store.import_tree(&tree, now).await? {
            Imported::Added(_) => {
                report.added += 1;
                report.omitted += omitted;
            }
            Imported::Known(conversation) => {
                report.known += 1;
                report.known_in_trash += u64::from(conversation.trashed_at.is_some());
            }
        },
    }
    Ok(())
}
