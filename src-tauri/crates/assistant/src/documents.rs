//! Documents beside a chat: read whole where they fit, or by the passages that a
//! question is about.
//!
//! A document that was opened is in a store in memory until the program ends, or
//! in the history once a person keeps it; both have the same passages and the same
//! search. A question that is asked about a long one carries a block that names it
//! ([`crate::attachment`]). When the question is prepared, that block is filled with
//! the passages that fit: what the model reads is then in the message, as it was
//! read.

use std::sync::{MutexGuard, PoisonError};

use llmos_documents::{Document, Encoding, Warning};
use llmos_engine::LoadedModel;
use llmos_store::{
    DocumentDetails, DocumentId, DocumentPassage, DocumentWarning, NewDocument, Store, StoreError,
    StoredDocument,
};

use crate::assistant::Inner;
use crate::attachment::{self, Cited};
use crate::context::Room;
use crate::original::{self, Original, Originals};
use crate::{Assistant, AssistantError, tokens};

/// Most passages that a question brings along.
const MOST_PASSAGES: usize = 6;

/// Tokens that a passage takes beside its text: where it is from.
const CITATION: usize = 16;

/// A document as a chat can use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDocument {
    /// What is known about it.
    pub document: StoredDocument,
    /// Whether it is kept in the history, or only in memory.
    pub kept: bool,
    /// How many tokens the loaded model makes of its text; `None` without a model.
    pub tokens: Option<usize>,
    /// Its text, where that fits into the model's context beside a question;
    /// otherwise only passages of it will be read.
    pub whole: Option<String>,
}

impl Assistant {
    /// Takes in what was read out of a file of a name and a size in bytes. It stays in
    /// memory until it is kept; `original` is what is kept of the file then.
    ///
    /// # Errors
    /// `Store` when there is no memory for it, `Prompt` when it can't be counted.
    pub async fn open_document(
        &self,
        document: &Document,
        name: &str,
        bytes: u64,
        original: Original,
    ) -> Result<OpenDocument, AssistantError> {
        let new = NewDocument {
            name: name.to_owned(),
            details: details(document, bytes),
            passages: passages(document),
        };
        let memory = self.inner.opened().await?;
        let saved = memory.save_document(&new, (self.inner.clock)()).await?;
        self.inner.originals().add(saved.id.clone(), original);
        self.document(&saved.id).await
    }

    /// A document that is kept or open.
    ///
    /// # Errors
    /// `Store` with `NotFound` when it is neither.
    pub async fn document(&self, id: &DocumentId) -> Result<OpenDocument, AssistantError> {
        let (store, kept) = self.inner.store_of(id).await?;
        let document = store.document(id).await?;
        let text = text_of(&store.passages(id).await?);
        let model = self.inner.engine.model();
        let counted = text.clone();
        let counting = tokio::task::spawn_blocking(move || {
            let Some(model) = model else {
                return Ok((None, LEAST_ROOM));
            };
            let room = Room::in_context(model.info.context_length);
            Ok::<_, AssistantError>((Some(tokens::count(&model, &counted)?), room_of_whole(room)))
        });
        let (tokens, room) = counting.await.map_err(|_| AssistantError::Abandoned)??;
        let length = tokens.unwrap_or_else(|| llmos_documents::count_words(&text) * 2);
        Ok(OpenDocument {
            document,
            kept,
            tokens,
            whole: (length <= room).then_some(text),
        })
    }

    /// The text of a document that is kept or open, in its order.
    ///
    /// # Errors
    /// As [`Self::document`].
    pub async fn document_passages(
        &self,
        id: &DocumentId,
    ) -> Result<Vec<DocumentPassage>, AssistantError> {
        let (store, _) = self.inner.store_of(id).await?;
        Ok(store.passages(id).await?)
    }

    /// Keeps an open document in the history, with the file that it was read from
    /// unless that is too large, has changed or is gone: [`StoredDocument::file`] says
    /// which.
    ///
    /// # Errors
    /// As [`Self::document`], and when it can't be saved: then it is open as before.
    pub async fn keep_document(&self, id: &DocumentId) -> Result<StoredDocument, AssistantError> {
        let memory = self.inner.opened().await?;
        let waiting = self.inner.originals().take(id);
        let file = match waiting.clone() {
            Some(original) => original::read(original).await,
            None => None,
        };
        let library = &self.inner.library;
        let kept = library.adopt_document(memory, id, file.as_deref()).await;
        if let (Err(_), Some(waiting)) = (&kept, waiting) {
            self.inner.originals().add(id.clone(), waiting);
        }
        Ok(kept?)
    }
}

impl Inner {
    /// The documents that are open and not kept.
    async fn opened(&self) -> Result<&Store, StoreError> {
        self.opened.get_or_try_init(Store::in_memory).await
    }

