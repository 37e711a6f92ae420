//! Choosing a backend by name.

use std::fmt;
use std::str::FromStr;

/// Which backend should run a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EngineKind {
    /// The first registered backend that supports the file.
    #[default]
    Auto,
    /// Our own kernels.
    Native,
    /// mistral.rs.
    MistralRs,
}

impl EngineKind {
    /// Every kind, in the order a list should show them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Native, Self::MistralRs];

    /// The name on a command line and in a stored setting.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Native => "native",
            Self::MistralRs => "mistralrs",
        }
    }

    /// Whether a backend of this name may be used.
    pub(crate) fn admits(self, backend: &str) -> bool {
        self == Self::Auto || self.name() == backend
    }
}

impl fmt::Display for EngineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no engine's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no engine is called `{0}` (choose auto, native or mistralrs)")]
pub struct UnknownEngine(pub String);

impl FromStr for EngineKind {
    type Err = UnknownEngine;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| UnknownEngine(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for kind in EngineKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert!("Auto".parse::<EngineKind>().is_err());
    }
}
