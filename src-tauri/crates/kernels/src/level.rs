//! Which instruction set the kernels use.

use std::fmt;
use std::str::FromStr;

/// An instruction set that this processor has.
///
/// Values only come from [`Level::detect`], [`Level::available`] and parsing,
/// which all ask the processor: holding one is the proof that the kernels
/// behind it may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Level(pub(crate) Kind);

/// The instruction sets there are kernels for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "aarch64")]
    Dotprod,
    #[cfg(target_arch = "aarch64")]
    I8mm,
}

impl Level {
    /// Plain Rust; runs everywhere.
    pub const PORTABLE: Self = Self(Kind::Portable);

    /// The fastest that this processor has.
    #[must_use]
    pub fn detect() -> Self {
        Self::available().first().copied().unwrap_or(Self::PORTABLE)
    }

    /// Every level that this processor has, the fastest first.
    #[must_use]
    pub fn available() -> Vec<Self> {
        let mut levels = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("fma")
                && is_x86_feature_detected!("f16c");
            let avx512 = avx2
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vnni");
            if avx512 {
                levels.push(Self(Kind::Avx512));
            }
            if avx2 {
                levels.push(Self(Kind::Avx2));
            }
        }
        #[cfg(target_arch = "aarch64")]
        {
            let dotprod = std::arch::is_aarch64_feature_detected!("dotprod")
                && std::arch::is_aarch64_feature_detected!("fp16");
            if dotprod && std::arch::is_aarch64_feature_detected!("i8mm") {
                levels.push(Self(Kind::I8mm));
            }
            if dotprod {
                levels.push(Self(Kind::Dotprod));
            }
        }
        levels.push(Self::PORTABLE);
        levels
    }

    /// The name it is chosen and reported by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "avx512",
            #[cfg(target_arch = "aarch64")]
            Kind::Dotprod => "dotprod",
            #[cfg(target_arch = "aarch64")]
            Kind::I8mm => "i8mm",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name of no instruction set that this processor has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this processor has no kernels called `{name}` (it has: {available})")]
pub struct UnknownLevel {
    /// The name that was asked for.
    pub name: String,
    /// The names that would do.
    pub available: String,
}

impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(name: &str) -> Result<Self, UnknownLevel> {
        let available = Self::available();
        let found = available.iter().find(|level| level.name() == name);
        found.copied().ok_or_else(|| UnknownLevel {
            name: name.to_owned(),
            available: available
                .iter()
                .map(|level| level.name())
                .collect::<Vec<_>>()
                .join(", "),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_available_level_reads_back_and_others_are_refused() {
        for level in Level::available() {
            assert_eq!(level.name().parse(), Ok(level));
        }
        assert!(Level::available().contains(&Level::PORTABLE));
        let refused = "mmx".parse::<Level>();
        assert!(refused.is_err_and(|error| error.available.contains("portable")));
    }
}
