//! Copies what can still be read out of a damaged database into a fresh one.
//!
//! A page that fails its authentication makes the connection unusable, so after
//! each failure the file is opened anew and reading goes on behind the row that
//! could not be read.

mod documents;
mod jobs;
mod order;
mod translation;
mod writing;

use std::collections::HashSet;
use std::path::Path;

use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Connection, Row};

use crate::connection::{Access, connect};
use crate::key::Key;
use crate::{MessageId, NewSummary, StoreError, Timestamp, search, summaries};

/// How much was saved from a damaged database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Salvaged {
    /// Conversations that are in the new database.
    pub conversations: u64,
    /// Messages that are in the new database.
    pub messages: u64,
}

/// Rows read in one go while nothing fails.
const BATCH: i64 = 100;

/// After so many failures in a row a table is given up: nothing says where it
/// ends when its end is what is damaged. At about a millisecond each.
const MOST_FAILURES: u32 = 1024;

/// After so many failures in a row the next ones skip twice as many row numbers:
/// a lost inner page takes thousands of rows with it, and deleted conversations
/// leave gaps.
const PATIENCE: u32 = 64;

/// Copies conversations with their order, messages, summaries, drafts, settings,
/// translations, jobs and texts from the file at `from` into the fresh database behind `to`, in one transaction.
pub(crate) async fn salvage(
    from: &Path,
    key: &Key,
    to: &mut SqliteConnection,
) -> Result<Salvaged, StoreError> {
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut *to).await?;
    let saved = copy_all(from, key, to).await;
    let end = if saved.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = sqlx::raw_sql(end).execute(to).await;
    let saved = saved?;
    ended?;
    Ok(saved)
}

