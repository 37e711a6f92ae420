//! Conversations out of the database into one file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use llmos_store::{ConversationId, Store, StoreError, Timestamp, Tree};
use tokio::sync::mpsc;

use super::import::is_due;
use super::{Cancel, ExchangeError, Format, Labels, Progress, ProgressSink, own, render};

/// What goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every conversation outside the trash.
    All,
    /// One.
    One(ConversationId),
}

/// What an export did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    /// Conversations in the file.
    pub conversations: u64,
    /// Size of the file in bytes.
    pub bytes: u64,
}

/// What the writing thread is told.
enum Chunk {
    Text(Vec<u8>),
    /// Everything has been said: put the file in its place.
    Finish,
}

/// An export that is asked for.
#[derive(Debug, Clone)]
pub struct ExportJob {
    /// What goes out.
    pub scope: Scope,
    /// As what.
    pub format: Format,
    /// The words of Markdown and plain text.
    pub labels: Labels,
    /// The file to make.
    pub path: PathBuf,
    /// The time that the file says it was made.
    pub now: Timestamp,
}

/// Writes conversations to a file. The file appears, or replaces what is there,
/// when it is whole and on the disk; until then it lies beside its place under
/// another name, and goes when the export does not come to its end.
///
/// # Errors
/// `Cancelled`, when the file can't be written, or when the database can't be
/// read; what was at the path before is then untouched.
pub async fn export(
    store: &Store,
    job: ExportJob,
    progress: ProgressSink,
    cancel: &Cancel,
) -> Result<Exported, ExchangeError> {
    let (sender, chunks) = mpsc::channel(1);
    let target = job.path.clone();
    let writing = tokio::task::spawn_blocking(move || write(&target, chunks));
    let sent = send_all(store, &job, &sender, progress, cancel).await;
    if sent.is_ok() {
        // Refused only where the writer has met an error, which comes next.
        let _ = sender.send(Chunk::Finish).await;
    }
    drop(sender);
    // What the disk said comes first: it is why nobody took the rest.
    let written = writing.await.map_err(|_| ExchangeError::Abandoned)?;
    let path = job.path;
    let bytes = written.map_err(|source| ExchangeError::Unwritable { path, source })?;
    Ok(Exported {
        conversations: sent?,
        bytes: bytes.ok_or(ExchangeError::Abandoned)?,
    })
}

/// Reads and renders conversation after conversation; returns how many.
async fn send_all(
    store: &Store,
    job: &ExportJob,
    chunks: &mpsc::Sender<Chunk>,
    mut progress: ProgressSink,
    cancel: &Cancel,
) -> Result<u64, ExchangeError> {
    let (ids, all) = match &job.scope {
        Scope::All => (store.conversation_ids().await?, true),
        Scope::One(id) => (vec![id.clone()], false),
    };
    let send = async |text: &mut Vec<u8>| {
        let chunk = Chunk::Text(std::mem::take(text));
        chunks
            .send(chunk)
            .await
            .map_err(|_| ExchangeError::Abandoned)
    };
    let mut so_far = Progress {
        total: ids.len() as u64,
        ..Progress::default()
    };
    let mut told = None;
    let mut text = Vec::new();
    if job.format == Format::Json {
        own::begin(&mut text, job.now).map_err(|_| ExchangeError::Abandoned)?;
    }
    for id in &ids {
        if is_due(&mut told) {
            progress(so_far);
        }
        if cancel.requested() {
            return Err(ExchangeError::Cancelled);
        }
        match store.tree(id).await {
            Ok(tree) => {
                let first = so_far.conversations == 0;
                render_one(&mut text, tree, job, first)?;
                send(&mut text).await?;
                so_far.conversations += 1;
            }
            // Deleted for good since the list was read.
            Err(StoreError::NotFound { .. }) if all => {}
            Err(error) => return Err(error.into()),
        }
        so_far.done += 1;
    }
    if job.format == Format::Json {
        own::end(&mut text).map_err(|_| ExchangeError::Abandoned)?;
    }
    send(&mut text).await?;
    Ok(so_far.conversations)
}

fn render_one(
    to: &mut Vec<u8>,
    tree: Tree,
    job: &ExportJob,
    first: bool,
) -> Result<(), ExchangeError> {
    match job.format {
        // Memory takes everything, so what fails is no number that JSON can't say.
        Format::Json => own::write(to, tree, first).map_err(|_| ExchangeError::Abandoned),
        Format::Markdown | Format::Text => {
            if !first {
                to.extend_from_slice(render::between(job.format).as_bytes());
            }
            let text = render::conversation_text(&tree, job.format, &job.labels);
            to.extend_from_slice(text.as_bytes());
            Ok(())
        }
    }
}

/// The writing side, on a thread of its own. Returns the size of the file, or
/// `None` when it was not to be finished.
fn write(target: &Path, mut chunks: mpsc::Receiver<Chunk>) -> io::Result<Option<u64>> {
    let directory = target.parent().unwrap_or(Path::new("."));
    // Readable by its owner alone, as what is in it.
    let file = tempfile::Builder::new()
        .prefix(".llmos-export-")
        .tempfile_in(directory)?;
    let mut to = BufWriter::new(file);
    let mut bytes = 0;
    while let Some(chunk) = chunks.blocking_recv() {
        match chunk {
            Chunk::Text(text) => {
                to.write_all(&text)?;
                bytes += text.len() as u64;
            }
            Chunk::Finish => {
                let file = to.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.as_file().sync_all()?;
                file.persist(target).map_err(|error| error.error)?;
                sync_directory(directory);
                return Ok(Some(bytes));
            }
        }
    }
    Ok(None)
}

/// Makes the new name durable, where a directory can be synced.
pub(super) fn sync_directory(directory: &Path) {
    if cfg!(unix)
        && let Ok(directory) = File::open(directory)
        && let Err(error) = directory.sync_all()
    {
        tracing::debug!(%error, "a folder can't be synced");
    }
}
