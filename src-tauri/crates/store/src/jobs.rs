//! Jobs: work in many steps, of which each is on disk before the next begins.
//!
//! What a job does is its kind's matter; here its spec, inputs and outputs are text.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::{JobId, Store, StoreError, Timestamp};

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobState {
    /// Waits for its turn.
    Queued,
    /// Is being done.
    Running,
    /// Stands still, by a person's wish or for the trouble it names.
    Paused,
    /// Was queued or running when the app ended.
    Interrupted,
    /// Is done.
    Finished,
    /// Cannot go on.
    Failed,
    /// Was given up.
    Cancelled,
}

impl JobState {
    /// Every state.
    const ALL: [Self; 7] = [
        Self::Queued,
        Self::Running,
        Self::Paused,
        Self::Interrupted,
        Self::Finished,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The word for it in the database.
    fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Interrupted => "interrupted",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn parse(word: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or_else(|| StoreError::invalid_row("job state"))
    }
}

/// A job to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Which part of the app knows how to do it.
    pub kind: String,
    /// What people call it.
    pub title: String,
    /// The id of what it is about.
    pub subject: Option<String>,
    /// What is to be done: JSON of the kind's own.
    pub spec: String,
    /// The model that it runs on.
    pub model: Option<String>,
    /// The inputs of the steps that are known from the beginning.
    pub steps: Vec<String>,
}

/// A job as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredJob {
    /// Its id.
    pub id: JobId,
    /// Which part of the app knows how to do it.
    pub kind: String,
    /// What people call it.
    pub title: String,
    /// The id of what it is about.
    pub subject: Option<String>,
    /// How far it is.
    pub state: JobState,
    /// What is to be done.
    pub spec: String,
    /// The model that it runs on.
    pub model: Option<String>,
    /// Why it stands still, if that was nobody's wish: JSON of the caller's.
    pub trouble: Option<String>,
    /// What came of it, once it is finished.
    pub result: Option<String>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Steps that are done.
    pub done: usize,
    /// Steps that are known, done or not.
    pub steps: usize,
    /// Milliseconds that the done steps took.
    pub spent_ms: u64,
}

/// A step of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobStep {
    /// Its place, from 0.
    pub ordinal: usize,
    /// What it works on.
    pub input: String,
    /// What came of it; `None` until it is done.
    pub output: Option<String>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT j.id, j.kind, j.title, j.subject, j.state, j.spec, j.model, j.trouble, j.result,
                    j.created_at, j.updated_at,
                    (SELECT count(*) FROM job_steps s WHERE s.job_id = j.id AND s.output IS NOT NULL),
                    (SELECT count(*) FROM job_steps s WHERE s.job_id = j.id),
                    (SELECT coalesce(sum(s.millis), 0) FROM job_steps s WHERE s.job_id = j.id)
             FROM jobs j ",
            $rest
        )
    };
}

impl StoredJob {
    fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: JobId(row.try_get(0)?),
            kind: row.try_get(1)?,
            title: row.try_get(2)?,
            subject: row.try_get(3)?,
            state: JobState::parse(row.try_get(4)?)?,
            spec: row.try_get(5)?,
            model: row.try_get(6)?,
            trouble: row.try_get(7)?,
            result: row.try_get(8)?,
            created_at: Timestamp(row.try_get(9)?),
            updated_at: Timestamp(row.try_get(10)?),
            done: count(row, 11)?,
            steps: count(row, 12)?,
            spent_ms: u64::try_from(row.try_get::<i64, _>(13)?).unwrap_or(0),
        })
    }
}

impl JobStep {
    fn from_row(row: &SqliteRow) -> Result<Self, StoreError> {
        Ok(Self {
            ordinal: count(row, 0)?,
            input: row.try_get(1)?,
            output: row.try_get(2)?,
        })
    }
}

impl Store {
    /// Adds a job behind those that wait.
    pub async fn add_job(&self, job: NewJob, now: Timestamp) -> Result<StoredJob, StoreError> {
        let id = JobId::new(now);
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        sqlx::query(
            "INSERT INTO jobs (id, kind, title, subject, state, spec, model, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, 'queued', ?5, ?6, ?7, ?7)",
        )
        .bind(id.as_str())
        .bind(&job.kind)
        .bind(&job.title)
        .bind(&job.subject)
        .bind(&job.spec)
        .bind(&job.model)
        .bind(now.0)
        .execute(&mut *connection)
        .await?;
        append(connection, &id, &job.steps).await?;
        let added = fetch(connection, &id).await?;
        transaction.commit().await?;
        Ok(added)
    }

    /// Every job, oldest first.
    pub async fn jobs(&self) -> Result<Vec<StoredJob>, StoreError> {
        let rows = sqlx::query(select!("ORDER BY j.key"))
            .fetch_all(&mut *self.read().await?)
            .await?;
        rows.iter().map(StoredJob::from_row).collect()
    }

    /// One job.
    pub async fn job(&self, id: &JobId) -> Result<StoredJob, StoreError> {
        fetch(&mut *self.read().await?, id).await
    }

