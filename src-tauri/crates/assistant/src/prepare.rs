//! Everything that happens before the model works: what is asked, whether it
//! fits, and saving it.

use std::sync::{Arc, PoisonError};

use llmos_engine::{LoadedModel, Sampling};
use llmos_store::{
    BranchMessage, Conversation, ConversationId, Message, MessageId, MessageStats, MessageStatus,
    NewMessage, NewTurn, Role, StoreError, Summary,
};

use crate::AssistantError;
use crate::assistant::Inner;
use crate::context::Room;
use crate::material::{Fitted, Fold, Material, Start};
use crate::persona::AnswerSettings;
use crate::summary;

/// Key of the draft of a conversation that does not exist yet.
const NEW_DRAFT: &str = "new";

/// What the person wants.
#[derive(Debug)]
pub(crate) enum Request {
    /// A new question.
    Send {
        target: Option<ConversationId>,
        text: String,
    },
    /// A question in other words.
    Edit { message: MessageId, text: String },
    /// Another answer.
    Regenerate { message: MessageId },
    /// More of an answer.
    Continue { message: MessageId },
}

/// How a conversation's last prompt began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Anchor {
    conversation: ConversationId,
    room: Room,
    start: Start,
}

impl Inner {
    /// How the last prompt began, if it was one of this conversation in this room.
    pub(crate) fn last_start(
        &self,
        conversation: Option<&ConversationId>,
        room: Room,
    ) -> Option<Start> {
        let anchor = self.anchor.lock().unwrap_or_else(PoisonError::into_inner);
        anchor
            .as_ref()
            .filter(|anchor| Some(&anchor.conversation) == conversation && anchor.room == room)
            .map(|anchor| anchor.start.clone())
    }

    fn set_start(&self, conversation: &ConversationId, room: Room, start: Start) {
        let anchor = Anchor {
            conversation: conversation.clone(),
            room,
            start,
        };
        *self.anchor.lock().unwrap_or_else(PoisonError::into_inner) = Some(anchor);
    }
}

/// A request that can be carried out, with nothing saved yet.
pub(crate) struct Plan {
    pub(crate) model: Arc<LoadedModel>,
    pub(crate) material: Material,
    pub(crate) sampling: Sampling,
    pub(crate) max_tokens: usize,
    /// The prompt and what of the conversation is in it.
    pub(crate) fitted: Fitted,
    /// What is to be summed up before the answer, to keep it in the prompt.
    pub(crate) fold: Option<Fold>,
    /// The conversation's first question, for the title.
    pub(crate) first_question: String,
    /// Whether that is the one being answered.
    pub(crate) is_first_turn: bool,
    /// Taken when it is saved.
    action: Option<Action>,
}

/// What is to be saved.
enum Action {
    Ask {
        conversation: Option<Conversation>,
        parent: Option<MessageId>,
        text: String,
        /// The other versions of the question.
        siblings: Vec<MessageId>,
        /// The draft that the text came from.
        draft: Option<String>,
    },
    Answer {
        conversation: Conversation,
        question: MessageId,
        /// The other answers to the same question.
        siblings: Vec<MessageId>,
    },
    Extend {
        conversation: Conversation,
        /// The answer that broke off, and its versions, itself included.
        answer: Message,
        siblings: Vec<MessageId>,
    },
}

/// A turn whose question and empty answer are saved.
pub(crate) struct Saved {
    pub(crate) conversation: Conversation,
    /// The new question, if there is one.
    pub(crate) user: Option<BranchMessage>,
    pub(crate) answer: BranchMessage,
    /// Statistics of the part that is being continued.
    pub(crate) earlier: Option<MessageStats>,
}

