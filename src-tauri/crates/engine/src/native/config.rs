//! What a file's metadata says about how its model computes.

use std::f32::consts::PI;

use llmos_gguf::{Architecture, GgufError, Metadata, ModelFile, ModelParams};
use llmos_kernels::{Gate, Heads, Pairing, Scoring};

/// How a model computes, beyond the shapes of its tensors.
#[derive(Debug, Clone)]
pub(super) struct Config {
    pub blocks: usize,
    /// Width of the residual stream.
    pub width: usize,
    pub feed_forward: usize,
    pub vocabulary: usize,
    pub heads: Heads,
    /// Added to the mean of squares in every norm.
    pub epsilon: f32,
    /// What embeddings are multiplied with.
    pub embedding_scale: Option<f32>,
    /// What q·k is multiplied with.
    pub query_scale: f32,
    /// Bounds of the attention scores.
    pub score_cap: Option<f32>,
    /// Bounds of the logits.
    pub logit_cap: Option<f32>,
    pub gate: Gate,
    pub rope: Rope,
    /// For the layers with a window, where it differs.
    pub local_rope: Option<Rope>,
    pub windows: Windows,
    /// Every so many-th block does not rotate.
    pub unrotated: Option<usize>,
}

/// Which layers see only so far back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Windows {
    /// Positions a token sees, itself included.
    pub size: Option<usize>,
    /// Of so many layers the last one sees everything; 0: none does.
    pub pattern: usize,
}

/// Rotary position embedding.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rope {
    pub pairing: Pairing,
    /// Dimensions of a head that are rotated.
    pub dimensions: usize,
    pub base: f32,
    pub scaling: Scaling,
    /// What cosines and sines are multiplied with.
    pub magnitude: f32,
}

/// How rotation is stretched beyond the trained context.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scaling {
    None,
    /// Positions divided by a factor (arXiv 2306.15595).
    Linear {
        factor: f32,
    },
    /// Low frequencies divided, high ones left, a ramp between (arXiv 2309.00071).
    Yarn {
        factor: f32,
        original_context: usize,
        beta_fast: f32,
        beta_slow: f32,
    },
}

impl Config {
    /// Reads the configuration of a checked file.
    pub(super) fn read(file: &ModelFile) -> Result<Self, GgufError> {
        let params = file.params();
        let keys = Keys {
            metadata: file.gguf().metadata(),
            params,
        };
        // A checked file's architecture is known.
        let architecture = params.architecture().unwrap_or(Architecture::Llama);
        let heads = heads(params);
        let is_gemma = matches!(architecture, Architecture::Gemma2 | Architecture::Gemma3);
        let width = params.embedding_length as usize;
        let (rope, local_rope) = keys.ropes(architecture)?;
        Ok(Self {
            blocks: params.block_count as usize,
            width,
            feed_forward: params.feed_forward_length as usize,
            vocabulary: params.vocab_size as usize,
            heads,
            epsilon: keys
                .f32("attention.layer_norm_rms_epsilon")?
                .unwrap_or(1e-5),
            embedding_scale: is_gemma.then(|| approximate(width).sqrt()),
            query_scale: 1.0 / approximate(query_width(architecture, params)).sqrt(),
            score_cap: match architecture {
                Architecture::Gemma2 => {
                    Some(keys.positive("attn_logit_softcapping")?.unwrap_or(50.0))
                }
                _ => None,
            },
            logit_cap: match architecture {
                Architecture::Gemma2 => {
                    Some(keys.positive("final_logit_softcapping")?.unwrap_or(30.0))
                }
                Architecture::Gemma3 => keys.positive("final_logit_softcapping")?,
                _ => None,
            },
            gate: if is_gemma { Gate::Gelu } else { Gate::Silu },
            rope,
            local_rope,
            windows: keys.windows(architecture)?,
            unrotated: (architecture == Architecture::Smollm3).then_some(4),
        })
    }

    /// How scores are made in block `block`.
    pub(super) fn scoring(&self, block: usize) -> Scoring {
        Scoring {
            scale: self.query_scale,
            cap: self.score_cap,
            window: self.windows.of(block),
        }
    }

    /// Whether block `block` rotates queries and keys.
    pub(super) fn rotates(&self, block: usize) -> bool {
        self.unrotated
            .is_none_or(|every| !(block + 1).is_multiple_of(every))
    }
}

