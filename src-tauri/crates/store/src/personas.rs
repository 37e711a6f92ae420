//! Personas: those that a person made, and what a person changed about those
//! that come with the app. Which those are is not known here.

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::{GenerationSettings, OwnModel, PersonaId, Store, StoreError, Timestamp};

/// What makes up a persona. Stored as JSON; a field that a row lacks reads as
/// its default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonaProfile {
    /// What people call it.
    pub name: String,
    /// Name of the colour of its avatar.
    pub colour: String,
    /// What the model is told before the first message.
    pub system_prompt: String,
    /// What an empty conversation shows. The model never reads it.
    pub greeting: String,
    /// What a person might ask it first.
    pub prompts: Vec<String>,
    /// How its answers are generated.
    pub generation: GenerationSettings,
    /// The model that it wants, if it wants one.
    pub model: Option<OwnModel>,
}

/// A persona's row.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredPersona {
    /// Its id; of a built-in one the app's own name for it.
    pub id: PersonaId,
    /// Whether it comes with the app.
    pub built_in: bool,
    /// What it is; `None` for a built-in one as it came.
    pub profile: Option<PersonaProfile>,
    /// When it was made or first changed.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was deleted or hidden; `None` when it was not.
    pub deleted_at: Option<Timestamp>,
}

macro_rules! columns {
    () => {
        "id, built_in, profile, created_at, updated_at, deleted_at"
    };
}

impl StoredPersona {
    fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        let profile: Option<String> = row.try_get(2)?;
        let profile = profile
            .map(|json| serde_json::from_str(&json))
            .transpose()
            .map_err(|_| StoreError::invalid_row("persona"))?;
        Ok(Self {
            id: PersonaId(row.try_get(0)?),
            built_in: row.try_get(1)?,
            profile,
            created_at: Timestamp(row.try_get(3)?),
            updated_at: Timestamp(row.try_get(4)?),
            deleted_at: row.try_get::<Option<i64>, _>(5)?.map(Timestamp),
        })
    }
}

impl Store {
    /// Every persona that has a row, deleted ones included, oldest first.
    pub async fn personas(&self) -> Result<Vec<StoredPersona>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM personas ORDER BY key"
        ))
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.iter().map(StoredPersona::from_row).collect()
    }

    /// The row of one persona, if it has one.
    pub async fn persona(&self, id: &PersonaId) -> Result<Option<StoredPersona>, StoreError> {
        fetch(&mut *self.read().await?, id).await
    }

    /// Makes a persona.
    pub async fn create_persona(
        &self,
        profile: &PersonaProfile,
        now: Timestamp,
    ) -> Result<StoredPersona, StoreError> {
        let id = PersonaId::new(now);
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        sqlx::query(
            "INSERT INTO personas (id, built_in, profile, created_at, updated_at)
             VALUES (?1, 0, ?2, ?3, ?3)",
        )
        .bind(id.as_str())
        .bind(json(profile)?)
        .bind(now.0)
        .execute(&mut *connection)
        .await?;
        let made = fetch(connection, &id).await?.ok_or_else(|| unknown(&id))?;
        transaction.commit().await?;
        Ok(made)
    }

    /// Changes a persona that a person made, or a built-in one, which needs no row
    /// before. One that was deleted stays so.
    pub async fn change_persona(
        &self,
        id: &PersonaId,
        built_in: bool,
        profile: &PersonaProfile,
        now: Timestamp,
    ) -> Result<StoredPersona, StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        if built_in {
            ensure_row(connection, id, now).await?;
        }
        sqlx::query("UPDATE personas SET profile = ?2, updated_at = ?3 WHERE id = ?1")
            .bind(id.as_str())
            .bind(json(profile)?)
            .bind(now.0)
            .execute(&mut *connection)
            .await?;
        let changed = fetch(connection, id).await?.ok_or_else(|| unknown(id))?;
        transaction.commit().await?;
        Ok(changed)
    }

    /// Hides a persona. One that a person made is erased by
    /// [`Store::empty_trash`] in its time.
    pub async fn delete_persona(
        &self,
        id: &PersonaId,
        built_in: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        if built_in {
            ensure_row(connection, id, now).await?;
        }
        let deleted = sqlx::query("UPDATE personas SET deleted_at = ?2 WHERE id = ?1")
            .bind(id.as_str())
            .bind(now.0)
            .execute(connection)
            .await?;
        if deleted.rows_affected() == 0 {
            return Err(unknown(id));
        }
        transaction.commit().await
    }

    /// Takes that back. One that was not deleted stays as it is.
    pub async fn restore_persona(&self, id: &PersonaId) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let restored = sqlx::query("UPDATE personas SET deleted_at = NULL WHERE id = ?")
            .bind(id.as_str())
            .execute(transaction.connection())
            .await?;
        if restored.rows_affected() == 0 {
            return Err(unknown(id));
        }
        transaction.commit().await
    }

    /// Makes a built-in persona what it was when it came. Nothing happens when it
    /// is; one that a person made is left alone.
    pub async fn reset_persona(&self, id: &PersonaId) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query("DELETE FROM personas WHERE id = ? AND built_in = 1")
            .bind(id.as_str())
            .execute(transaction.connection())
            .await?;
        transaction.commit().await
    }
}

/// Erases what a person deleted before `before`.
pub(crate) async fn erase_deleted(
    connection: &mut SqliteConnection,
    before: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM personas WHERE built_in = 0 AND deleted_at < ?")
        .bind(before.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes the row of a built-in persona that nothing was changed about yet.
async fn ensure_row(
    connection: &mut SqliteConnection,
    id: &PersonaId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO personas (id, built_in, created_at, updated_at) VALUES (?1, 1, ?2, ?2)
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(id.as_str())
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

async fn fetch(
    connection: &mut SqliteConnection,
    id: &PersonaId,
) -> Result<Option<StoredPersona>, StoreError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM personas WHERE id = ?"
    ))
    .bind(id.as_str())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(StoredPersona::from_row).transpose()
}

fn json(profile: &PersonaProfile) -> Result<String, StoreError> {
    serde_json::to_string(profile).map_err(|source| StoreError::Database {
        source: source.into(),
    })
}

fn unknown(id: &PersonaId) -> StoreError {
    StoreError::not_found("persona", id.as_str())
}
