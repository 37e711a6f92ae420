//! Tensor descriptions and the storage types of ggml.

use std::collections::HashMap;

use crate::error::{GgufError, quoted};
use crate::limits::{MAX_DIMENSIONS, MAX_TENSOR_NAME_LEN, MAX_TENSORS};
use crate::metadata::check_count;
use crate::reader::Reader;

/// Fewest bytes that a tensor's description takes: name length, a character,
/// the number of dimensions, one dimension, type, offset.
const LEAST_ENTRY: u64 = 8 + 1 + 4 + 8 + 4 + 8;

/// Declares the storage types once: variant, number in the file, name, values a
/// block, bytes a block.
macro_rules! tensor_types {
    ($($variant:ident = $number:literal, $name:literal, $block:literal, $bytes:literal;)*) => {
        /// How a tensor's values are stored. Values come in blocks of a fixed
        /// number of values and bytes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(non_camel_case_types, reason = "the names that the field uses")]
        #[expect(missing_docs, reason = "the names say it all")]
        #[repr(u32)]
        pub enum TensorType {
            $($variant = $number,)*
        }

        impl TensorType {
            /// Every type, by number.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The type with this number; `None` for unknown and for withdrawn ones.
            #[must_use]
            pub fn from_number(number: u32) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The usual name, such as `Q4_K`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Values in one block.
            #[must_use]
            pub fn block_len(self) -> u64 {
                match self {
                    $(Self::$variant => $block,)*
                }
            }

            /// Bytes of one block.
            #[must_use]
            pub fn block_bytes(self) -> u64 {
                match self {
                    $(Self::$variant => $bytes,)*
                }
            }
        }
    };
}

tensor_types! {
    F32 = 0, "F32", 1, 4;
    F16 = 1, "F16", 1, 2;
    Q4_0 = 2, "Q4_0", 32, 18;
    Q4_1 = 3, "Q4_1", 32, 20;
    Q5_0 = 6, "Q5_0", 32, 22;
    Q5_1 = 7, "Q5_1", 32, 24;
    Q8_0 = 8, "Q8_0", 32, 34;
    Q8_1 = 9, "Q8_1", 32, 36;
    Q2_K = 10, "Q2_K", 256, 84;
    Q3_K = 11, "Q3_K", 256, 110;
    Q4_K = 12, "Q4_K", 256, 144;
    Q5_K = 13, "Q5_K", 256, 176;
    Q6_K = 14, "Q6_K", 256, 210;
    Q8_K = 15, "Q8_K", 256, 292;
    IQ2_XXS = 16, "IQ2_XXS", 256, 66;
    IQ2_XS = 17, "IQ2_XS", 256, 74;
    IQ3_XXS = 18, "IQ3_XXS", 256, 98;
    IQ1_S = 19, "IQ1_S", 256, 50;
    IQ4_NL = 20, "IQ4_NL", 32, 18;
    IQ3_S = 21, "IQ3_S", 256, 110;
    IQ2_S = 22, "IQ2_S", 256, 82;
    IQ4_XS = 23, "IQ4_XS", 256, 136;
    I8 = 24, "I8", 1, 1;
    I16 = 25, "I16", 1, 2;
    I32 = 26, "I32", 1, 4;
    I64 = 27, "I64", 1, 8;
    F64 = 28, "F64", 1, 8;
    IQ1_M = 29, "IQ1_M", 256, 56;
    BF16 = 30, "BF16", 1, 2;
    TQ1_0 = 34, "TQ1_0", 256, 54;
    TQ2_0 = 35, "TQ2_0", 256, 66;
    MXFP4 = 39, "MXFP4", 32, 17;
}

impl TensorType {
    /// Whether this type only exists inside computations: no model is stored in it,
    /// and loaders are not made for meeting it in a file.
    #[must_use]
    pub fn is_intermediate(self) -> bool {
        matches!(self, Self::Q8_1 | Self::Q8_K)
    }

    /// Bytes of a tensor with these dimensions; `None` when the first dimension is
    /// not whole blocks or when the size leaves 64 bits.
    #[must_use]
    pub fn byte_len(self, dimensions: &[u64]) -> Option<u64> {
        let (row, others) = dimensions.split_first()?;
        if row % self.block_len() != 0 {
            return None;
        }
        others
            .iter()
            .try_fold(row / self.block_len(), |blocks, dimension| {
                blocks.checked_mul(*dimension)
            })?
            .checked_mul(self.block_bytes())
    }
}

/// A tensor of a model: what it is and where its data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorInfo {
    pub(crate) name: String,
    pub(crate) dimensions: Vec<u64>,
    pub(crate) tensor_type: TensorType,
    pub(crate) offset: u64,
    pub(crate) byte_len: u64,
    pub(crate) elements: u64,
    /// Index of the part that it is in.
    pub(crate) part: usize,
}

impl TensorInfo {
    /// The name, unique in the model.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One to four dimensions, the one that is contiguous in memory first (a
    /// matrix of R rows and C columns reads `[C, R]`).
    #[must_use]
    pub fn shape(&self) -> &[u64] {
        &self.dimensions
    }

    /// How the values are stored.
    #[must_use]
    pub fn tensor_type(&self) -> TensorType {
        self.tensor_type
    }

    /// Bytes from the start of the data section of the file that it is in.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Bytes of the data.
    #[must_use]
    pub fn byte_len(&self) -> u64 {
        self.byte_len
    }

