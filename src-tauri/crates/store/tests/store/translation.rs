//! Translations, what is remembered of them, and the words of two people.

use llmos_store::{
    GlossaryTerm, LanguagePair, NewTranslation, Remembered, SegmentState, StoreError,
    StoredSegment, Utterance, UtteranceSide,
};

use crate::support::{database, home, later, open};

fn text(source: &str) -> NewTranslation {
    NewTranslation {
        title: "lease.md".to_owned(),
        format: "markdown".to_owned(),
        source: source.to_owned(),
        from: "en".to_owned(),
        to: "zh".to_owned(),
        formality: "same".to_owned(),
    }
}

fn segment(source: &str, target: Option<&str>, state: SegmentState) -> StoredSegment {
    StoredSegment {
        source: source.to_owned(),
        target: target.map(str::to_owned),
        state,
        flags: "[]".to_owned(),
    }
}

fn pair() -> LanguagePair {
    LanguagePair {
        from: "en".to_owned(),
        to: "zh".to_owned(),
    }
}

fn term(source: &str, target: &str) -> GlossaryTerm {
    GlossaryTerm {
        source: source.to_owned(),
        target: target.to_owned(),
        match_case: true,
    }
}

#[tokio::test]
async fn a_text_grows_segment_by_segment_and_comes_back_after_a_restart() {
    let mut home = home().await;
    let parts = [
        segment("One.", None, SegmentState::Waiting),
        segment("Two.", Some("二。"), SegmentState::Edited),
    ];
    let id = home
        .store
        .save_translation(None, &text("One. Two."), &parts, later(1))
        .await
        .unwrap();
    let one = segment("One.", Some("一。"), SegmentState::Machine);
    home.store
        .save_segment(&id, 0, &one, later(2))
        .await
        .unwrap();
    home.reopen().await;
    let store = &home.store;
    let back = store.translation(&id).await.unwrap();
    assert_eq!(back.text, text("One. Two."));
    assert_eq!(back.segments, [one.clone(), parts[1].clone()]);
    assert_eq!(back.updated_at, later(2));
    let list = store.translations().await.unwrap();
    assert_eq!((list[0].segments, list[0].done), (2, 2));

    // Other words stand there by now: a late result is not put behind them.
    let other = [segment("Three.", None, SegmentState::Waiting)];
    store
        .save_translation(Some(&id), &text("Three."), &other, later(3))
        .await
        .unwrap();
    let late = store.save_segment(&id, 0, &one, later(4)).await;
    assert!(matches!(
        late,
        Err(StoreError::NotFound {
            what: "segment",
            ..
        })
    ));
    assert_eq!(store.translation(&id).await.unwrap().segments, other);
}

#[tokio::test]
async fn a_deleted_text_comes_back_until_the_trash_is_emptied() {
    let home = home().await;
    let store = &home.store;
    let parts = [segment("One.", None, SegmentState::Waiting)];
    let id = store
        .save_translation(None, &text("One."), &parts, later(0))
        .await
        .unwrap();
    store.delete_translation(&id, later(1)).await.unwrap();
    assert!(store.translations().await.unwrap().is_empty());
    assert!(store.translation(&id).await.is_err());
    store.restore_translation(&id).await.unwrap();
    assert_eq!(store.translation(&id).await.unwrap().segments, parts);
    store.delete_translation(&id, later(2)).await.unwrap();
    store.empty_trash(later(10)).await.unwrap();
    assert!(store.restore_translation(&id).await.is_err());
}