impl Plan {
    /// Works out what to do, down to the prompt's tokens. Saves nothing.
    pub(crate) async fn make(inner: &Inner, request: Request) -> Result<Self, AssistantError> {
        let model = inner.model()?;
        let (branch, action) = match request {
            Request::Send { target, text } => {
                let text = inner.with_passages(&model, text).await?;
                plan_send(inner, target, text).await?
            }
            Request::Edit { message, text } => {
                let text = inner.with_passages(&model, text).await?;
                plan_edit(inner, &message, text).await?
            }
            Request::Regenerate { message } => plan_regenerate(inner, &message).await?,
            Request::Continue { message } => plan_continue(inner, &message).await?,
        };
        let conversation = action.conversation();
        let id = conversation.map(|conversation| &conversation.id);
        let AnswerSettings {
            system,
            sampling,
            max_tokens,
        } = AnswerSettings::resolve(inner, id, &model).await?;
        let room = Room::in_context(model.info.context_length);
        let previous = inner.last_start(conversation.map(|it| &it.id), room);
        let (folds, summaries) = summary::usable(inner, id).await?;
        let question = match &action {
            Action::Ask { text, .. } => Some(text.clone()),
            Action::Answer { .. } | Action::Extend { .. } => None,
        };

        // Encoding a long history takes tens of milliseconds: off the runtime.
        let fitting = tokio::task::spawn_blocking(move || {
            let material = Material::new(system, branch, question, summaries);
            let fitted = material.fit(&model, room, previous.as_ref())?;
            let fold = if folds {
                material.to_fold(&model, &fitted)
            } else {
                None
            };
            let turns = material.turns();
            Ok::<_, AssistantError>(Self {
                first_question: turns.first().map_or("", |turn| turn.user).to_owned(),
                is_first_turn: turns.len() == 1,
                fitted,
                fold,
                material,
                model,
                sampling,
                max_tokens,
                action: Some(action),
            })
        });
        fitting.await.map_err(|_| AssistantError::Abandoned)?
    }

    /// Saves the question and an empty answer, and clears the draft.
    pub(crate) async fn save(&mut self, inner: &Inner) -> Result<Saved, AssistantError> {
        let saved = match self.action.take() {
            None => return Err(AssistantError::Abandoned),
            Some(Action::Ask {
                conversation,
                parent,
                text,
                siblings,
                draft,
            }) => {
                let turn = NewTurn {
                    conversation: conversation.map(|it| it.id),
                    parent,
                    text,
                    draft,
                };
                save_question(inner, turn, siblings).await?
            }
            Some(Action::Answer {
                conversation,
                question,
                mut siblings,
            }) => {
                let message = add_answer(inner, &conversation.id, &question).await?;
                siblings.push(message.id.clone());
                Saved {
                    conversation,
                    user: None,
                    answer: BranchMessage { message, siblings },
                    earlier: None,
                }
            }
            Some(Action::Extend {
                conversation,
                answer,
                mut siblings,
            }) => {
                let copied = inner.store.continue_message(&answer.id, (inner.clock)());
                let message = copied.await?;
                siblings.push(message.id.clone());
                Saved {
                    conversation,
                    user: None,
                    earlier: answer.stats,
                    answer: BranchMessage { message, siblings },
                }
            }
        };
        self.note_start(inner, &saved);
        Ok(saved)
    }

    /// Remembers how the prompt begins, for the next one.
    fn note_start(&self, inner: &Inner, saved: &Saved) {
        let first = self.material.start_of(self.fitted.first_turn).cloned();
        let asked = saved.user.as_ref().map(|user| user.message.id.clone());
        if let Some(message) = first.or(asked) {
            let summary = self.fitted.summary.clone();
            let room = Room::in_context(self.model.info.context_length);
            inner.set_start(&saved.conversation.id, room, Start { message, summary });
        }
    }

    /// Fits the prompt anew, with a summary that has been made since.
    pub(crate) async fn refit(
        &mut self,
        inner: &Inner,
        saved: &Saved,
        summary: Summary,
    ) -> Result<(), AssistantError> {
        let mut material = std::mem::take(&mut self.material);
        material.set_summary(summary);
        let room = Room::in_context(self.model.info.context_length);
        let model = Arc::clone(&self.model);
        let fitting = tokio::task::spawn_blocking(move || {
            let fitted = material.fit(&model, room, None);
            (material, fitted)
        });
        let (material, fitted) = fitting.await.map_err(|_| AssistantError::Abandoned)?;
        self.material = material;
        self.fitted = fitted?;
        self.note_start(inner, saved);
        Ok(())
    }
}

impl Action {
    fn conversation(&self) -> Option<&Conversation> {
        match self {
            Self::Ask { conversation, .. } => conversation.as_ref(),
            Self::Answer { conversation, .. } | Self::Extend { conversation, .. } => {
                Some(conversation)
            }
        }
    }
}

async fn plan_send(
    inner: &Inner,
    target: Option<ConversationId>,
    text: String,
) -> Result<(Vec<BranchMessage>, Action), AssistantError> {
    let (conversation, branch) = match &target {
        Some(id) => (
            Some(inner.store.conversation(id).await?),
            inner.store.branch(id).await?,
        ),
        None => (None, Vec::new()),
    };
    let draft = target
        .as_ref()
        .map_or(NEW_DRAFT, ConversationId::as_str)
        .to_owned();
    let action = Action::Ask {
        parent: branch.last().map(|last| last.message.id.clone()),
        conversation,
        text,
        siblings: Vec::new(),
        draft: Some(draft),
    };
    Ok((branch, action))
}

