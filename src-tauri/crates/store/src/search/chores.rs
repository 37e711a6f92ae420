//! Erasing the words of deleted messages and documents from the index.
//!
//! Taking a row out of the index only marks it; its words stay in the (encrypted)
//! file until the part of the index that holds them is rewritten. Rewriting all
//! of a large index takes a second or more, too long to wait for when a
//! conversation is deleted, so it is put off, and noted in the same transaction.

use sqlx::sqlite::SqliteConnection;

use crate::StoreError;

const ERASE: &str = "erase deleted words";

/// Notes that the index holds words of deleted messages.
pub(crate) async fn put_off(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("INSERT OR IGNORE INTO chores (name) VALUES (?)")
        .bind(ERASE)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether there is something to do.
pub(crate) async fn pending(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    let found = sqlx::query("SELECT 1 FROM chores WHERE name = ?")
        .bind(ERASE)
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}

/// Rewrites the index without what was deleted; `secure_delete` overwrites the
/// pages that it was in.
pub(crate) async fn erase(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    for statement in [
        "INSERT INTO message_search (message_search) VALUES ('optimize')",
        "INSERT INTO title_search (title_search) VALUES ('optimize')",
        "INSERT INTO passage_search (passage_search) VALUES ('optimize')",
    ] {
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    sqlx::query("DELETE FROM chores WHERE name = ?")
        .bind(ERASE)
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test failing")]
    use crate::{FileKeyProvider, MessageStatus, NewMessage, Role, Store, Timestamp};

    const NOW: Timestamp = Timestamp(1_795_508_088_000);

    /// Blocks of the index that hold a part of `qqplatypus` or `qqwombat`. Only a
    /// part: words are stored without what they share with the one before.
    async fn blocks_with_secret(store: &Store) -> i64 {
        sqlx::query_scalar(
            "SELECT count(*) FROM
               (SELECT block FROM message_search_data UNION ALL SELECT block FROM title_search_data)
             WHERE instr(block, CAST('latypus' AS BLOB)) OR instr(block, CAST('ombat' AS BLOB))",
        )
        .fetch_one(&mut *store.read().await.unwrap())
        .await
        .unwrap()
    }

    #[tokio::test]
    async fn words_of_a_purged_conversation_leave_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let keys = FileKeyProvider::in_dir(dir.path());
        let open = async || Store::open(dir.path(), &keys, NOW).await.unwrap().store;
        let store = open().await;
        let mut ids = Vec::new();
        for (title, text) in [
            (None, "kept words"),
            (Some("qqwombat"), "the qqplatypus here"),
        ] {
            let id = store.create_conversation(title, NOW).await.unwrap().id;
            let message = NewMessage {
                conversation: id.clone(),
                parent: None,
                role: Role::User,
                text: text.to_owned(),
                status: MessageStatus::Complete,
            };
            store.add_message(message, NOW).await.unwrap();
            ids.push(id);
        }
        store.purge_conversation(&ids[1]).await.unwrap();
        assert!(
            blocks_with_secret(&store).await > 0,
            "or this test shows nothing"
        );
        store.close().await.unwrap();
        let store = open().await;
        assert_eq!(blocks_with_secret(&store).await, 0);
        assert_eq!(store.search("kept", 5).await.unwrap().len(), 1);
        store.check().await.unwrap();
    }
}
