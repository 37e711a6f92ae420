//! Documents: their text in passages, and finding the passages that a question
//! is about.

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::search::{chores, question};
use crate::{DocumentId, Store, StoreError, Timestamp, document_files, search};

/// What is known about a document beside its text. Stored as JSON; a field that a
/// row lacks reads as its default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DocumentDetails {
    /// What kind of file it was: the ending of such a file's name.
    pub kind: String,
    /// The title that it states.
    pub title: Option<String>,
    /// How many pages it has, where it has pages.
    pub pages: Option<u32>,
    /// How many words it has.
    pub words: usize,
    /// Size of the file, in bytes.
    pub bytes: u64,
    /// The encoding that its text was in.
    pub encoding: Option<String>,
    /// Whether that was concluded rather than stated.
    pub encoding_guessed: bool,
    /// What a person should know before they rely on the text.
    pub warnings: Vec<DocumentWarning>,
}

/// Something that a person should know about a document's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentWarning {
    /// What it is about, in the reader's words.
    pub about: String,
    /// How often, where that is counted.
    pub count: u32,
}

/// A piece of a document's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentPassage {
    /// Its place among the document's passages, from 0.
    pub ordinal: usize,
    /// The page that it begins on.
    pub page: Option<u32>,
    /// The headings above it, the highest first.
    pub headings: Vec<String>,
    /// Its text, as Markdown.
    pub text: String,
}

/// A document that is to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDocument {
    /// The file's name.
    pub name: String,
    /// What is known about it.
    pub details: DocumentDetails,
    /// Its text; the ordinals are given by the order.
    pub passages: Vec<DocumentPassage>,
}

/// A document's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDocument {
    /// Its id.
    pub id: DocumentId,
    /// What people call it: the file's name, or another that they gave.
    pub name: String,
    /// What is known about it.
    pub details: DocumentDetails,
    /// When it was saved.
    pub created_at: Timestamp,
    /// Whether the file itself is here, beside its text.
    pub file: bool,
}

/// A place in a document where the words of a search are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentHit {
    /// The document.
    pub document_id: DocumentId,
    /// Its name.
    pub name: String,
    /// The passage, by its ordinal.
    pub ordinal: usize,
    /// The page that the passage begins on.
    pub page: Option<u32>,
    /// The headings above it.
    pub headings: Vec<String>,
    /// One line of about 120 characters around the first hit.
    pub excerpt: String,
    /// What to highlight in the excerpt, in UTF-16 code units.
    pub highlights: Vec<(usize, usize)>,
}

macro_rules! columns {
    () => {
        "id, name, details, created_at,
         EXISTS (SELECT 1 FROM document_files f WHERE f.document_key = documents.key)"
    };
}

impl StoredDocument {
    fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: DocumentId(row.try_get(0)?),
            name: row.try_get(1)?,
            details: serde_json::from_str(row.try_get(2)?)
                .map_err(|_| StoreError::invalid_row("document"))?,
            created_at: Timestamp(row.try_get(3)?),
            file: row.try_get(4)?,
        })
    }
}

impl DocumentPassage {
    /// From `ordinal, page, headings, text`.
    fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        Ok(Self {
            ordinal: usize::try_from(row.try_get::<i64, _>(0)?).unwrap_or_default(),
            page: row.try_get(1)?,
            headings: headings(row.try_get(2)?)?,
            text: row.try_get(3)?,
        })
    }
}

impl Store {
    /// Saves a document without its file: whole or not at all.
    pub async fn save_document(
        &self,
        document: &NewDocument,
        now: Timestamp,
    ) -> Result<StoredDocument, StoreError> {
        let saved = StoredDocument {
            id: DocumentId::new(now),
            name: document.name.clone(),
            details: document.details.clone(),
            created_at: now,
            file: false,
        };
        self.insert_document(&saved, &document.passages, None)
            .await?;
        Ok(saved)
    }