async fn plan_edit(
    inner: &Inner,
    id: &MessageId,
    text: String,
) -> Result<(Vec<BranchMessage>, Action), AssistantError> {
    let (conversation, mut branch) = conversation_of(inner, id).await?;
    let place = branch
        .iter()
        .position(|entry| entry.message.id == *id && entry.message.role == Role::User)
        .ok_or_else(|| AssistantError::WrongMessage {
            id: id.0.clone(),
            action: "asked in other words",
        })?;
    let action = Action::Ask {
        conversation: Some(conversation),
        parent: branch[place].message.parent_id.clone(),
        text,
        siblings: branch[place].siblings.clone(),
        draft: None,
    };
    branch.truncate(place);
    Ok((branch, action))
}

async fn plan_regenerate(
    inner: &Inner,
    id: &MessageId,
) -> Result<(Vec<BranchMessage>, Action), AssistantError> {
    let wrong = || AssistantError::WrongMessage {
        id: id.0.clone(),
        action: "answered again",
    };
    let (conversation, mut branch) = conversation_of(inner, id).await?;
    let place = branch
        .iter()
        .position(|entry| entry.message.id == *id)
        .ok_or_else(wrong)?;
    let asked = match branch[place].message.role {
        Role::User => place,
        Role::Assistant => place.checked_sub(1).ok_or_else(wrong)?,
    };
    let siblings = branch
        .get(asked + 1)
        .map(|answer| answer.siblings.clone())
        .unwrap_or_default();
    branch.truncate(asked + 1);
    let question = branch
        .last()
        .filter(|entry| entry.message.role == Role::User)
        .ok_or_else(wrong)?
        .message
        .id
        .clone();
    let action = Action::Answer {
        conversation,
        question,
        siblings,
    };
    Ok((branch, action))
}

async fn plan_continue(
    inner: &Inner,
    id: &MessageId,
) -> Result<(Vec<BranchMessage>, Action), AssistantError> {
    let (conversation, branch) = conversation_of(inner, id).await?;
    let answer = branch
        .last()
        .filter(|last| last.message.id == *id && can_continue(&last.message))
        .ok_or_else(|| AssistantError::WrongMessage {
            id: id.0.clone(),
            action: "continued",
        })?;
    let action = Action::Extend {
        conversation,
        answer: answer.message.clone(),
        siblings: answer.siblings.clone(),
    };
    Ok((branch, action))
}

/// Whether an answer broke off: by a person, a crash, a failure or a limit.
fn can_continue(message: &Message) -> bool {
    message.role == Role::Assistant
        && match message.status {
            MessageStatus::Stopped | MessageStatus::Interrupted | MessageStatus::Failed => true,
            MessageStatus::Streaming => false,
            MessageStatus::Complete => message.stats.as_ref().is_some_and(|stats| {
                matches!(stats.stop_reason.as_str(), "max_tokens" | "context_full")
            }),
        }
}

async fn conversation_of(
    inner: &Inner,
    message: &MessageId,
) -> Result<(Conversation, Vec<BranchMessage>), StoreError> {
    let id = inner.store.message(message).await?.conversation_id;
    let conversation = inner.store.conversation(&id).await?;
    let branch = inner.store.branch(&id).await?;
    Ok((conversation, branch))
}

async fn save_question(
    inner: &Inner,
    turn: NewTurn,
    mut siblings: Vec<MessageId>,
) -> Result<Saved, AssistantError> {
    let begun = inner.store.begin_turn(turn, (inner.clock)()).await?;
    siblings.push(begun.user.id.clone());
    let user = BranchMessage {
        message: begun.user,
        siblings,
    };
    Ok(Saved {
        conversation: begun.conversation,
        user: Some(user),
        answer: alone(begun.answer),
        earlier: None,
    })
}

async fn add_answer(
    inner: &Inner,
    conversation: &ConversationId,
    question: &MessageId,
) -> Result<Message, StoreError> {
    let answer = NewMessage {
        conversation: conversation.clone(),
        parent: Some(question.clone()),
        role: Role::Assistant,
        text: String::new(),
        status: MessageStatus::Streaming,
    };
    inner.store.add_message(answer, (inner.clock)()).await
}

/// A message that has no siblings yet.
fn alone(message: Message) -> BranchMessage {
    BranchMessage {
        siblings: vec![message.id.clone()],
        message,
    }
}
