//! The search in texts, summed-up texts and translations.

use llmos_store::{NewDigestPart, NewTranslation, SegmentState, StoredSegment, WorkHit, WorkKind};

use crate::support::{Home, home, later};

/// A text, a summed-up text and a translation; the last changed last.
async fn works() -> Home {
    let home = home().await;
    let store = &home.store;
    let body = "The harbour café opens in March.";
    store
        .create_text("Plan", body, None, later(1))
        .await
        .unwrap();
    let part = NewDigestPart {
        heading: Some("Harbour".to_owned()),
        page: None,
        text: "The tide reaches the harbour at noon.".to_owned(),
    };
    store.add_digest("Tides", &[part], later(2)).await.unwrap();
    let new = NewTranslation {
        title: "letter".to_owned(),
        format: "plain".to_owned(),
        source: "The harbour is closed.".to_owned(),
        from: "en".to_owned(),
        to: "zh".to_owned(),
        formality: "neutral".to_owned(),
    };
    let segment = StoredSegment {
        source: "The harbour is closed.".to_owned(),
        target: Some("港口已关闭。".to_owned()),
        state: SegmentState::Machine,
        flags: "[]".to_owned(),
    };
    store
        .save_translation(None, &new, &[segment], later(3))
        .await
        .unwrap();
    home
}

fn titles(hits: &[WorkHit]) -> Vec<&str> {
    hits.iter().map(|hit| hit.title.as_str()).collect()
}

#[tokio::test]
async fn works_are_found_by_title_and_words_the_newest_first() {
    let home = works().await;
    let search = async |query: &str| home.store.search_works(query, 9).await.unwrap();
    assert_eq!(titles(&search("harb").await), ["letter", "Tides", "Plan"]);
    // Every word has to be there; one of the title counts, accents do not.
    assert_eq!(titles(&search("plan CAFE").await), ["Plan"]);
    assert_eq!(titles(&search("tides noon").await), ["Tides"]);
    assert_eq!(titles(&search("plan noon").await), [""; 0]);
    assert_eq!(titles(&search("\" OR *").await), [""; 0]);
    // What was translated into is found as well.
    let hits = search("港口").await;
    assert_eq!(
        (titles(&hits), hits[0].kind),
        (vec!["letter"], WorkKind::Translation)
    );
    let (start, end) = hits[0].highlights[0];
    let excerpt: Vec<u16> = hits[0].excerpt.encode_utf16().collect();
    assert_eq!(String::from_utf16(&excerpt[start..end]).unwrap(), "港口");
    assert_eq!(
        home.store.search_works("harbour", 2).await.unwrap().len(),
        2
    );
}

#[tokio::test]
async fn what_is_deleted_is_not_found() {
    let home = works().await;
    let text = home.store.texts().await.unwrap().remove(0).id;
    home.store.delete_text(&text, later(4)).await.unwrap();
    let hits = home.store.search_works("harbour", 9).await.unwrap();
    assert_eq!(titles(&hits), ["letter", "Tides"]);
}
