//! Jobs: kept step by step, moved only from where they are, interrupted by an end.

use llmos_store::{JobState, NewJob, StoreError, StoredJob};

use crate::support::{NOW, database, home, later, open};

fn job(title: &str, steps: &[&str]) -> NewJob {
    NewJob {
        kind: "count".to_owned(),
        title: title.to_owned(),
        subject: Some("a text".to_owned()),
        spec: "{}".to_owned(),
        model: Some("a model".to_owned()),
        steps: steps.iter().map(|&step| step.to_owned()).collect(),
    }
}

fn counts(job: &StoredJob) -> (usize, usize, u64) {
    (job.done, job.steps, job.spent_ms)
}

#[tokio::test]
async fn jobs_begin_in_order_and_are_done_step_by_step() {
    let home = home().await;
    let store = &home.store;
    let first = store.add_job(job("first", &["a", "b"]), NOW).await.unwrap();
    let second = store.add_job(job("second", &[]), later(1)).await.unwrap();
    assert_eq!((first.state, counts(&first)), (JobState::Queued, (0, 2, 0)));

    let begun = store.begin_queued_job(later(2)).await.unwrap().unwrap();
    assert_eq!((&begun.id, begun.state), (&first.id, JobState::Running));
    let step = store.next_job_step(&first.id).await.unwrap().unwrap();
    assert_eq!((step.ordinal, step.input.as_str()), (0, "a"));
    let after = store
        .finish_job_step(&first.id, 0, "A", 40, later(3))
        .await
        .unwrap();
    assert_eq!(counts(&after), (1, 2, 40));
    // What is done stays as it was done.
    store
        .finish_job_step(&first.id, 0, "other", 9, later(3))
        .await
        .unwrap();
    store
        .finish_job_step(&first.id, 1, "B", 2, later(4))
        .await
        .unwrap();
    assert_eq!(store.next_job_step(&first.id).await.unwrap(), None);
    store
        .add_job_steps(&first.id, &["A+B".to_owned()], later(5))
        .await
        .unwrap();
    let steps = store.job_steps(&first.id).await.unwrap();
    let seen: Vec<_> = steps.iter().map(|step| step.output.as_deref()).collect();
    assert_eq!(seen, [Some("A"), Some("B"), None]);

    let done = store
        .finish_job(&first.id, "\"AB\"", later(6))
        .await
        .unwrap();
    assert_eq!(done.state, JobState::Finished);
    assert_eq!(done.result.as_deref(), Some("\"AB\""));
    let begun = store.begin_queued_job(later(7)).await.unwrap().unwrap();
    assert_eq!(begun.id, second.id);
    assert_eq!(store.begin_queued_job(later(8)).await.unwrap(), None);
}

#[tokio::test]
async fn a_job_moves_only_from_the_states_that_were_meant() {
    let home = home().await;
    let store = &home.store;
    let id = store.add_job(job("one", &["a"]), NOW).await.unwrap().id;
    let waiting = [JobState::Queued, JobState::Running];
    let (paused, moved) = store
        .move_job(&id, &waiting, JobState::Paused, Some("\"why\""), later(1))
        .await
        .unwrap();
    assert!(moved && paused.state == JobState::Paused);
    assert_eq!(paused.trouble.as_deref(), Some("\"why\""));
    let (still, moved) = store
        .move_job(&id, &waiting, JobState::Cancelled, None, later(2))
        .await
        .unwrap();
    assert!(!moved && still == paused);
    // Finishing is for what runs.
    let still = store.finish_job(&id, "1", later(3)).await.unwrap();
    assert_eq!(still.state, JobState::Paused);

    store.remove_job(&id).await.unwrap();
    store.remove_job(&id).await.unwrap();
    let error = store.job(&id).await.unwrap_err();
    assert!(matches!(error, StoreError::NotFound { .. }), "{error}");
    assert_eq!(store.job_steps(&id).await.unwrap(), []);
}

#[tokio::test]
async fn what_was_to_be_done_is_interrupted_at_the_next_start() {
    let mut home = home().await;
    for title in ["runs", "waits", "rests"] {
        home.store.add_job(job(title, &["a"]), NOW).await.unwrap();
    }
    home.store.begin_queued_job(NOW).await.unwrap();
    let rests = home.store.jobs().await.unwrap().pop().unwrap().id;
    home.store
        .move_job(&rests, &[JobState::Queued], JobState::Paused, None, NOW)
        .await
        .unwrap();
    home.reopen().await;
    let jobs = home.store.jobs().await.unwrap();
    let states: Vec<_> = jobs.iter().map(|job| job.state).collect();
    assert_eq!(
        states,
        [
            JobState::Interrupted,
            JobState::Interrupted,
            JobState::Paused
        ]
    );
}

#[tokio::test]
async fn jobs_are_salvaged_with_their_steps() {
    let home = home().await;
    let id = home
        .store
        .add_job(job("worth keeping", &["a", "b"]), NOW)
        .await
        .unwrap()
        .id;
    home.store
        .finish_job_step(&id, 0, "A", 7, NOW)
        .await
        .unwrap();
    home.store.close().await.unwrap();
    let path = database(home.dir.path());
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.truncate(bytes.len() - 100);
    std::fs::write(&path, bytes).unwrap();
    let opened = open(home.dir.path()).await.unwrap();
    assert!(opened.notice.is_some());
    let job = opened.store.job(&id).await.unwrap();
    assert_eq!(
        (job.title.as_str(), job.done, job.steps),
        ("worth keeping", 1, 2)
    );
    assert_eq!(job.state, JobState::Interrupted);
}