    fn originals(&self) -> MutexGuard<'_, Originals> {
        self.originals
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a document is, and whether that is the history.
    async fn store_of(&self, id: &DocumentId) -> Result<(&Store, bool), StoreError> {
        match self.library.document(id).await {
            Ok(_) => return Ok((&self.library, true)),
            Err(StoreError::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
        let memory = self.opened().await?;
        memory.document(id).await?;
        Ok((memory, false))
    }

    /// Fills the blocks of a question that name documents with the passages that fit.
    /// A question without such blocks stays as it is.
    ///
    /// # Errors
    /// `DocumentGone` when a document is no longer there and was not read before.
    pub(crate) async fn with_passages(
        &self,
        model: &LoadedModel,
        question: String,
    ) -> Result<String, AssistantError> {
        let wanted = attachment::wanted(&question).len();
        if wanted == 0 {
            return Ok(question);
        }
        let words = attachment::topic(&question).to_owned();
        let room = Room::in_context(model.info.context_length).comfortable / 2 / wanted;
        let mut filled = question.clone();
        for block in attachment::wanted(&question) {
            let id = DocumentId::from(block.document);
            let store = match self.store_of(&id).await {
                Ok((store, _)) => store,
                // What was read of it before is still what the answer is about.
                Err(StoreError::NotFound { .. }) if !block.text.is_empty() => continue,
                Err(StoreError::NotFound { .. }) => {
                    return Err(AssistantError::DocumentGone {
                        name: block.name.to_owned(),
                    });
                }
                Err(error) => return Err(error.into()),
            };
            let all = store.passages(&id).await?;
            let mut best = store.best_passages(&id, &words, MOST_PASSAGES * 2).await?;
            if best.is_empty() {
                // No word of the question is in it: what it begins with says what it is.
                best = all.iter().take(MOST_PASSAGES).cloned().collect();
            }
            let chosen = choose(model, best, room)?;
            let cited: Vec<Cited<'_>> = chosen.iter().map(cited).collect();
            filled = attachment::fill(&filled, block.document, &cited, all.len());
        }
        Ok(filled)
    }
}

/// The passages that fit into so many tokens, the best first; then in their order.
/// One is taken in any case, cut where it alone is too long.
fn choose(
    model: &LoadedModel,
    best: Vec<DocumentPassage>,
    room: usize,
) -> Result<Vec<DocumentPassage>, AssistantError> {
    let mut left = room;
    let mut chosen: Vec<DocumentPassage> = Vec::new();
    for mut passage in best {
        if chosen.len() >= MOST_PASSAGES {
            break;
        }
        let mut length = tokens::count(model, &passage.text)? + CITATION;
        while length > left && chosen.is_empty() && passage.text.len() > 64 {
            let half = passage.text.floor_char_boundary(passage.text.len() * 3 / 4);
            passage.text.truncate(half);
            length = tokens::count(model, &passage.text)? + CITATION;
        }
        if length <= left {
            left -= length;
            chosen.push(passage);
        }
    }
    chosen.sort_by_key(|passage| passage.ordinal);
    Ok(chosen)
}

fn cited(passage: &DocumentPassage) -> Cited<'_> {
    Cited {
        page: passage.page,
        heading: passage.headings.last().map(String::as_str),
        ordinal: passage.ordinal,
        text: &passage.text,
    }
}

/// Tokens that a whole document may take where no model says what there is.
const LEAST_ROOM: usize = 1024;

/// Tokens that a whole document may take: a question and what was said before need
/// some as well.
fn room_of_whole(room: Room) -> usize {
    room.comfortable * 3 / 4
}

fn text_of(passages: &[DocumentPassage]) -> String {
    let texts: Vec<&str> = passages
        .iter()
        .map(|passage| passage.text.as_str())
        .collect();
    texts.join("\n\n")
}

fn passages(document: &Document) -> Vec<DocumentPassage> {
    let passages = document.passages().into_iter().enumerate();
    passages
        .map(|(ordinal, passage)| DocumentPassage {
            ordinal,
            page: passage.place.page,
            headings: passage.place.headings.to_vec(),
            text: passage.text,
        })
        .collect()
}

fn details(document: &Document, bytes: u64) -> DocumentDetails {
    let (encoding, guessed) = match &document.encoding {
        Some(Encoding { name, guessed }) => (Some(name.clone()), *guessed),
        None => (None, false),
    };
    let warnings = document.warnings.iter().map(|warning| {
        let (about, count) = match warning {
            Warning::DamagedText => ("damaged_text", 0),
            Warning::PagesWithoutText(pages) => ("pages_without_text", *pages),
            Warning::UnknownCharacters(characters) => ("unknown_characters", *characters),
            Warning::PartsLeftOut(parts) => ("parts_left_out", *parts),
        };
        DocumentWarning {
            about: about.to_owned(),
            count,
        }
    });
    DocumentDetails {
        kind: document.kind.extension().to_owned(),
        title: document.title.clone(),
        pages: document.pages,
        words: document.words(),
        bytes,
        encoding,
        encoding_guessed: guessed,
        warnings: warnings.collect(),
    }
}
