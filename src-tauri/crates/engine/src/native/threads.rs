//! How many threads compute.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Threads to compute with when nobody says: one for each core that is as fast as
/// the fastest. A second thread on a core gains nothing here, because one alone
/// keeps its multipliers busy; a slow core makes the fast ones wait for it.
#[must_use]
pub(super) fn default_count() -> usize {
    let allowed = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let cores = fast_cores(Path::new("/sys/devices/system/cpu")).unwrap_or(allowed);
    cores.clamp(1, allowed)
}

/// Counts the fast cores as Linux describes them; `None` where it does not.
fn fast_cores(root: &Path) -> Option<usize> {
    let mut cores: BTreeSet<(String, u64)> = BTreeSet::new();
    for entry in fs::read_dir(root).ok()?.flatten() {
        let name = entry.file_name();
        let Some(number) = name.to_str().and_then(|name| name.strip_prefix("cpu")) else {
            continue;
        };
        if number.parse::<u32>().is_err() {
            continue;
        }
        let read = |file: &str| fs::read_to_string(entry.path().join(file)).ok();
        // A core is known by the threads that share it.
        let Some(siblings) = read("topology/thread_siblings_list") else {
            continue;
        };
        let speed = read("cpu_capacity")
            .or_else(|| read("cpufreq/cpuinfo_max_freq"))
            .and_then(|speed| speed.trim().parse().ok())
            .unwrap_or(0);
        cores.insert((siblings.trim().to_owned(), speed));
    }
    let fastest = cores.iter().map(|(_, speed)| *speed).max()?;
    // Cores of one kind differ by a few per cent in the highest frequency.
    let fast = cores.iter().filter(|(_, speed)| *speed >= fastest / 5 * 4);
    Some(fast.count())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test failing")]
    use super::*;

    fn cpu(root: &Path, number: u32, siblings: &str, speed: Option<&str>) {
        let cpu = root.join(format!("cpu{number}"));
        fs::create_dir_all(cpu.join("topology")).unwrap();
        fs::write(cpu.join("topology/thread_siblings_list"), siblings).unwrap();
        if let Some(speed) = speed {
            fs::write(cpu.join("cpu_capacity"), speed).unwrap();
        }
    }

    #[test]
    fn threads_of_a_core_count_once_and_slow_cores_not_at_all() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(fast_cores(root.path()), None);
        for (number, siblings) in [(0, "0,2\n"), (1, "1,3\n"), (2, "0,2\n"), (3, "1,3\n")] {
            cpu(root.path(), number, siblings, None);
        }
        fs::create_dir_all(root.path().join("cpufreq")).unwrap();
        assert_eq!(fast_cores(root.path()), Some(2));

        let phone = tempfile::tempdir().unwrap();
        for (number, speed) in [(0, "250"), (1, "250"), (2, "900"), (3, "1024")] {
            cpu(phone.path(), number, &number.to_string(), Some(speed));
        }
        assert_eq!(fast_cores(phone.path()), Some(2));
    }

    #[test]
    fn there_is_always_one() {
        assert!(default_count() >= 1);
    }
}