    /// Copies a document from another store, under the same id, and the file that
    /// it was read from. One that is here already, deleted or not, is here again as
    /// it was.
    pub async fn adopt_document(
        &self,
        from: &Store,
        id: &DocumentId,
        file: Option<&[u8]>,
    ) -> Result<StoredDocument, StoreError> {
        if self
            .restore_documents(std::slice::from_ref(id))
            .await
            .is_ok()
        {
            return self.document(id).await;
        }
        let document = StoredDocument {
            file: file.is_some(),
            ..from.document(id).await?
        };
        let passages = from.passages(id).await?;
        self.insert_document(&document, &passages, file).await?;
        Ok(document)
    }

    async fn insert_document(
        &self,
        document: &StoredDocument,
        passages: &[DocumentPassage],
        file: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        let key = sqlx::query(
            "INSERT INTO documents (id, name, details, created_at) VALUES (?, ?, ?, ?)",
        )
        .bind(document.id.as_str())
        .bind(&document.name)
        .bind(json(&document.details)?)
        .bind(document.created_at.0)
        .execute(&mut *connection)
        .await?
        .last_insert_rowid();
        for (ordinal, passage) in (0_i64..).zip(passages) {
            insert_passage(connection, key, ordinal, passage).await?;
        }
        if let Some(file) = file {
            document_files::insert(connection, key, file).await?;
        }
        transaction.commit().await
    }

    /// Every document that is not deleted, the newest first.
    pub async fn documents(&self) -> Result<Vec<StoredDocument>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM documents WHERE deleted_at IS NULL ORDER BY key DESC"
        ))
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.iter().map(StoredDocument::from_row).collect()
    }

    /// One document that is not deleted.
    pub async fn document(&self, id: &DocumentId) -> Result<StoredDocument, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM documents WHERE id = ? AND deleted_at IS NULL"
        ))
        .bind(id.as_str())
        .fetch_optional(&mut *self.read().await?)
        .await?;
        let row = row.ok_or_else(|| unknown(id))?;
        StoredDocument::from_row(&row)
    }

    /// The text of a document that is not deleted, in its order.
    pub async fn passages(&self, id: &DocumentId) -> Result<Vec<DocumentPassage>, StoreError> {
        let mut connection = self.read().await?;
        let key = key_of(&mut connection, id).await?;
        let rows = sqlx::query(
            "SELECT ordinal, page, headings, text FROM passages
             WHERE document_key = ? ORDER BY ordinal",
        )
        .bind(key)
        .fetch_all(&mut *connection)
        .await?;
        rows.iter().map(DocumentPassage::from_row).collect()
    }

    /// Gives a document another name.
    pub async fn rename_document(&self, id: &DocumentId, name: &str) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let renamed =
            sqlx::query("UPDATE documents SET name = ?2 WHERE id = ?1 AND deleted_at IS NULL")
                .bind(id.as_str())
                .bind(name)
                .execute(transaction.connection())
                .await?;
        if renamed.rows_affected() == 0 {
            return Err(unknown(id));
        }
        transaction.commit().await
    }

    /// Hides documents. They are erased by [`Store::empty_trash`] in their time.
    pub async fn delete_documents(
        &self,
        ids: &[DocumentId],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.mark_deleted(ids, Some(now)).await
    }

    /// Takes that back. One that was not deleted stays as it is.
    pub async fn restore_documents(&self, ids: &[DocumentId]) -> Result<(), StoreError> {
        self.mark_deleted(ids, None).await
    }

    async fn mark_deleted(
        &self,
        ids: &[DocumentId],
        when: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        for id in ids {
            let marked = sqlx::query("UPDATE documents SET deleted_at = ?2 WHERE id = ?1")
                .bind(id.as_str())
                .bind(when.map(|when| when.0))
                .execute(transaction.connection())
                .await?;
            if marked.rows_affected() == 0 {
                return Err(unknown(id));
            }
        }
        transaction.commit().await
    }

    /// The passages of a document that have most to do with a question, the best
    /// first: ranked by BM25 over its words, of which any may be there. None where
    /// no word of it is.
    pub async fn best_passages(
        &self,
        id: &DocumentId,
        question: &str,
        limit: usize,
    ) -> Result<Vec<DocumentPassage>, StoreError> {
        let mut connection = self.read().await?;
        let key = key_of(&mut connection, id).await?;
        let Some(expression) = question::any_word(question) else {
            return Ok(Vec::new());
        };
        let rows = sqlx::query(
            "SELECT p.ordinal, p.page, p.headings, p.text
             FROM passage_search s CROSS JOIN passages p ON p.key = s.rowid
             WHERE s.text MATCH ?1 AND p.document_key = ?2
             ORDER BY bm25(passage_search), p.ordinal LIMIT ?3",
        )
        .bind(expression)
        .bind(key)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&mut *connection)
        .await?;
        rows.iter().map(DocumentPassage::from_row).collect()
    }

    /// Finds passages that hold every word of `query`, or one that begins so, the
    /// best first; in one document, or in all that are not deleted.
    pub async fn search_documents(
        &self,
        within: Option<&DocumentId>,
        query: &str,
        limit: usize,
    ) -> Result<Vec<DocumentHit>, StoreError> {
        let Some(query) = search::Query::parse(query) else {
            return Ok(Vec::new());
        };
        let mut connection = self.read().await?;
        let rows = sqlx::query(
            "SELECT d.id, d.name, p.ordinal, p.page, p.headings, p.text
             FROM passage_search s
               CROSS JOIN passages p ON p.key = s.rowid
               CROSS JOIN documents d ON d.key = p.document_key
             WHERE s.text MATCH ?1 AND d.deleted_at IS NULL AND (?2 IS NULL OR d.id = ?2)
             ORDER BY bm25(passage_search), p.key LIMIT ?3",
        )
        .bind(query.prefix_expression())
        .bind(within.map(DocumentId::as_str))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&mut *connection)
        .await?;
        rows.iter()
            .map(|row| {
                let found = search::excerpt_of(row.try_get(5)?, &query);
                Ok(DocumentHit {
                    document_id: DocumentId(row.try_get(0)?),
                    name: row.try_get(1)?,
                    ordinal: usize::try_from(row.try_get::<i64, _>(2)?).unwrap_or_default(),
                    page: row.try_get(3)?,
                    headings: headings(row.try_get(4)?)?,
                    excerpt: found.text,
                    highlights: found.highlights,
                })
            })
            .collect()
    }
}

