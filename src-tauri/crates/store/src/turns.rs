//! The start of a chat turn, saved in one go.

use crate::{
    Conversation, ConversationId, Message, MessageId, MessageStatus, NewMessage, Role, Store,
    StoreError, Timestamp, conversation_settings, conversations, drafts, messages,
};

/// What a person sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTurn {
    /// Where it goes; `None` makes a new conversation, with the settings that were
    /// made for the one to come.
    pub conversation: Option<ConversationId>,
    /// The message that it follows; `None` starts a new root.
    pub parent: Option<MessageId>,
    /// What was sent.
    pub text: String,
    /// The draft that the text came from; it is cleared.
    pub draft: Option<String>,
}

/// The rows of a turn that was started.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// The conversation, with the answer as its active leaf.
    pub conversation: Conversation,
    /// What was sent.
    pub user: Message,
    /// The empty answer, streaming.
    pub answer: Message,
}

impl Store {
    /// Saves what was sent, opens the answer and clears the draft: all of it or,
    /// when anything fails, nothing, with the draft still there.
    pub async fn begin_turn(&self, turn: NewTurn, now: Timestamp) -> Result<Turn, StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        let conversation = if let Some(id) = turn.conversation {
            id
        } else {
            let made = conversations::insert(connection, None, now).await?.id;
            conversation_settings::claim_next(connection, &made).await?;
            made
        };
        let sent = NewMessage {
            conversation: conversation.clone(),
            parent: turn.parent,
            role: Role::User,
            text: turn.text,
            status: MessageStatus::Complete,
        };
        let user = messages::insert(connection, sent, now).await?;
        let open = NewMessage {
            conversation: conversation.clone(),
            parent: Some(user.id.clone()),
            role: Role::Assistant,
            text: String::new(),
            status: MessageStatus::Streaming,
        };
        let answer = messages::insert(connection, open, now).await?;
        if let Some(key) = turn.draft {
            drafts::clear(connection, &key).await?;
        }
        let conversation = conversations::fetch(connection, &conversation).await?;
        transaction.commit().await?;
        Ok(Turn {
            conversation,
            user,
            answer,
        })
    }
}
