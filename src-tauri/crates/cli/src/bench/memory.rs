//! The most memory the process ever had resident.

/// `VmHWM` in bytes.
#[cfg(target_os = "linux")]
pub fn peak_rss_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// `ru_maxrss` in bytes; macOS counts it in bytes, other systems in kibibytes.
#[cfg(all(unix, not(target_os = "linux")))]
pub fn peak_rss_bytes() -> Option<u64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let most = u64::try_from(getrusage(UsageWho::RUSAGE_SELF).ok()?.max_rss()).ok()?;
    let unit = if cfg!(target_vendor = "apple") {
        1
    } else {
        1024
    };
    most.checked_mul(unit)
}

/// Not known here.
#[cfg(not(unix))]
pub fn peak_rss_bytes() -> Option<u64> {
    None
}