    /// Takes the oldest job that waits and marks it as running; `None` when none does.
    pub async fn begin_queued_job(&self, now: Timestamp) -> Result<Option<StoredJob>, StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        let id: Option<String> = sqlx::query_scalar(
            "UPDATE jobs SET state = 'running', updated_at = ?1
             WHERE key = (SELECT min(key) FROM jobs WHERE state = 'queued') RETURNING id",
        )
        .bind(now.0)
        .fetch_optional(&mut *connection)
        .await?;
        let Some(id) = id else { return Ok(None) };
        let begun = fetch(connection, &JobId(id)).await?;
        transaction.commit().await?;
        Ok(Some(begun))
    }

    /// Moves a job to another state with the trouble that led there, or without one, if
    /// it is in one of the states `from`. Returns it as it is then, and whether it moved.
    pub async fn move_job(
        &self,
        id: &JobId,
        from: &[JobState],
        to: JobState,
        trouble: Option<&str>,
        now: Timestamp,
    ) -> Result<(StoredJob, bool), StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        let before = fetch(connection, id).await?;
        if !from.contains(&before.state) {
            return Ok((before, false));
        }
        sqlx::query("UPDATE jobs SET state = ?2, trouble = ?3, updated_at = ?4 WHERE id = ?1")
            .bind(id.as_str())
            .bind(to.word())
            .bind(trouble)
            .bind(now.0)
            .execute(&mut *connection)
            .await?;
        let moved = fetch(connection, id).await?;
        transaction.commit().await?;
        Ok((moved, true))
    }

    /// Has the rest of a job done by another model.
    pub async fn set_job_model(&self, id: &JobId, model: &str) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query("UPDATE jobs SET model = ?2 WHERE id = ?1")
            .bind(id.as_str())
            .bind(model)
            .execute(transaction.connection())
            .await?;
        transaction.commit().await
    }

    /// The first step of a job that is not done.
    pub async fn next_job_step(&self, id: &JobId) -> Result<Option<JobStep>, StoreError> {
        let row = sqlx::query(
            "SELECT ordinal, input, output FROM job_steps
             WHERE job_id = ? AND output IS NULL ORDER BY ordinal LIMIT 1",
        )
        .bind(id.as_str())
        .fetch_optional(&mut *self.read().await?)
        .await?;
        row.as_ref().map(JobStep::from_row).transpose()
    }

    /// All steps of a job, in order.
    pub async fn job_steps(&self, id: &JobId) -> Result<Vec<JobStep>, StoreError> {
        let rows = sqlx::query(
            "SELECT ordinal, input, output FROM job_steps WHERE job_id = ? ORDER BY ordinal",
        )
        .bind(id.as_str())
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.iter().map(JobStep::from_row).collect()
    }

    /// Saves what came of a step and returns the job as it is then. A step that is done
    /// keeps what it has.
    pub async fn finish_job_step(
        &self,
        id: &JobId,
        ordinal: usize,
        output: &str,
        millis: u64,
        now: Timestamp,
    ) -> Result<StoredJob, StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        sqlx::query(
            "UPDATE job_steps SET output = ?3, millis = ?4
             WHERE job_id = ?1 AND ordinal = ?2 AND output IS NULL",
        )
        .bind(id.as_str())
        .bind(integer(ordinal))
        .bind(output)
        .bind(i64::try_from(millis).unwrap_or(i64::MAX))
        .execute(&mut *connection)
        .await?;
        touch(connection, id, now).await?;
        let job = fetch(connection, id).await?;
        transaction.commit().await?;
        Ok(job)
    }

    /// Adds steps behind those that there are.
    pub async fn add_job_steps(
        &self,
        id: &JobId,
        inputs: &[String],
        now: Timestamp,
    ) -> Result<StoredJob, StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        append(connection, id, inputs).await?;
        touch(connection, id, now).await?;
        let job = fetch(connection, id).await?;
        transaction.commit().await?;
        Ok(job)
    }

    /// Ends a running job well.
    pub async fn finish_job(
        &self,
        id: &JobId,
        result: &str,
        now: Timestamp,
    ) -> Result<StoredJob, StoreError> {
        let mut transaction = self.write().await?;
        let connection = transaction.connection();
        sqlx::query(
            "UPDATE jobs SET state = 'finished', result = ?2, trouble = NULL, updated_at = ?3
             WHERE id = ?1 AND state = 'running'",
        )
        .bind(id.as_str())
        .bind(result)
        .bind(now.0)
        .execute(&mut *connection)
        .await?;
        let job = fetch(connection, id).await?;
        transaction.commit().await?;
        Ok(job)
    }

    /// Erases a job with its steps. No harm when there is none.
    pub async fn remove_job(&self, id: &JobId) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query("DELETE FROM jobs WHERE id = ?")
            .bind(id.as_str())
            .execute(transaction.connection())
            .await?;
        transaction.commit().await
    }
}

/// Marks what was queued or running when the app ended: nothing is computed again before
/// a person says so.
pub(crate) async fn interrupt_leftovers(
    connection: &mut SqliteConnection,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE jobs SET state = 'interrupted', updated_at = ?
         WHERE state IN ('queued', 'running')",
    )
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

async fn append(
    connection: &mut SqliteConnection,
    id: &JobId,
    inputs: &[String],
) -> Result<(), StoreError> {
    for input in inputs {
        sqlx::query(
            "INSERT INTO job_steps (job_id, ordinal, input)
             SELECT ?1, coalesce(max(ordinal) + 1, 0), ?2 FROM job_steps WHERE job_id = ?1",
        )
        .bind(id.as_str())
        .bind(input)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn touch(
    connection: &mut SqliteConnection,
    id: &JobId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE jobs SET updated_at = ?2 WHERE id = ?1")
        .bind(id.as_str())
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(())
}

async fn fetch(connection: &mut SqliteConnection, id: &JobId) -> Result<StoredJob, StoreError> {
    let row = sqlx::query(select!("WHERE j.id = ?"))
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    let row = row.ok_or_else(|| StoreError::not_found("job", id.as_str()))?;
    StoredJob::from_row(&row)
}

fn count(row: &SqliteRow, column: usize) -> Result<usize, StoreError> {
    usize::try_from(row.try_get::<i64, _>(column)?).map_err(|_| StoreError::invalid_row("job"))
}

fn integer(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
