//! What the handles on the jobs and their runner share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use llmos_store::{JobId, JobState, StoredJob};
use tokio::sync::{broadcast, watch};

use super::{Job, JobEvent, JobKind, JobProgress, StepProgress, Trouble};

/// Events that a slow listener may fall behind before it misses some.
const BACKLOG: usize = 256;
/// How often the progress of a step is told at most; see [`crate::events::TEXT_BATCH`].
const PROGRESS: Duration = Duration::from_millis(100);

/// Whether somebody does jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Activity {
    Idle,
    /// A runner is at work.
    Busy,
    /// A runner is at work, and there may be more since it last looked.
    More,
}

/// What changed from outside since a runner looked.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Changes {
    count: u64,
    /// The app is about to end.
    pub(super) closing: bool,
}

/// What the handles and the runner share.
pub(crate) struct Board {
    kinds: Mutex<HashMap<&'static str, Arc<dyn JobKind>>>,
    events: broadcast::Sender<JobEvent>,
    activity: watch::Sender<Activity>,
    changes: watch::Sender<Changes>,
    /// Jobs that run according to the database, which could not be told otherwise.
    stuck: Mutex<HashMap<JobId, Trouble>>,
}

impl Board {
    pub(crate) fn new(kinds: impl IntoIterator<Item = Arc<dyn JobKind>>) -> Self {
        let kinds = kinds.into_iter().map(|kind| (kind.name(), kind)).collect();
        Self {
            kinds: Mutex::new(kinds),
            events: broadcast::Sender::new(BACKLOG),
            activity: watch::Sender::new(Activity::Idle),
            changes: watch::Sender::new(Changes::default()),
            stuck: Mutex::default(),
        }
    }

    pub(super) fn add_kind(&self, kind: Arc<dyn JobKind>) {
        lock(&self.kinds).insert(kind.name(), kind);
    }

    pub(super) fn kind(&self, name: &str) -> Option<Arc<dyn JobKind>> {
        lock(&self.kinds).get(name).cloned()
    }

    pub(super) fn watch(&self) -> broadcast::Receiver<JobEvent> {
        self.events.subscribe()
    }

    /// Nobody listening is no harm.
    pub(super) fn send(&self, event: JobEvent) {
        let _ = self.events.send(event);
    }

    /// Tells of a job as it is now, and returns it so.
    pub(super) fn tell(&self, stored: StoredJob) -> Job {
        let job = self.view(stored);
        self.send(JobEvent::Changed(job.clone()));
        job
    }

    /// A job as a person sees it.
    pub(super) fn view(&self, stored: StoredJob) -> Job {
        let stuck = match stored.state {
            JobState::Running => lock(&self.stuck).get(&stored.id).cloned(),
            _ => None,
        };
        let kept = stored
            .trouble
            .as_deref()
            .map(|json| serde_json::from_str(json).unwrap_or(Trouble::Broken));
        let total = self.expected(&stored);
        Job {
            remaining: forecast(&stored, total, 0.0, Duration::ZERO)
                .filter(|_| stuck.is_none() && stored.state == JobState::Running),
            state: if stuck.is_some() {
                JobState::Paused
            } else {
                stored.state
            },
            trouble: stuck.or(kept),
            total,
            id: stored.id,
            kind: stored.kind,
            title: stored.title,
            subject: stored.subject,
            model: stored.model,
            result: stored.result,
            done: stored.done,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        }
    }

    fn expected(&self, stored: &StoredJob) -> usize {
        match self.kind(&stored.kind) {
            Some(kind) if stored.state != JobState::Finished => {
                kind.expected(&stored.spec, stored.steps).max(stored.steps)
            }
            _ => stored.steps,
        }
    }

    /// Where the progress of a step goes.
    pub(super) fn progress<'a>(
        &'a self,
        job: &'a StoredJob,
        step: usize,
    ) -> impl Fn(StepProgress<'_>) + Send + Sync + 'a {
        let began = Instant::now();
        let total = self.expected(job);
        let told = Mutex::new(None::<Instant>);
        move |progress| {
            let mut told = lock(&told);
            if told.is_some_and(|at| at.elapsed() < PROGRESS) {
                return;
            }
            *told = Some(Instant::now());
            self.send(JobEvent::Progress(JobProgress {
                id: job.id.clone(),
                step,
                share: progress.share.clamp(0.0, 1.0),
                text: progress.text.to_owned(),
                remaining: forecast(job, total, progress.share, began.elapsed()),
            }));
        }
    }

    /// Something about jobs changed in the database; a runner looks.
    pub(super) fn changed(&self) {
        self.changes.send_modify(|changes| changes.count += 1);
    }

    pub(super) fn changes(&self) -> watch::Receiver<Changes> {
        self.changes.subscribe()
    }

    /// A job stands still, and the database could not be told.
    pub(super) fn strand(&self, id: &JobId, trouble: Trouble) {
        lock(&self.stuck).insert(id.clone(), trouble);
    }

    /// Whether a job was stranded; it no longer is.
    pub(super) fn take_stuck(&self, id: &JobId) -> bool {
        lock(&self.stuck).remove(id).is_some()
    }

    /// Whether a runner is to be started: there is work and nobody at it.
    pub(super) fn begin(&self) -> bool {
        let mut begins = false;
        self.activity.send_modify(|activity| {
            begins = *activity == Activity::Idle;
            *activity = if begins {
                Activity::Busy
            } else {
                Activity::More
            };
        });
        begins
    }

    /// A runner found nothing to do. Whether it may go: nothing came meanwhile.
    pub(super) fn end(&self) -> bool {
        let mut ends = false;
        self.activity.send_modify(|activity| {
            ends = *activity != Activity::More;
            *activity = if ends { Activity::Idle } else { Activity::Busy };
        });
        ends
    }

    /// A runner is gone, whatever else came.
    pub(super) fn gone(&self) {
        self.activity.send_replace(Activity::Idle);
    }

    /// Has the runner stop where it is, and waits for that. Nothing is begun any more.
    pub(crate) async fn close(&self) {
        self.changes.send_modify(|changes| changes.closing = true);
        let mut activity = self.activity.subscribe();
        // The sender is `self`, so the channel cannot close meanwhile.
        let _ = activity.wait_for(|now| *now == Activity::Idle).await;
    }
}

/// How long the rest of a job takes at the speed so far: of its done steps, or of the one
/// that is being done.
fn forecast(job: &StoredJob, total: usize, share: f32, elapsed: Duration) -> Option<Duration> {
    let share = f64::from(share.clamp(0.0, 1.0));
    let each = if job.done > 0 {
        Duration::from_millis(job.spent_ms) / u32::try_from(job.done).unwrap_or(u32::MAX)
    } else if share > 0.2 {
        elapsed.div_f64(share)
    } else {
        return None;
    };
    let left = u32::try_from(total.saturating_sub(job.done)).unwrap_or(u32::MAX);
    Some(each.mul_f64((f64::from(left) - share).max(0.0)))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
