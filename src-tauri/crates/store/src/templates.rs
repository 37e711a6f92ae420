//! The person's own templates for drafts.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::{Store, StoreError, TemplateId, Timestamp};

/// A template: a form with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// What the person calls it.
    pub name: String,
    /// What is filled in, as JSON.
    pub form: String,
}

impl Template {
    fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: TemplateId(row.try_get(0)?),
            name: row.try_get(1)?,
            form: row.try_get(2)?,
        })
    }
}

impl Store {
    /// The templates that are not deleted, oldest first.
    pub async fn templates(&self) -> Result<Vec<Template>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, name, form FROM templates WHERE deleted_at IS NULL ORDER BY key",
        )
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.iter().map(Template::from_row).collect()
    }

    /// Makes a template, or changes the one that is named.
    pub async fn save_template(
        &self,
        id: Option<&TemplateId>,
        name: &str,
        form: &str,
        now: Timestamp,
    ) -> Result<Template, StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        let id = if let Some(id) = id {
            sqlx::query("UPDATE templates SET name = ?2, form = ?3, updated_at = ?4 WHERE id = ?1")
                .bind(id.as_str())
                .bind(name)
                .bind(form)
                .bind(now.0)
                .execute(&mut *connection)
                .await?;
            id.clone()
        } else {
            let id = TemplateId::new(now);
            sqlx::query(
                "INSERT INTO templates (id, name, form, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?4)",
            )
            .bind(id.as_str())
            .bind(name)
            .bind(form)
            .bind(now.0)
            .execute(&mut *connection)
            .await?;
            id
        };
        let saved = fetch(connection, &id).await?;
        transaction.commit().await?;
        Ok(saved)
    }

    /// Hides a template. It is erased by [`Store::empty_trash`] in its time.
    pub async fn delete_template(&self, id: &TemplateId, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let deleted = sqlx::query("UPDATE templates SET deleted_at = ?2 WHERE id = ?1")
            .bind(id.as_str())
            .bind(now.0)
            .execute(transaction.connection())
            .await?;
        if deleted.rows_affected() == 0 {
            return Err(unknown(id));
        }
        transaction.commit().await
    }

    /// Takes that back. One that was not deleted stays as it is.
    pub async fn restore_template(&self, id: &TemplateId) -> Result<Template, StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        sqlx::query("UPDATE templates SET deleted_at = NULL WHERE id = ?")
            .bind(id.as_str())
            .execute(&mut *connection)
            .await?;
        let restored = fetch(connection, id).await?;
        transaction.commit().await?;
        Ok(restored)
    }
}

async fn fetch(connection: &mut SqliteConnection, id: &TemplateId) -> Result<Template, StoreError> {
    let row = sqlx::query("SELECT id, name, form FROM templates WHERE id = ?")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    Template::from_row(&row.ok_or_else(|| unknown(id))?)
}

fn unknown(id: &TemplateId) -> StoreError {
    StoreError::not_found("template", id.as_str())
}