/// Adds a passage and makes it findable.
pub(crate) async fn insert_passage(
    connection: &mut SqliteConnection,
    document: i64,
    ordinal: i64,
    passage: &DocumentPassage,
) -> Result<(), StoreError> {
    let key = sqlx::query(
        "INSERT INTO passages (document_key, ordinal, page, headings, text)
         VALUES (?, ?, ?, ?, ?)",
    )
    .bind(document)
    .bind(ordinal)
    .bind(passage.page)
    .bind(json(&passage.headings)?)
    .bind(&passage.text)
    .execute(&mut *connection)
    .await?
    .last_insert_rowid();
    search::index_passage(connection, key, &passage.text).await
}

/// Erases what a person deleted before `before`.
pub(crate) async fn erase_deleted(
    connection: &mut SqliteConnection,
    before: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM passage_search WHERE rowid IN
           (SELECT p.key FROM passages p JOIN documents d ON d.key = p.document_key
            WHERE d.deleted_at < ?)",
    )
    .bind(before.0)
    .execute(&mut *connection)
    .await?;
    let gone = sqlx::query("DELETE FROM documents WHERE deleted_at < ?")
        .bind(before.0)
        .execute(&mut *connection)
        .await?;
    if gone.rows_affected() > 0 {
        chores::put_off(connection).await?;
    }
    Ok(())
}

pub(crate) async fn key_of(
    connection: &mut SqliteConnection,
    id: &DocumentId,
) -> Result<i64, StoreError> {
    sqlx::query_scalar("SELECT key FROM documents WHERE id = ? AND deleted_at IS NULL")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?
        .ok_or_else(|| unknown(id))
}

fn headings(json: &str) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(json).map_err(|_| StoreError::invalid_row("passage"))
}

fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|source| StoreError::Database {
        source: source.into(),
    })
}

fn unknown(id: &DocumentId) -> StoreError {
    StoreError::not_found("document", id.as_str())
}
