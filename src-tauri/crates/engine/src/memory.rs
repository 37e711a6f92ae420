//! How much memory there is, and how long a context fits into it.

use std::fs;
use std::path::Path;

use llmos_kernels::KvType;

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

/// Decides the context length to load with, and how keys and values are stored.
///
/// `needed` gives the bytes for both. A length that was asked for is taken as it is
/// (clamped to the model's own) or refused; otherwise the default is halved until it
/// fits. A length fits if it does with any of the types, of which the first such is
/// taken: a long context of coarser numbers before a short one of finer.
pub(crate) fn choose(
    requested: Option<usize>,
    trained: usize,
    kv_types: &[KvType],
    available: Option<u64>,
    needed: impl Fn(usize, KvType) -> u64,
) -> Result<(usize, KvType), EngineError> {
    let trained = trained.max(1);
    let fitting = |length: usize| {
        let fits = |kv_type| available.is_none_or(|free| needed(length, kv_type) <= free);
        let kv_type = kv_types.iter().copied().find(|kv_type| fits(*kv_type))?;
        Some((length, kv_type))
    };
    let refuse = |length: usize| {
        let least = kv_types
            .iter()
            .map(|kv_type| needed(length, *kv_type))
            .min();
        EngineError::TooLarge {
            needed: least.unwrap_or(u64::MAX),
            available: available.unwrap_or(u64::MAX),
        }
    };
    if let Some(requested) = requested {
        let length = requested.clamp(1, trained);
        return fitting(length).ok_or_else(|| refuse(length));
    }
    let mut length = trained.min(DEFAULT_CONTEXT);
    let shortest = length.min(MINIMUM_CONTEXT);
    loop {
        match fitting(length) {
            Some(chosen) => return Ok(chosen),
            None if length == shortest => return Err(refuse(length)),
            None => length = (length / 2).max(shortest),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    /// 1,000 bytes of weights and 10 for each token, or 5.
    fn needed(length: usize, kv_type: KvType) -> u64 {
        let each = match kv_type {
            KvType::F16 => 10,
            KvType::Q8_0 => 5,
        };
        1000 + each * length as u64
    }

    /// With the finest type only.
    fn choose_context(
        requested: Option<usize>,
        trained: usize,
        available: Option<u64>,
    ) -> Result<usize, EngineError> {
        let chosen = choose(requested, trained, &[KvType::F16], available, needed);
        chosen.map(|(length, _)| length)
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
            choose_context(None, 1_000_000, None).unwrap(),
            DEFAULT_CONTEXT
        );
        assert_eq!(choose_context(None, 2048, None).unwrap(), 2048);
    }

    #[test]
    fn a_short_memory_shortens_the_context() {
        // 4096 and 2048 tokens do not fit into 12,000 bytes, 1024 do.
        assert_eq!(choose_context(None, 8192, Some(12_000)).unwrap(), 1024);
    }

    #[test]
    fn what_fits_at_no_length_is_refused_with_both_numbers() {
        let error = choose_context(None, 8192, Some(2_000)).unwrap_err();
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
        assert_eq!(choose_context(Some(9000), 8192, None).unwrap(), 8192);
        assert!(choose_context(Some(4096), 8192, Some(12_000)).is_err());
    }

    #[test]
    fn coarser_numbers_are_taken_where_only_they_leave_the_context_as_long() {
        let choose = |requested, available| {
            choose(requested, 8192, &KvType::ALL, Some(available), needed).unwrap()
        };
        assert_eq!(choose(None, 50_000), (4096, KvType::F16));
        assert_eq!(choose(None, 41_000), (4096, KvType::Q8_0));
        assert_eq!(choose(None, 21_500), (4096, KvType::Q8_0));
        // 4096 tokens fit in no way, 2048 in half the bytes.
        assert_eq!(choose(None, 21_000), (2048, KvType::Q8_0));
        assert_eq!(choose(Some(8192), 50_000), (8192, KvType::Q8_0));
        let refused = super::choose(Some(8192), 8192, &KvType::ALL, Some(40_000), needed);
        assert!(matches!(
            refused,
            Err(EngineError::TooLarge { needed: 41_960, .. })
        ));
    }
}
