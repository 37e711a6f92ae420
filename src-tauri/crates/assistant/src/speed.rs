//! How fast each model reads on this device, remembered, and what follows from it for
//! how long a prompt will take.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use llmos_engine::{ModelInfo, Usage};
use llmos_store::{Store, Timestamp};

/// Prompts shorter than this many computed tokens say nothing about the speed.
const LEAST_TOKENS: usize = 64;
/// From so many tokens on the prompt's own speed counts, and not the remembered one:
/// two chunks, as the first may have to wake the threads.
const ENOUGH_TOKENS: usize = 256;
/// What is remembered is written anew when it changes by more than this share.
const WORTH_SAVING: f64 = 0.1;

/// Tokens a second that models read with, by model.
#[derive(Debug, Default)]
pub(crate) struct ReadingSpeed {
    known: Mutex<HashMap<String, f64>>,
}

impl ReadingSpeed {
    /// What was measured for a model before, on this device.
    pub(crate) async fn of(&self, store: &Store, model: &ModelInfo) -> Option<f64> {
        let key = key(model);
        if let Some(speed) = self.known().get(&key) {
            return Some(*speed);
        }
        let json = store.setting(&key).await.ok().flatten()?;
        let speed = json.parse().ok().filter(|speed| is_speed(*speed))?;
        self.known().insert(key, speed);
        Some(speed)
    }

    /// Remembers what a generation has shown.
    pub(crate) async fn note(
        &self,
        store: &Store,
        model: &ModelInfo,
        usage: &Usage,
        now: Timestamp,
    ) {
        let computed = usage.prompt_tokens.saturating_sub(usage.reused_tokens);
        if computed < LEAST_TOKENS || !is_speed(usage.prefill_tps) {
            return;
        }
        let key = key(model);
        let before = self.of(store, model).await;
        // Half of the old: one prompt beside other work on the device is not the rule.
        let speed = before.map_or(usage.prefill_tps, |old| (old + usage.prefill_tps) / 2.0);
        self.known().insert(key.clone(), speed);
        if before.is_some_and(|old| (speed / old - 1.0).abs() < WORTH_SAVING) {
            return;
        }
        let json = format!("{speed:.1}");
        if let Err(error) = store.set_setting(&key, Some(&json), now).await {
            tracing::warn!(%error, "the reading speed can't be kept");
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, f64>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The setting under which a model's speed is kept.
fn key(model: &ModelInfo) -> String {
    format!(
        "speed.reading:{}:{}:{}:{}",
        model.name, model.quantisation, model.file_size, model.engine
    )
}

fn is_speed(speed: f64) -> bool {
    speed.is_finite() && speed > 0.0
}

/// Tells how long the rest of a prompt will take.
#[derive(Debug)]
pub(crate) struct Forecast {
    /// Tokens a second, from earlier prompts.
    remembered: Option<f64>,
    /// When reading began, and how many tokens were there already.
    begin: Option<(Duration, usize)>,
}

impl Forecast {
    pub(crate) fn new(remembered: Option<f64>) -> Self {
        Self {
            remembered,
            begin: None,
        }
    }

    /// The time that is left when `done` of `total` tokens are read, `at` a time since
    /// some fixed moment. The first call says what was there without reading.
    pub(crate) fn remaining(
        &mut self,
        at: Duration,
        done: usize,
        total: usize,
    ) -> Option<Duration> {
        let (since, there) = *self.begin.get_or_insert((at, done));
        let read = done.saturating_sub(there);
        let elapsed = at.saturating_sub(since).as_secs_f64();
        let observed = (read > 0 && elapsed > 0.0).then(|| as_f64(read) / elapsed);
        let speed = if read >= ENOUGH_TOKENS {
            observed.or(self.remembered)
        } else {
            self.remembered.or(observed)
        };
        let seconds = as_f64(total.saturating_sub(done)) / speed?;
        Duration::try_from_secs_f64(seconds).ok()
    }
}

#[expect(clippy::cast_precision_loss, reason = "token counts are small")]
fn as_f64(tokens: usize) -> f64 {
    tokens as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_remembered_speed_speaks_first_and_the_prompt_itself_later() {
        let mut forecast = Forecast::new(Some(100.0));
        let at = Duration::from_secs(9);
        assert_eq!(forecast.remaining(at, 200, 1200), Some(10 * SECOND));
        // 128 tokens took two seconds: too few to say.
        assert_eq!(
            forecast.remaining(at + 2 * SECOND, 328, 1128),
            Some(8 * SECOND)
        );
        // 256 tokens took four seconds: 64 a second.
        assert_eq!(
            forecast.remaining(at + 4 * SECOND, 456, 1096),
            Some(10 * SECOND)
        );
        assert_eq!(
            forecast.remaining(at + 14 * SECOND, 1096, 1096),
            Some(Duration::ZERO)
        );
    }

    #[test]
    fn without_a_measurement_nothing_is_foretold() {
        let mut forecast = Forecast::new(None);
        assert_eq!(forecast.remaining(SECOND, 0, 1000), None);
        assert_eq!(forecast.remaining(SECOND, 0, 1000), None);
        assert_eq!(forecast.remaining(2 * SECOND, 128, 1024), Some(7 * SECOND));
    }
}
