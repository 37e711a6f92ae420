//! What a conversation sets for itself: its persona, and what differs from it.

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use crate::{
    ConversationId, GenerationSettings, OwnModel, PersonaId, Store, StoreError, Timestamp,
    conversations,
};

/// The key of the conversation that does not exist yet.
const NEXT: &str = "new";

/// A conversation's own settings. What it leaves open is as its persona says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConversationSettings {
    /// Its persona; `None` for the app's own. May name one that is gone.
    pub persona: Option<PersonaId>,
    /// What the model is told before the first message.
    pub system_prompt: Option<String>,
    /// How its answers are generated.
    pub generation: GenerationSettings,
    /// The model that it wants.
    pub model: Option<OwnModel>,
    /// Whether its oldest messages are summed up when they no longer fit; `None` is as
    /// everywhere.
    pub summaries: Option<bool>,
}

/// As stored, without what has a column of its own.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Json {
    /// Only of the conversation to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    system_prompt: Option<String>,
    generation: GenerationSettings,
    model: Option<OwnModel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summaries: Option<bool>,
}

impl Store {
    /// The settings of a conversation; `None` asks for those of the conversation
    /// to come.
    pub async fn conversation_settings(
        &self,
        id: Option<&ConversationId>,
    ) -> Result<ConversationSettings, StoreError> {
        let mut connection = self.read().await?;
        let own_prompt = match id {
            Some(id) => {
                conversations::fetch(&mut connection, id)
                    .await?
                    .system_prompt
            }
            None => None,
        };
        let mut found = fetch(&mut connection, id.map_or(NEXT, ConversationId::as_str)).await?;
        if id.is_some() {
            found.system_prompt = own_prompt;
        }
        Ok(found)
    }

    /// Sets them, all at once. The conversation keeps its place in the list:
    /// nothing was said in it.
    pub async fn set_conversation_settings(
        &self,
        id: Option<&ConversationId>,
        settings: &ConversationSettings,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        if let Some(id) = id {
            conversations::fetch(connection, id).await?;
            set_prompt(connection, id, settings.system_prompt.as_deref()).await?;
        }
        put(connection, id, settings, now).await?;
        transaction.commit().await
    }
}

/// Gives a conversation that has just been made what was set for it before.
pub(crate) async fn claim_next(
    connection: &mut SqliteConnection,
    id: &ConversationId,
) -> Result<(), StoreError> {
    let settings = fetch(connection, NEXT).await?;
    if let Some(prompt) = settings.system_prompt.as_deref() {
        set_prompt(connection, id, Some(prompt)).await?;
    }
    sqlx::query(
        "UPDATE conversation_settings SET key = ?2, settings = json_remove(settings, '$.system_prompt')
         WHERE key = ?1",
    )
    .bind(NEXT)
    .bind(id.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives a copy of a conversation what was set for its origin, except the system
/// prompt, which comes with the conversation's row.
pub(crate) async fn copy(
    connection: &mut SqliteConnection,
    from: &ConversationId,
    to: &ConversationId,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO conversation_settings (key, persona_id, settings, updated_at)
         SELECT ?2, persona_id, settings, updated_at FROM conversation_settings WHERE key = ?1",
    )
    .bind(from.as_str())
    .bind(to.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes the row of a conversation, or of the one to come.
pub(crate) async fn put(
    connection: &mut SqliteConnection,
    id: Option<&ConversationId>,
    settings: &ConversationSettings,
    now: Timestamp,
) -> Result<(), StoreError> {
    let json = Json {
        system_prompt: settings.system_prompt.clone().filter(|_| id.is_none()),
        generation: settings.generation,
        model: settings.model.clone(),
        summaries: settings.summaries,
    };
    let json = serde_json::to_string(&json).map_err(|source| StoreError::Database {
        source: source.into(),
    })?;
    sqlx::query(
        "INSERT INTO conversation_settings (key, persona_id, settings, updated_at)
         VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (key) DO UPDATE SET persona_id = ?2, settings = ?3, updated_at = ?4",
    )
    .bind(id.map_or(NEXT, ConversationId::as_str))
    .bind(settings.persona.as_ref().map(PersonaId::as_str))
    .bind(json)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

async fn set_prompt(
    connection: &mut SqliteConnection,
    id: &ConversationId,
    prompt: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE conversations SET system_prompt = ?2 WHERE id = ?1")
        .bind(id.as_str())
        .bind(prompt)
        .execute(connection)
        .await?;
    Ok(())
}

/// What the row under `key` says; the defaults when there is none.
async fn fetch(
    connection: &mut SqliteConnection,
    key: &str,
) -> Result<ConversationSettings, StoreError> {
    let row = sqlx::query("SELECT persona_id, settings FROM conversation_settings WHERE key = ?")
        .bind(key)
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else {
        return Ok(ConversationSettings::default());
    };
    let json: Json = serde_json::from_str(row.try_get(1)?)
        .map_err(|_| StoreError::invalid_row("conversation's settings"))?;
    Ok(ConversationSettings {
        persona: row.try_get::<Option<String>, _>(0)?.map(PersonaId),
        system_prompt: json.system_prompt,
        generation: json.generation,
        model: json.model,
        summaries: json.summaries,
    })
}