    /// Number of values.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.elements
    }

    fn read(reader: &mut Reader<'_>, index: u64) -> Result<Self, GgufError> {
        let name = reader.string(MAX_TENSOR_NAME_LEN, &format!("name of tensor {index}"))?;
        let what = format!("tensor {}", quoted(name));
        if name.is_empty() || name.chars().any(char::is_control) {
            return Err(GgufError::invalid(
                format!("name of tensor {index}"),
                "a printable name",
                quoted(name),
            ));
        }
        let count = reader.u32(&what)?;
        if count == 0 || count > MAX_DIMENSIONS {
            return Err(GgufError::invalid(
                format!("dimensions of {what}"),
                format!("1 to {MAX_DIMENSIONS}"),
                count,
            ));
        }
        // `count` is at most four.
        let mut dimensions = Vec::with_capacity(count as usize);
        for _ in 0..count {
            dimensions.push(reader.u64(&what)?);
        }
        if dimensions.contains(&0) {
            return Err(GgufError::invalid(
                format!("shape of {what}"),
                "dimensions of at least 1",
                shape(&dimensions),
            ));
        }
        let number = reader.u32(&what)?;
        let tensor_type = TensorType::from_number(number).ok_or_else(|| {
            GgufError::unsupported(
                format!("type of {what}"),
                "the storage types of ggml",
                format!("number {number}"),
            )
        })?;
        let offset = reader.u64(&what)?;
        if dimensions[0] % tensor_type.block_len() != 0 {
            return Err(GgufError::invalid(
                format!("shape of {what}"),
                format!(
                    "rows of whole {} blocks of {}",
                    tensor_type.name(),
                    tensor_type.block_len()
                ),
                shape(&dimensions),
            ));
        }
        let elements = dimensions
            .iter()
            .try_fold(1u64, |product, dimension| product.checked_mul(*dimension));
        let (Some(elements), Some(byte_len)) = (elements, tensor_type.byte_len(&dimensions)) else {
            return Err(GgufError::invalid(
                format!("shape of {what}"),
                "a size that fits 64 bits",
                shape(&dimensions),
            ));
        };
        Ok(Self {
            name: name.to_owned(),
            dimensions,
            tensor_type,
            offset,
            byte_len,
            elements,
            part: 0,
        })
    }
}

/// A shape for messages, such as `[576, 192]`.
pub(crate) fn shape(dimensions: &[u64]) -> String {
    format!("{dimensions:?}")
}

/// The tensors of a model in file order, found by name.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    pub(crate) tensors: Vec<TensorInfo>,
    by_name: HashMap<String, usize>,
}

impl Directory {
    /// Joins the tensors of all parts, in the order of the parts' numbers, and checks
    /// that no two have the same name.
    pub(crate) fn new(parts: impl Iterator<Item = Vec<TensorInfo>>) -> Result<Self, GgufError> {
        let mut directory = Self::default();
        for (part, tensors) in parts.enumerate() {
            for tensor in tensors {
                let name = tensor.name.clone();
                if directory
                    .by_name
                    .insert(name, directory.tensors.len())
                    .is_some()
                {
                    return Err(GgufError::invalid(
                        format!("tensor {}", quoted(&tensor.name)),
                        "each name once",
                        "it twice",
                    ));
                }
                directory.tensors.push(TensorInfo { part, ..tensor });
            }
        }
        Ok(directory)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&TensorInfo> {
        self.tensors.get(*self.by_name.get(name)?)
    }
}

/// Reads and checks `count` descriptions; data is checked by [`check_data`], names
/// by [`Directory::new`].
pub(crate) fn read_all(reader: &mut Reader<'_>, count: u64) -> Result<Vec<TensorInfo>, GgufError> {
    check_count("tensors", MAX_TENSORS, count, LEAST_ENTRY, reader)?;
    (0..count)
        .map(|index| TensorInfo::read(reader, index))
        .collect()
}

/// Checks that the tensors lie in order, aligned, apart from each other and
/// inside the `data_len` bytes that follow the header, with no more than
/// padding after the last.
pub(crate) fn check_data(
    tensors: &[TensorInfo],
    alignment: u64,
    data_len: u64,
) -> Result<(), GgufError> {
    let mut end = 0;
    for tensor in tensors {
        let what = format!("offset of tensor {}", quoted(&tensor.name));
        if tensor.offset % alignment != 0 {
            return Err(GgufError::invalid(
                what,
                format!("a multiple of {alignment}"),
                tensor.offset,
            ));
        }
        if tensor.offset < end {
            return Err(GgufError::invalid(
                what,
                format!("at least {end}, behind the tensor before it"),
                tensor.offset,
            ));
        }
        let available = data_len.saturating_sub(tensor.offset);
        if tensor.byte_len > available {
            return Err(GgufError::Truncated {
                what: format!("data of tensor {}", quoted(&tensor.name)),
                offset: tensor.offset,
                needed: tensor.byte_len,
                available,
            });
        }
        end = tensor.offset + tensor.byte_len;
    }
    if data_len - end > alignment {
        return Err(GgufError::invalid(
            "end of the file",
            format!("at most {alignment} bytes after the last tensor"),
            format!("{} bytes", data_len - end),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_count_whole_blocks() {
        assert_eq!(TensorType::F32.byte_len(&[3, 2]), Some(24));
        assert_eq!(TensorType::Q4_1.byte_len(&[576, 192]), Some(192 * 18 * 20));
        assert_eq!(TensorType::Q4_K.byte_len(&[128, 256]), None);
        assert_eq!(TensorType::F32.byte_len(&[1 << 62]), None);
        assert_eq!(TensorType::F32.byte_len(&[1 << 32, 1 << 32]), None);
    }

    #[test]
    fn numbers_and_types_map_both_ways() {
        for tensor_type in TensorType::ALL {
            assert_eq!(
                TensorType::from_number(*tensor_type as u32),
                Some(*tensor_type)
            );
        }
        for withdrawn in [4, 5, 31, 32, 33, 36, 37, 38] {
            assert_eq!(TensorType::from_number(withdrawn), None);
        }
    }
}