impl Windows {
    /// Positions that a token sees in block `block`, if not all.
    pub(super) fn of(self, block: usize) -> Option<usize> {
        let sees_all = self.pattern > 0 && (block + 1).is_multiple_of(self.pattern);
        self.size.filter(|_| !sees_all)
    }
}

/// The shape of attention.
pub(super) fn heads(params: &ModelParams) -> Heads {
    Heads {
        query: params.head_count as usize,
        kv: params.head_count_kv as usize,
        key_len: params.key_length as usize,
        value_len: params.value_length as usize,
    }
}

/// The width whose root divides q·k: a head's, but the embedding's share of one in
/// the 27-billion models of the Gemma family (46 and 62 blocks).
fn query_width(architecture: Architecture, params: &ModelParams) -> usize {
    let shared = match architecture {
        Architecture::Gemma2 => params.block_count == 46,
        Architecture::Gemma3 => params.block_count == 62,
        _ => false,
    };
    if shared {
        (params.embedding_length / params.head_count) as usize
    } else {
        params.key_length as usize
    }
}

/// The keys under the architecture's name.
struct Keys<'a> {
    metadata: Metadata<'a>,
    params: &'a ModelParams,
}

impl Keys<'_> {
    fn key(&self, suffix: &str) -> String {
        format!("{}.{suffix}", self.params.architecture)
    }

    fn f32(&self, suffix: &str) -> Result<Option<f32>, GgufError> {
        self.metadata.f32(&self.key(suffix))
    }

    /// A finite number above zero.
    fn positive(&self, suffix: &str) -> Result<Option<f32>, GgufError> {
        match self.f32(suffix)? {
            Some(number) if !(number.is_finite() && number > 0.0) => Err(GgufError::Invalid {
                what: format!("`{}`", self.key(suffix)),
                expected: "a number above 0".to_owned(),
                found: number.to_string(),
            }),
            number => Ok(number),
        }
    }

    fn windows(&self, architecture: Architecture) -> Result<Windows, GgufError> {
        let size = self.metadata.u32(&self.key("attention.sliding_window"))?;
        let size = size.filter(|size| *size > 0).map(|size| size as usize);
        Ok(match architecture {
            Architecture::Gemma2 => Windows {
                size: size.or(Some(4096)),
                pattern: 2,
            },
            Architecture::Gemma3 => Windows { size, pattern: 6 },
            Architecture::Phi3 => Windows { size, pattern: 0 },
            _ => Windows {
                size: None,
                pattern: 0,
            },
        })
    }

    /// The rotation of all layers, and that of layers with a window if it differs.
    fn ropes(&self, architecture: Architecture) -> Result<(Rope, Option<Rope>), GgufError> {
        let pairing = match architecture {
            Architecture::Llama | Architecture::Smollm3 => Pairing::Neighbours,
            _ => Pairing::Halves,
        };
        let base = self.positive("rope.freq_base")?.unwrap_or(10_000.0);
        let (scaling, magnitude) = self.scaling()?;
        let rope = Rope {
            pairing,
            dimensions: self.params.rope_dimension_count as usize,
            base,
            scaling,
            magnitude,
        };
        let local = (architecture == Architecture::Gemma3)
            .then(|| {
                let base = self.positive("rope.freq_base_swa")?;
                Ok(Rope {
                    base: base.unwrap_or(10_000.0),
                    scaling: Scaling::None,
                    magnitude: 1.0,
                    ..rope.clone()
                })
            })
            .transpose()?;
        Ok((rope, local))
    }

    fn scaling(&self) -> Result<(Scaling, f32), GgufError> {
        let kind = self
            .metadata
            .str(&self.key("rope.scaling.type"))?
            .unwrap_or("none");
        let factor = self.positive("rope.scaling.factor")?.unwrap_or(1.0);
        let magnitude = self.positive("rope.scaling.attn_factor")?.unwrap_or(1.0);
        Ok(match kind {
            "linear" => (Scaling::Linear { factor }, magnitude),
            "yarn" => {
                let original = self
                    .metadata
                    .u32(&self.key("rope.scaling.original_context_length"))?;
                let scaling = Scaling::Yarn {
                    factor,
                    original_context: original.unwrap_or(self.params.context_length) as usize,
                    beta_fast: self
                        .positive("rope.scaling.yarn_beta_fast")?
                        .unwrap_or(32.0),
                    beta_slow: self.positive("rope.scaling.yarn_beta_slow")?.unwrap_or(1.0),
                };
                (scaling, magnitude * (1.0 + 0.1 * factor.ln()))
            }
            // `longrope` and Llama 3 come as factors in a tensor of their own.
            _ => (Scaling::None, magnitude),
        })
    }
}

