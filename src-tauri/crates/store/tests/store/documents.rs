//! Documents and their passages.

use std::fs;

use llmos_store::{
    DocumentDetails, DocumentId, DocumentPassage, DocumentWarning, NewDocument, Store, StoreError,
};

use crate::support::{database, home, later, open};

fn passage(ordinal: usize, page: u32, heading: &str, text: &str) -> DocumentPassage {
    DocumentPassage {
        ordinal,
        page: Some(page),
        headings: vec!["Lease".to_owned(), heading.to_owned()],
        text: text.to_owned(),
    }
}

fn lease() -> NewDocument {
    NewDocument {
        name: "lease.pdf".to_owned(),
        details: DocumentDetails {
            kind: "pdf".to_owned(),
            title: Some("Lease".to_owned()),
            pages: Some(3),
            words: 40,
            bytes: 12_000,
            warnings: vec![DocumentWarning {
                about: "pages_without_text".to_owned(),
                count: 1,
            }],
            ..DocumentDetails::default()
        },
        passages: vec![
            passage(
                0,
                1,
                "Rent",
                "The rent is due on the first day of the month.",
            ),
            passage(
                1,
                2,
                "Term",
                "The lease ends on the last day of June; the lease is renewed by agreement.",
            ),
            passage(2, 3, "合同", "租客应在搬走前三十天通知房东。"),
        ],
    }
}

#[tokio::test]
async fn a_document_is_saved_renamed_deleted_and_brought_back() {
    let home = home().await;
    let store = &home.store;
    let saved = store.save_document(&lease(), later(1)).await.unwrap();
    assert_eq!(saved.details, lease().details);
    assert_eq!(store.passages(&saved.id).await.unwrap(), lease().passages);
    store.rename_document(&saved.id, "flat.pdf").await.unwrap();
    assert_eq!(store.documents().await.unwrap()[0].name, "flat.pdf");

    let ids = [saved.id.clone()];
    store.delete_documents(&ids, later(2)).await.unwrap();
    assert_eq!(store.documents().await.unwrap(), []);
    assert!(matches!(
        store.passages(&saved.id).await,
        Err(StoreError::NotFound { .. })
    ));
    assert_eq!(store.search_documents(None, "rent", 9).await.unwrap(), []);
    store.restore_documents(&ids).await.unwrap();
    assert_eq!(store.passages(&saved.id).await.unwrap(), lease().passages);

    let nobody = DocumentId::from("nobody");
    assert!(matches!(
        store.rename_document(&nobody, "x").await,
        Err(StoreError::NotFound { .. })
    ));
    assert!(matches!(
        store.best_passages(&nobody, "rent", 3).await,
        Err(StoreError::NotFound { .. })
    ));
}

#[tokio::test]
async fn the_passages_that_a_question_is_about_come_first() {
    let home = home().await;
    let store = &home.store;
    let id = store.save_document(&lease(), later(1)).await.unwrap().id;
    // Another document's words are not this one's.
    store.save_document(&lease(), later(2)).await.unwrap();
    let ordinals = async |question| -> Vec<usize> {
        let found = store.best_passages(&id, question, 2).await.unwrap();
        found.iter().map(|passage| passage.ordinal).collect()
    };
    assert_eq!(ordinals("When does the lease end?").await[0], 1);
    assert_eq!(ordinals("What about RENT?").await[0], 0);
    assert_eq!(ordinals("要提前多久通知房东？").await, [2]);
    assert_eq!(ordinals("zebra").await, [] as [usize; 0]);
    assert_eq!(ordinals("\" OR *").await, [] as [usize; 0]);
}

#[tokio::test]
async fn words_are_found_in_one_document_or_in_all() {
    let home = home().await;
    let store = &home.store;
    let id = store.save_document(&lease(), later(1)).await.unwrap().id;
    let mut other = lease();
    other.name = "other.pdf".to_owned();
    store.save_document(&other, later(2)).await.unwrap();
    let hits = store
        .search_documents(None, "first month", 9)
        .await
        .unwrap();
    assert_eq!(hits.len(), 2);
    let hits = store.search_documents(Some(&id), "搬走", 9).await.unwrap();
    assert_eq!(hits.len(), 1);
    assert_eq!((hits[0].page, hits[0].ordinal), (Some(3), 2));
    assert_eq!(hits[0].headings, ["Lease", "合同"]);
    let (start, end) = hits[0].highlights[0];
    let excerpt: Vec<u16> = hits[0].excerpt.encode_utf16().collect();
    assert_eq!(String::from_utf16(&excerpt[start..end]).unwrap(), "搬走");
}

