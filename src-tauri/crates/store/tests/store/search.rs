//! Search: what is found, what is not, and what a hit looks like.

use llmos_store::{ConversationId, Role, Store};

use crate::support::{Home, chain, home, later, message};

async fn filled(texts: &[&str]) -> (Home, ConversationId) {
    let home = home().await;
    let id = home
        .store
        .create_conversation(None, later(0))
        .await
        .unwrap()
        .id;
    chain(&home.store, &id, texts).await;
    (home, id)
}

async fn found(store: &Store, query: &str) -> Vec<String> {
    let hits = store.search(query, 50).await.unwrap();
    hits.into_iter().map(|hit| hit.excerpt).collect()
}

#[tokio::test]
async fn words_prefixes_accents_and_short_chinese_words_are_found() {
    let (home, _) = filled(&[
        "Where is the encyclopedia?",
        "我在杭州西湖，天气很好。",
        "Crème brûlée",
        "東京タワーへ行きたい",
        "안녕하세요 여러분",
        "ทดสอบภาษาไทย",
        "GPT模型的foo_bar",
        "ＦＵＬＬ width",
        "a\0zero\0byte",
    ])
    .await;
    let store = &home.store;
    for (query, expected) in [
        ("encyc", 0),
        ("ENCYCLOPEDIA", 0),
        ("is encyclop", 0),
        ("杭州", 1),
        ("湖", 1),
        ("杭州西湖", 1),
        ("西湖 天气", 1),
        ("creme", 2),
        ("BRÛL", 2),
        ("タワー", 3),
        ("京", 3),
        ("하세요", 4),
        ("ภาษา", 5),
        ("gpt模型", 6),
        ("模型", 6),
        ("bar", 6),
        ("full", 7),
        ("zero", 8),
    ] {
        let hits = found(store, query).await;
        assert_eq!(hits.len(), 1, "{query}: {hits:?}");
        let all = store.search(query, 50).await.unwrap();
        assert!(!all[0].highlights.is_empty(), "{query} {expected}");
    }
    for query in ["cyclopedia", "州杭", "杭西", "encyclopedia 杭州", "absent"] {
        assert!(found(store, query).await.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn no_query_is_an_error() {
    let (home, _) = filled(&["plain text", "say \"quoted\" AND more"]).await;
    for query in [
        "\"",
        "\"\"",
        "'",
        "*",
        "AND",
        "OR NOT",
        "NEAR(a b, 2)",
        "a*b",
        "text:plain",
        "{text}:x",
        "^a",
        "-a",
        "+a",
        "(",
        ")",
        "a AND",
        "\\",
        "%",
        "_",
        "\0",
        "a\0b",
        "\u{feff}",
        "🎉",
        "\u{202e}שלום",
        "\u{fdd0}",
        "; DROP TABLE messages",
        "",
    ] {
        home.store
            .search(query, 50)
            .await
            .unwrap_or_else(|error| panic!("{query:?}: {error}"));
    }
    home.store
        .search(&"\"(* ".repeat(200_000), 50)
        .await
        .unwrap();
    home.store.search(&"杭".repeat(200_000), 50).await.unwrap();
    home.store.search("plain", 0).await.unwrap();
    assert_eq!(found(&home.store, "\"quoted\" AND").await.len(), 1);
}

#[tokio::test]
async fn titles_come_first_then_exact_words_then_the_newest() {
    let home = home().await;
    let store = &home.store;
    let titled = store
        .create_conversation(Some("All about trains"), later(0))
        .await
        .unwrap();
    let id = store.create_conversation(None, later(1)).await.unwrap().id;
    chain(store, &id, &["train one", "training day", "train two"]).await;
    assert_eq!(
        found(store, "train").await,
        ["All about trains", "train two", "train one", "training day"]
    );
    let hits = store.search("train", 3).await.unwrap();
    assert_eq!(hits.len(), 3);
    assert_eq!(hits[0].message_id, None);
    assert_eq!(hits[0].role, None);
    assert_eq!(hits[0].conversation_id, titled.id);
    assert_eq!(hits[0].title.as_deref(), Some("All about trains"));
    assert_eq!(hits[0].highlights, [(10, 16)]);
    assert_eq!(hits[1].role, Some(Role::User));
    assert_eq!(hits[1].conversation_id, id);
    assert_eq!(hits[1].created_at, later(2));

    store
        .rename_conversation(&titled.id, "Ships", later(9))
        .await
        .unwrap();
    assert_eq!(store.search("trains", 9).await.unwrap().len(), 0);
    assert_eq!(found(store, "ship").await, ["Ships"]);
}

#[tokio::test]
async fn highlights_are_utf16_ranges_of_the_excerpt() {
    let (home, id) = filled(&[]).await;
    let text = format!("{}👩‍👩‍👧 emoji 👍🏽 in 杭州!\n", "filler text ".repeat(100));
    let new = message(&id, None, Role::User, &text);
    home.store.add_message(new, later(1)).await.unwrap();
    let hits = home.store.search("emoji 杭州", 5).await.unwrap();
    let units: Vec<u16> = hits[0].excerpt.encode_utf16().collect();
    let marked: Vec<String> = hits[0]
        .highlights
        .iter()
        .map(|(start, end)| String::from_utf16(&units[*start..*end]).unwrap())
        .collect();
    assert_eq!(marked, ["emoji", "杭州"]);
    assert!(!hits[0].excerpt.contains('\n'));
    assert!(hits[0].excerpt.starts_with('…'));
}
