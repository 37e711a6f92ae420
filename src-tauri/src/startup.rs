//! When the process began, for measuring the time to the first paint.

use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

static PROCESS_START_MS: OnceLock<f64> = OnceLock::new();

/// Remembers when the process began; the first call wins.
pub fn mark_process_start() {
    PROCESS_START_MS.get_or_init(|| kernel_start_ms().unwrap_or_else(now_ms));
}

/// When the process began, in milliseconds since the Unix epoch.
pub fn process_start_ms() -> f64 {
    *PROCESS_START_MS.get_or_init(|| kernel_start_ms().unwrap_or_else(now_ms))
}

/// Milliseconds since the process began.
pub fn age_ms() -> f64 {
    now_ms() - process_start_ms()
}

fn now_ms() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |elapsed| elapsed.as_secs_f64() * 1000.0)
}

/// What the kernel says (`proc_pid_stat(5)`, field 22, in ticks of 10 ms since
/// boot): unlike a clock read in `main` it counts loading the shared libraries.
#[cfg(target_os = "linux")]
fn kernel_start_ms() -> Option<f64> {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field holds the program's name in brackets, which may hold spaces.
    let fields = stat.rsplit_once(')')?.1;
    let start_ticks: f64 = fields.split_whitespace().nth(19)?.parse().ok()?;
    let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
    let uptime: f64 = uptime.split_whitespace().next()?.parse().ok()?;
    let age_ms = (uptime - start_ticks / TICKS_PER_SECOND) * 1000.0;
    (age_ms >= 0.0).then(|| now_ms() - age_ms)
}

#[cfg(not(target_os = "linux"))]
fn kernel_start_ms() -> Option<f64> {
    None
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_process_begins_before_it_asks_for_the_time() {
        let start = super::process_start_ms();
        assert!(start > 0.0);
        assert!(start <= super::now_ms());
    }
}
