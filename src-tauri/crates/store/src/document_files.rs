//! The files that kept documents were read from.

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use crate::documents::key_of;
use crate::{DocumentId, Store, StoreError};

/// Bytes of a piece.
const PIECE: usize = 256 << 10;

impl Store {
    /// The file that a document was read from, byte for byte; `None` where only its
    /// text is kept.
    pub async fn document_file(&self, id: &DocumentId) -> Result<Option<Vec<u8>>, StoreError> {
        let mut connection = self.read().await?;
        let key = key_of(&mut connection, id).await?;
        let rows =
            sqlx::query("SELECT bytes FROM document_files WHERE document_key = ? ORDER BY ordinal")
                .bind(key)
                .fetch_all(&mut *connection)
                .await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let mut file = Vec::new();
        for row in &rows {
            file.extend_from_slice(row.try_get(0)?);
        }
        Ok(Some(file))
    }
}

/// Adds the file of a document. One without a byte has nothing to be kept.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    document: i64,
    file: &[u8],
) -> Result<(), StoreError> {
    for (ordinal, piece) in (0_i64..).zip(file.chunks(PIECE)) {
        sqlx::query("INSERT INTO document_files (document_key, ordinal, bytes) VALUES (?, ?, ?)")
            .bind(document)
            .bind(ordinal)
            .bind(piece)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Drops files of which pieces are missing: half a file would pass for the whole.
pub(crate) async fn drop_incomplete(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM document_files WHERE document_key IN
           (SELECT f.document_key
            FROM document_files f JOIN documents d ON d.key = f.document_key
            GROUP BY f.document_key
            HAVING sum(length(f.bytes)) IS NOT
              CASE WHEN json_valid(d.details) THEN json_extract(d.details, '$.bytes') END)",
    )
    .execute(connection)
    .await?;
    Ok(())
}
