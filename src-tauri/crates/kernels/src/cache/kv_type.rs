//! How a cache stores its numbers.

use std::fmt;
use std::str::FromStr;

/// How keys and values are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum KvType {
    /// In half precision: 2 bytes a number.
    #[default]
    F16,
    /// As signed bytes in blocks of 32 with a scale in half precision: 1.06 bytes a
    /// number.
    Q8_0,
}

impl KvType {
    /// Every type, the most precise first.
    pub const ALL: [Self; 2] = [Self::F16, Self::Q8_0];

    /// The name it is chosen and reported by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::F16 => "f16",
            Self::Q8_0 => "q8_0",
        }
    }
}

impl fmt::Display for KvType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name of no type that a cache can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("keys and values can't be stored as `{0}` (choose f16 or q8_0)")]
pub struct UnknownKvType(pub String);

impl FromStr for KvType {
    type Err = UnknownKvType;

    fn from_str(name: &str) -> Result<Self, UnknownKvType> {
        let found = Self::ALL.into_iter().find(|kv_type| kv_type.name() == name);
        found.ok_or_else(|| UnknownKvType(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for kv_type in KvType::ALL {
            assert_eq!(kv_type.name().parse(), Ok(kv_type));
        }
        assert!("q4_0".parse::<KvType>().is_err());
    }
}
