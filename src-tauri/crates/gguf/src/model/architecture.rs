//! The architectures that are known by name, and what each needs.

/// A family of models. Whether a *backend* can run it is the backend's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Architecture {
    Llama,
    Mistral3,
    Phi2,
    Phi3,
    Starcoder2,
    Qwen2,
    Qwen3,
    Qwen3Moe,
    Gemma2,
    Gemma3,
    Smollm3,
}

impl Architecture {
    /// Every known architecture.
    pub const ALL: &'static [Self] = &[
        Self::Llama,
        Self::Mistral3,
        Self::Phi2,
        Self::Phi3,
        Self::Starcoder2,
        Self::Qwen2,
        Self::Qwen3,
        Self::Qwen3Moe,
        Self::Gemma2,
        Self::Gemma3,
        Self::Smollm3,
    ];

    /// The architecture called `name` in files.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.name() == name)
    }

    /// The name in files, which is also the prefix of its keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Llama => "llama",
            Self::Mistral3 => "mistral3",
            Self::Phi2 => "phi2",
            Self::Phi3 => "phi3",
            Self::Starcoder2 => "starcoder2",
            Self::Qwen2 => "qwen2",
            Self::Qwen3 => "qwen3",
            Self::Qwen3Moe => "qwen3moe",
            Self::Gemma2 => "gemma2",
            Self::Gemma3 => "gemma3",
            Self::Smollm3 => "smollm3",
        }
    }

    /// The key of the norms' epsilon: root-mean-square or classic layer norm.
    pub(super) fn norm_epsilon(self) -> &'static str {
        match self {
            Self::Phi2 | Self::Starcoder2 => "attention.layer_norm_epsilon",
            _ => "attention.layer_norm_rms_epsilon",
        }
    }

    /// Queries, keys and values share one matrix.
    pub(crate) fn fuses_attention(self) -> bool {
        matches!(self, Self::Phi2 | Self::Phi3)
    }

    /// The feed-forward layer has a gate, as a matrix of its own.
    pub(super) fn gates_feed_forward(self) -> bool {
        !matches!(self, Self::Phi2 | Self::Phi3 | Self::Starcoder2)
    }

    /// Gate and up projection share one matrix.
    pub(crate) fn fuses_gate(self) -> bool {
        self == Self::Phi3
    }

    /// The feed-forward layer has its own norm.
    pub(super) fn norms_feed_forward(self) -> bool {
        self != Self::Phi2
    }
}
