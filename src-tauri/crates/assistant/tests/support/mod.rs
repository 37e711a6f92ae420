//! What the tests share: a store in a folder of its own, and an engine whose
//! model says what a script tells it to.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "tests fail by panicking, and not every test file uses everything"
)]

pub mod child;
pub mod counting;
pub mod script;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use llmos_assistant::{Assistant, ChatEvent};
use llmos_engine::{EngineHandle, LoadOptions, Sampling, Specials};
use llmos_store::{
    BranchMessage, ConversationId, FileKeyProvider, MessageId, MessageStatus, Store, Timestamp,
};
use tempfile::TempDir;
use tokio::sync::mpsc;

use script::{Script, ScriptedBackend, Step};

/// Far more than anything here takes; a test that reaches it hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// A clock that moves a second with each look, so that times differ and order.
pub fn clock() -> Timestamp {
    static NOW: AtomicI64 = AtomicI64::new(1_800_000_000_000);
    Timestamp(NOW.fetch_add(1000, Ordering::Relaxed))
}

/// The default model's file.
pub fn default_model() -> PathBuf {
    let path = std::env::var_os("LLMOS_MODEL").map_or_else(
        || {
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../../../models")
                .join(llmos_assistant::model_path::DEFAULT_MODEL_FILE)
        },
        PathBuf::from,
    );
    assert!(
        path.is_file(),
        "the default model is not at {}: run `make model`",
        path.display()
    );
    path
}

/// An assistant on a fresh store.
pub struct World {
    pub assistant: Assistant,
    pub store: Store,
    pub engine: EngineHandle,
    pub script: Script,
    pub directory: TempDir,
}

impl World {
    /// With a scripted model of so many tokens of context. It uses the default
    /// model's tokenizer and template, and none of its weights.
    pub async fn with_context(context_length: usize) -> Self {
        let (engine, script) = scripted(context_length).await;
        Self::on(engine, script, Sampling::greedy()).await
    }

    /// With a context in which everything fits.
    pub async fn new() -> Self {
        Self::with_context(4096).await
    }

    /// As [`Self::new`], with the store below a folder of the caller's.
    pub async fn in_folder(folder: &Path) -> Self {
        let (engine, script) = scripted(4096).await;
        let directory = tempfile::tempdir_in(folder).unwrap();
        Self::with(engine, script, Sampling::greedy(), directory).await
    }

    /// On an engine of the caller's.
    pub async fn on(engine: EngineHandle, script: Script, sampling: Sampling) -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self::with(engine, script, sampling, directory).await
    }

    async fn with(
        engine: EngineHandle,
        script: Script,
        sampling: Sampling,
        directory: TempDir,
    ) -> Self {
        let store = open(directory.path()).await;
        let assistant = Assistant::with_sampling(store.clone(), engine.clone(), clock, sampling);
        Self {
            assistant,
            store,
            engine,
            script,
            directory,
        }
    }

    /// The next answer will be this text, whole.
    pub fn will_say(&self, text: &str) {
        let mut steps = self.steps(text);
        steps.push(Step::EndOfTurn);
        self.script.push(steps);
    }

    /// The tokens of a text as steps, without an end.
    pub fn steps(&self, text: &str) -> Vec<Step> {
        let model = self.engine.model().unwrap();
        let ids = model.tokenizer.encode(text, Specials::Text).unwrap();
        ids.into_iter().map(Step::Token).collect()
    }

    /// Sends and waits until nothing more comes.
    pub async fn ask(&self, target: Option<&ConversationId>, text: &str) -> Events {
        let (sink, events) = mpsc::unbounded_channel();
        self.assistant
            .send(target.cloned(), text.to_owned(), sink)
            .await
            .unwrap();
        Events::new(events).rest().await
    }

    /// The active branch as `(text, status)`.
    pub async fn branch(&self, conversation: &ConversationId) -> Vec<(String, MessageStatus)> {
        let branch = self.store.branch(conversation).await.unwrap();
        branch
            .into_iter()
            .map(|entry| (entry.message.text, entry.message.status))
            .collect()
    }

    /// The text of the last prompt that the model was given.
    pub fn last_prompt(&self) -> String {
        let model = self.engine.model().unwrap();
        model
            .tokenizer
            .decode(&self.script.prompts().pop().unwrap())
    }
}