async fn copy_all(
    from: &Path,
    key: &Key,
    to: &mut SqliteConnection,
) -> Result<Salvaged, StoreError> {
    let mut saved = Salvaged::default();
    let mut source = Source::new(from, key);

    let mut conversations = HashSet::new();
    let mut rows = source.table(
        "SELECT key, id, title, system_prompt, created_at, updated_at, trashed_at, active_leaf
         FROM conversations WHERE key > ? ORDER BY key LIMIT ?",
    );
    let mut leaves = Vec::new();
    while let Some(row) = rows.next().await {
        let id: String = row.try_get(1)?;
        let title: Option<String> = row.try_get(2)?;
        sqlx::query(
            "INSERT INTO conversations
               (key, id, title, system_prompt, created_at, updated_at, trashed_at)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(row.try_get::<i64, _>(0)?)
        .bind(&id)
        .bind(&title)
        .bind(row.try_get::<Option<String>, _>(3)?)
        .bind(row.try_get::<i64, _>(4)?)
        .bind(row.try_get::<i64, _>(5)?)
        .bind(row.try_get::<Option<i64>, _>(6)?)
        .execute(&mut *to)
        .await?;
        if let Some(title) = title {
            search::index_title(to, row.try_get(0)?, &title).await?;
        }
        if let Some(leaf) = row.try_get::<Option<String>, _>(7)? {
            leaves.push((id.clone(), leaf));
        }
        conversations.insert(id);
        saved.conversations += 1;
    }

    let mut messages = HashSet::new();
    let mut rows = source.table(
        "SELECT key, id, conversation_id, parent_id, role, status, text, stats, created_at, updated_at
         FROM messages WHERE key > ? ORDER BY key LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        let conversation: String = row.try_get(2)?;
        if conversations.insert(conversation.clone()) {
            // Its own row was lost.
            insert_stand_in(to, &conversation, row.try_get(8)?).await?;
            saved.conversations += 1;
        }
        copy_message(to, &row, &messages).await?;
        messages.insert(row.try_get::<String, _>(1)?);
        saved.messages += 1;
    }
    copy_deletions(&mut source, to, &messages).await?;
    copy_imports(&mut source, to, &conversations).await?;
    copy_summaries(&mut source, to).await?;
    set_leaves(to, &leaves, &messages).await?;
    order::copy(&mut source, to, &conversations).await?;

    for (select, insert) in [
        (
            "SELECT rowid, key, text, updated_at FROM drafts WHERE rowid > ? ORDER BY rowid LIMIT ?",
            "INSERT INTO drafts (key, text, updated_at) VALUES (?, ?, ?)",
        ),
        (
            "SELECT rowid, key, value, updated_at FROM settings WHERE rowid > ? ORDER BY rowid LIMIT ?",
            "INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)",
        ),
    ] {
        let mut rows = source.table(select);
        while let Some(row) = rows.next().await {
            sqlx::query(insert)
                .bind(row.try_get::<String, _>(1)?)
                .bind(row.try_get::<String, _>(2)?)
                .bind(row.try_get::<i64, _>(3)?)
                .execute(&mut *to)
                .await?;
        }
    }
    copy_personas(&mut source, to).await?;
    translation::copy(&mut source, to).await?;
    jobs::copy(&mut source, to).await?;
    writing::copy(&mut source, to).await?;
    documents::copy(&mut source, to).await?;
    source.close().await;
    Ok(saved)
}

/// Copies what was deleted and may come back. Older files do not have it, and their
/// walk ends at once.
async fn copy_deletions(
    source: &mut Source<'_>,
    to: &mut SqliteConnection,
    messages: &HashSet<String>,
) -> Result<(), StoreError> {
    let mut rows = source.table(
        "SELECT rowid, message_id, conversation_id, deleted_at
         FROM deletions WHERE rowid > ? ORDER BY rowid LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        let message: String = row.try_get(1)?;
        if messages.contains(&message) {
            sqlx::query("INSERT INTO deletions VALUES (?2, ?1, ?3)")
                .bind(message)
                .bind(row.try_get::<String, _>(2)?)
                .bind(row.try_get::<i64, _>(3)?)
                .execute(&mut *to)
                .await?;
        }
    }
    Ok(())
}

/// Copies the summaries of first messages.
async fn copy_summaries(
    source: &mut Source<'_>,
    to: &mut SqliteConnection,
) -> Result<(), StoreError> {
    let mut rows = source.table(
        "SELECT rowid, message_id, text, covered, edited, updated_at
         FROM summaries WHERE rowid > ? ORDER BY rowid LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        // Nothing is written where the message itself was lost.
        let summary = NewSummary {
            message: MessageId(row.try_get(1)?),
            text: row.try_get(2)?,
            covered: usize::try_from(row.try_get::<i64, _>(3)?).unwrap_or(0),
            edited: row.try_get(4)?,
        };
        summaries::insert(to, &summary, Timestamp(row.try_get(5)?)).await?;
    }
    Ok(())
}

/// Copies personas and what conversations set for themselves. Older files have
/// neither, and their walks end at once.
async fn copy_personas(
    source: &mut Source<'_>,
    to: &mut SqliteConnection,
) -> Result<(), StoreError> {
    let mut rows = source.table(
        "SELECT key, id, built_in, profile, created_at, updated_at, deleted_at
         FROM personas WHERE key > ? ORDER BY key LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        sqlx::query("INSERT INTO personas VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(row.try_get::<i64, _>(0)?)
            .bind(row.try_get::<String, _>(1)?)
            .bind(row.try_get::<i64, _>(2)?)
            .bind(row.try_get::<Option<String>, _>(3)?)
            .bind(row.try_get::<i64, _>(4)?)
            .bind(row.try_get::<i64, _>(5)?)
            .bind(row.try_get::<Option<i64>, _>(6)?)
            .execute(&mut *to)
            .await?;
    }
    let mut rows = source.table(
        "SELECT rowid, key, persona_id, settings, updated_at
         FROM conversation_settings WHERE rowid > ? ORDER BY rowid LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        sqlx::query("INSERT INTO conversation_settings VALUES (?, ?, ?, ?)")
            .bind(row.try_get::<String, _>(1)?)
            .bind(row.try_get::<Option<String>, _>(2)?)
            .bind(row.try_get::<String, _>(3)?)
            .bind(row.try_get::<i64, _>(4)?)
            .execute(&mut *to)
            .await?;
    }
    Ok(())
}

/// Copies where conversations came from.
async fn copy_imports(
    source: &mut Source<'_>,
    to: &mut SqliteConnection,
    conversations: &HashSet<String>,
) -> Result<(), StoreError> {
    let mut rows = source.table(
        "SELECT rowid, app, origin, conversation_id, imported_at
         FROM imports WHERE rowid > ? ORDER BY rowid LIMIT ?",
    );
    while let Some(row) = rows.next().await {
        let conversation: String = row.try_get(3)?;
        if conversations.contains(&conversation) {
            sqlx::query("INSERT INTO imports VALUES (?, ?, ?, ?)")
                .bind(row.try_get::<String, _>(1)?)
                .bind(row.try_get::<String, _>(2)?)
                .bind(conversation)
                .bind(row.try_get::<i64, _>(4)?)
                .execute(&mut *to)
                .await?;
        }
    }
    Ok(())
}

/// Copies one message; one whose parent was lost becomes a first message.
async fn copy_message(
    to: &mut SqliteConnection,
    row: &SqliteRow,
    copied: &HashSet<String>,
) -> Result<(), StoreError> {
    let parent: Option<String> = row.try_get(3)?;
    let status: String = row.try_get(5)?;
    let text: String = row.try_get(6)?;
    sqlx::query(
        "INSERT INTO messages
           (key, id, conversation_id, parent_id, role, status, text, stats, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(row.try_get::<i64, _>(0)?)
    .bind(row.try_get::<String, _>(1)?)
    .bind(row.try_get::<String, _>(2)?)
    .bind(parent.filter(|parent| copied.contains(parent)))
    .bind(row.try_get::<String, _>(4)?)
    .bind(&status)
    .bind(&text)
    .bind(row.try_get::<Option<String>, _>(7)?)
    .bind(row.try_get::<i64, _>(8)?)
    .bind(row.try_get::<i64, _>(9)?)
    .execute(&mut *to)
    .await?;
    // A streaming one is indexed when the open that follows interrupts it.
    if status != "streaming" {
        search::index_message(to, row.try_get(0)?, &text).await?;
    }
    Ok(())
}

async fn insert_stand_in(
    to: &mut SqliteConnection,
    id: &str,
    created_at: i64,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO conversations (id, created_at, updated_at) VALUES (?1, ?2, ?2)")
        .bind(id)
        .bind(created_at)
        .execute(to)
        .await?;
    Ok(())
}

/// Shows the branch that was shown, or else the one with the newest message.
async fn set_leaves(
    to: &mut SqliteConnection,
    leaves: &[(String, String)],
    messages: &HashSet<String>,
) -> Result<(), StoreError> {
    for (conversation, leaf) in leaves.iter().filter(|(_, leaf)| messages.contains(leaf)) {
        sqlx::query("UPDATE conversations SET active_leaf = ? WHERE id = ?")
            .bind(leaf)
            .bind(conversation)
            .execute(&mut *to)
            .await?;
    }
    sqlx::query(
        "UPDATE conversations SET active_leaf =
           (SELECT m.id FROM messages m WHERE m.conversation_id = conversations.id
            ORDER BY m.key DESC LIMIT 1)
         WHERE active_leaf IS NULL",
    )
    .execute(to)
    .await?;
    Ok(())
}

/// The damaged file, opened anew whenever a read fails.
struct Source<'a> {
    path: &'a Path,
    key: &'a Key,
    connection: Option<SqliteConnection>,
}

impl<'a> Source<'a> {
    fn new(path: &'a Path, key: &'a Key) -> Self {
        Self {
            path,
            key,
            connection: None,
        }
    }

    /// Walks a table. `select` gives the row number first and takes the number
    /// to start behind and how many rows to read.
    fn table(&mut self, select: &'static str) -> Rows<'_, 'a> {
        Rows {
            source: self,
            select,
            after: i64::MIN,
            failures: 0,
            ready: Vec::new(),
        }
    }

    async fn read(
        &mut self,
        select: &'static str,
        after: i64,
        limit: i64,
    ) -> Result<Vec<SqliteRow>, sqlx::Error> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            empty => empty.insert(connect(self.path, self.key, Access::Read).await?),
        };
        let rows = sqlx::query(select)
            .bind(after)
            .bind(limit)
            .fetch_all(connection)
            .await;
        if rows.is_err() {
            self.close().await;
        }
        rows
    }

    async fn close(&mut self) {
        if let Some(connection) = self.connection.take() {
            let _ = connection.close().await;
        }
    }
}

/// The readable rows of one table, in order.
struct Rows<'s, 'a> {
    source: &'s mut Source<'a>,
    select: &'static str,
    after: i64,
    failures: u32,
    /// Read and not handed out yet, last first.
    ready: Vec<SqliteRow>,
}

impl Rows<'_, '_> {
    async fn next(&mut self) -> Option<SqliteRow> {
        while self.ready.is_empty() {
            let limit = if self.failures == 0 { BATCH } else { 1 };
            match self.source.read(self.select, self.after, limit).await {
                Ok(rows) if rows.is_empty() => return None,
                Ok(mut rows) => {
                    self.failures = 0;
                    self.after = rows.last()?.try_get(0).ok()?;
                    rows.reverse();
                    self.ready = rows;
                }
                // The first failure may be anywhere in the batch; from the
                // second on it is the row right behind `after`.
                Err(_) if self.failures == 0 => self.failures = 1,
                Err(_) if self.failures < MOST_FAILURES => {
                    let step = 1_i64 << (self.failures / PATIENCE);
                    self.failures += 1;
                    self.after = self.after.max(0).saturating_add(step);
                }
                Err(_) => return None,
            }
        }
        self.ready.pop()
    }
}
