//! How much memory there is, and how long a context fits into it.

use std::fs;
use std::path::Path;

use crate::error::EngineError;

/// Context length that is provided when nobody asks for another, in tokens.
///
/// The trained maximum of a model can be a hundred times this, and the KV
/// cache of that length can be larger than its weights.
pub const DEFAULT_CONTEXT: usize = 4096;

/// The shortest context that is worth loading a model for, in tokens.
pub const MINIMUM_CONTEXT: usize = 512;

/// Where the engine learns how many bytes are available; replaced in tests.
pub type AvailableMemory = fn() -> Option<u64>;

/// Bytes that could be allocated now without pushing the machine into swap, or
/// `None` where the system does not say.
///
/// On Linux this is `MemAvailable`, or what a memory-limited control group has
/// left where that is less.
#[must_use]
pub fn available() -> Option<u64> {
    let machine = fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|text| parse_meminfo(&text))?;
    Some(control_group(Path::new("/sys/fs/cgroup")).map_or(machine, |group| group.min(machine)))
}

fn parse_meminfo(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|l| l.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

/// What the limit of a control group (version 2) leaves. Its file cache counts
/// as used there but is given up under pressure, so it is added back.
fn control_group(root: &Path) -> Option<u64> {
    let number = |name: &str| -> Option<u64> {
        fs::read_to_string(root.join(name))
            .ok()?
            .trim()
            .parse()
            .ok()
    };
    let limit = number("memory.max")?;
    let used = number("memory.current")?;
    let cache = fs::read_to_string(root.join("memory.stat"))
        .ok()
        .and_then(|text| {
            let line = text
                .lines()
                .find_map(|l| l.strip_prefix("inactive_file "))?;
            line.trim().parse::<u64>().ok()
        })
        .unwrap_or(0);
    Some(limit.saturating_sub(used.saturating_sub(cache)))
}

/// Decides the context length to load with.
///
/// `needed` gives the bytes for a context length. A length that was asked for
/// is taken as it is (clamped to the model's own) or refused; otherwise the
/// default is halved until it fits.
pub(crate) fn choose_context(
    requested: Option<usize>,
    trained: usize,
    available: Option<u64>,
    needed: impl Fn(usize) -> u64,
) -> Result<usize, EngineError> {
    let trained = trained.max(1);
    let fits = |length: usize| available.is_none_or(|available| needed(length) <= available);
    let refuse = |length: usize| EngineError::TooLarge {
        needed: needed(length),
        available: available.unwrap_or(u64::MAX),
    };
    if let Some(requested) = requested {
        let length = requested.clamp(1, trained);
        return if fits(length) {
            Ok(length)
        } else {
            Err(refuse(length))
        };
    }
    let mut length = trained.min(DEFAULT_CONTEXT);
    let shortest = length.min(MINIMUM_CONTEXT);
    while !fits(length) {
        if length == shortest {
            return Err(refuse(length));
        }
        length = (length / 2).max(shortest);
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    /// 1,000 bytes of weights and 10 for each token.
    fn needed(length: usize) -> u64 {
        1000 + 10 * length as u64
    }

    #[test]
    fn meminfo_is_read_in_bytes() {
        let text = "MemTotal:  8 kB\nMemAvailable:    2048 kB\n";
        assert_eq!(parse_meminfo(text), Some(2048 * 1024));
        assert_eq!(parse_meminfo("MemTotal: 8 kB\n"), None);
        assert_eq!(parse_meminfo("MemAvailable: many kB\n"), None);
    }

    #[test]
    fn a_control_group_limits_and_gives_back_its_file_cache() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(control_group(dir.path()), None);
        fs::write(dir.path().join("memory.max"), "max\n").unwrap();
        fs::write(dir.path().join("memory.current"), "700\n").unwrap();
        assert_eq!(control_group(dir.path()), None);
        fs::write(dir.path().join("memory.max"), "1000\n").unwrap();
        assert_eq!(control_group(dir.path()), Some(300));
        fs::write(
            dir.path().join("memory.stat"),
            "anon 1\ninactive_file 200\n",
        )
        .unwrap();
        assert_eq!(control_group(dir.path()), Some(500));
    }

    #[test]
    fn the_trained_maximum_is_never_taken_blindly() {
        assert_eq!(
            choose_context(None, 1_000_000, None, needed).unwrap(),
            DEFAULT_CONTEXT
        );
        assert_eq!(choose_context(None, 2048, None, needed).unwrap(), 2048);
    }

    #[test]
    fn a_short_memory_shortens_the_context() {
        // 4096 and 2048 tokens do not fit into 12,000 bytes, 1024 do.
        assert_eq!(
            choose_context(None, 8192, Some(12_000), needed).unwrap(),
            1024
        );
    }

    #[test]
    fn what_fits_at_no_length_is_refused_with_both_numbers() {
        let error = choose_context(None, 8192, Some(2_000), needed).unwrap_err();
        assert!(matches!(
            error,
            EngineError::TooLarge {
                needed: 6120,
                available: 2000
            }
        ));
    }

    #[test]
    fn a_length_asked_for_is_clamped_but_not_shortened() {
        assert_eq!(
            choose_context(Some(9000), 8192, None, needed).unwrap(),
            8192
        );
        assert!(choose_context(Some(4096), 8192, Some(12_000), needed).is_err());
    }
}
