//! Documents: read, looked at, kept, found again.

use std::path::PathBuf;
use std::time::Duration;

use llmos_assistant::{Original, exchange};
use llmos_documents::{Control, Document, DocumentError, Limits, Source, extract};
use llmos_store::DocumentId;
use tauri::ipc::{Channel, InvokeBody, Request};
use tauri::{AppHandle, Runtime, State};

use crate::dialogs;
use crate::error::{CommandError, CommandResult};
use crate::state::{AppState, check_text, now};
use crate::wire::{
    DocumentHit, DocumentPassage, DocumentProgress, DocumentSummary, DocumentText, OpenDocument,
};

/// How often progress is told.
const TICK: Duration = Duration::from_millis(100);

/// Most hits of a search.
const MOST_HITS: usize = 50;

/// Reads a document that the person chooses. None when they chose none or stopped it.
#[tauri::command]
pub async fn document_open<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    channel: Channel<DocumentProgress>,
) -> CommandResult<Option<OpenDocument>> {
    match chosen(&app).await? {
        Some(file) => open(&state, file, Some(channel)).await,
        None => Ok(None),
    }
}

/// Reads a document that was dropped or pasted, see [`File::sent`]. None when it was
/// stopped.
#[tauri::command]
pub async fn document_read(
    state: State<'_, AppState>,
    request: Request<'_>,
) -> CommandResult<Option<OpenDocument>> {
    open(&state, File::sent(&request)?, None).await
}

/// Reads the text of a document that the person chooses, for a look before it is used;
/// nothing is kept of it. None when they chose none or stopped it.
#[tauri::command]
pub async fn document_text_open<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    channel: Channel<DocumentProgress>,
) -> CommandResult<Option<DocumentText>> {
    match chosen(&app).await? {
        Some(file) => text(&state, file, Some(channel)).await,
        None => Ok(None),
    }
}

/// The same of a document that was dropped or pasted, see [`File::sent`]. None when it
/// was stopped.
#[tauri::command]
pub async fn document_text_read(
    state: State<'_, AppState>,
    request: Request<'_>,
) -> CommandResult<Option<DocumentText>> {
    text(&state, File::sent(&request)?, None).await
}

/// Stops what is being read; nothing happens when nothing is.
#[tauri::command]
pub fn document_cancel(state: State<'_, AppState>) {
    state.documents().cancel();
}

/// A document that is kept or open, as a chat can use it now.
#[tauri::command]
pub async fn document_info(
    state: State<'_, AppState>,
    id: DocumentId,
) -> CommandResult<OpenDocument> {
    Ok(state.assistant().await?.document(&id).await?.into())
}

/// The text of a document that is kept or open.
#[tauri::command]
pub async fn document_text(
    state: State<'_, AppState>,
    id: DocumentId,
) -> CommandResult<Vec<DocumentPassage>> {
    let passages = state.assistant().await?.document_passages(&id).await?;
    Ok(passages.into_iter().map(Into::into).collect())
}

/// Keeps an open document in the history, with its file where that can be had.
#[tauri::command]
pub async fn document_keep(
    state: State<'_, AppState>,
    id: DocumentId,
) -> CommandResult<DocumentSummary> {
    Ok(state.assistant().await?.keep_document(&id).await?.into())
}

/// Writes the file that a kept document was read from where the person chooses. Returns
/// where it is; none when they chose no place.
#[tauri::command]
pub async fn document_save<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    id: DocumentId,
) -> CommandResult<Option<String>> {
    let store = state.store().await?;
    let document = store.document(&id).await?;
    if !document.file {
        return Err(text_only());
    }
    let (stem, ending) = parts(&document.name, &document.details.kind);
    let name = exchange::file_name(stem, ending);
    let Some(path) = dialogs::save_file(&app, &name, ending).await? else {
        return Ok(None);
    };
    let file = store.document_file(&id).await?.ok_or_else(text_only)?;
    exchange::write_file(path.clone(), file).await?;
    Ok(Some(path.display().to_string()))
}

