//! Which tensor gets which storage type.

use std::fmt;
use std::str::FromStr;

use llmos_gguf::TensorType;

use super::blocks;

/// What a matrix is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Embeddings, and what logits come from.
    Head,
    /// Values of attention, and what leads back from the feed-forward layer.
    Careful,
    /// Queries, keys and values in one.
    Fused,
    Other,
}

/// How a model is quantised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipe {
    /// One type.
    Pure(TensorType),
    /// The mix that most files on the net have.
    Q4KM,
}

/// The name of the mix.
const Q4_K_M: &str = "Q4_K_M";

impl Recipe {
    /// Every recipe there is.
    fn all() -> impl Iterator<Item = Self> {
        let types = TensorType::ALL.iter().copied();
        types
            .filter(|tensor_type| blocks::is_known(*tensor_type))
            .map(Self::Pure)
            .chain([Self::Q4KM])
    }

    fn name(self) -> &'static str {
        match self {
            Self::Pure(tensor_type) => tensor_type.name(),
            Self::Q4KM => Q4_K_M,
        }
    }

    /// The type of a matrix in block `block` of `blocks`. `fine_head` keeps the head
    /// of a low-bit model finer, as quantisers do.
    pub fn tensor_type(
        self,
        role: Role,
        block: usize,
        blocks: usize,
        fine_head: bool,
    ) -> TensorType {
        match (self, role) {
            (Self::Pure(tensor_type), Role::Head) if fine_head => finer(tensor_type),
            (Self::Pure(tensor_type), _) => tensor_type,
            (Self::Q4KM, Role::Head) => TensorType::Q6_K,
            (Self::Q4KM, Role::Careful) if uses_more_bits(block, blocks) => TensorType::Q6_K,
            (Self::Q4KM, Role::Fused) => TensorType::Q5_K,
            (Self::Q4KM, _) => TensorType::Q4_K,
        }
    }

    /// The number that files say the recipe by (llama.cpp, `enum llama_ftype`).
    pub fn number(self) -> u32 {
        match self {
            Self::Pure(tensor_type) => match tensor_type {
                TensorType::F16 => 1,
                TensorType::Q4_0 => 2,
                TensorType::Q4_1 => 3,
                TensorType::Q8_0 => 7,
                TensorType::Q5_0 => 8,
                TensorType::Q5_1 => 9,
                TensorType::Q2_K => 10,
                TensorType::Q3_K => 11,
                TensorType::Q4_K => 14,
                TensorType::Q5_K => 16,
                TensorType::Q6_K => 18,
                TensorType::IQ4_NL => 25,
                TensorType::BF16 => 32,
                TensorType::MXFP4 => 38,
                _ => 0,
            },
            Self::Q4KM => 15,
        }
    }
}

/// The head's type beside others of type `tensor_type`.
fn finer(tensor_type: TensorType) -> TensorType {
    match tensor_type {
        TensorType::Q2_K | TensorType::Q3_K | TensorType::Q4_K | TensorType::Q5_K => {
            TensorType::Q6_K
        }
        TensorType::F32 | TensorType::F16 | TensorType::BF16 | TensorType::Q6_K => tensor_type,
        _ => TensorType::Q8_0,
    }
}

/// Whether a block is among those whose careful matrices get more bits: the first
/// and last eighth, and every third between. As llama.cpp's quantiser chooses.
fn uses_more_bits(block: usize, blocks: usize) -> bool {
    let eighth = blocks / 8;
    block < eighth || block >= 7 * blocks / 8 || (block - eighth) % 3 == 2
}

impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Recipe {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::all()
            .find(|known| known.name() == name)
            .ok_or_else(|| {
                let names: Vec<_> = Self::all().map(Self::name).collect();
                format!("there are: {}", names.join(", "))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for recipe in Recipe::all() {
            assert_eq!(recipe.to_string().parse(), Ok(recipe));
        }
        assert_eq!(Recipe::all().count(), 16);
        assert!(
            "Q8_1"
                .parse::<Recipe>()
                .is_err_and(|e| e.contains("Q4_K_M"))
        );
    }

    #[test]
    fn the_mix_gives_half_of_the_careful_matrices_more_bits() {
        let more: Vec<usize> = (0..16).filter(|block| uses_more_bits(*block, 16)).collect();
        assert_eq!(more, [0, 1, 4, 7, 10, 13, 14, 15]);
        let of = |role, block| Recipe::Q4KM.tensor_type(role, block, 16, true);
        assert_eq!(of(Role::Careful, 2), TensorType::Q4_K);
        assert_eq!(of(Role::Careful, 4), TensorType::Q6_K);
        assert_eq!(of(Role::Other, 4), TensorType::Q4_K);
        assert_eq!(of(Role::Head, 0), TensorType::Q6_K);
    }
}
