//! Digests: a text in parts, all of its summaries, and how they go.

use llmos_store::{DigestVersion, JobId, NewDigestPart, NewJob, StoreError};

use crate::support::{NOW, database, home, later, open};

fn part(heading: Option<&str>, text: &str) -> NewDigestPart {
    NewDigestPart {
        heading: heading.map(str::to_owned),
        page: heading.map(|_| 3),
        text: text.to_owned(),
    }
}

fn version(job: &str, content: &str, at: i64) -> DigestVersion {
    DigestVersion {
        job: JobId::from(job),
        options: "{}".to_owned(),
        content: content.to_owned(),
        created_at: later(at),
    }
}

#[tokio::test]
async fn every_summary_of_a_text_stays_and_a_job_leaves_one() {
    let mut home = home().await;
    let parts = [part(Some("Tides"), "The sea."), part(None, "杭州")];
    let id = home
        .store
        .add_digest("Tides", &parts, NOW)
        .await
        .unwrap()
        .id;
    let other = home.store.add_digest("Other", &[], later(1)).await.unwrap();
    for saved in [
        version("one", "1", 5),
        version("two", "2", 6),
        version("one", "1 again", 7),
    ] {
        home.store.save_digest_version(&id, &saved).await.unwrap();
    }
    home.reopen().await;
    let found = home.store.digests().await.unwrap();
    assert_eq!((found[0].parts, found[0].versions), (2, 2));
    assert_eq!(found[1].id, other.id);
    let versions = home.store.digest_versions(&id).await.unwrap();
    let contents: Vec<_> = versions.iter().map(|v| v.content.as_str()).collect();
    assert_eq!(contents, ["1 again", "2"]);
    let kept = home.store.digest_parts(&id).await.unwrap();
    assert_eq!(
        (kept[0].heading.as_deref(), kept[0].page),
        (Some("Tides"), Some(3))
    );
    assert_eq!(home.store.digest_part(&id, 1).await.unwrap(), kept[1]);
    let error = home.store.digest_part(&id, 2).await.unwrap_err();
    assert!(matches!(error, StoreError::NotFound { .. }), "{error}");
}

#[tokio::test]
async fn a_deleted_one_comes_back_until_it_is_erased() {
    let home = home().await;
    let store = &home.store;
    let id = store
        .add_digest("Gone", &[part(None, "text")], NOW)
        .await
        .unwrap()
        .id;
    store
        .save_digest_version(&id, &version("one", "1", 0))
        .await
        .unwrap();
    store.delete_digest(&id, later(5)).await.unwrap();
    assert_eq!(store.digests().await.unwrap(), []);
    store.restore_digest(&id).await.unwrap();
    assert_eq!(store.digests().await.unwrap().len(), 1);
    let job = NewJob {
        kind: "summarise".to_owned(),
        title: "Gone".to_owned(),
        subject: Some(id.0.clone()),
        spec: "{}".to_owned(),
        model: None,
        steps: vec!["what it says".to_owned()],
    };
    store.add_job(job, NOW).await.unwrap();
    store.delete_digest(&id, later(5)).await.unwrap();
    store.empty_trash(later(6)).await.unwrap();
    // What was noted of it goes with it.
    assert_eq!(store.jobs().await.unwrap(), []);
    assert!(store.digest(&id).await.is_err());
    assert_eq!(store.digest_parts(&id).await.unwrap(), []);
    assert_eq!(store.digest_versions(&id).await.unwrap(), []);
    let late = store
        .save_digest_version(&id, &version("two", "2", 7))
        .await;
    assert!(matches!(late, Err(StoreError::NotFound { .. })), "{late:?}");
}

#[tokio::test]
async fn digests_are_salvaged() {
    let home = home().await;
    let id = home
        .store
        .add_digest("Kept", &[part(Some("One"), "text")], NOW)
        .await
        .unwrap()
        .id;
    home.store
        .save_digest_version(&id, &version("one", "1", 0))
        .await
        .unwrap();
    home.store.close().await.unwrap();
    let path = database(home.dir.path());
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.truncate(bytes.len() - 100);
    std::fs::write(&path, bytes).unwrap();
    let store = open(home.dir.path()).await.unwrap().store;
    assert_eq!(store.digest_parts(&id).await.unwrap()[0].text, "text");
    assert_eq!(store.digest_versions(&id).await.unwrap()[0].content, "1");
}
