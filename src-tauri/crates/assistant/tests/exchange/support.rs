//! What these tests share: a store, files, and trees to compare.

use std::path::{Path, PathBuf};

use llmos_assistant::exchange::{
    self, Cancel, ExchangeError, Exported, Format, ImportReport, Labels, Scope,
};
use llmos_store::{
    FileKeyProvider, MessageStats, MessageStatus, NewNode, NewTree, NodeSummary, Origin, Role,
    Store, Timestamp, Tree,
};
use tempfile::TempDir;

pub const NOW: Timestamp = Timestamp(1_795_508_088_000);

pub struct Home {
    pub dir: TempDir,
    pub store: Store,
}

pub async fn home() -> Home {
    let dir = tempfile::tempdir().unwrap();
    let keys = FileKeyProvider::in_dir(dir.path());
    let store = Store::open(dir.path(), &keys, NOW).await.unwrap().store;
    Home { dir, store }
}

impl Home {
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub async fn export(&self, format: Format, name: &str) -> Exported {
        let (path, cancel) = (self.path(name), Cancel::default());
        self.try_export(format, &path, &cancel).await.unwrap()
    }

    pub async fn try_export(
        &self,
        format: Format,
        path: &Path,
        cancel: &Cancel,
    ) -> Result<Exported, ExchangeError> {
        let job = exchange::ExportJob {
            scope: Scope::All,
            format,
            labels: labels(),
            path: path.to_owned(),
            now: NOW,
        };
        exchange::export(&self.store, job, Box::new(|_| {}), cancel).await
    }

    pub async fn import(&self, path: &Path) -> Result<ImportReport, ExchangeError> {
        let path = path.to_owned();
        let cancel = Cancel::default();
        exchange::import(&self.store, path, NOW, Box::new(|_| {}), &cancel).await
    }

    /// Imports a text as a file.
    pub async fn import_text(&self, text: impl AsRef<[u8]>) -> Result<ImportReport, ExchangeError> {
        let path = self.path("import.json");
        std::fs::write(&path, text).unwrap();
        self.import(&path).await
    }

    /// Every conversation, oldest first.
    pub async fn trees(&self) -> Vec<Tree> {
        let mut trees = Vec::new();
        for id in self.store.conversation_ids().await.unwrap() {
            trees.push(self.store.tree(&id).await.unwrap());
        }
        trees
    }

    /// The texts of the branch that is shown of the only conversation.
    pub async fn shown(&self) -> Vec<String> {
        let ids = self.store.conversation_ids().await.unwrap();
        let [id] = ids.as_slice() else {
            panic!("{} conversations", ids.len());
        };
        let branch = self.store.branch(id).await.unwrap();
        branch.into_iter().map(|entry| entry.message.text).collect()
    }
}

pub fn labels() -> Labels {
    Labels {
        you: "You".to_owned(),
        assistant: "LLMOS".to_owned(),
        untitled: "New conversation".to_owned(),
    }
}

pub fn node(parent: Option<usize>, role: Role, text: &str) -> NewNode {
    NewNode {
        parent,
        role,
        text: text.to_owned(),
        status: MessageStatus::Complete,
        stats: None,
        summary: None,
        created_at: Timestamp(NOW.0 - 5000),
        updated_at: Timestamp(NOW.0 - 4000),
    }
}

/// Two questions, of which the first has three answers, each ended differently.
pub fn bakery() -> NewTree {
    let mut stopped = node(
        Some(0),
        Role::Assistant,
        "Salt & **Crumb**\n\n- Tide \"Oven\"",
    );
    stopped.status = MessageStatus::Stopped;
    stopped.stats = Some(MessageStats {
        model: "SmolLM2".to_owned(),
        engine: "native".to_owned(),
        prompt_tokens: 12,
        completion_tokens: 34,
        ttft_ms: 56.5,
        prefill_tps: 789.25,
        decode_tps: 111.125,
        stop_reason: "stopped".to_owned(),
    });
    stopped.summary = Some(NodeSummary {
        text: "Names for a bakery were asked for.".to_owned(),
        covered: 2,
        edited: true,
        updated_at: Timestamp(NOW.0 - 3500),
    });
    let mut failed = node(Some(0), Role::Assistant, "");
    failed.status = MessageStatus::Failed;
    NewTree {
        title: Some("Names for a bakery 🥐".to_owned()),
        system_prompt: Some("Be brief.\u{0}\u{2028}".to_owned()),
        created_at: Timestamp(NOW.0 - 9000),
        updated_at: Timestamp(NOW.0 - 3000),
        pinned: true,
        archived: true,
        tags: vec!["Baking".to_owned(), "食物".to_owned()],
        messages: vec![
            node(None, Role::User, "Names for a bakery?\n# not a heading"),
            stopped,
            failed,
            node(Some(0), Role::Assistant, "面包店"),
            node(Some(1), Role::User, "More"),
        ],
        leaf: Some(1),
        origins: vec![origin("claude", "11111111")],
    }
}

pub fn origin(app: &str, id: &str) -> Origin {
    Origin {
        app: app.to_owned(),
        id: id.to_owned(),
    }
}

/// A tree without the ids of its messages, which are new wherever it goes.
pub fn shape(tree: &Tree) -> NewTree {
    let place = |id: &llmos_store::MessageId| tree.messages.iter().position(|m| m.id == *id);
    let summary_of = |id: &llmos_store::MessageId| {
        let found = tree.summaries.iter().find(|s| s.message_id == *id)?;
        Some(NodeSummary {
            text: found.text.clone(),
            covered: found.covered,
            edited: found.edited,
            updated_at: found.updated_at,
        })
    };
    let messages = tree.messages.iter().map(|m| NewNode {
        parent: m.parent_id.as_ref().and_then(place),
        role: m.role,
        text: m.text.clone(),
        status: m.status,
        stats: m.stats.clone(),
        summary: summary_of(&m.id),
        created_at: m.created_at,
        updated_at: m.updated_at,
    });
    NewTree {
        messages: messages.collect(),
        leaf: tree.conversation.active_leaf.as_ref().and_then(place),
        title: tree.conversation.title.clone(),
        system_prompt: tree.conversation.system_prompt.clone(),
        created_at: tree.conversation.created_at,
        updated_at: tree.conversation.updated_at,
        pinned: tree.conversation.pinned,
        archived: tree.conversation.archived,
        tags: tree.conversation.tags.clone(),
        origins: tree.origins.clone(),
    }
}
