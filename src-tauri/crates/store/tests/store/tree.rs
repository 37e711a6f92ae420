//! Whole conversations in and out.

use llmos_store::{
    Imported, MessageStats, MessageStatus, NewNode, NewTree, NodeSummary, OWN_APP, Origin, Role,
    StoreError, Tree,
};

use crate::support::{chain, copy_dir, database, home, later, message, open, shown};

fn origin(app: &str, id: &str) -> Origin {
    Origin {
        app: app.to_owned(),
        id: id.to_owned(),
    }
}

fn node(parent: Option<usize>, role: Role, text: &str) -> NewNode {
    NewNode {
        parent,
        role,
        text: text.to_owned(),
        status: MessageStatus::Complete,
        stats: None,
        summary: None,
        created_at: later(-500),
        updated_at: later(-400),
    }
}

fn small_tree(origins: Vec<Origin>) -> NewTree {
    NewTree {
        title: Some("Bread 面包".to_owned()),
        system_prompt: Some("Be brief.".to_owned()),
        created_at: later(-1000),
        updated_at: later(-300),
        pinned: false,
        archived: false,
        tags: Vec::new(),
        messages: vec![
            node(None, Role::User, "rye or wheat"),
            node(Some(0), Role::Assistant, "rye"),
            node(Some(0), Role::Assistant, "spelt"),
            node(Some(1), Role::User, "thanks"),
        ],
        leaf: Some(2),
        origins,
    }
}

/// A tree that was read as one that can come in again.
fn as_new(tree: Tree, origins: Vec<Origin>) -> NewTree {
    let place = |id: &llmos_store::MessageId| tree.messages.iter().position(|m| m.id == *id);
    let leaf = tree.conversation.active_leaf.as_ref().and_then(place);
    let messages = tree
        .messages
        .iter()
        .map(|m| NewNode {
            parent: m.parent_id.as_ref().and_then(place),
            role: m.role,
            text: m.text.clone(),
            status: m.status,
            stats: m.stats.clone(),
            summary: tree
                .summaries
                .iter()
                .find(|s| s.message_id == m.id)
                .map(|s| NodeSummary {
                    text: s.text.clone(),
                    covered: s.covered,
                    edited: s.edited,
                    updated_at: s.updated_at,
                }),
            created_at: m.created_at,
            updated_at: m.updated_at,
        })
        .collect();
    NewTree {
        title: tree.conversation.title,
        system_prompt: tree.conversation.system_prompt,
        created_at: tree.conversation.created_at,
        updated_at: tree.conversation.updated_at,
        pinned: tree.conversation.pinned,
        archived: tree.conversation.archived,
        tags: tree.conversation.tags,
        messages,
        leaf,
        origins,
    }
}

#[tokio::test]
async fn a_tree_comes_in_as_it_is_and_only_once() {
    let home = home().await;
    let store = &home.store;
    let from = origin("chatgpt", "abc");
    let mut tree = small_tree(vec![from.clone()]);
    tree.messages[1].status = MessageStatus::Streaming;
    tree.messages[1].summary = Some(NodeSummary {
        text: "Bread was spoken of.".to_owned(),
        covered: 2,
        edited: true,
        updated_at: later(-350),
    });
    (tree.pinned, tree.archived) = (true, true);
    tree.tags = vec!["Baking".to_owned(), "食物".to_owned()];
    tree.messages[2].stats = Some(MessageStats {
        model: "m".to_owned(),
        ..MessageStats::default()
    });
    let Imported::Added(added) = store.import_tree(&tree, later(0)).await.unwrap() else {
        panic!("it was not here");
    };
    assert_eq!(added.created_at, later(-1000));
    assert_eq!(added.updated_at, later(-300));
    assert_eq!(shown(store, &added.id).await, ["rye or wheat", "spelt"]);
    assert_eq!(store.search("thanks", 5).await.unwrap().len(), 1);
    assert_eq!(store.search("面包", 5).await.unwrap().len(), 1);

    let read = store.tree(&added.id).await.unwrap();
    assert_eq!(read.origins, std::slice::from_ref(&from));
    tree.messages[1].status = MessageStatus::Interrupted;
    assert_eq!(as_new(read, vec![from]), tree);

    let again = store.import_tree(&tree, later(1)).await.unwrap();
    assert_eq!(again, Imported::Known(added.clone()));
    assert_eq!(
        store.conversation_ids().await.unwrap(),
        std::slice::from_ref(&added.id)
    );

    // Gone for good, it may come again.
    store.purge_conversation(&added.id).await.unwrap();
    let back = store.import_tree(&tree, later(2)).await.unwrap();
    assert!(matches!(back, Imported::Added(_)));
    store.check().await.unwrap();
}