#[tokio::test]
async fn the_first_key_that_is_remembered_wins() {
    let home = home().await;
    let store = &home.store;
    let machine = Remembered {
        target: "一".to_owned(),
        flags: "[]".to_owned(),
        edited: false,
    };
    let person = Remembered {
        target: "壹".to_owned(),
        edited: true,
        ..machine.clone()
    };
    store.remember("machine", &machine, later(0)).await.unwrap();
    let keys = ["person", "machine"];
    assert_eq!(
        store.remembered(&keys).await.unwrap().as_ref(),
        Some(&machine)
    );
    store.remember("person", &person, later(1)).await.unwrap();
    assert_eq!(store.remembered(&keys).await.unwrap(), Some(person));
    assert_eq!(store.remembered_count().await.unwrap(), 2);
    store.forget("person").await.unwrap();
    assert_eq!(store.remembered(&keys).await.unwrap(), Some(machine));
    store.forget_all().await.unwrap();
    assert_eq!(store.remembered(&keys).await.unwrap(), None);
}

#[tokio::test]
async fn a_glossary_is_of_its_pair_and_the_pairs_are_in_order() {
    let home = home().await;
    let store = &home.store;
    let terms = [term("lease", "租约"), term("May", "五月")];
    assert_eq!(
        store.set_glossary(&pair(), &terms, later(0)).await.unwrap(),
        []
    );
    assert_eq!(store.glossary(&pair()).await.unwrap(), terms);
    let turned = LanguagePair {
        from: "zh".to_owned(),
        to: "en".to_owned(),
    };
    assert_eq!(store.glossary(&turned).await.unwrap(), []);
    assert_eq!(
        store.set_glossary(&pair(), &[], later(1)).await.unwrap(),
        terms
    );

    for at in 0..12 {
        let other = LanguagePair {
            from: "en".to_owned(),
            to: format!("x{at}"),
        };
        store.use_language_pair(&other, later(at)).await.unwrap();
    }
    let third = LanguagePair {
        from: "en".to_owned(),
        to: "x9".to_owned(),
    };
    store.use_language_pair(&third, later(20)).await.unwrap();
    let pairs: Vec<String> = store
        .language_pairs()
        .await
        .unwrap()
        .into_iter()
        .map(|pair| pair.to)
        .collect();
    assert_eq!(pairs, ["x9", "x11", "x10", "x8", "x7", "x6", "x5", "x4"]);
}

#[tokio::test]
async fn a_damaged_database_gives_its_translations_back() {
    let home = home().await;
    let store = &home.store;
    let parts = [segment("One.", Some("一。"), SegmentState::Machine)];
    let id = store
        .save_translation(None, &text("One."), &parts, later(0))
        .await
        .unwrap();
    store
        .set_glossary(&pair(), &[term("lease", "租约")], later(0))
        .await
        .unwrap();
    store.use_language_pair(&pair(), later(0)).await.unwrap();
    let known = Remembered {
        target: "一".to_owned(),
        flags: "[]".to_owned(),
        edited: true,
    };
    store.remember("key", &known, later(0)).await.unwrap();
    let said = Utterance {
        side: UtteranceSide::Far,
        from: "zh".to_owned(),
        to: "en".to_owned(),
        source: "你好".to_owned(),
        target: "Hello".to_owned(),
        flags: "[]".to_owned(),
        spoken_at: later(0),
    };
    store
        .add_utterances(std::slice::from_ref(&said))
        .await
        .unwrap();
    // Something to lose at the end of the file.
    let filler = "x".repeat(60_000);
    store.save_draft("filler", &filler, later(2)).await.unwrap();
    store.close().await.unwrap();
    let path = database(home.dir.path());
    let mut bytes = std::fs::read(&path).unwrap();
    let end = bytes.len();
    bytes[end - 2000] ^= 1;
    std::fs::write(&path, bytes).unwrap();

    let opened = open(home.dir.path()).await.unwrap();
    let store = opened.store;
    assert!(opened.notice.is_some(), "the damage is noticed");
    assert_eq!(store.translation(&id).await.unwrap().segments, parts);
    assert_eq!(store.glossary(&pair()).await.unwrap().len(), 1);
    assert_eq!(store.language_pairs().await.unwrap(), [pair()]);
    assert_eq!(store.remembered(&["key"]).await.unwrap(), Some(known));
    assert_eq!(store.utterances().await.unwrap(), [said]);
    store.close().await.unwrap();
}