impl Rope {
    /// Angle by which each pair of dimensions turns from one position to the next.
    /// `factors` divides each, as some files bring them along.
    pub(super) fn frequencies(&self, factors: Option<&[f32]>) -> Vec<f32> {
        let pairs = self.dimensions / 2;
        (0..pairs)
            .map(|pair| {
                let exponent = -2.0 * approximate(pair) / approximate(self.dimensions);
                let factor = factors
                    .and_then(|factors| factors.get(pair))
                    .copied()
                    .unwrap_or(1.0);
                let frequency = self.base.powf(exponent) / factor;
                self.scaled(pair, frequency)
            })
            .collect()
    }

    fn scaled(&self, pair: usize, frequency: f32) -> f32 {
        match self.scaling {
            Scaling::None => frequency,
            Scaling::Linear { factor } => frequency / factor,
            Scaling::Yarn {
                factor,
                original_context,
                beta_fast,
                beta_slow,
            } => {
                // The pair that turns `beta` times within the original context.
                let pair_of = |beta: f32| {
                    let turns = approximate(original_context) / (beta * 2.0 * PI);
                    approximate(self.dimensions) * turns.ln() / (2.0 * self.base.ln())
                };
                let low = pair_of(beta_fast).floor().max(0.0);
                let high = pair_of(beta_slow)
                    .ceil()
                    .min(approximate(self.dimensions - 1));
                let ramp = (approximate(pair) - low) / (high - low).max(0.001);
                let keep = 1.0 - ramp.clamp(0.0, 1.0);
                frequency / factor * (1.0 - keep) + frequency * keep
            }
        }
    }
}

/// A count as a float; counts here are far below 2²⁴.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
pub(super) fn approximate(count: usize) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_follow_their_pattern() {
        let gemma3 = Windows {
            size: Some(512),
            pattern: 6,
        };
        let seen: Vec<bool> = (0..12).map(|block| gemma3.of(block).is_none()).collect();
        assert_eq!(seen.iter().filter(|all| **all).count(), 2);
        assert!(seen[5] && seen[11]);
        assert_eq!(
            Windows {
                size: Some(9),
                pattern: 0
            }
            .of(5),
            Some(9)
        );
        assert_eq!(
            Windows {
                size: None,
                pattern: 2
            }
            .of(0),
            None
        );
    }

    #[test]
    fn frequencies_fall_and_scaling_slows_them() {
        let rope = |scaling| Rope {
            pairing: Pairing::Halves,
            dimensions: 64,
            base: 10_000.0,
            scaling,
            magnitude: 1.0,
        };
        let plain = rope(Scaling::None).frequencies(None);
        assert!((plain[0] - 1.0).abs() < 1e-7);
        assert!((plain[16] - 0.01).abs() < 1e-7);
        let linear = rope(Scaling::Linear { factor: 8.0 }).frequencies(None);
        assert!(
            plain
                .iter()
                .zip(&linear)
                .all(|(plain, linear)| (plain / linear - 8.0).abs() < 1e-4)
        );
        let yarn = rope(Scaling::Yarn {
            factor: 4.0,
            original_context: 4096,
            beta_fast: 32.0,
            beta_slow: 1.0,
        })
        .frequencies(None);
        assert!((yarn[0] - plain[0]).abs() < 1e-7, "the fastest stays");
        assert!(
            (plain[31] / yarn[31] - 4.0).abs() < 1e-4,
            "the slowest is stretched"
        );
        let halved = rope(Scaling::None).frequencies(Some(&[2.0; 32]));
        assert!(
            plain
                .iter()
                .zip(&halved)
                .all(|(plain, half)| (plain / half - 2.0).abs() < 1e-4)
        );
    }
}