#[tokio::test]
async fn a_document_from_memory_is_kept_under_its_id() {
    let home = home().await;
    let memory = Store::in_memory().await.unwrap();
    let id = memory.save_document(&lease(), later(1)).await.unwrap().id;
    let kept = home.store.adopt_document(&memory, &id, None).await.unwrap();
    assert_eq!(kept.id, id);
    assert_eq!(home.store.passages(&id).await.unwrap(), lease().passages);
    assert_eq!(
        home.store
            .best_passages(&id, "rent", 1)
            .await
            .unwrap()
            .len(),
        1
    );
    // Again, and after it was deleted.
    home.store
        .delete_documents(std::slice::from_ref(&id), later(2))
        .await
        .unwrap();
    home.store.adopt_document(&memory, &id, None).await.unwrap();
    assert_eq!(home.store.documents().await.unwrap().len(), 1);
}

/// More than one piece.
fn file() -> Vec<u8> {
    (0..700_000_u32).flat_map(u32::to_le_bytes).collect()
}

/// A document as large as [`file`] with that file, in the history.
async fn keep_with_file(store: &Store) -> DocumentId {
    let memory = Store::in_memory().await.unwrap();
    let mut document = lease();
    document.details.bytes = file().len() as u64;
    let id = memory.save_document(&document, later(1)).await.unwrap().id;
    let kept = store.adopt_document(&memory, &id, Some(&file())).await;
    assert!(kept.unwrap().file);
    id
}

#[tokio::test]
async fn a_document_keeps_its_file_byte_for_byte() {
    let home = home().await;
    let store = &home.store;
    let id = keep_with_file(store).await;
    let without = store.save_document(&lease(), later(2)).await.unwrap().id;
    assert_eq!(store.document_file(&id).await.unwrap(), Some(file()));
    assert_eq!(store.document_file(&without).await.unwrap(), None);
    assert!(store.document(&id).await.unwrap().file);
    assert!(!store.document(&without).await.unwrap().file);
    let nobody = store.document_file(&DocumentId::from("nobody")).await;
    assert!(matches!(nobody, Err(StoreError::NotFound { .. })));

    // Its pieces go with it: the next file takes their place.
    let size = || fs::metadata(database(home.dir.path())).unwrap().len();
    let before = size();
    store.delete_documents(&[id], later(3)).await.unwrap();
    store.empty_trash(later(4)).await.unwrap();
    keep_with_file(store).await;
    assert!(size() < before + file().len() as u64 / 2);
    store.check().await.unwrap();
}

#[tokio::test]
async fn a_file_is_salvaged_whole_or_not_at_all() {
    let home = home().await;
    let whole = keep_with_file(&home.store).await;
    let cut = keep_with_file(&home.store).await;
    home.store.close().await.unwrap();
    // The second file's pieces are the end of the database.
    let path = database(home.dir.path());
    let mut bytes = fs::read(&path).unwrap();
    let end = bytes.len();
    bytes[end - 200_000] ^= 1;
    fs::write(&path, bytes).unwrap();

    let opened = open(home.dir.path()).await.unwrap();
    assert!(opened.notice.is_some(), "the damage was not noticed");
    let store = &opened.store;
    assert_eq!(store.document_file(&whole).await.unwrap(), Some(file()));
    assert_eq!(store.document_file(&cut).await.unwrap(), None);
    assert!(!store.document(&cut).await.unwrap().file);
    assert_eq!(store.passages(&cut).await.unwrap(), lease().passages);
    store.check().await.unwrap();
}

#[tokio::test]
async fn deleted_documents_are_erased_in_their_time() {
    let home = home().await;
    let store = &home.store;
    let id = store.save_document(&lease(), later(1)).await.unwrap().id;
    store
        .delete_documents(std::slice::from_ref(&id), later(2))
        .await
        .unwrap();
    store.empty_trash(later(2)).await.unwrap();
    store
        .restore_documents(std::slice::from_ref(&id))
        .await
        .unwrap();
    store
        .delete_documents(std::slice::from_ref(&id), later(3))
        .await
        .unwrap();
    store.empty_trash(later(4)).await.unwrap();
    let gone = store.restore_documents(&[id]).await;
    assert!(matches!(gone, Err(StoreError::NotFound { .. })));
    store.check().await.unwrap();
}

#[tokio::test]
async fn documents_are_salvaged_from_a_damaged_file() {
    let home = home().await;
    let saved = home.store.save_document(&lease(), later(1)).await.unwrap();
    // Something to lose at the end of the file.
    let filler = "x".repeat(60_000);
    home.store
        .save_draft("filler", &filler, later(2))
        .await
        .unwrap();
    home.store.close().await.unwrap();
    let path = database(home.dir.path());
    let mut bytes = fs::read(&path).unwrap();
    let end = bytes.len();
    bytes[end - 2000] ^= 1;
    fs::write(&path, bytes).unwrap();

    let opened = open(home.dir.path()).await.unwrap();
    assert!(opened.notice.is_some(), "the damage was not noticed");
    let store = &opened.store;
    assert_eq!(
        store.documents().await.unwrap(),
        std::slice::from_ref(&saved)
    );
    assert_eq!(store.passages(&saved.id).await.unwrap(), lease().passages);
    assert_eq!(
        store.search_documents(None, "通知", 9).await.unwrap().len(),
        1
    );
}
