//! How many threads decode best, found by trying.
//!
//! Decoding reads all weights for each token, and a few cores may use up what the
//! memory gives; more of them then cost energy and win nothing. What was found is
//! remembered for each model and machine. A batch of the prompt is bound by
//! arithmetic and always takes all threads.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use llmos_gguf::ModelParams;
use llmos_kernels::Level;

use super::model::NativeModel;
use crate::backend::{Model, Verify};
use crate::error::EngineError;

/// Tokens decoded in one try.
const STEPS: usize = 4;
/// Tries of each number, in turns, so that a disturbance does not hit one alone.
const ROUNDS: usize = 3;
/// No more than this is spent on a model; the first round of all threads is.
const BUDGET: Duration = Duration::from_millis(400);
/// Fewer threads are taken when they are at most this much slower than the best.
const TOLERANCE: f64 = 1.03;

/// A line each in this file of the cache directory: a number, a tab, a [`key`].
const MEMORY: &str = "threads.txt";
/// Lines kept, the newest first.
const REMEMBERED: usize = 64;

/// Names a model on a machine, as far as it matters here.
pub(super) fn key(params: &ModelParams, threads: usize, level: Level) -> String {
    let architecture: String = params
        .architecture
        .chars()
        .filter(|character| !character.is_control())
        .collect();
    format!(
        "{architecture} {} {} of {threads} {level}",
        params.parameter_count, params.quantisation
    )
}

/// Sets the threads that `model` decodes with: as remembered under `key`, or by a
/// short measurement, which is then remembered in `directory`; an empty path is no
/// directory. Leaves the cache of the model empty. What can't be measured or remembered is no error: all threads
/// are a good guess.
pub(super) fn tune(model: &mut NativeModel, key: &str, directory: &Path) {
    let threads = model.threads();
    if threads == 1 {
        return;
    }
    let is_named = !directory.as_os_str().is_empty();
    let path = is_named.then(|| directory.join(MEMORY));
    let memory = path.as_deref().map(fs::read_to_string);
    let memory = memory.and_then(Result::ok).unwrap_or_default();
    if let Some(remembered) = recall(&memory, key, threads) {
        model.decode_with(remembered);
        return;
    }
    let measured = measure(model, &candidates(threads));
    model.truncate(0);
    let Ok(times) = measured else {
        model.decode_with(threads);
        return;
    };
    let best = choose(&times).unwrap_or(threads);
    model.decode_with(best);
    tracing::debug!(threads, best, "threads to decode with were measured");
    if let Some(path) = path
        && let Err(error) = remember(&path, &memory, key, best)
    {
        tracing::debug!(%error, "the number of threads can't be remembered");
    }
}

/// Numbers of threads worth trying, all of them first.
fn candidates(threads: usize) -> Vec<usize> {
    let mut counts = vec![threads, threads * 3 / 4, threads / 2, threads / 4];
    counts.retain(|count| *count > 0);
    counts.dedup();
    counts
}

/// The shortest time of a try with each number that there was time for.
fn measure(
    model: &mut NativeModel,
    candidates: &[usize],
) -> Result<Vec<(usize, Duration)>, EngineError> {
    let start = Instant::now();
    let mut times: Vec<(usize, Duration)> = Vec::new();
    // The first pass meets pages that nobody has touched.
    model.forward(&[0])?;
    for _ in 0..ROUNDS {
        for (place, &count) in candidates.iter().enumerate() {
            if !times.is_empty() && start.elapsed() > BUDGET {
                return Ok(times);
            }
            model.truncate(0);
            model.decode_with(count);
            let began = Instant::now();
            for _ in 0..STEPS {
                model.forward(&[0])?;
            }
            let took = began.elapsed();
            match times.get_mut(place) {
                Some((_, least)) => *least = took.min(*least),
                None => times.push((count, took)),
            }
        }
    }
    Ok(times)
}

/// The fewest threads that are about as fast as the fastest.
fn choose(times: &[(usize, Duration)]) -> Option<usize> {
    let least = times.iter().map(|(_, time)| *time).min()?;
    times
        .iter()
        .filter(|(_, time)| time.as_secs_f64() <= least.as_secs_f64() * TOLERANCE)
        .map(|(count, _)| *count)
        .min()
}

/// What the memory says of `key`, if that is possible with `threads`.
fn recall(memory: &str, key: &str, threads: usize) -> Option<usize> {
    let mut lines = memory.lines().filter_map(|line| line.split_once('\t'));
    let (count, _) = lines.find(|(_, known)| *known == key)?;
    let count = count.parse().ok()?;
    (1..=threads).contains(&count).then_some(count)
}

/// Writes the memory anew with `key` at its beginning.
fn remember(path: &Path, memory: &str, key: &str, count: usize) -> std::io::Result<()> {
    let others = memory
        .lines()
        .filter(|line| line.split_once('\t').is_some_and(|(_, known)| known != key));
    let mut lines = format!("{count}\t{key}\n");
    for line in others.take(REMEMBERED - 1) {
        lines.push_str(line);
        lines.push('\n');
    }
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let next = path.with_extension("new");
    fs::write(&next, lines)?;
    fs::rename(next, path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test failing")]
    use super::*;

    #[test]
    fn candidates_are_distinct_and_begin_with_all() {
        assert_eq!(candidates(1), [1]);
        assert_eq!(candidates(2), [2, 1]);
        assert_eq!(candidates(4), [4, 3, 2, 1]);
        assert_eq!(candidates(16), [16, 12, 8, 4]);
    }

    #[test]
    fn fewer_threads_are_taken_when_they_are_as_fast() {
        let ms = Duration::from_millis;
        assert_eq!(choose(&[(8, ms(100)), (6, ms(102)), (4, ms(130))]), Some(6));
        assert_eq!(choose(&[(2, ms(100)), (1, ms(180))]), Some(2));
        assert_eq!(choose(&[]), None);
    }

    #[test]
    fn what_was_found_is_remembered_and_nonsense_is_not_believed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("deeper").join(MEMORY);
        remember(&path, "", "a", 3).unwrap();
        remember(&path, &fs::read_to_string(&path).unwrap(), "b", 2).unwrap();
        remember(&path, &fs::read_to_string(&path).unwrap(), "a", 1).unwrap();
        let memory = fs::read_to_string(&path).unwrap();
        assert_eq!(memory, "1\ta\n2\tb\n");
        assert_eq!(recall(&memory, "a", 4), Some(1));
        assert_eq!(recall(&memory, "b", 1), None);
        for damaged in [
            "",
            "x\ta",
            "0\ta",
            "-1\ta",
            "a",
            "\0\t\t",
            "99999999999999999999\ta",
        ] {
            assert_eq!(recall(damaged, "a", 4), None);
        }

        let many: Vec<String> = (0..100).map(|n| format!("1\tmodel {n}")).collect();
        remember(&path, &many.join("\n"), "newest", 2).unwrap();
        let memory = fs::read_to_string(&path).unwrap();
        assert_eq!(memory.lines().count(), REMEMBERED);
        assert_eq!(recall(&memory, "newest", 2), Some(2));
    }
}