/// Every document that is kept, the newest first.
#[tauri::command]
pub async fn documents_list(state: State<'_, AppState>) -> CommandResult<Vec<DocumentSummary>> {
    let documents = state.store().await?.documents().await?;
    Ok(documents.into_iter().map(Into::into).collect())
}

/// Gives a document that is kept another name.
#[tauri::command]
pub async fn document_rename(
    state: State<'_, AppState>,
    id: DocumentId,
    name: String,
) -> CommandResult<()> {
    check_text(&name)?;
    Ok(state
        .store()
        .await?
        .rename_document(&id, name.trim())
        .await?)
}

/// Deletes documents that are kept, which can be taken back.
#[tauri::command]
pub async fn documents_delete(
    state: State<'_, AppState>,
    ids: Vec<DocumentId>,
) -> CommandResult<()> {
    Ok(state.store().await?.delete_documents(&ids, now()).await?)
}

/// Takes that back.
#[tauri::command]
pub async fn documents_restore(
    state: State<'_, AppState>,
    ids: Vec<DocumentId>,
) -> CommandResult<()> {
    Ok(state.store().await?.restore_documents(&ids).await?)
}

/// Finds the words in the documents that are kept, or in one of them.
#[tauri::command]
pub async fn documents_search(
    state: State<'_, AppState>,
    document: Option<DocumentId>,
    query: String,
) -> CommandResult<Vec<DocumentHit>> {
    check_text(&query)?;
    let store = state.store().await?;
    let hits = store
        .search_documents(document.as_ref(), &query, MOST_HITS)
        .await?;
    Ok(hits.into_iter().map(Into::into).collect())
}

/// A file to read.
struct File {
    source: Source,
    name: String,
    bytes: u64,
}

impl File {
    /// The file in the body of a request. The body is the length of its name in four
    /// bytes, the name, and the file: raw, since JSON would make several times as much
    /// of it.
    fn sent(request: &Request<'_>) -> CommandResult<Self> {
        let body = match request.body() {
            InvokeBody::Raw(bytes) => bytes.clone(),
            // Where the page can't send bytes, each is a number.
            InvokeBody::Json(json) => serde_json::from_value(json.clone())
                .map_err(|_| CommandError::invalid("the file is not bytes"))?,
        };
        let (name, file) =
            unpack(body).ok_or_else(|| CommandError::invalid("the file has no name"))?;
        Ok(Self {
            bytes: file.len() as u64,
            source: Source::Bytes(file),
            name,
        })
    }
}

/// The file that the person chooses.
async fn chosen<R: Runtime>(app: &AppHandle<R>) -> CommandResult<Option<File>> {
    let Some(path) = dialogs::open_document(app).await? else {
        return Ok(None);
    };
    let name = path.file_name().unwrap_or_default();
    Ok(Some(File {
        name: name.to_string_lossy().into_owned(),
        bytes: path.metadata().map_or(0, |metadata| metadata.len()),
        source: Source::File(path),
    }))
}

async fn open(
    state: &AppState,
    file: File,
    channel: Option<Channel<DocumentProgress>>,
) -> CommandResult<Option<OpenDocument>> {
    let (name, bytes) = (file.name.clone(), file.bytes);
    let original = match &file.source {
        Source::File(path) => Original::of_file(path),
        Source::Bytes(bytes) => Original::of_bytes(bytes),
    };
    let Some(document) = read(state, file, channel).await? else {
        return Ok(None);
    };
    let assistant = state.assistant().await?;
    let open = assistant
        .open_document(&document, &name, bytes, original)
        .await?;
    Ok(Some(open.into()))
}

async fn text(
    state: &AppState,
    file: File,
    channel: Option<Channel<DocumentProgress>>,
) -> CommandResult<Option<DocumentText>> {
    let name = file.name.clone();
    let document = read(state, file, channel).await?;
    Ok(document.map(|document| DocumentText {
        name,
        text: document.paged_text(),
    }))
}