/// An engine whose model says what the script tells it to.
pub async fn scripted(context_length: usize) -> (EngineHandle, Script) {
    let script = Script::default();
    let engine = EngineHandle::start_with_memory(
        vec![Box::new(ScriptedBackend::new(script.clone()))],
        || None,
    );
    let options = LoadOptions {
        context_length: Some(context_length),
        ..LoadOptions::default()
    };
    let model = engine.load(&default_model(), options).await.unwrap();
    script.set_end_of_turn(model.tokenizer.eos().unwrap());
    (engine, script)
}

/// Opens the store in a folder.
pub async fn open(directory: &Path) -> Store {
    let keys = FileKeyProvider::in_dir(directory);
    Store::open(directory, &keys, clock()).await.unwrap().store
}

/// The events of one turn.
pub struct Events {
    receiver: mpsc::UnboundedReceiver<ChatEvent>,
    pub seen: Vec<ChatEvent>,
}

impl Events {
    pub fn new(receiver: mpsc::UnboundedReceiver<ChatEvent>) -> Self {
        Self {
            receiver,
            seen: Vec::new(),
        }
    }

    /// Waits for the next event; `None` when nothing more will come.
    pub async fn next(&mut self) -> Option<&ChatEvent> {
        let event = tokio::time::timeout(PATIENCE, self.receiver.recv())
            .await
            .expect("an event, or the end of them")?;
        self.seen.push(event);
        self.seen.last()
    }

    /// Waits until so much text has come.
    pub async fn until_text(&mut self, wanted: &str) {
        while !self.text().contains(wanted) {
            assert!(self.next().await.is_some(), "{wanted:?} never came");
        }
    }

    /// Waits until the answer is finished, and not for what follows it.
    pub async fn until_finished(&mut self) {
        loop {
            match self.next().await {
                Some(ChatEvent::Finished { .. }) => return,
                Some(_) => {}
                None => panic!("the turn did not finish: {:?}", self.seen),
            }
        }
    }

    /// Waits for the end.
    pub async fn rest(mut self) -> Self {
        while self.next().await.is_some() {}
        self
    }

    /// All text so far.
    pub fn text(&self) -> String {
        self.seen
            .iter()
            .filter_map(|event| match event {
                ChatEvent::Text { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    pub fn conversation(&self) -> ConversationId {
        self.started().0.id.clone()
    }

    pub fn started(&self) -> (&llmos_store::Conversation, &BranchMessage) {
        self.seen
            .iter()
            .find_map(|event| match event {
                ChatEvent::Started {
                    conversation,
                    answer,
                    ..
                } => Some((conversation, answer)),
                _ => None,
            })
            .unwrap()
    }

    pub fn answer_id(&self) -> MessageId {
        self.started().1.message.id.clone()
    }

    /// The answer as it was finished.
    pub fn finished(&self) -> &BranchMessage {
        self.seen
            .iter()
            .find_map(|event| match event {
                ChatEvent::Finished { message } => Some(message),
                _ => None,
            })
            .unwrap_or_else(|| panic!("the turn did not finish: {:?}", self.seen))
    }

    pub fn title(&self) -> Option<&str> {
        self.seen.iter().find_map(|event| match event {
            ChatEvent::Titled { conversation } => conversation.title.as_deref(),
            _ => None,
        })
    }

    pub fn dropped(&self) -> usize {
        self.seen
            .iter()
            .find_map(|event| match event {
                ChatEvent::PromptProgress { dropped, .. } => Some(*dropped),
                _ => None,
            })
            .unwrap()
    }
}