#[tokio::test]
async fn a_conversation_of_this_app_is_known_by_its_id() {
    let home = home().await;
    let store = &home.store;
    let id = store.create_conversation(None, later(0)).await.unwrap().id;
    let own = origin(OWN_APP, id.as_str());
    let tree = small_tree(vec![own]);
    let known = store.import_tree(&tree, later(1)).await.unwrap();
    assert!(matches!(known, Imported::Known(_)));

    store.purge_conversation(&id).await.unwrap();
    let Imported::Added(added) = store.import_tree(&tree, later(2)).await.unwrap() else {
        panic!("it is gone");
    };
    assert_eq!(added.id, id);

    // An id that this app never gives is only remembered.
    let strange = small_tree(vec![origin(OWN_APP, "../../etc")]);
    let Imported::Added(other) = store.import_tree(&strange, later(3)).await.unwrap() else {
        panic!("it is new");
    };
    assert_ne!(other.id.as_str(), "../../etc");
    let again = store.import_tree(&strange, later(4)).await.unwrap();
    assert_eq!(again, Imported::Known(other));
}

#[tokio::test]
async fn tags_that_do_not_fit_are_passed_over_and_the_rest_comes_in() {
    let home = home().await;
    let mut tree = small_tree(vec![origin("claude", "1")]);
    tree.tags = vec![
        " a  b ".to_owned(),
        "x".repeat(41),
        "\n".to_owned(),
        "A B".to_owned(),
    ];
    let many = (0..50).map(|number| format!("tag {number:02}"));
    tree.tags.extend(many);
    let Imported::Added(added) = home.store.import_tree(&tree, later(0)).await.unwrap() else {
        panic!("it was not here");
    };
    assert_eq!(added.tags.len(), 17);
    assert_eq!(added.tags[..2], ["a b", "tag 00"]);
    home.store.check().await.unwrap();
}

#[tokio::test]
async fn a_parent_after_its_child_leaves_nothing_behind() {
    let home = home().await;
    let store = &home.store;
    let mut tree = small_tree(vec![origin("claude", "1")]);
    tree.messages[1].parent = Some(3);
    let refused = store.import_tree(&tree, later(0)).await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })));
    assert!(store.conversation_ids().await.unwrap().is_empty());
    assert!(store.search("rye", 5).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_deleted_or_in_the_trash_does_not_go_out() {
    let home = home().await;
    let store = &home.store;
    let id = store.create_conversation(None, later(0)).await.unwrap().id;
    let all = chain(store, &id, &["q1", "a1", "q2", "a2"]).await;
    let other = message(&id, Some(&all[1].id), Role::User, "q2 again");
    store.add_message(other, later(9)).await.unwrap();
    store.delete_message(&all[2].id, later(10)).await.unwrap();
    let tree = store.tree(&id).await.unwrap();
    let texts: Vec<_> = tree.messages.iter().map(|m| m.text.as_str()).collect();
    assert_eq!(texts, ["q1", "a1", "q2 again"]);

    store
        .trash_conversations(std::slice::from_ref(&id), later(11))
        .await
        .unwrap();
    assert!(store.conversation_ids().await.unwrap().is_empty());
}

#[tokio::test]
async fn where_it_came_from_is_salvaged() {
    let home = home().await;
    let store = &home.store;
    let tree = small_tree(vec![origin("claude", "1")]);
    store.import_tree(&tree, later(0)).await.unwrap();
    let id = store.create_conversation(None, later(1)).await.unwrap().id;
    let long: Vec<String> = (0..200)
        .map(|n| format!("{n} {}", "word ".repeat(500)))
        .collect();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    chain(store, &id, &long).await;
    store.close().await.unwrap();

    let copy = copy_dir(home.dir.path());
    let mut bytes = std::fs::read(database(copy.path())).unwrap();
    // In the middle of the long conversation's text.
    let hit = bytes.len() / 2;
    bytes[hit..hit + 64].fill(0x5a);
    std::fs::write(database(copy.path()), bytes).unwrap();
    let opened = open(copy.path()).await.unwrap();
    assert!(opened.notice.is_some());
    let again = opened.store.import_tree(&tree, later(2)).await.unwrap();
    assert!(matches!(again, Imported::Known(_)));
}