/// What is in a file; none when it was stopped, which is no error.
async fn read(
    state: &AppState,
    file: File,
    channel: Option<Channel<DocumentProgress>>,
) -> CommandResult<Option<Document>> {
    let File { source, name, .. } = file;
    let path = match &source {
        Source::File(path) => Some(path.clone()),
        Source::Bytes(_) => None,
    };
    let named = name.clone();
    let read = state.documents().run(async move |control| {
        let told = channel.map(|channel| tell(channel, control.clone()));
        let reading = tauri::async_runtime::spawn_blocking(move || {
            extract(source, &named, &Limits::default(), &control)
        });
        let read = reading.await;
        if let Some(told) = told {
            told.abort();
        }
        read
    });
    match read.await.map_err(CommandError::internal)? {
        Ok(document) => Ok(Some(document)),
        Err(DocumentError::Cancelled) => Ok(None),
        Err(error) => Err(refusal(error, &name, path)),
    }
}

fn refusal(error: DocumentError, name: &str, path: Option<PathBuf>) -> CommandError {
    let error = CommandError::from(error).with("name", name);
    match path {
        Some(path) => error.with("path", path.display()),
        None => error,
    }
}

/// Passes progress on to the page until it is aborted.
fn tell(
    channel: Channel<DocumentProgress>,
    control: Control,
) -> tauri::async_runtime::JoinHandle<()> {
    tauri::async_runtime::spawn(async move {
        loop {
            tokio::time::sleep(TICK).await;
            let (done, total) = control.progress();
            if channel.send(DocumentProgress { done, total }).is_err() {
                break;
            }
        }
    })
}

fn text_only() -> CommandError {
    CommandError::invalid("only the text of this document is kept")
}

/// A document's name and the ending of its file: the one that it has, or that of its
/// kind where a person gave it a name without one.
fn parts<'a>(name: &'a str, kind: &'a str) -> (&'a str, &'a str) {
    let parts = name.rsplit_once('.');
    let known = |ending: &str| {
        dialogs::DOCUMENTS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    };
    parts
        .filter(|(_, ending)| known(ending))
        .unwrap_or((name, kind))
}

/// The name and the file of a body.
fn unpack(mut body: Vec<u8>) -> Option<(String, Vec<u8>)> {
    let length = body.get(..4)?.try_into().ok()?;
    let start = usize::try_from(u32::from_le_bytes(length))
        .ok()?
        .checked_add(4)?;
    let name = String::from_utf8(body.get(4..start)?.to_vec()).ok()?;
    let file = body.split_off(start);
    Some((name, file))
}

#[cfg(test)]
mod tests {
    use super::{parts, unpack};

    #[test]
    fn a_file_keeps_its_ending_or_gets_that_of_its_kind() {
        assert_eq!(parts("Lease.v2.PDF", "pdf"), ("Lease.v2", "PDF"));
        assert_eq!(parts("Lease 1.2", "pdf"), ("Lease 1.2", "pdf"));
        assert_eq!(parts("page.htm", "html"), ("page", "htm"));
        assert_eq!(parts("table.tsv", "csv"), ("table", "tsv"));
    }

    #[test]
    fn a_body_is_a_name_and_a_file() {
        let body = |length: u8, rest: &[u8]| [&[length, 0, 0, 0], rest].concat();
        assert_eq!(
            unpack(body(5, b"a.pdfXY")),
            Some(("a.pdf".into(), b"XY".to_vec()))
        );
        assert_eq!(unpack(body(5, b"a.p")), None);
        assert_eq!(unpack(body(2, b"\xff\xffX")), None);
        assert_eq!(unpack(vec![1, 0]), None);
        assert_eq!(unpack(vec![255; 8]), None);
    }
}
